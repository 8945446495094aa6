//! Denials, in the words of each dialect.

use gatewright::decide::{Answer, Shape};
use gatewright::request::Method;
use serde_json::{Value, json};

use super::support::{Gate, as_litellm, gate, invoke, strict};

const DENIED: &str =
    "Agent 'agent-456' is not allowed for your key/team. Contact proxy admin for access.";

fn one() -> Value {
    json!({ "agents": ["agent-123"] })
}

fn known() -> Value {
    json!({ "agents": { "agent-123": { "name": "support" }, "agent-456": { "name": "sales" } } })
}

fn get(path: &str) -> (Method, String) {
    (Method::Get, path.to_owned())
}

fn post(path: &str) -> (Method, String) {
    (Method::Post, path.to_owned())
}

#[test]
#[expect(clippy::too_many_lines, reason = "the case is the line")]
fn litellm_has_two_shapes_and_a_third() {
    let expired = json!({ "expires": 1 });
    for (record, request, status, shape, kind, detail) in [
        (one(), invoke("agent-456"), 403, Shape::Rpc, Some("permission_error"), DENIED),
        (
            one(),
            post("/a2a/agent-456/message/send"),
            403,
            Shape::Rpc,
            Some("permission_error"),
            DENIED,
        ),
        (
            one(),
            post("/v1/a2a/agent-456/message/send"),
            403,
            Shape::Rpc,
            Some("permission_error"),
            DENIED,
        ),
        (
            one(),
            post("/a2a/agent-456/message/stream"),
            403,
            Shape::Detail,
            Some("permission_error"),
            DENIED,
        ),
        (one(), get("/v1/agents/agent-456"), 403, Shape::Detail, Some("permission_error"), DENIED),
        (one(), invoke("nope"), 404, Shape::Rpc, None, "Agent 'nope' not found"),
        (
            one(),
            get("/a2a/nope/.well-known/agent-card.json"),
            404,
            Shape::Detail,
            None,
            "Agent 'nope' not found",
        ),
        (
            json!({}),
            get("/v1/agents/nope"),
            404,
            Shape::Detail,
            None,
            "Agent with ID nope not found",
        ),
        (
            one(),
            get("/v1/agents/nope"),
            403,
            Shape::Detail,
            Some("permission_error"),
            "Agent 'nope' is not allowed for your key/team. Contact proxy admin for access.",
        ),
        (one(), post("/v1/a2a/agent-123"), 404, Shape::Detail, None, "Not Found"),
        (
            expired.clone(),
            invoke("agent-123"),
            401,
            Shape::Rpc,
            Some("expired_key"),
            "Authentication Error - Expired Key.",
        ),
        (
            expired,
            get("/v1/agents"),
            401,
            Shape::Error,
            Some("expired_key"),
            "Authentication Error - Expired Key.",
        ),
        (
            json!({ "blocked": true }),
            invoke("agent-123"),
            401,
            Shape::Rpc,
            Some("auth_error"),
            "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.",
        ),
        (
            json!({ "team": "t", "team_record": { "blocked": true } }),
            get("/v1/agents"),
            401,
            Shape::Error,
            Some("auth_error"),
            "Authentication Error, Team=t is blocked. Update via `/team/unblock` if you're an admin.",
        ),
        (
            json!({ "team": "t" }),
            get("/v1/agents"),
            404,
            Shape::Error,
            Some("auth_error"),
            "{'error': \"Team doesn't exist in db. Team=t. Create team via `/team/new` call.\"}",
        ),
        (
            json!({ "spend": 2, "max_budget": 1.5 }),
            invoke("agent-123"),
            422,
            Shape::Rpc,
            Some("budget_exceeded"),
            "Budget has been exceeded! Key=key Current cost: 2.0, Max budget: 1.5",
        ),
        (
            json!({ "team": "t", "team_record": { "spend": 5, "max_budget": 1 } }),
            get("/a2a/agent-123/.well-known/agent-card.json"),
            422,
            Shape::Error,
            Some("budget_exceeded"),
            "Budget has been exceeded! Team=t Current cost: 5.0, Max budget: 1.0",
        ),
        (
            json!({ "routes": ["/chat/completions", "x"] }),
            invoke("agent-123"),
            403,
            Shape::Rpc,
            Some("permission_error"),
            "Virtual key is not allowed to call this route. Only allowed to call routes: \
             ['/chat/completions', 'x']. Tried to call route: /a2a/agent-123",
        ),
        (
            one(),
            post("/v1/agents"),
            403,
            Shape::DetailError,
            None,
            "Only proxy admins can create, update, or delete agents. Your role=internal_user",
        ),
        (
            one(),
            post("/v1/agents/agent-123/make_public"),
            403,
            Shape::DetailError,
            None,
            "Only proxy admins can update public model groups. Your role=internal_user",
        ),
        (
            one(),
            post("/a2a/a%2Fb"),
            400,
            Shape::Error,
            Some("invalid_request_error"),
            "the path holds an encoded slash",
        ),
    ] {
        let answer = as_litellm(&known()).answer(&record, &request);
        assert_eq!(
            (answer.status, answer.shape, answer.kind, &*answer.detail),
            (status, shape, kind, detail),
            "{record} {request:?}"
        );
    }
}

#[test]
fn the_register_of_agents_knows_no_names() {
    let register = get("/v1/agents/support");
    let told = as_litellm(&known()).answer(&json!({}), &register);
    assert_eq!((told.status, &*told.detail), (404, "Agent with ID support not found"));
    let mut gate = as_litellm(&known());
    assert_eq!(gate.reason(&one(), &register), "access_restricted");
    assert_eq!(gate.reason(&one(), &get("/v1/agents/agent-123")), "allowed");
    assert_eq!(gate.reason(&one(), &invoke("support")), "allowed");
}

fn without_key(gate: &mut Gate, authorization: Option<&str>) -> Answer {
    let request = invoke("agent-123");
    let decision = gate.send(authorization, &[], None, &request);
    gate.pdp.answer(&decision, request.0, request.1.as_bytes())
}

#[test]
fn credentials_are_spoken_of_as_litellm_does_and_never_repeated() {
    for (authorization, kind, param, detail) in [
        (None, "auth_error", None, "Authentication Error, No api key passed in."),
        (
            Some("sk-secret-secret"),
            "auth_error",
            None,
            "Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.",
        ),
        (
            Some("Bearer sk-secret-secret"),
            "token_not_found_in_db",
            Some("key"),
            "Authentication Error, Invalid API key provided.",
        ),
        (
            Some("Bearer secret-secret"),
            "auth_error",
            None,
            "LiteLLM Virtual Key expected, to start with 'sk-'.",
        ),
    ] {
        let answer = without_key(&mut as_litellm(&json!({})), authorization);
        assert_eq!(answer.status, 401);
        assert_eq!((answer.kind, answer.param, &*answer.detail), (Some(kind), param, detail));
        assert!(!format!("{answer:?}").contains("secret"));
    }
}

/// `LiteLLM` sends none. A client that follows RFC 9110 §11.6.1 needs one.
#[test]
fn who_is_not_known_is_told_how_to_be() {
    let mut gate = as_litellm(&json!({}));
    assert_eq!(without_key(&mut gate, None).challenge.as_deref(), Some("Bearer"));
    let unknown = without_key(&mut gate, Some("Bearer sk-abc"));
    assert!(unknown.challenge.unwrap().starts_with("Bearer error=\"invalid_token\""));
    assert_eq!(as_litellm(&known()).answer(&one(), &invoke("nope")).challenge, None);
}

#[test]
fn an_agent_that_is_not_there_is_hidden_unless_the_policy_says_otherwise() {
    let all = json!({ "agents": "all" });
    let hidden = strict(&known()).answer(&one(), &invoke("nope"));
    let denied = strict(&known()).answer(&one(), &invoke("agent-456"));
    assert_eq!(hidden.detail, denied.detail.replace("agent-456", "nope"));
    assert_eq!((hidden.status, hidden.code), (denied.status, denied.code));
    assert_eq!(strict(&known()).answer(&all, &invoke("nope")).status, 403);

    let mut told = known();
    told["answers"] = json!({ "hide_unknown": false });
    assert_eq!(strict(&told).answer(&one(), &invoke("nope")).status, 404);
    let mut quiet = known();
    quiet["answers"] = json!({ "hide_unknown": true });
    assert_eq!(as_litellm(&quiet).answer(&all, &invoke("nope")).status, 403);
    assert_eq!(as_litellm(&quiet).answer(&all, &post("/v1/a2a/x")).status, 403);
}

#[test]
fn the_other_dialects_say_the_same_in_their_own_words() {
    let with = |dialect: &str| {
        let other = json!({ "answers": { "dialect": dialect } });
        gate(&json!({ "profile": "litellm" }), &json!({}), &other)
            .answer(&one(), &invoke("agent-456"))
    };
    let agentos = with("agentos");
    assert_eq!((agentos.shape, &*agentos.detail), (Shape::Detail, "Insufficient permissions"));
    let docs = with("litellm-docs");
    assert_eq!((docs.shape, &*docs.detail), (Shape::Docs, "Access denied to agent: agent-456"));
    let problem = with("problem");
    assert_eq!((problem.shape, problem.code), (Shape::Problem, "access_restricted"));
    assert_eq!(problem.detail, "access is restricted to other agents");
    for answer in [agentos, docs, problem] {
        assert_eq!(answer.status, 403);
    }
    let spent = json!({ "agents": "all", "spend": 1, "max_budget": 1 });
    let other = json!({ "answers": { "dialect": "problem" } });
    let mut problems = gate(&json!({ "profile": "litellm" }), &json!({}), &other);
    assert_eq!(problems.answer(&spent, &invoke("a")).status, 429);
}
