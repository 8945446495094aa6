//! What an agent may do, list by list.

use serde_json::{Value, json};

use super::{Case, case, mailer, permissions};

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn agents() -> Vec<Case> {
    let reader = |members: Value| json!({ "agents": { "reader": members } });
    vec![
        case(
            json!({ "agents": { "idle": {} } }),
            &[("lint_agent_powerless", "/agents/idle")],
            json!({ "agents": { "idle": { "active": false } } }),
        ),
        case(
            reader(json!({ "levels": [], "allow": [] })),
            &[
                ("lint_grant_empty", "/agents/reader/levels"),
                ("lint_grant_empty", "/agents/reader/allow"),
                ("lint_tool_unused", "/tools/files.read"),
            ],
            reader(json!({ "levels": null, "allow": ["files.read"] })),
        ),
        case(
            permissions(&json!([])),
            &[
                ("lint_grant_empty", "/agents/mailer/permissions"),
                ("lint_tool_unused", "/tools/mail.send"),
            ],
            permissions(&json!([{ "action": "mail.send" }])),
        ),
        case(
            mailer(&json!({ "block": ["mail.*"], "allow": ["mail.read", "mail.send"] })),
            &[
                ("lint_action_blocked", "/agents/mailer/permissions/0/action"),
                ("lint_action_blocked", "/agents/mailer/allow/0"),
                ("lint_action_blocked", "/agents/mailer/allow/1"),
                ("lint_tool_unused", "/tools/mail.send"),
            ],
            mailer(&json!({ "block": ["mail", "mail.send.all", "mailer.*"] })),
        ),
        case(
            mailer(
                &json!({ "allow": ["mail.send"], "permissions": [{ "action": "mail.send" }, { "action": "mail.read" }] }),
            ),
            &[("lint_action_not_allowed", "/agents/mailer/permissions/1/action")],
            mailer(
                &json!({ "allow": ["mail.*"], "permissions": [{ "action": "mail.send" }, { "action": "mail.read" }] }),
            ),
        ),
        case(
            mailer(&json!({ "allow": ["mail.send", "mail.read"] })),
            &[("lint_allow_unreachable", "/agents/mailer/allow/1")],
            mailer(
                &json!({ "allow": ["mail.send", "mail.read"], "permissions": [{ "action": "mail.*" }] }),
            ),
        ),
        case(
            reader(json!({ "allow": ["mail.send", "files.read"] })),
            &[("lint_level_excluded", "/agents/reader/allow/0")],
            reader(json!({ "allow": ["mail.send", "files.read"], "levels": ["read", "write"] })),
        ),
        case(
            reader(
                json!({ "allow": ["files.*", "filez.*"], "permissions": [{ "action": "files.raed" }, { "action": "files.read" }] }),
            ),
            &[
                ("lint_tool_unknown", "/agents/reader/permissions/0/action"),
                ("lint_allow_unreachable", "/agents/reader/allow/1"),
            ],
            reader(json!({ "allow": ["files.*"] })),
        ),
        case(
            reader(
                json!({ "allow": ["files.read", "files.raed"], "block": ["mail.*", "file.read"] }),
            ),
            &[
                ("lint_tool_unknown", "/agents/reader/allow/1"),
                ("lint_tool_unknown", "/agents/reader/block/1"),
            ],
            mailer(&json!({ "block": ["any.thing"] })),
        ),
        case(
            reader(json!({ "levels": ["read", "read"] })),
            &[("lint_redundant", "/agents/reader/levels/1")],
            reader(json!({ "levels": ["read", "delete"] })),
        ),
        case(
            mailer(
                &json!({ "block": ["stripe.refund", "stripe.*", "stripe.charge.*", "stripe.*"] }),
            ),
            &[
                ("lint_redundant", "/agents/mailer/block/0"),
                ("lint_redundant", "/agents/mailer/block/2"),
                ("lint_redundant", "/agents/mailer/block/3"),
            ],
            mailer(&json!({ "block": ["stripe", "stripe.*", "striper.x"] })),
        ),
        case(
            mailer(
                &json!({ "block": ["*", "mail*", "mail.*.now", ".*"], "permissions": [{ "action": "mail.send" }, { "action": "*" }] }),
            ),
            &[
                ("lint_star", "/agents/mailer/block/0"),
                ("lint_star", "/agents/mailer/block/1"),
                ("lint_star", "/agents/mailer/block/2"),
                ("lint_star", "/agents/mailer/block/3"),
                ("lint_star", "/agents/mailer/permissions/1/action"),
            ],
            mailer(&json!({ "block": ["stripe.*"] })),
        ),
    ]
}
