//! What the caller of the module is told once, so that a decision can be numbers.

use serde::Serialize;

use crate::authn::{Issuer, Key, KeyReport, KeyRules, MAX_TOKEN_BYTES, PublicJwk};
use crate::decide::name::MAX_NAME_BYTES;
use crate::decide::{MAX_CONTEXT_BYTES, Reason, Shape};
use crate::policy::Policy;
use crate::policy::document::Flavour;
use crate::request::{ListedRoute, MAX_PATH_BYTES, Method};

/// The tables that the numbers of a decision point into.
#[derive(Serialize)]
pub(crate) struct Description<'d> {
    policy: &'d str,
    flavour: &'static str,
    reasons: Vec<DescribedReason>,
    routes: Vec<DescribedRoute<'d>>,
    issuers: Vec<DescribedIssuer<'d>>,
    credential: DescribedCredential<'d>,
    shape: Shape,
    /// The member of a list's items that is their id.
    list_id: &'static str,
    isolation: Option<DescribedIsolation<'d>>,
    max_context_bytes: usize,
    max_name_bytes: usize,
    max_path_bytes: usize,
    max_token_bytes: usize,
    methods: Vec<&'static str>,
}

/// The routes of a policy: all that it lets anybody ask for.
#[derive(Serialize)]
pub(crate) struct DescribedTable<'d> {
    routes: Vec<ListedRoute<'d>>,
    public: &'d [String],
    mount: &'d str,
}

impl<'d> DescribedTable<'d> {
    pub(crate) fn of(policy: &'d Policy) -> Self {
        let table = &policy.routes;
        Self { routes: table.listed(), public: table.public(), mount: table.mount() }
    }
}

#[derive(Serialize)]
struct DescribedReason {
    code: &'static str,
    status: u16,
    message: &'static str,
    allows: bool,
}

#[derive(Serialize)]
struct DescribedRoute<'d> {
    action: &'d str,
    #[serde(rename = "type")]
    kind: &'d str,
}

#[derive(Serialize)]
struct DescribedIssuer<'d> {
    name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<&'d str>,
}

#[derive(Serialize)]
struct DescribedCredential<'d> {
    header: Option<&'d str>,
    cookie: Option<&'d str>,
    /// The headers that virtual keys may come in besides, if any are taken.
    keys: Option<&'d [String]>,
    /// Headers that the platform takes keys from, and the gate does not: they are not passed on.
    dropped: Vec<String>,
}

#[derive(Serialize)]
struct DescribedIsolation<'d> {
    user: &'d [String],
    session: &'d [String],
    max_body_bytes: u32,
}

impl<'d> Description<'d> {
    pub(crate) fn of(policy: &'d Policy) -> Self {
        Self {
            policy: policy.hash(),
            flavour: match policy.flavour {
                Flavour::Strict => "strict",
                Flavour::Agno31 => "agno-3.1",
            },
            reasons: Reason::all().map(DescribedReason::of).collect(),
            routes: policy
                .routes
                .routes()
                .iter()
                .map(|route| DescribedRoute { action: &route.action, kind: &route.kind })
                .collect(),
            issuers: policy.issuers().iter().map(DescribedIssuer::of).collect(),
            credential: DescribedCredential {
                header: policy.credential.header.as_deref(),
                cookie: policy.credential.cookie.as_deref(),
                keys: policy.keys.as_ref().map(KeyRules::headers),
                dropped: policy.dropped_headers(),
            },
            shape: Shape::of(policy.dialect),
            list_id: policy.routes.list_id(),
            isolation: policy.isolation.as_ref().map(|members| DescribedIsolation {
                user: &members.user,
                session: &members.session,
                max_body_bytes: members.max_body_bytes,
            }),
            max_context_bytes: MAX_CONTEXT_BYTES,
            max_name_bytes: MAX_NAME_BYTES,
            max_path_bytes: MAX_PATH_BYTES,
            max_token_bytes: MAX_TOKEN_BYTES,
            methods: Method::all().map(Method::name).collect(),
        }
    }
}

impl DescribedReason {
    fn of(reason: Reason) -> Self {
        Self {
            code: reason.code(),
            status: reason.status(),
            message: reason.message(),
            allows: reason.allows(),
        }
    }
}

impl<'d> DescribedIssuer<'d> {
    fn of(issuer: &'d Issuer) -> Self {
        Self { name: issuer.name(), jwks_uri: issuer.jwks_uri() }
    }
}

/// A key that the platform verifies with. Its members are public.
#[derive(Serialize)]
pub(crate) struct PlatformKey {
    key: u32,
    issuer: usize,
    alg: &'static str,
    jwk: Option<PublicJwk>,
}

impl PlatformKey {
    pub(crate) fn of(key: &Key, issuer: usize) -> Self {
        Self { key: key.id(), issuer, alg: key.algorithm().name(), jwk: key.jwk() }
    }
}

/// What became of a JWK Set.
#[derive(Serialize)]
pub(crate) struct Keys {
    accepted: Vec<PlatformKey>,
    rejected: Vec<Rejected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct Rejected {
    index: usize,
    reason: &'static str,
}

impl Keys {
    pub(crate) fn of(accepted: Vec<PlatformKey>, report: &KeyReport) -> Self {
        let rejected = report.rejected.iter();
        let rejected = rejected.map(|(index, reason)| Rejected { index: *index, reason }).collect();
        Self { accepted, rejected, error: report.error }
    }
}
