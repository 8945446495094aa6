//! Guards on the arguments of a tool, as the layer that they are: behind what the agent may do, before
//! what it may spend. What each guard refuses is in `tests/guards.rs`.

use gatewright::Reason;
use gatewright::decide::Layer;
use gatewright::policy::{Policy, Secrets};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;

/// The reason for a use of a tool with one guard.
fn guarded(guard: &Value, context: &Value) -> Reason {
    let pdp = pdp(&json!({
        "agents": { "a": { "allow": ["tool"] } },
        "tools": { "tool": { "guards": [guard] } },
    }));
    Ask::of("a", "tool", &context.to_string()).reason(&pdp)
}

#[test]
fn each_guard_has_a_reason_of_its_own() {
    for (guard, good, bad, expected) in [
        (
            json!({ "at": "/x", "enum": ["a"] }),
            json!({ "x": "a" }),
            json!({}),
            Reason::GuardMissing,
        ),
        (
            json!({ "at": "/x", "enum": ["a"] }),
            json!({ "x": "a" }),
            json!({ "x": "b" }),
            Reason::GuardEnum,
        ),
        (
            json!({ "at": "/x", "minimum": 1 }),
            json!({ "x": 1 }),
            json!({ "x": 0.9 }),
            Reason::GuardRange,
        ),
        (
            json!({ "at": "/x", "minimum": 1 }),
            json!({ "x": 1 }),
            json!({ "x": "1" }),
            Reason::GuardType,
        ),
        (
            json!({ "at": "/x", "max_amount": 5 }),
            json!({ "x": 5 }),
            json!({ "x": 5.01 }),
            Reason::AmountExceeded,
        ),
        (
            json!({ "at": "/x", "max_amount": 5 }),
            json!({ "x": 5 }),
            json!({ "x": -1 }),
            Reason::AmountInvalid,
        ),
        (
            json!({ "at": "/x", "pattern": "[a-z]+" }),
            json!({ "x": "ab" }),
            json!({ "x": "ab1" }),
            Reason::GuardPattern,
        ),
        (
            json!({ "at": "/x", "paths": "/data" }),
            json!({ "x": "/data/a" }),
            json!({ "x": "/data/../a" }),
            Reason::GuardPath,
        ),
        (
            json!({ "at": "/x", "hosts": ["api.example.com"] }),
            json!({ "x": "https://api.example.com/v1" }),
            json!({ "x": "https://127.0.0.1/" }),
            Reason::GuardHost,
        ),
        (
            json!({ "at": "/x", "sql": {} }),
            json!({ "x": "SELECT 1" }),
            json!({ "x": "DROP TABLE users" }),
            Reason::GuardSql,
        ),
    ] {
        assert_eq!(guarded(&guard, &good), Reason::Allowed, "{guard} {good}");
        assert_eq!(guarded(&guard, &bad), expected, "{guard} {bad}");
    }
}

#[test]
fn an_argument_that_need_not_be_there_is_looked_at_where_it_is() {
    let guard = json!({ "at": "/x", "enum": ["a"], "required": false });
    assert_eq!(guarded(&guard, &json!({})), Reason::Allowed);
    assert_eq!(guarded(&guard, &json!({ "x": null })), Reason::GuardEnum);
}

#[test]
fn guards_come_behind_the_action_and_before_budgets_and_approvals() {
    let pdp = pdp(&json!({
        "agents": { "a": { "levels": ["read"] }, "b": { "levels": ["read"], "block": ["tool"] } },
        "tools": { "tool": { "level": "read", "approval": "approval", "guards": [{ "at": "/x", "enum": [1] }] } },
        "budgets": [{ "name": "all", "calls": 0 }],
    }));
    let denied = |agent, context| {
        let evaluation = Ask::of(agent, "tool", context).put(&pdp, r#"{"meters":{}}"#).unwrap();
        (evaluation.layer.unwrap(), evaluation.reason)
    };
    assert_eq!(denied("b", r#"{"x":2}"#), (Layer::Action, Reason::ActionBlocked));
    assert_eq!(denied("a", r#"{"x":2}"#), (Layer::Guard, Reason::GuardEnum));
    assert_eq!(denied("a", r#"{"x":1}"#), (Layer::Budget, Reason::BudgetCalls));
}

#[test]
fn a_guard_that_can_never_be_kept_is_an_error_of_the_policy() {
    for (guard, member) in [
        (json!({ "at": "x", "enum": [1] }), "/at"),
        (json!({ "at": "/x" }), ""),
        (json!({ "at": "/x", "pattern": "(" }), "/pattern"),
        (json!({ "at": "/x", "hosts": ["*"] }), "/hosts/0"),
        (json!({ "at": "/x", "paths": "data" }), "/paths"),
    ] {
        let policy = json!({
            "version": 1, "authentication": { "virtual_keys": {} }, "routes": {},
            "tools": { "a tool": { "guards": [guard] } },
        });
        let error = Policy::parse(&policy.to_string(), &Secrets::new()).err().unwrap();
        let place = format!("/tools/a tool/guards/0{member}");
        assert_eq!((error.code, &*error.pointer), ("policy_guard", &*place), "{guard}");
    }
}
