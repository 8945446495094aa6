//! What a verified token says.

use std::fmt;

use super::{agno, jws, key::Key, strict};
use crate::{
    Reason,
    json::Json,
    policy::document::{ClaimPaths, Flavour},
};

/// The claims of a token that has passed every check.
///
/// There is no way to make one but [`begin`](super::begin) and
/// [`Pending::finish`](super::Pending::finish), so code that holds one need not check anything
/// again. It was true at the time it was made: [`expires`](Self::expires) says for how long.
#[derive(Clone)]
pub struct Claims {
    issuer: usize,
    key_id: u32,
    thumbprint: [u8; 32],
    said: Said,
}

/// What the payload says, in our words.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) expires: Option<f64>,
    pub(super) not_before: Option<f64>,
    pub(super) subject: Option<String>,
    pub(super) session: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) team: Option<String>,
    pub(super) agents: Option<Vec<String>>,
    pub(super) tenant: Option<String>,
}

/// The scopes of a token, as they stand in it.
#[derive(Clone, Eq, PartialEq)]
pub enum Scopes {
    /// These. None if the claim is absent.
    List(Vec<String>),
    /// There is a list, and something in it is not a string. It grants nothing, not even what its
    /// strings say. Made in the flavour `agno-3.1`; strict rules refuse such a token.
    Unreadable,
}

/// What the claims of an issuer's tokens must say.
pub(super) struct ClaimRules {
    /// The exact `iss`.
    pub(super) issuer: Option<String>,
    /// The audiences that are us.
    pub(super) audience: Option<Vec<String>>,
    /// The `typ` of the header.
    pub(super) typ: Option<String>,
    /// In seconds.
    pub(super) leeway: f64,
    pub(super) require_expiry: bool,
    /// In seconds, perhaps infinite.
    pub(super) max_lifetime: f64,
    pub(super) paths: ClaimPaths,
    pub(super) flavour: Flavour,
}

impl ClaimRules {
    /// Reads the payload of a token whose signature this key has verified.
    pub(super) fn read(
        &self,
        payload: &[u8],
        issuer: usize,
        key: &Key,
        now: f64,
    ) -> Result<Claims, Reason> {
        let payload = jws::object(payload, Reason::TokenPayload)?;
        let said = match self.flavour {
            Flavour::Strict => strict::read(self, &payload, now),
            Flavour::Agno31 => agno::read(self, &payload, now),
        }?;
        if said.subject.as_deref().is_some_and(is_reserved) {
            return Err(Reason::TokenSubjectReserved);
        }
        Ok(Claims { issuer, key_id: key.id(), thumbprint: *key.thumbprint(), said })
    }

    /// Whether one of these is us. Audiences are compared letter by letter.
    pub(super) fn is_audience(&self, name: &Json) -> bool {
        let wanted = self.audience.as_deref().unwrap_or_default();
        name.as_str().is_some_and(|name| wanted.iter().any(|wanted| wanted == name))
    }

    /// The team, the agents and the tenant. Each narrows what the token may do, so one that cannot
    /// be read is an error, and `null` is not the same as absent.
    pub(super) fn narrowing(&self, payload: &Json, said: &mut Said) -> Result<(), Reason> {
        said.team = text(payload, self.paths.team.as_deref())?;
        said.tenant = text(payload, self.paths.tenant.as_deref())?;
        said.agents = match self.paths.agents.as_deref().and_then(|path| find(payload, path)) {
            None => None,
            Some(ids) => Some(strings(ids).ok_or(Reason::TokenClaim)?),
        };
        Ok(())
    }
}

/// The text at a path, if there is one.
fn text(payload: &Json, path: Option<&str>) -> Result<Option<String>, Reason> {
    match path.and_then(|path| find(payload, path)) {
        None => Ok(None),
        Some(value) => Ok(Some(value.as_str().ok_or(Reason::TokenClaim)?.to_owned())),
    }
}

/// The claim at a path: by its whole name, else name by name along the dots.
pub(super) fn find<'j>(payload: &'j Json, path: &str) -> Option<&'j Json> {
    payload.get(path).or_else(|| path.split('.').try_fold(payload, |value, name| value.get(name)))
}

/// The strings of an array that holds nothing else.
pub(super) fn strings(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::Array(items) => {
            items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect()
        }
        _ => None,
    }
}

/// The subjects that AgentOS keeps for itself. A token that could name one would be it.
fn is_reserved(subject: &str) -> bool {
    subject.starts_with("sa:") || subject.starts_with("__oauth__:") || subject == "__scheduler__"
}

impl Claims {
    /// The place of the issuer in the list that the token was verified against.
    #[must_use]
    pub const fn issuer(&self) -> usize {
        self.issuer
    }

    /// The id of the key that verified it.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The thumbprint of that key (RFC 7638).
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// The first moment at which the token is refused: `exp` and the leeway, in seconds since
    /// 1970. `None` if it never is.
    #[must_use]
    pub const fn expires(&self) -> Option<f64> {
        self.said.expires
    }

    /// The first moment at which the token is taken: `nbf` less the leeway, in seconds since 1970.
    #[must_use]
    pub const fn not_before(&self) -> Option<f64> {
        self.said.not_before
    }

    /// Who it is. Always there under strict rules.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.said.subject.as_deref()
    }

    /// In which session.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.said.session.as_deref()
    }

    /// With which scopes.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.said.scopes
    }

    /// In which team.
    #[must_use]
    pub fn team(&self) -> Option<&str> {
        self.said.team.as_deref()
    }

    /// For which agents alone. `None` if the token does not say.
    #[must_use]
    pub fn agents(&self) -> Option<&[String]> {
        self.said.agents.as_deref()
    }

    /// Of which tenant.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.said.tenant.as_deref()
    }
}

/// Shows where the claims come from, and none of them.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("issuer", &self.issuer)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Shows how many there are.
impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(scopes) => f.debug_tuple("List").field(&scopes.len()).finish(),
            Self::Unreadable => f.write_str("Unreadable"),
        }
    }
}
