//! One scope, taken apart.

use crate::policy::document::Flavour;

/// The scope that grants everything, unless an issuer has another one.
pub const ADMIN_SCOPE: &str = "agent_os:admin";

/// One scope of a token, or one that a route needs.
///
/// A scope says nothing of who holds it; that is for
/// [`Permissions`](crate::decide::scope::Permissions).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope<'a> {
    /// The scope that grants everything.
    Admin,
    /// `kind:action`, for every resource of the kind.
    Global {
        /// What kind of resource.
        kind: &'a str,
        /// What may be done.
        action: &'a str,
    },
    /// `kind:id:action`. The id `*` is every resource of the kind.
    Single {
        /// What kind of resource.
        kind: &'a str,
        /// Which one.
        id: &'a str,
        /// What may be done.
        action: &'a str,
    },
    /// Something else, such as `openid`. It grants nothing and nothing satisfies it.
    Foreign,
}

impl<'a> Scope<'a> {
    /// Reads a scope. Every text is one, if only a foreign one.
    ///
    /// In the flavour `strict` a scope with an empty part, with whitespace or control characters,
    /// or with a `*` that is not the whole id is foreign. In `agno-3.1` nothing is looked at but
    /// the number of parts, `system` is the old name of `config`, and an empty `admin_scope` is
    /// [`ADMIN_SCOPE`].
    #[must_use]
    pub fn parse(text: &'a str, flavour: Flavour, admin_scope: &str) -> Self {
        if text == effective_admin_scope(admin_scope) {
            return Self::Admin;
        }
        Self::of_parts(text, flavour)
    }

    fn of_parts(text: &'a str, flavour: Flavour) -> Self {
        let mut parts = text.split(':');
        let scope = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(kind), Some(action), None, None) => Self::Global { kind, action },
            (Some(kind), Some(id), Some(action), None) => Self::Single { kind, id, action },
            _ => Self::Foreign,
        };
        match flavour {
            Flavour::Strict => scope.or_foreign(),
            Flavour::Agno31 => scope.renamed(),
        }
    }

    /// The same, if it is well formed.
    fn or_foreign(self) -> Self {
        let is_sound = match self {
            Self::Admin | Self::Foreign => true,
            Self::Global { kind, action } => is_part(kind) && is_part(action),
            Self::Single { kind, id, action } => {
                is_part(kind) && (id == "*" || is_part(id)) && is_part(action)
            }
        };
        if is_sound { self } else { Self::Foreign }
    }

    /// The same under the name of today.
    fn renamed(mut self) -> Self {
        if let Self::Global { kind, .. } | Self::Single { kind, .. } = &mut self
            && *kind == "system"
        {
            *kind = "config";
        }
        self
    }
}

/// The scope that grants everything: the one given, or [`ADMIN_SCOPE`] if that is empty.
pub(crate) fn effective_admin_scope(admin_scope: &str) -> &str {
    if admin_scope.is_empty() { ADMIN_SCOPE } else { admin_scope }
}

/// Whether a text can be one part of a scope.
pub(super) fn is_part(text: &str) -> bool {
    let is_illegal = |letter: char| letter.is_whitespace() || letter.is_control();
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b':' | b'*');
    match text.as_bytes().iter().position(|byte| !is_plain(byte)) {
        None => !text.is_empty(),
        Some(_) => !text.is_ascii() && !text.contains([':', '*']) && !text.contains(is_illegal),
    }
}

/// A scope that a route needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequiredScope {
    text: Box<str>,
    flavour: Flavour,
    /// Where the first part ends and the last begins; nowhere if the scope is foreign.
    cuts: Option<(usize, usize)>,
}

impl RequiredScope {
    /// A scope that a route of this flavour needs.
    #[must_use]
    pub fn new(text: &str, flavour: Flavour) -> Self {
        let cuts = match Scope::of_parts(text, flavour) {
            Scope::Admin | Scope::Foreign => None,
            Scope::Global { .. } | Scope::Single { .. } => text.find(':').zip(text.rfind(':')),
        };
        Self { text: text.into(), flavour, cuts }
    }

    /// The text, as the route has it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whose rules the route follows.
    #[must_use]
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// The scope, where this one grants everything. It depends on the issuer of the token.
    #[must_use]
    pub fn scope(&self, admin_scope: &str) -> Scope<'_> {
        if *self.text == *effective_admin_scope(admin_scope) {
            return Scope::Admin;
        }
        self.parts().unwrap_or(Scope::Foreign)
    }

    fn parts(&self) -> Option<Scope<'_>> {
        let (first, last) = self.cuts?;
        let (kind, action) = (self.text.get(..first)?, self.text.get(last + 1..)?);
        let scope = match self.text.get(first + 1..last) {
            None => Scope::Global { kind, action },
            Some(id) => Scope::Single { kind, id, action },
        };
        Some(if self.flavour == Flavour::Agno31 { scope.renamed() } else { scope })
    }

    /// The kind and the action, where there are both.
    #[must_use]
    pub fn ends(&self) -> Option<(&str, &str)> {
        let (kind, rest) = self.text.split_once(':')?;
        Some((kind, rest.rsplit(':').next().unwrap_or(rest)))
    }
}
