//! The claims as RFC 7519 and RFC 9068 would have them, and nothing else.

use super::claims::{ClaimRules, Said, Scopes, find, strings};
use crate::{Reason, json::Json};

/// How long a subject may be, in bytes.
const MAX_SUBJECT_BYTES: usize = 1024;

/// Checks and reads a payload. The order is that of RFC 7519 §4.1; the first fault is told.
pub(super) fn read(rules: &ClaimRules, payload: &Json, now: f64) -> Result<Said, Reason> {
    issuer(rules, payload)?;
    audience(rules, payload)?;
    let (expires, not_before) = times(rules, payload, now)?;
    if payload.get("jti").is_some_and(|jti| jti.as_str().is_none()) {
        return Err(Reason::TokenClaim);
    }
    let mut said = Said {
        expires,
        not_before,
        subject: Some(subject(find(payload, &rules.paths.subject))?),
        session: session(find(payload, &rules.paths.session))?,
        scopes: Scopes::List(scopes(find(payload, &rules.paths.scopes))?),
        team: None,
        agents: None,
        tenant: None,
    };
    rules.narrowing(payload, &mut said)?;
    Ok(said)
}

/// RFC 7519 §4.1.1, compared letter by letter.
fn issuer(rules: &ClaimRules, payload: &Json) -> Result<(), Reason> {
    match &rules.issuer {
        Some(wanted) if payload.get("iss").and_then(Json::as_str) != Some(wanted) => {
            Err(Reason::TokenIssuer)
        }
        _ => Ok(()),
    }
}

/// RFC 7519 §4.1.3: a string, or an array of strings and nothing else, one of which is us.
fn audience(rules: &ClaimRules, payload: &Json) -> Result<(), Reason> {
    if rules.audience.is_none() {
        return Ok(());
    }
    let names = match payload.get("aud") {
        Some(Json::Array(names)) => names.as_slice(),
        Some(name @ Json::String(_)) => std::slice::from_ref(name),
        _ => return Err(Reason::TokenAudience),
    };
    let strings = names.iter().all(|name| name.as_str().is_some());
    if strings && names.iter().any(|name| rules.is_audience(name)) {
        Ok(())
    } else {
        Err(Reason::TokenAudience)
    }
}

/// RFC 7519 §4.1.4 to §4.1.6. Gives the moments between which the token is taken.
fn times(
    rules: &ClaimRules,
    payload: &Json,
    now: f64,
) -> Result<(Option<f64>, Option<f64>), Reason> {
    let leeway = rules.leeway;
    let (exp, nbf, iat) = (date(payload, "exp")?, date(payload, "nbf")?, date(payload, "iat")?);
    match exp {
        None if rules.require_expiry => return Err(Reason::TokenExpiryMissing),
        Some(exp) if now >= exp + leeway => return Err(Reason::TokenExpired),
        Some(exp) if exp - now > rules.max_lifetime + leeway => return Err(Reason::TokenLifetime),
        _ => {}
    }
    if nbf.is_some_and(|nbf| nbf > now + leeway) {
        return Err(Reason::TokenNotYetValid);
    }
    if iat.is_some_and(|iat| iat > now + leeway) {
        return Err(Reason::TokenIssuedInFuture);
    }
    Ok((exp.map(|exp| exp + leeway), nbf.map(|nbf| nbf - leeway)))
}

/// A `NumericDate` (RFC 7519 §2): a number, and no moment before 1970.
fn date(payload: &Json, name: &str) -> Result<Option<f64>, Reason> {
    match payload.get(name) {
        None => Ok(None),
        Some(Json::Number(number)) if number.as_f64() >= 0.0 => Ok(Some(number.as_f64())),
        Some(_) => Err(Reason::TokenClaim),
    }
}

/// RFC 7519 §4.1.2. A subject goes into headers and logs, so it holds no control character.
fn subject(claim: Option<&Json>) -> Result<String, Reason> {
    match claim.and_then(Json::as_str) {
        Some(subject)
            if (1..=MAX_SUBJECT_BYTES).contains(&subject.len())
                && !subject.contains(char::is_control) =>
        {
            Ok(subject.to_owned())
        }
        _ => Err(Reason::TokenSubject),
    }
}

fn session(claim: Option<&Json>) -> Result<Option<String>, Reason> {
    match claim {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(session)) => Ok(Some(session.clone())),
        Some(_) => Err(Reason::TokenClaim),
    }
}

/// An array of strings, or a string divided by spaces (RFC 8693 §4.2).
fn scopes(claim: Option<&Json>) -> Result<Vec<String>, Reason> {
    match claim {
        None => Ok(Vec::new()),
        Some(Json::String(text)) => {
            Ok(text.split(' ').filter(|scope| !scope.is_empty()).map(Into::into).collect())
        }
        Some(value) => strings(value).ok_or(Reason::TokenScopes),
    }
}
