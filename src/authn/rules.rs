//! An issuer's document is judged before it is compiled.

use super::{algorithm::Algorithm, claims::ClaimRules, jws::MAX_TOKEN_BYTES};
use crate::policy::{
    PolicyError,
    document::{Audience, Flavour, IssuerDocument},
};

/// The word that stands for any issuer.
const ANY: &str = "any";
/// How far clocks may be apart, in seconds.
const MAX_LEEWAY: u32 = 300;
/// How far `exp` may lie ahead unless the policy says otherwise, in seconds: 31 days.
const MAX_LIFETIME: u32 = 31 * 24 * 60 * 60;

/// The closed list of algorithms: not empty, and not both kinds of keys (RFC 8725 §2.1).
pub(super) fn algorithms(
    document: &IssuerDocument,
    pointer: &str,
) -> Result<Vec<Algorithm>, PolicyError> {
    let refuse =
        |why: &str| Err(PolicyError::at(format!("{pointer}/algorithms"), "policy_algorithm", why));
    let algorithms: Vec<Algorithm> =
        document.algorithms.iter().map(|name| Algorithm::from(*name)).collect();
    let symmetric = algorithms.iter().filter(|algorithm| algorithm.is_symmetric()).count();
    match algorithms.len() {
        0 => refuse("list at least one algorithm"),
        all if symmetric != 0 && symmetric != all => {
            refuse("HS algorithms cannot stand beside others: make two issuers of it")
        }
        _ => Ok(algorithms),
    }
}

/// There must be keys, or a place they come from, and a shared secret is never published.
pub(super) fn key_sources(
    document: &IssuerDocument,
    algorithms: &[Algorithm],
    pointer: &str,
) -> Result<(), PolicyError> {
    let Some(uri) = &document.jwks_uri else {
        return if document.keys.is_empty() {
            Err(refuse(pointer, "", "an issuer needs `keys` or a `jwks_uri`"))
        } else {
            Ok(())
        };
    };
    let why = if algorithms.iter().any(|algorithm| algorithm.is_symmetric()) {
        "a shared secret is not published: HS algorithms have no `jwks_uri`"
    } else if is_fetchable(uri) {
        return Ok(());
    } else {
        "this must be an https URL without user and fragment (http for localhost alone)"
    };
    Err(PolicyError::at(format!("{pointer}/jwks_uri"), "policy_jwks_uri", why))
}

/// How large a token of this issuer may be.
pub(super) fn max_token_bytes(
    document: &IssuerDocument,
    pointer: &str,
) -> Result<usize, PolicyError> {
    let bytes = document.max_token_bytes.map_or(Ok(MAX_TOKEN_BYTES), usize::try_from);
    match bytes {
        Ok(bytes @ 1..=MAX_TOKEN_BYTES) => Ok(bytes),
        _ => Err(refuse(pointer, "/max_token_bytes", "a token may have 1 to 8192 bytes")),
    }
}

/// What the claims must say.
pub(super) fn claims(document: &IssuerDocument, pointer: &str) -> Result<ClaimRules, PolicyError> {
    let agno = document.flavour == Flavour::Agno31;
    if document.name.is_empty() {
        return Err(refuse(pointer, "/name", "an issuer needs a name"));
    }
    if document.issuer.is_empty() {
        return Err(refuse(pointer, "/issuer", "write the exact `iss`, or `any`"));
    }
    if document.typ.as_deref() == Some("") {
        return Err(refuse(pointer, "/typ", "the type is empty"));
    }
    let leeway = document.leeway_seconds.unwrap_or(if agno { 10 } else { 0 });
    if leeway > MAX_LEEWAY {
        return Err(refuse(pointer, "/leeway_seconds", "clocks may be 300 seconds apart"));
    }
    let lifetime = document.max_lifetime_seconds.or((!agno).then_some(MAX_LIFETIME));
    claim_paths(document, pointer)?;
    Ok(ClaimRules {
        issuer: Some(document.issuer.clone()).filter(|issuer| issuer != ANY),
        audience: audience(document, pointer)?,
        typ: document.typ.clone(),
        leeway: f64::from(leeway),
        require_expiry: document.require_expiry.unwrap_or(!agno),
        max_lifetime: lifetime.map_or(f64::INFINITY, f64::from),
        paths: document.claims.clone(),
        flavour: document.flavour,
    })
}

fn audience(document: &IssuerDocument, pointer: &str) -> Result<Option<Vec<String>>, PolicyError> {
    match &document.audience {
        Audience::Word(_) => Ok(None),
        Audience::List(names) if names.is_empty() || names.iter().any(String::is_empty) => {
            Err(refuse(pointer, "/audience", "list the audiences that are you, or write `any`"))
        }
        Audience::List(names) => Ok(Some(names.clone())),
    }
}

fn claim_paths(document: &IssuerDocument, pointer: &str) -> Result<(), PolicyError> {
    let paths = &document.claims;
    for (member, path) in [
        ("subject", Some(&paths.subject)),
        ("session", Some(&paths.session)),
        ("scopes", Some(&paths.scopes)),
        ("team", paths.team.as_ref()),
        ("agents", paths.agents.as_ref()),
        ("tenant", paths.tenant.as_ref()),
    ] {
        if path.is_some_and(|path| path.split('.').any(str::is_empty)) {
            return Err(PolicyError::at(
                format!("{pointer}/claims/{member}"),
                "policy_claim_path",
                "a claim is named by one or more names divided by dots",
            ));
        }
    }
    Ok(())
}

fn refuse(pointer: &str, member: &str, why: &str) -> PolicyError {
    PolicyError::at(format!("{pointer}{member}"), "policy_issuer", why)
}

/// Whether keys may be fetched from there: https, or http from this machine; no user, no fragment,
/// nothing that two parsers of URLs could read in two ways.
fn is_fetchable(uri: &str) -> bool {
    let (secure, rest) = match (uri.strip_prefix("https://"), uri.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return false,
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "443"),
    };
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let named = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>^`{|}".contains(&byte))
        && port.parse::<u16>().is_ok_and(|number| number != 0)
        && (loopback || secure && named)
}

/// The scope that grants everything. An empty name is none (`agno-3.1` reads it so).
pub(super) fn admin_scope(document: &IssuerDocument) -> &str {
    match document.admin_scope.as_deref() {
        None | Some("") => "agent_os:admin",
        Some(scope) => scope,
    }
}
