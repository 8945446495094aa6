//! Tools and their guards.

use serde_json::{Value, json};

use super::{Case, case, guards};

pub(super) fn tools() -> Vec<Case> {
    const AT: &str = "/tools/mail.send/guards/";
    let at = |place: &str| -> &'static str { format!("{AT}{place}").leak() };
    let tool = |members: Value| json!({ "tools": { "shell": members } });
    vec![
        case(
            tool(json!({ "level": "execute" })),
            &[("lint_tool_unused", "/tools/shell")],
            json!({ "tools": { "shell": { "level": "execute" } }, "agents": null, "groups": null, "teams": { "billing": { "agents": "all" }, "support": null }, "budgets": null }),
        ),
        case(
            tool(json!({})),
            &[("lint_tool_without_level", "/tools/shell")],
            json!({ "tools": { "shell": {}, "files.read": null }, "agents": { "reader": { "levels": null, "allow": ["shell"] } } }),
        ),
        case(
            json!({ "tools": { "shell": {} }, "agents": { "reader": { "allow": ["files.read", "shell"] } } }),
            &[("lint_tool_without_level", "/tools/shell")],
            json!({ "tools": { "shell": { "level": "read" } } }),
        ),
        case(
            json!({ "tools": { "stripe.*": { "level": "read" } } }),
            &[("lint_star", "/tools/stripe.*")],
            json!({ "tools": { "stripe": { "level": "read" } } }),
        ),
        case(
            json!({ "tools": { "mail.send": { "dry_run": true } } }),
            &[("lint_dry_run", "/tools/mail.send/dry_run")],
            json!({ "tools": { "mail.send": { "dry_run": false } } }),
        ),
        case(
            guards(&json!([{ "at": "/to", "pattern": "a" }, { "at": "/to", "enum": ["a"] }])),
            &[("lint_guard_repeated", at("1/at"))],
            guards(&json!([{ "at": "/to", "pattern": "a" }, { "at": "/to/0", "enum": ["a"] }])),
        ),
        case(
            guards(&json!([
                { "at": "/a", "minimum": 2, "maximum": 1 },
                { "at": "/b", "minimum": 2, "max_amount": 1 },
                { "at": "/c", "max_amount": -1 },
                { "at": "/d", "enum": [] },
                { "at": "/e", "hosts": [], "ports": [], "schemes": [] },
                { "at": "/f", "max_amount": 1, "maximum": -1 }
            ])),
            &[
                ("lint_guard_impossible", at("0/maximum")),
                ("lint_guard_impossible", at("1/max_amount")),
                ("lint_guard_impossible", at("2/max_amount")),
                ("lint_guard_impossible", at("3/enum")),
                ("lint_guard_impossible", at("4/hosts")),
                ("lint_guard_impossible", at("4/ports")),
                ("lint_guard_impossible", at("4/schemes")),
                ("lint_guard_impossible", at("5/maximum")),
            ],
            guards(&json!([
                { "at": "/a", "minimum": 1, "maximum": 1 },
                { "at": "/b", "max_amount": 0 },
                { "at": "/c", "maximum": -1 },
                { "at": "/d", "enum": [null] }
            ])),
        ),
        case(
            guards(
                &json!([{ "at": "/url", "ports": [443], "schemes": ["https"], "pattern": "h.*" }, { "at": "/x", "required": false }]),
            ),
            &[
                ("lint_guard_ignored", at("0/ports")),
                ("lint_guard_ignored", at("0/schemes")),
                ("lint_guard_ignored", at("1/at")),
            ],
            guards(&json!([
                { "at": "/url", "hosts": ["a.example"], "ports": [443], "schemes": ["https"] },
                { "at": "/x" },
                { "at": "/y", "required": false, "sql": {} }
            ])),
        ),
        case(
            guards(
                &json!([{ "at": "/url", "hosts": ["*", "api.*.com", "*.*.com"] }, { "at": "/q", "sql": { "writes": ["*"] } }]),
            ),
            &[
                ("lint_star", at("0/hosts/0")),
                ("lint_star", at("0/hosts/1")),
                ("lint_star", at("0/hosts/2")),
                ("lint_star", at("1/sql/writes/0")),
            ],
            guards(
                &json!([{ "at": "/url", "hosts": ["*.example.com"] }, { "at": "/q", "sql": { "writes": ["public"] } }]),
            ),
        ),
    ]
}
