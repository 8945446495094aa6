//! What holds for every key, record and list.

use gatewright::decide::{Outcome, Request};
use gatewright::request::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{Gate, NOW, as_litellm, strict};

/// Three agents, so that lists often meet, and a group of two of them.
fn known() -> Value {
    json!({ "agents": { "a": {}, "b": {}, "c": {} }, "groups": { "ab": ["a", "b"] } })
}

fn reached(gate: &mut Gate, record: &Value) -> Vec<&'static str> {
    ["a", "b", "c"].into_iter().filter(|agent| gate.allows(record, agent)).collect()
}

/// What a record may say of agents.
fn said() -> impl Strategy<Value = Value> {
    let ids = proptest::collection::vec(prop_oneof!["[abc]", Just("*".into())], 0..3);
    prop_oneof![
        Just(json!({})),
        Just(json!({ "agents": "all" })),
        Just(json!({ "agents": "none" })),
        ids.prop_map(|ids| json!({ "agents": ids })),
        Just(json!({ "groups": ["ab"] })),
        Just(json!({ "groups": ["ghost"] })),
    ]
}

fn record(key: &Value, team: Option<&Value>, ceiling: Option<&Value>) -> Value {
    let mut record = key.clone();
    if let Some(team) = team {
        record["team"] = json!("t");
        record["team_record"] = team.clone();
    }
    if let Some(ceiling) = ceiling {
        record["ceiling"] = ceiling.clone();
    }
    record
}

proptest! {
    #[test]
    fn no_bytes_that_a_store_hands_out_bring_the_gate_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut gate = strict(&known());
        let request = Request {
            method: Method::Post, path: b"/a2a/a", authorization: Some(b"Bearer sk-abc"),
            cookie: None, keys: None, upgrade: false, any_case: false, explain: true,
        };
        let Outcome::NeedsKey { slot, .. } = gate.pdp.begin(&request, NOW) else { panic!() };
        prop_assert!(!gate.pdp.finish_key(slot, Some(&bytes), NOW).reason.allows());
    }

    #[test]
    fn only_a_key_is_looked_up(header in ".{0,40}", other in ".{0,40}") {
        for gate in [&mut strict(&known()), &mut as_litellm(&known())] {
            let lines = format!("{other}\n\n\n\n");
            let request = Request {
                method: Method::Post, path: b"/a2a/a", authorization: Some(header.as_bytes()),
                cookie: None, keys: Some(lines.as_bytes()), upgrade: false, any_case: false, explain: false,
            };
            if let Outcome::NeedsKey { .. } = gate.pdp.begin(&request, NOW) {
                prop_assert!(header.contains("sk-") || other.contains("sk-"));
            }
        }
    }

    /// Lists stack: another one never lets more in, but where nothing was said before.
    #[test]
    fn another_list_never_widens(key in said(), team in said(), ceiling in said()) {
        for gate in [&mut strict(&known()), &mut as_litellm(&known())] {
            let both = reached(gate, &record(&key, Some(&team), None));
            let under = reached(gate, &record(&key, Some(&team), Some(&ceiling)));
            prop_assert!(under.iter().all(|agent| both.contains(agent)), "{:?} {:?}", both, under);
            let alone = reached(gate, &record(&key, None, None));
            let is_named = key.as_object().unwrap().values().any(|value| *value != json!([]));
            if is_named {
                prop_assert!(both.iter().all(|agent| alone.contains(agent)), "{:?} {:?}", alone, both);
            }
        }
    }

    /// Whatever is listed may be invoked, and strictly the other way round.
    #[test]
    fn what_is_listed_may_be_invoked(key in said(), team in said()) {
        for (is_strict, gate) in [(true, &mut strict(&known())), (false, &mut as_litellm(&known()))] {
            let record = record(&key, Some(&team), None);
            let listed = gate.listed(&record).unwrap_or_default();
            let reached = reached(gate, &record);
            prop_assert!(listed.iter().all(|agent| reached.contains(&agent.as_str())));
            prop_assert!(!is_strict || listed == reached, "{:?} {:?}", listed, reached);
        }
    }
}
