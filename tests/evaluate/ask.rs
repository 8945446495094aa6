//! Policies of agents and tools, and a short way to ask about them.

use gatewright::Reason;
use gatewright::decide::{Deed, Evaluation, Pdp, Question, State, context};
use gatewright::policy::{Policy, Secrets};
use serde_json::{Value, json};

/// The time all tests begin at, in seconds.
pub(crate) const NOW: f64 = 1_790_000_000.0;

/// A policy with these members, besides those that every policy has.
pub(crate) fn document(members: &Value) -> String {
    let mut document = json!({
        "version": 1,
        "authentication": { "issuers": [{
            "name": "main", "issuer": "any", "audience": "any", "algorithms": ["ES256"],
            "jwks_uri": "https://id.example/keys",
        }] },
        "routes": { "profile": "agentos" },
    });
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    document.to_string()
}

/// A decision point with such a policy.
pub(crate) fn pdp(members: &Value) -> Pdp {
    Pdp::new(Policy::parse(&document(members), &Secrets::new()).unwrap())
}

/// What is asked. An agent asks for itself, unless it is said for whom.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) agent: &'a str,
    pub(crate) action: &'a str,
    pub(crate) context: &'a str,
    pub(crate) subject: Option<&'a str>,
    pub(crate) tenant: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) now: f64,
    pub(crate) explain: bool,
}

impl<'a> Ask<'a> {
    pub(crate) fn of(agent: &'a str, action: &'a str, context: &'a str) -> Self {
        Self {
            agent,
            action,
            context,
            subject: None,
            tenant: None,
            key: None,
            now: NOW,
            explain: false,
        }
    }

    /// The evaluation, with what a store knows: `{"approval": …, "meters": …}`.
    pub(crate) fn put(&self, pdp: &Pdp, state: &str) -> Result<Evaluation, Reason> {
        let context = context(self.context.as_bytes())?;
        let state = State::read(state.as_bytes())?;
        let question = Question {
            subject: self.subject,
            tenant: self.tenant,
            grants: None,
            agent: self.agent,
            deed: Deed::Act(self.action),
            context: &context,
            idempotency_key: self.key,
            explain: self.explain,
        };
        Ok(pdp.evaluate(&question, &state, self.now))
    }

    /// Why it was decided as it was, by the policy alone.
    pub(crate) fn reason(&self, pdp: &Pdp) -> Reason {
        self.put(pdp, "{}").map_or_else(|reason| reason, |evaluation| evaluation.reason)
    }
}
