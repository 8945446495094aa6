//! What a route asks of its caller.

use std::borrow::Cow;

use super::RequiredScope;

/// A kind of resource that runs.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// `/agents`
    Agents,
    /// `/teams`
    Teams,
    /// `/workflows`
    Workflows,
}

impl Family {
    /// The families there are.
    pub const ALL: [Self; 3] = [Self::Agents, Self::Teams, Self::Workflows];

    /// The name in paths and scopes.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Teams => "teams",
            Self::Workflows => "workflows",
        }
    }

    /// The name of one of them: the resource type in `AuthZEN`.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Agents => "agent",
            Self::Teams => "team",
            Self::Workflows => "workflow",
        }
    }

    /// The family with this name in paths and scopes.
    #[must_use]
    pub fn from_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.kind() == kind)
    }
}

/// The second gate: what the route itself asks, after its scopes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Guard {
    /// The scope that grants everything.
    Admin,
    /// An action on the resource that the path names.
    Resource {
        /// The kind of the resource.
        family: Family,
        /// What is done to it.
        action: &'static str,
    },
}

/// What a route asks of its caller: every scope, and then its guard.
///
/// A route that needs nothing still needs a caller who is known.
#[derive(Clone, Copy, Debug)]
pub struct Needs<'t> {
    pub(super) scopes: &'t [RequiredScope],
    pub(super) guard: Option<Guard>,
}

impl<'t> Needs<'t> {
    /// The scopes, in order, as texts.
    pub fn scopes(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.scopes.iter().map(RequiredScope::text)
    }

    /// The scopes, in order.
    #[must_use]
    pub const fn required(&self) -> &'t [RequiredScope] {
        self.scopes
    }

    /// The second gate.
    #[must_use]
    pub const fn guard(&self) -> Option<Guard> {
        self.guard
    }

    /// What the second gate says to those it keeps out, in the words of `AgentOS`.
    #[must_use]
    pub fn refusal(&self) -> Option<Cow<'static, str>> {
        Some(match self.guard? {
            Guard::Admin => "Admin privileges required".into(),
            Guard::Resource { family, action } => {
                format!("Access denied to {action} this {}", family.singular()).into()
            }
        })
    }
}
