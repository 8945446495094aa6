//! Rules as a judge takes them.

use std::fmt::Write;

use crate::policy::document::SqlDialect;

/// The rules for URLs.
pub(super) fn hosts(hosts: &[String], ports: Option<&[u16]>, schemes: Option<&[String]>) -> String {
    let mut rules = format!("{{\"hosts\":{}", list(hosts));
    // Writing into a string cannot fail.
    if let Some(ports) = ports {
        let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
        let _ = write!(rules, ",\"ports\":[{}]", ports.join(","));
    }
    if let Some(schemes) = schemes {
        let _ = write!(rules, ",\"schemes\":{}", list(schemes));
    }
    rules.push('}');
    rules
}

/// The rules for SQL.
pub(super) fn sql(writes: &[String], dialect: SqlDialect) -> String {
    let dialect = match dialect {
        SqlDialect::PostgreSql => "postgresql",
        SqlDialect::MySql => "mysql",
        SqlDialect::Sqlite => "sqlite",
    };
    format!("{{\"dialect\":\"{dialect}\",\"writes\":{}}}", list(writes))
}

/// A JSON array of strings.
fn list(texts: &[String]) -> String {
    let mut list = String::from("[");
    for text in texts {
        list.push_str(if list.len() > 1 { ",\"" } else { "\"" });
        for letter in text.chars() {
            match letter {
                '"' | '\\' => list.extend(['\\', letter]),
                '\0'..='\u{1f}' => {
                    let _ = write!(list, "\\u{:04x}", u32::from(letter));
                }
                _ => list.push(letter),
            }
        }
        list.push('"');
    }
    list.push(']');
    list
}
