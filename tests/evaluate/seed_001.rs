//! The gateway of `AgentPatterns` ("Agent Permissions in Python: What Agents Are Allowed to Do"): four
//! tools with levels, an agent held to `read` and `write`, and the four calls of its model. What it
//! prints is held by `tests/js/tools.test.js`.

use gatewright::Reason;
use gatewright::decide::Pdp;
use gatewright::decide::approval::Verdict;
use gatewright::decide::dialect::{Status, ToolCall};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;
use crate::store::Store;

/// `MODEL_CALLS`, word for word.
const MODEL_CALLS: [(&str, &str); 4] = [
    ("read_user", r#"{"user_id": 42}"#),
    ("send_webhook", r#"{"event": "user-reviewed"}"#),
    ("update_user_status", r#"{"user_id": 42, "status": "paused"}"#),
    ("delete_user", r#"{"user_id": 42}"#),
];

/// `TOOL_LEVEL`, and an agent with these members.
fn gateway(agent: &Value) -> Pdp {
    pdp(&json!({
        "agents": { "support": agent },
        "tools": {
            "read_user": { "level": "read" },
            "update_user_status": { "level": "write" },
            "send_webhook": { "level": "execute" },
            "delete_user": { "level": "delete" },
        },
    }))
}

fn reasons(agent: &Value) -> [Reason; 4] {
    let pdp = gateway(agent);
    MODEL_CALLS.map(|(action, parameters)| Ask::of("support", action, parameters).reason(&pdp))
}

const NO: Reason = Reason::ToolLevel;
const YES: Reason = Reason::Allowed;

#[test]
fn model_calls() {
    let pdp = gateway(&json!({ "levels": ["read", "write"] }));
    let told = MODEL_CALLS.map(|(action, parameters)| {
        let evaluation = Ask::of("support", action, parameters).put(&pdp, "{}").unwrap();
        ToolCall::of(&evaluation, action)
    });
    assert_eq!(told.each_ref().map(|call| call.level), ["read", "execute", "write", "delete"]);
    let (yes, no) = (Status::Allowed, Status::Blocked);
    assert_eq!(told.each_ref().map(|call| call.status), [yes, no, yes, no]);
    assert_eq!(
        told.map(|call| call.error.unwrap_or_default()),
        [
            "",
            "action 'send_webhook' is blocked by policy (level=execute)",
            "",
            "action 'delete_user' is blocked by policy (level=delete)",
        ]
    );
}

#[test]
fn an_unknown_action_is_not_found() {
    let pdp = gateway(&json!({ "levels": ["read", "write", "execute", "delete"] }));
    for action in ["drop_table", "READ_USER", "read_user ", "", "*", "rеad_user", "read_user\0"] {
        let evaluation = Ask::of("support", action, "{}").put(&pdp, "{}").unwrap();
        let call = ToolCall::of(&evaluation, action);
        assert_eq!((call.level, call.status), ("unknown", Status::Blocked), "{action:?}");
        assert_eq!(call.error, Some(format!("action '{action}' is not found")));
    }
}

/// "Allow only read and verify that even `update_user_status` starts being blocked"
#[test]
fn what_to_change_allow_only_read() {
    assert_eq!(reasons(&json!({ "levels": ["read"] })), [YES, NO, NO, NO]);
}

/// "Add a separate allowlist for specific actions (not only by level)"
#[test]
fn what_to_change_a_separate_allowlist() {
    let agent = json!({ "levels": ["read", "write"], "allow": ["read_user", "send_webhook"] });
    // The list narrows what the levels let through, and widens nothing.
    assert_eq!(reasons(&agent), [YES, NO, Reason::ActionUnlisted, NO]);
    let listed = json!({ "allow": ["read_user", "send_webhook"] });
    assert_eq!(reasons(&listed), [YES, YES, Reason::ActionUnlisted, Reason::ActionUnlisted]);
}

/// "Add a `dry_run` mode where write passes validation but does not change state"
#[test]
fn what_to_change_a_dry_run() {
    let pdp = pdp(&json!({
        "agents": { "support": { "levels": ["read", "write"] } },
        "tools": { "update_user_status": { "level": "write", "dry_run": true } },
    }));
    let (action, parameters) = MODEL_CALLS[2];
    let evaluation = Ask::of("support", action, parameters).put(&pdp, "{}").unwrap();
    assert_eq!(evaluation.reason, Reason::DryRun);
    let call = ToolCall::of(&evaluation, action);
    assert_eq!((call.status, call.dry_run, call.error), (Status::Allowed, true, None));
}

/// "Add a human-approval step before any delete"
#[test]
fn what_to_change_approval_before_any_delete() {
    let pdp = pdp(&json!({
        "agents": { "support": { "levels": ["read", "write", "delete"] } },
        "tools": { "delete_user": { "level": "delete", "approval": "approval" } },
    }));
    let (action, parameters) = MODEL_CALLS[3];
    let ask = Ask::of("support", action, parameters);
    let mut store = Store::default();
    let evaluation = store.evaluation(&pdp, &ask).unwrap();
    assert_eq!(evaluation.reason, Reason::ApprovalRequired);
    assert_eq!(ToolCall::of(&evaluation, action).status, Status::Blocked);
    store.decide(&pdp, &ask, "ann", Verdict::Approve);
    assert_eq!(store.ask(&pdp, &ask), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &ask), Reason::ApprovalUsed);
}
