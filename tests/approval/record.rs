//! An approval out of a store.

use gatewright::decide::approval::{Approval, Verdict};
use serde_json::{Value, json};

use crate::setup::{NOW, again, approval, binding, decided, written};

#[test]
fn a_record_is_what_its_json_says() {
    assert_eq!(
        written(&decided(Verdict::Deny)),
        json!({
            "id": "a1", "kind": "approval", "state": "denied",
            "binding": {
                "subject": "alice", "agent": "finance", "action": "stripe.refund",
                "context": binding().context(),
            },
            "requested_at": NOW, "expires_at": NOW + 3600.0,
            "decided_by": "bob", "decided_at": NOW + 1.0, "note": "fine",
        })
    );
}

#[test]
fn records_that_are_none() {
    let whole = written(&decided(Verdict::Approve));
    assert!(again(&whole).is_some());
    for (place, value) in [
        ("/id", json!(1)),
        ("/id", json!(null)),
        ("/kind", json!("Approval")),
        ("/kind", json!("approved")),
        ("/state", json!("expired")),
        ("/state", json!("Approved")),
        ("/state", json!("pending")),
        ("/state", json!(null)),
        ("/binding", json!(null)),
        ("/binding/subject", json!(1)),
        ("/binding/subject", json!("bob")),
        ("/binding/agent", json!(null)),
        ("/binding/agent", json!("bob")),
        ("/binding/action", json!([])),
        ("/binding/context", json!("")),
        ("/binding/context", json!("A".repeat(64))),
        ("/binding/context", json!("a".repeat(63))),
        ("/requested_at", json!("1")),
        ("/expires_at", json!(null)),
        ("/decided_at", json!(null)),
        ("/decided_at", json!("now")),
        ("/decided_by", json!(null)),
        ("/decided_by", json!(true)),
        ("/decided_by", json!("alice")),
        ("/note", json!(0)),
    ] {
        let mut other = whole.clone();
        *other.pointer_mut(place).unwrap() = value.clone();
        assert_eq!(again(&other), None, "{place} {value}");
    }
    for place in ["", "/binding"] {
        let names: Vec<String> =
            whole.pointer(place).and_then(Value::as_object).unwrap().keys().cloned().collect();
        for name in names {
            let mut other = whole.clone();
            other.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(&name);
            assert_eq!(again(&other), None, "without {place}/{name}");
            other.pointer_mut(place).unwrap()["more"] = json!(null);
            assert_eq!(again(&other), None, "another for {place}/{name}");
        }
        let mut other = whole.clone();
        other.pointer_mut(place).unwrap()["more"] = json!(null);
        assert_eq!(again(&other), None, "more in {place}");
    }
    let mut pending = written(&approval());
    assert!(again(&pending).is_some());
    pending["note"] = json!("a note on nothing");
    assert_eq!(again(&pending), None);
    for json in [json!(null), json!([]), json!({}), json!("approved")] {
        assert_eq!(again(&json), None, "{json}");
    }
    let far = whole.to_string().replace("1795503600.5", "1e999");
    let far = gatewright::json::parse_any_number(far.as_bytes(), 16).unwrap();
    assert_eq!(Approval::from_json(&far), None, "never to expire");
}
