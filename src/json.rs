//! JSON as it must be read where somebody may lie: no member twice, not too deep.
//!
//! [`parse`] takes what RFC 8259 says is JSON, and refuses besides: a member name that occurs
//! twice in one object (§4 leaves its meaning open, and RFC 8725 §2.4 shows what comes of it),
//! nesting beyond a bound, numbers that no `f64` can hold, lone surrogates, and a byte order mark.
//!
//! It is a reader of our own because every byte of a token and a policy goes through it, and what
//! it refuses is the point; it also weighs a tenth of a general one in the module. The tests hold
//! it against `serde_json`.

mod canonical;
mod decimal;
mod double;
mod number;
mod pointer;
mod reader;

pub use canonical::canonical;
#[cfg(feature = "wasm-lint")]
pub(crate) use canonical::quoted;
pub use decimal::Decimal;
pub use number::Number;
pub use pointer::Pointer;
pub use reader::{JsonError, parse, parse_any_number};

/// A JSON value whose objects have no member twice, members in the order they stood in.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member of an object, if this is one and has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The members, if this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// These members in this order, if this is an object that has each of them once and no other.
    pub(crate) fn members<const N: usize>(&self, names: [&str; N]) -> Option<[&Self; N]> {
        if self.as_object()?.len() != N {
            return None;
        }
        let mut members = [self; N];
        for (member, name) in members.iter_mut().zip(names) {
            *member = self.get(name)?;
        }
        Some(members)
    }

    /// The text or the lack of one, if this is a string or `null`.
    #[expect(clippy::option_option, reason = "a lack of text is not a lack of meaning")]
    pub(crate) fn text_or_null(&self) -> Option<Option<String>> {
        match self {
            Self::Null => Some(None),
            _ => self.as_str().map(|text| Some(text.to_owned())),
        }
    }

    /// The time in seconds, if this is a finite number.
    pub(crate) fn time(&self) -> Option<f64> {
        self.as_number().map(Number::nearest).filter(|time| time.is_finite())
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// Adds a token to a JSON Pointer (RFC 6901 §3).
pub(crate) fn push_pointer(pointer: &mut String, token: &str) {
    pointer.push('/');
    for letter in token.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
