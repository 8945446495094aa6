//! Comments and quotes, as the databases themselves read them.
//!
//! Where a comment or a string begins and ends decides what is a statement and what is not. The
//! parser and a database may differ in that, and so may a database under its settings: `#--` is an
//! operator and a comment to PostgreSQL, `/*!` is no comment to MySQL, and whether a backslash
//! escapes a quote is a setting. What could be read in two ways is refused here; comments become
//! blanks, so that the parser never sees one.

use crate::policy::document::SqlDialect;

/// The text without its comments. `None` if it could be read in two ways.
pub(super) fn without_comments(text: &str, dialect: SqlDialect) -> Option<String> {
    // A carriage return by itself ends a comment in PostgreSQL and nowhere else.
    let text = text.replace("\r\n", "\n");
    let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if text.contains(is_odd) {
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        let before = clean.chars().next_back().unwrap_or(' ');
        let taken = match letter {
            '-' if rest.starts_with("--") => {
                let comment = line_comment(rest, dialect)?;
                clean.push(' ');
                rest = rest.get(comment..)?;
                continue;
            }
            '/' if rest.starts_with("/*") => {
                let comment = block_comment(rest)?;
                clean.push(' ');
                rest = rest.get(comment..)?;
                continue;
            }
            '\'' | '"' => {
                // U&"" is a name whose letters may be escapes.
                if before == '&' {
                    return None;
                }
                quoted(rest, letter)?
            }
            // An operator in PostgreSQL.
            '`' if dialect != SqlDialect::PostgreSql => quoted(rest, letter)?,
            // `$1` is a parameter. What else begins so is quoted, or part of a name.
            '$' if !is_name(before)
                && rest.get(1..)?.starts_with(|next: char| next.is_ascii_digit()) =>
            {
                1
            }
            // A comment in MySQL, and a name in SQLite.
            '#' if dialect == SqlDialect::PostgreSql => 1,
            '[' | ']' if dialect != SqlDialect::Sqlite => 1,
            '`' | '$' | '#' | '[' | ']' | '\\' => return None,
            letter if letter.is_ascii() || letter.is_alphanumeric() => letter.len_utf8(),
            // A blank to one reader, and part of a name to the other.
            _ => return None,
        };
        clean.push_str(rest.get(..taken)?);
        rest = rest.get(taken..)?;
    }
    Some(clean)
}

/// The length of a comment up to the end of its line.
fn line_comment(rest: &str, dialect: SqlDialect) -> Option<usize> {
    // `1--1` is 2 in MySQL.
    let is_open = rest.get(2..)?.starts_with(|next: char| !next.is_ascii_whitespace());
    if is_open && dialect == SqlDialect::MySql {
        return None;
    }
    Some(rest.find('\n').unwrap_or(rest.len()))
}

/// The length of a comment in `/*` and `*/`. Nested ones end where only PostgreSQL thinks, and
/// those that begin with a mark are commands to MySQL and MariaDB.
fn block_comment(rest: &str) -> Option<usize> {
    let inner = rest.get(2..)?;
    let end = inner.find("*/")?;
    let inner = inner.get(..end)?;
    let is_command = inner.starts_with(['!', '+']) || inner.starts_with("M!");
    (!inner.contains("/*") && !is_command).then_some(end + 4)
}

/// The length of a quoted text. A quote inside is written twice.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut length = 1;
    loop {
        let inner = rest.get(length..)?;
        let end = inner.find(quote)?;
        length += end + 1;
        if inner.get(end + 1..)?.starts_with(quote) {
            length += 1;
            continue;
        }
        let text = rest.get(..length)?;
        // Whether such a quote ends the text is a setting.
        let is_escaped = ["\\'", "\\\"", "\\`"].iter().any(|escape| text.contains(escape));
        return (!is_escaped).then_some(length);
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}
