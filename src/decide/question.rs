//! What is asked beyond a request: may this agent do that, with these arguments?

use std::collections::BTreeMap;

use super::approval::{Approval, Binding};
use super::budget::Meter;
use super::decision::{Layer, Trace};
use super::switch::Switches;
use super::{Grants, Reason};
use crate::json::{self, Decimal, Json, JsonError};
use crate::policy::document::{ApprovalKind, LevelName};

/// A subject asks for an action, in a context (`AuthZEN` 1.0 §5). Whoever asks has verified the
/// subject: to a request from outside, [`Pdp::begin`](super::Pdp::begin) answers.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// Who asks, or on whose behalf the agent acts, if that is known.
    pub subject: Option<&'q str>,
    /// Of which tenant.
    pub tenant: Option<&'q str>,
    /// What the subject brings along. Without it, an agent asks for itself.
    pub grants: Option<&'q Grants>,
    /// The agent: the one that is used, or the one that acts.
    pub agent: &'q str,
    /// What is done.
    pub deed: Deed<'q>,
    /// The arguments, a JSON object.
    pub context: &'q Json,
    /// Under which key the request may be sent again without being done twice.
    pub idempotency_key: Option<&'q str>,
    /// Whether the way to the decision is to be noted. It never changes the decision.
    pub explain: bool,
}

/// How large a context may be, in bytes. It has to be held besides everything else.
pub const MAX_CONTEXT_BYTES: usize = 64 << 10;

/// How deep a context may be nested.
const DEPTH: usize = 32;

/// Reads the context of a question.
///
/// # Errors
///
/// [`Reason::ContextTooLarge`], [`Reason::ContextDepth`], [`Reason::ContextDuplicateMember`], and
/// [`Reason::ContextMalformed`] for what is not a JSON object.
pub fn context(text: &[u8]) -> Result<Json, Reason> {
    if text.len() > MAX_CONTEXT_BYTES {
        return Err(Reason::ContextTooLarge);
    }
    match json::parse_any_number(text, DEPTH) {
        Ok(context @ Json::Object(_)) => Ok(context),
        Ok(_) | Err(JsonError::Syntax { .. }) => Err(Reason::ContextMalformed),
        Err(JsonError::Depth) => Err(Reason::ContextDepth),
        Err(JsonError::Duplicate { .. }) => Err(Reason::ContextDuplicateMember),
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deed<'q> {
    /// The subject does something to the agent: `run`, `read`.
    Use(&'q str),
    /// The agent does something: `stripe.refund`, or the name of a tool.
    Act(&'q str),
    /// The subject does something to a resource of another kind than agents, by its scopes. The
    /// question names that resource where it would name the agent.
    On {
        /// The kind, as scopes spell it: `teams`.
        kind: &'q str,
        /// What is done.
        verb: &'q str,
    },
}

impl<'q> Deed<'q> {
    /// The name of the action.
    #[must_use]
    pub const fn name(self) -> &'q str {
        match self {
            Self::Use(name) | Self::Act(name) | Self::On { verb: name, .. } => name,
        }
    }
}

/// What the store knows. What is not told, and needed, denies.
#[derive(Clone, Copy)]
pub struct Facts<'f> {
    /// The time, in seconds since 1970.
    pub now: f64,
    /// The switches that are pulled, besides those of the policy, or why they are not known.
    pub switches: Result<&'f Switches, Reason>,
    /// The approval that was asked for this before, found by [`Binding::key`].
    pub approval: Option<&'f Approval>,
    /// The state of the budgets, found by [`Evaluation::meters`]. A meter that is not there yet
    /// stands at nothing; `None` is a store that did not answer.
    pub meters: Option<&'f BTreeMap<String, Meter>>,
}

/// What comes of a question: the decision, and the state that follows from it. The state has to be
/// written down before anybody acts on the decision.
pub struct Evaluation {
    /// Why. Everything else follows from it.
    pub reason: Reason,
    /// The layer that denied.
    pub layer: Option<Layer>,
    /// What a layer would have denied for, had the policy not only watched.
    pub shadowed: Option<Reason>,
    /// The level of the tool, if it is one.
    pub level: Option<LevelName>,
    /// The largest amount that would have been covered.
    pub limit: Option<Decimal>,
    /// What a person has to approve, or has approved.
    pub wanted: Option<Wanted>,
    /// The approval after it was used.
    pub used: Option<Approval>,
    /// The budgets that spoke, by the keys of their states, and the states that follow.
    pub meters: Vec<(String, Option<Meter>)>,
    /// The way to the decision, if it was to be noted.
    pub trace: Trace,
}

/// What a person has to approve.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// Who has to.
    pub kind: ApprovalKind,
    /// What it is bound to.
    pub binding: Binding,
}

impl Evaluation {
    pub(super) fn new(explain: bool) -> Self {
        Self {
            reason: Reason::EngineFault,
            layer: None,
            shadowed: None,
            level: None,
            limit: None,
            wanted: None,
            used: None,
            meters: Vec::new(),
            trace: Trace::new(explain),
        }
    }

    /// A layer said no, before there was anything to ask the others about.
    pub(crate) fn denied(layer: Layer, reason: Reason, explain: bool) -> Self {
        let mut evaluation = Self::new(explain);
        evaluation.reason = reason;
        evaluation.layer = Some(layer);
        evaluation.trace.deny(layer, reason);
        evaluation
    }
}
