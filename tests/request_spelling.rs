//! Paths in another case than their routes, where paths are served in any case.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    policy::document::Flavour,
    request::{Match, Method, Path, RouteTable},
};
use serde_json::{Value, json};

fn compile(routes: &Value) -> RouteTable {
    RouteTable::compile(&request::routes(routes), "/routes").unwrap()
}

/// What is found for a path that is served in any case.
fn served(table: &RouteTable, method: &str, target: &str, flavour: Flavour) -> &'static str {
    let path = Path::parse(target.as_bytes(), flavour, table.mount()).unwrap();
    match table.find_served(Method::from_name(method), &path, true) {
        Match::Public => "public",
        Match::Unmatched => "unmatched",
        Match::Respelt => "respelt",
        Match::Route(_) => "route",
    }
}

#[test]
fn an_id_may_have_capital_letters_and_a_literal_may_not() {
    let table = compile(&json!({ "profile": "agentos", "interfaces": ["a2a"] }));
    for (request, expected) in [
        ("GET /agents", "route"),
        ("GET /agents/Research", "route"),
        ("GET /agents/Research/", "route"),
        ("GET /agents/RUNS", "route"),
        ("GET /", "route"),
        ("GET /health", "public"),
        ("GET /Nowhere", "unmatched"),
        ("GET /AGENTS", "respelt"),
        ("HEAD /AGENTS", "respelt"),
        ("GET /Agents/research/", "respelt"),
        ("POST /agents/research/Runs", "respelt"),
        ("POST /AGENTS", "unmatched"),
        // `/learnings/users` is another route than that of a learning.
        ("GET /learnings/Users", "respelt"),
        ("GET /learnings/user", "route"),
        ("POST /databases/ALL/migrate", "respelt"),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(served(&table, method, target, Flavour::Strict), expected, "{request}");
    }
}

#[test]
fn no_open_route_of_agno_is_a_known_one_in_another_case() {
    let table = compile(&json!({ "profile": "agentos", "flavour": "agno-3.1" }));
    for (request, expected) in [
        ("GET /agents", "route"),
        ("GET /agents/Research", "route"),
        ("GET /Nowhere", "route"),
        ("GET /health", "public"),
        ("GET /Agents", "respelt"),
        ("GET /%41gents", "respelt"),
        ("GET /Health", "respelt"),
        // Guarded by AgentOS itself, and not in its table.
        ("POST /agents/a/runs/r/RESUME", "respelt"),
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(served(&table, method, target, Flavour::Agno31), expected, "{request}");
    }
}

/// The tables of the platforms are in small letters, which saves a second one.
#[test]
fn every_route_of_agentos_is_known_in_capital_letters() {
    const TABLE: &str = include_str!("vectors/agno/default-scope-mappings.json");
    let rows: serde_json::Map<String, Value> = serde_json::from_str(TABLE).unwrap();
    let everything = ["company", "agui", "a2a"];
    for flavour in [("agno-3.1", Flavour::Agno31), ("strict", Flavour::Strict)] {
        let routes =
            json!({ "profile": "agentos", "flavour": flavour.0, "interfaces": everything });
        let table = compile(&routes);
        for key in rows.keys() {
            let (method, path) = key.split_once(' ').unwrap();
            let path = path.replace('*', "0");
            if served(&table, method, &path, flavour.1) == "route" {
                let respelt = served(&table, method, &path.to_uppercase(), flavour.1);
                assert_eq!(respelt, "respelt", "{key}");
            }
        }
    }
}

#[test]
fn every_route_of_litellm_is_known_in_capital_letters() {
    let table = compile(&json!({ "profile": "litellm" }));
    for request in [
        "POST /a2a/0",
        "POST /a2a/0/message/send",
        "POST /v1/a2a/0/message/stream",
        "GET /a2a/0/.well-known/agent-card.json",
        "GET /v1/agents",
        "GET /v1/agents/0",
        "PATCH /v1/agents/0/0",
    ] {
        let (method, target) = request.split_once(' ').unwrap();
        assert_eq!(served(&table, method, target, Flavour::Strict), "route", "{request}");
        let respelt = served(&table, method, &target.to_uppercase(), Flavour::Strict);
        assert_eq!(respelt, "respelt", "{request}");
    }
}

#[test]
fn own_rules_may_have_capital_letters() {
    for (flavour, reading, capture) in
        [("strict", Flavour::Strict, "{Id}"), ("agno-3.1", Flavour::Agno31, "*")]
    {
        let path = format!("/Files/{capture}");
        let table = compile(&json!({
            "flavour": flavour, "mount": "/OS", "public": ["/Open"],
            "rules": [{ "method": "GET", "path": path, "scopes": ["files:read"] }],
        }));
        for (target, expected) in [
            ("/OS/Files/Mine", "route"),
            ("/OS/files/Mine", "respelt"),
            ("/OS/FILES/mine", "respelt"),
            ("/OS/Open", "public"),
            ("/os/Files/Mine", "unmatched"),
        ] {
            assert_eq!(served(&table, "GET", target, reading), expected, "{flavour} {target}");
        }
    }
}

#[test]
fn letters_beyond_ascii_have_a_case_as_well() {
    let table = compile(&json!({ "flavour": "agno-3.1", "rules": [
        { "method": "GET", "path": "/straßen/köln", "scopes": ["a:b"] },
    ] }));
    for (target, expected) in [
        ("/stra%C3%9Fen/k%C3%B6ln", "route"),
        ("/stra%C3%9Fen/k%C3%96ln", "respelt"),
        // The sign for kelvin, whose small letter is a `k`.
        ("/stra%C3%9Fen/%E2%84%AA%C3%B6ln", "respelt"),
    ] {
        assert_eq!(served(&table, "GET", target, Flavour::Agno31), expected, "{target}");
    }
}

/// Whatever the standard library takes for the small letters of one.
#[test]
fn every_letter_is_known_in_its_other_case() {
    for letter in '\u{80}'..=char::MAX {
        let small: String = letter.to_lowercase().collect();
        if small == letter.to_string() {
            continue;
        }
        for (literal, sent) in [(&small, letter.to_string()), (&letter.to_string(), small.clone())]
        {
            let path = format!("/a{literal}");
            let table = compile(&json!({ "flavour": "agno-3.1", "rules": [
                { "method": "GET", "path": path, "scopes": ["a:b"] },
            ] }));
            let escaped =
                sent.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
            let target = format!("/A{escaped}");
            let found = served(&table, "GET", &target, Flavour::Agno31);
            assert_eq!(found, "respelt", "{literal} {sent} {:x}", u32::from(letter));
        }
    }
}

#[test]
fn words_of_one_length_are_not_taken_for_each_other() {
    let rules = ["агенты", "модели", "代理", "用户", "größe", "gruße"];
    let rules =
        rules.map(|name| json!({ "method": "GET", "path": format!("/{name}"), "scopes": ["a:b"] }));
    let table = compile(&json!({ "rules": rules }));
    assert_eq!(served(&table, "GET", "/%E4%BB%A3%E7%90%86", Flavour::Strict), "route");
}

#[test]
fn routes_that_differ_in_nothing_but_case_are_served_to_nobody() {
    let table = compile(&json!({ "rules": [
        { "method": "GET", "path": "/files", "scopes": ["a:b"] },
        { "method": "GET", "path": "/Files", "scopes": ["c:d"] },
    ] }));
    for target in ["/files", "/Files", "/nowhere"] {
        assert_eq!(served(&table, "GET", target, Flavour::Strict), "respelt", "{target}");
    }
    // Who serves paths as they are has no trouble with it.
    let path = Path::parse(b"/files", Flavour::Strict, "").unwrap();
    assert!(matches!(table.find_served(Method::Get, &path, false), Match::Route(_)));
}
