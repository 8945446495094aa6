//! Who may use which agent: groups, teams, and the agents themselves.

use super::ids::{Agents, repeated};
use super::table::Lint;
use super::{Report, item, member};
use crate::policy::document::{AccessDocument, AccessWord, PolicyDocument, Team};

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let agents = Agents::of(document);
    names(document, &agents, report);
    for (name, ids) in &document.groups {
        let pointer = member("/groups", name);
        agents.look(ids, &pointer, true, report);
        if ids.is_empty() {
            report.add(Lint::GroupEmpty, pointer.clone(), &[name]);
        }
        let is_used = document.teams.values().any(|team| team.groups.contains(name));
        // What keys use stands in the store.
        if !is_used && document.authentication.virtual_keys.is_none() {
            report.add(Lint::GroupUnused, pointer, &[name]);
        }
    }
    for (name, team) in &document.teams {
        look_at_team(document, &agents, (name, team), report);
    }
    unread(document, report);
}

fn names(document: &PolicyDocument, agents: &Agents<'_>, report: &mut Report) {
    let Some(listed) = &document.agents else { return };
    if listed.is_empty() {
        report.add(Lint::AgentsEmpty, "/agents".into(), &[]);
    }
    for (id, agent) in listed {
        let pointer = member("/agents", id);
        // No id has a `*` because that is what it is called.
        if id.contains('*') {
            report.add(Lint::Star, pointer.clone(), &[id]);
        }
        let Some(name) = &agent.name else { continue };
        let other = listed.get_key_value(name).map(|(other, _)| other.as_str());
        let other = other.or_else(|| agents.called(name)).filter(|other| other != id);
        if let Some(other) = other {
            report.add(Lint::AgentNameAmbiguous, member(&pointer, "name"), &[name, other]);
        }
    }
}

fn look_at_team(
    document: &PolicyDocument,
    agents: &Agents<'_>,
    (name, team): (&str, &Team),
    report: &mut Report,
) {
    let pointer = member("/teams", name);
    let groups = member(&pointer, "groups");
    repeated(&team.groups, Clone::clone, &groups, report);
    for (index, group) in team.groups.iter().enumerate() {
        if document.groups.contains_key(group) {
            continue;
        }
        let lint = if group.contains('*') { Lint::Star } else { Lint::GroupUnknown };
        report.add(lint, item(&groups, index), &[group]);
    }
    if team.blocked {
        report.add(Lint::TeamBlocked, member(&pointer, "blocked"), &[name]);
    }
    let place = member(&pointer, "agents");
    let members = team.groups.iter().filter_map(|group| document.groups.get(group));
    let has_groups = !team.groups.is_empty();
    let is_empty = members.flatten().next().is_none();
    match &team.agents {
        Some(AccessDocument::Word(AccessWord::All)) if has_groups => {
            report.add(Lint::TeamWord, place, &["all", "they add nothing to it"]);
        }
        Some(AccessDocument::Word(AccessWord::None)) if has_groups => {
            report.add(Lint::TeamWord, place, &["none", "they let their agents in all the same"]);
        }
        Some(AccessDocument::List(ids)) => {
            agents.look(ids, &place, true, report);
            if ids.is_empty() && is_empty {
                report.add(Lint::TeamEmpty, pointer, &[name]);
            }
        }
        None if is_empty => report.add(Lint::TeamEmpty, pointer, &[name]),
        Some(AccessDocument::Word(_)) | None => {}
    }
}

/// Teams and tenants that nobody's token can say anything about.
fn unread(document: &PolicyDocument, report: &mut Report) {
    let issuers = &document.authentication.issuers;
    if document.authentication.virtual_keys.is_some() {
        return;
    }
    if !document.teams.is_empty() && issuers.iter().all(|issuer| issuer.claims.team.is_none()) {
        report.add(Lint::TeamsUnused, "/teams".into(), &[]);
    }
    if issuers.iter().any(|issuer| issuer.claims.tenant.is_some()) {
        return;
    }
    for (id, agent) in document.agents.iter().flatten() {
        if agent.tenant.is_some() {
            report.add(Lint::TenantUnread, member(&member("/agents", id), "tenant"), &[]);
        }
    }
    for pointer in super::state::tenants(document) {
        report.add(Lint::TenantUnread, pointer, &[]);
    }
}
