//! A policy that is not one: what is said, and where.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use gatewright::policy::{Policy, PolicyError, Secrets};
use serde_json::{Value, json};

const SECRET: &str = "a-shared-secret-of-at-least-256-bits-0123";

fn secrets() -> Secrets {
    Secrets::from([("KEY".into(), SECRET.into())])
}

/// A policy with one thing changed: the value at `pointer` replaced, or put there.
fn with(pointer: &str, value: Value) -> String {
    let mut policy = json!({
        "version": 1,
        "authentication": { "issuers": [{
            "name": "main", "issuer": "any", "audience": "any",
            "algorithms": ["HS256"], "keys": [{ "env": "KEY" }]
        }] },
        "routes": { "profile": "agentos" }
    });
    let (parent, member) = pointer.rsplit_once('/').unwrap_or(("", ""));
    match policy.pointer_mut(parent) {
        Some(Value::Object(object)) if !member.is_empty() => {
            object.insert(member.to_owned(), value);
        }
        Some(Value::Array(array)) => {
            array.push(value);
        }
        _ => policy = value,
    }
    policy.to_string()
}

fn error(text: &str) -> PolicyError {
    match Policy::parse(text, &secrets()) {
        Ok(_) => panic!("this is a policy: {text}"),
        Err(error) => error,
    }
}

#[test]
fn the_smallest_policy_is_one() {
    let policy = Policy::parse(&with("/version", json!(1)), &secrets()).unwrap();
    assert!(policy.hash().starts_with("sha256:"));
    assert_eq!(policy.hash().len(), 7 + 64);
}

#[test]
fn an_error_says_what_is_wrong_and_where() {
    const ISSUER: &str = "/authentication/issuers/0";
    let at = |member: &str| format!("{ISSUER}/{member}");
    for (pointer, value, code, place) in [
        ("/version", json!(2), "policy_version", "/version".to_owned()),
        ("/version", json!("1"), "policy_value", "/version".into()),
        ("/extra", json!(1), "policy_unknown_member", "/extra".into()),
        ("/routes/profil", json!("agentos"), "policy_unknown_member", "/routes/profil".into()),
        ("/routes/profile", json!("agentsos"), "policy_value", "/routes/profile".into()),
        ("/authentication/issuers", json!([]), "policy_issuer", "/authentication/issuers".into()),
        (
            "/authentication/issuers/0/leeway_seconds",
            json!(301),
            "policy_issuer",
            at("leeway_seconds"),
        ),
        (
            "/authentication/issuers/0/algorithms",
            json!(["none"]),
            "policy_value",
            at("algorithms/0"),
        ),
        ("/authentication/issuers/0/algorithms", json!([]), "policy_algorithm", at("algorithms")),
        ("/authentication/issuers/0/audience", json!("some"), "policy_value", at("audience")),
        (
            "/authentication/issuers/0/keys",
            json!([{"env": "NONE"}]),
            "policy_secret_missing",
            at("keys/0"),
        ),
        (
            "/authentication/issuers/0/jwks_uri",
            json!("http://id.example/keys"),
            "policy_jwks_uri",
            at("jwks_uri"),
        ),
        (
            "/teams",
            json!({"a/b": {"agents": ["x", "x"]}}),
            "policy_agent_twice",
            "/teams/a~1b/agents/1".into(),
        ),
        ("/teams", json!({"a": {"agents": "some"}}), "policy_value", "/teams/a/agents".into()),
        (
            "/isolation",
            json!({"user": ["u"], "session": ["u"]}),
            "policy_isolation",
            "/isolation/session".into(),
        ),
        ("/isolation", json!("on"), "policy_value", "/isolation".into()),
        (
            "/control",
            json!({"compatible": ["openai"]}),
            "policy_value",
            "/control/compatible/0".into(),
        ),
        (
            "/control",
            json!({"max_stale_seconds": 5, "hard_stale_seconds": 4}),
            "policy_control",
            "/control".into(),
        ),
        (
            "/control",
            json!({"webhook": {"url": "http://a.example/hook", "hosts": ["a.example"], "secret": "S"}}),
            "policy_control",
            "/control/webhook".into(),
        ),
        (
            "/control",
            json!({"webhook": {"url": "https://a.example.evil/hook", "hosts": ["a.example"], "secret": "S"}}),
            "policy_control",
            "/control/webhook".into(),
        ),
        (
            "/control",
            json!({"webhook": {"url": "https://a.example@evil/hook", "hosts": ["a.example"], "secret": "S"}}),
            "policy_control",
            "/control/webhook".into(),
        ),
        (
            "/control",
            json!({"webhook": {"url": "https://a.example:8443/", "hosts": ["a.example"], "secret": "S"}}),
            "policy_control",
            "/control/webhook".into(),
        ),
    ] {
        let error = error(&with(pointer, value));
        assert_eq!((error.code, error.pointer.as_str()), (code, place.as_str()), "{error}");
    }
}

#[test]
fn a_member_that_stands_twice_is_found_at_its_line() {
    let text = "{\n \"version\": 1,\n \"routes\": {\"public\": [],\n  \"public\": []}\n}";
    let error = error(text);
    assert_eq!((error.code, error.pointer.as_str()), ("policy_duplicate_member", "/routes/public"));
    assert_eq!(error.line, Some(4));
}

#[test]
fn text_that_is_not_json_is_found_at_its_line() {
    let error = error("{\n \"version\": 1,\n}");
    assert_eq!((error.code, error.line), ("policy_syntax", Some(3)));
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for keys in
        [json!([SECRET]), json!([{ "secret": SECRET }]), json!(SECRET), json!([{ "env": SECRET }])]
    {
        let error = error(&with("/authentication/issuers/0/keys", keys.clone()));
        // Whoever writes a secret as the name of one is told that there is none of that name.
        let named = error.code == "policy_secret_missing";
        assert!(named || !error.to_string().contains(SECRET), "{error}");
    }
}

#[test]
fn a_policy_names_its_secrets() {
    let text =
        with("/authentication/issuers/0/keys", json!([{"env": "B"}, {"env": "A"}, {"env": "B"}]));
    assert_eq!(Policy::secret_names(&text), ["B", "A"]);
    assert!(Policy::secret_names("{").is_empty());
}
