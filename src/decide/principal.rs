//! A subject that has been authenticated, ready to be asked about.

use crate::authn::{Claims, Issuer, Scopes};
use crate::decide::scope::Permissions;
use crate::policy::Policy;
use crate::policy::document::Flavour;
use crate::sorted::sorted;

/// A subject whose token has passed every check.
///
/// It can be made from [`Claims`] alone, and those from verification alone, so whoever holds one
/// holds the proof that the token was good when it was read.
pub struct Principal {
    number: u32,
    pub(crate) subject: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) grants: Grants,
    pub(crate) issuer: usize,
    pub(crate) key: u32,
    /// The time from which on the token is refused, in seconds, leeway included.
    pub(crate) until: f64,
    /// The time before which the token is refused, in seconds, leeway included.
    pub(crate) from: f64,
}

/// What somebody brings along: scopes, a team, a list of agents.
pub struct Grants {
    /// What the scopes permit. `None` where nothing is said of scopes.
    pub(crate) permissions: Option<Permissions>,
    pub(crate) membership: Membership,
    /// The agents they are limited to, sorted. `None` if they are not limited.
    pub(crate) agents: Option<Vec<String>>,
}

/// A team, or none.
pub(crate) enum Membership {
    /// Nobody asks for a team.
    Unasked,
    /// A team is asked for, and none is named.
    Missing,
    /// This team.
    Team(String),
}

impl Principal {
    /// Turns believed claims into something that can be asked.
    pub(crate) fn new(claims: &Claims, policy: &Policy, count: &mut u32) -> Self {
        *count = count.wrapping_add(1).max(1);
        let issuer = policy.issuers.get(claims.issuer());
        let permissions = match (claims.scopes(), issuer) {
            (Scopes::List(scopes), Some(issuer)) => {
                Permissions::parse(scopes, policy.flavour, issuer.admin_scope())
            }
            _ => Permissions::unreadable(),
        };
        let names_team = issuer.is_none_or(Issuer::names_team);
        let names_agents = issuer.is_none_or(Issuer::names_agents);
        let membership = match (names_team, claims.team()) {
            (false, _) => Membership::Unasked,
            (true, None) => Membership::Missing,
            (true, Some(team)) => Membership::Team(team.to_owned()),
        };
        let agents = names_agents.then(|| sorted(claims.agents().unwrap_or_default().to_vec()));
        Self {
            number: *count,
            subject: claims.subject().map(str::to_owned),
            session: claims.session().map(str::to_owned),
            grants: Grants { permissions: Some(permissions), membership, agents },
            issuer: claims.issuer(),
            key: claims.key_id(),
            until: claims.expires().unwrap_or(f64::INFINITY),
            from: claims.not_before().unwrap_or(f64::NEG_INFINITY),
        }
    }

    /// Its number among the principals of one decision point. No two have the same.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Who it is. `None` only where a compatible flavour lets a token have no subject.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The session the token is for, if it names one.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// What it brings along.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Whether the token holds the admin scope.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.grants.permissions.as_ref().is_some_and(Permissions::is_admin)
    }
}

impl Grants {
    /// What the scopes permit. `None` where nothing is said of scopes.
    #[must_use]
    pub const fn scopes(&self) -> Option<&Permissions> {
        self.permissions.as_ref()
    }

    /// The grants of a subject that somebody else has verified. They are enough to say what it
    /// could do; to let a request through takes a [`Principal`].
    #[must_use]
    pub fn asserted(
        scopes: Option<&[String]>,
        team: Option<String>,
        agents: Option<&[String]>,
        flavour: Flavour,
        admin_scope: &str,
    ) -> Self {
        Self {
            permissions: scopes.map(|scopes| Permissions::parse(scopes, flavour, admin_scope)),
            membership: team.map_or(Membership::Unasked, Membership::Team),
            agents: agents.map(|ids| sorted(ids.to_vec())),
        }
    }
}
