//! A decision for people: the AuthZEN object, and what AgentOS and RFC 6750 say to it.
//!
//! Nothing here is on the way of a request that is allowed.

use std::borrow::Cow;

use serde::Serialize;

use super::Reason;
use super::decision::{Decision, Note};
use super::pdp::Pdp;
use crate::authn::CredentialRules;
use crate::request::{Found, Match, Method};

/// A decision in the shape of AuthZEN 1.0.
#[derive(Serialize)]
pub struct Explanation<'e> {
    decision: bool,
    context: Context<'e>,
}

#[derive(Serialize)]
struct Context<'e> {
    reason: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Resource<'e>>,
    policy: &'e str,
    obligations: [(); 0],
    approval: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadowed: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'e [Note]>,
}

#[derive(Serialize)]
struct Resource<'e> {
    #[serde(rename = "type")]
    kind: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl Pdp {
    /// Everything there is to say about a decision on this method and path.
    #[must_use]
    pub fn explain<'e>(
        &'e self,
        decision: &'e Decision,
        method: Method,
        path: &[u8],
    ) -> Explanation<'e> {
        let route = decision
            .route
            .and_then(|number| self.policy().routes.routes().get(usize::try_from(number).ok()?));
        let needed = self.needed(decision, method, path);
        let message = match decision.reason {
            Reason::ScopeMissing | Reason::AccessMissing if !needed.is_empty() => {
                format!("needs `{}`", needed.join("`, `"))
            }
            reason => reason.message().to_owned(),
        };
        Explanation {
            decision: decision.reason.allows(),
            context: Context {
                reason: decision.reason.code(),
                message,
                subject: decision.principal.as_deref().and_then(|principal| principal.subject()),
                action: route.map(|route| route.action.as_str()),
                resource: route.map(|route| Resource {
                    kind: &route.kind,
                    id: decision.agent.as_deref().map(str::to_owned).or_else(|| {
                        decision.resource.clone().and_then(|range| path.get(range)).map(decode)
                    }),
                }),
                policy: self.policy().hash(),
                obligations: [],
                approval: None,
                shadowed: decision.shadowed.map(Reason::code),
                scopes: needed,
                trace: decision.trace.notes(),
            },
        }
    }

    /// The words of AgentOS 3.1, where it has any for the case. Its clients match on them.
    pub(super) fn detail(
        &self,
        decision: &Decision,
        method: Method,
        path: &[u8],
    ) -> Cow<'static, str> {
        let reason = decision.reason;
        match reason {
            Reason::CredentialsMissing => missing(&self.policy().credential),
            Reason::TokenExpired => "Token has expired".into(),
            Reason::TokenAudience => {
                "Invalid token audience - token not valid for this AgentOS instance".into()
            }
            Reason::TokenSubjectReserved => "Invalid token subject".into(),
            Reason::TokenSignature => "Invalid token: Signature verification failed".into(),
            Reason::TokenMalformed => "Invalid token: Not enough segments".into(),
            Reason::TokenAlgorithm => {
                "Invalid token: The specified alg value is not allowed".into()
            }
            Reason::TokenNotYetValid => "Invalid token: The token is not yet valid (nbf)".into(),
            Reason::TokenIssuedInFuture => "Invalid token: The token is not yet valid (iat)".into(),
            Reason::TokenSubject => "Invalid token: Subject must be a string".into(),
            Reason::ScopeMissing => {
                let scopes = self.with_found(method, path, |found| {
                    found.needs.scopes().collect::<Vec<_>>().join(", ")
                });
                match scopes {
                    Some(scopes) if !scopes.is_empty() => {
                        format!("Insufficient permissions. Required scope(s): {scopes}").into()
                    }
                    _ => "Insufficient permissions".into(),
                }
            }
            Reason::AccessMissing
            | Reason::AccessRestricted
            | Reason::AgentInactive
            | Reason::AgentUnknown
            | Reason::TeamUnknown => {
                let told = self.with_found(method, path, |found| found.needs.refusal());
                told.flatten().unwrap_or_else(|| "Insufficient permissions".into())
            }
            _ if reason.status() == 401 => format!("Invalid token: {reason}").into(),
            _ => reason.message().into(),
        }
    }

    /// RFC 6750 §3: no `error` for who sent no token; the scope where the caller named the
    /// resource itself.
    pub(super) fn challenge(
        &self,
        decision: &Decision,
        method: Method,
        path: &[u8],
    ) -> Option<String> {
        let reason = decision.reason;
        match (reason.status(), reason) {
            (401, Reason::CredentialsMissing | Reason::CredentialsScheme) => Some("Bearer".into()),
            (400, Reason::CredentialsAmbiguous) => {
                Some(format!("Bearer error=\"invalid_request\", error_description=\"{reason}\""))
            }
            (401, _) => {
                Some(format!("Bearer error=\"invalid_token\", error_description=\"{reason}\""))
            }
            (403, Reason::ScopeMissing | Reason::AccessMissing) => {
                let scopes = self.needed(decision, method, path).join(" ");
                let quotable = |letter: char| matches!(letter, ' ' | '!' | '#'..='[' | ']'..='~');
                if scopes.is_empty() || !scopes.chars().all(quotable) {
                    return Some("Bearer error=\"insufficient_scope\"".into());
                }
                Some(format!("Bearer error=\"insufficient_scope\", scope=\"{scopes}\""))
            }
            _ => None,
        }
    }

    /// The scopes that would have granted the request, as narrow as they can be.
    fn needed(&self, decision: &Decision, method: Method, path: &[u8]) -> Vec<String> {
        if !matches!(decision.reason, Reason::ScopeMissing | Reason::AccessMissing) {
            return Vec::new();
        }
        let Ok(read) = self.policy().path(path) else { return Vec::new() };
        match self.policy().routes.find(method, &read) {
            Match::Route(found) => found.narrowest(&read),
            Match::Public | Match::Unmatched | Match::Respelt => Vec::new(),
        }
    }

    pub(super) fn with_found<T>(
        &self,
        method: Method,
        path: &[u8],
        tell: impl FnOnce(&Found<'_>) -> T,
    ) -> Option<T> {
        let path = self.policy().path(path).ok()?;
        match self.policy().routes.find(method, &path) {
            Match::Route(found) => Some(tell(&found)),
            Match::Public | Match::Unmatched | Match::Respelt => None,
        }
    }
}

/// Where the token was looked for.
fn missing(credential: &CredentialRules) -> Cow<'static, str> {
    match (&credential.header, &credential.cookie) {
        (_, None) => "Authorization header missing".into(),
        (None, Some(cookie)) => format!("JWT cookie '{cookie}' missing").into(),
        (Some(_), Some(cookie)) => {
            format!("JWT token missing from both Authorization header and '{cookie}' cookie").into()
        }
    }
}

/// An id as it is meant: percent-decoded. The path was accepted, so it is well-formed.
fn decode(raw: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { rest.get(3..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
