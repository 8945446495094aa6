//! The table of a profile as it is written down, for those who look at a policy from outside.

use crate::policy::document::{Flavour, Profile, Routes};

use super::{ADMIN_SCOPE, Guard, Method, agentos, agno};

/// What a profile guards.
#[derive(Clone, Debug)]
pub(crate) struct Guarded {
    pub(crate) method: Method,
    /// A template. In `agno-3.1` it may be a pattern.
    pub(crate) path: &'static str,
    /// What it asks for: scopes, divided by spaces.
    pub(crate) scopes: String,
    /// Whether it is the second gate of `agno-3.1`, which no rule stands before.
    pub(crate) is_gate: bool,
}

/// What the profile of these routes guards, interfaces included, in the order of its table.
pub(crate) fn guarded(routes: &Routes) -> Vec<Guarded> {
    if routes.profile != Some(Profile::AgentOs) {
        return Vec::new();
    }
    let is_agno = routes.flavour.reading() == Flavour::Agno31;
    let mapped =
        agno::rows(&routes.interfaces).filter(|_| is_agno).map(|&(method, path, scopes)| Guarded {
            method,
            path,
            scopes: scopes.into(),
            is_gate: false,
        });
    let rows = agentos::rows(&routes.interfaces).filter_map(|(method, path, scopes, guard)| {
        let scopes = match guard {
            _ if !is_agno && !scopes.is_empty() => scopes.into(),
            None => return None,
            Some(Guard::Admin) => ADMIN_SCOPE.into(),
            Some(Guard::Resource { family, action }) => [family.kind(), action].join(":"),
        };
        Some(Guarded { method, path, scopes, is_gate: is_agno })
    });
    mapped.chain(rows).collect()
}
