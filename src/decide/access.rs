//! Lists of agents. They stack: an agent must pass each of them.

use super::Registry;
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
    pub(super) fn insert(&mut self, number: usize) {
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

    pub(super) fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits & (1 << (number % 64)) != 0)
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }
}

/// A list that somebody brings along: ids, and groups of the policy. Empty, it is nobody.
///
/// A group that the policy does not know adds nobody; the list is a list all the same.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OwnList {
    /// Sorted.
    pub(super) ids: Vec<String>,
    pub(super) groups: Vec<String>,
}

impl OwnList {
    /// The list of these ids, and of whoever is in these groups.
    #[must_use]
    pub fn new(ids: Vec<String>, groups: Vec<String>) -> Self {
        Self { ids: sorted(ids), groups }
    }

    /// Whether it names nobody and nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.groups.is_empty()
    }

    /// Whether an agent is on it. `number` is its number, if the policy names it.
    pub(super) fn has(&self, id: &str, number: Option<usize>, registry: &Registry) -> bool {
        let is_in = |group: &String| {
            let set = registry.group(group);
            set.zip(number).is_some_and(|(set, number)| set.contains(number))
        };
        self.ids.binary_search_by(|one| one.as_str().cmp(id)).is_ok()
            || self.groups.iter().any(is_in)
    }
}

/// The lists that say which agents a principal may use.
#[derive(Clone, Copy)]
pub struct Lists<'l> {
    /// Those that it brought along. Each of them counts.
    pub own: &'l [OwnList],
    /// That of its team.
    pub team: &'l Access,
    /// The tenant it is of, where that is known: agents of others are unknown to it.
    pub tenant: Option<&'l str>,
}

impl Lists<'_> {
    /// Whether no list restricts anything.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.own.is_empty() && matches!(self.team, Access::Unrestricted)
    }

    /// Whether some list lets nobody in.
    #[must_use]
    pub fn are_shut(&self) -> bool {
        matches!(self.team, Access::Restricted(set) if set.is_empty())
            || self.own.iter().any(OwnList::is_empty)
    }
}
