//! Laws of decisions: grants add, layers narrow, order and spelling do not matter, nothing panics.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../evaluate/ask.rs"]
mod ask;
mod decimals;
mod lists;
mod no_panic;
#[path = "../evaluate/policy.rs"]
mod policy;
#[path = "../naive/put.rs"]
mod put;
#[path = "../naive/random.rs"]
mod random;
mod spelling;

use proptest::prelude::*;
use put::put;
use random::{AGENTS, Asked, LEVELS, PATTERNS, Random, SCOPES};
use serde_json::{Value, json};

/// How many policies each law is tried on, each with several questions.
const CASES: u32 = 2000;
const QUESTIONS: usize = 4;

/// Puts something into a list, at a random place. A list that does not stand there is not made up.
fn insert(random: &mut Random, policy: &mut Value, list: &str, item: Value) {
    let list = policy.pointer_mut(list).and_then(Value::as_array_mut);
    if let Some(list) = list.filter(|list| !list.contains(&item)) {
        list.insert(random.below(list.len() + 1), item);
    }
}

/// Grants more, inside of what stands there.
fn granted_more(random: &mut Random, policy: &Value, asked: &Asked) -> (Value, Asked) {
    let (mut policy, mut asked) = (policy.clone(), asked.clone());
    let id = random.of(&AGENTS);
    let place = |list: &str| format!("/agents/{id}/{list}");
    match random.below(5) {
        0 => {
            let mut permission = random.permission();
            // In shadow a dry run takes away: without it, what is denied would be done.
            permission.as_object_mut().unwrap().remove("dry_run");
            insert(random, &mut policy, &place("permissions"), permission);
        }
        1 => {
            let level = json!(random.of(&LEVELS));
            insert(random, &mut policy, &place("levels"), level);
        }
        2 => {
            let name = json!(random.of(&PATTERNS));
            insert(random, &mut policy, &place("allow"), name);
        }
        3 if policy["agents"].get(id).is_some() => {
            insert(random, &mut policy, "/teams/some/agents", json!(id));
        }
        _ => {
            let (scope, agent) = (random.of(&SCOPES), random.of(&AGENTS));
            asked.scopes.iter_mut().for_each(|scopes| scopes.push(scope));
            asked.agents.iter_mut().for_each(|agents| agents.push(agent));
        }
    }
    (policy, asked)
}

/// One layer more that may say no.
fn narrowed(random: &mut Random, policy: &Value) -> Value {
    let mut policy = policy.clone();
    let push = |list: &mut Value, item: Value| match list {
        Value::Array(list) => list.push(item),
        list => *list = json!([item]),
    };
    let id = random.of(&AGENTS);
    let agent = policy["agents"].get_mut(id).and_then(Value::as_object_mut);
    match (random.below(8), agent) {
        (0, Some(agent)) => {
            let block = agent.entry("block").or_insert_with(|| json!([]));
            push(block, json!(random.of(&PATTERNS)));
        }
        (1, Some(agent)) => {
            agent.insert("active".into(), json!(false));
        }
        (2, Some(agent)) => {
            agent.entry("tenant").or_insert_with(|| json!("t"));
        }
        // A list of its own, where another one grants already. Alone it would be the one that grants.
        (3, Some(agent)) => {
            let lists = ["levels", "allow", "permissions"];
            let name = random.of(&lists);
            let grants = lists.iter().any(|other| *other != name && agent.contains_key(*other));
            if grants && !agent.contains_key(name) {
                let list = match name {
                    "levels" => json!(random.some(&LEVELS)),
                    "allow" => json!(random.some(&PATTERNS)),
                    _ => json!([random.permission(), random.permission()]),
                };
                agent.insert(name.into(), list);
            }
        }
        (4, _) => {
            let switch = random.switch();
            push(&mut policy["switches"], switch);
        }
        (5, _) => {
            let budget = random.budget("another");
            push(&mut policy["budgets"], budget);
        }
        (6, _) => {
            let tool = random.of(&["tool", "bare"]);
            policy["tools"][tool]["dry_run"] = json!(true);
        }
        _ => {
            let tool = random.of(&["tool", "bare"]);
            let kind = match policy["tools"][tool]["approval"].as_str() {
                None => random.of(&["approval", "confirmation"]),
                Some(_) => "approval",
            };
            policy["tools"][tool]["approval"] = json!(kind);
        }
    }
    policy.as_object_mut().unwrap().retain(|_, member| !member.is_null());
    policy
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_grant_never_denies_what_was_allowed(seed: u64) {
        let mut random = Random::new(seed);
        let policy = random.policy();
        let before = policy::pdp(&policy);
        for _ in 0..QUESTIONS {
            let asked = random.asked();
            let (more, asked_more) = granted_more(&mut random, &policy, &asked);
            let first = put(&before, &asked, false).reason;
            let then = put(&policy::pdp(&more), &asked_more, false).reason;
            prop_assert!(
                !first.allows() || then.allows(),
                "{first:?}, then {then:?} for {asked:?}\n{policy}\n{more}"
            );
        }
    }

    #[test]
    fn adding_a_layer_never_allows_what_was_denied(seed: u64) {
        let mut random = Random::new(seed);
        let policy = random.policy();
        let before = policy::pdp(&policy);
        for _ in 0..QUESTIONS {
            let asked = random.asked();
            let less = narrowed(&mut random, &policy);
            let first = put(&before, &asked, false).reason;
            let then = put(&policy::pdp(&less), &asked, false).reason;
            prop_assert!(
                first.allows() || !then.allows(),
                "{first:?}, then {then:?} for {asked:?}\n{policy}\n{less}"
            );
        }
    }

    #[test]
    fn a_trace_changes_nothing(seed: u64) {
        let mut random = Random::new(seed);
        let pdp = policy::pdp(&random.policy());
        for _ in 0..QUESTIONS {
            let asked = random.asked();
            let (plain, traced) = (put(&pdp, &asked, false), put(&pdp, &asked, true));
            prop_assert_eq!(plain.reason, traced.reason);
            prop_assert_eq!(plain.layer, traced.layer);
            prop_assert_eq!(plain.shadowed, traced.shadowed);
            prop_assert_eq!(plain.limit, traced.limit);
            prop_assert_eq!(plain.wanted, traced.wanted);
            prop_assert_eq!(plain.used, traced.used);
            prop_assert_eq!(plain.meters, traced.meters);
            prop_assert!(plain.trace.notes().is_none());
            let notes = traced.trace.notes().unwrap();
            let denies = notes.iter().any(|note| note.outcome == gatewright::decide::Voice::Deny);
            prop_assert_eq!(denies, traced.layer.is_some());
        }
    }
}
