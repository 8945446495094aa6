//! Reads agents, teams, and what else says who may use which agent.

use super::actions::{LEVELS, permission};
use super::at::{At, Read};
use crate::policy::document::{AccessDocument, AccessWord, Agent, Team, VirtualKeys};

const WORDS: [(&str, AccessWord); 2] = [("all", AccessWord::All), ("none", AccessWord::None)];

#[expect(clippy::redundant_closure_for_method_calls, reason = "the method is less general")]
pub(super) fn ids(at: &At<'_>) -> Read<Vec<String>> {
    at.list(|at| at.text())
}

pub(super) fn team(at: &At<'_>) -> Read<Team> {
    let object = at.object(&["agents", "groups", "blocked"])?;
    let agents = object.optional("agents").map(|at| access(&at)).transpose()?;
    let groups = object.optional("groups").map(|at| at.texts()).transpose()?;
    if agents.is_none() && groups.is_none() {
        let message = "say which agents: `agents`, `groups`, or both";
        return Err(at.refuse("policy_missing_member", message.into()));
    }
    Ok(Team {
        agents,
        groups: groups.unwrap_or_default(),
        blocked: object.flag("blocked")?.unwrap_or(false),
    })
}

fn access(at: &At<'_>) -> Read<AccessDocument> {
    if at.json.as_array().is_some() {
        return at.texts().map(AccessDocument::List);
    }
    let word = at.word(&WORDS).map_err(|_| at.expected("`all`, `none` or a list of ids"))?;
    Ok(AccessDocument::Word(word))
}

pub(super) fn agent(at: &At<'_>) -> Read<Agent> {
    let object = at.object(&[
        "active",
        "name",
        "tenant",
        "levels",
        "allow",
        "block",
        "permissions",
        "shadow",
    ])?;
    let levels = object.optional("levels").map(|at| at.list(|at| at.word(&LEVELS)));
    Ok(Agent {
        active: object.flag("active")?.unwrap_or(true),
        name: object.text("name")?,
        tenant: object.text("tenant")?,
        levels: levels.transpose()?,
        allow: object.optional("allow").map(|at| at.texts()).transpose()?,
        block: object.texts("block")?.unwrap_or_default(),
        permissions: object.optional("permissions").map(|at| at.list(permission)).transpose()?,
        shadow: object.flag("shadow")?.unwrap_or(false),
    })
}

pub(super) fn virtual_keys(at: &At<'_>) -> Read<VirtualKeys> {
    let object = at.object(&["prefix", "headers", "default_agents"])?;
    let default = VirtualKeys::default();
    let agents = object.given("default_agents").map(|at| at.word(&WORDS)).transpose()?;
    Ok(VirtualKeys {
        prefix: object.text("prefix")?.unwrap_or(default.prefix),
        headers: object.texts("headers")?.unwrap_or(default.headers),
        default_agents: agents.unwrap_or(default.default_agents),
    })
}
