//! A short way to ask.

use gatewright::Reason;
use gatewright::decide::{Deed, Evaluation, Pdp, Question, State, context};

use crate::policy::NOW;

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
