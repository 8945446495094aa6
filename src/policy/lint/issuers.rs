//! Issuers that believe more than their author can mean, and keys of people.

use std::collections::BTreeMap;

use super::table::Lint;
use super::{Report, ids, item, member};
use crate::authn::{Algorithm, Issuer};
use crate::json::Json;
use crate::policy::document::{
    AccessWord, Audience, Flavour, IssuerDocument, KeyDocument, PolicyDocument,
};

/// Beyond this leeway, in seconds, it is not about clocks any more.
const LEEWAY: u32 = 60;
/// Beyond this lifetime, in seconds, a token is a password: 90 days.
const LIFETIME: u32 = 90 * 24 * 60 * 60;

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let issuers = &document.authentication.issuers;
    for (index, issuer) in issuers.iter().enumerate() {
        let pointer = item("/authentication/issuers", index);
        if let Audience::Word(_) = issuer.audience {
            report.add(Lint::AudienceAny, member(&pointer, "audience"), &[]);
        }
        if let Audience::List(names) = &issuer.audience {
            ids::repeated(names, Clone::clone, &member(&pointer, "audience"), report);
        }
        // With a shared secret alone, whoever holds it is the issuer.
        let is_shared = issuers.len() == 1 && algorithms(issuer).all(Algorithm::is_symmetric);
        if issuer.issuer == "any" && !is_shared {
            report.add(Lint::IssuerAny, member(&pointer, "issuer"), &[]);
        }
        if issuer.claims.team.is_some() && document.teams.is_empty() {
            let place = member(&member(&pointer, "claims"), "team");
            report.add(Lint::TeamClaimUnmet, place, &[]);
        }
        times(issuer, &pointer, report);
        keys(issuer, &pointer, report);
    }
    let Some(keys) = &document.authentication.virtual_keys else { return };
    let pointer = "/authentication/virtual_keys";
    // Every JWS in compact form begins so, since its header begins with `{"`.
    if "eyJ".starts_with(&keys.prefix) || keys.prefix.starts_with("eyJ") {
        report.add(Lint::KeysPrefix, member(pointer, "prefix"), &[]);
    }
    if keys.default_agents == AccessWord::All {
        report.add(Lint::KeysUnrestricted, member(pointer, "default_agents"), &[]);
    }
}

fn algorithms(issuer: &IssuerDocument) -> impl Iterator<Item = Algorithm> {
    issuer.algorithms.iter().map(|name| Algorithm::from(*name))
}

fn times(issuer: &IssuerDocument, pointer: &str, report: &mut Report) {
    let is_agno = issuer.flavour == Flavour::Agno31;
    let of_flavour = is_agno.then_some("flavour");
    let expiry = match issuer.require_expiry {
        Some(is_required) => (!is_required).then_some("require_expiry"),
        None => of_flavour,
    };
    if let Some(name) = expiry {
        report.add(Lint::ExpiryOptional, member(pointer, name), &[]);
    }
    let lifetime = match issuer.max_lifetime_seconds {
        Some(0) => {
            report.add(Lint::LifetimeZero, member(pointer, "max_lifetime_seconds"), &[]);
            None
        }
        Some(seconds) => (seconds > LIFETIME).then_some("max_lifetime_seconds"),
        None => of_flavour,
    };
    if let Some(name) = lifetime {
        report.add(Lint::LifetimeLong, member(pointer, name), &[]);
    }
    if issuer.leeway_seconds.is_some_and(|seconds| seconds > LEEWAY) {
        report.add(Lint::LeewayLarge, member(pointer, "leeway_seconds"), &[]);
    }
}

fn keys(issuer: &IssuerDocument, pointer: &str, report: &mut Report) {
    let listed = member(pointer, "keys");
    for (index, key) in issuer.keys.iter().enumerate() {
        let place = item(&listed, index);
        match key {
            KeyDocument::Jwk(jwk) if is_shared(jwk) => {
                report.add(Lint::SecretInPolicy, member(&place, "jwk"), &[]);
            }
            KeyDocument::Jwks(set)
                if set
                    .get("keys")
                    .and_then(Json::as_array)
                    .is_some_and(|keys| keys.iter().any(is_shared)) =>
            {
                report.add(Lint::SecretInPolicy, member(&place, "jwks"), &[]);
            }
            _ => {}
        }
    }
    if issuer.jwks_uri.as_ref().is_some_and(|uri| uri.starts_with("http://")) {
        report.add(Lint::JwksLocal, member(pointer, "jwks_uri"), &[]);
    }
    let place = member(pointer, "algorithms");
    let all: Vec<Algorithm> = algorithms(issuer).collect();
    ids::repeated(&all, |algorithm| algorithm.name().into(), &place, report);
    // Only where all keys are known: a secret or a published set may hold any.
    let is_open = issuer.keys.iter().any(|key| matches!(key, KeyDocument::Env(_)));
    if is_open || issuer.jwks_uri.is_some() || all.iter().any(|it| it.is_symmetric()) {
        return;
    }
    let Ok(compiled) = Issuer::compile(issuer, &BTreeMap::new(), pointer, &mut 0) else { return };
    for (index, algorithm) in all.iter().enumerate() {
        let is_used = compiled.platform_keys().any(|key| key.algorithm() == *algorithm);
        if !is_used {
            report.add(Lint::AlgorithmUnused, item(&place, index), &[algorithm.name()]);
        }
    }
}

/// Whether a JWK is a shared secret (RFC 7518 §6.4).
fn is_shared(jwk: &Json) -> bool {
    jwk.get("kty").and_then(Json::as_str) == Some("oct") || jwk.get("k").is_some()
}
