//! A meter out of a store.

use gatewright::{decide::Meter, policy::document::BudgetDocument};
use serde_json::{Value, json};

use crate::setup::{NOW, budget, charge, counted, limits, number, read};

#[test]
fn meters_that_are_none() {
    let document = BudgetDocument { spend: Some(number("9")), ..limits() };
    let charged = charge(&budget(&document), None, r#"{"amount":0.25}"#, Some("k"), NOW);
    let whole = serde_json::to_value(&charged.allowed).unwrap();
    assert_eq!(whole["spend"], json!("0.25"));
    assert_eq!(counted(&charged.allowed), Some(charged.allowed));
    let meter = |value: &Value| Meter::from_json(&read(&value.to_string()));
    let key = whole["keys"][0].clone();
    for (place, value) in [
        ("/started_at", json!(null)),
        ("/started_at", json!("0")),
        ("/calls", json!(-1)),
        ("/calls", json!(1.5)),
        ("/calls", json!("1")),
        ("/steps", json!(1_u64 << 53)),
        ("/steps", json!(null)),
        ("/spend", json!(0.25)),
        ("/spend", json!("0.250")),
        ("/spend", json!("-0.25")),
        ("/spend", json!(" 1")),
        ("/spend", json!("1e400")),
        ("/spend", json!("")),
        ("/spend", json!("NaN")),
        ("/last", json!([])),
        ("/last/hash", json!("0")),
        ("/last/count", json!(0)),
        ("/last/count", json!(null)),
        ("/keys", json!(null)),
        ("/keys", json!([null])),
        ("/keys", json!([key, key])),
        ("/keys/0/key", json!("")),
        ("/keys/0/key", json!("k".repeat(257))),
        ("/keys/0/binding", json!("k")),
        ("/keys/0/at", json!(null)),
    ] {
        let mut other = whole.clone();
        *other.pointer_mut(place).unwrap() = value.clone();
        assert_eq!(meter(&other), None, "{place} {value}");
    }
    for place in ["", "/last", "/keys/0"] {
        let names: Vec<String> =
            whole.pointer(place).and_then(Value::as_object).unwrap().keys().cloned().collect();
        for name in names {
            let mut other = whole.clone();
            other.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(&name);
            assert_eq!(meter(&other), None, "without {place}/{name}");
        }
        let mut other = whole.clone();
        other.pointer_mut(place).unwrap()["more"] = json!(null);
        assert_eq!(meter(&other), None, "more in {place}");
    }
    let many: Vec<Value> = (0..257)
        .map(|index| json!({ "key": format!("k{index}"), "binding": key["binding"], "at": NOW }))
        .collect();
    let mut other = whole.clone();
    other["keys"] = json!(many[1..]);
    assert!(meter(&other).is_some());
    other["keys"] = json!(many);
    assert_eq!(meter(&other), None);
}
