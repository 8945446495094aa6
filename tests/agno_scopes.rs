//! What `AgentOS` 3.1.10 answered about scopes, one function at a time, against the flavour
//! `agno-3.1`.
//!
//! Every line agrees, or it is in [`SPELLED`] or [`NOT_MODELLED`], with the reason.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    Reason,
    decide::scope::{Accessible, Permissions},
    policy::document::Flavour,
    request::{Match, Method, Path, RequiredScope, RouteTable, Scope},
};
use serde_json::{Map, Value, json};

/// Functions of `AgentOS` that have no counterpart here, and how many lines there are of each.
const NOT_MODELLED: [(&str, usize, &str); 2] = [
    ("role", 47, "managed roles live in the database of AgentOS, where the gate does not look"),
    ("token_meta", 12, "service accounts are made by AgentOS; the gate mints no tokens"),
];

/// Paths that the gate refuses, or that the application never sees.
const SPELLED: [(&str, Result<bool, Reason>, &str); 7] = [
    ("", Err(Reason::PathNotAbsolute), "no HTTP request has an empty path"),
    ("//health", Err(Reason::PathEmptySegment), "proxies merge slashes"),
    ("///", Err(Reason::PathEmptySegment), "proxies merge slashes"),
    ("/health//", Err(Reason::PathEmptySegment), "proxies merge slashes"),
    ("/public/", Ok(false), "one slash is taken off first, as TrailingSlashMiddleware does"),
    ("/slack/../agents", Err(Reason::PathDotSegment), "proxies resolve dot segments"),
    ("/agents/a\0b/runs", Err(Reason::PathControl), "NUL cuts paths"),
];

#[test]
fn agrees_with_agentos() {
    let mut counts = Map::new();
    for line in include_str!("vectors/agno/cases.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (input, out) = (&case["in"], &case["out"]);
        let Some(op) = input["op"].as_str() else {
            continue;
        };
        let count = counts.entry(op).or_insert(json!(0));
        *count = json!(count.as_u64().unwrap() + 1);
        match op {
            "parse" => parse(input, out, line),
            "match" => {
                let scopes = [input["user"].as_str().unwrap()];
                let required = [text(&input["required"])];
                assert_eq!(json!(has(&scopes, &required, input)), out["match"], "{line}");
            }
            "has" => {
                let required: Vec<_> = list(&input["required"]);
                assert_eq!(
                    json!(has(&list(&input["scopes"]), &required, input)),
                    out["allowed"],
                    "{line}"
                );
            }
            "dep" => {
                let required =
                    format!("{}:{}", text(&input["resource_type"]), text(&input["action"]));
                let allowed = has(&list(&input["scopes"]), &[&required], input);
                assert_eq!(json!(allowed), out["allowed"], "{line}");
                let (kind, action) = (text(&input["resource_type"]), text(&input["action"]));
                let id = input["resource_id"].as_str();
                let permissions = permissions(&list(&input["scopes"]));
                assert_eq!(permissions.grants(kind, id, action), allowed, "{line}");
            }
            "accessible" => {
                let permissions = permissions(&list(&input["scopes"]));
                let actions =
                    input["action"].as_str().map_or(vec!["read", "run"], |action| vec![action]);
                let kind = text(&input["resource_type"]);
                let accessible = permissions.accessible(kind, &actions);
                assert_eq!(ids(&accessible), out["ids"], "{line}");
                assert_eq!(permissions.reaches(kind, &actions), !accessible.is_empty(), "{line}");
            }
            "filter" => filter(input, out, line),
            "excluded" => {
                assert_eq!(answer(input, is_public), expected(input, &out["excluded"]), "{line}");
            }
            "context" => {
                let recorded = json!([out["resource_type"], out["resource_id"]]);
                assert_eq!(answer(input, resource), expected(input, &recorded), "{line}");
            }
            op => assert!(NOT_MODELLED.iter().any(|known| known.0 == op), "{line}"),
        }
    }
    for (op, lines, _) in NOT_MODELLED {
        assert_eq!(counts.remove(op), Some(json!(lines)));
    }
    let counted = json!({
        "parse": 34, "match": 94, "has": 103, "dep": 114, "accessible": 66, "filter": 20,
        "excluded": 22, "context": 7,
    });
    assert_eq!(Value::from(counts), counted);
}

fn parse(input: &Value, out: &Value, line: &str) {
    let scope = Scope::parse(text(&input["scope"]), Flavour::Agno31, "");
    let (name, kind, id, action) = match scope {
        Scope::Admin => ("admin", None, None, None),
        Scope::Global { kind, action } => ("global", Some(kind), None, Some(action)),
        Scope::Single { kind, id, action } => ("per_resource", Some(kind), Some(id), Some(action)),
        Scope::Foreign => ("unknown", None, None, None),
    };
    assert_eq!(
        json!([name, kind, id, action, id == Some("*")]),
        json!([
            out["scope_type"],
            out["resource"],
            out["resource_id"],
            out["action"],
            out["is_wildcard_resource"],
        ]),
        "{line}"
    );
}

fn filter(input: &Value, out: &Value, line: &str) {
    let permissions = permissions(&list(&input["scopes"]));
    let kind = text(&input["resource_type"]);
    let cached = input["cached"].as_array().map(|_| Accessible::Ids(list(&input["cached"])));
    let shown = cached.clone().unwrap_or_else(|| permissions.accessible(kind, &["read", "run"]));
    assert_eq!(ids(&shown), out["accessible"], "{line}");
    let visible = cached.unwrap_or(Accessible::All).and(permissions.accessible(kind, &["read"]));
    let left: Vec<_> = list(&input["ids"]).into_iter().filter(|id| visible.has(id)).collect();
    assert_eq!(json!(left), out["ids"], "{line}");
}

/// What is said of a path, or what stands in [`SPELLED`] for it.
fn expected(input: &Value, recorded: &Value) -> Result<Value, Reason> {
    let known = SPELLED.iter().find(|(path, ..)| *path == text(&input["path"]));
    known.map_or_else(|| Ok(recorded.clone()), |(_, answer, _)| answer.map(Value::from))
}

fn answer(input: &Value, tell: fn(&Match<'_>, &Path<'_>) -> Value) -> Result<Value, Reason> {
    let public = input.get("excluded");
    let routes = request::routes(&json!({
        "profile": public.is_none().then_some("agentos"),
        "public": public.unwrap_or(&json!([])),
        "flavour": "agno-3.1",
    }));
    let table = RouteTable::compile(&routes, "/routes").unwrap();
    let target: String = text(&input["path"]).bytes().map(encode).collect();
    let path = Path::parse(target.as_bytes(), Flavour::Agno31, table.mount())?;
    Ok(tell(&table.find(Method::Get, &path), &path))
}

/// Everything but slashes escaped: it is the same path.
fn encode(byte: u8) -> String {
    if byte == b'/' { "/".into() } else { format!("%{byte:02x}") }
}

fn is_public(found: &Match<'_>, _: &Path<'_>) -> Value {
    json!(matches!(found, Match::Public))
}

fn resource(found: &Match<'_>, path: &Path<'_>) -> Value {
    let Match::Route(found) = found else {
        panic!("everything is a route");
    };
    json!([found.resource_kind, found.resource(path).map(|(_, id)| id)])
}

fn has(scopes: &[&str], required: &[&str], input: &Value) -> bool {
    let kind = input["resource_type"].as_str().unwrap_or("of no kind");
    let resource = input["resource_id"].as_str().map(|id| (kind, id));
    let permissions = permissions(scopes);
    required
        .iter()
        .all(|text| permissions.satisfies(&RequiredScope::new(text, Flavour::Agno31), resource))
}

fn permissions(scopes: &[&str]) -> Permissions {
    Permissions::parse(scopes, Flavour::Agno31, "")
}

fn ids(accessible: &Accessible<'_>) -> Value {
    match accessible {
        Accessible::All => json!(["*"]),
        Accessible::Ids(ids) => json!(ids),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}
