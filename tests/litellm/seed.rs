//! The page "Agent Permission Management" of `LiteLLM`'s documentation, word for word.

use gatewright::decide::Shape;
use gatewright::request::Method;
use serde_json::{Value, json};

use super::support::{Gate, as_litellm, gate, invoke, strict};

fn agents(gate: &mut Gate, record: &Value) -> Vec<&'static str> {
    ["agent-1", "agent-2", "agent-3"]
        .into_iter()
        .filter(|agent| gate.allows(record, agent))
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "they are written where it is called")]
fn record(key: Value, team: Value) -> Value {
    json!({ "agents": key, "team": "support", "team_record": { "agents": team } })
}

#[test]
fn key_can_access_all_agents_if_neither_is_restricted() {
    let mut gate = as_litellm(&json!({}));
    let none = record(Value::Null, Value::Null);
    assert_eq!(agents(&mut gate, &none), ["agent-1", "agent-2", "agent-3"]);
    // "Open access by default when no restrictions are set": not with us, unless it is asked for.
    assert_eq!(agents(&mut strict(&json!({})), &none), Vec::<&str>::new());
}

#[test]
fn key_uses_its_own_permissions() {
    let key = record(json!(["agent-1", "agent-2"]), Value::Null);
    for mut gate in [as_litellm(&json!({})), strict(&json!({}))] {
        assert_eq!(agents(&mut gate, &key), ["agent-1", "agent-2"]);
    }
}

#[test]
fn key_inherits_teams_permissions() {
    let team = record(Value::Null, json!(["agent-1", "agent-3"]));
    for mut gate in [as_litellm(&json!({})), strict(&json!({}))] {
        assert_eq!(agents(&mut gate, &team), ["agent-1", "agent-3"]);
    }
}

#[test]
fn intersection_of_both_lists_most_restrictive_wins() {
    let both = record(json!(["agent-1", "agent-2"]), json!(["agent-1", "agent-3"]));
    for mut gate in [as_litellm(&json!({})), strict(&json!({}))] {
        assert_eq!(agents(&mut gate, &both), ["agent-1"]);
    }
}

/// "Get Your Agent ID": the admin sees every agent.
#[test]
fn get_v1_agents_lists_all_for_the_master_key() {
    let mut gate = as_litellm(&json!({}));
    assert_eq!(gate.listed(&json!({ "admin": true })), Some(vec!["*".into()]));
}

/// "`GET /v1/agents` only returns agents the key/team can access."
#[test]
fn get_v1_agents_only_returns_agents_the_key_or_team_can_access() {
    let known = json!({ "agents": { "agent-123": {}, "agent-456": {} } });
    for mut gate in [as_litellm(&known), strict(&known)] {
        let one = Some(vec!["agent-123".to_owned()]);
        assert_eq!(gate.listed(&json!({ "agents": ["agent-123"] })), one);
        assert_eq!(gate.listed(&record(Value::Null, json!(["agent-123"]))), one);
    }
}

/// "Setting Permissions on a Key", step 3, with the answer that the page shows.
#[test]
fn allowed_agent_succeeds_and_blocked_agent_fails_with_403() {
    let docs = json!({ "answers": { "dialect": "litellm-docs" } });
    let keys = json!({ "default_agents": "all" });
    let mut gate = gate(&json!({ "profile": "litellm" }), &keys, &docs);
    let key = json!({ "agents": ["agent-123"] });
    assert!(gate.allows(&key, "agent-123"));
    let answer = gate.answer(&key, &invoke("agent-456"));
    assert_eq!(answer.status, 403);
    assert_eq!(answer.shape, Shape::Docs);
    assert_eq!(answer.detail, "Access denied to agent: agent-456");
}

/// "Setting Permissions on a Team": a team of the policy, a key with nothing but the team.
#[test]
fn the_key_inherits_agent_permissions_from_the_team() {
    let teams = json!({ "teams": { "team-abc-123": { "agents": ["agent-123"] } } });
    for mut gate in [as_litellm(&teams), strict(&teams)] {
        let key = json!({ "team": "team-abc-123" });
        assert!(gate.allows(&key, "agent-123"));
        assert!(!gate.allows(&key, "agent-456"));
        let get = |id: &str| (Method::Get, format!("/v1/agents/{id}"));
        assert!(gate.ask(&key, &get("agent-123")).reason.allows());
        assert_eq!(gate.reason(&key, &get("agent-456")), "access_restricted");
    }
}
