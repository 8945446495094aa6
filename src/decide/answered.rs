//! An evaluation for people and for other programs: the `AuthZEN` object.

use serde::Serialize;

use super::Reason;
use super::decision::{Layer, Note};
use super::question::{Deed, Evaluation, Question};
use crate::policy::Policy;
use crate::policy::document::{ApprovalKind, LevelName};
use crate::timestamp::Timestamp;

/// A decision in the shape of `AuthZEN` 1.0 (§6.2), with what the access request profile adds to a
/// denial that a person can lift.
#[derive(Serialize)]
pub struct Answered<'a> {
    /// Whether it may be done.
    pub decision: bool,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    reason: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<Layer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Resource<'a>>,
    policy: &'a str,
    obligations: [(); 0],
    approval: Option<Approval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_request: Option<AccessRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadowed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a [Note]>,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
}

/// What a person has to approve, or has approved.
#[derive(Serialize)]
struct Approval {
    kind: ApprovalKind,
    binding: String,
}

#[derive(Serialize)]
struct AccessRequest {
    binding_token: String,
    expires_at: Timestamp,
}

impl<'a> Answered<'a> {
    /// What is told of an evaluation.
    #[must_use]
    pub fn of(
        policy: &'a Policy,
        evaluation: &'a Evaluation,
        question: Option<&Question<'a>>,
        now: f64,
    ) -> Self {
        let wanted = evaluation.wanted.as_ref();
        let waits = matches!(evaluation.reason, Reason::ApprovalRequired | Reason::ApprovalPending);
        let expires_at = Timestamp(now + f64::from(policy.approvals.expires_seconds));
        Self {
            decision: evaluation.reason.allows(),
            context: Context {
                reason: evaluation.reason.code(),
                message: message(evaluation),
                layer: evaluation.layer,
                subject: question.and_then(|question| question.subject),
                action: question.map(|question| question.deed.name()),
                resource: question.map(resource),
                policy: policy.hash(),
                obligations: [],
                approval: wanted
                    .map(|wanted| Approval { kind: wanted.kind, binding: wanted.binding.key() }),
                access_request: wanted.filter(|_| waits).map(|wanted| AccessRequest {
                    binding_token: wanted.binding.key(),
                    expires_at,
                }),
                limit: evaluation.limit.map(|limit| limit.to_string()),
                level: evaluation.level.map(word),
                shadowed: evaluation.shadowed.map(Reason::code),
                trace: evaluation.trace.notes(),
            },
        }
    }
}

impl<'a> Answered<'a> {
    /// The same, told about the entities that were asked about.
    pub(super) fn about(mut self, subject: &'a str, kind: &'a str, id: &'a str) -> Self {
        self.context.subject = Some(subject);
        self.context.resource = Some(Resource { kind, id });
        self
    }
}

fn resource<'a>(question: &Question<'a>) -> Resource<'a> {
    let kind = match question.deed {
        Deed::On { kind, .. } => kind,
        Deed::Use(_) | Deed::Act(_) => "agent",
    };
    Resource { kind, id: question.agent }
}

fn message(evaluation: &Evaluation) -> String {
    match (evaluation.reason, evaluation.limit, evaluation.shadowed) {
        (Reason::AmountExceeded, Some(limit), _) => {
            format!("the amount exceeds what is permitted, `{limit}`")
        }
        (Reason::Shadowed, _, Some(shadowed)) => format!("let through in shadow mode: {shadowed}"),
        (reason, ..) => reason.message().to_owned(),
    }
}

/// The word that a policy has for a level.
#[must_use]
pub(in crate::decide) const fn word(level: LevelName) -> &'static str {
    match level {
        LevelName::Read => "read",
        LevelName::Write => "write",
        LevelName::Execute => "execute",
        LevelName::Delete => "delete",
    }
}
