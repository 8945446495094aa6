//! SQL: one statement, which reads, or writes to the schemas named.
//!
//! A text passes in four steps, and what a step does not know is refused.
//!
//! 1. [`scan`] takes the comments out, and refuses what databases read differently, so that the
//!    parser sees no other statement than the database.
//! 2. [`parse`] makes one statement of it.
//! 3. [`read`] walks through all of it: every statement, query, table and function in it.
//! 4. Every statement that writes goes to [`write`], which knows whereto each kind writes.
//!
//! Functions are refused by name ([`function`]). What a function of the database's owner does is
//! not known here; an account that may only read is the better wall, and this one stands before it.

mod function;
mod parse;
mod read;
mod scan;
mod table;
mod write;

use sqlparser::ast::Visit;
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};

use crate::json;
use crate::policy::document::SqlDialect;
use parse::Found;
use read::Reader;

/// The longest name that PostgreSQL does not cut, in bytes.
const MAX_NAME: usize = 63;

/// What SQL may do.
pub(super) struct Sql {
    dialect: SqlDialect,
    writes: Vec<String>,
}

impl Sql {
    pub(super) fn new(rules: &str) -> Option<Self> {
        let rules = json::parse(rules.as_bytes(), 2).ok()?;
        let dialect = match rules.get("dialect").map_or(Some("postgresql"), json::Json::as_str)? {
            "postgresql" => SqlDialect::PostgreSql,
            "mysql" => SqlDialect::MySql,
            "sqlite" => SqlDialect::Sqlite,
            _ => return None,
        };
        let writes = rules.get("writes").map_or(Some([].as_slice()), json::Json::as_array)?;
        let is_name =
            |name: &&str| (1..=MAX_NAME).contains(&name.len()) && !name.contains(char::is_control);
        let name = |json: &json::Json| json.as_str().filter(is_name).map(str::to_owned);
        Some(Self { dialect, writes: writes.iter().map(name).collect::<Option<_>>()? })
    }

    /// Whether a text is one statement that may be run.
    pub(super) fn permits(&self, text: &str) -> bool {
        let dialect: &dyn Dialect = match self.dialect {
            SqlDialect::PostgreSql => &PostgreSqlDialect {},
            SqlDialect::MySql => &MySqlDialect {},
            SqlDialect::Sqlite => &SQLiteDialect {},
        };
        let text = scan::without_comments(text, self.dialect);
        match text.and_then(|text| parse::statement(&text, dialect)) {
            Some(Found::Telling) => true,
            Some(Found::Dropping(names)) => names.iter().all(|name| self.may_write(name)),
            Some(Found::Running(statement)) => {
                statement.visit(&mut Reader::new(self)).is_continue()
            }
            None => false,
        }
    }
}
