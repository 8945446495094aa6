//! The agents, groups and teams of a policy.
//!
//! Ids are turned into numbers once, when the policy is compiled, and lists into sets of bits, so
//! that a question costs one look-up however many agents there are. Names are turned into the same
//! numbers: an agent goes by its name in a path, and in no list.

use std::rc::Rc;

use super::access::{Access, AgentSet, Lists};
use crate::policy::PolicyError;
use crate::policy::document::{AccessDocument, AccessWord, PolicyDocument};
use crate::sorted::sorted;
use crate::table::Table;

/// An agent that the policy names.
struct Known {
    id: Rc<str>,
    /// Whether it stands in `agents` itself, not in a list alone.
    declared: bool,
    active: bool,
    tenant: Option<String>,
}

/// A team of the policy.
pub struct KnownTeam {
    /// What it may use.
    pub access: Access,
    /// Whether nobody of it is let in.
    pub blocked: bool,
}

/// The agents, groups and teams of a policy.
pub struct Registry {
    agents: Table<Known>,
    /// From a name that an agent goes by in paths to its number. No name is an id of another.
    names: Table<usize>,
    groups: Table<AgentSet>,
    teams: Table<KnownTeam>,
    /// Whether `agents` stands in the policy: then no other agent is let through.
    closed: bool,
}

/// Why an agent is not let through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Switched off.
    Inactive,
    /// A list leaves it out.
    Restricted,
    /// The policy lists its agents, and not this one.
    Unknown,
}

impl Registry {
    /// Turns the lists of a document into sets.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if an id is empty, stands in a list twice, or is in a list but not among the
    /// agents that the policy names; if a name is that of another agent; if there is no such group.
    pub fn compile(document: &PolicyDocument) -> Result<Self, PolicyError> {
        let mut registry = Self {
            agents: Table::default(),
            names: Table::default(),
            groups: Table::default(),
            teams: Table::default(),
            closed: document.agents.is_some(),
        };
        for (id, agent) in document.agents.iter().flatten() {
            named(id, || "/agents".into())?;
            registry.add(id, true, agent.active, agent.tenant.clone());
        }
        for (id, agent) in document.agents.iter().flatten() {
            if let Some(name) = &agent.name {
                registry.name(id, name)?;
            }
        }
        for (name, ids) in &document.groups {
            let set = registry.set(ids, &place("/groups", name))?;
            registry.groups.insert(name, set);
        }
        for (name, team) in &document.teams {
            named(name, || "/teams".into())?;
            let place = place("/teams", name);
            let mut access = match &team.agents {
                Some(AccessDocument::Word(AccessWord::All)) => Access::Unrestricted,
                Some(AccessDocument::List(ids)) => {
                    Access::Restricted(registry.set(ids, &(place.clone() + "/agents"))?)
                }
                Some(AccessDocument::Word(AccessWord::None)) | None => {
                    Access::Restricted(AgentSet::default())
                }
            };
            for (index, group) in team.groups.iter().enumerate() {
                let Some(members) = registry.groups.get(group) else {
                    let place = format!("{place}/groups/{index}");
                    let message = format!("`{group}` is not one of the policy's groups");
                    return Err(PolicyError::at(place, "policy_group_unknown", message));
                };
                if let Access::Restricted(set) = &mut access {
                    set.add(members);
                }
            }
            registry.teams.insert(name, KnownTeam { access, blocked: team.blocked });
        }
        Ok(registry)
    }

    fn add(&mut self, id: &str, declared: bool, active: bool, tenant: Option<String>) -> usize {
        self.agents.insert(id, Known { id: id.into(), declared, active, tenant });
        self.agents.len() - 1
    }

    fn name(&mut self, id: &str, name: &str) -> Result<(), PolicyError> {
        let place = || place("/agents", id) + "/name";
        named(name, place)?;
        let Some(number) = self.agents.number(id) else { return Ok(()) };
        let others = [self.agents.number(name), self.names.get(name).copied()];
        if others.into_iter().flatten().any(|other| other != number) {
            let message = format!("another agent goes by `{name}` already");
            return Err(PolicyError::at(place(), "policy_agent_name", message));
        }
        if name != id {
            self.names.insert(name, number);
        }
        Ok(())
    }

    /// The agents of a list, as the policy has it at `place`.
    fn set(&mut self, ids: &[String], place: &str) -> Result<AgentSet, PolicyError> {
        let mut set = AgentSet::default();
        for (index, id) in ids.iter().enumerate() {
            let place = || format!("{place}/{index}");
            named(id, place)?;
            let number = match self.agents.number(id) {
                Some(number) => number,
                None if self.closed => {
                    let message = format!("`{id}` is not one of the policy's agents");
                    return Err(PolicyError::at(place(), "policy_agent_unknown", message));
                }
                None => self.add(id, false, true, None),
            };
            if set.contains(number) {
                let message = format!("`{id}` stands here twice");
                return Err(PolicyError::at(place(), "policy_agent_twice", message));
            }
            set.insert(number);
        }
        Ok(set)
    }

    /// Whether the policy names its agents, so that there are no others.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The names of the teams, sorted.
    #[must_use]
    pub fn names_of_teams(&self) -> Vec<String> {
        sorted(self.teams.names().map(str::to_owned).collect())
    }

    /// The agents of a group.
    pub(super) fn group(&self, name: &str) -> Option<&AgentSet> {
        self.groups.get(name)
    }

    /// The number of a team. `None` if the policy knows no such team.
    #[must_use]
    pub fn team_number(&self, name: &str) -> Option<usize> {
        self.teams.number(name)
    }

    /// Whether an agent was switched off.
    #[must_use]
    pub fn is_inactive(&self, id: &str) -> bool {
        self.known(id).is_some_and(|(_, known)| known.declared && !known.active)
    }

    /// The tenant that an agent belongs to, if the policy says so.
    #[must_use]
    pub fn tenant(&self, id: &str) -> Option<&str> {
        self.known(id)?.1.tenant.as_deref()
    }

    /// A team by its number.
    #[must_use]
    pub fn team(&self, number: usize) -> Option<&KnownTeam> {
        self.teams.at(number)
    }

    /// The id of the agent that goes by a name in paths. `None` if it is an id itself, or nobody's.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Rc<str>> {
        // INVARIANT: no name is an id, so it does not matter which is looked up first.
        if self.names.is_empty() {
            return None;
        }
        Some(&self.agents.at(*self.names.get(name)?)?.id)
    }

    /// Whether the policy lists its agents, and this is not one of them, or that of another tenant.
    #[must_use]
    pub fn is_unknown(&self, id: &str, tenant: Option<&str>) -> bool {
        match self.known(id) {
            Some((_, known)) => known.is_strange_to(tenant) || (self.closed && !known.declared),
            None => self.closed,
        }
    }

    /// The number of an agent that the policy names, and what it says of it.
    fn known(&self, id: &str) -> Option<(usize, &Known)> {
        let number = self.agents.number(id)?;
        Some((number, self.agents.at(number)?))
    }

    /// Asks every list about one agent.
    ///
    /// # Errors
    ///
    /// The first list that leaves the agent out.
    pub fn admit(&self, id: &str, lists: &Lists<'_>) -> Result<(), Refusal> {
        let known = self.known(id);
        let number = known.map(|(number, _)| number);
        if lists.own.iter().any(|list| !list.has(id, number, self)) {
            return Err(Refusal::Restricted);
        }
        if let Access::Restricted(set) = lists.team
            && !number.is_some_and(|number| set.contains(number))
        {
            return Err(Refusal::Restricted);
        }
        match known {
            Some((_, known)) if known.is_strange_to(lists.tenant) => Err(Refusal::Unknown),
            Some((_, known)) if known.declared && !known.active => Err(Refusal::Inactive),
            Some((_, known)) if self.closed && !known.declared => Err(Refusal::Unknown),
            None if self.closed => Err(Refusal::Unknown),
            _ => Ok(()),
        }
    }

    /// Every agent that the lists let through, sorted; `None` if no list says anything, so that
    /// there may be agents the policy does not name.
    #[must_use]
    pub fn admitted<'r>(&'r self, lists: &Lists<'r>) -> Option<Vec<&'r str>> {
        let open = !self.closed && lists.are_open();
        if open {
            return None;
        }
        let first = lists.own.first();
        let listed = first.into_iter().flat_map(|list| &list.ids).map(String::as_str);
        let all = first.is_none_or(|list| !list.groups.is_empty());
        let all = all.then_some(self.agents.names());
        let ids = listed.chain(all.into_iter().flatten());
        Some(sorted(ids.filter(|id| self.admit(id, lists).is_ok()).collect()))
    }
}

impl Known {
    /// Whether it belongs to a tenant, and the caller to another one, or to none that is known.
    fn is_strange_to(&self, tenant: Option<&str>) -> bool {
        self.tenant.is_some() && self.tenant.as_deref() != tenant
    }
}

/// The place of a member in the document.
fn place(parent: &str, name: &str) -> String {
    let mut pointer = String::from(parent);
    crate::json::push_pointer(&mut pointer, name);
    pointer
}

fn named(id: &str, place: impl Fn() -> String) -> Result<(), PolicyError> {
    if id.is_empty() || id.chars().any(char::is_control) {
        return Err(PolicyError::at(
            place(),
            "policy_id",
            "an id needs at least one letter, and no control character",
        ));
    }
    Ok(())
}
