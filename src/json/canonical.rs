//! Canonical JSON (RFC 8785): equal values are equal texts, so that they can be hashed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Decimal, Json, Number};

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
    let sorted: BTreeMap<Vec<u16>, &(String, Json)> =
        members.iter().map(|member| (member.0.encode_utf16().collect(), member)).collect();
    if sorted.len() != members.len() {
        return None;
    }
    into.push('{');
    for (index, (name, json)) in sorted.into_values().enumerate() {
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
    let shortest = format!("{double:e}");
    let is_exact = Decimal::of(number)? == Decimal::of(&Number::new(&shortest))?;
    if double == 0.0 {
        return is_exact.then(|| "0".into());
    }
    if is_exact { laid_out(&shortest) } else { None }
}

/// The shortest digits of a double, laid out by ECMA-262 `Number::toString`. In its terms the
/// value is 0.`digits` times ten to the `n`.
fn laid_out(shortest: &str) -> Option<String> {
    let (sign, shortest) = shortest.strip_prefix('-').map_or(("", shortest), |rest| ("-", rest));
    let (mantissa, exponent) = shortest.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits = mantissa.replacen('.', "", 1);
    let length = i32::try_from(digits.len()).ok()?;
    let n = exponent.checked_add(1)?;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let text = match n {
        1..=21 if length <= n => format!("{sign}{digits}{}", zeros(n - length)),
        1..=21 => {
            let (whole, fraction) = digits.split_at_checked(usize::try_from(n).ok()?)?;
            format!("{sign}{whole}.{fraction}")
        }
        -5..=0 => format!("{sign}0.{}{digits}", zeros(-n)),
        _ if exponent < 0 => format!("{sign}{mantissa}e{exponent}"),
        _ => format!("{sign}{mantissa}e+{exponent}"),
    };
    Some(text)
}
