//! An evaluation in the words of the systems that ask for one.

use serde::Serialize;

use super::Reason;
use super::answered::word;
use super::question::Evaluation;

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

/// What the policy gateway of `AgentPatterns` notes of a call, and says of one that it stops.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ToolCall {
    /// The level of the tool. `unknown` for a tool that is not known.
    pub level: &'static str,
    /// What was noted last, behind `requested`.
    pub status: Status,
    /// What the model is told of a call that was stopped.
    pub error: Option<String>,
    /// Whether the call is to be taken as done, and not done: a dry run.
    pub dry_run: bool,
}

/// How a call ended, as far as the gateway is concerned.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It went on to the tool.
    Allowed,
    /// It did not.
    Blocked,
}

impl ToolCall {
    /// What is to be noted of a call.
    #[must_use]
    pub fn of(evaluation: &Evaluation, action: &str) -> Self {
        let level = evaluation.level.map_or("unknown", word);
        let dry_run = evaluation.reason == Reason::DryRun;
        let is_allowed = evaluation.reason.allows() || dry_run;
        let error = match evaluation.reason {
            _ if is_allowed => None,
            // `NameMalformed`: no registry has a tool of such a name.
            Reason::ToolUnknown | Reason::NameMalformed => {
                Some(format!("action '{action}' is not found"))
            }
            Reason::ToolLevel => {
                Some(format!("action '{action}' is blocked by policy (level={level})"))
            }
            reason => Some(format!("action '{action}' is blocked by policy ({reason})")),
        };
        let status = if is_allowed { Status::Allowed } else { Status::Blocked };
        Self { level, status, error, dry_run }
    }
}
