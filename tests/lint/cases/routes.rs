//! Routes, public paths and scopes.

use serde_json::{Value, json};

use super::{Case, agno, case, rule, rules};

pub(super) fn routes() -> Vec<Case> {
    let public = |list: Value| json!({ "routes": { "public": list } });
    vec![
        case(
            json!({ "routes": { "profile": null, "rules": null, "interfaces": null } }),
            &[("lint_routes_empty", "/routes")],
            json!({ "routes": { "profile": null, "interfaces": null } }),
        ),
        case(
            json!({ "routes": { "profile": "litellm" } }),
            &[("lint_interface_unused", "/routes/interfaces")],
            json!({ "routes": { "interfaces": ["a2a", "agui", "company"] } }),
        ),
        case(
            json!({ "routes": { "interfaces": ["a2a", "a2a"] } }),
            &[("lint_redundant", "/routes/interfaces/1")],
            json!({ "routes": { "interfaces": ["a2a", "agui"] } }),
        ),
        case(
            agno(&json!({ "rules": [rule("GET", "/agents/*/notes", &json!(["notes:read"]))] })),
            &[("lint_rule_unreachable", "/routes/rules/0/path")],
            agno(&json!({ "rules": [
                rule("PUT", "/agents/*/notes", &json!(["notes:read"])),
                rule("GET", "/agents/x/notes", &json!(["notes:read"])),
                rule("GET", "/agents/*", &json!(["notes:read"]))
            ] })),
        ),
        case(
            agno(&json!({ "rules": [rule("GET", "/health", &json!(["health:read"]))] })),
            &[("lint_rule_unreachable", "/routes/rules/0/path")],
            agno(&json!({ "rules": [rule("GET", "/healthy", &json!(["health:read"]))] })),
        ),
        case(
            agno(
                &json!({ "rules": [rule("GET", "/x/{y}", &json!(["x:read"]))], "public": ["/x/*"] }),
            ),
            &[
                ("lint_public_guarded", "/routes/public/0"),
                ("lint_rule_unreachable", "/routes/rules/0/path"),
            ],
            agno(
                &json!({ "rules": [rule("GET", "/x/{y}", &json!(["x:read"]))], "public": ["/y/*"] }),
            ),
        ),
        case(
            agno(&json!({ "rules": [
                rule("GET", "/x/*", &json!(["x:read"])),
                rule("GET", "/x/{y}/z", &json!(["x:read"])),
                rule("GET", "/x//y", &json!(["x:read"]))
            ] })),
            &[
                ("lint_rule_unreachable", "/routes/rules/1/path"),
                ("lint_rule_unreachable", "/routes/rules/2/path"),
            ],
            agno(&json!({ "rules": [
                rule("GET", "/x/?", &json!(["x:read"])),
                rule("GET", "/x/*", &json!(["x:read"])),
                rule("POST", "/x/*", &json!(["x:read"]))
            ] })),
        ),
        case(
            rules(&json!([rule("OPTIONS", "/x", &json!([]))])),
            &[("lint_rule_options", "/routes/rules/0/method")],
            rules(&json!([rule("GET", "/x", &json!([]))])),
        ),
        case(
            rules(&json!([
                rule("POST", "/agents/{agent}/runs", &json!([])),
                rule("GET", "/users/{id}", &json!([]))
            ])),
            &[
                ("lint_rule_opens", "/routes/rules/0/scopes"),
                ("lint_rule_opens", "/routes/rules/1/scopes"),
            ],
            rules(&json!([
                rule("POST", "/agents/{agent}/notes", &json!([])),
                rule("PUT", "/agents/{agent}/runs", &json!([])),
                rule("POST", "/agents/finance/runs", &json!(["agents:run"]))
            ])),
        ),
        case(
            rules(&json!([rule("POST", "/agents/finance/runs", &json!([]))])),
            &[("lint_rule_opens", "/routes/rules/0/scopes")],
            rules(&json!([rule("GET", "/info", &json!([]))])),
        ),
        case(
            agno(&json!({ "rules": [rule("GET", "/config", &json!([]))] })),
            &[("lint_rule_opens", "/routes/rules/0/scopes")],
            agno(&json!({ "rules": [rule("GET", "/conf*", &json!([]))] })),
        ),
        case(
            json!({ "routes": { "mount": "/os/", "public": ["/os/docs/*"], "rules": [rule("GET", "/os", &json!([]))] } }),
            &[("lint_path_mount", "/routes/public/0"), ("lint_path_mount", "/routes/rules/0/path")],
            json!({ "routes": { "mount": "/os", "public": ["/ossify/*"] } }),
        ),
        case(
            public(json!(["/agents/*"])),
            &[("lint_public_guarded", "/routes/public/0")],
            public(json!(["/agent/*", "/health", "/info"])),
        ),
        case(
            public(json!(["/a2a/agents/finance/*", "/users/*", "/authz/x", "/config"])),
            &[
                ("lint_public_guarded", "/routes/public/0"),
                ("lint_public_guarded", "/routes/public/1"),
                ("lint_public_guarded", "/routes/public/2"),
                ("lint_public_guarded", "/routes/public/3"),
            ],
            public(json!(["/config/*", "/agents/x/y/z", "/metrics/refresh/now"])),
        ),
        case(
            public(json!(["/reports/summary"])),
            &[("lint_public_guarded", "/routes/public/0")],
            public(json!(["/reports/summary/today", "/report"])),
        ),
        case(
            agno(&json!({ "public": ["/*"] })),
            &[("lint_public_guarded", "/routes/public/0")],
            agno(&json!({ "public": ["/static*", "/docs"] })),
        ),
        case(
            agno(&json!({ "public": ["docs", "/docs/", "/x/../y", "/x/{y}", "/a\\b"] })),
            &[
                ("lint_public_unreachable", "/routes/public/0"),
                ("lint_public_unreachable", "/routes/public/1"),
                ("lint_public_unreachable", "/routes/public/2"),
                ("lint_public_unreachable", "/routes/public/3"),
                ("lint_public_unreachable", "/routes/public/4"),
            ],
            agno(&json!({ "public": ["/", "*.css", "/x/.hidden"] })),
        ),
        case(
            public(json!([format!("/{}", "x".repeat(4096))])),
            &[("lint_public_unreachable", "/routes/public/0")],
            public(json!([format!("/{}", "x".repeat(4095))])),
        ),
        case(
            public(json!(["/docs/intro", "/docs/*", "/docs/*"])),
            &[("lint_redundant", "/routes/public/0"), ("lint_redundant", "/routes/public/2")],
            public(json!(["/docs", "/docs/*", "/docsy"])),
        ),
        case(
            agno(
                &json!({ "rules": [rule("GET", "/x", &json!(["read", "x:y:z:w", ":read", "x:", "agent_os:admin"]))] }),
            ),
            &[
                ("lint_scope_unmatchable", "/routes/rules/0/scopes/0"),
                ("lint_scope_unmatchable", "/routes/rules/0/scopes/1"),
                ("lint_scope_unmatchable", "/routes/rules/0/scopes/2"),
                ("lint_scope_unmatchable", "/routes/rules/0/scopes/3"),
            ],
            agno(&json!({ "rules": [rule("GET", "/x", &json!(["x:read", "x::read"]))] })),
        ),
        case(
            json!({ "approvals": { "approver_scope": "approver" } }),
            &[("lint_scope_unmatchable", "/approvals/approver_scope")],
            json!({ "approvals": { "approver_scope": "approvals:decide" } }),
        ),
        case(
            rules(&json!([rule("POST", "/agents/{agent}/notes", &json!(["agents:*:run"]))])),
            &[("lint_scope_wildcard", "/routes/rules/0/scopes/0")],
            rules(&json!([
                rule("POST", "/agents", &json!(["agents:*:write"])),
                rule("GET", "/notes/{n}", &json!(["agents:*:read"]))
            ])),
        ),
        case(
            rules(&json!([
                rule("POST", "/agents/{agent}/notes", &json!(["agents:finance:run"])),
                rule("POST", "/a2a/teams/red/notes", &json!(["teams:blue:run"]))
            ])),
            &[
                ("lint_scope_fixed", "/routes/rules/0/scopes/0"),
                ("lint_scope_fixed", "/routes/rules/1/scopes/0"),
            ],
            rules(&json!([
                rule("POST", "/agents/finance/notes", &json!(["agents:finance:run"])),
                rule("POST", "/agents/{agent}/notes", &json!(["reports:q3:read", "agents:run"]))
            ])),
        ),
        case(
            agno(
                &json!({ "rules": [rule("PUT", "/agents/*/notes", &json!(["agents:finance:run"]))] }),
            ),
            &[("lint_scope_id_ignored", "/routes/rules/0/scopes/0")],
            agno(&json!({ "rules": [
                rule("PUT", "/agents/finance/notes", &json!(["agents:finance:run"])),
                rule("PUT", "/agents/*/notes", &json!(["agents:*:run", "agents:run"]))
            ] })),
        ),
    ]
}
