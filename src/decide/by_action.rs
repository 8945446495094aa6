//! Something for each action: found by its exact name, or by a service above it.

use crate::table::Table;

/// What is said of actions by exact names (`stripe.refund`) and of all below a service
/// (`stripe.*`). A question costs one look-up for each segment of the name, however much is said.
#[derive(Clone, Debug)]
pub(super) struct ByAction<T> {
    exact: Table<T>,
    /// By the name of the service, without `.*`.
    below: Table<T>,
}

impl<T> Default for ByAction<T> {
    fn default() -> Self {
        Self { exact: Table::default(), below: Table::default() }
    }
}

impl<T> ByAction<T> {
    /// The value of a pattern, which is `make` if it has none yet.
    pub(super) fn or_insert_with(
        &mut self,
        pattern: &str,
        make: impl FnOnce() -> T,
    ) -> Option<&mut T> {
        match pattern.strip_suffix(".*") {
            Some(service) => self.below.or_insert_with(service, make),
            None => self.exact.or_insert_with(pattern, make),
        }
    }

    /// All that is said of an action, the exact name first, then from the nearest service up.
    pub(super) fn of<'t, 'a>(
        &'t self,
        action: &'a str,
    ) -> impl Iterator<Item = &'t T> + use<'t, 'a, T> {
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
        self.exact.names()
    }
}
