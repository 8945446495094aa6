//! JSON as it must be read where somebody may lie: no member twice, not too deep.
//!
//! [`parse`] refuses a duplicate member name at any depth (RFC 8259 §4 leaves its meaning open,
//! RFC 8725 §2.4 shows what comes of it), numbers no `f64` can hold, and text after the value.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value whose objects have no member twice, members in the order they stood in.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as exact as it was written if it is an integer of 64 bits.
    Number(serde_json::Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// Why a text is not JSON that is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum JsonError {
    /// Nested deeper than allowed.
    Depth,
    /// An object has this member twice. The pointer leads to it.
    Duplicate {
        /// A JSON Pointer (RFC 6901) to the second of the two.
        pointer: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Not JSON, or more than one value.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl Json {
    /// The member of an object, if this is one and has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
            }
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
}

/// Reads one JSON value that is nested no deeper than `depth`.
///
/// # Errors
///
/// See [`JsonError`].
pub fn parse(text: &[u8], depth: usize) -> Result<Json, JsonError> {
    let mut place = Place { tokens: Vec::new(), fault: None };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = Value { depth, place: &mut place }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| match place.fault {
        Some(Fault::Depth) => JsonError::Depth,
        Some(Fault::Duplicate) => JsonError::Duplicate {
            pointer: place.pointer(),
            line: error.line(),
            column: error.column(),
        },
        None => JsonError::Syntax { line: error.line(), column: error.column() },
    })
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

enum Fault {
    Depth,
    Duplicate,
}

/// What the reader refused, and the way there from the inside out.
struct Place {
    tokens: Vec<String>,
    fault: Option<Fault>,
}

impl Place {
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for token in self.tokens.iter().rev() {
            push_pointer(&mut pointer, token);
        }
        pointer
    }
}

struct Value<'p> {
    depth: usize,
    place: &'p mut Place,
}

impl Value<'_> {
    /// The reader of what is inside.
    fn inner<E: Error>(&mut self) -> Result<Value<'_>, E> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.place.fault = Some(Fault::Depth);
            return Err(E::custom("nested too deeply"));
        };
        Ok(Value { depth, place: self.place })
    }

    /// Notes where an error passes on its way out.
    fn passing<E>(&mut self, error: E, token: impl FnOnce() -> String) -> E {
        if self.place.fault.is_some() {
            self.place.tokens.push(token());
        }
        error
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        let number = serde_json::Number::from_f64(value);
        number.map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        loop {
            let item = items.next_element_seed(self.inner()?);
            match item.map_err(|error| self.passing(error, || array.len().to_string()))? {
                Some(item) => array.push(item),
                None => return Ok(Json::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Json, A::Error> {
        let mut names = Names::default();
        let mut object: Vec<(String, Json)> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.seen(&name, &object) {
                self.place.fault = Some(Fault::Duplicate);
                self.place.tokens.push(name);
                return Err(A::Error::custom("member occurs twice"));
            }
            let value = members.next_value_seed(self.inner()?);
            let value = value.map_err(|error| self.passing(error, || name.clone()))?;
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

/// The member names of one object. Few are compared one by one, many are looked up.
#[derive(Default)]
struct Names {
    many: BTreeSet<String>,
}

impl Names {
    const FEW: usize = 16;

    fn seen(&mut self, name: &str, object: &[(String, Json)]) -> bool {
        if object.len() < Self::FEW {
            return object.iter().any(|(known, _)| known == name);
        }
        if self.many.is_empty() {
            self.many.extend(object.iter().map(|(known, _)| known.clone()));
        }
        !self.many.insert(name.to_owned())
    }
}
