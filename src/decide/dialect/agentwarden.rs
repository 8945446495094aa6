//! The answer to a check, as `AgentWarden` gives it.

use serde::Serialize;

use crate::decide::{Evaluation, Reason};

/// What `AgentWarden` answers to a check. Its client takes anything but `false` for a yes, and a
/// yes that wants approval for a yes as well, so these are booleans, and never both true.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Check {
    /// Whether it may be done now.
    pub allowed: bool,
    /// Whether it may be done once a person has approved it.
    pub requires_approval: bool,
    /// Why not. `null` where it may be done.
    pub reason: Option<String>,
    /// The approval that is waited for.
    pub approval_id: Option<String>,
}

impl Check {
    /// The answer to a check.
    #[must_use]
    pub fn of(evaluation: &Evaluation, approval_id: Option<String>) -> Self {
        let reason = evaluation.reason;
        let allowed = reason.allows();
        let requires_approval = waits(reason);
        let told = match (reason, evaluation.limit) {
            _ if requires_approval => "This action requires human approval".to_owned(),
            (Reason::AmountExceeded, Some(limit)) => format!("{reason}: at most {limit}"),
            _ => reason.message().to_owned(),
        };
        Self {
            allowed,
            requires_approval,
            reason: (!allowed).then_some(told),
            approval_id: approval_id.filter(|_| requires_approval),
        }
    }
}

/// Whether a denial ends when a person approves.
#[must_use]
pub const fn waits(reason: Reason) -> bool {
    matches!(reason, Reason::ApprovalRequired | Reason::ApprovalPending)
}
