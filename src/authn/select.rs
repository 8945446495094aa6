//! Which keys a token could have been signed with.

use super::{
    issuer::Issuer,
    jws::Header,
    key::{Key, Source},
};
use crate::{
    Reason,
    policy::{PolicyError, document::Flavour},
};

/// How many keys are tried for one token.
const MAX_CANDIDATES: usize = 8;

/// The keys to try, in order: at least one, at most eight.
pub(super) struct Candidates<'i> {
    pub(super) keys: Vec<&'i Key>,
    /// What is said when none of them fits. [`Reason::TokenKeyUnknown`] if a newer JWK Set might
    /// hold the one that does.
    pub(super) exhausted: Reason,
}

/// Keys without a name are told apart by trying, so there cannot be many of them.
pub(super) fn refuse_too_many(keys: &[Key], pointer: &str) -> Result<(), PolicyError> {
    let too_many = keys.iter().any(|key| {
        let same = |other: &&Key| other.kid.is_none() && other.algorithm == key.algorithm;
        keys.iter().filter(same).count() > MAX_CANDIDATES
    });
    if too_many {
        Err(PolicyError::at(pointer, "policy_issuer", "at most 8 keys can have no `kid`"))
    } else {
        Ok(())
    }
}

impl Issuer {
    /// The keys for a token with this header: always of its exact algorithm (RFC 8725 §3.1).
    pub(super) fn candidates(&self, header: &Header) -> Result<Candidates<'_>, Reason> {
        let keys: Vec<&Key> = self.keys().filter(|key| key.algorithm == header.algorithm).collect();
        let kid = header.kid.as_deref();
        let mut chosen = match self.claims.flavour {
            Flavour::Strict => strict(&keys, kid)?,
            Flavour::Agno31 => agno(&keys, kid),
        };
        chosen.truncate(MAX_CANDIDATES);
        let unnamed = kid.is_some_and(|kid| chosen.iter().all(|key| key.kid() != Some(kid)));
        let exhausted = match self.jwks_uri() {
            Some(_) if self.needs_keys() => Reason::TokenKeysUnavailable,
            Some(_) if unnamed => Reason::TokenKeyUnknown,
            _ if chosen.is_empty() => Reason::TokenKeyUnknown,
            _ => Reason::TokenSignature,
        };
        if chosen.is_empty() { Err(exhausted) } else { Ok(Candidates { keys: chosen, exhausted }) }
    }
}

/// A `kid` means the one key of that name, or, if there is none, the keys that have no name. No
/// `kid` means the keys that have no name, and the one that has a name if there is but one.
fn strict<'i>(keys: &[&'i Key], kid: Option<&str>) -> Result<Vec<&'i Key>, Reason> {
    let named = distinct(keys, |key| key.kid().is_some() && kid.is_none_or(|_| key.kid() == kid));
    let unnamed = distinct(keys, |key| key.kid().is_none());
    match (named.as_slice(), kid) {
        ([], _) => Ok(unnamed),
        ([_], Some(_)) => Ok(named),
        ([key], None) => Ok([unnamed.as_slice(), &[*key]].concat()),
        (_, None) if !unnamed.is_empty() => Ok(unnamed),
        _ => Err(Reason::TokenKeyAmbiguous),
    }
}

/// The key of the set with that name, else the one without, and of several the last; then the
/// keys that stand alone, in order. A key that does not fit never keeps the next from being tried.
fn agno<'i>(keys: &[&'i Key], kid: Option<&str>) -> Vec<&'i Key> {
    let (set, single): (Vec<&Key>, Vec<&Key>) =
        keys.iter().partition(|key| key.source == Source::Set);
    let last = |kid: Option<&str>| set.iter().rev().copied().find(|key| key.kid() == kid);
    last(kid).or_else(|| last(None)).into_iter().chain(single).collect()
}

/// The keys that pass, each once, under however many names it stands.
fn distinct<'i>(keys: &[&'i Key], passes: impl Fn(&Key) -> bool) -> Vec<&'i Key> {
    let mut distinct: Vec<&Key> = Vec::new();
    for key in keys.iter().copied().filter(|key| passes(key)) {
        if distinct.iter().all(|known| known.thumbprint != key.thumbprint) {
            distinct.push(key);
        }
    }
    distinct
}
