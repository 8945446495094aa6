//! The Authorization API of `AuthZEN` 1.0: evaluation (§6), batches (§7), searches (§8).

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../evaluate/ask.rs"]
mod ask;
mod batch;
#[path = "../evaluate/policy.rs"]
mod policy;
mod search;

use std::collections::BTreeMap;

use ask::Ask;
use gatewright::Pdp;
use gatewright::decide::State;
use gatewright::decide::authzen;
use gatewright::json::{Json, parse_any_number};
use policy::{NOW, pdp};
use serde_json::{Value, json};

fn example() -> Pdp {
    pdp(&json!({
        "agents": {
            "support": { "levels": ["read", "write"], "tenant": "t" },
            "refunds": { "permissions": [
                { "action": "stripe.refund", "max_amount": 100 },
                { "action": "stripe.refund", "max_amount": 500, "requires_approval": true },
                { "action": "email.send" },
            ] },
            "off": { "active": false, "allow": ["look"] },
        },
        "tools": { "look": { "level": "read" }, "note": { "level": "write" }, "drop": { "level": "delete" } },
        "teams": { "red": { "agents": ["support"] }, "blue": { "agents": ["refunds", "off"] } },
    }))
}

fn read(value: &Value) -> Json {
    parse_any_number(value.to_string().as_bytes(), 64).unwrap()
}

fn evaluate(pdp: &Pdp, request: &Value) -> Result<Value, &'static str> {
    let state = State::default();
    let facts = pdp.facts(&state, NOW);
    authzen::evaluation(pdp.policy(), &read(request), &facts, false, |_, told| json!(told))
        .map_err(|malformed| malformed.0)
}

fn agent(id: &str) -> Value {
    json!({ "type": "agent", "id": id })
}

/// Somebody of the tenant of `support`, unless it is said of which.
fn user(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if properties.get("tenant").is_none() {
        properties["tenant"] = json!("t");
    }
    json!({ "type": "user", "id": "ann", "properties": properties })
}

fn act(id: &str, action: &str, context: &Value) -> Value {
    json!({ "subject": agent(id), "action": { "name": action }, "resource": { "type": "account", "id": "1" }, "context": context })
}

fn tool(subject: &Value, id: &str) -> Value {
    json!({ "subject": subject, "action": { "name": "call" }, "resource": { "type": "tool", "id": id } })
}

fn run(subject: &Value, id: &str, action: &str) -> Value {
    json!({ "subject": subject, "action": { "name": action }, "resource": agent(id) })
}

#[test]
fn the_four_entities_become_a_question() {
    let pdp = example();
    let scopes = |scopes: Value| user(&json!({ "scopes": scopes }));
    for (request, reason) in [
        (tool(&agent("support"), "look"), "allowed"),
        (tool(&agent("support"), "drop"), "tool_level"),
        (tool(&agent("support"), "burn"), "tool_unknown"),
        (tool(&agent("off"), "look"), "agent_inactive"),
        (tool(&user(&json!({})), "look"), "agent_unknown"),
        (tool(&user(&json!({ "agent": "support" })), "look"), "allowed"),
        (tool(&user(&json!({ "agent": "support", "tenant": "u" })), "look"), "agent_unknown"),
        (tool(&user(&json!({ "agent": "support", "scopes": [] })), "look"), "scope_missing"),
        (
            tool(&user(&json!({ "agent": "support", "scopes": ["agents:support:run"] })), "look"),
            "allowed",
        ),
        (tool(&user(&json!({ "agent": "support", "team": "blue" })), "look"), "access_restricted"),
        (tool(&user(&json!({ "agent": "support", "agents": [] })), "look"), "access_restricted"),
        (act("refunds", "stripe.refund", &json!({ "amount": 100 })), "allowed"),
        (act("refunds", "stripe.refund", &json!({ "amount": 101 })), "approval_required"),
        (act("refunds", "stripe.refund", &json!({ "amount": 501 })), "amount_exceeded"),
        (act("refunds", "stripe.refund", &json!({})), "amount_invalid"),
        (act("nobody", "x", &json!({})), "agent_unknown"),
        (act("refunds\u{0}", "x", &json!({})), "name_malformed"),
        (run(&scopes(json!(["agents:support:run"])), "support", "run"), "allowed"),
        (run(&scopes(json!(["agents:support:run"])), "support", "read"), "scope_missing"),
        (run(&scopes(json!(["agents:support:run"])), "refunds", "run"), "scope_missing"),
        (run(&scopes(json!(["agent_os:admin"])), "support", "run"), "allowed"),
        (run(&scopes(json!(["agents:run"])), "off", "run"), "agent_inactive"),
        (run(&scopes(json!(["agents:run"])), "none", "run"), "agent_unknown"),
        (run(&user(&json!({})), "support", "run"), "scope_missing"),
        (run(&agent("refunds"), "support", "run"), "scope_missing"),
        (run(&user(&json!({ "team": "red" })), "support", "run"), "allowed"),
        (run(&user(&json!({ "team": "red" })), "refunds", "run"), "access_restricted"),
        (run(&user(&json!({ "team": "green" })), "support", "run"), "team_unknown"),
        (
            json!({ "subject": scopes(json!(["teams:red:read"])), "action": { "name": "read" }, "resource": { "type": "team", "id": "red" } }),
            "allowed",
        ),
        (
            json!({ "subject": scopes(json!([])), "action": { "name": "read" }, "resource": { "type": "team", "id": "red" } }),
            "scope_missing",
        ),
        (
            json!({ "subject": user(&json!({ "team": "red" })), "action": { "name": "read" }, "resource": { "type": "team", "id": "red" } }),
            "scope_missing",
        ),
    ] {
        let answer = evaluate(&pdp, &request).unwrap();
        assert_eq!(answer["context"]["reason"], reason, "{request}");
        assert_eq!(answer["decision"], reason == "allowed", "{request}");
    }
}

#[test]
fn an_answer_has_the_shape_of_the_specification() {
    let pdp = example();
    let request = act("refunds", "stripe.refund", &json!({ "amount": 501 }));
    assert_eq!(
        evaluate(&pdp, &request).unwrap(),
        json!({ "decision": false, "context": {
            "reason": "amount_exceeded", "message": "the amount exceeds what is permitted, `500`",
            "layer": "action", "subject": "refunds", "action": "stripe.refund",
            "resource": { "type": "account", "id": "1" }, "policy": pdp.policy().hash(),
            "obligations": [], "approval": null, "limit": "500",
        } })
    );
}

#[test]
fn an_access_request_expires_on_a_date_of_the_calendar() {
    let pdp = example();
    let request = act("refunds", "stripe.refund", &json!({ "amount": 101 }));
    // An hour before each of these.
    for (now, expected) in [
        (1_709_247_600.0, "2024-03-01T00:00:00Z"),
        (1_709_164_800.5, "2024-02-29T01:00:00Z"),
        (1_798_757_999.0, "2026-12-31T23:59:59Z"),
        (1_798_758_000.0, "2027-01-01T00:00:00Z"),
        (4_107_538_800.0, "2100-03-01T00:00:00Z"),
        (4_107_535_200.0, "2100-02-28T23:00:00Z"),
        (253_402_297_199.0, "9999-12-31T23:59:59Z"),
    ] {
        let (state, read) = (State::default(), read(&request));
        let facts = pdp.facts(&state, now);
        let told = authzen::evaluation(pdp.policy(), &read, &facts, false, |_, told| json!(told));
        let told = told.unwrap_or_else(|malformed| panic!("{}", malformed.0));
        assert_eq!(told["context"]["access_request"]["expires_at"], expected);
    }
}

#[test]
fn a_denial_that_a_person_can_lift_says_how() {
    let pdp = example();
    let request = act("refunds", "stripe.refund", &json!({ "amount": 101 }));
    let context = evaluate(&pdp, &request).unwrap()["context"].clone();
    let binding = context["approval"]["binding"].as_str().unwrap();
    assert_eq!(binding.len(), 64);
    assert_eq!(context["approval"]["kind"], "approval");
    let expected = json!({ "binding_token": binding, "expires_at": "2026-09-21T15:13:20Z" });
    assert_eq!(context["access_request"], expected);
    for denied in [json!({ "amount": 501 }), json!({})] {
        let answer = evaluate(&pdp, &act("refunds", "stripe.refund", &denied)).unwrap();
        assert!(answer["context"].get("access_request").is_none());
    }
    let other =
        evaluate(&pdp, &act("refunds", "stripe.refund", &json!({ "amount": 102 }))).unwrap();
    assert_ne!(other["context"]["approval"]["binding"], binding);
}

#[test]
fn an_answer_agrees_with_a_check() {
    let pdp = example();
    for id in ["support", "refunds", "off", "nobody"] {
        for action in ["look", "note", "drop", "stripe.refund", "email.send", "x"] {
            for context in [
                json!({}),
                json!({ "amount": 100 }),
                json!({ "amount": 300 }),
                json!({ "amount": -1 }),
            ] {
                let text = context.to_string();
                let ask = Ask::of(id, action, &text);
                let checked = ask.put(&pdp, "{}").unwrap();
                assert_eq!(ask.reason(&pdp), checked.reason);
                let answer = evaluate(&pdp, &act(id, action, &context)).unwrap();
                assert_eq!(
                    answer["context"]["reason"],
                    checked.reason.code(),
                    "{id} {action} {context}"
                );
                let key = checked.wanted.map(|wanted| wanted.binding.key());
                assert_eq!(answer["context"]["approval"]["binding"].as_str(), key.as_deref());
            }
        }
    }
}

/// Who somebody is asked about as, told by the switch that stops them.
#[test]
fn the_subject_is_who_asks_or_on_whose_behalf_the_agent_acts() {
    let reason = |request: &Value| {
        let mut pdp = example();
        assert!(pdp.replace_switches(
            br#"[{"stop":"subject","id":"ann"},{"stop":"subject","id":"support"}]"#
        ));
        let answer = evaluate(&pdp, request).unwrap();
        answer["context"]["reason"].as_str().unwrap().to_owned()
    };
    let mut behalf = tool(&agent("support"), "look");
    // An agent that acts is no subject.
    assert_eq!(reason(&behalf), "allowed");
    behalf["subject"]["properties"] = json!({ "on_behalf_of": "bob" });
    assert_eq!(reason(&behalf), "allowed");
    behalf["subject"]["properties"] = json!({ "on_behalf_of": "ann" });
    assert_eq!(reason(&behalf), "switch_subject");
    assert_eq!(reason(&tool(&user(&json!({ "agent": "support" })), "look")), "switch_subject");
    // One that uses another agent is.
    assert_eq!(reason(&run(&agent("support"), "refunds", "run")), "switch_subject");
    assert_eq!(reason(&run(&agent("refunds"), "support", "run")), "scope_missing");
}

#[test]
fn what_is_known_has_to_be_of_its_type_and_what_is_not_is_ignored() {
    let pdp = example();
    let good = tool(&user(&json!({ "agent": "support" })), "look");
    let change = |place: &str, value: Value| {
        let mut request = good.clone();
        *request.pointer_mut(place).unwrap() = value;
        request
    };
    for (place, bad) in [
        ("/subject", json!(null)),
        ("/subject", json!("ann")),
        ("/subject", json!({})),
        ("/subject/type", json!("")),
        ("/subject/type", json!(1)),
        ("/subject/id", json!("")),
        ("/subject/id", json!(null)),
        ("/subject/properties", json!([])),
        ("/subject/properties", json!(null)),
        ("/subject/properties/agent", json!(1)),
        ("/subject/properties/agent", json!(null)),
        ("/subject/properties", json!({ "scopes": "agents:run" })),
        ("/subject/properties", json!({ "scopes": [1] })),
        ("/subject/properties", json!({ "agents": "support" })),
        ("/subject/properties", json!({ "team": ["red"] })),
        ("/subject/properties", json!({ "tenant": 5 })),
        ("/subject/properties", json!({ "on_behalf_of": {} })),
        ("/action", json!("call")),
        ("/action/name", json!("")),
        ("/action/name", json!(7)),
        ("/action", json!({ "name": "call", "properties": [] })),
        ("/action", json!({ "name": "call", "properties": { "idempotency_key": 5 } })),
        ("/resource", json!([])),
        ("/resource/type", json!(null)),
        ("/resource/id", json!(["look"])),
        ("/resource", json!({ "type": "tool", "id": "look", "properties": 1 })),
    ] {
        assert!(evaluate(&pdp, &change(place, bad.clone())).is_err(), "{place} {bad}");
    }
    for missing in ["subject", "action", "resource"] {
        let mut request = good.clone();
        request.as_object_mut().unwrap().remove(missing);
        let why = evaluate(&pdp, &request).unwrap_err();
        assert_eq!(why, format!("`{missing}` is missing"));
    }
    for bad in [json!(null), json!([]), json!("{}"), json!(5)] {
        let mut request = good.clone();
        request["context"] = bad;
        assert_eq!(evaluate(&pdp, &request), Err("`context` is not an object"));
    }
    for request in [json!(null), json!([]), json!(5), json!("x"), json!({})] {
        assert!(evaluate(&pdp, &request).is_err(), "{request}");
    }
    let mut more = good;
    more["extra"] = json!({ "x": 1 });
    more["subject"]["properties"]["color"] = json!(5);
    assert_eq!(evaluate(&pdp, &more).unwrap()["decision"], true);
}

#[test]
fn a_request_that_is_sent_again_under_one_key_is_known() {
    let pdp = pdp(&json!({
        "agents": { "a": { "allow": ["x"] } }, "budgets": [{ "name": "b", "calls": 9 }],
    }));
    let mut request = act("a", "x", &json!({}));
    request["action"]["properties"] = json!({ "idempotency_key": "k" });
    let ask = |state: &Value| {
        let state = State::read(state.to_string().as_bytes()).unwrap();
        let facts = pdp.facts(&state, NOW);
        let told = authzen::evaluation(pdp.policy(), &read(&request), &facts, false, |one, _| {
            (
                one.reason.code(),
                json!({ "meters": one.meters.iter().cloned().collect::<BTreeMap<_, _>>() }),
            )
        });
        told.map_err(|malformed| malformed.0).unwrap()
    };
    let (first, state) = ask(&json!({ "meters": {} }));
    assert_eq!((first, ask(&state).0), ("allowed", "idempotency_duplicate"));
}
