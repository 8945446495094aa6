//! HTTP methods, as a number that is cheap to pass.

use crate::policy::document::MethodName;

/// An HTTP method (RFC 9110 §9.1: case-sensitive). The number of each is what crosses from
/// JavaScript.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Method {
    /// Any that is not below. No rule names it.
    Other,
    /// Transfer a representation.
    Get,
    /// The same without content.
    Head,
    /// Process the content.
    Post,
    /// Replace.
    Put,
    /// Change in part (RFC 5789).
    Patch,
    /// Remove.
    Delete,
    /// Ask what can be done.
    Options,
}

impl Method {
    /// Whether it only asks (RFC 9110 §9.2.1).
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }

    const ALL: [(Self, &'static str); 8] = [
        (Self::Other, ""),
        (Self::Get, "GET"),
        (Self::Head, "HEAD"),
        (Self::Post, "POST"),
        (Self::Put, "PUT"),
        (Self::Patch, "PATCH"),
        (Self::Delete, "DELETE"),
        (Self::Options, "OPTIONS"),
    ];

    /// The method with this name. Names are case-sensitive: `get` is another method.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.iter().skip(1).find(|(_, known)| *known == name);
        known.map_or(Self::Other, |(method, _)| *method)
    }

    /// The method with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        let known = usize::try_from(number).ok().and_then(|number| Self::ALL.get(number));
        known.map_or(Self::Other, |(method, _)| *method)
    }

    /// All methods, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().map(|(method, _)| *method)
    }

    /// The name. Empty for [`Method::Other`].
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.get(self as usize).map_or("", |(_, name)| name)
    }
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Get => Self::Get,
            MethodName::Head => Self::Head,
            MethodName::Post => Self::Post,
            MethodName::Put => Self::Put,
            MethodName::Patch => Self::Patch,
            MethodName::Delete => Self::Delete,
            MethodName::Options => Self::Options,
        }
    }
}
