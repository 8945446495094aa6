//! Whatever is sent, nothing panics and everything has an answer.

use gatewright::decide::authzen::{Searched, evaluation, evaluations, search};
use gatewright::decide::{Pdp, State, context};
use gatewright::json::{Json, parse_any_number};
use gatewright::policy::{Policy, Secrets};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::CASES;
use crate::ask::Ask;
use crate::policy::{NOW, document, pdp};

/// JSON whose names and words are those that are looked for, in the wrong places.
fn json_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let word = prop::sample::select(words);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..3).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| Value::Object(
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

const POLICY_WORDS: &[&str] = &[
    "agents",
    "a",
    "tools",
    "levels",
    "allow",
    "block",
    "permissions",
    "action",
    "max_amount",
    "amount",
    "requires_approval",
    "approval",
    "dry_run",
    "budgets",
    "name",
    "per",
    "calls",
    "steps",
    "spend",
    "repeats",
    "window_seconds",
    "switches",
    "stop",
    "id",
    "teams",
    "mode",
    "shadow",
    "approvals",
    "expires_seconds",
    "level",
    "read",
    "x.*",
    "/amount",
    "all",
    "none",
    "subject",
    "confirmation",
    "active",
    "tenant",
    "groups",
    "routes",
];

const STATE_WORDS: &[&str] = &[
    "meters",
    "approval",
    "started_at",
    "calls",
    "steps",
    "spend",
    "last",
    "keys",
    "hash",
    "count",
    "key",
    "binding",
    "at",
    "id",
    "kind",
    "state",
    "requested_at",
    "expires_at",
    "decided_by",
    "decided_at",
    "note",
    "approved",
    "0",
    "2:b03:all3:all",
];

const REQUEST_WORDS: &[&str] = &[
    "subject",
    "action",
    "resource",
    "context",
    "type",
    "id",
    "name",
    "properties",
    "agent",
    "tool",
    "a",
    "x",
    "scopes",
    "team",
    "agents",
    "tenant",
    "on_behalf_of",
    "idempotency_key",
    "evaluations",
    "options",
    "page",
    "evaluations_semantic",
    "deny_on_first_deny",
    "permit_on_first_permit",
    "limit",
    "token",
    "amount",
    "agents:run",
];

fn everything() -> Pdp {
    pdp(&json!({
        "agents": { "a": { "permissions": [
            { "action": "x", "max_amount": 5 }, { "action": "x", "max_amount": 9, "requires_approval": true },
        ] } },
        "tools": { "x": { "level": "read" } },
        "teams": { "a": { "agents": ["a"] } },
        "budgets": [{ "name": "b0", "spend": 3, "calls": 5, "steps": 9, "repeats": 3, "window_seconds": 9 }],
    }))
}

/// Asks everything that can be asked with one request.
fn ask_all(pdp: &Pdp, request: &Json) {
    let state = State::read(br#"{"meters":{}}"#).unwrap();
    let facts = pdp.facts(&state, NOW);
    let policy = pdp.policy();
    let one = evaluation(policy, request, &facts, true, |one, told| (one.reason, json!(told)));
    if let Ok((reason, told)) = one {
        assert_eq!(told["decision"], reason.allows());
        assert_eq!(told["context"]["reason"], reason.code());
    }
    let _ =
        evaluations(policy, request, &facts, false, |_, told| json!(told)).map(|all| json!(all));
    for wanted in [Searched::Subject, Searched::Resource, Searched::Action] {
        let _ = search(policy, wanted, request, &facts).map(|found| json!(found));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_a_policy_or_is_not(members in json_of(POLICY_WORDS)) {
        let members = if members.is_object() { members } else { json!({ "agents": members }) };
        for text in [document(&members), members.to_string()] {
            if let Ok(policy) = Policy::parse(&text, &Secrets::new()) {
                let pdp = Pdp::new(policy);
                let reason = Ask::of("a", "x.y", r#"{"amount":1}"#).reason(&pdp);
                prop_assert!(reason.status() >= 200);
            }
        }
    }

    #[test]
    fn any_json_is_a_context_or_is_not(value in json_of(REQUEST_WORDS)) {
        let _ = Ask::of("a", "x", &value.to_string()).reason(&everything());
    }

    #[test]
    fn any_json_is_a_state_or_is_not(value in json_of(STATE_WORDS), amount in 0_u8..9) {
        let context = format!(r#"{{"amount":{amount}}}"#);
        let _ = Ask::of("a", "x", &context).put(&everything(), &value.to_string());
    }

    #[test]
    fn any_json_is_a_list_of_switches_or_stops_everything(value in json_of(POLICY_WORDS)) {
        let mut pdp = everything();
        let is_read = pdp.replace_switches(value.to_string().as_bytes());
        let reason = Ask::of("a", "x", r#"{"amount":1}"#).reason(&pdp);
        prop_assert!(is_read || reason == gatewright::Reason::SwitchUnreadable);
        prop_assert!(!reason.allows());
    }

    #[test]
    fn any_json_is_a_request_or_is_not(value in json_of(REQUEST_WORDS)) {
        let request = parse_any_number(value.to_string().as_bytes(), 64).unwrap();
        ask_all(&everything(), &request);
    }

    #[test]
    fn any_bytes_are_read_or_are_not(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = (context(&bytes), State::read(&bytes));
        let _ = Policy::parse(&String::from_utf8_lossy(&bytes), &Secrets::new());
        let mut pdp = everything();
        pdp.replace_switches(&bytes);
        if let Ok(request) = parse_any_number(&bytes, 64) {
            ask_all(&pdp, &request);
        }
    }

    #[test]
    fn any_names_are_asked_about(agent in ".{0,4}", action in ".{0,4}", subject in ".{0,4}", now in any::<f64>()) {
        let ask = Ask { subject: Some(&subject), tenant: Some(&action), key: Some(&agent), now, ..Ask::of(&agent, &action, "{}") };
        let _ = ask.reason(&everything());
    }
}
