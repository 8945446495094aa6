//! Laws of budgets: whatever is asked, in whatever order.

use gatewright::{Reason, decide::budget::Meter, json::Decimal, policy::document::BudgetDocument};
use proptest::{prelude::*, sample::select};
use serde_json::Value;

use crate::setup::{NOW, budget, charge, counted, limits, number, read};

/// A request: how much later, for how much, under which key, and whether another layer lets it go.
type Asked = (f64, &'static str, Option<&'static str>, bool);

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let amount = select(vec!["0", "0.1", "0.2", "1", "2.5", "3", "-1", "null", "1e30"]);
    let key = select(vec![None, None, Some("k"), Some("l"), Some("")]);
    let one = (-40.0..40.0, amount, key, prop::bool::weighted(0.8));
    prop::collection::vec(one, 0..24)
}

/// A few limits. All are small, so that they are met.
fn document() -> impl Strategy<Value = BudgetDocument> {
    let limit = || prop::option::of(0_u32..8);
    let spend = prop::option::of(select(vec!["0", "0.3", "1.1", "5", "7.25"]));
    let window = prop::option::of(select(vec![1_u32, 30, 60]));
    (limit(), limit(), spend, limit(), window).prop_map(|(calls, steps, spend, repeats, window)| {
        let spend = spend.map(number);
        BudgetDocument { calls, steps, spend, repeats, window_seconds: window, ..limits() }
    })
}

fn limited() -> impl Strategy<Value = BudgetDocument> {
    document().prop_map(|document| {
        let is_limited = document.calls.is_some()
            || document.steps.is_some()
            || document.spend.is_some()
            || document.repeats.is_some();
        if is_limited { document } else { BudgetDocument { calls: Some(3), ..document } }
    })
}

fn context(amount: &str) -> String {
    format!("{{\"amount\":{amount}}}")
}

proptest! {
    /// In no window is more let through than the budget has, with any clock.
    #[test]
    fn a_budget_is_never_exceeded(document in limited(), asked in asked()) {
        let budget = budget(&document);
        let limit = document.spend.as_ref().and_then(Decimal::of);
        let mut meter: Option<Meter> = None;
        let (mut calls, mut steps, mut spend, mut began, mut now) = (0, 0, Decimal::ZERO, NOW, NOW);
        let mut keys: Vec<&str> = Vec::new();
        for (later, amount, key, goes_on) in asked {
            now += later;
            let charged = charge(&budget, meter.as_ref(), &context(amount), key, now);
            let has_ended = document.window_seconds.is_some_and(|window| now - began >= f64::from(window));
            if meter.is_none() || has_ended {
                (calls, steps, spend, began) = (0, 0, Decimal::ZERO, now);
            }
            steps += 1;
            if charged.verdict.is_ok() {
                if let Some(key) = key.filter(|_| goes_on) {
                    prop_assert!(!keys.contains(&key), "let through twice under one key");
                    keys.push(key);
                }
                prop_assert!(document.steps.is_none_or(|limit| steps <= limit));
                if goes_on {
                    calls += 1;
                    if limit.is_some() {
                        let amount = Decimal::of(&number(amount)).unwrap();
                        spend = spend.checked_add(&amount).unwrap();
                    }
                }
            }
            prop_assert!(document.calls.is_none_or(|limit| calls <= limit));
            prop_assert!(limit.is_none_or(|limit| spend <= limit), "{} of {:?}", spend, limit);
            let next = if charged.verdict.is_ok() && goes_on { charged.allowed } else { charged.denied };
            prop_assert_eq!((next.calls(), next.steps()), (u64::from(calls), u64::from(steps)));
            prop_assert_eq!((next.spend(), next.started_at()), (spend, began));
            meter = counted(&next);
            prop_assert_eq!(meter.as_ref(), Some(&next));
        }
    }

    /// From wherever the meter stands, what the tighter budget lets through the looser one does.
    #[test]
    fn a_limit_more_never_allows_more(
        loose in limited(),
        more in document(),
        asked in asked(),
    ) {
        let tight = BudgetDocument {
            calls: loose.calls.or(more.calls),
            steps: loose.steps.or(more.steps),
            spend: loose.spend.clone().or(more.spend),
            repeats: loose.repeats.or(more.repeats),
            ..loose.clone()
        };
        let (loose, tight) = (budget(&loose), budget(&tight));
        let mut meter: Option<Meter> = None;
        let mut now = NOW;
        for (later, amount, key, goes_on) in asked {
            now += later;
            let context = context(amount);
            let (one, other) = (
                charge(&loose, meter.as_ref(), &context, key, now),
                charge(&tight, meter.as_ref(), &context, key, now),
            );
            prop_assert!(one.verdict.is_ok() || other.verdict.is_err());
            prop_assert_eq!(&one.denied, &other.denied);
            meter = Some(if goes_on { one.allowed } else { other.denied });
        }
    }

    /// Nobody is let through more often in a row than the policy says.
    #[test]
    fn a_loop_ends(repeats in 0_u32..5, more in 1_usize..9) {
        let budget = budget(&BudgetDocument { repeats: Some(repeats), ..limits() });
        let mut meter = None;
        let mut allowed = 0;
        for _ in 0..more {
            let charged = charge(&budget, meter.as_ref(), "{}", None, NOW);
            allowed += u32::from(charged.verdict.is_ok());
            prop_assert!(charged.verdict.is_ok() || charged.verdict == Err(Reason::BudgetLoop));
            meter = Some(if charged.verdict.is_ok() { charged.allowed } else { charged.denied });
        }
        prop_assert_eq!(allowed, repeats.min(u32::try_from(more).unwrap()));
    }

    #[test]
    fn no_clock_brings_it_down(document in limited(), now in any::<f64>(), then in any::<f64>()) {
        let budget = budget(&document);
        let first = charge(&budget, None, "{\"amount\":1}", Some("k"), now);
        for meter in [&first.allowed, &first.denied] {
            let charged = charge(&budget, Some(meter), "{\"amount\":1}", Some("k"), then);
            prop_assert!(charged.verdict.is_err() || then.is_finite());
            prop_assert_eq!(counted(&charged.denied), Some(charged.denied));
        }
    }

    #[test]
    fn no_json_brings_it_down(
        members in prop::collection::btree_map(
            select(vec!["started_at", "calls", "steps", "spend", "last", "keys", "x"])
                .prop_map(str::to_owned),
            prop_oneof![
                Just(Value::Null),
                any::<u64>().prop_map(Value::from),
                any::<f64>().prop_map(Value::from),
                "[0-9.e-]{0,6}".prop_map(Value::from),
                prop::collection::vec(Just(Value::Null), 0..2).prop_map(Value::from),
            ],
            5..8,
        )
    ) {
        let value: Value = members.into_iter().collect::<serde_json::Map<_, _>>().into();
        if let Some(meter) = Meter::from_json(&read(&value.to_string())) {
            prop_assert_eq!(counted(&meter), Some(meter));
        }
    }
}
