//! Lists of agents, and names that mean no agent.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::Pattern;
use super::table::Lint;
use super::{Report, item};
use crate::policy::document::{Agent, PolicyDocument};

/// The agents that the policy lists, if it does.
pub(super) struct Agents<'d> {
    listed: Option<&'d BTreeMap<String, Agent>>,
    /// From a name to the first agent that is called so.
    names: BTreeMap<&'d str, &'d str>,
}

impl<'d> Agents<'d> {
    pub(super) fn of(document: &'d PolicyDocument) -> Self {
        let mut names = BTreeMap::new();
        for (id, agent) in document.agents.iter().flatten() {
            if let Some(name) = &agent.name {
                names.entry(name.as_str()).or_insert(id.as_str());
            }
        }
        Self { listed: document.agents.as_ref(), names }
    }

    /// Who is called by a name, the first of them.
    pub(super) fn called(&self, name: &str) -> Option<&'d str> {
        self.names.get(name).copied()
    }

    /// Looks at a list of ids. In one that grants, an agent that is not active is a finding too.
    pub(super) fn look(&self, ids: &[String], pointer: &str, grants: bool, report: &mut Report) {
        let mut before = BTreeSet::new();
        for (index, id) in ids.iter().enumerate() {
            let pointer = item(pointer, index);
            if before.insert(id) {
                self.look_at(id, pointer, grants, report);
            } else {
                report.add(Lint::Redundant, pointer, &[id]);
            }
        }
    }

    /// Looks at one id.
    pub(super) fn look_at(&self, id: &str, pointer: String, grants: bool, report: &mut Report) {
        let agent = self.listed.and_then(|listed| listed.get(id));
        match (agent, self.called(id)) {
            (Some(agent), _) if grants && !agent.active => {
                report.add(Lint::AgentInactive, pointer, &[id]);
            }
            (None, _) if id.contains('*') => report.add(Lint::Star, pointer, &[id]),
            (None, Some(called)) => report.add(Lint::AgentName, pointer, &[id, called]),
            (None, None) if self.listed.is_some() => {
                report.add(Lint::AgentUnknown, pointer, &[id]);
            }
            (Some(_), _) | (None, None) => {}
        }
    }
}

/// Looks for entries of a list that stand there twice.
pub(super) fn repeated<T: PartialEq>(
    entries: &[T],
    name: impl Fn(&T) -> String,
    pointer: &str,
    report: &mut Report,
) {
    for (index, entry) in entries.iter().enumerate() {
        if entries.iter().take(index).any(|before| before == entry) {
            report.add(Lint::Redundant, item(pointer, index), &[&name(entry)]);
        }
    }
}

/// Looks for stars that mean nothing in a list of actions, and for entries that another one holds.
pub(super) fn actions(texts: &[String], pointer: &str, report: &mut Report) {
    let patterns = Pattern::list(texts);
    for (index, pattern) in patterns.iter().enumerate() {
        let mut others = patterns.iter().enumerate().filter(|(other, _)| *other != index);
        // Of two that are the same, the second one is too many.
        let is_held =
            others.any(|(other, by)| by.covers(pattern) && (other < index || !pattern.covers(by)));
        if pattern.has_star() {
            report.add(Lint::Star, item(pointer, index), &[pattern.text()]);
        } else if is_held {
            report.add(Lint::Redundant, item(pointer, index), &[pattern.text()]);
        }
    }
}
