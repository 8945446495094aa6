//! The reader: one pass, one function for each kind of value.

use std::collections::BTreeSet;

use super::{Json, Number, push_pointer};

/// Why a text is not JSON that is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum JsonError {
    /// Nested deeper than allowed.
    Depth,
    /// An object has a member twice.
    Duplicate {
        /// A JSON Pointer (RFC 6901) to the second of the two.
        pointer: String,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// Not JSON, or more than one value.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
}

/// Reads one JSON value that is nested no deeper than `depth`: 1 is an array of scalars.
///
/// # Errors
///
/// See [`JsonError`].
pub fn parse(text: &[u8], depth: usize) -> Result<Json, JsonError> {
    read(text, depth, false)
}

/// The same, but numbers that no `f64` can hold are taken as well: who asks for a number is to say
/// what it means.
///
/// # Errors
///
/// See [`JsonError`].
pub fn parse_any_number(text: &[u8], depth: usize) -> Result<Json, JsonError> {
    read(text, depth, true)
}

fn read(text: &[u8], depth: usize, any_number: bool) -> Result<Json, JsonError> {
    let refuse = |at: usize| {
        let (line, column) = place(text, at);
        JsonError::Syntax { line, column }
    };
    let checked = std::str::from_utf8(text).map_err(|error| refuse(error.valid_up_to()))?;
    let mut reader = Reader { text: checked, at: 0, any_number };
    let value = reader.value(depth).and_then(|value| {
        reader.skip_space();
        if reader.at == text.len() { Ok(value) } else { Err(Fault::Syntax) }
    });
    value.map_err(|fault| match fault {
        Fault::Depth => JsonError::Depth,
        Fault::Syntax => refuse(reader.at),
        Fault::Duplicate(tokens) => {
            let mut pointer = String::new();
            for token in tokens.iter().rev() {
                push_pointer(&mut pointer, token);
            }
            let (line, column) = place(text, reader.at);
            JsonError::Duplicate { pointer, line, column }
        }
    })
}

/// Line and column of an offset, both from 1.
fn place(text: &[u8], at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line, column)
}

enum Fault {
    Depth,
    /// The way there from the inside out.
    Duplicate(Vec<String>),
    Syntax,
}

impl Fault {
    /// Notes where it passes on its way out.
    fn below(self, token: impl FnOnce() -> String) -> Self {
        match self {
            Self::Duplicate(mut tokens) => {
                tokens.push(token());
                Self::Duplicate(tokens)
            }
            other => other,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    any_number: bool,
}

#[expect(clippy::inline_always, reason = "optimised for size, they would be called for every byte")]
impl<'t> Reader<'t> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes past a byte if it is the next.
    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { Err(Fault::Syntax) }
    }

    #[inline(always)]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// What was read since an offset.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Json, Fault> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth.checked_sub(1).ok_or(Fault::Depth)?),
            Some(b'[') => self.array(depth.checked_sub(1).ok_or(Fault::Depth)?),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(Fault::Syntax),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(Fault::Syntax);
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Json, Fault> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            let item = self.value(depth);
            items.push(item.map_err(|fault| fault.below(|| items.len().to_string()))?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::Array(items));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Fault> {
        self.expect(b'{')?;
        let mut names = Names::default();
        let mut members: Vec<(String, Json)> = Vec::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            if names.seen(&name, &members) {
                return Err(Fault::Duplicate(vec![name]));
            }
            self.skip_space();
            self.expect(b':')?;
            let value = self.value(depth).map_err(|fault| fault.below(|| name.clone()))?;
            members.push((name, value));
            self.skip_space();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            self.expect(b',')?;
        }
    }

    /// `-`? (`0` | `1`…`9` digits) (`.` digits)? (`e` sign? digits)?
    fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let number = Number::new(self.since(start));
        if self.any_number || number.as_f64().is_finite() { Ok(number) } else { Err(Fault::Syntax) }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let start = self.at;
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f));
            self.at += plain.count();
            string.push_str(self.since(start));
            if self.take(b'"') {
                return Ok(string);
            }
            self.expect(b'\\')?;
            string.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let escape = self.peek().ok_or(Fault::Syntax)?;
        self.at += 1;
        Ok(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(Fault::Syntax),
        })
    }

    /// Four hexadecimal digits, and four more behind the first half of a surrogate pair.
    fn code_point(&mut self) -> Result<char, Fault> {
        let high = self.hex()?;
        let code = if (0xd800..0xdc00).contains(&high) {
            self.expect(b'\\')?;
            self.expect(b'u')?;
            let low = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400);
            0x1_0000 + ((high - 0xd800) << 10) + low.ok_or(Fault::Syntax)?
        } else {
            high
        };
        char::from_u32(code).ok_or(Fault::Syntax)
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        (0..4).try_fold(0, |value, _| {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            self.at += 1;
            Ok(value << 4 | digit.ok_or(Fault::Syntax)?)
        })
    }
}

/// The member names of one object. Few are compared one by one, many are looked up.
#[derive(Default)]
struct Names {
    many: BTreeSet<String>,
}

impl Names {
    const FEW: usize = 16;

    fn seen(&mut self, name: &str, members: &[(String, Json)]) -> bool {
        if members.len() < Self::FEW {
            return members.iter().any(|(known, _)| known == name);
        }
        if self.many.is_empty() {
            for (known, _) in members {
                self.many.insert(known.clone());
            }
        }
        !self.many.insert(name.to_owned())
    }
}
