//! Laws of the search for a route in the flavour `strict`.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    policy::document::Flavour,
    request::{Match, Method, Path, RouteTable},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

fn compile(routes: &Value) -> RouteTable {
    let routes = request::routes(routes);
    RouteTable::compile(&routes, "/routes").unwrap()
}

/// What is found, as text: `public`, `unmatched`, or the scopes and what the guard says.
fn found(table: &RouteTable, method: &str, target: &str, flavour: Flavour) -> String {
    let path = Path::parse(target.as_bytes(), flavour, table.mount()).unwrap();
    match table.find(Method::from_name(method), &path) {
        Match::Public => "public".into(),
        Match::Unmatched | Match::Respelt => "unmatched".into(),
        Match::Route(found) => {
            let scopes: Vec<_> = found.needs.scopes().collect();
            let refusal = found.needs.refusal().unwrap_or_default();
            format!("{} {refusal}", scopes.join(" ")).trim_end().into()
        }
    }
}

fn segment() -> impl Strategy<Value = &'static str> {
    select(vec![
        "agents",
        "teams",
        "workflows",
        "a2a",
        "x",
        "runs",
        "sessions",
        "fork",
        "compact",
        "resume",
        "cancel",
        "continue",
        "checkpoints",
        "v1",
        "message:send",
        "users",
        "authz",
        "queue",
        "jobs",
        "config",
        "approvals",
        "count",
        "company",
        "tasks",
        "wiki",
        "products",
        "knowledge",
        "content",
        "sources",
        "components",
        "configs",
        "current",
        "schedules",
        "metrics",
        "refresh",
        "status",
    ])
}

fn target() -> impl Strategy<Value = String> {
    prop::collection::vec(segment(), 0..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn method() -> impl Strategy<Value = &'static str> {
    select(vec!["GET", "POST", "PUT", "PATCH", "DELETE"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// What is a route in `strict` needs there what it needs in `agno-3.1`.
    #[test]
    fn strict_asks_for_the_same(method in method(), target in target()) {
        thread_local! {
            static TABLES: [RouteTable; 2] = ["strict", "agno-3.1"].map(|flavour| compile(&json!({
                "profile": "agentos", "interfaces": ["company", "a2a", "agui"], "flavour": flavour,
            })));
        }
        let [strict, agno] = TABLES.with(|[strict, agno]| [
            found(strict, method, &target, Flavour::Strict),
            found(agno, method, &target, Flavour::Agno31),
        ]);
        prop_assert!(strict == agno || strict == "unmatched" || agno == "public", "{} {}", strict, agno);
    }
}

fn template() -> impl Strategy<Value = Vec<&'static str>> {
    let segment = select(vec!["a", "b", "{x}", "{x}"]);
    let rest = select(vec![None, None, None, Some("{r:path}")]);
    (prop::collection::vec(segment, 0..4), rest).prop_map(|(mut segments, rest)| {
        segments.extend(rest);
        segments
    })
}

fn fits(template: &[&str], path: &[&str]) -> bool {
    match (template, path) {
        ([], []) | (["{r:path}"], [_, ..]) => true,
        ([step, template @ ..], [segment, path @ ..]) => {
            (step == segment || *step == "{x}") && fits(template, path)
        }
        _ => false,
    }
}

/// The template with a name of its own for each capture.
fn written(template: &[&str]) -> String {
    let named = template.iter().enumerate().map(|(at, step)| step.replace('x', &format!("x{at}")));
    format!("/{}", named.collect::<Vec<_>>().join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The first rule that fits is found, and a rule is refused if and only if it never would be.
    #[test]
    fn agrees_with_a_naive_search(
        templates in prop::collection::vec((select(vec!["GET", "HEAD", "POST"]), template()), 1..12),
    ) {
        let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut paths: Vec<Vec<&str>> = vec![vec![]];
        for length in 0..4 {
            for path in paths.clone().iter().filter(|path| path.len() == length) {
                paths.extend(["a", "b", "c"].map(|segment| [path.clone(), vec![segment]].concat()));
            }
        }
        let naive = |rules: &[(&str, Vec<&str>)], method: &str, path: &[&str]| {
            rules.iter().position(|(of, template)| {
                (*of == method || (*of == "GET" && method == "HEAD")) && fits(template, path)
            })
        };
        for (method, template) in templates {
            rules.push((method, template));
            let document = rules.iter().enumerate().map(|(number, (method, template))| json!({
                "method": method, "path": written(template), "scopes": [format!("rule:{number}")],
            }));
            let routes = request::routes(&json!({ "rules": document.collect::<Vec<_>>() }));
            match RouteTable::compile(&routes, "/routes") {
                Ok(table) => for path in &paths {
                    for method in ["GET", "HEAD", "POST"] {
                        let target = format!("/{}", path.join("/"));
                        let expected = naive(&rules, method, path)
                            .map_or("unmatched".into(), |number| format!("rule:{number}"));
                        prop_assert_eq!(found(&table, method, &target, Flavour::Strict), expected);
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error.code, "policy_rule_unreachable");
                    let last = rules.len() - 1;
                    for path in &paths {
                        prop_assert_ne!(naive(&rules, method, path), Some(last));
                        prop_assert!(method == "HEAD" || naive(&rules, "HEAD", path) != Some(last));
                    }
                    rules.pop();
                }
            }
        }
    }
}
