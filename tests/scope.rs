//! Whether scopes are enough.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use gatewright::{
    decide::scope::{self, Accessible, Gate, Permissions},
    policy::document::Flavour::{self, Agno31, Strict},
    request::{Match, Method, Path, RequiredScope, RouteTable},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

fn permissions(scopes: &[&str], flavour: Flavour) -> Permissions {
    Permissions::parse(scopes, flavour, "")
}

#[test]
fn strict_scopes_grant() {
    for (scope, kind, id, action, expected) in [
        ("agents:run", "agents", Some("a"), "run", true),
        ("agents:run", "agents", None, "run", true),
        ("agents:*:run", "agents", Some("a"), "run", true),
        ("agents:*:run", "agents", None, "run", true),
        ("agents:a:run", "agents", Some("a"), "run", true),
        ("agents:a:run", "agents", None, "run", false),
        ("agents:a:run", "agents", Some("b"), "run", false),
        ("agents:a:run", "agents", Some("A"), "run", false),
        ("agents:a:run", "agents", Some(""), "run", false),
        ("agents:a:run", "teams", Some("a"), "run", false),
        ("agents:a:run", "agents", Some("a"), "read", false),
        ("agents:ä:run", "agents", Some("ä"), "run", true),
        ("agent_os:admin", "agents", Some("a"), "run", true),
        ("system:read", "config", None, "read", false),
        ("agents::run", "agents", Some("a"), "run", false),
        ("agents::run", "agents", None, "run", false),
        (":run", "", None, "run", false),
        ("agents:", "agents", None, "", false),
        ("*:run", "agents", None, "run", false),
        ("*:*:*", "agents", Some("a"), "run", false),
        ("agents:*", "agents", None, "run", false),
        ("agents:a*:run", "agents", Some("a*"), "run", false),
        ("agents:run ", "agents", None, "run ", false),
        ("agents:read agents:run", "agents", Some("read agents"), "run", false),
        ("agents:a\u{a0}b:run", "agents", Some("a\u{a0}b"), "run", false),
        ("agents:a\0:run", "agents", Some("a\0"), "run", false),
        ("agents:a:b:run", "agents", Some("a:b"), "run", false),
        ("openid", "openid", None, "", false),
        ("", "", None, "", false),
    ] {
        let permissions = permissions(&[scope], Strict);
        assert_eq!(
            permissions.grants(kind, id, action),
            expected,
            "{scope:?} {kind} {id:?} {action}"
        );
    }
}

#[test]
fn a_scope_that_is_required_means_the_resource_of_the_path() {
    let (agent, team) = (Some(("agents", "a")), Some(("teams", "a")));
    for (scope, required, resource, strict, agno) in [
        ("agents:a:run", "agents:run", agent, true, true),
        ("agents:a:run", "agents:run", team, false, false),
        ("agents:a:run", "agents:run", None, false, false),
        ("agents:a:run", "agents:a:run", None, true, false),
        ("agents:a:run", "agents:a:run", agent, true, true),
        ("agents:a:run", "agents:a:run", team, true, true),
        ("agents:a:run", "agents:b:run", agent, false, true),
        ("agents:b:run", "agents:b:run", agent, true, false),
        ("agents:a:run", "agents:*:run", agent, false, true),
        ("agents:run", "agents:*:run", None, true, true),
        ("config:read", "system:read", None, false, true),
        ("agents:run", "run", None, false, false),
        ("agents:run", "", None, false, false),
        ("agents:run", "a:b:c:d", None, false, false),
        ("agents:run", "agent_os:admin", None, false, false),
        ("agent_os:admin", "agent_os:admin", None, true, true),
        ("agent_os:admin", "a:b:c:d", None, true, true),
        ("agent_os:*:admin", "agent_os:admin", None, false, false),
    ] {
        for (flavour, expected) in [(Strict, strict), (Agno31, agno)] {
            let required = RequiredScope::new(required, flavour);
            let is_satisfied = permissions(&[scope], flavour).satisfies(&required, resource);
            assert_eq!(is_satisfied, expected, "{scope} {required:?} {resource:?}");
        }
    }
}

#[test]
fn the_admin_scope_is_the_one_of_the_issuer() {
    let required = RequiredScope::new("agents:run", Strict);
    for (scopes, admin_scope, expected) in [
        (["agent_os:admin"], "", true),
        (["agent_os:admin"], "acme:root", false),
        (["acme:root"], "acme:root", true),
        (["acme:root"], "", false),
        (["root"], "root", true),
        (["acme:*:root"], "acme:root", false),
    ] {
        let permissions = Permissions::parse(&scopes, Strict, admin_scope);
        assert_eq!(permissions.is_admin(), expected, "{scopes:?} {admin_scope}");
        assert_eq!(permissions.satisfies(&required, None), expected, "{scopes:?} {admin_scope}");
    }
    let acme = Permissions::parse(&["acme:*:root"], Strict, "acme:root");
    assert!(!acme.satisfies(&RequiredScope::new("acme:root", Strict), None));
}

#[test]
fn what_cannot_be_read_grants_nothing() {
    let permissions = Permissions::unreadable();
    assert!(!permissions.is_admin());
    assert!(!permissions.grants("agents", None, "read"));
    assert!(permissions.accessible("agents", &["read", "run"]).is_empty());
    for flavour in ["strict", "agno-3.1"] {
        assert_eq!(gate(flavour, "GET /agents", &permissions), (Gate::ScopeMissing, None));
        assert_eq!(gate(flavour, "GET /info", &permissions).0, Gate::Passed { listing: false });
        assert_eq!(gate(flavour, "GET /users", &permissions).0, Gate::AccessMissing);
    }
}

/// Both gates, and what is shown of a list.
fn gate(flavour: &str, request: &str, permissions: &Permissions) -> (Gate, Option<Value>) {
    gate_with(flavour, &json!([]), request, permissions)
}

fn gate_with(
    flavour: &str,
    rules: &Value,
    request: &str,
    permissions: &Permissions,
) -> (Gate, Option<Value>) {
    // `/info` is public in `agno-3.1`; there, a path that nobody knows needs as little.
    let request = request.replace("/info", if flavour == "strict" { "/info" } else { "/nope" });
    let routes = request::routes(&json!({
        "profile": "agentos", "flavour": flavour, "rules": rules,
    }));
    let table = RouteTable::compile(&routes, "/routes").unwrap();
    let (method, target) = request.split_once(' ').unwrap();
    let path = Path::parse(target.as_bytes(), routes.flavour.reading(), "").unwrap();
    let Match::Route(found) = table.find(Method::from_name(method), &path) else {
        panic!("{request} is no route");
    };
    let gate = scope::check(&found, &path, permissions);
    let Gate::Passed { listing } = gate else {
        return (gate, None);
    };
    let visible = scope::visible(&found, listing, permissions).map(|visible| match visible {
        Accessible::All => json!("all"),
        Accessible::Ids(ids) => json!(ids),
    });
    (gate, visible)
}

#[test]
fn both_gates_have_to_open() {
    const PASSED: Gate = Gate::Passed { listing: false };
    for (request, scopes, strict, agno) in [
        ("POST /agents/a/runs", &["agents:a:run"][..], PASSED, PASSED),
        ("POST /agents/b/runs", &["agents:a:run"], Gate::ScopeMissing, Gate::ScopeMissing),
        ("POST /agents/a/runs", &["agents:read"], Gate::ScopeMissing, Gate::ScopeMissing),
        ("GET /agents/a/runs", &["agents:a:read"], Gate::AccessMissing, Gate::AccessMissing),
        ("GET /agents/a/runs", &["agents:a:run"], Gate::ScopeMissing, Gate::ScopeMissing),
        ("GET /agents/a/runs", &["agents:a:read", "agents:a:run"], PASSED, PASSED),
        (
            "GET /agents/a/runs",
            &["agents:read", "agents:b:run"],
            Gate::AccessMissing,
            Gate::AccessMissing,
        ),
        ("POST /agents/a/runs/r/resume", &["agents:a:run"], PASSED, PASSED),
        ("POST /agents/a/runs/r/resume", &["teams:run"], Gate::AccessMissing, Gate::AccessMissing),
        ("POST /agents/a/sessions/s/fork", &[], Gate::AccessMissing, Gate::AccessMissing),
        ("POST /agents/a/runs", &["agents::run"], Gate::ScopeMissing, PASSED),
        ("GET /config", &["system:read"], Gate::ScopeMissing, PASSED),
        ("GET /sessions/s", &["sessions:s:read"], Gate::ScopeMissing, Gate::ScopeMissing),
        ("GET /sessions/s", &["sessions:read"], PASSED, PASSED),
        ("GET /info", &[], PASSED, PASSED),
        ("GET /authz/roles", &["authz:read"], Gate::AccessMissing, Gate::AccessMissing),
        ("GET /authz/roles", &["agent_os:admin"], PASSED, PASSED),
        ("POST /agents/a/runs", &["agent_os:admin"], PASSED, PASSED),
    ] {
        for (flavour, name, expected) in [(Strict, "strict", strict), (Agno31, "agno-3.1", agno)] {
            let permissions = permissions(scopes, flavour);
            assert_eq!(
                gate(name, request, &permissions).0,
                expected,
                "{request} {scopes:?} {name}"
            );
        }
    }
}

#[test]
fn a_list_shows_what_may_be_read() {
    for (scopes, listing, visible) in [
        (&["agents:read"][..], false, json!("all")),
        (&["agents:*:read"], false, json!("all")),
        (&["agent_os:admin"], false, json!("all")),
        (
            &["agents:b:read", "agents:a:read", "agents:b:read", "agents:c:run"],
            true,
            json!(["a", "b"]),
        ),
        (&["agents:a:run"], true, Value::Null),
        (&["teams:read"], true, Value::Null),
        (&[], true, Value::Null),
    ] {
        for (flavour, name) in [(Strict, "strict"), (Agno31, "agno-3.1")] {
            let permissions = permissions(scopes, flavour);
            let expected = match &visible {
                Value::Null => (Gate::ScopeMissing, None),
                visible => (Gate::Passed { listing }, Some(visible.clone())),
            };
            assert_eq!(gate(name, "GET /agents", &permissions), expected, "{scopes:?} {name}");
        }
        // There, nobody looks at HEAD.
        let head = gate("agno-3.1", "HEAD /agents", &permissions(scopes, Agno31));
        assert_eq!(head, (Gate::Passed { listing: false }, None));
    }
}

/// Spec §2.2, §2.3: below `/a2a` the way in for lists is open too, but nothing is filtered there.
#[test]
fn a_path_below_a2a_is_no_list() {
    let rules = json!([{ "method": "GET", "path": "/a2a/agents", "scopes": ["agents:read"] }]);
    let request = "GET /a2a/agents";
    let agno = gate_with("agno-3.1", &rules, request, &permissions(&[], Agno31));
    assert_eq!(agno, (Gate::Passed { listing: true }, None));
    let unreadable = gate_with("agno-3.1", &rules, request, &Permissions::unreadable());
    assert_eq!(unreadable, (Gate::ScopeMissing, None));
    let strict = gate_with("strict", &rules, request, &permissions(&["agents:a:read"], Strict));
    assert_eq!(strict, (Gate::ScopeMissing, None));
}

/// Spec §6.2, B12: a rule for a list cannot let in whom the list would show nothing.
#[test]
fn a_list_is_filtered_whatever_its_rule_says() {
    let rules = json!([
        { "method": "GET", "path": "/agents", "scopes": ["app:read"] },
        { "method": "GET", "path": "/teams", "scopes": ["teams:list", "app:read"] },
        { "method": "GET", "path": "/workflows", "scopes": ["workflows:list"] },
    ]);
    let passed = |listing, ids: Value| (Gate::Passed { listing }, Some(ids));
    let missing = (Gate::ScopeMissing, None);
    for (request, scopes, agno) in [
        ("GET /agents", &["app:read"][..], missing.clone()),
        ("GET /agents", &["app:read", "agents:a:run"], passed(false, json!([]))),
        ("GET /agents", &["app:read", "agents:a:read"], passed(false, json!(["a"]))),
        ("GET /agents", &["agents:a:read"], missing.clone()),
        ("GET /teams", &["teams:a:list", "teams:a:read"], passed(true, json!(["a"]))),
        ("GET /workflows", &["workflows:w:list", "workflows:read"], passed(true, json!(["w"]))),
        ("GET /workflows", &["workflows:w:list"], passed(true, json!([]))),
        ("GET /workflows", &["workflows:w:read"], missing.clone()),
    ] {
        let answer = gate_with("agno-3.1", &rules, request, &permissions(scopes, Agno31));
        assert_eq!(answer, agno, "{request} {scopes:?}");
    }
    for (request, scopes, strict) in [
        ("GET /agents", &["app:read"][..], (Gate::Passed { listing: false }, None)),
        ("GET /teams", &["teams:a:list"], missing.clone()),
        ("GET /teams", &["teams:a:list", "app:read"], passed(true, json!(["a"]))),
        ("GET /workflows", &["workflows:w:list"], passed(true, json!(["w"]))),
        ("GET /workflows", &["workflows:list"], passed(false, json!("all"))),
    ] {
        let answer = gate_with("strict", &rules, request, &permissions(scopes, Strict));
        assert_eq!(answer, strict, "{request} {scopes:?}");
    }
}

/// A scope. Few letters, so that two of them often meet; some are none.
fn scope_text() -> impl Strategy<Value = String> {
    let kind = select(vec!["k", "agents", "system", "config", "", "*"]);
    let id = select(vec!["", ":a", ":b", ":*", ":", ":a:b"]);
    let action = select(vec!["read", "run", "", "*"]);
    prop_oneof![
        8 => (kind, id, action).prop_map(|(kind, id, action)| format!("{kind}{id}:{action}")),
        1 => Just("agent_os:admin".to_owned()),
        1 => ".{0,6}",
    ]
}

fn resource() -> impl Strategy<Value = Option<(&'static str, &'static str)>> {
    let kind = select(vec!["k", "agents", "config"]);
    prop::option::of((kind, select(vec!["a", "b", "*", ""])))
}

/// `has_required_scopes` with one scope, as spec §1.2 and §1.3 have it.
fn agno(scopes: &[String], required: &str, resource: Option<(&str, &str)>) -> bool {
    type Parsed<'s> = Option<(&'s str, Option<&'s str>, &'s str)>;
    fn parse(text: &str) -> Parsed<'_> {
        let alias = |kind| if kind == "system" { "config" } else { kind };
        match *text.split(':').collect::<Vec<_>>() {
            [kind, action] => Some((alias(kind), None, action)),
            [kind, id, action] => Some((alias(kind), Some(id), action)),
            _ => None,
        }
    }
    if scopes.iter().any(|scope| scope == "agent_os:admin") {
        return true;
    }
    if required == "agent_os:admin" {
        return false;
    }
    let Some((kind, mut required_id, action)) = parse(required) else {
        return false;
    };
    if let (None, Some((of, id))) = (required_id, resource)
        && !id.is_empty()
        && of == kind
    {
        required_id = Some("<resource-id>");
    }
    scopes.iter().filter_map(|scope| parse(scope)).any(|(user_kind, user_id, user_action)| {
        let open = user_id.is_none_or(str::is_empty) || user_id == Some("*");
        let same = user_id.is_some() && user_id == resource.map(|(_, id)| id);
        let reaches = open || (required_id.is_some_and(|id| !id.is_empty()) && same);
        user_kind == kind && user_action == action && reaches
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn satisfies_as_agentos_does(
        scopes in prop::collection::vec(scope_text(), 0..4),
        required in scope_text(),
        resource in resource(),
    ) {
        let permissions = Permissions::parse(&scopes, Agno31, "");
        let answer = permissions.satisfies(&RequiredScope::new(&required, Agno31), resource);
        prop_assert_eq!(answer, agno(&scopes, &required, resource));
    }

    /// Grants add: no scope takes anything away, wherever it stands.
    #[test]
    fn one_more_scope_never_narrows(
        scopes in prop::collection::vec(scope_text(), 0..5),
        more in scope_text(),
        at in any::<prop::sample::Index>(),
        required in scope_text(),
        resource in resource(),
    ) {
        for flavour in [Strict, Agno31] {
            let required = RequiredScope::new(&required, flavour);
            let before = Permissions::parse(&scopes, flavour, "");
            let mut scopes = scopes.clone();
            scopes.insert(at.index(scopes.len() + 1), more.clone());
            let after = Permissions::parse(&scopes, flavour, "");
            prop_assert!(!before.satisfies(&required, resource) || after.satisfies(&required, resource));
            for id in ["a", "b"] {
                let can = |permissions: &Permissions| permissions.accessible("k", &["read"]).has(id);
                prop_assert!(!can(&before) || can(&after));
            }
        }
    }

    /// Read strictly, scopes permit nothing that `AgentOS` would not.
    #[test]
    fn strict_narrows(
        scopes in prop::collection::vec(scope_text(), 0..4),
        kind in select(vec!["k", "agents", "config"]),
        id in select(vec![None, Some("a"), Some("*")]),
    ) {
        let strict = Permissions::parse(&scopes, Strict, "");
        let agno = Permissions::parse(&scopes, Agno31, "");
        prop_assert!(!strict.grants(kind, id, "run") || agno.grants(kind, id, "run"));
    }

    /// One by one or as a list: the same is accessible.
    #[test]
    fn a_list_agrees_with_its_members(scopes in prop::collection::vec(scope_text(), 0..6)) {
        for flavour in [Strict, Agno31] {
            let permissions = Permissions::parse(&scopes, flavour, "");
            let accessible = permissions.accessible("k", &["read"]);
            for id in ["a", "b", "c"] {
                prop_assert_eq!(accessible.has(id), permissions.grants("k", Some(id), "read"));
            }
            prop_assert_eq!(accessible == Accessible::All, permissions.grants("k", None, "read"));
            prop_assert_eq!(accessible.is_empty(), !permissions.reaches("k", &["read"]));
        }
    }
}
