//! What the record of a virtual key lets it do.
//!
//! A key has no scopes. It may run and read agents, and its lists say which: that of the key, that
//! of its team in the policy, that of its team in the store, and a ceiling, each of which counts.
//! Where neither the key nor its team names any agents, the policy's default holds.

use std::rc::Rc;

use super::decision::Layer;
use super::principal::Membership;
use super::scope::Permissions;
use super::{Grants, OwnList, Principal, Reason};
use crate::authn::{GoodKey, KeyRecord, Named};
use crate::policy::Policy;
use crate::policy::document::{AccessWord, Flavour};
use crate::request::{ADMIN_SCOPE, Family, Found, Path};

/// The principal behind a key that was found.
///
/// # Errors
///
/// [`Reason::TeamUnknown`] and [`Reason::TeamBlocked`].
pub(super) fn principal(key: &GoodKey, policy: &Policy) -> Result<Principal, Reason> {
    let GoodKey(record) = key;
    let name = record.team.as_deref();
    let number = name.and_then(|name| policy.registry.team_number(name));
    let stored = record.team_record.as_ref();
    let known = number.and_then(|number| policy.registry.team(number));
    if name.is_some() && known.is_none() && stored.is_none() {
        return Err(Reason::TeamUnknown);
    }
    // Whether the policy blocks it, the layers ask of everybody.
    if stored.is_some_and(|team| team.blocked) {
        return Err(Reason::TeamBlocked);
    }
    let grants = Grants {
        permissions: if record.admin {
            Permissions::parse(&[ADMIN_SCOPE], Flavour::Strict, ADMIN_SCOPE)
        } else {
            Permissions::of_lists()
        },
        membership: number.map_or(Membership::Unasked, Membership::Team),
        lists: lists(record, known.is_some(), policy),
        tenant: record.tenant.clone(),
    };
    Ok(Principal::from_key(record, grants))
}

/// The lists that a record brings along. `is_named` says whether the policy knows its team, and so
/// has said which agents that may use.
fn lists(record: &Rc<KeyRecord>, mut is_named: bool, policy: &Policy) -> Vec<OwnList> {
    let mut lists = Vec::new();
    let stored = record.team_record.as_ref().map(|team| &team.agents);
    for named in [Some(&record.agents), stored].into_iter().flatten() {
        match Said::of(named, policy.as_litellm) {
            Said::Nothing => {}
            Said::All => is_named = true,
            Said::These(list) => {
                is_named = true;
                lists.push(list);
            }
        }
    }
    let default = policy.keys.as_ref().map_or(AccessWord::None, |rules| rules.default_agents);
    let is_exempt = policy.as_litellm && record.admin;
    if !is_named && default == AccessWord::None && !is_exempt {
        lists.push(OwnList::default());
    }
    if let Some(ceiling) = &record.ceiling {
        match Said::of(ceiling, policy.as_litellm) {
            Said::These(list) => lists.push(list),
            // Who has a ceiling that says nothing has none in `LiteLLM`, and is shut out by us.
            Said::Nothing if !policy.as_litellm => lists.push(OwnList::default()),
            Said::Nothing | Said::All => {}
        }
    }
    lists
}

/// What a record says of agents.
enum Said {
    Nothing,
    All,
    These(OwnList),
}

impl Said {
    /// An empty list is nobody. In `LiteLLM` it is not there, as its database has it.
    fn of(named: &Named, as_litellm: bool) -> Self {
        if named.word == Some(AccessWord::All) {
            return Self::All;
        }
        let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let is_there = named.word.is_some() || named.ids.is_some() || named.groups.is_some();
        let list = OwnList::new(list(&named.ids), list(&named.groups));
        if !is_there || (as_litellm && named.word.is_none() && list.is_empty()) {
            return Self::Nothing;
        }
        Self::These(list)
    }
}

/// Whether a key may be used on a route, and has anything left to spend.
pub(super) fn check(
    policy: &Policy,
    record: &KeyRecord,
    path: &Path<'_>,
    found: &Found<'_>,
) -> Result<(), (Layer, Reason)> {
    let mut routes = record.routes.as_deref();
    if policy.as_litellm {
        routes = routes.filter(|routes| !routes.is_empty());
    }
    if routes.is_some_and(|routes| !routes.iter().any(|route| covers(route, path, found))) {
        return Err((Layer::Route, Reason::KeyRoute));
    }
    if policy.as_litellm && found.register {
        return Ok(());
    }
    if record.budget.is_spent(false) {
        return Err((Layer::Authenticate, Reason::KeyBudget));
    }
    let team = record.team_record.as_ref();
    if team.is_some_and(|team| team.budget.is_spent(policy.as_litellm)) {
        return Err((Layer::Authenticate, Reason::TeamBudget));
    }
    Ok(())
}

/// Whether one of the routes of a record is that of the request: the path itself or one above it,
/// a beginning with `*` behind it, or the name of a group of routes.
fn covers(route: &str, path: &Path<'_>, found: &Found<'_>) -> bool {
    let asked = path.decoded();
    match route {
        "agent_routes" | "llm_api_routes" => {
            found.register || found.resource_kind == Some(Family::Agents.kind())
        }
        "management_routes" => found.register,
        _ if !route.starts_with(['/', '*']) => false,
        _ => match (route.strip_suffix('*'), asked.strip_prefix(route)) {
            (Some(beginning), _) => asked.starts_with(beginning),
            (None, Some(rest)) => rest.is_empty() || rest.starts_with('/'),
            (None, None) => false,
        },
    }
}
