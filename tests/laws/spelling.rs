//! The order of lists and members, and the way a policy is written, decide nothing.

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::policy::{document, pdp};
use crate::put::put;
use crate::random::Random;
use crate::{CASES, QUESTIONS};
use gatewright::Pdp;
use gatewright::decide::Evaluation;
use gatewright::policy::{Policy, Secrets};

/// All of a list in another order.
fn shuffle(random: &mut Random, list: &mut Value) {
    let Some(list) = list.as_array_mut() else { return };
    for place in (1..list.len()).rev() {
        list.swap(place, random.below(place + 1));
    }
}

/// What follows from an evaluation, whatever the order of the budgets.
fn consequences(evaluation: &Evaluation) -> (bool, Value, Vec<Value>) {
    let mut meters: Vec<Value> = evaluation.meters.iter().map(|meter| json!(meter)).collect();
    meters.sort_by_key(Value::to_string);
    (evaluation.reason.allows(), json!(evaluation.layer), meters)
}

/// The same value with members in reverse, and blanks everywhere.
fn respelled(value: &Value, into: &mut String) {
    match value {
        Value::Object(members) => {
            into.push_str("{\r\n\t");
            for (place, (name, member)) in members.iter().rev().enumerate() {
                into.push_str(if place == 0 { "" } else { " ,\n" });
                // Every letter of a name escaped.
                let escaped = name.encode_utf16().fold(String::new(), |mut text, unit| {
                    let _ = write!(text, "\\u{unit:04X}");
                    text
                });
                let _ = write!(into, "\"{escaped}\" : ");
                respelled(member, into);
            }
            into.push_str("\n}");
        }
        Value::Array(items) => {
            into.push_str("[ ");
            for (place, item) in items.iter().enumerate() {
                into.push_str(if place == 0 { "" } else { " , " });
                respelled(item, into);
            }
            into.push_str(" ]");
        }
        Value::Number(number) => {
            let zeros = if number.is_f64() { "00e0" } else { "" };
            let _ = write!(into, "{number}{zeros}");
        }
        other => into.push_str(&other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_lists_does_not_matter(seed: u64) {
        let mut random = Random::new(seed);
        let policy = random.policy();
        let mut other = policy.clone();
        for agent in other["agents"].as_object_mut().into_iter().flat_map(|agents| agents.values_mut()) {
            for list in ["levels", "allow", "block", "permissions"] {
                if agent.get(list).is_some() {
                    shuffle(&mut random, &mut agent[list]);
                }
            }
        }
        for list in ["budgets", "switches"] {
            if other.get(list).is_some() {
                shuffle(&mut random, &mut other[list]);
            }
        }
        shuffle(&mut random, &mut other["teams"]["some"]["agents"]);
        other.as_object_mut().unwrap().retain(|_, member| !member.is_null());
        let (one, two) = (pdp(&policy), pdp(&other));
        for _ in 0..QUESTIONS {
            let asked = random.asked();
            let mut shuffled = asked.clone();
            shuffled.scopes.iter_mut().for_each(|scopes| scopes.reverse());
            shuffled.agents.iter_mut().for_each(|agents| agents.reverse());
            let (first, then) = (put(&one, &asked, false), put(&two, &shuffled, false));
            prop_assert_eq!(consequences(&first), consequences(&then), "{:?}\n{}", asked, policy);
            // Of several budgets that deny, the first is told of.
            let is_budget = first.layer == Some(gatewright::decide::Layer::Budget);
            prop_assert!(is_budget || first.reason == then.reason);
            prop_assert_eq!(first.limit, then.limit);
        }
    }

    #[test]
    fn the_spelling_of_a_policy_does_not_matter(seed: u64) {
        let mut random = Random::new(seed);
        let policy = random.policy();
        let value: Value = serde_json::from_str(&document(&policy)).unwrap();
        let mut text = String::new();
        respelled(&value, &mut text);
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let one = pdp(&policy);
        for text in [text, pretty] {
            let other = Pdp::new(Policy::parse(&text, &Secrets::new()).unwrap());
            for _ in 0..QUESTIONS {
                let asked = random.asked();
                let (first, then) = (put(&one, &asked, false), put(&other, &asked, false));
                prop_assert_eq!(first.reason, then.reason, "{:?}\n{}", asked, text);
                prop_assert_eq!(consequences(&first), consequences(&then));
            }
        }
    }
}
