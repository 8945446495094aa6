//! Tools: who may use them, and guards that cannot mean what they say.

use super::pattern::Pattern;
use super::reach::Everybody;
use super::table::Lint;
use super::{Report, item, member};
use crate::json::{Decimal, Number};
use crate::policy::document::{GuardDocument, PolicyDocument, ToolDocument};

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let everybody = Everybody::of(document);
    let held = document.agents.iter().flatten().any(|(_, agent)| agent.levels.is_some());
    for (name, tool) in &document.tools {
        let pointer = member("/tools", name);
        if name.contains('*') {
            report.add(Lint::Star, pointer.clone(), &[name]);
        }
        if held && tool.level.is_none() {
            report.add(Lint::ToolWithoutLevel, pointer.clone(), &[name]);
        } else if !everybody.may(None, Pattern::exact(name)) {
            report.add(Lint::ToolUnused, pointer.clone(), &[name]);
        }
        if tool.dry_run {
            report.add(Lint::DryRun, member(&pointer, "dry_run"), &[]);
        }
        guards(tool, &member(&pointer, "guards"), report);
    }
}

fn guards(tool: &ToolDocument, pointer: &str, report: &mut Report) {
    for (index, guard) in tool.guards.iter().enumerate() {
        let pointer = item(pointer, index);
        if tool.guards.iter().take(index).any(|before| before.at == guard.at) {
            report.add(Lint::GuardRepeated, member(&pointer, "at"), &[&guard.at]);
        }
        impossible(guard, &pointer, report);
        ignored(guard, &pointer, report);
        let hosts = member(&pointer, "hosts");
        for (index, host) in guard.hosts.iter().flatten().enumerate() {
            let name = host.strip_prefix("*.").unwrap_or(host);
            if name.contains('*') {
                report.add(Lint::Star, item(&hosts, index), &[host]);
            }
        }
        let Some(sql) = &guard.sql else { continue };
        let writes = member(&member(&pointer, "sql"), "writes");
        for (index, schema) in sql.writes.iter().enumerate().filter(|(_, it)| it.contains('*')) {
            report.add(Lint::Star, item(&writes, index), &[schema]);
        }
    }
}

/// Conditions that no value fulfils.
fn impossible(guard: &GuardDocument, pointer: &str, report: &mut Report) {
    let decimal = |number: &Option<Number>| number.as_ref().and_then(Decimal::of);
    let (least, most) = (decimal(&guard.minimum), decimal(&guard.maximum));
    let amount = decimal(&guard.max_amount);
    let is_below =
        |most: Option<Decimal>| least.zip(most).is_some_and(|(least, most)| most < least);
    let is_negative = |most: Option<Decimal>| most.is_some_and(|most| most.is_negative());
    for (name, is_impossible) in [
        ("max_amount", is_negative(amount) || is_below(amount)),
        // An amount may not be negative either.
        ("maximum", is_below(most) || (amount.is_some() && is_negative(most))),
        ("enum", guard.values.as_ref().is_some_and(Vec::is_empty)),
        ("hosts", guard.hosts.as_ref().is_some_and(Vec::is_empty)),
        ("ports", guard.ports.as_ref().is_some_and(Vec::is_empty)),
        ("schemes", guard.schemes.as_ref().is_some_and(Vec::is_empty)),
    ] {
        if is_impossible {
            report.add(Lint::GuardImpossible, member(pointer, name), &[name]);
        }
    }
}

/// Members that change nothing.
fn ignored(guard: &GuardDocument, pointer: &str, report: &mut Report) {
    for (name, is_there) in [("ports", guard.ports.is_some()), ("schemes", guard.schemes.is_some())]
    {
        if is_there && guard.hosts.is_none() {
            report.add(Lint::GuardIgnored, member(pointer, name), &[name, "there are no `hosts`"]);
        }
    }
    let has_condition = guard.max_amount.is_some()
        || guard.minimum.is_some()
        || guard.maximum.is_some()
        || guard.values.is_some()
        || guard.pattern.is_some()
        || guard.hosts.is_some()
        || guard.paths.is_some()
        || guard.sql.is_some();
    if guard.required == Some(false) && !has_condition {
        let why = "an argument that need not be there has no condition";
        report.add(Lint::GuardIgnored, member(pointer, "at"), &["at", why]);
    }
}
