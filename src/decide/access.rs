//! Which agents there are, and which of them a team may use.
//!
//! Ids are turned into numbers once, when the policy is compiled, and lists into sets of bits, so
//! that a question costs one look-up however many agents there are.

use std::collections::HashMap;

use crate::policy::PolicyError;
use crate::policy::document::{AccessDocument, AccessWord, PolicyDocument};
use crate::sorted::sorted;

/// What one list lets through. Lists stack: an agent must pass each of them.
#[derive(Clone, Debug)]
pub enum Access {
    /// Every agent.
    Unrestricted,
    /// These agents. The empty set is nobody, not everybody.
    Restricted(AgentSet),
}

/// A set of agents, a bit for each number.
#[derive(Clone, Debug, Default)]
pub struct AgentSet(Vec<u64>);

impl AgentSet {
    fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (number % 64);
        }
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits & (1 << (number % 64)) != 0)
    }
}

/// An agent that the policy names.
struct Known {
    /// Whether it stands in `agents` itself, not in a team's list alone.
    declared: bool,
    active: bool,
}

/// The agents and teams of a policy.
pub struct Registry {
    /// From an id to its place in `known`, and so its number.
    agents: HashMap<String, usize>,
    known: Vec<Known>,
    /// From a name to its place in `accesses`.
    teams: HashMap<String, usize>,
    accesses: Vec<Access>,
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
    /// [`PolicyError`] if an id is empty, stands in a list twice, or is in a team's list but not
    /// among the agents that the policy names.
    pub fn compile(document: &PolicyDocument) -> Result<Self, PolicyError> {
        let mut registry = Self {
            agents: HashMap::new(),
            known: Vec::new(),
            teams: HashMap::new(),
            accesses: Vec::new(),
            closed: document.agents.is_some(),
        };
        for (id, agent) in document.agents.iter().flatten() {
            named(id, || "/agents".into())?;
            registry.add(id, Known { declared: true, active: agent.active });
        }
        for (name, team) in &document.teams {
            let place = || {
                let mut pointer = String::from("/teams");
                crate::json::push_pointer(&mut pointer, name);
                pointer + "/agents"
            };
            named(name, || "/teams".into())?;
            let access = match &team.agents {
                Some(list) => registry.access(list, &place)?,
                None => Access::Restricted(AgentSet::default()),
            };
            registry.teams.insert(name.clone(), registry.accesses.len());
            registry.accesses.push(access);
        }
        Ok(registry)
    }

    fn add(&mut self, id: &str, known: Known) -> usize {
        let number = self.known.len();
        self.agents.insert(id.to_owned(), number);
        self.known.push(known);
        number
    }

    /// The number of an agent that the policy names, and what it says of it.
    fn known(&self, id: &str) -> Option<(usize, &Known)> {
        let number = *self.agents.get(id)?;
        Some((number, self.known.get(number)?))
    }

    fn access(
        &mut self,
        list: &AccessDocument,
        place: &dyn Fn() -> String,
    ) -> Result<Access, PolicyError> {
        let ids = match list {
            AccessDocument::Word(AccessWord::All) => return Ok(Access::Unrestricted),
            AccessDocument::Word(AccessWord::None) => {
                return Ok(Access::Restricted(AgentSet::default()));
            }
            AccessDocument::List(ids) => ids,
        };
        let mut set = AgentSet::default();
        for (index, id) in ids.iter().enumerate() {
            let place = || format!("{}/{index}", place());
            named(id, place)?;
            let number = match self.agents.get(id) {
                Some(number) => *number,
                None if self.closed => {
                    let message = format!("`{id}` is not one of the policy's agents");
                    return Err(PolicyError::at(place(), "policy_agent_unknown", message));
                }
                None => self.add(id, Known { declared: false, active: true }),
            };
            if set.contains(number) {
                let message = format!("`{id}` stands here twice");
                return Err(PolicyError::at(place(), "policy_agent_twice", message));
            }
            set.insert(number);
        }
        Ok(Access::Restricted(set))
    }

    /// Whether the policy names its agents, so that there are no others.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The names of the teams, sorted.
    #[must_use]
    pub fn team_names(&self) -> Vec<String> {
        sorted(self.teams.keys().cloned().collect())
    }

    /// What a team may use. `None` if the policy knows no such team.
    #[must_use]
    pub fn team(&self, name: &str) -> Option<&Access> {
        self.accesses.get(*self.teams.get(name)?)
    }

    /// Asks every list about one agent.
    ///
    /// # Errors
    ///
    /// The first list that leaves the agent out.
    pub fn admit(&self, id: &str, lists: &Lists<'_>) -> Result<(), Refusal> {
        let known = self.known(id);
        if let Some(ids) = lists.token {
            // INVARIANT: the ids of a principal are sorted.
            if ids.binary_search_by(|one| one.as_str().cmp(id)).is_err() {
                return Err(Refusal::Restricted);
            }
        }
        if let Access::Restricted(set) = lists.team
            && !known.is_some_and(|(number, _)| set.contains(number))
        {
            return Err(Refusal::Restricted);
        }
        match known {
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
        let from_token = lists.token.into_iter().flatten().map(String::as_str);
        let from_policy = self.agents.keys().map(String::as_str);
        let all = lists.token.is_none().then_some(from_policy).into_iter().flatten();
        let ids = from_token.chain(all).filter(|id| self.admit(id, lists).is_ok());
        Some(sorted(ids.collect()))
    }
}

/// The lists that say which agents a principal may use.
#[derive(Clone, Copy)]
pub struct Lists<'l> {
    /// The token's own, sorted.
    pub token: Option<&'l [String]>,
    /// Its team's.
    pub team: &'l Access,
}

impl Lists<'_> {
    /// Whether no list restricts anything.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.token.is_none() && matches!(self.team, Access::Unrestricted)
    }
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
