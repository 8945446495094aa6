//! Canonical JSON (RFC 8785): equal values are equal texts, so that they can be hashed.

use std::fmt::Write;

use super::{Decimal, Json, Number, double};
use crate::sorted::sorted;

/// The canonical text of a value (RFC 8785 §3.2).
///
/// `None` for a number that is not exactly the one its canonical text says: canonical numbers are
/// those of ECMAScript, so `9007199254740993` would read like `9007199254740992`, and one hash
/// would stand for two values. `None` also for an object with a member twice, which
/// [`parse`](super::parse) never makes.
#[must_use]
pub fn canonical(json: &Json) -> Option<String> {
    let mut text = String::new();
    value(json, &mut text)?;
    Some(text)
}

/// A text as JSON has it, in quotes.
#[cfg(feature = "wasm-lint")]
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    string(text, &mut quoted);
    quoted
}

fn value(json: &Json, into: &mut String) -> Option<()> {
    match json {
        Json::Null => into.push_str("null"),
        Json::Bool(true) => into.push_str("true"),
        Json::Bool(false) => into.push_str("false"),
        Json::Number(one) => into.push_str(&number(one)?),
        Json::String(text) => string(text, into),
        Json::Array(items) => array(items, into)?,
        Json::Object(members) => object(members, into)?,
    }
    Some(())
}

fn array(items: &[Json], into: &mut String) -> Option<()> {
    into.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            into.push(',');
        }
        value(item, into)?;
    }
    into.push(']');
    Some(())
}

/// Members in the order of their UTF-16 code units (RFC 8785 §3.2.3), which is not that of UTF-8.
fn object(members: &[(String, Json)], into: &mut String) -> Option<()> {
    let names = members.iter().enumerate();
    let order = sorted(names.map(|(at, member)| (code_units(&member.0), at)).collect());
    if order.windows(2).any(|two| matches!(two, [(one, _), (next, _)] if one == next)) {
        return None;
    }
    into.push('{');
    let in_order = order.iter().filter_map(|(_, at)| members.get(*at));
    for (index, (name, json)) in in_order.enumerate() {
        if index > 0 {
            into.push(',');
        }
        string(name, into);
        into.push(':');
        value(json, into)?;
    }
    into.push('}');
    Some(())
}

fn code_units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// A string with no more escapes than it needs (RFC 8785 §3.2.2.2).
fn string(text: &str, into: &mut String) {
    into.push('"');
    for letter in text.chars() {
        match letter {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\u{8}' => into.push_str("\\b"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\u{c}' => into.push_str("\\f"),
            '\r' => into.push_str("\\r"),
            '\0'..='\u{1f}' => {
                // Writing into a string cannot fail.
                let _ = write!(into, "\\u{:04x}", u32::from(letter));
            }
            other => into.push(other),
        }
    }
    into.push('"');
}

/// A number as ECMAScript writes it (RFC 8785 §3.2.2.3), if that is what it was.
fn number(number: &Number) -> Option<String> {
    let double = number.nearest();
    if !double.is_finite() {
        return None;
    }
    let text = double::write(double)?;
    (Decimal::of(number)? == Decimal::of(&Number::new(&text))?).then_some(text)
}
