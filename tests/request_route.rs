//! Which route a request takes, in the flavour `strict`.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    policy::document::Flavour,
    request::{Family, Found, Match, Method, Path, RouteTable},
};
use serde_json::{Value, json};

fn compile(routes: &Value) -> RouteTable {
    let routes = request::routes(routes);
    RouteTable::compile(&routes, "/routes").unwrap()
}

fn strict() -> RouteTable {
    compile(&json!({ "profile": "agentos", "interfaces": ["company", "a2a", "agui"] }))
}

/// What is found, as text: `public`, `unmatched`, or the scopes and what the guard says.
fn found(table: &RouteTable, method: &str, target: &str, flavour: Flavour) -> String {
    let path = Path::parse(target.as_bytes(), flavour, table.mount()).unwrap();
    match table.find(Method::from_name(method), &path) {
        Match::Public => "public".into(),
        Match::Unmatched | Match::Respelt => "unmatched".into(),
        Match::Route(found) => needs(&found),
    }
}

fn needs(found: &Found<'_>) -> String {
    let scopes: Vec<_> = found.needs.scopes().collect();
    match found.needs.refusal() {
        None => scopes.join(" "),
        Some(refusal) => format!("{} | {refusal}", scopes.join(" ")).trim_start().into(),
    }
}

#[test]
fn knows_the_routes_of_agentos() {
    let table = strict();
    for (request, expected) in [
        ("GET /health", "public"),
        ("GET /openapi.json", "public"),
        ("GET /", ""),
        ("GET /info", ""),
        ("GET /docs", "unmatched"),
        ("GET /healthz", "unmatched"),
        ("GET /health/x", "unmatched"),
        ("GET /nope", "unmatched"),
        ("GET /AGENTS", "unmatched"),
        ("GET /agents", "agents:read"),
        ("GET /agents/", "agents:read"),
        ("HEAD /agents", "agents:read"),
        ("POST /agents", "unmatched"),
        ("OPTIONS /agents", "unmatched"),
        ("TRACE /agents", "unmatched"),
        ("get /agents", "unmatched"),
        ("GET /agents/a", "agents:read | Access denied to read this agent"),
        ("HEAD /agents/a", "agents:read | Access denied to read this agent"),
        ("DELETE /agents/a", "unmatched"),
        ("GET /agents/a/b", "unmatched"),
        ("GET /agents/a/runs", "agents:read | Access denied to run this agent"),
        ("GET /agents/a/runs/r/checkpoints/1", "agents:read | Access denied to run this agent"),
        ("POST /agents/a/runs", "agents:run | Access denied to run this agent"),
        ("POST /agents/a/runs/r/resume", "| Access denied to run this agent"),
        ("POST /agents/a/sessions/s/fork", "| Access denied to run this agent"),
        ("POST /agents/a/sessions/s/compact", "| Access denied to run this agent"),
        ("POST /teams/t/runs/r/continue", "teams:run | Access denied to run this team"),
        ("POST /workflows/w/runs", "workflows:run | Access denied to run this workflow"),
        ("GET /config", "config:read"),
        ("GET /models", "unmatched"),
        ("GET /approvals/count", "approvals:read"),
        ("GET /sessions/s/media/a/b/c", "sessions:read"),
        ("GET /sessions/s/media", "unmatched"),
        ("POST /knowledge/search", "knowledge:read"),
        ("POST /databases/all/migrate", "config:write"),
        ("PATCH /components/c/configs/1", "components:write"),
        ("POST /company/routines/r/trigger", "routines:write schedules:write"),
        ("PUT /company/wiki/a/b", "wiki:write"),
        ("POST /a2a/agents/a/v1/message:send", "agents:run"),
        ("POST /a2a/agents/a/v1/message%3Asend", "agents:run"),
        ("POST /agui", "agents:run"),
        ("GET /authz/roles", "| Admin privileges required"),
        ("DELETE /authz/subjects/s/roles/r", "| Admin privileges required"),
        ("GET /users", "| Admin privileges required"),
        ("POST /queue/jobs/j/requeue", "| Admin privileges required"),
        ("OPTIONS /users", "unmatched"),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(found(&table, method, target, Flavour::Strict), expected, "{request}");
    }
}

#[test]
fn has_no_route_that_is_not_switched_on() {
    let table = compile(&json!({ "profile": "agentos" }));
    for request in
        ["GET /company/tasks", "POST /a2a/agents/a/v1/tasks:get", "POST /agui", "GET /status"]
    {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(found(&table, method, target, Flavour::Strict), "unmatched", "{request}");
    }
    let table = compile(&json!({}));
    for target in ["/", "/health", "/agents", "/users"] {
        assert_eq!(found(&table, "GET", target, Flavour::Strict), "unmatched", "{target}");
    }
}

#[test]
fn says_what_the_path_is_about() {
    let table = strict();
    for (request, kind, id, listing, roster) in [
        ("GET /agents", Some("agents"), None, Some(Family::Agents), false),
        ("HEAD /teams", Some("teams"), None, Some(Family::Teams), false),
        ("GET /workflows/", Some("workflows"), None, Some(Family::Workflows), false),
        ("GET /agents/a", Some("agents"), Some("a"), None, false),
        ("POST /teams/%C3%A4/runs", Some("teams"), Some("ä"), None, false),
        ("POST /a2a/workflows/w/v1/message:send", Some("workflows"), Some("w"), None, false),
        ("GET /config", None, None, None, true),
        ("HEAD /config", None, None, None, true),
        ("GET /sessions/s", None, None, None, false),
        ("POST /sessions", None, None, None, false),
        ("GET /", None, None, None, false),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        let path = Path::parse(target.as_bytes(), Flavour::Strict, "").unwrap();
        let Match::Route(found) = table.find(Method::from_name(method), &path) else {
            panic!("{request}");
        };
        let about = (found.resource_kind, found.resource(&path).map(|(_, id)| id));
        assert_eq!(
            (about, found.listing, found.roster),
            ((kind, id), listing, roster),
            "{request}"
        );
        assert_eq!(found.listing_action.is_some(), listing.is_some(), "{request}");
    }
}

/// Lists and rosters are what `AgentOS` answers. Another platform may have such paths too.
#[test]
fn nothing_is_filtered_without_the_profile() {
    for flavour in [Flavour::Strict, Flavour::Agno31] {
        let table = compile(&json!({
            "flavour": if flavour == Flavour::Strict { "strict" } else { "agno-3.1" },
            "rules": [
                { "method": "GET", "path": "/agents", "scopes": ["agents:read"] },
                { "method": "GET", "path": "/config", "scopes": ["config:read"] },
            ],
        }));
        for target in ["/agents", "/config"] {
            let path = Path::parse(target.as_bytes(), flavour, "").unwrap();
            let Match::Route(found) = table.find(Method::Get, &path) else {
                panic!("{target}");
            };
            assert_eq!((found.listing, found.roster), (None, false), "{target} {flavour:?}");
        }
    }
}

#[test]
fn names_the_action_and_the_narrowest_scopes() {
    let table = strict();
    for (request, action, kind, narrowest) in [
        ("GET /agents/a/runs", "run", "agent", "agents:a:read agents:a:run"),
        ("POST /agents/a/runs", "run", "agent", "agents:a:run"),
        ("POST /agents/a%3Ab/runs", "run", "agent", "agents:run"),
        ("POST /teams/t/runs/r/resume", "run", "team", "teams:t:run"),
        ("GET /agents", "read", "agent", "agents:read"),
        ("POST /agui", "run", "agent", "agents:run"),
        ("DELETE /sessions/s", "delete", "sessions", "sessions:delete"),
        ("POST /company/tasks/t/runs", "write", "tasks", "tasks:write wiki:read"),
        ("GET /users", "admin", "platform", ""),
        ("GET /info", "GET", "route", ""),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        let path = Path::parse(target.as_bytes(), Flavour::Strict, "").unwrap();
        let Match::Route(found) = table.find(Method::from_name(method), &path) else {
            panic!("{request}");
        };
        let info = &table.routes()[found.number as usize];
        assert_eq!((&*info.action, &*info.kind), (action, kind), "{request}");
        assert_eq!(found.narrowest(&path).join(" "), narrowest, "{request}");
    }
}

#[test]
fn own_rules_go_first_and_in_order() {
    let table = compile(&json!({
        "profile": "agentos",
        "rules": [
            { "method": "GET", "path": "/agents/special", "scopes": [] },
            { "method": "GET", "path": "/agents/{agent}", "scopes": ["app:read"] },
            { "method": "POST", "path": "/reports/{report}/runs", "action": "run", "resource": "reports/{report}" },
            { "method": "POST", "path": "/reports/{report}/{other}", "action": "write", "resource": "reports" },
            { "method": "GET", "path": "/files/{path:path}", "scopes": ["files:read", "files:list"] },
            { "method": "OPTIONS", "path": "/agents", "scopes": [] },
            { "method": "HEAD", "path": "/reports", "scopes": ["reports:peek"] },
            { "method": "GET", "path": "/reports", "scopes": ["reports:read"] },
            { "method": "GET", "path": "/teams", "scopes": ["app:read"] },
            { "method": "GET", "path": "/workflows", "action": "list", "resource": "workflows" },
        ],
    }));
    for (request, expected) in [
        ("GET /agents/special", ""),
        ("GET /agents/other", "app:read"),
        ("POST /agents/other/runs", "agents:run | Access denied to run this agent"),
        ("POST /reports/1/runs", "reports:run"),
        ("POST /reports/1/else", "reports:write"),
        ("POST /reports/1", "unmatched"),
        ("GET /files/a", "files:read files:list"),
        ("GET /files/a/b/c", "files:read files:list"),
        ("GET /files", "unmatched"),
        ("OPTIONS /agents", ""),
        ("OPTIONS /teams", "unmatched"),
        ("HEAD /reports", "reports:peek"),
        ("GET /reports", "reports:read"),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(found(&table, method, target, Flavour::Strict), expected, "{request}");
    }
    for (request, resource, listing) in [
        ("POST /reports/1/runs", Some(("reports", "1")), None),
        ("POST /reports/1/else", None, None),
        ("GET /agents/special", Some(("agents", "special")), None),
        ("GET /teams", None, None),
        ("GET /workflows", None, Some(Family::Workflows)),
        ("OPTIONS /agents", None, None),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        let path = Path::parse(target.as_bytes(), Flavour::Strict, "").unwrap();
        let Match::Route(found) = table.find(Method::from_name(method), &path) else {
            panic!("{request}");
        };
        assert_eq!((found.resource(&path), found.listing), (resource, listing), "{request}");
    }
}

/// What the profile opens, an own rule can close.
#[test]
fn a_rule_goes_before_what_is_public_by_default() {
    let table = compile(&json!({
        "profile": "agentos",
        "rules": [{ "method": "GET", "path": "/{page}", "scopes": ["ops:read"] }],
    }));
    for (request, expected) in [
        ("GET /health", "ops:read"),
        ("HEAD /health", "ops:read"),
        ("POST /health", "public"),
        ("GET /agents", "ops:read"),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(found(&table, method, target, Flavour::Strict), expected, "{request}");
    }
}

#[test]
fn public_paths_are_exact_or_all_below() {
    let strict = compile(&json!({ "public": ["/", "/open", "/slack/*", "/a/b/*"] }));
    let agno = compile(&json!({
        "flavour": "agno-3.1", "public": ["/", "/open", "/slack/*", "/a/b/*", "/v?/x"],
    }));
    for (target, is_strict, is_agno) in [
        ("/", true, true),
        ("/open", true, true),
        ("/open/", true, true),
        ("/open/x", false, false),
        ("/slack", false, false),
        ("/slack/", false, false),
        ("/slack/events", true, true),
        ("/slack/a/b", true, true),
        ("/slackers", false, false),
        ("/a/b", false, false),
        ("/a/b/c", true, true),
        ("/a/bc", false, false),
        ("/v1/x", false, true),
    ] {
        for (table, flavour, expected) in
            [(&strict, Flavour::Strict, is_strict), (&agno, Flavour::Agno31, is_agno)]
        {
            for method in ["GET", "POST", "DELETE"] {
                let is_public = found(table, method, target, flavour) == "public";
                assert_eq!(is_public, expected, "{target} {flavour:?}");
            }
        }
    }
}

/// `path.rstrip("/")` leaves nothing of `/`.
#[test]
fn an_empty_pattern_opens_the_root() {
    let table = compile(&json!({ "flavour": "agno-3.1", "public": [""] }));
    assert_eq!(found(&table, "GET", "/", Flavour::Agno31), "public");
    assert_eq!(found(&table, "GET", "/a", Flavour::Agno31), "");
}

#[test]
fn nothing_is_outside_the_mount() {
    for flavour in ["strict", "agno-3.1"] {
        let table = compile(&json!({ "profile": "agentos", "flavour": flavour, "mount": "/os/" }));
        let flavour = if flavour == "strict" { Flavour::Strict } else { Flavour::Agno31 };
        for (request, expected) in [
            ("GET /os/health", "public"),
            ("GET /os/agents", "agents:read"),
            ("GET /os", ""),
            ("GET /os/", ""),
            ("GET /health", "unmatched"),
            ("GET /agents", "unmatched"),
            ("GET /osagents", "unmatched"),
        ] {
            let (method, target) = request.split_once(' ').unwrap();
            assert_eq!(found(&table, method, target, flavour), expected, "{request} {flavour:?}");
        }
    }
}

/// 100,000 rules cost no more to search than a few.
#[test]
fn many_rules_are_found() {
    let rules: Vec<_> = (0..100_000)
        .map(|number| {
            let path = format!("/things/{}/parts/{number}", number % 100);
            json!({ "method": "GET", "path": path, "scopes": [format!("part:{number}")] })
        })
        .collect();
    let table = compile(&json!({ "rules": rules }));
    for number in [0, 99, 100, 99_999] {
        let target = format!("/things/{}/parts/{number}", number % 100);
        assert_eq!(found(&table, "GET", &target, Flavour::Strict), format!("part:{number}"));
    }
    assert_eq!(found(&table, "GET", "/things/1/parts/0", Flavour::Strict), "unmatched");
}
