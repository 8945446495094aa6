//! One case for each code at least: a patch of the quiet policy, all that is found in it, and a
//! patch much like it in which that code is not found.

mod access;
mod agents;
mod issuers;
mod routes;
mod state;
mod tiers;
mod tools;

use serde_json::{Value, json};

pub(super) struct Case {
    pub(super) patch: Value,
    pub(super) found: Vec<(&'static str, &'static str)>,
    pub(super) near: Value,
}

const ISSUER: &str = "/authentication/issuers/0";

fn case(patch: Value, found: &[(&'static str, &'static str)], near: Value) -> Case {
    Case { patch, found: found.to_vec(), near }
}

/// The issuer of the quiet policy, changed.
fn issuer(members: &Value) -> Value {
    let mut issuer = super::base()["authentication"]["issuers"][0].clone();
    super::merge(&mut issuer, members);
    json!({ "authentication": { "issuers": [issuer] } })
}

/// An issuer with these keys alone.
fn keys(algorithms: &Value, keys: &Value) -> Value {
    issuer(&json!({ "algorithms": algorithms, "keys": keys, "jwks_uri": null }))
}

fn budget(members: &Value) -> Value {
    let mut budget = json!({ "name": "b", "calls": 5, "window_seconds": 60 });
    super::merge(&mut budget, members);
    json!({ "budgets": [budget] })
}

fn guards(list: &Value) -> Value {
    json!({ "tools": { "mail.send": { "guards": list } } })
}

fn mailer(members: &Value) -> Value {
    json!({ "agents": { "mailer": members } })
}

fn permissions(list: &Value) -> Value {
    mailer(&json!({ "permissions": list }))
}

fn rules(list: &Value) -> Value {
    json!({ "routes": { "rules": list } })
}

/// Rules, or public paths, as `AgentOS` 3.1 has them.
fn agno(members: &Value) -> Value {
    let mut routes =
        json!({ "flavour": "agno-3.1", "rules": null, "public": null, "interfaces": null });
    super::merge(&mut routes, members);
    json!({ "routes": routes })
}

fn rule(method: &str, path: &str, scopes: &Value) -> Value {
    json!({ "method": method, "path": path, "scopes": scopes })
}

pub(super) fn cases() -> Vec<Case> {
    [
        issuers::issuers(),
        routes::routes(),
        access::access(),
        agents::agents(),
        tiers::tiers(),
        tools::tools(),
        state::state(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
