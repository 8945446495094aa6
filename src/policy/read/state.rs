//! Reads what has a state: approvals, budgets, switches.

use super::at::{At, Read};
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

pub(super) fn mode(at: &At<'_>) -> Read<Mode> {
    at.word(&[("enforce", Mode::Enforce), ("shadow", Mode::Shadow)])
}

pub(super) fn answers(at: &At<'_>) -> Read<Answers> {
    let object = at.object(&["dialect", "hide_unknown"])?;
    Ok(Answers {
        dialect: object.optional("dialect").map(|at| at.word(&DIALECTS)).transpose()?,
        hide_unknown: object.flag("hide_unknown")?,
    })
}

pub(super) fn approvals(at: &At<'_>) -> Read<ApprovalsDocument> {
    let object = at.object(&["expires_seconds", "approver_scope"])?;
    let default = ApprovalsDocument::default();
    Ok(ApprovalsDocument {
        expires_seconds: object.number("expires_seconds")?.unwrap_or(default.expires_seconds),
        approver_scope: object.text("approver_scope")?.unwrap_or(default.approver_scope),
    })
}

pub(super) fn budget(at: &At<'_>) -> Read<BudgetDocument> {
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
    ])?;
    let per = object.given("per").map(|at| at.word(&BUDGETS)).transpose()?;
    Ok(BudgetDocument {
        name: object.required("name")?.text()?,
        per: per.unwrap_or_default(),
        agents: object.optional("agents").map(|at| at.texts()).transpose()?,
        actions: object.optional("actions").map(|at| at.texts()).transpose()?,
        calls: object.number("calls")?,
        steps: object.number("steps")?,
        spend: object.decimal("spend")?,
        amount: object.text("amount")?,
        repeats: object.number("repeats")?,
        window_seconds: object.number("window_seconds")?,
    })
}

pub(super) fn switch(at: &At<'_>) -> Read<SwitchDocument> {
    let object = at.object(&["stop", "id", "by", "at", "why"])?;
    Ok(SwitchDocument {
        stop: object.required("stop")?.word(&SWITCHES)?,
        id: object.text("id")?,
        by: object.text("by")?,
        at: object.text("at")?,
        why: object.text("why")?,
    })
}
