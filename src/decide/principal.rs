//! A subject that has been authenticated, ready to be asked about.

use std::rc::Rc;

use super::OwnList;
use crate::authn::{Claims, Issuer, KeyRecord, Scopes};
use crate::decide::scope::Permissions;
use crate::policy::Policy;

/// A subject whose token or key has passed every check.
///
/// It can be made from [`Claims`] alone, and those from verification alone, or from a key whose
/// record was found by its hash, and which may be used. So whoever holds one holds the proof that
/// the credential was good when it was read.
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
    /// The record of the key, if it was one.
    pub(crate) record: Option<Rc<KeyRecord>>,
}

/// What somebody brings along: scopes, a team, lists of agents.
pub struct Grants {
    pub(crate) permissions: Permissions,
    pub(crate) membership: Membership,
    /// The lists of agents they are limited to, each of which counts.
    pub(crate) lists: Vec<OwnList>,
    /// The tenant they are of, where that is known.
    pub(crate) tenant: Option<String>,
}

/// A team, or none.
pub(crate) enum Membership {
    /// Nobody asks for a team.
    Unasked,
    /// A team is asked for, and none is named that the policy knows.
    Unknown,
    /// The team with this number.
    Team(usize),
}

impl Membership {
    fn of(team: Option<&str>, policy: &Policy) -> Self {
        team.and_then(|team| policy.registry.team_number(team)).map_or(Self::Unknown, Self::Team)
    }
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
        let membership =
            if names_team { Membership::of(claims.team(), policy) } else { Membership::Unasked };
        let list = names_agents.then(|| claims.agents().unwrap_or_default().to_vec());
        let lists = list.into_iter().map(|ids| OwnList::new(ids, Vec::new())).collect();
        let tenant = claims.tenant().map(str::to_owned);
        Self {
            number: *count,
            subject: claims.subject().map(str::to_owned),
            session: claims.session().map(str::to_owned),
            grants: Grants { permissions, membership, lists, tenant },
            issuer: claims.issuer(),
            key: claims.key_id(),
            until: claims.expires().unwrap_or(f64::INFINITY),
            from: claims.not_before().unwrap_or(f64::NEG_INFINITY),
            record: None,
        }
    }

    /// The subject of a key that may be used, with the lists that its record has.
    pub(super) fn from_key(record: &Rc<KeyRecord>, grants: Grants) -> Self {
        Self {
            number: 0,
            subject: record.subject.clone(),
            session: record.session.clone(),
            grants,
            issuer: usize::MAX,
            key: u32::MAX,
            until: f64::NEG_INFINITY,
            from: f64::INFINITY,
            record: Some(Rc::clone(record)),
        }
    }

    /// Its number among the principals of one decision point. No two have the same, but those that
    /// are not remembered all have 0.
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

    /// The tenant it is of, if that is known.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.grants.tenant.as_deref()
    }

    /// What it brings along.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Whether the token holds the admin scope, or the key is an administrator's.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.grants.permissions.is_admin()
    }
}

impl Grants {
    /// The grants of a subject that somebody else has verified. They are enough to say what it
    /// could do; to let a request through takes a [`Principal`].
    #[must_use]
    pub fn asserted(
        scopes: Option<&[String]>,
        team: Option<&str>,
        list: Option<OwnList>,
        tenant: Option<String>,
        policy: &Policy,
    ) -> Self {
        let admin_scope = policy.issuers().first().map_or("", Issuer::admin_scope);
        Self {
            permissions: match scopes {
                Some(scopes) => Permissions::parse(scopes, policy.flavour, admin_scope),
                None => Permissions::of_lists(),
            },
            membership: team.map_or(Membership::Unasked, |team| Membership::of(Some(team), policy)),
            lists: list.into_iter().collect(),
            tenant,
        }
    }
}
