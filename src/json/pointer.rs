//! JSON Pointers (RFC 6901).

use super::Json;

/// A place in a JSON value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// Reads a pointer. `None` if the text is not one (§3).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(Vec::new()));
        }
        text.strip_prefix('/')?.split('/').map(token).collect::<Option<_>>().map(Self)
    }

    /// What stands there, if anything does (§4).
    #[must_use]
    pub fn find<'j>(&self, json: &'j Json) -> Option<&'j Json> {
        self.0.iter().try_fold(json, |json, token| match json {
            Json::Object(_) => json.get(token),
            Json::Array(items) => {
                let is_canonical = token == "0" || !token.starts_with(['0', '+']);
                items.get(token.parse::<usize>().ok().filter(|_| is_canonical)?)
            }
            _ => None,
        })
    }
}

/// A token with its escapes undone.
fn token(text: &str) -> Option<String> {
    let mut token = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        token.push(match letter {
            '~' => match letters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(token)
}
