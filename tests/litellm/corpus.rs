//! What `LiteLLM` 1.109.1 decided, decided again in the flavour `litellm-1.109`.

use std::fmt::Write;

use gatewright::decide::Outcome;
use serde_json::{Value, json};

use super::support::{Gate, as_litellm, gate, invoke};

const CASES: &str = include_str!("../vectors/litellm/cases.jsonl");
const EXTENDED: &str = include_str!("../vectors/litellm/cases-extended.jsonl");

/// Where the gate does otherwise, and why. Each says which reason it denies with.
const DIFFERENCES: [(&str, &str, &str, &str); 5] = [
    ("team_lookup", "missing", "team_unknown", "LiteLLM drops the limits of a team it lost"),
    (
        "team_lookup",
        "error",
        "key_unavailable",
        "LiteLLM drops the limits of a team it cannot read",
    ),
    ("team_lookup", "none", "team_unknown", "LiteLLM without a database drops the limits of teams"),
    ("team_lookup", "blocked", "team_blocked", "LiteLLM looks at this earlier than in its handler"),
    ("key_lookup", "error", "key_unavailable", "LiteLLM drops the limits of a key it cannot read"),
];

/// A member that is not here has a meaning that nobody has thought about: better no test than a
/// wrong one.
const KNOWN: [&str; 21] = [
    "name",
    "op",
    "role",
    "oracle",
    "access",
    "allowed",
    "allowed_in_1_96_and_older",
    "listed",
    "agent_id",
    "registry",
    "default_deny",
    "groups",
    "key_agents",
    "key_groups",
    "key_access_group_ids",
    "team_agents",
    "team_groups",
    "team_access_group_ids",
    "agent_key",
    "agent_access_group_ids",
    "caller_team_agents",
];

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lists of a row with the names that our records have for them.
fn named(row: &Value, agents: &str, groups: &[&str]) -> Value {
    let groups: Vec<Value> =
        groups.iter().filter_map(|name| row[*name].as_array()).flatten().cloned().collect();
    json!({ "agents": row[agents], "groups": groups })
}

fn gate_of(row: &Value) -> Gate {
    let mut other = json!({});
    if row["groups"].is_object() {
        other["groups"] = row["groups"].clone();
    }
    if let Some(registry) = row["registry"].as_array() {
        let agents = registry.iter().map(|id| (id.as_str().unwrap().to_owned(), json!({})));
        other["agents"] = Value::Object(agents.collect());
    }
    if row["default_deny"] == true {
        let routes = json!({ "profile": "litellm", "flavour": "litellm-1.109" });
        return gate(&routes, &json!({ "default_agents": "none" }), &other);
    }
    as_litellm(&other)
}

fn record_of(row: &Value) -> Value {
    let mut record = named(row, "key_agents", &["key_groups", "key_access_group_ids"]);
    record["admin"] = json!(row["role"] == "proxy_admin");
    if ["team_agents", "team_groups", "team_access_group_ids"]
        .iter()
        .any(|name| row[*name].is_array())
    {
        record["team"] = json!("team");
        record["team_record"] =
            named(row, "team_agents", &["team_groups", "team_access_group_ids"]);
    }
    if !row["agent_access_group_ids"].is_null() || !row["caller_team_agents"].is_null() {
        record["ceiling"] = named(row, "caller_team_agents", &["agent_access_group_ids"]);
    }
    record
}

/// The id as it stands in a path.
fn escaped(id: &str) -> String {
    id.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~*".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").unwrap();
        }
        text
    })
}

/// Asks for a row of which `LiteLLM` lost something.
fn lost(gate: &mut Gate, row: &Value, difference: &str) -> &'static str {
    let mut record = record_of(row);
    match difference {
        "team_unknown" => {
            record["team"] = json!("team");
            record.as_object_mut().unwrap().remove("team_record");
        }
        "team_blocked" => record["team_record"]["blocked"] = json!(true),
        _ => {
            let request = gatewright::decide::Request {
                method: gatewright::request::Method::Post,
                path: b"/a2a/agent-123",
                authorization: Some(b"Bearer sk-0123456789abcdef"),
                cookie: None,
                keys: None,
                upgrade: false,
                any_case: false,
                explain: false,
            };
            let Outcome::NeedsKey { slot, .. } = gate.pdp.begin(&request, super::support::NOW)
            else {
                panic!("a key is looked up")
            };
            let Outcome::Decided(decision) = gate.pdp.finish(slot, None, super::support::NOW)
            else {
                panic!("a look-up that failed is a decision")
            };
            return decision.reason.code();
        }
    }
    gate.reason(&record, &invoke(row["agent_id"].as_str().unwrap()))
}

#[test]
fn every_decision_is_that_of_litellm_or_a_listed_difference() {
    let mut equal = 0;
    for row in rows(CASES).into_iter().chain(rows(EXTENDED)) {
        let mut gate = gate_of(&row);
        let difference = DIFFERENCES.iter().find(|(member, value, ..)| row[*member] == *value);
        if let Some((_, _, reason, why)) = difference {
            assert_eq!(lost(&mut gate, &row, reason), *reason, "{why}: {row}");
            continue;
        }
        for member in row.as_object().unwrap().keys() {
            assert!(KNOWN.contains(&member.as_str()), "`{member}` is not translated: {row}");
        }
        let record = record_of(&row);
        if row["op"] == "list" {
            let listed = gate.listed(&record).map(Value::from);
            let all = row["role"] == "proxy_admin";
            let expected = if all { json!(["*"]) } else { row["listed"].clone() };
            if all {
                assert_eq!(row["listed"], row["registry"], "{row}");
            }
            assert_eq!(listed, Some(expected), "{row}");
        } else {
            let id = row["agent_id"].as_str().unwrap();
            // Nothing, and a path of its own: no path of a request names these. `LiteLLM`'s routes
            // do not either; its decision was asked for behind them.
            let is_nameable = !id.is_empty() && !id.contains('/');
            let expected = is_nameable && row["allowed"] == true;
            assert_eq!(gate.allows(&record, &escaped(id)), expected, "{row}");
        }
        equal += 1;
    }
    // The recordings were not lost on the way here.
    assert!(equal > 200, "only {equal} rows were compared");
}
