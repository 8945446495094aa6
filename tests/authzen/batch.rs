//! Several evaluations in one request (§7).

use gatewright::Pdp;
use gatewright::decide::{State, authzen};
use serde_json::{Value, json};

use crate::policy::NOW;
use crate::{agent, evaluate, example, read, tool};

fn batch(pdp: &Pdp, request: &Value) -> Result<Vec<Value>, &'static str> {
    let state = State::default();
    let facts = pdp.facts(&state, NOW);
    let all =
        authzen::evaluations(pdp.policy(), &read(request), &facts, false, |_, told| json!(told));
    all.map(|all| json!(all)["evaluations"].as_array().unwrap().clone())
        .map_err(|malformed| malformed.0)
}

#[test]
fn a_batch_stops_where_its_semantic_says() {
    let pdp = example();
    let item = |id: &str| json!({ "resource": { "type": "tool", "id": id } });
    let (yes, no) = (item("look"), item("drop"));
    let all = |semantic: Option<&str>, items: &[&Value]| {
        let mut request = json!({ "subject": agent("support"), "action": { "name": "call" }, "evaluations": items });
        if let Some(semantic) = semantic {
            request["options"] = json!({ "evaluations_semantic": semantic });
        }
        let answers = batch(&pdp, &request).unwrap();
        answers.iter().map(|answer| answer["decision"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    let mixed = [&yes, &no, &yes, &no];
    assert_eq!(all(None, &mixed), [true, false, true, false]);
    assert_eq!(all(Some("execute_all"), &mixed), [true, false, true, false]);
    assert_eq!(all(Some("deny_on_first_deny"), &mixed), [true, false]);
    assert_eq!(all(Some("deny_on_first_deny"), &[&yes, &yes]), [true, true]);
    assert_eq!(all(Some("permit_on_first_permit"), &mixed), [true]);
    assert_eq!(all(Some("permit_on_first_permit"), &[&no, &no, &yes, &yes]), [false, false, true]);
}

#[test]
fn a_batch_fills_in_what_an_evaluation_leaves_out() {
    let pdp = example();
    let request = json!({
        "subject": agent("refunds"), "action": { "name": "stripe.refund" },
        "resource": { "type": "account", "id": "1" }, "context": { "amount": 100 },
        "evaluations": [
            {}, { "context": { "amount": 101 } },
            // As a whole, not by members: no amount is left of the default.
            { "context": {} },
            { "action": { "name": "email.send" } }, { "subject": agent("nobody") },
            { "resource": { "type": "account", "id": "2" } },
        ],
    });
    let answers = batch(&pdp, &request).unwrap();
    let reasons: Vec<&str> =
        answers.iter().map(|answer| answer["context"]["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        ["allowed", "approval_required", "amount_invalid", "allowed", "agent_unknown", "allowed"]
    );
    assert_eq!(answers[5]["context"]["resource"]["id"], "2");
    // Each is what it would be alone.
    for (answer, item) in answers.iter().zip(request["evaluations"].as_array().unwrap()) {
        let mut alone = request.clone();
        alone.as_object_mut().unwrap().remove("evaluations");
        alone.as_object_mut().unwrap().extend(item.as_object().unwrap().clone());
        assert_eq!(*answer, evaluate(&pdp, &alone).unwrap());
        assert_eq!(batch(&pdp, &alone).unwrap(), std::slice::from_ref(answer));
    }
}

#[test]
fn a_batch_that_is_none_is_refused_as_a_whole() {
    let pdp = example();
    let with = |member: &str, value: Value| {
        let mut request = tool(&agent("support"), "look");
        request[member] = value;
        batch(&pdp, &request)
    };
    for bad in [
        json!({}),
        json!("x"),
        json!(null),
        json!([1]),
        json!([null]),
        json!([[]]),
        json!([{}, { "subject": 1 }]),
    ] {
        assert!(with("evaluations", bad.clone()).is_err(), "{bad}");
    }
    for bad in [
        json!([]),
        json!("execute_all"),
        json!({ "evaluations_semantic": "all" }),
        json!({ "evaluations_semantic": null }),
    ] {
        assert!(with("options", bad.clone()).is_err(), "{bad}");
    }
    assert!(with("options", json!({ "other": 1 })).is_ok());
    assert_eq!(with("evaluations", json!(vec![json!({}); 1000])).unwrap().len(), 1000);
    assert_eq!(
        with("evaluations", json!(vec![json!({}); 1001])),
        Err("at most 1000 evaluations in one request")
    );
    assert_eq!(with("evaluations", json!([])).unwrap().len(), 1);
}
