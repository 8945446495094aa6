//! Hashes as text, and texts put together so that they can be hashed.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of a text, in lower-case hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing into a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}

/// Whether a text is one that [`sha256`] could have made.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Parts as one text, each behind its length, so that no two lists of parts make the same one.
/// A part that is not there is another one than an empty part.
pub(crate) fn joined(parts: &[Option<&str>]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Some(part) => {
                let _ = write!(text, "{}:{part}", part.len());
            }
            None => text.push('-'),
        }
    }
    text
}
