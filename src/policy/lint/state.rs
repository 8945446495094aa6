//! Approvals, budgets, switches, and what is switched off for a while.

use super::ids::{self, Agents};
use super::pattern::Pattern;
use super::reach::Everybody;
use super::table::Lint;
use super::{Report, item, member};
use crate::json::Decimal;
use crate::policy::document::{
    BudgetDocument, BudgetScope, Isolation, Mode, PolicyDocument, SwitchDocument, SwitchScope,
};

const MINUTE: u32 = 60;
const MONTH: u32 = 30 * 24 * 60 * MINUTE;

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    if document.mode == Mode::Shadow {
        report.add(Lint::Shadow, "/mode".into(), &[]);
    }
    let lasts = match document.approvals.expires_seconds {
        ..MINUTE => Some("less than a minute"),
        MINUTE..=MONTH => None,
        _ => Some("more than 30 days"),
    };
    if let Some(lasts) = lasts {
        report.add(Lint::ApprovalExpiry, "/approvals/expires_seconds".into(), &[lasts]);
    }
    let agents = Agents::of(document);
    let everybody = Everybody::of(document);
    for (index, budget) in document.budgets.iter().enumerate() {
        let pointer = item("/budgets", index);
        if document.budgets.iter().take(index).any(|before| before.name == budget.name) {
            report.add(Lint::BudgetName, member(&pointer, "name"), &[&budget.name]);
        }
        limits(budget, &pointer, report);
        subjects(&everybody, &agents, budget, &pointer, report);
    }
    for (index, switch) in document.switches.iter().enumerate() {
        let pointer = item("/switches", index);
        report.add(Lint::SwitchPulled, pointer.clone(), &[]);
        look_at_switch(&everybody, &agents, switch, &pointer, report);
    }
    isolation(document, report);
}

/// Where tenants are told apart.
pub(super) fn tenants(document: &PolicyDocument) -> impl Iterator<Item = String> {
    let budgets = document.budgets.iter().enumerate();
    let budgets = budgets.filter(|(_, budget)| budget.per == BudgetScope::Tenant);
    let switches = document.switches.iter().enumerate();
    let switches = switches.filter(|(_, switch)| switch.stop == SwitchScope::Tenant);
    budgets
        .map(|(index, _)| member(&item("/budgets", index), "per"))
        .chain(switches.map(|(index, _)| member(&item("/switches", index), "stop")))
}

fn limits(budget: &BudgetDocument, pointer: &str, report: &mut Report) {
    let spend = budget.spend.as_ref().and_then(Decimal::of);
    for (name, is_nothing) in [
        ("calls", budget.calls == Some(0)),
        ("steps", budget.steps == Some(0)),
        ("spend", spend.is_some_and(|spend| spend <= Decimal::ZERO)),
        ("window_seconds", budget.window_seconds == Some(0)),
    ] {
        if is_nothing {
            report.add(Lint::BudgetZero, member(pointer, name), &[name]);
        }
    }
    let is_counted = budget.calls.is_some() || budget.steps.is_some() || budget.spend.is_some();
    if !is_counted && budget.repeats.is_none() {
        report.add(Lint::BudgetLimitless, pointer.into(), &[&budget.name]);
    }
    if is_counted && budget.window_seconds.is_none() {
        report.add(Lint::BudgetWithoutWindow, pointer.into(), &[&budget.name]);
    }
    let why = match budget.repeats {
        Some(0) => Some("nothing can be asked at all"),
        Some(1) => Some("nothing can be tried again"),
        _ => None,
    };
    if let Some(why) = why {
        report.add(Lint::BudgetRepeats, member(pointer, "repeats"), &[why]);
    }
    // Whatever is let through was looked at.
    if budget.calls.zip(budget.steps).is_some_and(|(calls, steps)| calls > steps) {
        report.add(Lint::BudgetCalls, member(pointer, "calls"), &[]);
    }
    if budget.amount.is_some() && budget.spend.is_none() {
        report.add(Lint::AmountIgnored, member(pointer, "amount"), &["spend"]);
    }
}

/// What a budget is about.
fn subjects<'d>(
    everybody: &Everybody<'d>,
    agents: &Agents<'_>,
    budget: &'d BudgetDocument,
    pointer: &str,
    report: &mut Report,
) {
    for (name, list) in [("agents", &budget.agents), ("actions", &budget.actions)] {
        if list.as_ref().is_some_and(Vec::is_empty) {
            report.add(Lint::BudgetIdle, member(pointer, name), &[name]);
        }
    }
    let ids = budget.agents.as_deref();
    agents.look(ids.unwrap_or_default(), &member(pointer, "agents"), false, report);
    let actions = budget.actions.as_deref().unwrap_or_default();
    let pointer = member(pointer, "actions");
    ids::actions(actions, &pointer, report);
    for (index, action) in Pattern::list(actions).into_iter().enumerate() {
        if !action.has_star() && !everybody.may(ids, action) {
            report.add(Lint::ActionUnknown, item(&pointer, index), &[action.text()]);
        }
    }
}

fn look_at_switch<'d>(
    everybody: &Everybody<'d>,
    agents: &Agents<'_>,
    switch: &'d SwitchDocument,
    pointer: &str,
    report: &mut Report,
) {
    let place = member(pointer, "id");
    match (switch.stop, switch.id.as_deref()) {
        (SwitchScope::All | SwitchScope::Writes, None) => {}
        (SwitchScope::All | SwitchScope::Writes, Some(_)) => {
            let why = "this switch stops more than the one that `id` names";
            report.add(Lint::SwitchId, place, &[why]);
        }
        (_, None | Some("")) => {
            let why = "this switch stops one thing, and `id` does not say which";
            report.add(Lint::SwitchId, pointer.into(), &[why]);
        }
        (SwitchScope::Agent, Some(id)) => agents.look_at(id, place, false, report),
        (SwitchScope::Action, Some(action)) => {
            let action = Pattern::new(action);
            if action.has_star() {
                report.add(Lint::Star, place, &[action.text()]);
            } else if !everybody.may(None, action) {
                report.add(Lint::ActionUnknown, place, &[action.text()]);
            }
        }
        (SwitchScope::Tenant | SwitchScope::Subject, Some(id)) if id.contains('*') => {
            report.add(Lint::Star, place, &[id]);
        }
        (SwitchScope::Tenant | SwitchScope::Subject, Some(_)) => {}
    }
}

fn isolation(document: &PolicyDocument, report: &mut Report) {
    match &document.isolation {
        None => {}
        Some(Isolation::Word(_)) => {
            report.add(Lint::IsolationOff, "/isolation".into(), &["query and body"]);
        }
        Some(Isolation::Members(members)) => {
            for (name, list) in [("user", &members.user), ("session", &members.session)] {
                if list.is_empty() {
                    report.add(Lint::IsolationOff, member("/isolation", name), &[name]);
                }
            }
        }
    }
}
