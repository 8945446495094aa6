//! The policy decision point: a policy, what it has verified, and who waits.

use std::rc::Rc;

use super::cache::Cache;
use super::decision::{Decision, Layer, Listing, Trace};
use super::evaluate::evaluate;
use super::layers::{self, Stops};
use super::pending::{Awaited, Slots};
use super::question::{Evaluation, Facts, Question};
use super::state::State;
use super::switch::{Asked, Switches};
use super::{Grants, Principal, Reason, virtual_key};
use crate::authn::{self, KeyHash, KeyReport, Sent, Step};
use crate::json;
use crate::policy::Policy;
use crate::policy::document::Mode;
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
    /// The raw values of the headers that virtual keys may come in besides, one a line, in the
    /// order of the policy, with an empty line for each that was not sent.
    pub keys: Option<&'r [u8]>,
    /// Whether it asks to become another protocol (RFC 9110 §7.8).
    pub upgrade: bool,
    /// Whether what serves it takes paths in any case.
    pub any_case: bool,
    /// Whether the way to the decision is to be noted. It never changes the decision.
    pub explain: bool,
}

/// What comes of a request.
pub enum Outcome {
    /// It is decided.
    Decided(Decision),
    /// The platform must verify a signature first: see [`Pdp::waiting`], then [`Pdp::finish`].
    Pending(u32),
    /// Somebody must look a virtual key up first, and then [`Pdp::finish_key`].
    NeedsKey {
        /// Where the request waits.
        slot: u32,
        /// What to look up.
        hash: KeyHash,
    },
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
        let route = self.policy.routes.find_served(request.method, &path, request.any_case);
        if matches!(route, Match::Public) && !request.upgrade {
            return Outcome::Decided(Decision::public(trace));
        }
        let mut trace = trace;
        // Everything is stopped before anybody is asked who they are.
        let anything = Asked { reads: true, ..Asked::default() };
        if let Err((layer, reason)) = self.stops().check(&anything, &mut trace) {
            return Outcome::Decided(Decision::denied(layer, reason, trace));
        }
        let refused = |refusal: authn::Refusal, trace| {
            let decision = Decision::denied(Layer::Authenticate, refusal.reason, trace);
            Outcome::Decided(Decision { issuer: refusal.issuer, ..decision })
        };
        let lost = |reason| authn::Refusal { reason, issuer: None };
        let credential = match sent(&self.policy, request) {
            Ok(Sent::Token(credential)) => credential,
            Ok(Sent::Key(hash)) => return self.slots.wait(request, Awaited::Record(hash), now),
            Err(reason) => return refused(lost(reason), trace),
        };
        if let Some(principal) = self.cache.get(credential.text(), now) {
            let decision = self.decide(request, &path, &route, &principal, trace);
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
                Outcome::Decided(self.decide(request, &path, &route, &principal, trace))
            }
            Ok(Step::Pending(pending)) => {
                let awaited = Awaited::Signature { token: pending, text: token.to_vec() };
                self.slots.wait(request, awaited, now)
            }
            Err(refusal) => refused(refusal, trace),
        }
    }

    /// The bytes that a request waits with, and the key they are to be verified with.
    #[must_use]
    pub fn waiting(&self, slot: u32) -> Option<&authn::Pending> {
        match &self.slots.get(slot)?.awaited {
            Awaited::Signature { token, .. } => Some(token),
            Awaited::Record(_) => None,
        }
    }

    /// The hash of the key that a request waits for.
    #[must_use]
    pub fn waiting_key(&self, slot: u32) -> Option<&KeyHash> {
        match &self.slots.get(slot)?.awaited {
            Awaited::Record(hash) => Some(hash),
            Awaited::Signature { .. } => None,
        }
    }

    /// The method and path of a request that waits.
    #[must_use]
    pub fn waiting_request(&self, slot: u32) -> Option<(Method, &[u8])> {
        self.slots.get(slot).map(|waiting| (waiting.asked.method, waiting.asked.path.as_slice()))
    }

    /// Goes on with a request whose signature was looked at. `verdict` is `None` if the verifier
    /// failed: a token that could not be verified is not believed.
    pub fn finish(&mut self, slot: u32, verdict: Option<bool>, now: f64) -> Outcome {
        let refused =
            |reason, trace| Outcome::Decided(Decision::denied(Layer::Authenticate, reason, trace));
        let Some(waiting) = self.slots.take(slot) else {
            return refused(Reason::VerificationFailed, Trace::new(false));
        };
        let request = waiting.asked.request();
        let trace = Trace::new(request.explain);
        let (token, text) = match waiting.awaited {
            Awaited::Signature { token, text } => (token, text),
            Awaited::Record(_) => return refused(Reason::KeyUnavailable, trace),
        };
        let Some(verified) = verdict else {
            return refused(Reason::VerificationFailed, trace);
        };
        match token.finish(verified, &self.policy.issuers, now) {
            Ok(Step::Verified(claims)) => {
                let principal =
                    Rc::new(Principal::new(&claims, &self.policy, &mut self.principals));
                self.cache.insert(text, &principal, now);
                Outcome::Decided(self.resume(&request, &principal, trace))
            }
            Ok(Step::Pending(token)) => {
                self.slots.wait(&request, Awaited::Signature { token, text }, now)
            }
            Err(refusal) => {
                let decision = Decision::denied(Layer::Authenticate, refusal.reason, trace);
                Outcome::Decided(Decision { issuer: refusal.issuer, ..decision })
            }
        }
    }

    /// Goes on with a request whose key was looked up. `record` is what was found under its hash:
    /// `None` if there is no such key. Where the look-up itself failed, [`finish`](Self::finish)
    /// denies with [`Reason::KeyUnavailable`].
    ///
    /// Nothing is remembered: the next request asks the store again.
    pub fn finish_key(&mut self, slot: u32, record: Option<&[u8]>, now: f64) -> Decision {
        let refused = |reason, trace| Decision::denied(Layer::Authenticate, reason, trace);
        let Some(waiting) = self.slots.take(slot) else {
            return refused(Reason::VerificationFailed, Trace::new(false));
        };
        let request = waiting.asked.request();
        let trace = Trace::new(request.explain);
        let Awaited::Record(hash) = waiting.awaited else {
            return refused(Reason::VerificationFailed, trace);
        };
        if let Err(reason) = authn::check_clock(now) {
            return refused(reason, trace);
        }
        let found = authn::GoodKey::found(hash, record, now);
        let record = match &found {
            Ok(key) => Some(Rc::clone(&key.0)),
            Err((_, record)) => record.clone(),
        };
        let principal = found
            .map_err(|(reason, _)| reason)
            .and_then(|key| virtual_key::principal(&key, &self.policy));
        let decision = match principal {
            Ok(principal) => self.resume(&request, &Rc::new(principal), trace),
            Err(reason) => refused(reason, trace),
        };
        Decision { record, ..decision }
    }

    /// Decides for a principal what waited for it.
    fn resume(&self, request: &Request<'_>, principal: &Rc<Principal>, trace: Trace) -> Decision {
        let policy = &self.policy;
        match policy.path(request.path) {
            Ok(path) => {
                let route = policy.routes.find_served(request.method, &path, request.any_case);
                self.decide(request, &path, &route, principal, trace)
            }
            Err(reason) => Decision::denied(Layer::Route, reason, trace),
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

    fn stops(&self) -> Stops<'_> {
        let store = self.switches.as_ref().map_err(|reason| *reason);
        Stops { policy: &self.policy.switches, store }
    }

    /// Decides for a principal.
    fn decide(
        &self,
        request: &Request<'_>,
        path: &Path<'_>,
        route: &Match<'_>,
        principal: &Rc<Principal>,
        mut trace: Trace,
    ) -> Decision {
        trace.allow(Layer::Authenticate, || match &principal.record {
            None => "the token was verified".into(),
            Some(_) => "the virtual key is known and may be used".into(),
        });
        let policy = &self.policy;
        let stops = self.stops();
        let decision = layers::decide(policy, &stops, request, path, route, principal, trace);
        let is_forced = policy.isolation.is_some() && policy.mode == Mode::Enforce;
        let isolate = decision.reason.allows() && is_forced && !principal.is_admin();
        Decision { principal: Some(Rc::clone(principal)), isolate, ..decision }
    }

    fn forget_keyless(&mut self) {
        let issuers = &self.policy.issuers;
        self.cache.retain(|principal| {
            issuers.get(principal.issuer).is_some_and(|issuer| issuer.has_key(principal.key))
        });
    }
}

/// What was sent to say who asks: a token, unless the policy takes keys.
fn sent<'r>(policy: &Policy, request: &Request<'r>) -> Result<Sent<'r>, Reason> {
    let (authorization, cookie) = (request.authorization, request.cookie);
    let Some(keys) = &policy.keys else {
        return authn::credential(authorization, cookie, &policy.credential).map(Sent::Token);
    };
    match authn::sent(authorization, cookie, request.keys, keys, &policy.credential)? {
        Sent::Token(_) if policy.issuers.is_empty() => Err(Reason::KeyMalformed),
        sent => Ok(sent),
    }
}
