//! Names of actions, and `service.*`.

/// One action, or all below a service. Of two patterns one holds the other, or they have nothing
/// in common.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Pattern<'p> {
    /// The action, or the service without `.*`.
    name: &'p str,
    is_service: bool,
    text: &'p str,
}

impl<'p> Pattern<'p> {
    /// Reads an entry of a list of actions. A `*` anywhere but in `service.*` is a letter.
    pub(super) fn new(text: &'p str) -> Self {
        match text.strip_suffix(".*") {
            Some(name) if !name.is_empty() && !name.contains('*') => {
                Self { name, is_service: true, text }
            }
            _ => Self::exact(text),
        }
    }

    /// The action with this very name.
    pub(super) fn exact(text: &'p str) -> Self {
        Self { name: text, is_service: false, text }
    }

    pub(super) fn list(texts: &'p [String]) -> Vec<Self> {
        texts.iter().map(|text| Self::new(text)).collect()
    }

    /// The entry as it was written.
    pub(super) const fn text(&self) -> &'p str {
        self.text
    }

    pub(super) const fn is_service(&self) -> bool {
        self.is_service
    }

    /// Whether a `*` stands here that means no more than any other letter.
    pub(super) fn has_star(&self) -> bool {
        !self.is_service && self.text.contains('*')
    }

    /// Whether each action of the other is one of these too.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self.is_service, other.name.strip_prefix(self.name)) {
            (_, None) => false,
            (is_service, Some("")) => is_service == other.is_service,
            (is_service, Some(rest)) => is_service && rest.len() > 1 && rest.starts_with('.'),
        }
    }

    /// The narrower one of two that have something in common.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        if self.covers(other) {
            return Some(*other);
        }
        other.covers(self).then_some(*self)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.and(other).is_some()
    }
}
