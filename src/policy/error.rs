//! Why a policy is not one.

use std::fmt;

use serde::Serialize;

/// Why a policy is not one: what is wrong, and where.
///
/// The message never holds a secret or a key. The code is stable; the message may improve.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PolicyError {
    /// The stable name of what is wrong, `policy_<what>`.
    pub code: &'static str,
    /// Where: a JSON Pointer (RFC 6901) into the policy document. Empty for the whole of it.
    pub pointer: String,
    /// What is wrong and what to do, lower-case and without full stop.
    pub message: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The column in bytes, from 1, where it is known.
    pub column: Option<usize>,
}

impl PolicyError {
    /// An error at a place of the document.
    pub(crate) fn at(
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { code, pointer: pointer.into(), message: message.into(), line: None, column: None }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the policy" } else { self.pointer.as_str() };
        write!(f, "{place}: {} ({})", self.message, self.code)
    }
}

impl std::error::Error for PolicyError {}
