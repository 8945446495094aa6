//! Budgets and idempotency, as a store sees them.

use gatewright::Reason;
use gatewright::decide::Pdp;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::{NOW, pdp};
use crate::store::Store;

fn with(budgets: &Value) -> Pdp {
    pdp(
        &json!({ "agents": { "a": { "allow": ["x", "y", "s.*"] }, "b": { "allow": ["x"] } }, "budgets": budgets }),
    )
}

fn asks(store: &mut Store, pdp: &Pdp, ask: &Ask<'_>, times: usize) -> Vec<&'static str> {
    (0..times).map(|_| store.ask(pdp, ask).code()).collect()
}

#[test]
fn a_budget_without_a_state_denies() {
    let pdp = with(&json!([{ "name": "b", "calls": 1 }]));
    assert_eq!(Ask::of("a", "x", "{}").reason(&pdp), Reason::BudgetUnavailable);
    // A subject that is not known has no budget of its own.
    let pdp = with(&json!([{ "name": "b", "per": "subject", "calls": 1 }]));
    assert_eq!(Store::default().ask(&pdp, &Ask::of("a", "x", "{}")), Reason::BudgetUnavailable);
    let known = Ask { subject: Some("s"), ..Ask::of("a", "x", "{}") };
    assert_eq!(Store::default().ask(&pdp, &known), Reason::Allowed);
}

#[test]
fn calls_count_what_was_let_through_and_steps_what_was_asked() {
    let mut store = Store::default();
    let calls = with(&json!([{ "name": "b", "calls": 2 }]));
    let (good, bad) = (Ask::of("a", "x", "{}"), Ask::of("a", "burn", "{}"));
    assert_eq!(asks(&mut store, &calls, &bad, 3), ["action_unlisted"; 3]);
    assert_eq!(asks(&mut store, &calls, &good, 3), ["allowed", "allowed", "budget_calls"]);
    let mut store = Store::default();
    let steps = with(&json!([{ "name": "b", "steps": 3 }]));
    assert_eq!(asks(&mut store, &steps, &bad, 2), ["action_unlisted"; 2]);
    assert_eq!(asks(&mut store, &steps, &good, 2), ["allowed", "budget_steps"]);
}

#[test]
fn spend_is_exact_and_equal_is_within() {
    let spend = with(&json!([{ "name": "b", "spend": 0.3 }]));
    let mut store = Store::default();
    assert_eq!(store.ask(&spend, &Ask::of("a", "x", r#"{"amount":0.1}"#)), Reason::Allowed);
    assert_eq!(store.ask(&spend, &Ask::of("a", "x", r#"{"amount":0.2}"#)), Reason::Allowed);
    assert_eq!(store.ask(&spend, &Ask::of("a", "x", r#"{"amount":0}"#)), Reason::Allowed);
    assert_eq!(store.ask(&spend, &Ask::of("a", "x", r#"{"amount":1e-15}"#)), Reason::BudgetSpend);
    for bad in ["{}", r#"{"amount":"0"}"#, r#"{"amount":-0.1}"#, r#"{"amount":null}"#] {
        assert_eq!(store.ask(&spend, &Ask::of("a", "x", bad)), Reason::AmountInvalid, "{bad}");
    }
    // No refund by asking for less than nothing.
    assert_eq!(store.ask(&spend, &Ask::of("a", "x", r#"{"amount":1e-15}"#)), Reason::BudgetSpend);
    for beyond in ["1e400", "9007199254740993"] {
        let context = format!(r#"{{"amount":{beyond}}}"#);
        assert_eq!(
            store.ask(&spend, &Ask::of("a", "x", &context)),
            Reason::ContextNumber,
            "{beyond}"
        );
    }
}

#[test]
fn the_same_call_over_and_over_is_a_loop() {
    let pdp = with(&json!([{ "name": "b", "repeats": 2 }]));
    let mut store = Store::default();
    let (one, same) = (r#"{"q":1,"r":2}"#, r#"{"r":2, "q":1.0}"#);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", one)), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", same)), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", one)), Reason::BudgetLoop);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", one)), Reason::BudgetLoop);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "y", one)), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", one)), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &Ask::of("a", "x", r#"{"q":"1","r":2}"#)), Reason::Allowed);
}

#[test]
fn a_window_begins_with_the_first_request_after_the_last_one() {
    let pdp = with(&json!([{ "name": "b", "calls": 1, "window_seconds": 60 }]));
    let mut store = Store::default();
    let at = |seconds: f64| Ask { now: NOW + seconds, ..Ask::of("a", "x", "{}") };
    for (seconds, expected) in [
        (0.0, Reason::Allowed),
        (59.9, Reason::BudgetCalls),
        (60.0, Reason::Allowed),
        (119.9, Reason::BudgetCalls),
        // A clock that goes back opens nothing.
        (1.0, Reason::BudgetCalls),
        (500.0, Reason::Allowed),
        (559.9, Reason::BudgetCalls),
    ] {
        assert_eq!(store.ask(&pdp, &at(seconds)), expected, "after {seconds} s");
    }
    let never = with(&json!([{ "name": "b", "calls": 1 }]));
    let mut store = Store::default();
    assert_eq!(store.ask(&never, &at(0.0)), Reason::Allowed);
    assert_eq!(store.ask(&never, &at(1e8)), Reason::BudgetCalls);
}

#[test]
fn a_budget_speaks_of_what_it_names_and_counts_by_what_it_is_per() {
    let ask = |agent, action, subject| Ask {
        subject: Some(subject),
        tenant: Some(subject),
        ..Ask::of(agent, action, "{}")
    };
    for (budget, second, expected) in [
        (json!({ "per": "all" }), ask("b", "x", "other"), Reason::BudgetCalls),
        (json!({ "per": "agent" }), ask("a", "y", "other"), Reason::BudgetCalls),
        (json!({ "per": "agent" }), ask("b", "x", "me"), Reason::Allowed),
        (json!({ "per": "subject" }), ask("b", "x", "me"), Reason::BudgetCalls),
        (json!({ "per": "subject" }), ask("a", "x", "other"), Reason::Allowed),
        (json!({ "per": "tenant" }), ask("b", "x", "me"), Reason::BudgetCalls),
        (json!({ "per": "tenant" }), ask("a", "x", "other"), Reason::Allowed),
        (json!({ "agents": ["a"] }), ask("b", "x", "me"), Reason::Allowed),
        (json!({ "actions": ["x"] }), ask("a", "y", "me"), Reason::Allowed),
        (json!({ "actions": ["x"] }), ask("b", "x", "me"), Reason::BudgetCalls),
    ] {
        let mut budget = budget;
        budget["name"] = json!("b");
        budget["calls"] = json!(1);
        let (pdp, mut store) = (with(&json!([budget])), Store::default());
        assert_eq!(store.ask(&pdp, &ask("a", "x", "me")), Reason::Allowed, "{budget}");
        assert_eq!(store.ask(&pdp, &second), expected, "{budget}");
    }
    let pdp = with(&json!([{ "name": "b", "calls": 0, "actions": ["s.*"] }]));
    for (action, expected) in
        [("s.q", Reason::BudgetCalls), ("s.q.r", Reason::BudgetCalls), ("x", Reason::Allowed)]
    {
        assert_eq!(Store::default().ask(&pdp, &Ask::of("a", action, "{}")), expected, "{action}");
    }
}

#[test]
fn of_several_budgets_each_must_have_room() {
    for order in [[0, 1], [1, 0]] {
        let both = [json!({ "name": "wide", "calls": 9 }), json!({ "name": "tight", "calls": 1 })];
        let pdp = with(&json!([both[order[0]], both[order[1]]]));
        let mut store = Store::default();
        assert_eq!(
            asks(&mut store, &pdp, &Ask::of("a", "x", "{}"), 2),
            ["allowed", "budget_calls"]
        );
        // What one of them denied, the other one has not counted.
        let calls: Vec<u64> =
            store.meters.values().map(|meter| meter["calls"].as_u64().unwrap()).collect();
        assert_eq!(calls, [1, 1]);
    }
}

#[test]
fn a_request_that_is_sent_twice_counts_once() {
    let pdp = with(&json!([{ "name": "b", "calls": 9 }]));
    let mut store = Store::default();
    let ask = |key, context| Ask { key: Some(key), ..Ask::of("a", "x", context) };
    assert_eq!(store.ask(&pdp, &ask("k", r#"{"a":1,"b":2}"#)), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &ask("k", r#"{"b":2,"a":1}"#)), Reason::IdempotencyDuplicate);
    assert_eq!(store.ask(&pdp, &ask("k", r#"{"a":2,"b":2}"#)), Reason::IdempotencyMismatch);
    assert_eq!(store.ask(&pdp, &ask("K", r#"{"a":1,"b":2}"#)), Reason::Allowed);
    let calls = |store: &Store| store.meters.values().next().unwrap()["calls"].as_u64().unwrap();
    assert_eq!(calls(&store), 2);
    // A key is remembered though the window is over in which it was used.
    let windows = with(&json!([{ "name": "w", "calls": 9, "window_seconds": 60 }]));
    let at = |now| Ask { now, ..ask("k", "{}") };
    assert_eq!(store.ask(&windows, &at(NOW)), Reason::Allowed);
    assert_eq!(store.ask(&windows, &at(NOW + 61.0)), Reason::IdempotencyDuplicate);
    let long = "k".repeat(257);
    for key in ["", &long] {
        assert_eq!(store.ask(&pdp, &ask(key, "{}")), Reason::QuestionMalformed);
    }
    // What was denied may be sent again.
    let denied = Ask { key: Some("d"), ..Ask::of("a", "burn", "{}") };
    assert_eq!(asks(&mut store, &pdp, &denied, 2), ["action_unlisted"; 2]);
    assert_eq!(calls(&store), 2);
}
