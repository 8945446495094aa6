//! The policy decision point: a policy, what it has verified, and who waits.

use std::rc::Rc;

use super::cache::Cache;
use super::decision::{Decision, Layer, Listing, Trace};
use super::evaluate::evaluate;
use super::layers;
use super::pending::Slots;
use super::question::{Evaluation, Facts, Question};
use super::state::State;
use super::switch::Switches;
use super::{Grants, Principal, Reason};
use crate::authn::{self, KeyReport, Step};
use crate::json;
use crate::policy::Policy;
use crate::request::{Family, Match, Method, Path};

/// How deep the switches of a store may be nested.
const SWITCHES_DEPTH: usize = 4;

/// A request, as far as a decision needs it.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The method.
    pub method: Method,
    /// The path as it was sent, without query.
    pub path: &'r [u8],
    /// The raw value of the header that carries the credential.
    pub authorization: Option<&'r [u8]>,
    /// The raw value of the `Cookie` header.
    pub cookie: Option<&'r [u8]>,
    /// Whether it asks to become another protocol (RFC 9110 §7.8).
    pub upgrade: bool,
    /// Whether the way to the decision is to be noted. It never changes the decision.
    pub explain: bool,
}

/// What comes of a request.
pub enum Outcome {
    /// It is decided.
    Decided(Decision),
    /// The platform must verify a signature first: see [`Pdp::waiting`], then [`Pdp::finish`].
    Pending(u32),
}

/// A policy decision point. It evaluates; who calls it enforces.
pub struct Pdp {
    policy: Policy,
    cache: Cache,
    slots: Slots,
    principals: u32,
    /// What the store holds besides the policy. An error until it can be read again.
    switches: Result<Switches, Reason>,
}

impl Pdp {
    /// A decision point for one policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            cache: Cache::new(),
            slots: Slots::new(),
            principals: 0,
            switches: Ok(Switches::default()),
        }
    }

    /// The policy decided by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Gives the verification cache its hash key, 128 bits that nobody can guess. Until then
    /// nothing is cached.
    pub fn seed(&mut self, key: (u64, u64)) {
        self.cache.seed(key);
    }

    /// Takes the JWK Set that an issuer publishes. What was verified with a key that is not in it
    /// any more is forgotten at once.
    pub fn replace_keys(&mut self, issuer: usize, jwk_set: &[u8]) -> KeyReport {
        let report = self.policy.replace_keys(issuer, jwk_set);
        self.forget_keyless();
        report
    }

    /// Forgets the keys that an issuer published, and what was verified with them.
    pub fn drop_keys(&mut self, issuer: usize) {
        self.policy.drop_keys(issuer);
        self.forget_keyless();
    }

    /// Takes the kill switches that the store holds, a JSON list, and says whether it could. One
    /// that cannot be read may be the one that counts: until it can, everything is stopped.
    pub fn replace_switches(&mut self, text: &[u8]) -> bool {
        let json = json::parse(text, SWITCHES_DEPTH).map_err(|_| Reason::SwitchUnreadable);
        self.switches = json.and_then(|json| Switches::from_json(&json));
        self.switches.is_ok()
    }

    /// What is known when a question is asked: what the store told, and the switches.
    #[must_use]
    pub fn facts<'f>(&'f self, state: &'f State, now: f64) -> Facts<'f> {
        let switches = self.switches.as_ref().map_err(|reason| *reason);
        let (approval, meters) = (state.approval.as_ref(), state.meters.as_ref());
        Facts { now, switches, approval, meters }
    }

    /// Decides a question.
    #[must_use]
    pub fn evaluate(&self, question: &Question<'_>, state: &State, now: f64) -> Evaluation {
        evaluate(&self.policy, question, &self.facts(state, now))
    }

    /// Decides a request, or says what must be verified first. `now` is in seconds since 1970.
    pub fn begin(&mut self, request: &Request<'_>, now: f64) -> Outcome {
        let trace = Trace::new(request.explain);
        let path = match authn::check_clock(now).and_then(|()| self.policy.path(request.path)) {
            Ok(path) => path,
            Err(reason) => return Outcome::Decided(Decision::denied(Layer::Route, reason, trace)),
        };
        let route = self.policy.routes.find(request.method, &path);
        if matches!(route, Match::Public) && !request.upgrade {
            return Outcome::Decided(Decision::public(trace));
        }
        let refused = |refusal: authn::Refusal, trace| {
            let decision = Decision::denied(Layer::Authenticate, refusal.reason, trace);
            Outcome::Decided(Decision { issuer: refusal.issuer, ..decision })
        };
        let lost = |reason| authn::Refusal { reason, issuer: None };
        let (authorization, cookie) = (request.authorization, request.cookie);
        let credential = match authn::credential(authorization, cookie, &self.policy.credential) {
            Ok(credential) => credential,
            Err(reason) => return refused(lost(reason), trace),
        };
        if let Some(principal) = self.cache.get(credential.text(), now) {
            let decision = decide(&self.policy, request, &path, &route, &principal, trace);
            return Outcome::Decided(Decision { cached: true, ..decision });
        }
        let token = match credential.token() {
            Ok(token) => token,
            Err(reason) => return refused(lost(reason), trace),
        };
        match authn::begin(token, &self.policy.issuers, now) {
            Ok(Step::Verified(claims)) => {
                let principal =
                    Rc::new(Principal::new(&claims, &self.policy, &mut self.principals));
                self.cache.insert(token.to_vec(), &principal, now);
                Outcome::Decided(decide(&self.policy, request, &path, &route, &principal, trace))
            }
            Ok(Step::Pending(pending)) => self.slots.wait(request, pending, token.to_vec(), now),
            Err(refusal) => refused(refusal, trace),
        }
    }

    /// The bytes that a request waits with, and the key they are to be verified with.
    #[must_use]
    pub fn waiting(&self, slot: u32) -> Option<&authn::Pending> {
        self.slots.get(slot).map(|waiting| &waiting.token)
    }

    /// The method and path of a request that waits.
    #[must_use]
    pub fn waiting_request(&self, slot: u32) -> Option<(Method, &[u8])> {
        self.slots.get(slot).map(|waiting| (waiting.method, waiting.path.as_slice()))
    }

    /// Goes on with a request whose signature was looked at. `verdict` is `None` if the verifier
    /// failed: a token that could not be verified is not believed.
    pub fn finish(&mut self, slot: u32, verdict: Option<bool>, now: f64) -> Outcome {
        let refused =
            |reason, trace| Outcome::Decided(Decision::denied(Layer::Authenticate, reason, trace));
        let Some(waiting) = self.slots.take(slot) else {
            return refused(Reason::VerificationFailed, Trace::new(false));
        };
        let trace = Trace::new(waiting.explain);
        let request = Request {
            method: waiting.method,
            path: &waiting.path,
            authorization: None,
            cookie: None,
            upgrade: waiting.upgrade,
            explain: waiting.explain,
        };
        let Some(verified) = verdict else {
            return refused(Reason::VerificationFailed, trace);
        };
        match waiting.token.finish(verified, &self.policy.issuers, now) {
            Ok(Step::Verified(claims)) => {
                let principal =
                    Rc::new(Principal::new(&claims, &self.policy, &mut self.principals));
                self.cache.insert(waiting.text, &principal, now);
                let policy = &self.policy;
                match policy.path(request.path) {
                    Ok(path) => {
                        let route = policy.routes.find(request.method, &path);
                        let decision = decide(policy, &request, &path, &route, &principal, trace);
                        Outcome::Decided(decision)
                    }
                    Err(reason) => refused(reason, trace),
                }
            }
            Ok(Step::Pending(token)) => self.slots.wait(&request, token, waiting.text, now),
            Err(refusal) => {
                let decision = Decision::denied(Layer::Authenticate, refusal.reason, trace);
                Outcome::Decided(Decision { issuer: refusal.issuer, ..decision })
            }
        }
    }

    /// What somebody with these grants may do `action` to, of a kind such as `agents`.
    #[must_use]
    pub fn accessible<'p>(&'p self, grants: &'p Grants, kind: &str, action: &str) -> Listing<'p> {
        layers::accessible(&self.policy, grants, kind, action)
    }

    /// What of a family the answer to a request may show: what the route lets its caller see, or,
    /// in a roster, what the caller may read.
    #[must_use]
    pub fn listing<'p>(
        &'p self,
        decision: &'p Decision,
        method: Method,
        path: &[u8],
        family: Family,
    ) -> Listing<'p> {
        let Some(principal) = decision.principal.as_deref() else {
            return Listing::Ids(Vec::new());
        };
        let visible = self.with_found(method, path, |found| {
            let listed = found.listing == Some(family);
            listed
                .then(|| layers::visible(&self.policy, principal.grants(), found, decision.partial))
        });
        let visible = visible.flatten().flatten();
        visible.unwrap_or_else(|| self.accessible(principal.grants(), family.kind(), "read"))
    }

    fn forget_keyless(&mut self) {
        let issuers = &self.policy.issuers;
        self.cache.retain(|principal| {
            issuers.get(principal.issuer).is_some_and(|issuer| issuer.has_key(principal.key))
        });
    }
}

fn decide(
    policy: &Policy,
    request: &Request<'_>,
    path: &Path<'_>,
    route: &Match<'_>,
    principal: &Rc<Principal>,
    mut trace: Trace,
) -> Decision {
    trace.allow(Layer::Authenticate, || "the token was verified".into());
    let decision = layers::decide(policy, request, path, route, principal, trace);
    let isolate = decision.reason.allows() && policy.isolation.is_some() && !principal.is_admin();
    Decision { principal: Some(Rc::clone(principal)), isolate, ..decision }
}
