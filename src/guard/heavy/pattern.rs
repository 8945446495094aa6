//! Regular expressions, matched in linear time.

use regex_lite::{Regex, RegexBuilder};

/// The longest pattern, in bytes.
const MAX_LENGTH: usize = 4096;

/// The most memory that a compiled pattern may take. Each letter of a text is held against all of
/// the pattern, in the worst case.
const MAX_SIZE: usize = 64 << 10;

/// A pattern that has to match all of a text.
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > MAX_LENGTH {
            return None;
        }
        // By itself first: `a)|(b` would break out of the parentheses.
        compile(pattern)?;
        // Not `^` and `$`, whose meaning a flag could change.
        compile(&format!(r"\A(?:{pattern})\z")).map(Self)
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(MAX_SIZE).build().ok()
}
