//! Doubles as texts, read and written by ECMAScript itself.

use js_sys::Number;

/// The double nearest to a number in the grammar of JSON.
pub(crate) fn read(text: &str) -> f64 {
    js_sys::parse_float(text)
}

/// A double as `Number::toString` writes it.
pub(crate) fn write(double: f64) -> Option<String> {
    Number::from(double).to_string_with_radix(10).ok().map(String::from)
}
