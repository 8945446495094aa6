//! The lists of one agent against each other: what one grants and another takes away.

use super::pattern::Pattern;
use super::reach::Reach;
use super::table::Lint;
use super::{Report, ids, item, member};
use crate::policy::document::Agent;

pub(super) fn look(agent: &Agent, reach: &Reach<'_>, pointer: &str, report: &mut Report) {
    let allow = agent.allow.as_deref().unwrap_or_default();
    ids::actions(allow, &member(pointer, "allow"), report);
    ids::actions(&agent.block, &member(pointer, "block"), report);
    for (index, action) in reach.allow.iter().flatten().enumerate() {
        let pointer = item(&member(pointer, "allow"), index);
        entry(reach, action, (reach.permitted.as_deref(), Lint::AllowUnreachable), pointer, report);
    }
    for (index, action) in reach.permitted.iter().flatten().enumerate() {
        let pointer = member(&item(&member(pointer, "permissions"), index), "action");
        if action.has_star() {
            report.add(Lint::Star, pointer.clone(), &[action.text()]);
        }
        entry(reach, action, (reach.allow.as_deref(), Lint::ActionNotAllowed), pointer, report);
    }
    for (index, action) in reach.block.iter().enumerate() {
        // Levels deny such a tool anyhow, so the name was meant to be another.
        let is_unknown = is_held(reach) && reach.tools(action).next().is_none();
        if is_unknown && !action.has_star() {
            let pointer = item(&member(pointer, "block"), index);
            report.add(Lint::ToolUnknown, pointer, &[action.text()]);
        }
    }
}

/// An action that one list grants. `other` is the list that has to grant it too.
fn entry(
    reach: &Reach<'_>,
    action: &Pattern<'_>,
    (other, missing): (Option<&[Pattern<'_>]>, Lint),
    pointer: String,
    report: &mut Report,
) {
    let is_missing =
        |list: &[Pattern<'_>]| !list.is_empty() && !list.iter().any(|entry| entry.meets(action));
    let lint = if action.has_star() {
        None
    } else if reach.blocks(action) {
        Some(Lint::ActionBlocked)
    } else if other.is_some_and(is_missing) {
        Some(missing)
    } else {
        against_levels(reach, action)
    };
    if let Some(lint) = lint {
        report.add(lint, pointer, &[action.text()]);
    }
}

/// Whether levels are asked for, and have something to say.
fn is_held(reach: &Reach<'_>) -> bool {
    reach.levels.is_some_and(|levels| !levels.is_empty())
}

/// What the levels of an agent make of an action: nothing to say, or why it is denied.
fn against_levels(reach: &Reach<'_>, action: &Pattern<'_>) -> Option<Lint> {
    let levels = reach.levels.filter(|levels| !levels.is_empty())?;
    let mut tools = reach.tools(action).map(|(_, tool)| tool.level).peekable();
    if tools.peek().is_none() {
        return Some(Lint::ToolUnknown);
    }
    // A tool without a level is a finding of its own.
    let is_open = tools.any(|level| level.is_none_or(|level| levels.contains(&level)));
    (!is_open).then_some(Lint::LevelExcluded)
}
