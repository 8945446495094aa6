//! The words of `LiteLLM` 1.109, as it was recorded.
//!
//! They are told without any part of a key: `LiteLLM` repeats the ends of one it cannot read, and
//! names a known one by its last four letters.

use super::{Answer, Shape};
use crate::Reason;
use crate::authn::KeyRecord;
use crate::decide::decision::Decision;
use crate::decide::pdp::Pdp;
use crate::json::Number;
use crate::request::{Method, speaks_rpc};

/// Who asks to manage agents is told the role that keys have.
const ROLE: &str = "Your role=internal_user";

impl Pdp {
    pub(super) fn as_litellm(
        &self,
        decision: &Decision,
        method: Method,
        path: &[u8],
        mut plain: Answer,
    ) -> Answer {
        let reason = decision.reason;
        let record = decision.record.as_deref();
        let read = self.policy().path(path).ok();
        let route = read.as_ref().map_or("", |path| path.decoded());
        let is_rpc = read.as_ref().is_some_and(|path| speaks_rpc(method, path));
        let agent = self.refused_agent(decision, method, path);
        let register = route.starts_with("/v1/agents") && method != Method::Get;

        let (status, shape, kind, param, detail) = match (reason, agent) {
            (Reason::AgentUnknown, Some(agent)) if plain.status == 404 => {
                let detail = if route.starts_with("/v1/agents") {
                    format!("Agent with ID {agent} not found")
                } else {
                    format!("Agent '{agent}' not found")
                };
                (404, Shape::Detail, None, None, detail)
            }
            (Reason::TeamUnknown, _) if record.is_some() => {
                let team = record.and_then(|record| record.team.as_deref()).unwrap_or_default();
                let detail = format!(
                    "{{'error': \"Team doesn't exist in db. Team={team}. Create team via \
                     `/team/new` call.\"}}"
                );
                (404, Shape::Error, Some("auth_error"), None, detail)
            }
            (_, Some(agent)) => {
                let detail = format!(
                    "Agent '{agent}' is not allowed for your key/team. Contact proxy admin for \
                     access."
                );
                (403, Shape::Detail, Some("permission_error"), None, detail)
            }
            (Reason::AccessMissing, None) if register => {
                let what = if route.ends_with("/make_public") {
                    "update public model groups"
                } else {
                    "create, update, or delete agents"
                };
                let detail = format!("Only proxy admins can {what}. {ROLE}");
                (403, Shape::DetailError, None, None, detail)
            }
            (Reason::RouteUnmatched, None) if !self.policy().hide_unknown => {
                (404, Shape::Detail, None, None, "Not Found".into())
            }
            (Reason::KeyRoute, None) => {
                let routes = record.and_then(|record| record.routes.as_deref());
                let detail = format!(
                    "Virtual key is not allowed to call this route. Only allowed to call routes: \
                     {}. Tried to call route: {route}",
                    list(routes.unwrap_or_default()),
                );
                (403, Shape::Detail, Some("permission_error"), None, detail)
            }
            (Reason::KeyBudget | Reason::TeamBudget, None) => {
                (422, Shape::Error, Some("budget_exceeded"), None, budget(reason, record))
            }
            (_, None) => {
                let (kind, param, detail) = error(reason, plain.status, record);
                (plain.status, Shape::Error, Some(kind), param, detail)
            }
        };
        let shape = if is_rpc { Shape::Rpc } else { shape };
        let challenge = plain.challenge.take().filter(|_| matches!(status, 400 | 401 | 403));
        Answer { status, detail, shape, kind, param, challenge, ..plain }
    }
}

/// What has no shape of its own: the kind of error, what of the request is wrong, and the words.
fn error(
    reason: Reason,
    status: u16,
    record: Option<&KeyRecord>,
) -> (&'static str, Option<&'static str>, String) {
    let kind = match status {
        401 => "auth_error",
        403 => "permission_error",
        404..500 | 400 => "invalid_request_error",
        _ => "internal_server_error",
    };
    let auth = |detail: &str| (kind, None, format!("Authentication Error, {detail}"));
    match reason {
        Reason::CredentialsMissing => auth("No api key passed in."),
        Reason::CredentialsScheme => {
            auth("Malformed API Key passed in. Ensure Key has `Bearer ` prefix.")
        }
        Reason::KeyMalformed => {
            (kind, None, "LiteLLM Virtual Key expected, to start with 'sk-'.".into())
        }
        Reason::KeyUnknown => {
            let detail = "Authentication Error, Invalid API key provided.".into();
            ("token_not_found_in_db", Some("key"), detail)
        }
        Reason::KeyExpired => ("expired_key", None, "Authentication Error - Expired Key.".into()),
        Reason::KeyBlocked => auth("Key is blocked. Update via `/key/unblock` if you're an admin."),
        Reason::TeamBlocked => {
            let team = record.and_then(|record| record.team.as_deref()).unwrap_or("your team");
            auth(&format!("Team={team} is blocked. Update via `/team/unblock` if you're an admin."))
        }
        Reason::TokenExpired => ("expired_key", None, "Token Expired".into()),
        _ if status == 401 => (kind, None, format!("Validation fails: {reason}")),
        _ => (kind, None, reason.message().into()),
    }
}

fn budget(reason: Reason, record: Option<&KeyRecord>) -> String {
    let team = record.and_then(|record| record.team_record.as_ref());
    let (whose, budget) = if reason == Reason::TeamBudget {
        let team_name = record.and_then(|record| record.team.as_deref()).unwrap_or_default();
        (format!("Team={team_name}"), team.map(|team| &team.budget))
    } else {
        ("Key=key".into(), record.map(|record| &record.budget))
    };
    let amount = |number: Option<&Number>| number.map_or_else(String::new, float);
    let spend = amount(budget.and_then(|budget| budget.spend.as_ref()));
    let max = amount(budget.and_then(|budget| budget.max.as_ref()));
    format!("Budget has been exceeded! {whose} Current cost: {spend}, Max budget: {max}")
}

/// A number as Python writes a float: never without a point.
fn float(number: &Number) -> String {
    let text = number.as_str();
    if text.contains(['.', 'e', 'E']) { text.into() } else { format!("{text}.0") }
}

/// A list as Python writes it.
fn list(items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("'{item}'")).collect();
    format!("[{}]", quoted.join(", "))
}
