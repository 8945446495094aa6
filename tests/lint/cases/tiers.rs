//! Permissions by amount.

use serde_json::json;

use super::{Case, case, mailer, permissions};

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn tiers() -> Vec<Case> {
    const AT: &str = "/agents/mailer/permissions/";
    let at = |place: &str| -> &'static str { format!("{AT}{place}").leak() };
    let send = json!({ "action": "mail.send" });
    vec![
        case(
            permissions(
                &json!([{ "action": "mail.send", "amount": "/x" }, { "action": "mail.send" }]),
            ),
            &[("lint_permission_duplicate", at("1")), ("lint_amount_ignored", at("0/amount"))],
            permissions(&json!([send, { "action": "mail.send.now" }])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 1e2 }, { "action": "mail.send", "max_amount": 100 }, send]),
            ),
            &[("lint_permission_duplicate", at("1")), ("lint_tier_overlap", at("0"))],
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 0.1 }, { "action": "mail.send", "max_amount": 0.2, "amount": "/total" }]),
            ),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 50 }, { "action": "mail.send", "max_amount": 200 }]),
            ),
            &[("lint_tier_overlap", at("0")), ("lint_limit_ceiling", at("1/max_amount"))],
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 50 }, { "action": "mail.send", "max_amount": 200, "requires_approval": true }]),
            ),
        ),
        case(
            permissions(&json!([
                { "action": "mail.send", "max_amount": 50, "requires_approval": true },
                { "action": "mail.send", "requires_approval": true }
            ])),
            &[("lint_tier_overlap", at("0"))],
            permissions(&json!([
                { "action": "mail.send", "max_amount": 50, "requires_approval": true, "approval": "confirmation" },
                { "action": "mail.send", "requires_approval": true }
            ])),
        ),
        case(
            permissions(&json!([
                { "action": "mail.send", "max_amount": 100 },
                { "action": "mail.send", "max_amount": 100, "requires_approval": true },
                { "action": "mail.send", "max_amount": 99.99, "requires_approval": true, "approval": "confirmation" }
            ])),
            &[
                ("lint_approval_unreachable", at("1")),
                ("lint_approval_unreachable", at("2")),
                ("lint_limit_ceiling", at("0/max_amount")),
            ],
            permissions(&json!([
                { "action": "mail.send", "max_amount": 100 },
                { "action": "mail.send", "max_amount": 100.01, "requires_approval": true }
            ])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.*" }, { "action": "mail.send", "requires_approval": true }]),
            ),
            &[("lint_approval_unreachable", at("1"))],
            permissions(&json!([{ "action": "mail.*", "requires_approval": true }, send])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 5 }, { "action": "mail.*" }, { "action": "mail.send.*" }]),
            ),
            &[("lint_permission_unreachable", at("0")), ("lint_permission_unreachable", at("2"))],
            permissions(
                &json!([send, { "action": "mail.*", "max_amount": 5 }, { "action": "mail" }]),
            ),
        ),
        case(
            permissions(&json!([{ "action": "mail.send", "dry_run": true }, send])),
            &[("lint_permission_unreachable", at("0")), ("lint_dry_run", at("0/dry_run"))],
            permissions(&json!([send, { "action": "mail.send.now", "dry_run": true }])),
        ),
        case(
            permissions(&json!([{ "action": "mail.send", "max_amount": 20 }])),
            &[("lint_limit_ceiling", at("0/max_amount"))],
            permissions(&json!([
                { "action": "mail.send", "max_amount": 20 },
                { "action": "mail.*", "requires_approval": true }
            ])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.send", "max_amount": -1 }, { "action": "mail.read", "max_amount": 0.0 }]),
            ),
            &[
                ("lint_limit_nothing", at("0/max_amount")),
                ("lint_limit_nothing", at("1/max_amount")),
            ],
            permissions(&json!([{ "action": "mail.send", "max_amount": 0.01 }])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.*", "max_amount": 20 }, { "action": "mail.*", "requires_approval": true }]),
            ),
            &[("lint_limit_wildcard", at("0/max_amount"))],
            permissions(&json!([{ "action": "mail.*" }])),
        ),
        case(
            permissions(&json!([{ "action": "mail.send", "approval": "confirmation" }])),
            &[("lint_approval_ignored", at("0/approval"))],
            permissions(
                &json!([{ "action": "mail.send", "approval": "confirmation", "requires_approval": true }]),
            ),
        ),
        case(
            permissions(&json!([{ "action": "mail.send", "amount": "/total" }])),
            &[("lint_amount_ignored", at("0/amount"))],
            permissions(&json!([{ "action": "mail.send", "amount": "/total", "max_amount": 5 }])),
        ),
        case(
            permissions(&json!([{ "action": "mail.send", "dry_run": true }])),
            &[("lint_dry_run", at("0/dry_run"))],
            permissions(&json!([{ "action": "mail.send", "dry_run": false }])),
        ),
        case(
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 20 }, { "action": "mail.read", "max_amount": 5 }]),
            ),
            &[
                ("lint_limit_ceiling", at("0/max_amount")),
                ("lint_limit_ceiling", at("1/max_amount")),
            ],
            permissions(
                &json!([{ "action": "mail.send", "max_amount": 20 }, { "action": "mail.send" }]),
            ),
        ),
        case(
            mailer(&json!({ "shadow": true })),
            &[("lint_shadow", "/agents/mailer/shadow")],
            mailer(&json!({ "shadow": false })),
        ),
        case(
            json!({ "mode": "shadow" }),
            &[("lint_shadow", "/mode")],
            json!({ "mode": "enforce" }),
        ),
    ]
}
