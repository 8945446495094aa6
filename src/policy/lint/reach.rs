//! What an agent may do at all, amounts and people aside.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use crate::policy::document::{Agent, LevelName, PolicyDocument, ToolDocument};

/// The lists of an agent. Those that are there must agree, and `block` wins.
pub(super) struct Reach<'d> {
    pub(super) block: Vec<Pattern<'d>>,
    pub(super) allow: Option<Vec<Pattern<'d>>>,
    pub(super) permitted: Option<Vec<Pattern<'d>>>,
    pub(super) levels: Option<&'d [LevelName]>,
    tools: &'d BTreeMap<String, ToolDocument>,
}

impl<'d> Reach<'d> {
    pub(super) fn of(agent: &'d Agent, tools: &'d BTreeMap<String, ToolDocument>) -> Self {
        let permitted = agent.permissions.as_ref().map(|permissions| {
            permissions.iter().map(|permission| Pattern::new(&permission.action)).collect()
        });
        Self {
            block: Pattern::list(&agent.block),
            allow: agent.allow.as_deref().map(Pattern::list),
            permitted,
            levels: agent.levels.as_deref(),
            tools,
        }
    }

    /// Whether `block` takes all of these actions away.
    pub(super) fn blocks(&self, action: &Pattern<'_>) -> bool {
        self.block.iter().any(|block| block.covers(action))
    }

    /// The tools that these actions are.
    pub(super) fn tools<'p>(
        &'p self,
        action: &'p Pattern<'_>,
    ) -> impl Iterator<Item = (Pattern<'d>, &'d ToolDocument)> + 'p {
        let tools = self.tools.iter().map(|(name, tool)| (Pattern::exact(name), tool));
        tools.filter(|(name, _)| action.covers(name))
    }

    /// Whether the agent may do any of these actions.
    pub(super) fn may(&self, action: Pattern<'d>) -> bool {
        if self.allow.is_none() && self.permitted.is_none() && self.levels.is_none() {
            return false;
        }
        let narrow = |actions: Vec<Pattern<'d>>, list: &Option<Vec<Pattern<'d>>>| match list {
            None => actions,
            Some(list) => actions
                .iter()
                .flat_map(|action| list.iter().filter_map(|entry| action.and(entry)))
                .collect(),
        };
        let actions = narrow(narrow(vec![action], &self.allow), &self.permitted);
        actions.iter().any(|action| match self.levels {
            None => !self.blocks(action),
            Some(levels) => self.tools(action).any(|(name, tool)| {
                tool.level.is_some_and(|level| levels.contains(&level)) && !self.blocks(&name)
            }),
        })
    }
}

/// What each agent may do, by id. Agents that the policy does not list may do whatever they do.
pub(super) struct Everybody<'d>(Option<Vec<(&'d str, Reach<'d>)>>);

impl<'d> Everybody<'d> {
    pub(super) fn of(document: &'d PolicyDocument) -> Self {
        let reach =
            |(id, agent): (&'d String, &'d Agent)| (id.as_str(), Reach::of(agent, &document.tools));
        Self(document.agents.as_ref().map(|agents| agents.iter().map(reach).collect()))
    }

    /// Whether any agent, or any of some of them, may do any of these actions.
    pub(super) fn may(&self, agents: Option<&[String]>, action: Pattern<'d>) -> bool {
        let Some(all) = &self.0 else { return true };
        all.iter()
            .filter(|(id, _)| agents.is_none_or(|agents| agents.iter().any(|agent| agent == id)))
            .any(|(_, reach)| reach.may(action))
    }
}
