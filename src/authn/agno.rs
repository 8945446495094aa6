//! The claims as AgentOS 3.1 reads them (PyJWT 2.15), open corners included.

use super::claims::{ClaimRules, Said, Scopes, find, strings};
use crate::{Reason, json::Json};

/// Checks and reads a payload, in PyJWT's order.
pub(super) fn read(rules: &ClaimRules, payload: &Json, now: f64) -> Result<Said, Reason> {
    let (expires, not_before) = times(rules, payload, now)?;
    for (name, reason) in [("sub", Reason::TokenSubject), ("jti", Reason::TokenClaim)] {
        if payload.get(name).is_some_and(|value| value.as_str().is_none()) {
            return Err(reason);
        }
    }
    audience(rules, payload)?;
    if let Some(wanted) = &rules.issuer
        && payload.get("iss").and_then(Json::as_str) != Some(wanted)
    {
        return Err(Reason::TokenIssuer);
    }
    let subject = match find(payload, &rules.paths.subject) {
        None | Some(Json::Null) => None,
        Some(Json::String(subject)) => Some(subject.clone()),
        // AgentOS would go on with a number for a user.
        Some(_) => return Err(Reason::TokenSubject),
    };
    let session = find(payload, &rules.paths.session).and_then(Json::as_str).map(Into::into);
    let mut said = Said {
        expires,
        not_before,
        subject,
        session,
        scopes: scopes(find(payload, &rules.paths.scopes)),
        team: None,
        agents: None,
        tenant: None,
    };
    rules.narrowing(payload, &mut said)?;
    Ok(said)
}

fn times(
    rules: &ClaimRules,
    payload: &Json,
    now: f64,
) -> Result<(Option<f64>, Option<f64>), Reason> {
    let leeway = rules.leeway;
    let date = |name| payload.get(name).map(integer).transpose();
    if date("iat")?.is_some_and(|iat| iat > now + leeway) {
        return Err(Reason::TokenIssuedInFuture);
    }
    let not_before = date("nbf")?;
    if not_before.is_some_and(|nbf| nbf > now + leeway) {
        return Err(Reason::TokenNotYetValid);
    }
    let expires = date("exp")?;
    match expires {
        None if rules.require_expiry => return Err(Reason::TokenExpiryMissing),
        Some(exp) if exp <= now - leeway => return Err(Reason::TokenExpired),
        Some(exp) if exp - now > rules.max_lifetime + leeway => return Err(Reason::TokenLifetime),
        _ => {}
    }
    Ok((expires.map(|exp| exp + leeway), not_before.map(|nbf| nbf - leeway)))
}

/// Python's `int(value)`.
fn integer(value: &Json) -> Result<f64, Reason> {
    match value {
        Json::Bool(value) => Ok(f64::from(u8::from(*value))),
        Json::Number(number) => Ok(number.as_f64().trunc()),
        Json::String(text) => integer_of_text(text).ok_or(Reason::TokenClaim),
        _ => Err(Reason::TokenClaim),
    }
}

/// Digits with a sign, single underscores between them, and white space around.
fn integer_of_text(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = digits
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = digits.bytes().filter(u8::is_ascii_digit).map(|byte| f64::from(byte - b'0'));
    let value = whole.then(|| digits.fold(0.0, |value, digit| value * 10.0 + digit))?;
    let value = if text.starts_with('-') { -value } else { value };
    value.is_finite().then_some(value)
}

/// Missing or `null` is not us. Of a list any element may be us, whatever the others are.
fn audience(rules: &ClaimRules, payload: &Json) -> Result<(), Reason> {
    let ours = match payload.get("aud") {
        _ if rules.audience.is_none() => true,
        Some(Json::Array(names)) => names.iter().any(|name| rules.is_audience(name)),
        Some(name) => rules.is_audience(name),
        None => false,
    };
    if ours { Ok(()) } else { Err(Reason::TokenAudience) }
}

/// A string is one scope, whatever it holds; what is neither string nor list is no scope.
fn scopes(claim: Option<&Json>) -> Scopes {
    match claim {
        Some(Json::String(scope)) => Scopes::List(vec![scope.clone()]),
        Some(list @ Json::Array(_)) => strings(list).map_or(Scopes::Unreadable, Scopes::List),
        _ => Scopes::List(Vec::new()),
    }
}
