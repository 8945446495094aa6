//! The routes of `LiteLLM`'s agent gateway (1.109), each with what it needs.
//!
//! They are those of its agents alone. Models are called elsewhere, and so is an agent that goes by
//! `a2a/…` as a model of `/chat/completions`: what is not here is no route.

use super::{Family, Guard, Method, Path, agentos::Row, found::Context};

use Method::{Delete, Get, Patch, Post, Put};

pub(super) const ROUTES: [Row; 16] = [
    (Post, "/a2a/{agent}", "agents:run", None),
    (Post, "/a2a/{agent}/message/send", "agents:run", None),
    (Post, "/v1/a2a/{agent}/message/send", "agents:run", None),
    (Post, "/a2a/{agent}/message/stream", "agents:run", None),
    (Post, "/v1/a2a/{agent}/message/stream", "agents:run", None),
    (Get, "/a2a/{agent}/.well-known/agent-card.json", "agents:read", None),
    (Get, "/v1/agents", "agents:read", None),
    (Get, "/v1/agents/{agent}", "agents:read", None),
    (Post, "/v1/agents", "", Some(Guard::Admin)),
    (Put, "/v1/agents", "", Some(Guard::Admin)),
    (Patch, "/v1/agents", "", Some(Guard::Admin)),
    (Delete, "/v1/agents", "", Some(Guard::Admin)),
    (Post, "/v1/agents/{rest:path}", "", Some(Guard::Admin)),
    (Put, "/v1/agents/{rest:path}", "", Some(Guard::Admin)),
    (Patch, "/v1/agents/{rest:path}", "", Some(Guard::Admin)),
    (Delete, "/v1/agents/{rest:path}", "", Some(Guard::Admin)),
];

/// What the beginning of a path says of its agent. Who manages agents uses none: that is for
/// administrators, and no list has a say in it.
pub(super) fn context(path: &Path<'_>, is_get: bool) -> Option<Context> {
    let agent = |segment| {
        let is_top = false;
        path.segment(segment).map(|_| Context {
            family: Family::Agents,
            segment: Some(segment),
            is_top,
        })
    };
    match (path.segment(0)?, path.segment(1)?) {
        ("a2a", _) => agent(1),
        ("v1", "a2a") => agent(2),
        ("v1", "agents") if is_get && path.segment(2).is_none() => {
            Some(Context { family: Family::Agents, segment: None, is_top: true })
        }
        ("v1", "agents") if is_get && path.segment(3).is_none() => agent(2),
        _ => None,
    }
}

/// Whether a path is about the register of agents, and not about using one.
pub(super) fn is_register(path: &Path<'_>) -> bool {
    path.segment(0) == Some("v1") && path.segment(1) == Some("agents")
}

/// Whether `LiteLLM` speaks JSON-RPC here also when it refuses. It does not on streams.
pub(crate) fn speaks_rpc(method: Method, path: &Path<'_>) -> bool {
    let segments: Vec<&str> = path.segments().collect();
    let is_call = matches!(
        *segments,
        ["a2a", _] | ["a2a", _, "message", "send"] | ["v1", "a2a", _, "message", "send"]
    );
    method == Post && is_call
}
