//! Approvals, budgets, switches and isolation.

use serde_json::{Value, json};

use super::{Case, budget, case};

const PULLED: (&str, &str) = ("lint_switch_pulled", "/switches/0");

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn state() -> Vec<Case> {
    let approvals = |seconds: u32| json!({ "approvals": { "expires_seconds": seconds } });
    let switch = |members: Value| json!({ "switches": [members] });
    vec![
        case(
            approvals(59),
            &[("lint_approval_expiry", "/approvals/expires_seconds")],
            approvals(60),
        ),
        case(
            approvals(2_592_001),
            &[("lint_approval_expiry", "/approvals/expires_seconds")],
            approvals(2_592_000),
        ),
        case(
            budget(&json!({ "calls": 0, "steps": 0, "spend": 0.0, "window_seconds": 0 })),
            &[
                ("lint_budget_zero", "/budgets/0/calls"),
                ("lint_budget_zero", "/budgets/0/steps"),
                ("lint_budget_zero", "/budgets/0/spend"),
                ("lint_budget_zero", "/budgets/0/window_seconds"),
            ],
            budget(&json!({ "calls": 1, "steps": 1, "spend": 0.01, "window_seconds": 1 })),
        ),
        case(
            budget(&json!({ "calls": null })),
            &[("lint_budget_limitless", "/budgets/0")],
            budget(&json!({ "calls": null, "repeats": 5 })),
        ),
        case(
            budget(&json!({ "window_seconds": null })),
            &[("lint_budget_without_window", "/budgets/0")],
            budget(&json!({ "window_seconds": null, "calls": null, "repeats": 5 })),
        ),
        case(
            budget(&json!({ "repeats": 1 })),
            &[("lint_budget_repeats", "/budgets/0/repeats")],
            budget(&json!({ "repeats": 2 })),
        ),
        case(
            budget(&json!({ "repeats": 0 })),
            &[("lint_budget_repeats", "/budgets/0/repeats")],
            budget(&json!({ "repeats": null })),
        ),
        case(
            budget(&json!({ "calls": 6, "steps": 5 })),
            &[("lint_budget_calls", "/budgets/0/calls")],
            budget(&json!({ "calls": 5, "steps": 5 })),
        ),
        case(
            budget(&json!({ "agents": [], "actions": [] })),
            &[
                ("lint_budget_idle", "/budgets/0/agents"),
                ("lint_budget_idle", "/budgets/0/actions"),
            ],
            budget(&json!({ "agents": ["payer"], "actions": ["stripe.refund"] })),
        ),
        case(
            json!({ "budgets": [{ "name": "b", "repeats": 3 }, { "name": "b", "repeats": 4 }] }),
            &[("lint_budget_name", "/budgets/1/name")],
            json!({ "budgets": [{ "name": "a", "repeats": 3 }, { "name": "b", "repeats": 4 }] }),
        ),
        case(
            budget(&json!({ "amount": "/total" })),
            &[("lint_amount_ignored", "/budgets/0/amount")],
            budget(&json!({ "amount": "/total", "spend": 5 })),
        ),
        case(
            budget(
                &json!({ "actions": ["stripe.payout", "stripe.refunds", "mail.send", "mail.send.*"] }),
            ),
            &[
                ("lint_action_unknown", "/budgets/0/actions/0"),
                ("lint_action_unknown", "/budgets/0/actions/1"),
                ("lint_action_unknown", "/budgets/0/actions/3"),
            ],
            budget(&json!({ "actions": ["stripe.*", "files.*", "mail.send"] })),
        ),
        case(
            budget(
                &json!({ "agents": ["reader", "payer"], "actions": ["mail.send", "files.read"] }),
            ),
            &[("lint_action_unknown", "/budgets/0/actions/0")],
            budget(&json!({ "agents": ["mailer"], "actions": ["mail.send"] })),
        ),
        case(
            budget(
                &json!({ "agents": ["ghost", "payer", "payer"], "actions": ["*", "stripe.refund"] }),
            ),
            &[
                ("lint_agent_unknown", "/budgets/0/agents/0"),
                ("lint_redundant", "/budgets/0/agents/2"),
                ("lint_star", "/budgets/0/actions/0"),
            ],
            budget(&json!({ "agents": ["payer"] })),
        ),
        case(switch(json!({ "stop": "all" })), &[PULLED], json!({ "switches": [] })),
        case(
            switch(json!({ "stop": "agent", "id": "ghost" })),
            &[("lint_agent_unknown", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "agent", "id": "payer" })),
        ),
        case(
            switch(json!({ "stop": "agent", "id": "Mailer" })),
            &[("lint_agent_name", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "subject", "id": "Mailer" })),
        ),
        case(
            switch(json!({ "stop": "action", "id": "stripe.refnud" })),
            &[("lint_action_unknown", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "action", "id": "stripe.*" })),
        ),
        case(
            switch(json!({ "stop": "action", "id": "*" })),
            &[("lint_star", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "action", "id": "mail.*" })),
        ),
        case(
            switch(json!({ "stop": "subject", "id": "bot-*" })),
            &[("lint_star", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "subject", "id": "bot-1" })),
        ),
        case(
            switch(json!({ "stop": "writes", "id": "payer" })),
            &[("lint_switch_id", "/switches/0/id"), PULLED],
            switch(json!({ "stop": "writes" })),
        ),
        case(
            switch(json!({ "stop": "agent" })),
            &[("lint_switch_id", "/switches/0"), PULLED],
            switch(json!({ "stop": "agent", "id": "payer" })),
        ),
        case(
            json!({ "isolation": "off" }),
            &[("lint_isolation_off", "/isolation")],
            json!({ "isolation": {} }),
        ),
        case(
            json!({ "isolation": { "user": [], "session": [] } }),
            &[
                ("lint_isolation_off", "/isolation/user"),
                ("lint_isolation_off", "/isolation/session"),
            ],
            json!({ "isolation": { "user": ["user"], "session": ["session"] } }),
        ),
    ]
}
