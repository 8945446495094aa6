//! Reads what has a state: approvals, budgets, switches.

use super::at::At;
use crate::policy::document::{
    Answers, ApprovalKind, ApprovalsDocument, BudgetDocument, BudgetScope, Dialect, Mode,
    SwitchDocument, SwitchScope,
};

pub(super) const APPROVALS: [(&str, ApprovalKind); 2] =
    [("approval", ApprovalKind::Approval), ("confirmation", ApprovalKind::Confirmation)];

const DIALECTS: [(&str, Dialect); 4] = [
    ("agentos", Dialect::AgentOs),
    ("litellm", Dialect::LiteLlm),
    ("litellm-docs", Dialect::LiteLlmDocs),
    ("problem", Dialect::Problem),
];

const BUDGETS: [(&str, BudgetScope); 4] = [
    ("all", BudgetScope::All),
    ("tenant", BudgetScope::Tenant),
    ("subject", BudgetScope::Subject),
    ("agent", BudgetScope::Agent),
];

const SWITCHES: [(&str, SwitchScope); 6] = [
    ("all", SwitchScope::All),
    ("writes", SwitchScope::Writes),
    ("tenant", SwitchScope::Tenant),
    ("agent", SwitchScope::Agent),
    ("subject", SwitchScope::Subject),
    ("action", SwitchScope::Action),
];

pub(super) fn mode(at: &At<'_>) -> Mode {
    at.word(&[("enforce", Mode::Enforce), ("shadow", Mode::Shadow)]).unwrap_or_default()
}

pub(super) fn answers(at: &At<'_>) -> Answers {
    let object = at.object(&["dialect", "hide_unknown"]);
    Answers {
        dialect: object.word("dialect", &DIALECTS),
        hide_unknown: object.flag("hide_unknown"),
    }
}

pub(super) fn approvals(at: &At<'_>) -> ApprovalsDocument {
    let object = at.object(&["expires_seconds", "approver_scope"]);
    let default = ApprovalsDocument::default();
    ApprovalsDocument {
        expires_seconds: object.number("expires_seconds").unwrap_or(default.expires_seconds),
        approver_scope: object.text("approver_scope").unwrap_or(default.approver_scope),
    }
}

pub(super) fn budget(at: &At<'_>) -> BudgetDocument {
    let object = at.object(&[
        "name",
        "per",
        "agents",
        "actions",
        "calls",
        "steps",
        "spend",
        "amount",
        "repeats",
        "window_seconds",
    ]);
    BudgetDocument {
        name: object.required("name").text(),
        per: object.given_word("per", &BUDGETS).unwrap_or_default(),
        agents: object.optional_texts("agents"),
        actions: object.optional_texts("actions"),
        calls: object.number("calls"),
        steps: object.number("steps"),
        spend: object.decimal("spend"),
        amount: object.text("amount"),
        repeats: object.number("repeats"),
        window_seconds: object.number("window_seconds"),
    }
}

pub(super) fn switch(at: &At<'_>) -> SwitchDocument {
    let object = at.object(&["stop", "id", "by", "at", "why"]);
    SwitchDocument {
        stop: object.required("stop").word(&SWITCHES).unwrap_or(SwitchScope::All),
        id: object.text("id"),
        by: object.text("by"),
        at: object.text("at"),
        why: object.text("why"),
    }
}
