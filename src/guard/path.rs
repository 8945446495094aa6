//! Paths that have to stay in one folder.

use super::compile::Fault;

/// The longest path, in bytes.
const MAX_LENGTH: usize = 4096;

/// What some system or library reads as a dot, a slash, a backslash, a colon or a tilde.
const LOOKALIKES: [char; 13] = [
    '\u{2024}', '\u{2025}', '\u{2044}', '\u{2215}', '\u{2216}', '\u{2571}', '\u{29f5}', '\u{29f8}',
    '\u{ff0e}', '\u{ff0f}', '\u{ff1a}', '\u{ff3c}', '\u{ff5e}',
];

/// A folder, absolute.
pub(super) struct Root(Vec<String>);

impl Root {
    /// Reads the folder. One slash at the end may stand there.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let below = text.strip_prefix('/').ok_or("a folder begins with `/`")?;
        let below = below.strip_suffix('/').unwrap_or(below);
        if below.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let segments =
            segments(below).ok_or("a folder has no empty, dotted or escaped segments")?;
        Ok(Self(segments.into_iter().map(str::to_owned).collect()))
    }

    /// Whether a path stays in the folder, as written and under every usual reading of it. A
    /// relative path is taken to begin in the folder.
    pub(super) fn holds(&self, path: &str) -> bool {
        if path.len() > MAX_LENGTH || path.starts_with('~') {
            return false;
        }
        let Some(absolute) = path.strip_prefix('/') else { return segments(path).is_some() };
        if absolute.is_empty() {
            return self.0.is_empty();
        }
        // By segments: `/data-evil` is not below `/data`.
        let Some(segments) = segments(absolute) else { return false };
        segments.len() >= self.0.len()
            && self.0.iter().zip(segments).all(|(one, other)| one == other)
    }
}

/// The segments of a path, if each of them means the same to everybody.
fn segments(path: &str) -> Option<Vec<&str>> {
    if path.chars().any(is_ambiguous) || has_escape(path.as_bytes()) {
        return None;
    }
    path.split('/').map(|segment| is_plain(segment).then_some(segment)).collect()
}

/// A backslash divides segments in Windows, and a colon names a drive or a stream of a file there.
fn is_ambiguous(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\\' | ':') || LOOKALIKES.contains(&letter)
}

/// Whether something would decode to another path. Any escape might, if it is undone twice.
fn has_escape(path: &[u8]) -> bool {
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit();
    path.windows(3).any(|window| match window {
        [b'%', b'u' | b'U', _] => true,
        [b'%', high, low] => is_hex(high) && is_hex(low),
        _ => false,
    })
}

/// Neither empty nor dots. Windows drops dots and blanks at the end, so that `.. ` were `..`.
fn is_plain(segment: &str) -> bool {
    let is_blank = |letter: char| letter.is_whitespace();
    !segment.is_empty()
        && !segment.starts_with(is_blank)
        && !segment.ends_with(is_blank)
        && !segment.ends_with('.')
}
