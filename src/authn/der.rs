//! The little of DER (X.690 §10) that a public key is made of.

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Der<'d>(&'d [u8]);

/// The first byte of a value: its type.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Tag {
    Integer = 0x02,
    BitString = 0x03,
    Sequence = 0x30,
}

impl<'d> Der<'d> {
    pub(super) const fn new(bytes: &'d [u8]) -> Self {
        Self(bytes)
    }

    /// The content of the next value, if it has this type and its length is written as DER has
    /// it, in as few bytes as can be.
    pub(super) fn take(&mut self, tag: Tag) -> Option<&'d [u8]> {
        let (length, rest) = match *self.0.strip_prefix(&[tag as u8])? {
            [0x82, high @ 1..=0xff, low, ref rest @ ..] => {
                (usize::from(u16::from_be_bytes([high, low])), rest)
            }
            [length @ 0..=0x7f, ref rest @ ..] | [0x81, length @ 0x80..=0xff, ref rest @ ..] => {
                (usize::from(length), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// The last value.
    pub(super) fn only(mut self, tag: Tag) -> Option<&'d [u8]> {
        self.take(tag).filter(|_| self.0.is_empty())
    }

    /// The next value, an integer that is not negative, without its leading zero.
    pub(super) fn unsigned(&mut self) -> Option<&'d [u8]> {
        match self.take(Tag::Integer)? {
            [0, rest @ ..] if matches!(rest, [0x80..=0xff, ..]) => Some(rest),
            all @ ([1..=0x7f, ..] | [0]) => Some(all),
            _ => None,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
