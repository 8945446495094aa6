//! Who may use which agent.

use serde_json::{Value, json};

use super::{Case, case, issuer};

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn access() -> Vec<Case> {
    let group = |ids: Value| json!({ "groups": { "helpers": ids } });
    vec![
        case(
            {
                let mut patch = issuer(&json!({ "claims": null }));
                patch["agents"] = json!({ "mailer": null, "payer": null, "reader": null });
                patch["budgets"] = json!([]);
                patch["tools"] = json!({ "files.read": null, "mail.send": null });
                patch["teams"] = json!({ "support": null, "billing": null, "guests": null });
                patch["groups"] = json!({ "helpers": null });
                patch
            },
            &[("lint_agents_empty", "/agents")],
            json!({ "agents": { "x": {} } }),
        ),
        case(
            json!({ "agents": { "other": { "name": "payer", "levels": ["read"] }, "third": { "name": "Mailer", "levels": ["read"] } } }),
            &[
                ("lint_agent_name_ambiguous", "/agents/other/name"),
                ("lint_agent_name_ambiguous", "/agents/third/name"),
            ],
            json!({ "agents": { "other": { "name": "other", "levels": ["read"] } } }),
        ),
        case(
            group(json!(["mailer", "ghost"])),
            &[("lint_agent_unknown", "/groups/helpers/1")],
            group(json!(["mailer", "payer"])),
        ),
        case(
            group(json!(["Mailer"])),
            &[("lint_agent_name", "/groups/helpers/0")],
            group(json!(["mailer"])),
        ),
        case(
            json!({ "agents": { "mailer": { "active": false } } }),
            &[("lint_agent_inactive", "/groups/helpers/0")],
            json!({ "agents": { "mailer": { "active": true } } }),
        ),
        case(
            json!({ "agents": { "payer": { "active": false } } }),
            &[("lint_agent_inactive", "/teams/billing/agents/0")],
            json!({ "agents": { "payer": { "active": false } }, "teams": { "billing": null } }),
        ),
        case(
            group(json!(["*", "mailer-*"])),
            &[("lint_star", "/groups/helpers/0"), ("lint_star", "/groups/helpers/1")],
            group(json!(["mailer"])),
        ),
        case(
            json!({ "teams": { "support": { "groups": ["*"] } } }),
            &[
                ("lint_group_unused", "/groups/helpers"),
                ("lint_team_empty", "/teams/support"),
                ("lint_star", "/teams/support/groups/0"),
            ],
            json!({ "teams": { "support": { "groups": ["helpers"] } } }),
        ),
        case(
            group(json!(["mailer", "reader", "mailer"])),
            &[("lint_redundant", "/groups/helpers/2")],
            group(json!(["mailer", "reader"])),
        ),
        case(
            json!({ "teams": { "support": { "groups": ["helpers", "helpers"] } } }),
            &[("lint_redundant", "/teams/support/groups/1")],
            json!({ "teams": { "support": { "groups": ["helpers"], "agents": ["mailer"] } } }),
        ),
        case(
            json!({ "groups": { "nobody": [] }, "teams": { "support": { "groups": ["helpers", "nobody"] } } }),
            &[("lint_group_empty", "/groups/nobody")],
            json!({ "groups": { "nobody": ["payer"] } }),
        ),
        case(
            json!({ "teams": { "support": { "groups": ["helpers", "helper"] } } }),
            &[("lint_group_unknown", "/teams/support/groups/1")],
            json!({ "teams": { "support": { "groups": ["helpers"] } } }),
        ),
        case(
            json!({ "groups": { "others": ["payer"] } }),
            &[("lint_group_unused", "/groups/others")],
            json!({ "groups": { "others": ["payer"] }, "authentication": { "virtual_keys": {} } }),
        ),
        case(
            json!({ "teams": { "x": { "agents": [] } } }),
            &[("lint_team_empty", "/teams/x")],
            json!({ "teams": { "x": { "agents": "none" } } }),
        ),
        case(
            json!({ "teams": { "x": { "agents": [], "groups": [] }, "y": { "groups": [] } } }),
            &[("lint_team_empty", "/teams/x"), ("lint_team_empty", "/teams/y")],
            json!({ "teams": { "x": { "agents": [], "groups": ["helpers"] } } }),
        ),
        case(
            json!({ "teams": { "x": { "agents": "all", "groups": ["helpers"] }, "y": { "agents": "none", "groups": ["helpers"] } } }),
            &[("lint_team_word", "/teams/x/agents"), ("lint_team_word", "/teams/y/agents")],
            json!({ "teams": { "x": { "agents": "all" }, "y": { "agents": "all", "groups": [] } } }),
        ),
        case(
            json!({ "teams": { "support": { "blocked": true } } }),
            &[("lint_team_blocked", "/teams/support/blocked")],
            json!({ "teams": { "support": { "blocked": false } } }),
        ),
        case(
            issuer(&json!({ "claims": { "team": null } })),
            &[("lint_teams_unused", "/teams")],
            json!({ "authentication": { "virtual_keys": {}, "issuers": [] } }),
        ),
        case(
            {
                let mut patch = issuer(&json!({ "claims": { "tenant": null } }));
                patch["switches"] = json!([{ "stop": "tenant", "id": "acme" }]);
                patch
            },
            &[
                ("lint_tenant_unread", "/agents/mailer/tenant"),
                ("lint_switch_pulled", "/switches/0"),
                ("lint_tenant_unread", "/switches/0/stop"),
                ("lint_tenant_unread", "/budgets/0/per"),
            ],
            json!({ "switches": [{ "stop": "tenant", "id": "acme" }] }),
        ),
    ]
}
