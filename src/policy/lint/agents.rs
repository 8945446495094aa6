//! What an agent may do, list by list. Its permissions by amount are in `permissions`.

use super::ids::repeated;
use super::reach::Reach;
use super::table::Lint;
use super::{Report, actions, member, permissions};
use crate::policy::document::{Agent, LevelName, PolicyDocument};

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let has_rights = |agent: &Agent| {
        agent.levels.is_some() || agent.allow.is_some() || agent.permissions.is_some()
    };
    let others_have = document.agents.iter().flatten().any(|(_, agent)| has_rights(agent));
    for (id, agent) in document.agents.iter().flatten() {
        let pointer = member("/agents", id);
        if agent.shadow {
            report.add(Lint::Shadow, member(&pointer, "shadow"), &[]);
        }
        if others_have && !has_rights(agent) && agent.active {
            report.add(Lint::AgentPowerless, pointer.clone(), &[id]);
        }
        let reach = Reach::of(agent, &document.tools);
        empty(agent, &pointer, report);
        let levels = agent.levels.as_deref().unwrap_or_default();
        repeated(levels, |level| level_name(*level).into(), &member(&pointer, "levels"), report);
        actions::look(agent, &reach, &pointer, report);
        let list = agent.permissions.as_deref().unwrap_or_default();
        permissions::look(list, &member(&pointer, "permissions"), report);
    }
}

/// Lists that stand there and hold nothing: whatever else the agent has, it may do nothing.
fn empty(agent: &Agent, pointer: &str, report: &mut Report) {
    for (name, is_empty) in [
        ("levels", agent.levels.as_ref().is_some_and(Vec::is_empty)),
        ("allow", agent.allow.as_ref().is_some_and(Vec::is_empty)),
        ("permissions", agent.permissions.as_ref().is_some_and(Vec::is_empty)),
    ] {
        if is_empty {
            report.add(Lint::GrantEmpty, member(pointer, name), &[name]);
        }
    }
}

const fn level_name(level: LevelName) -> &'static str {
    match level {
        LevelName::Read => "read",
        LevelName::Write => "write",
        LevelName::Execute => "execute",
        LevelName::Delete => "delete",
    }
}
