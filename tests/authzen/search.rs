//! Searches (§8), page by page.

use gatewright::Pdp;
use gatewright::decide::State;
use gatewright::decide::authzen::{self, Searched};
use serde_json::{Value, json};

use crate::policy::{NOW, pdp};
use crate::{agent, example, read, user};

fn search(pdp: &Pdp, wanted: &str, request: &Value) -> Result<Value, &'static str> {
    let state = State::default();
    let facts = pdp.facts(&state, NOW);
    let wanted = Searched::from_name(wanted).unwrap();
    let found = authzen::search(pdp.policy(), wanted, &read(request), &facts);
    found.map(|found| json!(found)).map_err(|malformed| malformed.0)
}

/// The ids or names that a search finds.
fn found(wanted: &str, request: &Value) -> Vec<String> {
    let found = search(&example(), wanted, request).unwrap();
    let results = found["results"].as_array().unwrap();
    let ids =
        results.iter().map(|one| one["id"].as_str().or(one["name"].as_str()).unwrap().to_owned());
    ids.collect()
}

#[test]
fn a_search_finds_what_an_evaluation_allows() {
    let subjects = |id: &str| json!({ "subject": { "type": "agent" }, "action": { "name": "call" }, "resource": { "type": "tool", "id": id } });
    assert_eq!(found("subject", &subjects("look")), ["support"]);
    assert_eq!(found("subject", &subjects("drop")), [""; 0]);
    let teams = json!({ "subject": { "type": "team", "properties": { "tenant": "t" } }, "action": { "name": "run" }, "resource": agent("support") });
    assert_eq!(found("subject", &teams), ["red"]);
    let strangers = json!({ "subject": { "type": "team" }, "action": { "name": "run" }, "resource": agent("support") });
    assert_eq!(found("subject", &strangers), [""; 0]);
    let users = json!({ "subject": { "type": "user" }, "action": { "name": "run" }, "resource": agent("support") });
    assert_eq!(found("subject", &users), [""; 0]);

    let resources = |kind: &str, subject: &Value| json!({ "subject": subject, "action": { "name": "run" }, "resource": { "type": kind } });
    assert_eq!(found("resource", &resources("tool", &agent("support"))), ["look", "note"]);
    let all = user(&json!({ "scopes": ["agents:run"] }));
    assert_eq!(found("resource", &resources("agent", &all)), ["refunds", "support"]);
    let one = user(&json!({ "scopes": ["agents:support:run"] }));
    assert_eq!(found("resource", &resources("agent", &one)), ["support"]);
    assert_eq!(found("resource", &resources("planet", &all)), [""; 0]);

    let actions = |subject: &Value, context: Value| json!({ "subject": subject, "resource": { "type": "account", "id": "1" }, "context": context });
    assert_eq!(
        found("action", &actions(&agent("refunds"), json!({ "amount": 100 }))),
        ["email.send", "stripe.refund"]
    );
    assert_eq!(
        found("action", &actions(&agent("refunds"), json!({ "amount": 101 }))),
        ["email.send"]
    );
    assert_eq!(found("action", &actions(&agent("support"), json!({}))), ["look", "note"]);
    let on_agent = json!({ "subject": one, "resource": agent("support") });
    assert_eq!(found("action", &on_agent), ["run"]);
}

#[test]
fn a_search_comes_in_pages() {
    let pdp = example();
    let mut request = json!({ "subject": agent("support"), "action": { "name": "call" }, "resource": { "type": "tool" } });
    let whole = search(&pdp, "resource", &request).unwrap();
    assert_eq!(whole["page"], json!({ "next_token": "", "count": 2, "total": 2 }));
    request["page"] = json!({ "limit": 1 });
    let mut results = Vec::new();
    loop {
        let page = search(&pdp, "resource", &request).unwrap();
        results.extend(page["results"].as_array().unwrap().clone());
        assert_eq!(page["page"]["count"], 1);
        let token = page["page"]["next_token"].as_str().unwrap();
        if token.is_empty() {
            break;
        }
        request["page"]["token"] = json!(token);
    }
    assert_eq!(json!(results), whole["results"]);
    request["page"] = json!({ "token": "99" });
    assert_eq!(
        search(&pdp, "resource", &request).unwrap()["page"],
        json!({ "next_token": "", "count": 0, "total": 2 })
    );
    request["page"] = json!({ "token": "18446744073709551615", "limit": 1000 });
    assert_eq!(search(&pdp, "resource", &request).unwrap()["page"]["count"], 0);
    for bad in [
        json!([]),
        json!(1),
        json!({ "limit": 0 }),
        json!({ "limit": 1001 }),
        json!({ "limit": "1" }),
        json!({ "limit": 1.5 }),
        json!({ "limit": null }),
        json!({ "token": 1 }),
        json!({ "token": "x" }),
        json!({ "token": "-1" }),
    ] {
        request["page"] = bad.clone();
        assert!(search(&pdp, "resource", &request).is_err(), "{bad}");
    }
}

#[test]
fn a_search_that_is_none_is_refused() {
    let pdp = example();
    let good = json!({ "subject": agent("support"), "action": { "name": "call" }, "resource": { "type": "tool", "id": "look" } });
    for wanted in ["subject", "resource", "action"] {
        assert!(search(&pdp, wanted, &good).is_ok());
        for entity in ["subject", "resource", "action"] {
            let mut request = good.clone();
            request.as_object_mut().unwrap().remove(entity);
            // What is searched for has to say of which type; an action has none.
            let is_needed = entity != wanted || wanted != "action";
            assert_eq!(search(&pdp, wanted, &request).is_err(), is_needed, "{entity} for {wanted}");
        }
    }
    assert_eq!(Searched::from_name("Subject"), None);
}

#[test]
fn a_search_takes_budgets_for_untouched() {
    let pdp = pdp(&json!({
        "agents": { "a": { "allow": ["x", "y"] } },
        "budgets": [{ "name": "some", "calls": 1, "actions": ["x"] }, { "name": "none", "calls": 0, "actions": ["y"] }],
    }));
    let request = json!({ "subject": agent("a"), "resource": { "type": "account", "id": "1" } });
    let found = search(&pdp, "action", &request).unwrap();
    assert_eq!(found["results"], json!([{ "name": "x" }]));
}
