//! Laws of the findings, over documents that were never written by hand.

use std::collections::BTreeSet;

use gatewright::policy::{Policy, Secrets};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::{base, cases::cases, lint, merge};

/// Names that are often the same, or below one another.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "a.b", "a.b.c", "a.c", "b", "b.c"])
}

fn pattern() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "a.b", "a.b.c", "a.c", "b", "b.c", "a.*", "a.b.*", "b.*", "*", "a*"])
}

fn permission() -> impl Strategy<Value = Value> {
    let limit = proptest::option::of(select(vec!["0", "1", "1.0", "2", "-1", "3e0"]));
    (pattern(), limit, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(action, limit, asks, person, other)| {
            let mut permission = json!({ "action": action, "requires_approval": asks });
            if let Some(limit) = limit {
                permission["max_amount"] = serde_json::from_str(limit).unwrap();
            }
            if asks && person {
                permission["approval"] = "confirmation".into();
            }
            if other {
                permission["amount"] = "/other".into();
            }
            permission
        },
    )
}

fn agent() -> impl Strategy<Value = Value> {
    let list = || proptest::collection::vec(pattern(), 0..4);
    let levels = subsequence(vec!["read", "write", "delete"], 0..3);
    (
        proptest::option::of(levels),
        proptest::option::of(list()),
        list(),
        proptest::option::of(proptest::collection::vec(permission(), 0..5)),
        any::<bool>(),
    )
        .prop_map(|(levels, allow, block, permissions, active)| {
            json!({ "levels": levels, "allow": allow, "block": block, "permissions": permissions, "active": active })
        })
}

fn tools() -> impl Strategy<Value = Value> {
    let level = proptest::option::of(select(vec!["read", "write", "delete"]));
    proptest::collection::btree_map(name(), level, 0..4).prop_map(|tools| {
        let tools =
            tools.into_iter().map(|(name, level)| (name.to_owned(), json!({ "level": level })));
        Value::Object(tools.collect::<Map<_, _>>())
    })
}

/// A policy that has agents and tools of its own, and any of the patches of the cases.
fn policy() -> impl Strategy<Value = Value> {
    let patches: Vec<Value> =
        cases().into_iter().flat_map(|case| [case.patch, case.near]).collect();
    let agents = proptest::collection::btree_map(select(vec!["x", "y", "payer"]), agent(), 0..3);
    (subsequence(patches, 0..8), agents, tools(), any::<bool>()).prop_map(
        |(patches, agents, tools, is_last)| {
            let own = json!({ "agents": agents, "tools": tools });
            let mut policy = base();
            if !is_last {
                merge(&mut policy, &own);
            }
            for patch in &patches {
                merge(&mut policy, patch);
            }
            if is_last {
                merge(&mut policy, &own);
            }
            policy
        },
    )
}

/// Whether a pattern holds an action, by the words of the reference.
fn holds(pattern: &str, action: &str) -> bool {
    match pattern.strip_suffix(".*") {
        Some(service) if !service.is_empty() && !service.contains('*') => {
            action.strip_prefix(service).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1)
        }
        _ => pattern == action,
    }
}

fn texts(list: &Value) -> Option<Vec<&str>> {
    Some(list.as_array()?.iter().map(|text| text.as_str().unwrap()).collect())
}

/// Actions of which each pattern above holds one that no other entry names.
const ACTIONS: [&str; 11] =
    ["a", "a.b", "a.b.c", "a.b.z", "a.c", "a.z", "b", "b.c", "b.z", "*", "a*"];

/// Whether an agent may do an action at all.
fn may(agent: &Value, tools: &Value, action: &str) -> bool {
    let (levels, allow) = (&agent["levels"], texts(&agent["allow"]));
    let permissions = agent["permissions"].as_array();
    let is_named = levels.is_array() || allow.is_some() || permissions.is_some();
    let is_blocked =
        texts(&agent["block"]).unwrap_or_default().iter().any(|entry| holds(entry, action));
    let by_level = match levels.as_array() {
        None => true,
        Some(levels) => levels.contains(&tools[action]["level"]),
    };
    let by_allow = allow.is_none_or(|allow| allow.iter().any(|entry| holds(entry, action)));
    let by_permission = permissions.is_none_or(|list| {
        list.iter().any(|permission| holds(permission["action"].as_str().unwrap(), action))
    });
    is_named && !is_blocked && by_level && by_allow && by_permission
}

/// What the tiers say, as the design has it: allowed, or by whom it has to be approved.
fn tiers(permissions: &[Value], action: &str, amounts: (f64, f64)) -> (bool, BTreeSet<String>) {
    let covering = permissions.iter().filter(|permission| {
        let amount = if permission["amount"] == "/other" { amounts.1 } else { amounts.0 };
        holds(permission["action"].as_str().unwrap(), action)
            && permission["max_amount"].as_f64().is_none_or(|limit| amount <= limit)
    });
    let mut by = BTreeSet::new();
    for permission in covering {
        if permission["requires_approval"] == false {
            return (true, BTreeSet::new());
        }
        by.insert(permission["approval"].as_str().unwrap_or("approval").to_owned());
    }
    (false, by)
}

proptest! {
    /// Whatever a document says, it is looked at without a panic, twice with the same result, in
    /// the order of the text, and what it compiles to stays what it was.
    #[test]
    fn looking_is_harmless_and_the_same_each_time(policy in policy()) {
        let text = serde_json::to_string_pretty(&policy).unwrap();
        let before = Policy::parse(&text, &Secrets::new()).map(|policy| policy.hash().to_owned());
        let first = match Policy::lint(&text) {
            Ok(findings) => findings,
            // Patches that make no document together.
            Err(error) => {
                prop_assert_eq!(before, Err(error));
                return Ok(());
            }
        };
        prop_assert_eq!(&first, &Policy::lint(&text).unwrap());
        let after = Policy::parse(&text, &Secrets::new()).map(|policy| policy.hash().to_owned());
        prop_assert_eq!(before, after);
        let places: Vec<_> = first.iter().map(|finding| (finding.line, finding.column)).collect();
        prop_assert!(places.is_sorted());
        for finding in &first {
            prop_assert!(policy.pointer(&finding.pointer).is_some(), "{}", finding.pointer);
            prop_assert!(!finding.message.contains("{}"), "a name is missing");
        }
        // Its layout changes no finding, only where they are.
        let compact = Policy::lint(&policy.to_string()).unwrap();
        let bare = |findings: &[gatewright::policy::Finding]| -> Vec<(String, String)> {
            findings.iter().map(|it| (it.pointer.clone(), it.message.clone())).collect()
        };
        prop_assert_eq!(bare(&first), bare(&compact));
    }

    /// Text that is no policy is refused, and nothing else happens.
    #[test]
    fn any_text_is_read_or_refused(text in ".*", at in 0_usize..2000, letter in any::<char>()) {
        let _ = Policy::lint(&text);
        let mut near: Vec<char> = base().to_string().chars().collect();
        let at = at % near.len();
        near[at] = letter;
        let _ = Policy::lint(&near.into_iter().collect::<String>());
    }

    /// Without the permissions that are said to add nothing, everything is decided as before.
    #[test]
    fn what_adds_nothing_can_be_dropped(permissions in proptest::collection::vec(permission(), 0..6)) {
        let mut policy = base();
        policy["agents"] = json!({ "x": { "permissions": permissions } });
        let pointless = [
            "lint_permission_duplicate",
            "lint_tier_overlap",
            "lint_approval_unreachable",
            "lint_permission_unreachable",
        ];
        let dropped: BTreeSet<usize> = lint(&policy)
            .iter()
            .filter(|finding| pointless.contains(&finding.code))
            .map(|finding| finding.pointer.rsplit('/').next().unwrap().parse().unwrap())
            .collect();
        let kept: Vec<Value> = (0..permissions.len())
            .filter(|index| !dropped.contains(index))
            .map(|index| permissions[index].clone())
            .collect();
        for action in ACTIONS {
            for amount in [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0] {
                for other in [0.0, 1.0, 2.5, 4.0] {
                    let amounts = (amount, other);
                    prop_assert_eq!(tiers(&permissions, action, amounts), tiers(&kept, action, amounts));
                }
            }
        }
    }

    /// A budget is said to be about nothing exactly when no agent may do what it is about, and a
    /// tool to be unused exactly when no agent may use it.
    #[test]
    fn nobody_may_do_what_is_said_to_be_unknown(
        agents in proptest::collection::vec(agent(), 1..3),
        tools in tools(),
        action in pattern(),
    ) {
        prop_assume!(!matches!(action, "*" | "a*"));
        let mut policy = base();
        policy["agents"] = json!({});
        for (index, agent) in agents.iter().enumerate() {
            policy["agents"][format!("x{index}")] = agent.clone();
        }
        policy["tools"] = tools.clone();
        policy["budgets"] = json!([{ "name": "b", "calls": 1, "window_seconds": 1, "actions": [action] }]);
        let findings = lint(&policy);
        let said = |code: &str, pointer: &str| {
            findings.iter().any(|finding| finding.code == code && finding.pointer == pointer)
        };
        let anybody = |action: &str| agents.iter().any(|agent| may(agent, &tools, action));
        let is_possible = ACTIONS.iter().any(|one| holds(action, one) && anybody(one));
        prop_assert_eq!(said("lint_action_unknown", "/budgets/0/actions/0"), !is_possible);
        let held = agents.iter().any(|agent| agent["levels"].is_array());
        for (name, tool) in tools.as_object().unwrap() {
            let is_open = held && tool["level"].is_null();
            let expected = !is_open && !anybody(name);
            prop_assert_eq!(said("lint_tool_unused", &format!("/tools/{name}")), expected, "{}", name);
        }
    }
}
