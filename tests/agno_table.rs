//! The table of `AgentOS` 3.1.10, key by key and in its order, as its own words have it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    policy::document::Flavour,
    request::{Glob, Guard, Match, Method, Path, RouteTable},
};
use proptest::{prelude::*, sample::select};
use serde_json::json;

const TABLE: &str = include_str!("vectors/agno/default-scope-mappings.json");

/// A method, a path, and the scopes.
type Row = (String, String, Vec<String>);

/// The table, read with a reader that keeps the order.
fn recorded() -> Vec<Row> {
    let gatewright::json::Json::Object(members) =
        gatewright::json::parse(TABLE.as_bytes(), 8).unwrap()
    else {
        panic!("an object");
    };
    let rows = members.into_iter().map(|(key, scopes)| {
        let gatewright::json::Json::Array(scopes) = scopes else {
            panic!("an array");
        };
        let (method, path) = key.split_once(' ').unwrap();
        let scopes = scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect();
        (method.to_owned(), path.to_owned(), scopes)
    });
    rows.collect()
}

/// The look-up of spec §2.1, one line after the other.
fn naive(rows: &[Row], method: &str, path: &str) -> Vec<String> {
    let same = |row: &&Row| row.0 == method && row.1 == path;
    let fits = |row: &&Row| row.0 == method && Glob::new(&braces(&row.1)).covers(path);
    let row = rows.iter().find(same).or_else(|| rows.iter().find(fits));
    row.map(|row| row.2.clone()).unwrap_or_default()
}

/// `re.sub(r"\{[^}]+\}", "*", …)`
fn braces(pattern: &str) -> String {
    match pattern.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (name, after))) if !name.is_empty() => {
            format!("{before}*{}", braces(after))
        }
        _ => pattern.to_owned(),
    }
}

fn table(rules: &[Row], interfaces: &[&str]) -> RouteTable {
    let rules = rules
        .iter()
        .map(|(method, path, scopes)| json!({ "method": method, "path": path, "scopes": scopes }));
    let routes = request::routes(&json!({
        "profile": "agentos",
        "flavour": "agno-3.1",
        "interfaces": interfaces,
        "rules": rules.collect::<Vec<_>>(),
    }));
    RouteTable::compile(&routes, "/routes").unwrap()
}

fn found(table: &RouteTable, method: &str, path: &str) -> Option<Vec<String>> {
    let path = Path::parse(path.as_bytes(), Flavour::Agno31, "").unwrap();
    match table.find(Method::from_name(method), &path) {
        Match::Route(found) => Some(found.needs.scopes().map(Into::into).collect()),
        Match::Public | Match::Unmatched | Match::Respelt => None,
    }
}

const EVERYTHING: [&str; 3] = ["company", "agui", "a2a"];

#[test]
fn has_every_key() {
    let table = table(&[], &EVERYTHING);
    for (method, path, scopes) in recorded() {
        let path = path.replace('*', "x");
        assert_eq!(found(&table, &method, &path), Some(scopes), "{method} {path}");
    }
}

/// How many keys there are: spec §2.5.
#[test]
fn interfaces_add_their_keys() {
    for (interfaces, keys) in
        [(&[][..], 107), (&["company"], 152), (&["agui"], 108), (&["a2a"], 120), (&EVERYTHING, 166)]
    {
        let table = table(&[], interfaces);
        let needs_something = |row: &Row| {
            found(&table, &row.0, &row.1.replace('*', "x")).is_some_and(|found| found == row.2)
        };
        let rows = recorded();
        assert_eq!(rows.iter().filter(|row| needs_something(row)).count(), keys, "{interfaces:?}");
    }
}

#[test]
fn rules_replace_in_place_or_come_last() {
    let row = |method: &str, path: &str, scope: &str| {
        (method.to_owned(), path.to_owned(), vec![scope.to_owned()])
    };
    let table = table(
        &[
            row("GET", "/agents/*", "app:one"),
            row("GET", "/agents/*/never", "app:two"),
            row("GET", "/agents/exact/one", "app:three"),
            row("GET", "/{x}/y", "app:four"),
            row("POST", "/agents/*/special", "app:five"),
            row("GET", "/wi?d/*", "app:six"),
            row("GET", "/wild/*", "app:seven"),
            row("GET", "/wilder/*", "app:eight"),
            row("GET", "/w?lder/*", "app:nine"),
            row("GET", "/lit{}/*", "app:ten"),
        ],
        &[],
    );
    for (method, path, scope) in [
        ("GET", "/agents/a", Some("app:one")),
        ("GET", "/agents/a/never", Some("app:one")),
        ("GET", "/agents/exact/one", Some("app:three")),
        ("GET", "/agents/y", Some("app:one")),
        ("GET", "/other/y", Some("app:four")),
        ("GET", "/other/deep/y", Some("app:four")),
        ("POST", "/agents/a/special", Some("app:five")),
        ("POST", "/agents/a/b/runs", Some("agents:run")),
        ("GET", "/wild/x", Some("app:six")),
        ("GET", "/wilder/x", Some("app:eight")),
        ("GET", "/walder/x", Some("app:nine")),
        ("GET", "/lit{}/x", Some("app:ten")),
        ("GET", "/litter/x", None),
        ("POST", "/other", None),
    ] {
        let expected = scope.into_iter().map(String::from).collect();
        assert_eq!(found(&table, method, path), Some(expected), "{method} {path}");
    }
}

#[test]
fn guards_stand_behind_unmapped_routes_too() {
    let table = table(&[], &[]);
    for (method, path, scopes, refusal) in [
        ("GET", "/agents/a", "agents:read", Some("Access denied to read this agent")),
        ("GET", "/agents/a/runs", "agents:read", Some("Access denied to run this agent")),
        ("GET", "/teams/a/runs/r", "teams:read", Some("Access denied to run this team")),
        (
            "GET",
            "/agents/a/runs/r/checkpoints/3",
            "agents:read",
            Some("Access denied to run this agent"),
        ),
        ("GET", "/agents/a/runs/r/else", "agents:read", None),
        ("POST", "/workflows/a/runs", "workflows:run", Some("Access denied to run this workflow")),
        ("POST", "/workflows/a/runs/r/resume", "", Some("Access denied to run this workflow")),
        ("POST", "/agents/a/sessions/s/fork", "", Some("Access denied to run this agent")),
        ("POST", "/agents/a/sessions/s/compact", "", Some("Access denied to run this agent")),
        ("POST", "/teams/a/sessions/s/compact", "", None),
        ("GET", "/agents", "agents:read", None),
        ("DELETE", "/agents/a", "agents:delete", None),
        ("HEAD", "/agents/a", "", None),
        ("GET", "/authz/roles", "", Some("Admin privileges required")),
        ("PATCH", "/authz/roles/x/scopes", "", Some("Admin privileges required")),
        ("GET", "/users", "", Some("Admin privileges required")),
        ("POST", "/queue/jobs/1/requeue", "", Some("Admin privileges required")),
        ("GET", "/usersx", "", None),
        ("GET", "/nope", "", None),
    ] {
        let path = Path::parse(path.as_bytes(), Flavour::Agno31, "").unwrap();
        let Match::Route(found) = table.find(Method::from_name(method), &path) else {
            panic!("everything is a route");
        };
        let needed: Vec<_> = found.needs.scopes().collect();
        assert_eq!(needed.join(" "), scopes, "{method} {}", path.decoded());
        assert_eq!(found.needs.refusal().as_deref(), refusal, "{method} {}", path.decoded());
        let info = &table.routes()[found.number as usize];
        match found.needs.guard() {
            Some(Guard::Resource { family, action }) => {
                assert_eq!((&*info.kind, &*info.action), (family.singular(), action));
            }
            Some(Guard::Admin) => assert_eq!(info.action, "admin"),
            None if needed.is_empty() => {
                assert_eq!((&*info.kind, &*info.action), ("route", method));
            }
            None => assert_eq!(needed[0].rsplit(':').next(), Some(&*info.action)),
        }
    }
}

/// Words that stand in the table, and one that does not.
fn segment() -> impl Strategy<Value = String> {
    let mut words: Vec<String> = recorded()
        .iter()
        .flat_map(|(_, path, _)| path.split('/').map(String::from).collect::<Vec<_>>())
        .filter(|word| !word.is_empty() && word != "*")
        .collect();
    words.sort();
    words.dedup();
    words.push("x".into());
    select(words)
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(segment(), 1..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn method() -> impl Strategy<Value = String> {
    select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]).prop_map(String::from)
}

/// A pattern made from a path by putting signs in it.
fn pattern() -> impl Strategy<Value = String> {
    let sign = select(vec!["*", "?", "[a-z]", "{name}", "{", "{}", ""]);
    (path(), sign, any::<prop::sample::Index>()).prop_map(|(path, sign, at)| {
        let at = 1 + at.index(path.len());
        let (before, after) = path.split_at(at);
        format!("{before}{sign}{after}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn looks_up_as_agentos_does(method in method(), path in path()) {
        thread_local! {
            static BOTH: (RouteTable, Vec<Row>) = (table(&[], &EVERYTHING), recorded());
        }
        let (found, expected) = BOTH.with(|(table, rows)| {
            (found(table, &method, &path), naive(rows, &method, &path))
        });
        if let Some(scopes) = found {
            prop_assert_eq!(scopes, expected);
        }
    }
}

proptest! {
    #[test]
    fn looks_up_rules_as_agentos_does(
        mut rules in prop::collection::vec((method(), pattern(), Just(vec!["a:b".to_owned()])), 1..12),
        path in path(),
    ) {
        rules.sort();
        rules.dedup();
        for (number, rule) in rules.iter_mut().enumerate() {
            rule.2 = vec![format!("rule:{number}")];
        }
        let mut rows = recorded();
        for rule in &rules {
            match rows.iter_mut().find(|row| (&row.0, &row.1) == (&rule.0, &rule.1)) {
                Some(row) => row.2.clone_from(&rule.2),
                None => rows.push(rule.clone()),
            }
        }
        let table = table(&rules, &EVERYTHING);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] {
            if let Some(scopes) = found(&table, method, &path) {
                prop_assert_eq!(scopes, naive(&rows, method, &path), "{} {}", method, path);
            }
        }
    }
}
