//! Lists, groups, teams, names and tenants.

use gatewright::policy::{Policy, Secrets};
use serde_json::{Value, json};

use super::support::{as_litellm, gate, invoke, strict};

fn policy() -> Value {
    json!({
        "agents": {
            "a": { "name": "first" }, "b": { "name": "b" }, "c": { "tenant": "acme" },
            "off": { "active": false },
        },
        "groups": { "ab": ["a", "b"], "c": ["c"], "empty": [] },
        "teams": {
            "all": { "agents": "all" }, "none": { "agents": "none" }, "empty": { "agents": [] },
            "a": { "agents": ["a"] }, "grouped": { "agents": ["c"], "groups": ["ab"] },
            "only": { "groups": ["ab"] }, "nobody": { "groups": ["empty"] },
            "blocked": { "agents": "all", "blocked": true },
        },
    })
}

/// A record of the tenant that `c` belongs to, unless it says of which.
fn of_tenant(record: &Value) -> Value {
    let mut record = record.clone();
    if record.get("tenant").is_none() {
        record["tenant"] = json!("acme");
    }
    record
}

/// Which of the three agents a record may invoke.
fn reached(record: &Value) -> String {
    let (mut gate, record) = (strict(&policy()), of_tenant(record));
    ["a", "b", "c"].into_iter().filter(|agent| gate.allows(&record, agent)).collect()
}

#[test]
fn key_and_team_both_count() {
    for (record, expected) in [
        (json!({}), ""),
        (json!({ "agents": "all" }), "abc"),
        (json!({ "agents": "none" }), ""),
        (json!({ "agents": [] }), ""),
        (json!({ "agents": ["a"] }), "a"),
        (json!({ "agents": ["a"], "groups": ["c"] }), "ac"),
        (json!({ "groups": ["ab"] }), "ab"),
        (json!({ "groups": ["ab", "ghost"] }), "ab"),
        (json!({ "groups": ["ghost"] }), ""),
        (json!({ "groups": ["empty"] }), ""),
        (json!({ "groups": [] }), ""),
        (json!({ "agents": "none", "groups": ["c"] }), "c"),
        // The team of the policy narrows, and is inherited by who names nothing.
        (json!({ "team": "all" }), "abc"),
        (json!({ "team": "none" }), ""),
        (json!({ "team": "a" }), "a"),
        (json!({ "team": "grouped" }), "abc"),
        (json!({ "team": "only" }), "ab"),
        (json!({ "team": "only", "agents": "all" }), "ab"),
        (json!({ "team": "only", "agents": ["b", "c"] }), "b"),
        (json!({ "team": "a", "agents": ["b"] }), ""),
        (json!({ "team": "all", "agents": [] }), ""),
        (json!({ "team": "empty", "agents": "all" }), ""),
        (json!({ "team": "nobody", "agents": "all" }), ""),
        // Both policy and store know the team: both count.
        (json!({ "team": "only", "team_record": { "agents": ["b", "c"] } }), "b"),
        (json!({ "team": "stored", "team_record": { "groups": ["ab"] } }), "ab"),
        (json!({ "team": "stored", "team_record": { "agents": [] }, "agents": "all" }), ""),
        (json!({ "team": "stored", "team_record": {} }), ""),
        // A ceiling is another list. It grants nothing by itself.
        (json!({ "agents": "all", "ceiling": { "agents": ["a"] } }), "a"),
        (json!({ "agents": ["b"], "ceiling": { "groups": ["ab"] } }), "b"),
        (json!({ "agents": ["b"], "ceiling": { "agents": ["a"] } }), ""),
        (json!({ "agents": "all", "ceiling": {} }), ""),
        (json!({ "agents": "all", "ceiling": { "groups": ["ghost"] } }), ""),
        (json!({ "ceiling": { "agents": "all" } }), ""),
        // An administrator is bound by the lists as well.
        (json!({ "admin": true }), ""),
        (json!({ "admin": true, "agents": ["a"] }), "a"),
        (json!({ "admin": true, "agents": "all", "team": "only" }), "ab"),
    ] {
        assert_eq!(reached(&record), expected, "{record}");
    }
}

#[test]
fn the_default_is_for_those_of_whom_nothing_is_said() {
    let all = json!({ "default_agents": "all" });
    let mut gate = gate(&json!({ "profile": "litellm" }), &all, &policy());
    for (record, expected) in [
        (json!({}), true),
        (json!({ "agents": [] }), false),
        (json!({ "groups": [] }), false),
        (json!({ "team": "stored", "team_record": {} }), true),
        (json!({ "team": "stored", "team_record": { "agents": [] } }), false),
        (json!({ "team": "a" }), false),
    ] {
        assert_eq!(gate.allows(&record, "b"), expected, "{record}");
    }
}

#[test]
fn in_litellm_an_empty_list_is_none_and_an_administrator_of_whom_nothing_is_said_may_use_all() {
    let routes = json!({ "profile": "litellm", "flavour": "litellm-1.109" });
    let mut shut = gate(&routes, &json!({}), &policy());
    for (record, expected) in [
        (json!({}), false),
        (json!({ "agents": [] }), false),
        (json!({ "admin": true }), true),
        (json!({ "admin": true, "agents": ["a"] }), false),
        (json!({ "agents": [], "team": "only" }), true),
        (json!({ "agents": "none" }), false),
        (json!({ "agents": "all", "ceiling": { "agents": [] } }), true),
    ] {
        assert_eq!(shut.allows(&record, "b"), expected, "{record}");
    }
    assert!(as_litellm(&policy()).allows(&json!({ "agents": [] }), "b"));
}

#[test]
fn who_may_use_an_agent_sees_it_listed() {
    let listed = |record: Value| strict(&policy()).listed(&of_tenant(&record));
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    assert_eq!(listed(json!({ "agents": "all" })), ids(&["a", "b", "c"]));
    assert_eq!(listed(json!({ "groups": ["ab"] })), ids(&["a", "b"]));
    assert_eq!(
        listed(json!({ "agents": ["b", "ghost", "off"], "groups": ["c"] })),
        ids(&["b", "c"])
    );
    assert_eq!(listed(json!({ "team": "only", "agents": ["b", "c"] })), ids(&["b"]));
    assert_eq!(listed(json!({ "agents": "all", "tenant": "other" })), ids(&["a", "b"]));
    assert_eq!(listed(json!({ "admin": true, "agents": ["a"] })), ids(&["a"]));
    assert_eq!(listed(json!({})), None);
    assert_eq!(listed(json!({ "team": "empty" })), None);
    assert_eq!(strict(&json!({})).listed(&json!({ "agents": "all" })), ids(&["*"]));
}

#[test]
fn litellm_lists_what_was_granted_by_name() {
    let listed = |record: Value| as_litellm(&policy()).listed(&record);
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    assert_eq!(listed(json!({})), ids(&[]));
    assert_eq!(listed(json!({ "agents": "all" })), ids(&[]));
    assert_eq!(listed(json!({ "agents": ["a"] })), ids(&["a"]));
    assert_eq!(listed(json!({ "agents": ["a"], "team": "empty" })), ids(&[]));
    assert_eq!(listed(json!({ "admin": true, "agents": ["a"] })), ids(&["*"]));
}

#[test]
fn an_agent_goes_by_its_name_in_paths_alone() {
    let mut gate = strict(&policy());
    let decision = gate.ask(&json!({ "agents": ["a"] }), &invoke("first"));
    assert_eq!(decision.reason.code(), "allowed");
    assert_eq!(decision.agent.as_deref(), Some("a"));
    assert!(gate.ask(&json!({ "agents": ["a"] }), &invoke("a")).agent.is_none());
    assert!(!gate.allows(&json!({ "agents": ["first"] }), "a"));
    assert!(!gate.allows(&json!({ "agents": ["first"] }), "first"));
    assert!(!gate.allows(&json!({ "agents": ["b"] }), "first"));
    assert!(!gate.allows(&json!({ "agents": "all" }), "First"));
}

#[test]
fn an_agent_of_another_tenant_is_not_there() {
    let mut gate = strict(&policy());
    let mut code =
        |tenant: Value| gate.reason(&json!({ "agents": "all", "tenant": tenant }), &invoke("c"));
    assert_eq!(code(json!("acme")), "allowed");
    assert_eq!(code(json!("Acme")), "agent_unknown");
    // Of none that is known is not of every one.
    assert_eq!(code(Value::Null), "agent_unknown");
    let key = json!({ "agents": "all", "tenant": "x" });
    let other = strict(&policy()).answer(&key, &invoke("c"));
    let ghost = strict(&policy()).answer(&key, &invoke("ghost"));
    assert_eq!(other.detail.replace("'c'", "'ghost'"), ghost.detail);
    assert_eq!((other.status, other.shape), (ghost.status, ghost.shape));
}

#[test]
fn a_blocked_team_is_let_in_nowhere() {
    let mut gate = strict(&policy());
    for path in ["/v1/agents", "/nowhere"] {
        let request = (gatewright::request::Method::Get, path.to_owned());
        assert_eq!(gate.reason(&json!({ "team": "blocked" }), &request), "team_blocked");
    }
}

#[test]
fn an_inactive_agent_is_off_for_everybody() {
    let mut gate = strict(&policy());
    assert_eq!(gate.reason(&json!({ "agents": "all" }), &invoke("off")), "agent_inactive");
    assert_eq!(
        gate.reason(&json!({ "agents": "all", "admin": true }), &invoke("off")),
        "agent_inactive"
    );
}

#[test]
fn a_policy_whose_names_make_no_sense_is_none() {
    for (other, code, pointer) in [
        (
            json!({ "teams": { "t": { "groups": ["g"] } } }),
            "policy_group_unknown",
            "/teams/t/groups/0",
        ),
        (
            json!({ "groups": { "g/h": ["x"] }, "agents": { "a": {} } }),
            "policy_agent_unknown",
            "/groups/g~1h/0",
        ),
        (json!({ "groups": { "g": ["a", "a"] } }), "policy_agent_twice", "/groups/g/1"),
        (json!({ "groups": { "g": [""] } }), "policy_id", "/groups/g/0"),
        (
            json!({ "agents": { "a": { "name": "b" }, "b": {} } }),
            "policy_agent_name",
            "/agents/a/name",
        ),
        (
            json!({ "agents": { "a": { "name": "n" }, "b": { "name": "n" } } }),
            "policy_agent_name",
            "/agents/b/name",
        ),
        (json!({ "agents": { "a": { "name": "" } } }), "policy_id", "/agents/a/name"),
        (
            json!({ "routes": { "profile": "agentos", "flavour": "litellm-1.109" } }),
            "policy_routes_flavour",
            "/routes/flavour",
        ),
        (
            json!({ "routes": { "flavour": "litellm-1.109" } }),
            "policy_routes_flavour",
            "/routes/flavour",
        ),
        (
            json!({ "routes": { "profile": "litellm", "flavour": "agno-3.1" } }),
            "policy_routes_flavour",
            "/routes/flavour",
        ),
        (
            json!({ "routes": { "profile": "litellm", "interfaces": ["a2a"] } }),
            "policy_routes_interfaces",
            "/routes/interfaces",
        ),
    ] {
        let mut policy = json!({
            "version": 1, "authentication": { "virtual_keys": {} }, "routes": { "profile": "litellm" },
        });
        for (name, value) in other.as_object().unwrap() {
            policy[name] = value.clone();
        }
        let Err(error) = Policy::parse(&policy.to_string(), &Secrets::new()) else {
            panic!("{other} is a policy")
        };
        assert_eq!((error.code, &*error.pointer), (code, pointer), "{other}");
    }
}
