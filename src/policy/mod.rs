//! The policy document: read once, strictly, and compiled into tables.
//!
//! [`Policy::parse`] is the only way to a [`Policy`]. It refuses what it does not know, names the
//! place in the document by a JSON Pointer, and refuses weak keys, so that no gate ever runs on
//! half a policy.

pub mod document;
mod error;
mod lint;
mod read;
#[cfg(feature = "schema")]
pub mod schema;

use std::collections::BTreeMap;

pub use error::PolicyError;
pub use lint::{Finding, Severity};
pub(crate) use read::guards;

use crate::Reason;
use crate::authn::{CredentialRules, Issuer, KeyReport, KeyRules};
use crate::decide::budget::Budget;
use crate::decide::switch::Switches;
use crate::decide::{Conduct, Registry};
use crate::hash;
use crate::request::{Path, RouteTable};
use document::{
    ApprovalsDocument, Dialect, Flavour, Isolation, IsolationMembers, KeyDocument, Mode,
    PolicyDocument, Profile, RouteFlavour,
};

/// The values of the secrets that a policy names. No `Debug`: they are secrets.
pub type Secrets = BTreeMap<String, String>;

/// How many issuers a policy may have. A token is tried against one of them only; the bound keeps
/// what is fetched and held in bounds.
const MAX_ISSUERS: usize = 16;

/// A compiled policy.
pub struct Policy {
    pub(crate) hash: String,
    pub(crate) flavour: Flavour,
    /// Whether `LiteLLM`'s open corners are left open.
    pub(crate) as_litellm: bool,
    /// In whose words denials are told.
    pub(crate) dialect: Dialect,
    /// Whether an agent that is not there is answered as one that may not be used.
    pub(crate) hide_unknown: bool,
    pub(crate) credential: CredentialRules,
    /// What virtual keys look like, if any are taken.
    pub(crate) keys: Option<KeyRules>,
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) routes: RouteTable,
    pub(crate) registry: Registry,
    pub(crate) isolation: Option<IsolationMembers>,
    pub(crate) mode: Mode,
    pub(crate) conduct: Conduct,
    pub(crate) switches: Switches,
    pub(crate) budgets: Vec<Budget>,
    pub(crate) approvals: ApprovalsDocument,
    next_key: u32,
}

impl Policy {
    /// Reads and compiles a policy document.
    ///
    /// `secrets` holds the values of the secrets that it names; others are not looked at.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] says what is wrong and where, and holds no secret.
    pub fn parse(text: &str, secrets: &Secrets) -> Result<Self, PolicyError> {
        let document = read::document(text)?;
        let mut next_key = 0;
        let issuers = issuers(&document, secrets, &mut next_key)?;
        let credential = CredentialRules::compile(
            &document.authentication.credential,
            document.routes.flavour.reading(),
            "/authentication/credential",
        )?;
        let flavour = document.routes.flavour;
        let keys = document.authentication.virtual_keys.as_ref();
        let keys = keys
            .map(|keys| {
                KeyRules::compile(keys, &credential, flavour, "/authentication/virtual_keys")
            })
            .transpose()?;
        let as_litellm = flavour == RouteFlavour::LiteLlm1109;
        let dialect = match document.routes.profile {
            Some(Profile::LiteLlm) => Dialect::LiteLlm,
            Some(Profile::AgentOs) | None => Dialect::AgentOs,
        };
        Ok(Self {
            hash: format!("sha256:{}", hash::sha256(text)),
            flavour: flavour.reading(),
            as_litellm,
            dialect: document.answers.dialect.unwrap_or(dialect),
            hide_unknown: document.answers.hide_unknown.unwrap_or(!as_litellm),
            credential,
            keys,
            issuers,
            routes: RouteTable::compile(&document.routes, "/routes")?,
            registry: Registry::compile(&document)?,
            isolation: isolation(&document)?,
            mode: document.mode,
            conduct: Conduct::compile(&document)?,
            switches: Switches::compile(&document.switches, "/switches")?,
            budgets: Budget::compile_all(&document.budgets, "/budgets")?,
            approvals: approvals(&document)?,
            next_key,
        })
    }

    /// The names of the secrets that a document mentions, each once. Of a text that is not a
    /// policy: none, since [`Policy::parse`] will say what is wrong with it.
    #[must_use]
    pub fn secret_names(text: &str) -> Vec<String> {
        let Ok(document) = read::document(text) else { return Vec::new() };
        let keys = document.authentication.issuers.into_iter().flat_map(|issuer| issuer.keys);
        let mut names = Vec::new();
        for key in keys {
            if let KeyDocument::Env(name) = key
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// The policy's fingerprint: `sha256:` and the hash of its text in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Those whose tokens are believed, in the order of the document.
    #[must_use]
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// What holds for approvals.
    #[must_use]
    pub fn approvals(&self) -> &ApprovalsDocument {
        &self.approvals
    }

    /// Reads a path as the routes of this policy do.
    pub(crate) fn path<'p>(&self, sent: &'p [u8]) -> Result<Path<'p>, Reason> {
        Path::parse(sent, self.flavour, self.routes.mount())
    }

    /// Headers from which `LiteLLM` takes keys and the gate none. If it stands behind the gate, they
    /// must not reach it: it would take the caller for somebody else.
    #[cfg(feature = "wasm")]
    pub(crate) fn dropped_headers(&self) -> Vec<String> {
        let mut headers = document::VirtualKeys::default().headers;
        headers.push("authorization".into());
        let read = self.keys.as_ref().map(KeyRules::headers).unwrap_or_default();
        headers.retain(|name| {
            self.routes.is_litellm()
                && !read.contains(name)
                && self.credential.header.as_ref() != Some(name)
        });
        headers
    }

    /// Takes the JWK Set that an issuer publishes. See [`Issuer::replace_fetched`].
    pub fn replace_keys(&mut self, issuer: usize, jwk_set: &[u8]) -> KeyReport {
        match self.issuers.get_mut(issuer) {
            Some(issuer) => issuer.replace_fetched(jwk_set, &mut self.next_key),
            None => KeyReport { error: Some("there is no such issuer"), ..KeyReport::default() },
        }
    }

    /// Forgets the keys that an issuer published, because they are too old.
    pub fn drop_keys(&mut self, issuer: usize) {
        if let Some(issuer) = self.issuers.get_mut(issuer) {
            issuer.drop_fetched();
        }
    }
}

fn issuers(
    document: &PolicyDocument,
    secrets: &Secrets,
    next_key: &mut u32,
) -> Result<Vec<Issuer>, PolicyError> {
    const PLACE: &str = "/authentication/issuers";
    let documents = &document.authentication.issuers;
    let least = usize::from(document.authentication.virtual_keys.is_none());
    if !(least..=MAX_ISSUERS).contains(&documents.len()) {
        let count = documents.len();
        let message = format!("name {least} to {MAX_ISSUERS} issuers, here are {count}");
        return Err(PolicyError::at(PLACE, "policy_issuer", message));
    }
    for (index, one) in documents.iter().enumerate() {
        let before = documents.iter().take(index);
        for (member, value) in [("name", &one.name), ("issuer", &one.issuer)] {
            let same = |other: &&document::IssuerDocument| match member {
                "name" => other.name == *value,
                _ => other.issuer == *value,
            };
            if before.clone().any(|other| same(&other)) {
                let message = format!("another issuer has the {member} `{value}` already");
                let pointer = format!("{PLACE}/{index}/{member}");
                return Err(PolicyError::at(pointer, "policy_issuer", message));
            }
        }
    }
    documents
        .iter()
        .enumerate()
        .map(|(index, one)| Issuer::compile(one, secrets, &format!("{PLACE}/{index}"), next_key))
        .collect()
}

fn approvals(document: &PolicyDocument) -> Result<ApprovalsDocument, PolicyError> {
    let approvals = &document.approvals;
    let refuse = |member: &str, message: &str| {
        Err(PolicyError::at(format!("/approvals/{member}"), "policy_approval", message))
    };
    if approvals.expires_seconds == 0 {
        return refuse("expires_seconds", "an approval has to last for at least a second");
    }
    if approvals.approver_scope.is_empty() {
        return refuse("approver_scope", "a scope needs a name");
    }
    Ok(approvals.clone())
}

fn isolation(document: &PolicyDocument) -> Result<Option<IsolationMembers>, PolicyError> {
    /// The largest body that is ever read: what a Worker can hold besides everything else.
    const MAX_BODY: u32 = 16 << 20;
    let routes = &document.routes;
    let by_default =
        routes.profile == Some(Profile::AgentOs) && routes.flavour == RouteFlavour::Strict;
    let members = match &document.isolation {
        Some(Isolation::Members(members)) => members.clone(),
        None if by_default => IsolationMembers::default(),
        Some(Isolation::Word(_)) | None => return Ok(None),
    };
    for (kind, names) in [("user", &members.user), ("session", &members.session)] {
        if let Some(index) = names.iter().position(String::is_empty) {
            let pointer = format!("/isolation/{kind}/{index}");
            return Err(PolicyError::at(pointer, "policy_isolation", "a member needs a name"));
        }
    }
    if let Some(name) = members.user.iter().find(|name| members.session.contains(name)) {
        let message = format!("`{name}` cannot carry both the user and the session");
        return Err(PolicyError::at("/isolation/session", "policy_isolation", message));
    }
    if members.max_body_bytes > MAX_BODY {
        let message = format!("at most {MAX_BODY} bytes of a body can be read");
        return Err(PolicyError::at("/isolation/max_body_bytes", "policy_isolation", message));
    }
    Ok(Some(members))
}
