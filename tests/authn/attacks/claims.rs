//! The claims.

use gatewright::Reason;
use serde_json::{Value, json};

use crate::support::{AUD, ISS, NOW, claims, outcome, policy, refused, sign, token};

#[test]
fn exp_is_missing() {
    let token = token(json!({ "exp": null }));
    assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenExpiryMissing);
    assert_eq!(
        outcome(&token, &policy(json!({ "require_expiry": false }))).unwrap().expires(),
        None
    );
}

/// RFC 7519 §4.1.4: "on or after".
#[test]
fn exp_equals_now() {
    for (exp, leeway, accepted) in [
        (NOW, 0, false),
        (NOW - 1.0, 0, false),
        (NOW + 1.0, 0, true),
        (NOW + 0.5, 0, true),
        (NOW - 9.0, 10, true),
        (NOW - 10.0, 10, false),
        (NOW - 9.5, 10, true),
    ] {
        let policy = policy(json!({ "leeway_seconds": leeway }));
        let outcome = outcome(&token(json!({ "exp": exp })), &policy);
        let until = accepted.then_some(Some(exp + f64::from(leeway)));
        assert_eq!(outcome.map(|claims| claims.expires()), until.ok_or(Reason::TokenExpired));
    }
}

/// CVE-2026-25537.
#[test]
fn times_of_the_wrong_type() {
    for name in ["exp", "nbf", "iat"] {
        for value in
            [r#""1750000300""#, "null", "true", "false", "{}", "[]", "[1750000300]", "-1", "-1e300"]
        {
            let rest = claims(json!({ name: null })).to_string();
            let payload = format!("{{\"{name}\":{value},{}", &rest[1..]);
            let reason = refused(&sign(r#"{"alg":"HS256"}"#, &payload), &policy(json!({})));
            assert_eq!(reason, Reason::TokenClaim, "{name}: {value}");
        }
    }
}

#[test]
fn exp_that_is_absurd() {
    for (value, reason) in [
        ("1e20", Reason::TokenLifetime),
        ("9223372036854775808", Reason::TokenLifetime),
        ("1e308", Reason::TokenLifetime),
        ("1e400", Reason::TokenPayload),
        ("18446744073709551616", Reason::TokenLifetime),
        ("NaN", Reason::TokenPayload),
    ] {
        let rest = claims(json!({ "exp": null })).to_string();
        let payload = format!("{{\"exp\":{value},{}", &rest[1..]);
        assert_eq!(
            refused(&sign(r#"{"alg":"HS256"}"#, &payload), &policy(json!({}))),
            reason,
            "{value}"
        );
    }
    let day = policy(json!({ "max_lifetime_seconds": 86_400 }));
    outcome(&token(json!({ "exp": NOW + 86_400.0 })), &day).unwrap();
    assert_eq!(refused(&token(json!({ "exp": NOW + 86_401.0 })), &day), Reason::TokenLifetime);
}

#[test]
fn nbf_lies_in_the_future() {
    for (nbf, accepted) in
        [(NOW, true), (NOW - 0.5, true), (NOW + 0.5, false), (NOW + 1.0, false), (1e300, false)]
    {
        let outcome = outcome(&token(json!({ "nbf": nbf })), &policy(json!({})));
        assert_eq!(outcome.err(), (!accepted).then_some(Reason::TokenNotYetValid), "{nbf}");
    }
    let patient = policy(json!({ "leeway_seconds": 60 }));
    assert_eq!(
        outcome(&token(json!({ "nbf": NOW + 60.0 })), &patient).unwrap().not_before(),
        Some(NOW)
    );
    assert_eq!(refused(&token(json!({ "nbf": NOW + 61.0 })), &patient), Reason::TokenNotYetValid);
}

/// What made jwt-compact panic: a leeway taken from the earliest date there is.
#[test]
fn nbf_at_the_date_minimum() {
    let patient = policy(json!({ "leeway_seconds": 60 }));
    for nbf in ["-8334601228800", "-9223372036854775808", "-1.7976931348623157e308"] {
        let rest = claims(json!({})).to_string();
        let payload = format!("{{\"nbf\":{nbf},{}", &rest[1..]);
        assert_eq!(refused(&sign(r#"{"alg":"HS256"}"#, &payload), &patient), Reason::TokenClaim);
    }
}

#[test]
fn iat_lies_in_the_future() {
    assert_eq!(
        refused(&token(json!({ "iat": NOW + 1.0 })), &policy(json!({}))),
        Reason::TokenIssuedInFuture
    );
    outcome(&token(json!({ "iat": NOW + 60.0 })), &policy(json!({ "leeway_seconds": 60 })))
        .unwrap();
}

/// CVE-2024-53861, CVE-2025-30144.
#[test]
fn iss_is_exact() {
    for iss in [
        json!("https://issuer.example.com"),
        json!("https://issuer.example.com/x"),
        json!(""),
        json!("https://issuer"),
        json!("HTTPS://ISSUER.EXAMPLE.COM/"),
        json!([ISS]),
        json!(5),
        json!({}),
        json!("any"),
        Value::Null,
    ] {
        assert_eq!(refused(&token(json!({ "iss": iss })), &policy(json!({}))), Reason::TokenIssuer);
    }
    let rest = claims(json!({ "iss": null })).to_string();
    let null = sign(r#"{"alg":"HS256"}"#, &format!("{{\"iss\":null,{}", &rest[1..]));
    assert_eq!(refused(&null, &policy(json!({}))), Reason::TokenIssuer);
    outcome(&token(json!({ "iss": null })), &policy(json!({ "issuer": "any" }))).unwrap();
}

#[test]
fn aud_holds_us_and_strings_alone() {
    for aud in [
        json!("https://other.example"),
        json!(""),
        json!([]),
        json!([AUD, 5]),
        json!([5, AUD]),
        json!([[AUD]]),
        json!({ "0": AUD }),
        json!(5),
        json!("https://agents.example.com/"),
        json!("HTTPS://AGENTS.EXAMPLE.COM"),
        json!([AUD, null]),
        Value::Null,
    ] {
        assert_eq!(
            refused(&token(json!({ "aud": aud })), &policy(json!({}))),
            Reason::TokenAudience,
            "{aud}"
        );
    }
    outcome(&token(json!({ "aud": ["x", AUD] })), &policy(json!({}))).unwrap();
    outcome(&token(json!({ "aud": null })), &policy(json!({ "audience": "any" }))).unwrap();
}

#[test]
fn scopes_and_subject_of_the_wrong_type() {
    for (scopes, count) in [
        (json!(["a", "b"]), Some(2)),
        (json!("a b  c"), Some(3)),
        (json!(""), Some(0)),
        (json!([]), Some(0)),
        (Value::Null, Some(0)),
        (json!([5]), None),
        (json!(["a", null]), None),
        (json!({ "0": "a" }), None),
        (json!(5), None),
        (json!(true), None),
    ] {
        let outcome = outcome(&token(json!({ "scopes": scopes })), &policy(json!({})));
        let scopes = outcome.map(|claims| format!("{:?}", claims.scopes()));
        assert_eq!(scopes, count.map(|count| format!("List({count})")).ok_or(Reason::TokenScopes));
    }
    let long = "x".repeat(1025);
    for sub in [
        json!(""),
        json!(5),
        json!(["a"]),
        json!({}),
        json!("a\nb"),
        json!("a\u{0}"),
        json!("\u{85}"),
        json!(long),
        Value::Null,
    ] {
        assert_eq!(
            refused(&token(json!({ "sub": sub })), &policy(json!({}))),
            Reason::TokenSubject,
            "{sub}"
        );
    }
    for sub in ["sa:bot", "__oauth__:client", "__scheduler__"] {
        assert_eq!(
            refused(&token(json!({ "sub": sub })), &policy(json!({}))),
            Reason::TokenSubjectReserved
        );
    }
    for (name, reason) in [("session_id", Reason::TokenClaim), ("jti", Reason::TokenClaim)] {
        assert_eq!(refused(&token(json!({ name: 5 })), &policy(json!({}))), reason);
    }
}
