//! A denial in the words of a platform.

mod agentpatterns;
mod agentwarden;
mod litellm;

pub use agentpatterns::{Status, ToolCall};
pub use agentwarden::{Check, waits};

use std::borrow::Cow;

use serde::Serialize;

use super::Reason;
use super::decision::Decision;
use super::pdp::Pdp;
use crate::policy::document::Dialect;
use crate::request::Method;

/// What a caller is told who is not let through.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, in the words of the dialect where it has any.
    pub detail: String,
    /// How the body is built around it.
    pub shape: Shape,
    /// The stable name of the reason.
    pub code: &'static str,
    /// What `LiteLLM` calls this kind of error.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What of the request `LiteLLM` says is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<&'static str>,
    /// The value of `WWW-Authenticate` (RFC 6750 §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

/// The body around what a denial says.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// `{"detail": "…"}`
    Detail,
    /// `{"detail": {"error": "…"}}`
    DetailError,
    /// `{"error": {"message": "…", "type": …, "param": …, "code": "401"}}`
    Error,
    /// JSON-RPC 2.0, with the id of the request.
    Rpc,
    /// `{"error": {"message": "…", "code": 403}}`
    Docs,
    /// Problem details (RFC 9457).
    Problem,
}

impl Shape {
    /// The shape of a denial that the gate knows nothing more about than its reason.
    #[must_use]
    pub const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::AgentOs => Self::Detail,
            Dialect::LiteLlm => Self::Error,
            Dialect::LiteLlmDocs => Self::Docs,
            Dialect::Problem => Self::Problem,
        }
    }
}

impl Pdp {
    /// The answer to a request that was denied.
    #[must_use]
    pub fn answer(&self, decision: &Decision, method: Method, path: &[u8]) -> Answer {
        let reason = decision.reason;
        let dialect = self.policy().dialect;
        let is_told = reason == Reason::AgentUnknown && !self.policy().hide_unknown;
        let plain = Answer {
            status: if is_told { 404 } else { reason.status() },
            detail: String::new(),
            shape: Shape::of(dialect),
            code: reason.code(),
            kind: None,
            param: None,
            challenge: self.challenge(decision, method, path),
        };
        match dialect {
            Dialect::AgentOs if is_told => Answer { detail: "Agent not found".into(), ..plain },
            Dialect::AgentOs => {
                Answer { detail: self.detail(decision, method, path).into_owned(), ..plain }
            }
            Dialect::LiteLlm => self.as_litellm(decision, method, path, plain),
            Dialect::LiteLlmDocs => {
                let agent = self.refused_agent(decision, method, path);
                let detail = agent.map_or(Cow::from(reason.message()), |agent| {
                    format!("Access denied to agent: {agent}").into()
                });
                Answer { detail: detail.into_owned(), ..plain }
            }
            Dialect::Problem => Answer { detail: reason.message().into(), ..plain },
        }
    }

    /// The agent that was asked for, as it was asked for, where a layer refused just that.
    fn refused_agent(&self, decision: &Decision, method: Method, path: &[u8]) -> Option<String> {
        let is_about_agent = matches!(
            decision.reason,
            Reason::ScopeMissing
                | Reason::AccessMissing
                | Reason::AccessRestricted
                | Reason::AgentInactive
                | Reason::AgentUnknown
                | Reason::TeamUnknown
        );
        if !is_about_agent {
            return None;
        }
        let path = self.policy().path(path).ok()?;
        let found = self.policy().routes.find(method, &path);
        let crate::request::Match::Route(found) = found else { return None };
        let (kind, id) = found.resource(&path)?;
        (kind == "agents").then(|| id.to_owned())
    }
}
