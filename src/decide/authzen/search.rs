//! Who may do it, what may be done, and to what (§8): every candidate that the policy names is put
//! to the same evaluator.
//!
//! Of what the policy does not name, such as users or agents in an open registry, nothing is found:
//! an answer lists what is known, not what there is. Budgets count as untouched.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{AGENT, Entities, Malformed, TOOL, one};
use crate::decide::question::Facts;
use crate::json::Json;
use crate::policy::Policy;
use crate::sorted::sorted;

/// How many results a page holds, unless less is asked for.
const PAGE: usize = 1000;

/// What was found: one page of it.
#[derive(Serialize)]
pub struct Found {
    results: Vec<Item>,
    page: Page,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Entity {
        #[serde(rename = "type")]
        kind: &'static str,
        id: String,
    },
    Action {
        name: String,
    },
}

#[derive(Serialize)]
struct Page {
    next_token: String,
    count: usize,
    total: usize,
}

/// What is searched for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Searched {
    /// Who may do it (§8.4).
    Subject,
    /// To what it may be done (§8.5).
    Resource,
    /// What may be done (§8.6).
    Action,
}

impl Searched {
    /// By the name of the endpoint.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "subject" => Some(Self::Subject),
            "resource" => Some(Self::Resource),
            "action" => Some(Self::Action),
            _ => None,
        }
    }
}

/// Searches.
///
/// # Errors
///
/// [`Malformed`] if an entity that has to be there is missing or not one.
pub fn search(
    policy: &Policy,
    wanted: Searched,
    request: &Json,
    facts: &Facts<'_>,
) -> Result<Found, Malformed> {
    let untouched = BTreeMap::new();
    let facts = Facts { meters: Some(&untouched), ..*facts };
    let (kind, candidates) = candidates(policy, wanted, request)?;
    let given = Entities::of(request);
    let mut found = Vec::new();
    for candidate in candidates {
        let entity = match wanted {
            Searched::Action => object(&[("name", &candidate)]),
            _ => with_properties(kind, &candidate, given, wanted),
        };
        let entities = match wanted {
            Searched::Subject => Entities { subject: Some(&entity), ..given },
            Searched::Resource => Entities { resource: Some(&entity), ..given },
            Searched::Action => Entities { action: Some(&entity), ..given },
        };
        if one(policy, entities, &facts, false, |_, answered| answered.decision)? {
            found.push(match wanted {
                Searched::Action => Item::Action { name: candidate },
                _ => Item::Entity { kind, id: candidate },
            });
        }
    }
    page(request, found)
}

/// What the policy names that could be it, in order.
fn candidates(
    policy: &Policy,
    wanted: Searched,
    request: &Json,
) -> Result<(&'static str, Vec<String>), Malformed> {
    let conduct = &policy.conduct;
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let agents = || owned(sorted(conduct.agents().collect()));
    let tools = || owned(sorted(conduct.tools.names().collect()));
    let kind = |entity: &str, otherwise| {
        let entity = request.get(entity).and_then(|entity| entity.get("type"));
        entity.and_then(Json::as_str).filter(|kind| !kind.is_empty()).ok_or(Malformed(otherwise))
    };
    match wanted {
        Searched::Subject => Ok(match kind("subject", "`subject` has no type")? {
            AGENT => (AGENT, agents()),
            "team" => ("team", policy.registry.names_of_teams()),
            _ => ("", Vec::new()),
        }),
        Searched::Resource => Ok(match kind("resource", "`resource` has no type")? {
            AGENT => (AGENT, agents()),
            TOOL => (TOOL, tools()),
            _ => ("", Vec::new()),
        }),
        Searched::Action => {
            let subject = request.get("subject").and_then(|subject| subject.get("id"));
            let rules = subject.and_then(Json::as_str).and_then(|id| conduct.agent(id));
            let of_agent = kind("subject", "`subject` has no type")? == AGENT;
            let names = match rules.filter(|_| of_agent) {
                Some(rules) => conduct.named(rules).collect(),
                None => vec!["read", "run", "write", "delete"],
            };
            Ok(("", owned(sorted(names))))
        }
    }
}

/// An entity with an id, and the properties that the request gave it. A team stands for somebody
/// of that team.
fn with_properties(kind: &str, id: &str, given: Entities<'_>, wanted: Searched) -> Json {
    let asked = if wanted == Searched::Subject { given.subject } else { given.resource };
    let mut members =
        vec![("type".into(), Json::String(kind.into())), ("id".into(), Json::String(id.into()))];
    let mut properties = asked.and_then(|asked| asked.get("properties")).cloned();
    if kind == "team" {
        let given = properties.as_ref().and_then(Json::as_object).unwrap_or_default();
        let others = given.iter().filter(|(name, _)| name != "team").cloned();
        let team = ("team".into(), Json::String(id.into()));
        properties = Some(Json::Object(others.chain([team]).collect()));
    }
    members.extend(properties.map(|properties| ("properties".into(), properties)));
    Json::Object(members)
}

fn object(members: &[(&str, &str)]) -> Json {
    let text = |text: &&str| Json::String((*text).into());
    Json::Object(members.iter().map(|(name, value)| ((*name).into(), text(value))).collect())
}

/// One page (§8.2). A token is where the page begins.
fn page(request: &Json, found: Vec<Item>) -> Result<Found, Malformed> {
    let asked = request.get("page");
    if asked.is_some_and(|page| page.as_object().is_none()) {
        return Err(Malformed("`page` is not an object"));
    }
    let member = |name| asked.and_then(|page| page.get(name));
    let start = match member("token").map(Json::as_str) {
        None | Some(Some("")) => 0,
        Some(token) => {
            let token = token.and_then(|token| token.parse().ok());
            token.ok_or(Malformed("`page.token` is not one of ours"))?
        }
    };
    let limit = match member("limit") {
        None => PAGE,
        Some(limit) => limit
            .as_number()
            .and_then(|limit| usize::try_from(limit.as_u64()?).ok())
            .filter(|limit| (1..=PAGE).contains(limit))
            .ok_or(Malformed("`page.limit` is not a number from 1 to 1000"))?,
    };
    let total = found.len();
    let results: Vec<Item> = found.into_iter().skip(start).take(limit).collect();
    let end = start.saturating_add(results.len());
    let next_token = if end < total { end.to_string() } else { String::new() };
    Ok(Found { page: Page { next_token, count: results.len(), total }, results })
}
