//! The keys that a policy lists. One that is bad is an error, since somebody is there to mend it.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{
    algorithm::Algorithm,
    jwk::{self, Draft},
    key::{Key, KeyFault, Source},
    material::Material,
    pem,
};
use crate::{
    json::Json,
    policy::{PolicyError, document::KeyDocument},
};

/// What is wrong, and where in a set.
struct Fault(KeyFault, Option<usize>);

impl From<KeyFault> for Fault {
    fn from(fault: KeyFault) -> Self {
        Self(fault, None)
    }
}

/// Loads the keys of an issuer. `pointer` leads to its `keys`.
pub(super) fn load(
    documents: &[KeyDocument],
    allowed: &[Algorithm],
    secrets: &BTreeMap<String, String>,
    pointer: &str,
    next_key: &mut u32,
) -> Result<Vec<Key>, PolicyError> {
    let mut keys = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        let drafts = match document {
            KeyDocument::Env(name) => {
                let value = secrets.get(name).filter(|value| !value.is_empty());
                let missing = || format!("the secret `{name}` is missing or empty");
                let value = value
                    .ok_or_else(|| PolicyError::at(&pointer, "policy_secret_missing", missing()))?;
                from_secret(value, allowed)
            }
            KeyDocument::Pem(text) => from_pem(text, allowed),
            KeyDocument::Jwk(json) => from_json(json, allowed, Some(false)),
            KeyDocument::Jwks(json) => from_json(json, allowed, Some(true)),
        };
        let drafts = drafts.map_err(|Fault(fault, place)| {
            let place = place.map(|place| format!("/jwks/keys/{place}"));
            let place = place.filter(|_| matches!(document, KeyDocument::Jwks(_)));
            PolicyError::at(pointer + &place.unwrap_or_default(), fault.code(), fault.why())
        })?;
        keys.extend(number(&drafts, next_key));
    }
    Ok(keys)
}

/// Gives each pair of key and algorithm a number.
pub(super) fn number<'d>(
    drafts: &'d [Draft],
    next_key: &'d mut u32,
) -> impl Iterator<Item = Key> + 'd {
    drafts.iter().flat_map(|draft| draft.algorithms.iter().map(move |it| (draft, *it))).map(
        |(draft, algorithm)| {
            let id = *next_key;
            *next_key = next_key.wrapping_add(1);
            draft.key(id, algorithm)
        },
    )
}

/// The value of a secret: PEM, a JWK, a JWK Set, or for HS algorithms the shared secret itself.
/// A text that is, or once was, a public key is never taken for a shared secret (RFC 8725 §2.1).
fn from_secret(value: &str, allowed: &[Algorithm]) -> Result<Vec<Draft>, Fault> {
    if pem::is_pem(value) {
        return from_pem(value, allowed);
    }
    let symmetric = allowed.iter().any(|algorithm| algorithm.is_symmetric());
    if value.trim_start().starts_with('{') {
        let json = jwk::parse(value.as_bytes()).map_err(Fault::from);
        return json.and_then(|json| from_json(&json, allowed, None)).map_err(
            |fault| match fault {
                Fault(KeyFault::Invalid(_), place) if symmetric => {
                    Fault(KeyFault::Confusion("this is no shared secret, and no JWK either"), place)
                }
                other => other,
            },
        );
    }
    if !symmetric {
        return Err(KeyFault::Invalid("the secret holds neither PEM nor a JWK").into());
    }
    if value.starts_with("ssh-") || value.starts_with("ecdsa-") || pem::is_bare_key(value) {
        return Err(KeyFault::Confusion("this is a public key, and no shared secret").into());
    }
    let secret = Material::Secret(Zeroizing::new(value.as_bytes().to_vec()));
    Ok(vec![Draft::single(secret, allowed)?])
}

fn from_pem(text: &str, allowed: &[Algorithm]) -> Result<Vec<Draft>, Fault> {
    let keys = pem::read(text)?.into_iter();
    Ok(keys.map(|key| Draft::single(key, allowed)).collect::<Result<_, _>>()?)
}

/// A JWK or a JWK Set, whichever is asked for or is there.
fn from_json(json: &Json, allowed: &[Algorithm], set: Option<bool>) -> Result<Vec<Draft>, Fault> {
    if set.unwrap_or_else(|| json.get("keys").is_some()) {
        from_set(json, allowed)
    } else {
        Ok(vec![jwk::read(json, allowed)?])
    }
}

/// The keys of a set that are for us. Those for something else are nobody's mistake.
fn from_set(set: &Json, allowed: &[Algorithm]) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    for (index, member) in jwk::members(set)?.iter().enumerate() {
        match jwk::read(member, allowed) {
            Ok(draft) => drafts.push(Draft { source: Source::Set, ..draft }),
            Err(KeyFault::Unfit(_)) => {}
            Err(fault) => return Err(Fault(fault, Some(index))),
        }
    }
    if drafts.is_empty() {
        return Err(KeyFault::Unfit("no key of the set is for the issuer's algorithms").into());
    }
    Ok(drafts)
}
