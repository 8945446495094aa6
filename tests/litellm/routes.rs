//! The routes of the profile, for keys and for tokens.

use std::collections::BTreeMap;

use gatewright::decide::{Listing, Outcome, Pdp, Request};
use gatewright::policy::{Policy, Secrets};
use gatewright::request::{Family, Method};
use serde_json::{Value, json};

use super::support::{NOW, as_litellm, strict};

fn asked(line: &str) -> (Method, String) {
    let (method, path) = line.split_once(' ').unwrap();
    (Method::from_name(method), path.to_owned())
}

#[test]
fn what_is_in_the_table_is_asked_for_and_nothing_else_is() {
    let key = json!({ "agents": ["a"] });
    let admin = json!({ "agents": ["a"], "admin": true });
    for (line, for_key, for_admin) in [
        ("POST /a2a/a", "allowed", "allowed"),
        ("POST /a2a/a/", "allowed", "allowed"),
        ("POST /a2a/a/message/send", "allowed", "allowed"),
        ("POST /v1/a2a/a/message/send", "allowed", "allowed"),
        ("POST /a2a/a/message/stream", "allowed", "allowed"),
        ("POST /v1/a2a/a/message/stream", "allowed", "allowed"),
        ("GET /a2a/a/.well-known/agent-card.json", "allowed", "allowed"),
        ("HEAD /a2a/a/.well-known/agent-card.json", "allowed", "allowed"),
        ("GET /v1/agents", "allowed", "allowed"),
        ("GET /v1/agents/a", "allowed", "allowed"),
        ("POST /a2a/b", "access_restricted", "access_restricted"),
        ("POST /v1/a2a/b/message/stream", "access_restricted", "access_restricted"),
        ("GET /a2a/b/.well-known/agent-card.json", "access_restricted", "access_restricted"),
        ("GET /v1/agents/b", "access_restricted", "access_restricted"),
        ("POST /v1/agents", "access_missing", "allowed"),
        ("PUT /v1/agents/b", "access_missing", "allowed"),
        ("PATCH /v1/agents/b", "access_missing", "allowed"),
        ("DELETE /v1/agents/b", "access_missing", "allowed"),
        ("POST /v1/agents/a/make_public", "access_missing", "allowed"),
        ("POST /v1/agents/a/kill_switch", "access_missing", "allowed"),
        ("POST /v1/a2a/a", "route_unmatched", "route_unmatched"),
        ("GET /a2a/a", "route_unmatched", "route_unmatched"),
        ("POST /a2a", "route_unmatched", "route_unmatched"),
        ("POST /a2a/a/message/sends", "route_unmatched", "route_unmatched"),
        ("POST /A2A/a", "route_unmatched", "route_unmatched"),
        ("GET /a2a/a/.well-known/agent.json", "route_unmatched", "route_unmatched"),
        ("GET /v1/agents/a/x", "route_unmatched", "route_unmatched"),
        ("GET /agents", "route_unmatched", "route_unmatched"),
        ("POST /chat/completions", "route_unmatched", "route_unmatched"),
        ("POST /v1/chat/completions", "route_unmatched", "route_unmatched"),
        ("GET /public/agent_hub", "route_unmatched", "route_unmatched"),
        ("GET /health", "route_unmatched", "route_unmatched"),
        ("POST /key/generate", "route_unmatched", "route_unmatched"),
        ("OPTIONS /a2a/a", "route_unmatched", "route_unmatched"),
        ("POST /a2a/a%2F..%2Fb", "path_slash", "path_slash"),
        ("POST /a2a//a", "path_empty_segment", "path_empty_segment"),
        ("POST /a2a/%61", "path_encoding", "path_encoding"),
        ("POST /a2a/../a2a/a", "path_dot_segment", "path_dot_segment"),
    ] {
        assert_eq!(strict(&json!({})).reason(&key, &asked(line)), for_key, "{line}");
        assert_eq!(strict(&json!({})).reason(&admin, &asked(line)), for_admin, "{line}, as admin");
    }
    let seen = as_litellm(&json!({})).reason(&admin, &asked("GET /v1/agents/b"));
    assert_eq!(seen, "allowed", "an administrator of LiteLLM may read every agent");
}

#[test]
fn a_key_may_be_for_some_routes_alone() {
    for (routes, line, allowed) in [
        (json!(["/a2a/a"]), "POST /a2a/a", true),
        (json!(["/a2a/a"]), "POST /a2a/a/message/send", true),
        (json!(["/a2a/a"]), "POST /a2a/ab", false),
        (json!(["/a2a/a"]), "GET /v1/agents", false),
        (json!(["/a2a/*"]), "POST /a2a/ab", true),
        (json!(["/a2a/a*"]), "POST /a2a/ab/message/send", true),
        (json!(["/a2a/a*"]), "POST /v1/a2a/a/message/send", false),
        (json!(["*"]), "GET /v1/agents", true),
        (json!(["/A2A/a"]), "POST /a2a/a", false),
        (json!([""]), "POST /a2a/a", false),
        (json!(["/"]), "POST /a2a/a", false),
        (json!(["a2a/a"]), "POST /a2a/a", false),
        (json!(["/chat/completions"]), "POST /a2a/a", false),
        (json!(["/chat/completions", "/a2a"]), "POST /a2a/a", true),
        (json!(["agent_routes"]), "POST /a2a/a/message/stream", true),
        (json!(["agent_routes"]), "GET /v1/agents", true),
        (json!(["llm_api_routes"]), "GET /a2a/a/.well-known/agent-card.json", true),
        (json!(["llm_api_routes"]), "GET /v1/agents/a", true),
        (json!(["management_routes"]), "GET /v1/agents", true),
        (json!(["management_routes"]), "GET /v1/agents/a", true),
        (json!(["management_routes"]), "POST /a2a/a", false),
        (json!(["management_routes"]), "GET /a2a/a/.well-known/agent-card.json", false),
        (json!(["info_routes"]), "GET /v1/agents", false),
        (json!(["openai_routes"]), "POST /a2a/a", false),
    ] {
        let key = json!({ "agents": "all", "routes": routes });
        let expected = if allowed { "allowed" } else { "key_route" };
        for mut gate in [strict(&json!({})), as_litellm(&json!({}))] {
            assert_eq!(gate.reason(&key, &asked(line)), expected, "{routes} {line}");
        }
    }
    let none = json!({ "agents": "all", "routes": [] });
    assert_eq!(strict(&json!({})).reason(&none, &asked("POST /a2a/a")), "key_route");
    assert_eq!(as_litellm(&json!({})).reason(&none, &asked("POST /a2a/a")), "allowed");
}

#[test]
fn a_key_has_no_scopes_for_anything_but_agents() {
    let routes = json!({ "profile": "agentos" });
    let mut gate = super::support::gate(&routes, &json!({}), &json!({ "isolation": "off" }));
    let key = json!({ "agents": ["a"], "subject": "robot" });
    for (line, reason) in [
        ("POST /agents/a/runs", "allowed"),
        ("GET /agents/a", "allowed"),
        ("POST /agents/b/runs", "access_restricted"),
        ("POST /teams/a/runs", "scope_missing"),
        ("GET /teams", "scope_missing"),
        ("GET /sessions", "scope_missing"),
        ("GET /config", "scope_missing"),
        ("DELETE /sessions", "scope_missing"),
    ] {
        assert_eq!(gate.reason(&key, &asked(line)), reason, "{line}");
    }
}

/// The tokens of the shared vectors, asked about agents of `LiteLLM`.
struct Tokens {
    pdp: Pdp,
    tokens: BTreeMap<String, String>,
}

fn tokens(flavour: &str) -> Tokens {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/decisions.json")).unwrap();
    let mut policy = vectors["policy"].clone();
    policy["routes"] = json!({ "profile": "litellm", "flavour": flavour });
    policy["authentication"]["virtual_keys"] = json!({});
    policy["agents"]["web-search-agent"] = json!({ "name": "web" });
    policy["teams"]["web"] = json!({ "agents": ["web-search-agent"], "blocked": true });
    let secrets: Secrets = serde_json::from_value(vectors["secrets"].clone()).unwrap();
    let tokens = serde_json::from_value(vectors["tokens"].clone()).unwrap();
    let mut pdp = Pdp::new(Policy::parse(&policy.to_string(), &secrets).unwrap());
    pdp.seed((1, 2));
    Tokens { pdp, tokens }
}

#[test]
fn a_token_needs_the_scopes() {
    for flavour in ["strict", "litellm-1.109"] {
        let Tokens { mut pdp, tokens } = tokens(flavour);
        for (token, line, reason) in [
            ("web_user", "POST /a2a/web-search-agent", "allowed"),
            ("web_user", "POST /a2a/web", "allowed"),
            ("web_user", "POST /v1/a2a/web/message/stream", "allowed"),
            ("web_user", "POST /a2a/finance-agent", "scope_missing"),
            ("web_user", "GET /a2a/finance-agent/.well-known/agent-card.json", "allowed"),
            ("web_user", "GET /v1/agents", "allowed"),
            ("web_user", "POST /v1/agents", "access_missing"),
            ("web_user", "POST /chat/completions", "route_unmatched"),
            ("finance_user", "POST /a2a/web", "scope_missing"),
            ("wildcard", "POST /a2a/web", "allowed"),
            ("run_only", "GET /v1/agents/web", "scope_missing"),
            ("admin", "PATCH /v1/agents/web-search-agent", "allowed"),
            ("team_none", "POST /a2a/web-search-agent", "access_restricted"),
            ("team_web", "POST /a2a/web-search-agent", "team_blocked"),
            ("team_ghost", "POST /a2a/web-search-agent", "team_unknown"),
            ("expired", "POST /a2a/web-search-agent", "token_expired"),
        ] {
            let (method, path) = asked(line);
            let bearer = format!("Bearer {}", tokens[token]);
            let request = Request {
                method,
                path: path.as_bytes(),
                authorization: Some(bearer.as_bytes()),
                cookie: None,
                keys: None,
                upgrade: false,
                any_case: false,
                explain: false,
            };
            let Outcome::Decided(decision) = pdp.begin(&request, NOW) else { panic!("{token}") };
            assert_eq!(decision.reason.code(), reason, "{flavour}: {token} {line}");
            if line == "GET /v1/agents" {
                let list = pdp.listing(&decision, method, path.as_bytes(), Family::Agents);
                let shown = match flavour {
                    "strict" => vec!["finance-agent", "web-search-agent"],
                    _ => Vec::new(),
                };
                assert_eq!(list, Listing::Ids(shown), "{flavour}");
            }
        }
    }
}
