//! What the gateway of a tool notes, as `AgentPatterns` has it.

use serde::Serialize;

use crate::decide::answered::word;
use crate::decide::{Evaluation, Reason};

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
