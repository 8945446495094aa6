//! What has room, and what is counted.

use gatewright::{
    Reason,
    decide::{
        Binding,
        budget::{Charge, Meter},
    },
    policy::document::BudgetDocument,
};
use serde_json::json;

use crate::setup::{
    NOW, Verdict, bound, budget, charge, counted, limits, number, read, shown, verdicts,
};

fn amounts(limit: &str, amounts: &[&str]) -> Vec<Verdict> {
    let budget = budget(&BudgetDocument { spend: Some(number(limit)), ..limits() });
    let contexts: Vec<String> =
        amounts.iter().map(|amount| format!("{{\"amount\":{amount}}}")).collect();
    let asked: Vec<(f64, &str)> = contexts.iter().map(|context| (0.0, context.as_str())).collect();
    verdicts(&budget, &asked)
}

#[test]
fn amounts_are_added_exactly() {
    let (ok, over) = (Ok(()), Err(Reason::BudgetSpend));
    for (limit, asked, expected) in [
        ("0.3", &["0.1", "0.2"] as &[_], vec![ok, ok]),
        ("0.3", &["0.1", "0.2", "0.01"], vec![ok, ok, over]),
        ("0.3", &["0.1", "0.20000000000000001"], vec![ok, over]),
        ("100", &["100"], vec![ok]),
        ("100", &["100.00"], vec![ok]),
        ("100", &["1e2"], vec![ok]),
        ("100", &["100.01"], vec![over]),
        ("100", &["60", "60", "40", "0.01", "0"], vec![ok, over, ok, over, ok]),
        ("0", &["0", "-0", "0.01"], vec![ok, ok, over]),
        ("9007199254740993", &["9007199254740992", "1", "1"], vec![ok, ok, over]),
        // A sum of more digits than are held.
        ("1e300", &["1e30", "1e-10"], vec![ok, over]),
    ] {
        assert_eq!(amounts(limit, asked), expected, "{limit} {asked:?}");
    }
}

#[test]
fn what_no_amount_is() {
    for amount in [
        "-0.01",
        "-1",
        "\"5\"",
        "true",
        "null",
        "[]",
        "{}",
        "12345678901234567890123456789012345678",
    ] {
        assert_eq!(amounts("100", &[amount]), [Err(Reason::AmountInvalid)], "{amount}");
    }
    let budget = budget(&BudgetDocument { spend: Some(number("5")), ..limits() });
    for context in ["{}", "[]", "null", "5", r#"{"Amount":5}"#, r#"{"a":{"amount":5}}"#] {
        let verdict = charge(&budget, None, context, None, NOW).verdict;
        assert_eq!(verdict, Err(Reason::AmountInvalid), "{context}");
    }
    let huge = gatewright::json::parse_any_number(br#"{"amount":1e400}"#, 4).unwrap();
    let charge = Charge { binding: &bound("{}"), context: &huge, idempotency_key: None };
    assert_eq!(budget.charge(None, &charge, NOW).verdict, Err(Reason::AmountInvalid));
}

#[test]
fn the_amount_is_where_the_policy_says() {
    let document = BudgetDocument {
        spend: Some(number("5")),
        amount: Some("/order/items/0/price~1net".into()),
        ..limits()
    };
    let context = r#"{"amount":99,"order":{"items":[{"price/net":5}]}}"#;
    assert_eq!(charge(&budget(&document), None, context, None, NOW).verdict, Ok(()));
}

#[test]
fn calls_are_those_let_through_and_steps_are_all() {
    let over = |reason| vec![Ok(()), Ok(()), Err(reason), Err(reason)];
    let asked = [(0.0, "{}"); 4];
    let calls = budget(&BudgetDocument { calls: Some(2), ..limits() });
    assert_eq!(verdicts(&calls, &asked), over(Reason::BudgetCalls));
    let steps = budget(&BudgetDocument { steps: Some(2), ..limits() });
    assert_eq!(verdicts(&steps, &asked), over(Reason::BudgetSteps));
    let none = budget(&BudgetDocument { calls: Some(0), ..limits() });
    assert_eq!(verdicts(&none, &asked[..1]), [Err(Reason::BudgetCalls)]);

    let both = budget(&BudgetDocument { spend: Some(number("5")), steps: Some(2), ..limits() });
    let asked = [(0.0, r#"{"amount":9}"#), (0.0, r#"{"amount":5}"#), (0.0, r#"{"amount":0}"#)];
    let expected = [Err(Reason::BudgetSpend), Ok(()), Err(Reason::BudgetSteps)];
    assert_eq!(verdicts(&both, &asked), expected);
}

#[test]
fn what_another_layer_denies_costs_a_step_and_nothing_else() {
    let document = BudgetDocument {
        calls: Some(9),
        steps: Some(9),
        spend: Some(number("9")),
        repeats: Some(9),
        ..limits()
    };
    let charged = charge(&budget(&document), None, r#"{"amount":4}"#, Some("k"), NOW);
    assert_eq!(charged.verdict, Ok(()));
    assert_eq!(
        shown(&charged.allowed),
        json!({ "calls": 1, "steps": 1, "spend": "4", "count": 1, "keys": ["k"] })
    );
    assert_eq!(
        shown(&charged.denied),
        json!({ "calls": 0, "steps": 1, "spend": "0", "count": 1, "keys": [] })
    );

    let strict = budget(&BudgetDocument { calls: Some(0), ..document });
    let charged = charge(&strict, None, r#"{"amount":4}"#, Some("k"), NOW);
    assert_eq!(charged.verdict, Err(Reason::BudgetCalls));
    assert_eq!(charged.allowed, charged.denied);
    assert_eq!(
        shown(&charged.denied),
        json!({ "calls": 0, "steps": 1, "spend": "0", "count": 1, "keys": [] })
    );
}

#[test]
fn repetitions_are_counted_in_a_row() {
    let looped = Err(Reason::BudgetLoop);
    let budget = budget(&BudgetDocument { repeats: Some(2), ..limits() });
    let (a, b) = ((0.0, r#"{"q":1,"r":2}"#), (0.0, r#"{"q":2}"#));
    let spelt = (0.0, r#"{"r":2.0,"q":1}"#);
    assert_eq!(verdicts(&budget, &[a, a, a, a]), [Ok(()), Ok(()), looped, looped]);
    assert_eq!(verdicts(&budget, &[a, spelt, a]), [Ok(()), Ok(()), looped]);
    assert_eq!(
        verdicts(&budget, &[a, a, b, a, a, a]),
        [Ok(()), Ok(()), Ok(()), Ok(()), Ok(()), looped]
    );

    let context = read("{}");
    let mut meter = None;
    for (action, expected) in [("x", Ok(())), ("x", Ok(())), ("y", Ok(())), ("x", Ok(()))] {
        let binding = Binding::of(Some("alice"), "finance", action, &context).unwrap();
        let charge = Charge { binding: &binding, context: &context, idempotency_key: None };
        let charged = budget.charge(meter.as_ref(), &charge, NOW);
        assert_eq!(charged.verdict, expected, "{action}");
        meter = Some(charged.denied);
    }
}

#[test]
fn counters_that_are_full_deny() {
    let most = (1_u64 << 53) - 1;
    let text = format!(
        r#"{{"started_at":{NOW},"calls":{most},"steps":{most},"spend":"0","last":null,"keys":[]}}"#
    );
    let full = Meter::from_json(&read(&text)).unwrap();
    for (document, expected) in [
        (BudgetDocument { calls: Some(u32::MAX), ..limits() }, Reason::BudgetCalls),
        (BudgetDocument { steps: Some(u32::MAX), ..limits() }, Reason::BudgetSteps),
    ] {
        let charged = charge(&budget(&document), Some(&full), "{}", None, NOW);
        assert_eq!(charged.verdict, Err(expected));
        assert_eq!(charged.denied.steps(), most);
        assert!(counted(&charged.denied).is_some());
    }
}
