//! Somebody who signs tokens: the keys, and what the tokens must say.

use std::{collections::BTreeMap, fmt};

use super::{
    algorithm::Algorithm,
    claims::ClaimRules,
    jwk::{self, Draft},
    key::{Key, KeyFault, Source},
    material::Material,
    rules, select, source,
};
use crate::policy::{PolicyError, document::IssuerDocument};

/// An issuer whose document has been judged and compiled.
pub struct Issuer {
    name: String,
    jwks_uri: Option<String>,
    admin_scope: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) max_token_bytes: usize,
    pub(super) claims: ClaimRules,
    /// From the policy.
    listed: Vec<Key>,
    /// From `jwks_uri`.
    fetched: Vec<Key>,
}

/// What became of a JWK Set. It holds no key material.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeyReport {
    /// The ids of the fetched keys that are held now.
    pub accepted: Vec<u32>,
    /// The keys that were skipped: their place in the set, from 0, and why.
    pub rejected: Vec<(usize, &'static str)>,
    /// Why the whole set was refused. The keys from before are still held.
    pub error: Option<&'static str>,
}

impl Issuer {
    /// Compiles a document.
    ///
    /// `secrets` are the values of `{"env": …}` by name, `pointer` is the JSON Pointer of this
    /// issuer in the policy, `next_key` the number that the next key gets.
    ///
    /// # Errors
    ///
    /// With a pointer to the place: an issuer that could not verify anything, or would verify too
    /// much. `policy_issuer`, `policy_algorithm`, `policy_claim_path`, `policy_jwks_uri`,
    /// `policy_secret_missing`, and the codes of [`KeyFault`].
    pub fn compile(
        document: &IssuerDocument,
        secrets: &BTreeMap<String, String>,
        pointer: &str,
        next_key: &mut u32,
    ) -> Result<Self, PolicyError> {
        let algorithms = rules::algorithms(document, pointer)?;
        let claims = rules::claims(document, pointer)?;
        let max_token_bytes = rules::max_token_bytes(document, pointer)?;
        rules::key_sources(document, &algorithms, pointer)?;
        let keys = format!("{pointer}/keys");
        let listed = source::load(&document.keys, &algorithms, secrets, &keys, next_key)?;
        select::refuse_too_many(&listed, &keys)?;
        Ok(Self {
            name: document.name.clone(),
            jwks_uri: document.jwks_uri.clone(),
            admin_scope: rules::admin_scope(document).to_owned(),
            listed,
            fetched: Vec::new(),
            algorithms,
            max_token_bytes,
            claims,
        })
    }

    /// What people call this issuer.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The exact `iss` of its tokens, or `None` if any will do.
    #[must_use]
    pub fn iss(&self) -> Option<&str> {
        self.claims.issuer.as_deref()
    }

    /// The scope that grants everything.
    #[must_use]
    pub fn admin_scope(&self) -> &str {
        &self.admin_scope
    }

    /// Whether its tokens are asked for a team. One that names none is in none.
    #[must_use]
    pub fn names_team(&self) -> bool {
        self.claims.paths.team.is_some()
    }

    /// Whether its tokens are asked for a list of agents. One that has none reaches none.
    #[must_use]
    pub fn names_agents(&self) -> bool {
        self.claims.paths.agents.is_some()
    }

    /// Where its JWK Set is published.
    #[must_use]
    pub fn jwks_uri(&self) -> Option<&str> {
        self.jwks_uri.as_deref()
    }

    /// Whether it has a `jwks_uri` from which no key has come yet.
    #[must_use]
    pub fn needs_keys(&self) -> bool {
        self.jwks_uri.is_some() && self.fetched.is_empty()
    }

    /// All its keys, those of the policy first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.listed.iter().chain(&self.fetched)
    }

    /// The keys that the platform verifies with: those that are not shared secrets.
    pub fn platform_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys().filter(|key| !key.algorithm().is_symmetric())
    }

    /// Whether the key with this id is held.
    #[must_use]
    pub fn has_key(&self, id: u32) -> bool {
        self.key(id).is_some()
    }

    pub(super) fn key(&self, id: u32) -> Option<&Key> {
        self.keys().find(|key| key.id() == id)
    }

    /// Takes the JWK Set that was fetched in place of the one before.
    ///
    /// A key that is bad or for something else is skipped and reported; it never stands in the
    /// way of another. A key that was there before keeps its id. A set that cannot be read, or
    /// has no key for us, changes nothing. The keys of the policy are not touched.
    pub fn replace_fetched(&mut self, jwk_set: &[u8], next_key: &mut u32) -> KeyReport {
        let (drafts, rejected) = match self.read_set(jwk_set) {
            Ok(read) => read,
            Err(fault) => {
                let accepted = self.fetched.iter().map(Key::id).collect();
                return KeyReport { accepted, error: Some(fault.why()), ..Default::default() };
            }
        };
        let mut error = None;
        if drafts.is_empty() {
            error = Some("the JWK Set has no key for this issuer");
        } else {
            let mut keys: Vec<Key> = source::number(&drafts, next_key).collect();
            for key in &mut keys {
                if let Some(known) = self.fetched.iter().find(|known| known.is_same(key)) {
                    key.id = known.id;
                }
            }
            self.fetched = keys;
        }
        KeyReport { accepted: self.fetched.iter().map(Key::id).collect(), rejected, error }
    }

    /// The keys of a set, and the places of those that are none.
    #[expect(clippy::type_complexity, reason = "taken apart where it is called")]
    fn read_set(&self, text: &[u8]) -> Result<(Vec<Draft>, Vec<(usize, &'static str)>), KeyFault> {
        let set = jwk::parse(text)?;
        let mut drafts = Vec::new();
        let mut rejected = Vec::new();
        for (index, member) in jwk::members(&set)?.iter().enumerate() {
            match jwk::read(member, &self.algorithms) {
                Ok(Draft { material: Material::Secret(_), .. }) => {
                    rejected.push((index, "a published set cannot hold a shared secret"));
                }
                Ok(draft) => drafts.push(Draft { source: Source::Set, ..draft }),
                Err(KeyFault::Private) => rejected.push((index, "the set publishes a private key")),
                Err(fault) => rejected.push((index, fault.why())),
            }
        }
        Ok((drafts, rejected))
    }

    /// Forgets the keys that were fetched.
    pub fn drop_fetched(&mut self) {
        self.fetched.clear();
    }
}

/// Shows the name alone.
impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("name", &self.name).finish_non_exhaustive()
    }
}
