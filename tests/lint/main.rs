//! What a policy says that its author cannot mean: which finding, where, and when not.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod cases;
mod document;
mod laws;

use std::collections::BTreeSet;

use gatewright::policy::{Finding, Policy, Secrets, Severity};
use serde_json::{Value, json};

use cases::{Case, cases};

/// A policy that has some of everything, and that nobody has anything to say about.
fn base() -> Value {
    json!({
        "version": 1,
        "authentication": { "issuers": [{
            "name": "main", "issuer": "https://id.example", "audience": ["gate"],
            "algorithms": ["RS256"], "jwks_uri": "https://id.example/jwks.json",
            "claims": { "team": "team", "tenant": "tenant" }
        }] },
        "routes": {
            "profile": "agentos",
            "public": ["/docs/*", "/favicon.ico"],
            "rules": [
                { "method": "GET", "path": "/reports/{report}", "action": "read", "resource": "reports/{report}" },
                { "method": "POST", "path": "/admin/reindex", "scopes": ["agent_os:admin"] }
            ],
            "interfaces": ["a2a"]
        },
        "groups": { "helpers": ["mailer", "reader"] },
        "teams": { "support": { "groups": ["helpers"] }, "billing": { "agents": ["payer"] }, "guests": { "agents": "none" } },
        "agents": {
            "mailer": { "name": "Mailer", "tenant": "acme", "permissions": [{ "action": "mail.send" }] },
            "payer": {
                "allow": ["stripe.*"], "block": ["stripe.payout"],
                "permissions": [
                    { "action": "stripe.refund", "max_amount": 100 },
                    { "action": "stripe.refund", "max_amount": 500, "requires_approval": true }
                ]
            },
            "reader": { "levels": ["read"] }
        },
        "tools": {
            "files.read": { "level": "read", "guards": [{ "at": "/path", "paths": "/srv" }, { "at": "/url", "hosts": ["*.example.com"] }] },
            "mail.send": {
                "level": "write", "approval": "confirmation",
                "guards": [{ "at": "/to", "pattern": ".+@example\\.com" }, { "at": "/count", "minimum": 1, "maximum": 5 }]
            }
        },
        "approvals": { "expires_seconds": 600 },
        "budgets": [
            { "name": "refunds", "per": "tenant", "agents": ["payer"], "actions": ["stripe.*"], "spend": 1000, "amount": "/amount", "window_seconds": 86400 },
            { "name": "loops", "repeats": 3 }
        ]
    })
}

/// A document with a patch (RFC 7396): objects are merged, the rest is replaced, `null` removes.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let object = target.as_object_mut().unwrap();
    for (name, value) in members {
        if value.is_null() {
            object.remove(name);
        } else {
            merge(object.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

fn with(patch: &Value) -> Value {
    let mut policy = base();
    merge(&mut policy, patch);
    policy
}

fn lint(policy: &Value) -> Vec<Finding> {
    Policy::lint(&serde_json::to_string_pretty(policy).unwrap()).unwrap()
}

/// Code and pointer of each.
fn short(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().map(|finding| (finding.code, finding.pointer.as_str())).collect()
}

#[test]
fn a_policy_that_means_what_it_says_has_no_findings() {
    assert_eq!(short(&lint(&base())), []);
    assert!(Policy::parse(&base().to_string(), &Secrets::new()).is_ok());
}

#[test]
fn finds_what_cannot_be_meant_and_nothing_else() {
    for Case { patch, found, near } in cases() {
        let findings = lint(&with(&patch));
        let mut here = short(&findings);
        let mut expected = found.clone();
        // Their order is for another test.
        here.sort_unstable();
        expected.sort_unstable();
        assert_eq!(here, expected, "{patch}");
        let code = found[0].0;
        let findings = lint(&with(&near));
        assert!(findings.iter().all(|finding| finding.code != code), "{near}: {findings:?}");
    }
}

#[test]
fn every_code_has_a_case() {
    let cases: BTreeSet<&str> = cases().iter().map(|case| case.found[0].0).collect();
    let codes: BTreeSet<&str> = Finding::codes().map(|(code, _)| code).collect();
    assert_eq!(cases, codes);
    assert_eq!(codes.len(), Finding::codes().count(), "a code stands twice");
}

#[test]
fn the_reference_lists_every_code() {
    let reference = include_str!("../../docs/lint.md");
    let rows: BTreeSet<(String, String)> = reference
        .lines()
        .filter_map(|line| line.strip_prefix("| `lint_"))
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            assert_eq!(cells.len(), 4, "{row}");
            assert!(cells.iter().all(|cell| cell.trim_matches([' ', '|']).len() > 3), "{row}");
            (format!("lint_{}", cells[0].trim_end_matches('`')), cells[1].into())
        })
        .collect();
    let codes: BTreeSet<(String, String)> = Finding::codes()
        .map(|(code, severity)| {
            let severity = if severity == Severity::Info { "info" } else { "warning" };
            (code.to_owned(), severity.to_owned())
        })
        .collect();
    assert_eq!(rows, codes);
    let count = reference.lines().filter(|line| line.starts_with("| `lint_")).count();
    assert_eq!(count, codes.len(), "a row stands twice");
}

#[test]
fn a_finding_is_a_sentence_about_a_place_that_is_there() {
    for Case { patch, .. } in cases() {
        let policy = with(&patch);
        let text = serde_json::to_string_pretty(&policy).unwrap();
        for finding in Policy::lint(&text).unwrap() {
            let message = &finding.message;
            assert!(!message.contains("{}") && !message.ends_with('.'), "{message}");
            assert!(!message.starts_with(|letter: char| letter.is_uppercase()), "{message}");
            assert_eq!(message.matches('`').count() % 2, 0, "{message}");
            assert!(policy.pointer(&finding.pointer).is_some(), "{}", finding.pointer);
            // The place is the name of the member, or the item.
            let line = text.lines().nth(finding.line.unwrap() - 1).unwrap();
            let place = &line[finding.column.unwrap() - 1..];
            let (_, last) = finding.pointer.rsplit_once('/').unwrap();
            if last.parse::<usize>().is_err() {
                let name = json!(last.replace("~1", "/").replace("~0", "~")).to_string();
                assert!(place.starts_with(&name), "{}: {place}", finding.pointer);
            }
            assert_eq!(line[..finding.column.unwrap() - 1].trim(), "", "{line}");
        }
    }
}

#[test]
fn places_are_found_in_any_spelling() {
    let text = r#" { "version":1,"routes":{"profile":"agentos"} ,
	"te\u0061ms" : {},"authentication":{"issuers":[ {"name":"{\"[,]","issuer":"any",
"audience":"any","algorithms":["HS256"],"keys":[{"env":"KEY"}] } ]},"agents":{"z/~\"é":{"shadow":true},"a":
{"levels":["read" , "read"]}},"tools":{"read":{"level":"read"}}, "mode" :"shadow"}"#;
    let findings = Policy::lint(text).unwrap();
    let places: Vec<_> = findings
        .iter()
        .map(|finding| (finding.pointer.as_str(), finding.line.unwrap(), finding.column.unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            ("/authentication/issuers/0/audience", 3, 1),
            ("/agents/z~1~0\"é", 3, 79),
            ("/agents/z~1~0\"é/shadow", 3, 90),
            ("/agents/a/levels/1", 4, 21),
            ("/mode", 4, 66),
        ]
    );
}

#[test]
fn findings_come_in_the_order_of_the_document() {
    let text = r#"{"mode":"shadow","agents":{"z":{"shadow":true},"a":{"shadow":true}},"version":1,
        "routes":{"profile":"agentos"},"authentication":{"issuers":[{"name":"n","issuer":"i",
        "audience":"any","algorithms":["HS256"],"keys":[{"env":"KEY"}]}]}}"#;
    let findings = Policy::lint(text).unwrap();
    let pointers: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
    let expected =
        ["/mode", "/agents/z/shadow", "/agents/a/shadow", "/authentication/issuers/0/audience"];
    assert_eq!(pointers, expected);
}

#[test]
fn what_is_no_document_is_an_error() {
    for (text, code) in [
        ("", "policy_syntax"),
        ("{}", "policy_missing_member"),
        (r#"{"version":1,"version":1}"#, "policy_duplicate_member"),
        (r#"{"version":1,"extra":1}"#, "policy_unknown_member"),
    ] {
        assert_eq!(Policy::lint(text).unwrap_err().code, code, "{text}");
    }
}

/// More digits than can be held exactly: nothing is said of how such limits compare.
#[test]
fn limits_that_cannot_be_compared_are_left_alone() {
    let long = format!("1{}1", "0".repeat(40));
    let text = with(&json!({ "agents": { "mailer": { "permissions": [
        { "action": "mail.send", "max_amount": 1 }, { "action": "mail.send", "max_amount": 2 }
    ] } } }))
    .to_string();
    let near = text.replace(r#""max_amount":2"#, &format!(r#""max_amount":{long}"#));
    let codes = |text: &str| -> Vec<&str> {
        Policy::lint(text).unwrap().iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(&text), ["lint_tier_overlap", "lint_limit_ceiling"]);
    assert_eq!(codes(&near), ["lint_limit_ceiling"; 0]);
}

#[test]
fn a_document_that_does_not_compile_is_looked_at_all_the_same() {
    let policy = with(&json!({ "mode": "shadow", "routes": { "mount": "no path" } }));
    assert!(Policy::parse(&policy.to_string(), &Secrets::new()).is_err());
    assert_eq!(short(&lint(&policy)), [("lint_shadow", "/mode")]);
}

/// What would be a lint if it were not an error already. Should one of these compile some day, it
/// needs a code.
#[test]
fn what_the_compiler_refuses_needs_no_lint() {
    let rule = |method: &str, path: &str| json!({ "method": method, "path": path, "scopes": [] });
    let issuer = |members: Value| {
        let mut issuer = base()["authentication"]["issuers"][0].clone();
        merge(&mut issuer, &members);
        json!({ "authentication": { "issuers": [issuer] } })
    };
    for (patch, code) in [
        (
            json!({ "routes": { "rules": [rule("GET", "/x"), rule("HEAD", "/x")] } }),
            "policy_rule_unreachable",
        ),
        (
            json!({ "routes": { "public": ["/x/*"], "rules": [rule("GET", "/x/{y}")] } }),
            "policy_rule_unreachable",
        ),
        (json!({ "routes": { "public": ["/x/../y"] } }), "policy_public_path"),
        (
            json!({ "routes": { "profile": null, "interfaces": ["a2a"] } }),
            "policy_routes_interfaces",
        ),
        (
            json!({ "routes": { "rules": [{ "method": "GET", "path": "/x", "scopes": ["a::b"] }] } }),
            "policy_rule_scope",
        ),
        (issuer(json!({ "algorithms": ["HS256", "RS256"] })), "policy_algorithm"),
        (issuer(json!({ "algorithms": ["HS256"] })), "policy_jwks_uri"),
        (json!({ "teams": { "x": { "agents": ["nobody"] } } }), "policy_agent_unknown"),
    ] {
        let error = Policy::parse(&with(&patch).to_string(), &Secrets::new());
        assert_eq!(error.err().map(|error| error.code), Some(code), "{patch}");
    }
}

#[test]
fn no_message_holds_a_key() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA";
    let policy = with(&json!({ "authentication": { "issuers": [{
        "name": "main", "issuer": "https://id.example", "audience": "any", "algorithms": ["HS256"],
        "keys": [{ "jwk": { "kty": "oct", "k": secret } }, { "jwks": { "keys": [{ "kty": "oct", "k": secret }] } }]
    }] } }));
    let findings = lint(&policy);
    assert!(findings.iter().any(|finding| finding.code == "lint_secret_in_policy"));
    assert!(!format!("{findings:?}").contains(secret));
    assert!(!serde_json::to_string(&findings).unwrap().contains(secret));
}

#[test]
fn a_finding_crosses_as_json() {
    let findings = lint(&with(&json!({ "mode": "shadow" })));
    let value = serde_json::to_value(&findings[0]).unwrap();
    assert_eq!(value["severity"], "info");
    assert_eq!(value["code"], "lint_shadow");
    assert_eq!(value["pointer"], "/mode");
    assert!(value["line"].is_u64() && value["column"].is_u64() && value["message"].is_string());
}

#[test]
fn the_examples_say_what_they_mean() {
    let anybody = [("lint_audience_any", "/authentication/issuers/0/audience")];
    let example = include_str!("../../examples/agentos/policy.json");
    assert_eq!(short(&Policy::lint(example).unwrap()), anybody);

    // What wrangler makes of `[vars.POLICY]` in `wrangler.toml`.
    let wrangler = json!({
        "version": 1,
        "routes": { "profile": "agentos" },
        "authentication": { "issuers": [{
            "name": "agentos", "issuer": "any", "audience": "any", "algorithms": ["HS256"],
            "keys": [{ "env": "JWT_VERIFICATION_KEY" }]
        }] }
    });
    let table = include_str!("../../wrangler.toml");
    for line in [
        "routes = { profile = \"agentos\" }",
        "issuer = \"any\"",
        "audience = \"any\"",
        "algorithms = [\"HS256\"]",
    ] {
        assert!(table.contains(line), "wrangler.toml has changed: {line}");
    }
    assert_eq!(short(&lint(&wrangler)), anybody);
}

/// The three patterns of `AgentWarden`'s documentation ("Common Permission Patterns").
#[test]
fn the_common_permission_patterns_say_what_they_mean() {
    let auto = |action: &str| json!({ "action": action, "requires_approval": false });
    let asks = |action: &str| json!({ "action": action, "requires_approval": true });
    let up_to = |action: &str, amount: u32, asks: bool| json!({ "action": action, "max_amount": amount, "requires_approval": asks });
    let support = json!([
        auto("order.cancel"),
        up_to("stripe.refund", 100, false),
        up_to("stripe.refund", 500, true),
        up_to("customer.discount.apply", 20, false),
        auto("email.send")
    ]);
    let devops = json!([
        auto("deploy.staging"),
        asks("deploy.production"),
        auto("database.migrate.staging"),
        asks("database.migrate.production"),
        auto("logs.read"),
        asks("server.restart")
    ]);
    let data = json!([
        auto("database.read"),
        auto("database.write"),
        auto("api.fetch"),
        auto("s3.upload"),
        asks("database.delete")
    ]);
    let policy = with(&json!({ "agents": {
        "support": { "permissions": support },
        "devops": { "permissions": devops },
        "data": { "permissions": data }
    } }));
    // Above a discount of 20 nobody is asked; that may well be meant.
    assert_eq!(
        short(&lint(&policy)),
        [("lint_limit_ceiling", "/agents/support/permissions/3/max_amount")]
    );
}

#[test]
fn a_pointer_has_a_place() {
    let text = "\n{\n  \"a\": [1,\n    { \"b/c\": 2 }],\n  \"d\": 3\n}";
    for (pointer, place) in [
        ("", (2, 1)),
        ("/a", (3, 3)),
        ("/a/1", (4, 5)),
        ("/a/1/b~1c", (4, 7)),
        ("/d", (5, 3)),
        // What is missing would stand here.
        ("/a/1/b", (4, 5)),
        ("/a/7/x", (3, 3)),
        ("/e", (2, 1)),
    ] {
        assert_eq!(Policy::place(text, pointer), Some(place), "{pointer}");
    }
    assert_eq!(Policy::place("{ \"a\": ", "/a"), None);
}
