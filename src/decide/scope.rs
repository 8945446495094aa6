//! The scopes of a token, and whether they are enough for a route.
//!
//! Scopes add up: each can only let more in. [`check`] asks the gates in the order of `AgentOS`:
//!
//! 1. every scope that the route needs, or for a list the right to see any of it;
//! 2. the guard of the route itself.

use std::cmp::Ordering;

use crate::sorted::sorted;
use crate::{
    policy::document::Flavour,
    request::{ADMIN_SCOPE, Family, Found, Guard, Path, RequiredScope, Scope},
};

/// The scopes of a token, sorted so that a right is found in a few steps however many there are.
#[derive(Clone, Debug)]
pub struct Permissions {
    admin_scope: Box<str>,
    is_admin: bool,
    is_readable: bool,
    grants: Vec<Grant>,
}

/// An action on one resource, or on all of a kind. In this order: all, then one by one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Grant {
    kind: Box<str>,
    action: Box<str>,
    id: Option<Box<str>>,
}

impl Grant {
    fn of(scope: Scope<'_>) -> Option<Self> {
        let (kind, id, action) = match scope {
            Scope::Admin | Scope::Foreign => return None,
            // An empty id does what `*` does. Only `agno-3.1` reads one.
            Scope::Global { kind, action } | Scope::Single { kind, id: "" | "*", action } => {
                (kind, None, action)
            }
            Scope::Single { kind, id, action } => (kind, Some(id.into()), action),
        };
        Some(Self { kind: kind.into(), action: action.into(), id })
    }

    fn compare(&self, kind: &str, action: &str) -> Ordering {
        (*self.kind).cmp(kind).then_with(|| (*self.action).cmp(action))
    }
}

impl Permissions {
    /// What these scopes permit, read as the flavour of the issuer reads them.
    #[must_use]
    pub fn parse<S: AsRef<str>>(scopes: &[S], flavour: Flavour, admin_scope: &str) -> Self {
        let scopes = scopes.iter().map(|text| Scope::parse(text.as_ref(), flavour, admin_scope));
        let grants = sorted(scopes.clone().filter_map(Grant::of).collect());
        Self {
            admin_scope: admin_scope.into(),
            is_admin: scopes.into_iter().any(|scope| scope == Scope::Admin),
            is_readable: true,
            grants,
        }
    }

    /// What somebody may do who brings lists and no scopes: to run and read the agents on them.
    #[must_use]
    pub fn of_lists() -> Self {
        Self::parse(&["agents:read", "agents:run"], Flavour::Strict, ADMIN_SCOPE)
    }

    /// What scopes permit that cannot be read: nothing, whatever else is among them.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { admin_scope: "".into(), is_admin: false, is_readable: false, grants: Vec::new() }
    }

    /// Whether everything is permitted.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.is_admin
    }

    /// Whether an action is permitted on one resource of a kind, or on all of them.
    #[must_use]
    pub fn grants(&self, kind: &str, id: Option<&str>, action: &str) -> bool {
        if self.is_admin {
            return true;
        }
        let has = |id: Option<&str>| {
            let order = |grant: &Grant| {
                grant.compare(kind, action).then_with(|| grant.id.as_deref().cmp(&id))
            };
            self.grants.binary_search_by(order).is_ok()
        };
        has(None) || (id.is_some() && has(id))
    }

    /// Whether a scope that a route needs is there, when the path names this resource.
    ///
    /// Two parts, of the kind that the path is about, mean the resource of the path; of another
    /// kind they mean all of it. With three parts the id counts, and in `agno-3.1` it does not:
    /// there the id of the path counts, whatever it is an id of.
    #[must_use]
    pub fn satisfies(&self, required: &RequiredScope, resource: Option<(&str, &str)>) -> bool {
        if self.is_admin {
            return true;
        }
        match required.scope(&self.admin_scope) {
            Scope::Admin | Scope::Foreign => false,
            Scope::Global { kind, action } => {
                let same = resource.filter(|&(of, _)| of == kind);
                self.grants(kind, same.map(|(_, id)| id), action)
            }
            Scope::Single { kind, id, action } => match (required.flavour(), id) {
                (_, "") | (Flavour::Strict, "*") => self.grants(kind, None, action),
                (Flavour::Strict, id) => self.grants(kind, Some(id), action),
                (Flavour::Agno31, _) => self.grants(kind, resource.map(|(_, id)| id), action),
            },
        }
    }

    /// Of which resources of a kind one of these actions is permitted.
    #[must_use]
    pub fn accessible(&self, kind: &str, actions: &[&str]) -> Accessible<'_> {
        if self.is_admin {
            return Accessible::All;
        }
        let mut ids = Vec::new();
        for grant in actions.iter().flat_map(|action| self.of(kind, action)) {
            match &grant.id {
                None => return Accessible::All,
                Some(id) => ids.push(&**id),
            }
        }
        Accessible::Ids(sorted(ids))
    }

    /// Whether one of these actions is permitted on any resource of a kind.
    #[must_use]
    pub fn reaches(&self, kind: &str, actions: &[&str]) -> bool {
        self.is_admin || actions.iter().any(|action| !self.of(kind, action).is_empty())
    }

    /// What is permitted on a kind with an action.
    fn of(&self, kind: &str, action: &str) -> &[Grant] {
        let start = self.grants.partition_point(|grant| grant.compare(kind, action).is_lt());
        let rest = self.grants.get(start..).unwrap_or_default();
        let length = rest.partition_point(|grant| grant.compare(kind, action).is_eq());
        rest.get(..length).unwrap_or_default()
    }
}

/// Which resources of a kind.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Accessible<'p> {
    /// Every one there is.
    All,
    /// These, sorted.
    Ids(Vec<&'p str>),
}

impl Accessible<'_> {
    /// Whether a resource is one of them.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Ids(ids) => ids.binary_search(&id).is_ok(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Ids(ids) if ids.is_empty())
    }

    /// Those that are among the others too.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, other) => other,
            (ids, Self::All) => ids,
            (Self::Ids(mut ids), other) => {
                ids.retain(|id| other.has(id));
                Self::Ids(ids)
            }
        }
    }
}

/// What the gates say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gate {
    /// Both let the request in.
    Passed {
        /// Whether only because it asks for a list: then it may show what [`visible`] says.
        listing: bool,
    },
    /// A scope is missing.
    ScopeMissing,
    /// The scopes are there, but they do not reach what the guard of the route asks for.
    AccessMissing,
}

/// Both gates, in their order.
#[must_use]
pub fn check(found: &Found<'_>, path: &Path<'_>, permissions: &Permissions) -> Gate {
    check_on(found, found.resource(path), permissions)
}

/// The same, for a resource whose id may stand elsewhere than in the path.
#[must_use]
pub fn check_on(
    found: &Found<'_>,
    resource: Option<(&str, &str)>,
    permissions: &Permissions,
) -> Gate {
    let first = check_scopes_on(found, resource, permissions);
    let Gate::Passed { listing } = first else {
        return first;
    };
    if found.listing.is_some_and(|family| !sees_any(found, family, listing, permissions)) {
        return Gate::ScopeMissing;
    }
    let is_let_in = match found.needs.guard() {
        None => true,
        Some(Guard::Admin) => permissions.is_admin(),
        Some(Guard::Resource { family, action }) => {
            permissions.grants(family.kind(), resource.map(|(_, id)| id), action)
        }
    };
    if is_let_in { first } else { Gate::AccessMissing }
}

/// The first gate: every scope that the route needs. Where it asks for a list, the first of them
/// may be held for single members only; `agno-3.1` then lets everybody in and shows what is left.
#[must_use]
pub fn check_scopes(found: &Found<'_>, path: &Path<'_>, permissions: &Permissions) -> Gate {
    check_scopes_on(found, found.resource(path), permissions)
}

fn check_scopes_on(
    found: &Found<'_>,
    resource: Option<(&str, &str)>,
    permissions: &Permissions,
) -> Gate {
    let mut scopes = found.needs.required().iter();
    if scopes.clone().all(|required| permissions.satisfies(required, resource)) {
        return Gate::Passed { listing: false };
    }
    let (Some(kind), Some(action)) = (found.resource_kind, found.listing_action) else {
        return Gate::ScopeMissing;
    };
    let is_open = match found.flavour {
        Flavour::Agno31 => permissions.is_readable,
        Flavour::Strict => {
            scopes.next();
            permissions.reaches(kind, &[action])
                && scopes.all(|required| permissions.satisfies(required, resource))
        }
    };
    if is_open { Gate::Passed { listing: true } } else { Gate::ScopeMissing }
}

/// What of a list the caller may see. `listing` is what [`Gate::Passed`] said.
///
/// The answer to a request that passed the gate may hold these and no other members. It is
/// `None` where the route lists nothing.
#[must_use]
pub fn visible<'p>(
    found: &Found<'_>,
    listing: bool,
    permissions: &'p Permissions,
) -> Option<Accessible<'p>> {
    let family = found.listing?.kind();
    let asked = match found.listing_action {
        Some(action) if listing || found.flavour == Flavour::Strict => {
            permissions.accessible(family, &[action])
        }
        _ => Accessible::All,
    };
    match found.flavour {
        Flavour::Strict => Some(asked),
        Flavour::Agno31 => Some(asked.and(permissions.accessible(family, &["read"]))),
    }
}

/// Whether a list has anything to show. `agno-3.1` shows who may run a thing that there is one.
fn sees_any(found: &Found<'_>, family: Family, listing: bool, permissions: &Permissions) -> bool {
    match (found.listing_action, found.flavour) {
        (Some(action), _) if listing => permissions.reaches(family.kind(), &[action]),
        (_, Flavour::Agno31) => permissions.reaches(family.kind(), &["read", "run"]),
        (_, Flavour::Strict) => true,
    }
}
