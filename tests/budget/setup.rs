//! What the tests of budgets need: a budget, a request, and what a meter shows.

use gatewright::{
    Reason,
    decide::{
        Binding,
        budget::{Budget, Charge, Charged, Meter},
    },
    json::{Json, Number, parse},
    policy::document::{BudgetDocument, BudgetScope},
};
use serde_json::{Value, json};

/// In November 2026.
pub(crate) const NOW: f64 = 1_795_500_000.0;

/// A budget without limits.
pub(crate) fn limits() -> BudgetDocument {
    BudgetDocument {
        name: "b".into(),
        per: BudgetScope::All,
        agents: None,
        actions: None,
        calls: None,
        steps: None,
        spend: None,
        amount: None,
        repeats: None,
        window_seconds: None,
    }
}

pub(crate) fn budget(document: &BudgetDocument) -> Budget {
    Budget::compile(document, "").unwrap()
}

pub(crate) fn read(text: &str) -> Json {
    parse(text.as_bytes(), 16).unwrap()
}

pub(crate) fn number(text: &str) -> Number {
    read(text).as_number().unwrap().clone()
}

/// The binding of a context. One that has none is bound as if it were empty.
pub(crate) fn bound(context: &str) -> Binding {
    let of = |context: &str| Binding::of(Some("alice"), "finance", "pay", &read(context));
    of(context).or_else(|| of("{}")).unwrap()
}

pub(crate) fn charge(
    budget: &Budget,
    meter: Option<&Meter>,
    context: &str,
    idempotency_key: Option<&str>,
    now: f64,
) -> Charged {
    let (binding, context) = (bound(context), read(context));
    let charge = Charge { binding: &binding, context: &context, idempotency_key };
    budget.charge(meter, &charge, now)
}

/// A meter that was stored and read again.
pub(crate) fn counted(meter: &Meter) -> Option<Meter> {
    Meter::from_json(&read(&serde_json::to_string(meter).unwrap()))
}

/// What a meter has counted.
pub(crate) fn shown(meter: &Meter) -> Value {
    let value = serde_json::to_value(meter).unwrap();
    let keys: Vec<&Value> =
        value["keys"].as_array().unwrap().iter().map(|used| &used["key"]).collect();
    json!({
        "calls": value["calls"], "steps": value["steps"], "spend": value["spend"],
        "count": value["last"]["count"], "keys": keys,
    })
}

pub(crate) type Verdict = Result<(), Reason>;

/// Asks several times, and lets through what has room.
pub(crate) fn verdicts(budget: &Budget, asked: &[(f64, &str)]) -> Vec<Verdict> {
    let mut meter = None;
    let ask = |(later, context): &(f64, &str)| {
        let charged = charge(budget, meter.as_ref(), context, None, NOW + later);
        meter = Some(if charged.verdict.is_ok() { charged.allowed } else { charged.denied });
        charged.verdict
    };
    asked.iter().map(ask).collect()
}
