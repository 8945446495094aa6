//! Levels, allowlist, blocklist, permissions: all that stand there must agree.

use gatewright::Reason;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;

fn tools() -> Value {
    json!({
        "look": { "level": "read" },
        "note": { "level": "write" },
        "send": { "level": "execute" },
        "drop": { "level": "delete" },
        "bare": {},
        "db.users.read": { "level": "read" },
    })
}

/// The reason for an action of an agent whom the policy gives these members.
fn asked(agent: &Value, action: &str) -> Reason {
    let pdp = pdp(&json!({ "agents": { "a": agent }, "tools": tools() }));
    Ask::of("a", action, "{}").reason(&pdp)
}

#[test]
fn levels_hold_an_agent_to_tools_of_those_levels() {
    for (levels, action, expected) in [
        (json!(["read"]), "look", Reason::Allowed),
        (json!(["read"]), "db.users.read", Reason::Allowed),
        (json!(["read"]), "note", Reason::ToolLevel),
        (json!(["read", "write"]), "note", Reason::Allowed),
        (json!(["read", "write"]), "send", Reason::ToolLevel),
        (json!(["read", "write"]), "drop", Reason::ToolLevel),
        (json!(["delete"]), "drop", Reason::Allowed),
        (json!(["delete"]), "look", Reason::ToolLevel),
        (json!([]), "look", Reason::ToolLevel),
        (json!(["read", "write", "execute", "delete"]), "bare", Reason::ToolUnlevelled),
        (json!(["read", "write", "execute", "delete"]), "burn", Reason::ToolUnknown),
        (json!(["read"]), "Look", Reason::ToolUnknown),
        (json!(["read"]), "look.", Reason::ToolUnknown),
        (json!(["read"]), "db.users", Reason::ToolUnknown),
    ] {
        let found = asked(&json!({ "levels": levels }), action);
        assert_eq!(found, expected, "{action} with {levels}");
    }
}

#[test]
fn an_unknown_tool_is_refused_before_anything_else() {
    let agent = json!({
        "levels": ["read"], "block": ["burn"], "allow": ["look"],
        "permissions": [{ "action": "x", "max_amount": 1 }],
    });
    assert_eq!(asked(&agent, "burn"), Reason::ToolUnknown);
    // Who is not held to levels may do what is no tool.
    assert_eq!(asked(&json!({ "allow": ["burn"] }), "burn"), Reason::Allowed);
}

#[test]
fn a_block_wins_over_all_that_grants() {
    let everything = json!({
        "levels": ["read", "write", "execute", "delete"],
        "allow": ["look", "note", "db.*"],
        "permissions": [{ "action": "look" }, { "action": "note" }, { "action": "db.*" }],
    });
    let with = |block: &Value| {
        let mut agent = everything.clone();
        agent["block"] = block.clone();
        agent
    };
    for (block, action, expected) in [
        (json!([]), "look", Reason::Allowed),
        (json!(["note"]), "look", Reason::Allowed),
        (json!(["look"]), "look", Reason::ActionBlocked),
        (json!(["db.*"]), "db.users.read", Reason::ActionBlocked),
        (json!(["db.users.*"]), "db.users.read", Reason::ActionBlocked),
        (json!(["db.users.read"]), "db.users.read", Reason::ActionBlocked),
        (json!(["db"]), "db.users.read", Reason::Allowed),
        (json!(["db.users"]), "db.users.read", Reason::Allowed),
        // Before the level is looked at, so that nobody learns of the level.
        (json!(["drop"]), "drop", Reason::ActionBlocked),
    ] {
        assert_eq!(asked(&with(&block), action), expected, "{action} with {block} blocked");
    }
    // What takes away asks less of a name than what grants.
    let agent = json!({ "block": ["stripe.*"], "allow": ["x"] });
    for action in ["stripe.", "stripe..refund", "stripe.refund."] {
        assert_eq!(asked(&agent, action), Reason::ActionBlocked, "{action}");
    }
}

#[test]
fn of_levels_allowlist_and_permissions_all_that_stand_there_must_agree() {
    let parts = [
        ("levels", json!(["read"]), json!(["write"]), Reason::ToolLevel),
        ("allow", json!(["look"]), json!(["note"]), Reason::ActionUnlisted),
        (
            "permissions",
            json!([{ "action": "look" }]),
            json!([{ "action": "note" }]),
            Reason::PermissionMissing,
        ),
    ];
    // Each part is missing, agrees, or does not: 27 agents.
    for number in 0..27 {
        let mut agent = json!({});
        let mut expected = None;
        let mut stands = false;
        for (place, (name, yes, no, denial)) in parts.iter().enumerate() {
            match number / 3_usize.pow(u32::try_from(place).unwrap()) % 3 {
                0 => {}
                1 => {
                    agent[*name] = yes.clone();
                    stands = true;
                }
                _ => {
                    agent[*name] = no.clone();
                    stands = true;
                    expected = expected.or(Some(*denial));
                }
            }
        }
        let nothing = if stands { Reason::Allowed } else { Reason::ActionUngoverned };
        assert_eq!(asked(&agent, "look"), expected.unwrap_or(nothing), "{agent}");
    }
}

#[test]
fn a_list_that_stands_there_and_is_empty_lets_nothing_through() {
    for (agent, expected) in [
        (json!({}), Reason::ActionUngoverned),
        (json!({ "block": [] }), Reason::ActionUngoverned),
        (json!({ "levels": [] }), Reason::ToolLevel),
        (json!({ "allow": [] }), Reason::ActionUnlisted),
        (json!({ "permissions": [] }), Reason::PermissionMissing),
    ] {
        assert_eq!(asked(&agent, "look"), expected, "{agent}");
    }
}

#[test]
fn an_agent_has_to_be_known_switched_on_and_of_the_tenant() {
    let agents = json!({
        "on": { "allow": ["x"] },
        "off": { "allow": ["x"], "active": false },
        "theirs": { "allow": ["x"], "tenant": "t1" },
    });
    let closed = pdp(&json!({ "agents": agents }));
    let open = pdp(&json!({}));
    let reason = |agent, tenant| Ask { tenant, ..Ask::of(agent, "x", "{}") }.reason(&closed);
    assert_eq!(reason("on", None), Reason::Allowed);
    assert_eq!(reason("on", Some("t1")), Reason::Allowed);
    assert_eq!(reason("off", None), Reason::AgentInactive);
    assert_eq!(reason("nobody", None), Reason::AgentUnknown);
    assert_eq!(reason("ON", None), Reason::AgentUnknown);
    assert_eq!(reason("theirs", Some("t1")), Reason::Allowed);
    assert_eq!(reason("theirs", None), Reason::Allowed);
    assert_eq!(reason("theirs", Some("t2")), Reason::AgentUnknown);
    assert_eq!(reason("theirs", Some("T1")), Reason::AgentUnknown);
    // Without a list of agents there is nobody who may act.
    assert_eq!(Ask::of("on", "x", "{}").reason(&open), Reason::AgentUnknown);
}
