//! When everything is counted from nothing again, and what is asked for twice.

use gatewright::{Reason, decide::Meter, policy::document::BudgetDocument};
use serde_json::json;

use crate::setup::{NOW, budget, charge, counted, limits, number, shown, verdicts};

#[test]
fn a_window_begins_with_the_first_request_after_the_last_one() {
    let over = Err(Reason::BudgetCalls);
    let document = BudgetDocument { calls: Some(1), window_seconds: Some(60), ..limits() };
    let asked = [0.0, 59.75, 60.0, 100.0, 119.75, 130.0, 150.0, 190.0];
    let expected = [Ok(()), over, Ok(()), over, over, Ok(()), over, Ok(())];
    assert_eq!(verdicts(&budget(&document), &asked.map(|later| (later, "{}"))), expected);

    let never = budget(&BudgetDocument { window_seconds: None, ..document });
    assert_eq!(verdicts(&never, &[(0.0, "{}"), (1e9, "{}")]), [Ok(()), over]);
}

#[test]
fn a_new_window_counts_everything_from_nothing_but_keys() {
    let document = BudgetDocument {
        calls: Some(1),
        steps: Some(1),
        spend: Some(number("5")),
        repeats: Some(1),
        window_seconds: Some(60),
        ..limits()
    };
    let budget = budget(&document);
    let context = r#"{"amount":5}"#;
    let first = charge(&budget, None, context, Some("k"), NOW);
    let again = charge(&budget, Some(&first.allowed), context, Some("l"), NOW + 60.0);
    assert_eq!(again.verdict, Ok(()));
    assert_eq!(shown(&again.allowed)["keys"], json!(["k", "l"]));
    let twice = charge(&budget, Some(&again.allowed), context, Some("k"), NOW + 999.0);
    assert_eq!(twice.verdict, Err(Reason::IdempotencyDuplicate));
}

#[test]
fn a_clock_that_goes_back_refills_nothing() {
    let over = Err(Reason::BudgetCalls);
    let budget = budget(&BudgetDocument { calls: Some(1), window_seconds: Some(60), ..limits() });
    let asked = [0.0, -1.0, -61.0, -1e6, 1.0, 60.0];
    let expected = [Ok(()), over, over, over, over, Ok(())];
    assert_eq!(verdicts(&budget, &asked.map(|later| (later, "{}"))), expected);
}

#[test]
fn a_clock_that_makes_no_sense_is_a_denial() {
    let budget = budget(&BudgetDocument { calls: Some(1), window_seconds: Some(60), ..limits() });
    let full = charge(&budget, None, "{}", None, NOW).allowed;
    for now in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0] {
        for meter in [None, Some(&full)] {
            let charged = charge(&budget, meter, "{}", None, now);
            assert_eq!(charged.verdict, Err(Reason::ClockInvalid), "{now}");
            assert_eq!(charged.denied.calls(), meter.map_or(0, Meter::calls), "{now}");
            assert!(counted(&charged.denied).is_some(), "it can be stored");
        }
    }
}

#[test]
fn an_idempotency_key_is_good_for_one_request() {
    let budget = budget(&BudgetDocument { steps: Some(9), ..limits() });
    let first = charge(&budget, None, r#"{"q":1}"#, Some("k"), NOW);
    assert_eq!(first.verdict, Ok(()));
    for (meter, context, key, expected) in [
        (&first.allowed, r#"{"q":1}"#, "k", Err(Reason::IdempotencyDuplicate)),
        (&first.allowed, r#"{"q":2}"#, "k", Err(Reason::IdempotencyMismatch)),
        (&first.allowed, r#"{"q":1}"#, "K", Ok(())),
        // It was denied by another layer, so it may be asked for again.
        (&first.denied, r#"{"q":1}"#, "k", Ok(())),
        (&first.denied, r#"{"q":2}"#, "k", Ok(())),
        (&first.denied, "{}", "", Err(Reason::QuestionMalformed)),
        (&first.denied, "{}", &"k".repeat(257), Err(Reason::QuestionMalformed)),
        (&first.denied, "{}", &"k".repeat(256), Ok(())),
    ] {
        let verdict = charge(&budget, Some(meter), context, Some(key), NOW).verdict;
        assert_eq!(verdict, expected, "{context} {key}");
    }
}

#[test]
fn the_oldest_idempotency_key_is_forgotten_first() {
    let budget = budget(&BudgetDocument { calls: Some(1000), ..limits() });
    let mut meter = None;
    for index in 0..257 {
        let key = format!("k{index}");
        meter = Some(charge(&budget, meter.as_ref(), "{}", Some(&key), NOW).allowed);
    }
    let stored = counted(meter.as_ref().unwrap()).unwrap();
    for (key, expected) in [("k0", Ok(())), ("k1", Err(Reason::IdempotencyDuplicate))] {
        let verdict = charge(&budget, Some(&stored), "{}", Some(key), NOW).verdict;
        assert_eq!(verdict, expected, "{key}");
    }
}
