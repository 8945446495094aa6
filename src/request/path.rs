//! The path of a request, read once.
//!
//! What is decided on must be what is served. So a path that two readers could read in two ways
//! is refused: control bytes, backslashes, encoded slashes, broken escapes, dot segments, empty
//! segments. Everything else is percent-decoded once and compared as it is.

use std::{borrow::Cow, ops::Range, str::Split};

use crate::{decide::Reason, policy::document::Flavour};

/// How long a path may be, in bytes.
pub const MAX_PATH_BYTES: usize = 4096;

/// The path of a request.
///
/// Nothing in it says that there is such a route; that is for [`RouteTable`](super::RouteTable).
#[derive(Clone, Debug)]
pub struct Path<'a> {
    target: &'a [u8],
    /// Decoded, without the trailing slash, with the mount.
    decoded: Cow<'a, str>,
    /// How many bytes of `decoded` are the mount.
    mount: usize,
    /// Whether the path is at or below the mount.
    mounted: bool,
    /// What the mount itself is called from inside.
    root: &'static str,
}

impl<'a> Path<'a> {
    /// Reads a path as it was sent, without query and fragment.
    ///
    /// `mount` is where the platform is mounted, such as `/os`, or empty. One trailing slash is
    /// taken off. In the flavour `strict` a character has one spelling: an escape that is not
    /// needed is refused, and so is what would be an escape again after decoding.
    ///
    /// # Errors
    ///
    /// One of the reasons `path_*`.
    pub fn parse(target: &'a [u8], flavour: Flavour, mount: &str) -> Result<Self, Reason> {
        if target.len() > MAX_PATH_BYTES {
            return Err(Reason::PathTooLong);
        }
        if target.first() != Some(&b'/') {
            return Err(Reason::PathNotAbsolute);
        }
        let text = plain(target)?;
        let decoded = decode(text)?;
        check_segments(&decoded)?;
        if flavour == Flavour::Strict && decoded != text {
            check_spelling(text, &decoded)?;
        }
        let decoded = without_trailing_slash(decoded);
        let inside = decoded.strip_prefix(mount);
        let mounted = inside.is_some_and(|inside| inside.is_empty() || inside.starts_with('/'));
        Ok(Self {
            target,
            mount: if mounted { mount.len() } else { 0 },
            decoded,
            mounted,
            root: if flavour == Flavour::Strict { "/" } else { "" },
        })
    }

    /// The path that is decided on: decoded, without trailing slash, from the mount on.
    ///
    /// The mount itself is `/`; in the flavour `agno-3.1` it is empty, as Starlette has it.
    #[must_use]
    pub fn decoded(&self) -> &str {
        match self.decoded.get(self.mount..) {
            None | Some("") => self.root,
            Some(inside) => inside,
        }
    }

    /// Whether the path is at or below the mount.
    #[must_use]
    pub const fn is_mounted(&self) -> bool {
        self.mounted
    }

    /// The segments of [`decoded`](Self::decoded), in order. `/` has none.
    #[must_use]
    pub fn segments(&self) -> Segments<'_> {
        let inside = self.decoded.get(self.mount..).and_then(|inside| inside.strip_prefix('/'));
        Segments(inside.filter(|inside| !inside.is_empty()).map(|inside| inside.split('/')))
    }

    /// One of the [`segments`](Self::segments), from 0.
    #[must_use]
    pub fn segment(&self, index: usize) -> Option<&str> {
        self.segments().nth(index)
    }

    /// Where a segment stands in the path as it was sent, in bytes.
    #[must_use]
    pub fn raw_range(&self, index: usize) -> Option<Range<usize>> {
        let mount = self.decoded.get(..self.mount)?;
        // An encoded slash is refused, so both spellings have the same segments. The first part
        // is what stands before the first slash.
        let wanted = mount.split('/').count().checked_add(index)?;
        let mut start = 0;
        for (number, part) in self.target.split(|&byte| byte == b'/').enumerate() {
            let end = start + part.len();
            if number == wanted {
                return (start < end).then_some(start..end);
            }
            start = end + 1;
        }
        None
    }
}

/// The segments of a path.
#[derive(Clone, Debug)]
pub struct Segments<'p>(Option<Split<'p, char>>);

impl<'p> Iterator for Segments<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        self.0.as_mut()?.next()
    }
}

/// Refuses what must not stand in a path as it is (RFC 3986 §3.3).
fn plain(target: &[u8]) -> Result<&str, Reason> {
    for byte in target {
        match byte {
            0x00..=0x1f | 0x7f => return Err(Reason::PathControl),
            b'\\' => return Err(Reason::PathBackslash),
            b' ' | b'?' | b'#' | 0x80.. => return Err(Reason::PathEncoding),
            _ => {}
        }
    }
    std::str::from_utf8(target).map_err(|_| Reason::PathEncoding)
}

/// Takes the percent-escapes out, once.
fn decode(text: &str) -> Result<Cow<'_, str>, Reason> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut parts = text.split('%');
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let (byte, rest) = escape(part).ok_or(Reason::PathEncoding)?;
        match byte {
            0x00..=0x1f | 0x7f => return Err(Reason::PathControl),
            b'\\' => return Err(Reason::PathBackslash),
            b'/' => return Err(Reason::PathSlash),
            _ => bytes.push(byte),
        }
        bytes.extend_from_slice(rest);
    }
    let decoded = String::from_utf8(bytes).map_err(|_| Reason::PathEncoding)?;
    if decoded.chars().any(char::is_control) {
        return Err(Reason::PathControl);
    }
    Ok(Cow::Owned(decoded))
}

/// The byte whose two hexadecimal digits a text begins with, and the rest.
fn escape(part: &str) -> Option<(u8, &[u8])> {
    let [high, low, rest @ ..] = part.as_bytes() else {
        return None;
    };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    Some((u8::try_from(high * 16 + low).ok()?, rest))
}

fn check_segments(decoded: &str) -> Result<(), Reason> {
    let inside = decoded.strip_prefix('/').unwrap_or(decoded);
    if inside.is_empty() {
        return Ok(());
    }
    for segment in inside.strip_suffix('/').unwrap_or(inside).split('/') {
        match segment {
            "" => return Err(Reason::PathEmptySegment),
            "." | ".." => return Err(Reason::PathDotSegment),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses an escape of a character that needs none (RFC 3986 §6.2.2.2), and text that would be
/// an escape to somebody who decodes twice.
fn check_spelling(text: &str, decoded: &str) -> Result<(), Reason> {
    let mut escapes = text.split('%').skip(1).filter_map(escape);
    let is_needless = escapes
        .any(|(byte, _)| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'));
    let is_double = decoded.split('%').skip(1).any(|part| escape(part).is_some());
    if is_needless || is_double { Err(Reason::PathEncoding) } else { Ok(()) }
}

fn without_trailing_slash(path: Cow<'_, str>) -> Cow<'_, str> {
    match path {
        path if path.len() == 1 => path,
        Cow::Borrowed(path) => Cow::Borrowed(path.strip_suffix('/').unwrap_or(path)),
        Cow::Owned(mut path) => {
            if path.ends_with('/') {
                path.pop();
            }
            Cow::Owned(path)
        }
    }
}
