//! The path of a request, read once.
//!
//! What is decided on must be what is served. So a path that two readers could read in two ways
//! is refused: control bytes, backslashes, encoded slashes, broken escapes, dot segments, empty
//! segments. Everything else is percent-decoded once and compared as it is.

use std::{borrow::Cow, ops::Range};

use super::spelling::small;
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
    /// How many segments of it are the mount.
    first: usize,
    cuts: Cuts,
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
        let cuts = Cuts::of(decoded.as_bytes())?;
        if flavour == Flavour::Strict && matches!(decoded, Cow::Owned(_)) {
            check_spelling(text, &decoded)?;
        }
        let decoded = without_trailing_slash(decoded);
        let inside = decoded.strip_prefix(mount);
        let mounted = inside.is_some_and(|inside| inside.is_empty() || inside.starts_with('/'));
        let (mount, first) =
            if mounted { (mount.len(), mount.matches('/').count()) } else { (0, 0) };
        let root = if flavour == Flavour::Strict { "/" } else { "" };
        Ok(Self { target, decoded, mount, first, cuts, mounted, root })
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

    /// What is decided on, in small letters. What the mount holds is left out.
    pub(super) fn in_small_letters(&self) -> Path<'static> {
        let decoded: String = self.decoded().chars().filter_map(small).collect();
        let cuts = Cuts::of(decoded.as_bytes()).unwrap_or(Cuts { ends: [0; Cuts::KEPT], count: 0 });
        let (mounted, root) = (self.mounted, self.root);
        Path { target: &[], decoded: Cow::Owned(decoded), mount: 0, first: 0, cuts, mounted, root }
    }

    /// Whether the path is at or below the mount.
    #[must_use]
    pub const fn is_mounted(&self) -> bool {
        self.mounted
    }

    /// The segments of [`decoded`](Self::decoded), in order. `/` has none.
    #[must_use]
    pub const fn segments(&self) -> Segments<'_> {
        Segments { path: self, next: 0 }
    }

    /// One of the [`segments`](Self::segments), from 0.
    #[must_use]
    pub fn segment(&self, index: usize) -> Option<&str> {
        let range = self.cuts.segment(self.decoded.as_bytes(), self.first.checked_add(index)?)?;
        self.decoded.get(range)
    }

    /// Where a segment stands in the path as it was sent, in bytes.
    #[must_use]
    pub fn raw_range(&self, index: usize) -> Option<Range<usize>> {
        // An encoded slash is refused, so both spellings have the same segments.
        let cuts = match &self.decoded {
            Cow::Borrowed(_) => &self.cuts,
            Cow::Owned(_) => &Cuts::of(self.target).ok()?,
        };
        cuts.segment(self.target, self.first.checked_add(index)?)
    }
}

/// The segments of a path.
#[derive(Clone, Debug)]
pub struct Segments<'p> {
    path: &'p Path<'p>,
    next: usize,
}

impl<'p> Iterator for Segments<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        let segment = self.path.segment(self.next)?;
        self.next += 1;
        Some(segment)
    }
}

/// Where the segments of a path end. It is asked for the same ones again and again.
#[derive(Clone, Debug)]
struct Cuts {
    ends: [u16; Self::KEPT],
    count: usize,
}

impl Cuts {
    /// How many ends are kept. Those of the few longer paths are looked for.
    const KEPT: usize = 12;

    /// Finds the segments, and refuses those that another reader might take out (RFC 3986
    /// §6.2.2.3). One that is empty may be the last: then the path has a trailing slash.
    fn of(path: &[u8]) -> Result<Self, Reason> {
        let mut cuts = Self { ends: [0; Self::KEPT], count: 0 };
        let mut start = 1;
        while start < path.len() {
            let end = end_of(path, start);
            match path.get(start..end) {
                None | Some(b"") => return Err(Reason::PathEmptySegment),
                Some(b"." | b"..") => return Err(Reason::PathDotSegment),
                Some(_) => {}
            }
            if let (Some(kept), Ok(end)) = (cuts.ends.get_mut(cuts.count), u16::try_from(end)) {
                *kept = end;
            }
            cuts.count += 1;
            start = end + 1;
        }
        Ok(cuts)
    }

    /// Where a segment stands, counted from 0.
    fn segment(&self, path: &[u8], index: usize) -> Option<Range<usize>> {
        if index >= self.count {
            return None;
        }
        let kept = |index: usize| self.ends.get(index).map(|end| usize::from(*end));
        let before = index.checked_sub(1);
        if let (Some(before), Some(end)) = (before.map_or(Some(0), kept), kept(index)) {
            return Some(before + 1..end);
        }
        let mut start = kept(Self::KEPT - 1)? + 1;
        for _ in Self::KEPT..index {
            start = end_of(path, start) + 1;
        }
        Some(start..end_of(path, start))
    }
}

/// Where the segment that begins at `start` ends.
fn end_of(path: &[u8], start: usize) -> usize {
    let mut end = start;
    while path.get(end).is_some_and(|byte| *byte != b'/') {
        end += 1;
    }
    end
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
