//! Rules that make no sense are refused, and the error says which and where.

mod request;

use gatewright::request::RouteTable;
use serde_json::{Value, json};

fn error(routes: &Value) -> Option<(&'static str, String)> {
    let routes = request::routes(routes);
    RouteTable::compile(&routes, "/routes").err().map(|error| (error.code, error.pointer))
}

#[test]
fn refuses_a_rule() {
    for (rule, code, member) in [
        (json!({}), "policy_rule_form", ""),
        (json!({ "action": "run" }), "policy_rule_form", ""),
        (json!({ "resource": "agents" }), "policy_rule_form", ""),
        (json!({ "scopes": [], "action": "run" }), "policy_rule_form", ""),
        (json!({ "scopes": [], "resource": "agents" }), "policy_rule_form", ""),
        (json!({ "scopes": [], "action": "run", "resource": "x" }), "policy_rule_form", ""),
        (json!({ "scopes": ["a:b", "run"] }), "policy_rule_scope", "/scopes/1"),
        (json!({ "scopes": [""] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "scopes": ["a:"] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "scopes": ["a::b"] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "scopes": ["a:*"] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "scopes": ["a:b:c:d"] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "scopes": ["a:b c"] }), "policy_rule_scope", "/scopes/0"),
        (json!({ "action": "", "resource": "x" }), "policy_rule_action", "/action"),
        (json!({ "action": "a:b", "resource": "x" }), "policy_rule_action", "/action"),
        (json!({ "action": "*", "resource": "x" }), "policy_rule_action", "/action"),
        (json!({ "action": "run", "resource": "" }), "policy_rule_resource", "/resource"),
        (json!({ "action": "run", "resource": "*" }), "policy_rule_resource", "/resource"),
        (json!({ "action": "run", "resource": "{x}" }), "policy_rule_resource", "/resource"),
        (json!({ "action": "run", "resource": "a/b" }), "policy_rule_resource", "/resource"),
        (json!({ "action": "run", "resource": "a/{x}/b" }), "policy_rule_resource", "/resource"),
        (json!({ "action": "run", "resource": "/a" }), "policy_rule_resource", "/resource"),
        (
            json!({ "action": "run", "resource": "a/{y}" }),
            "policy_rule_capture_unknown",
            "/resource",
        ),
        (
            json!({ "action": "run", "resource": "a/{r}" }),
            "policy_rule_capture_unknown",
            "/resource",
        ),
        (json!({ "path": "" }), "policy_rule_path", "/path"),
        (json!({ "path": "x" }), "policy_rule_path", "/path"),
        (json!({ "path": "//x" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x/" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x/../y" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x/*" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x[0]" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x?y" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x#y" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x\\y" }), "policy_rule_path", "/path"),
        (json!({ "path": "/x\n" }), "policy_rule_path", "/path"),
        (json!({ "path": "/a%20b" }), "policy_rule_path", "/path"),
        (json!({ "path": "/{}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/a}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/x{a}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a}x" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a b}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a:int}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{:path}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a:path}/b" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a}/{a}" }), "policy_rule_capture", "/path"),
        (json!({ "path": "/{a}/{a:path}" }), "policy_rule_capture", "/path"),
    ] {
        let mut whole = json!({ "method": "GET", "path": "/a/{x}/{r:path}" });
        if rule.get("path").is_some() {
            whole["scopes"] = json!([]);
        }
        for (name, value) in rule.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let first = json!({ "method": "GET", "path": "/", "scopes": [] });
        let routes = json!({ "rules": [first, whole] });
        assert_eq!(error(&routes), Some((code, format!("/routes/rules/1{member}"))), "{rule}");
    }
}

#[test]
fn refuses_a_rule_that_no_request_gets_to() {
    for (earlier, later) in [
        ("GET /a", "GET /a"),
        ("GET /{x}", "GET /{y}"),
        ("GET /{x}", "GET /a"),
        ("GET /{x}", "HEAD /a"),
        ("GET /a/{x:path}", "GET /a/b/{y}"),
        ("GET /{x:path}", "GET /a/{y:path}"),
    ] {
        let rules: Vec<_> = [earlier, later]
            .map(|rule| {
                let (method, path) = rule.split_once(' ').unwrap();
                json!({ "method": method, "path": path, "scopes": [] })
            })
            .into();
        let expected = Some(("policy_rule_unreachable", "/routes/rules/1/path".to_owned()));
        assert_eq!(error(&json!({ "rules": rules })), expected, "{earlier}, {later}");
        let other_way = json!({ "rules": [rules[1], rules[0]] });
        let is_same = earlier.replace('x', "y") == later;
        assert_eq!(error(&other_way).is_some(), is_same, "{later}, {earlier}");
    }
}

#[test]
fn refuses_a_rule_for_what_is_public() {
    for (public, path, is_refused) in [
        ("/open", "/open", true),
        ("/open/*", "/open/{x}", true),
        ("/open/*", "/open/a/{x:path}", true),
        ("/open/*", "/open", false),
        ("/open", "/{x}", false),
    ] {
        let rule = json!({ "method": "POST", "path": path, "scopes": ["a:b"] });
        let answer = error(&json!({ "public": [public], "rules": [rule] }));
        let refusal = ("policy_rule_unreachable", "/routes/rules/0/path".to_owned());
        assert_eq!(answer, is_refused.then_some(refusal), "{public} {path}");
    }
}

#[test]
fn refuses_what_is_around_the_rules() {
    for (routes, code, pointer) in [
        (json!({ "public": ["/ok", "health"] }), "policy_public_path", "/routes/public/1"),
        (json!({ "public": [""] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/*"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["*"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/a*"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/a/*/b"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/a/"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/a//*"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "public": ["/{x}"] }), "policy_public_path", "/routes/public/0"),
        (json!({ "mount": "os" }), "policy_routes_mount", "/routes/mount"),
        (json!({ "mount": "/" }), "policy_routes_mount", "/routes/mount"),
        (json!({ "mount": "" }), "policy_routes_mount", "/routes/mount"),
        (json!({ "mount": "/os//" }), "policy_routes_mount", "/routes/mount"),
        (json!({ "mount": "/{x}" }), "policy_routes_mount", "/routes/mount"),
        (json!({ "interfaces": ["a2a"] }), "policy_routes_interfaces", "/routes/interfaces"),
    ] {
        assert_eq!(error(&routes), Some((code, pointer.to_owned())), "{routes}");
    }
}

#[test]
fn refuses_rules_of_the_other_flavour() {
    for (rule, code, member) in [
        (json!({ "path": "/a", "action": "run", "resource": "a" }), "policy_rule_form", ""),
        (json!({ "path": "/a" }), "policy_rule_form", ""),
        (json!({ "path": "a/*", "scopes": [] }), "policy_rule_path", "/path"),
        (json!({ "path": "", "scopes": [] }), "policy_rule_path", "/path"),
        (json!({ "path": "/first", "scopes": [] }), "policy_rule_unreachable", "/path"),
        (
            json!({ "method": "OPTIONS", "path": "/a", "scopes": [] }),
            "policy_rule_unreachable",
            "/method",
        ),
    ] {
        let mut rule = rule;
        if rule.get("method").is_none() {
            rule["method"] = json!("GET");
        }
        let first = json!({ "method": "GET", "path": "/first", "scopes": ["any text"] });
        let routes = json!({ "flavour": "agno-3.1", "rules": [first, rule] });
        assert_eq!(error(&routes), Some((code, format!("/routes/rules/1{member}"))), "{rule}");
    }
}
