//! Something for each action: found by its exact name, or by a service above it.

use std::collections::HashMap;

/// What is said of actions by exact names (`stripe.refund`) and of all below a service
/// (`stripe.*`). A question costs one look-up for each segment of the name, however much is said.
#[derive(Clone, Debug)]
pub(super) struct ByAction<T> {
    exact: HashMap<Box<str>, T>,
    /// By the name of the service, without `.*`.
    below: HashMap<Box<str>, T>,
}

impl<T> Default for ByAction<T> {
    fn default() -> Self {
        Self { exact: HashMap::new(), below: HashMap::new() }
    }
}

impl<T: Default> ByAction<T> {
    /// The place of a pattern, made when it is not there yet.
    pub(super) fn entry(&mut self, pattern: &str) -> &mut T {
        let (map, name) = match pattern.strip_suffix(".*") {
            Some(service) => (&mut self.below, service),
            None => (&mut self.exact, pattern),
        };
        map.entry(name.into()).or_default()
    }
}

impl<T> ByAction<T> {
    /// All that is said of an action, the exact name first, then from the nearest service up.
    pub(super) fn of<'a>(&'a self, action: &'a str) -> impl Iterator<Item = &'a T> {
        let services = action.rmatch_indices('.').filter_map(|(dot, _)| action.get(..dot));
        let services = if self.below.is_empty() { None } else { Some(services) };
        let below = services.into_iter().flatten().filter_map(|service| self.below.get(service));
        self.exact.get(action).into_iter().chain(below)
    }

    /// Whether anything is said of an action.
    pub(super) fn covers(&self, action: &str) -> bool {
        self.of(action).next().is_some()
    }

    /// The exact names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.exact.keys().map(|name| &**name)
    }
}
