//! Reads agents, teams, and what else says who may use which agent.

use super::actions::{LEVELS, permission};
use super::at::At;
use crate::policy::document::{AccessDocument, AccessWord, Agent, Team, VirtualKeys};

const WORDS: [(&str, AccessWord); 2] = [("all", AccessWord::All), ("none", AccessWord::None)];

pub(super) fn ids(at: &At<'_>) -> Vec<String> {
    at.texts()
}

pub(super) fn team(at: &At<'_>) -> Team {
    let object = at.object(&["agents", "groups", "blocked"]);
    let agents = object.optional("agents").map(|at| access(&at));
    let groups = object.optional_texts("groups");
    if agents.is_none() && groups.is_none() {
        let message = "say which agents: `agents`, `groups`, or both";
        at.refuse("policy_missing_member", message);
    }
    Team {
        agents,
        groups: groups.unwrap_or_default(),
        blocked: object.flag("blocked").unwrap_or(false),
    }
}

fn access(at: &At<'_>) -> AccessDocument {
    let word = at.json.as_str().and_then(|text| WORDS.iter().find(|(word, _)| *word == text));
    if let Some((_, word)) = word {
        return AccessDocument::Word(*word);
    }
    if at.json.as_array().is_none() {
        at.expected("`all`, `none` or a list of ids");
    }
    AccessDocument::List(at.texts())
}

pub(super) fn agent(at: &At<'_>) -> Agent {
    let object = at.object(&[
        "active",
        "name",
        "tenant",
        "levels",
        "allow",
        "block",
        "permissions",
        "shadow",
    ]);
    Agent {
        active: object.flag("active").unwrap_or(true),
        name: object.text("name"),
        tenant: object.text("tenant"),
        levels: object.optional("levels").map(|at| at.words(&LEVELS)),
        allow: object.optional_texts("allow"),
        block: object.texts("block").unwrap_or_default(),
        permissions: object.optional("permissions").map(|at| at.list(permission)),
        shadow: object.flag("shadow").unwrap_or(false),
    }
}

pub(super) fn virtual_keys(at: &At<'_>) -> VirtualKeys {
    let object = at.object(&["prefix", "headers", "default_agents"]);
    let default = VirtualKeys::default();
    let agents = object.given_word("default_agents", &WORDS);
    VirtualKeys {
        prefix: object.text("prefix").unwrap_or(default.prefix),
        headers: object.texts("headers").unwrap_or(default.headers),
        default_agents: agents.unwrap_or(default.default_agents),
    }
}
