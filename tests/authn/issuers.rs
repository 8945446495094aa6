//! What an issuer's document may say, and how it is told.

use gatewright::{
    Reason,
    authn::{Algorithm, Key},
};
use serde_json::{Value, json};

use crate::support::{
    SECRET, claims, compile, document, encode, fault, hmac, outcome, policy, refused, token,
};

#[test]
fn issuers_that_make_no_sense() {
    for (changes, code, member) in [
        (json!({ "name": "" }), "policy_issuer", "/name"),
        (json!({ "issuer": "" }), "policy_issuer", "/issuer"),
        (json!({ "audience": [] }), "policy_issuer", "/audience"),
        (json!({ "audience": [""] }), "policy_issuer", "/audience"),
        (json!({ "algorithms": [] }), "policy_algorithm", "/algorithms"),
        (json!({ "algorithms": ["HS256", "ES256"] }), "policy_algorithm", "/algorithms"),
        (json!({ "keys": [] }), "policy_issuer", ""),
        (json!({ "typ": "" }), "policy_issuer", "/typ"),
        (json!({ "leeway_seconds": 301 }), "policy_issuer", "/leeway_seconds"),
        (json!({ "max_token_bytes": 8193 }), "policy_issuer", "/max_token_bytes"),
        (json!({ "max_token_bytes": 0 }), "policy_issuer", "/max_token_bytes"),
        (json!({ "claims": { "scopes": "" } }), "policy_claim_path", "/claims/scopes"),
        (json!({ "claims": { "team": "a..b" } }), "policy_claim_path", "/claims/team"),
        (json!({ "claims": { "agents": ".a" } }), "policy_claim_path", "/claims/agents"),
        (json!({ "jwks_uri": "https://a.example/jwks" }), "policy_jwks_uri", "/jwks_uri"),
    ] {
        let error = fault(document(changes.clone()), &[("SECRET", SECRET)]);
        let pointer = format!("/authentication/issuers/0{member}");
        assert_eq!((error.code, error.pointer), (code, pointer), "{changes}");
        assert!(!error.message.contains(SECRET));
    }
}

#[test]
fn jwks_uris() {
    let compiled = |uri: &str| {
        compile(document(json!({ "algorithms": ["RS256"], "keys": [], "jwks_uri": uri })), &[])
    };
    for uri in [
        "https://a.example/jwks.json",
        "https://a.example",
        "https://a.example:8443/x?y=z",
        "https://10.0.0.1/x",
        "http://localhost:8080/jwks",
        "http://127.0.0.1/",
        "http://[::1]:9/x",
        "https://[::1]/",
    ] {
        assert_eq!(compiled(uri).unwrap().issuers()[0].jwks_uri(), Some(uri));
    }
    for uri in [
        "",
        "https://",
        "http://a.example/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "https://user@a.example/",
        "https://user:pass@a.example/",
        "https://a.example/#x",
        "https://a.example/a b",
        "https://a.example:0/",
        "https://a.example:x/",
        "https://a.example:99999/",
        "ftp://a.example/",
        "//a.example/",
        "HTTPS://a.example/",
        "https:/a.example/",
        "https://a.example\\@b.example/",
        "https:///x",
        "https://é.example/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://[::2]/",
        "http://127.0.0.1.evil.example/",
    ] {
        assert_eq!(compiled(uri).err().unwrap().code, "policy_jwks_uri", "{uri}");
    }
}

/// A claim is found by its whole name, else along the dots.
#[test]
fn claim_paths() {
    let policy = policy(json!({ "claims": {
        "subject": "user.id", "scopes": "realm_access.roles", "team": "https://a.example/team", "agents": "x.y.z",
        "tenant": "tid", "session": "s.id",
    } }));
    let token = |changes: Value| crate::support::token(changes);
    let claims = outcome(&token(json!({
        "user.id": "whole", "user": { "id": "nested" }, "realm_access": { "roles": ["a"] }, "s": { "id": "s1" },
        "https://a.example/team": "t1", "x": { "y": { "z": ["agent"] } }, "tid": "n1",
    })), &policy).unwrap();
    assert_eq!(
        (claims.subject(), claims.session(), claims.team()),
        (Some("whole"), Some("s1"), Some("t1"))
    );
    assert_eq!((claims.agents(), claims.tenant()), (Some(&["agent".to_owned()][..]), Some("n1")));
    let claims = outcome(&token(json!({ "user": { "id": "nested" } })), &policy).unwrap();
    assert_eq!((claims.subject(), claims.agents(), claims.team()), (Some("nested"), None, None));
    for changes in [
        json!({ "x": { "y": { "z": "agent" } } }),
        json!({ "x": { "y": { "z": [5] } } }),
        json!({ "tid": 5 }),
    ] {
        let mut changes = changes;
        changes["user"] = json!({ "id": "u" });
        assert_eq!(refused(&token(changes), &policy), Reason::TokenClaim);
    }
    let rest = claims_text();
    let null = crate::support::sign(
        r#"{"alg":"HS256"}"#,
        &format!("{{\"tid\":null,\"user.id\":\"u\",{}", &rest[1..]),
    );
    assert_eq!(refused(&null, &policy), Reason::TokenClaim);
}

fn claims_text() -> String {
    claims(json!({})).to_string()
}

/// What ends in a log shows no secret, no key and no claim.
#[test]
fn debug_shows_nothing() {
    let policy = policy(json!({}));
    let good = token(json!({ "sub": "topsecretsubject", "scopes": ["topsecretscope"] }));
    let claims = outcome(&good, &policy).unwrap();
    let jws = gatewright::authn::Jws::parse(good.as_bytes()).unwrap();
    let jwk = json!({ "kty": "oct", "kid": "topsecretkid", "k": encode(SECRET) });
    let key = Key::from_jwk(jwk.to_string().as_bytes(), Algorithm::Hs256).unwrap();
    assert!(key.jwk().is_none());
    let text = format!("{:?} {claims:?} {:?} {jws:?} {key:?}", policy.issuers(), claims.scopes());
    let mac = encode(hmac("HS256", SECRET.as_bytes(), jws.signed()));
    for secret in ["topsecret", SECRET, &encode(SECRET), &mac, &good] {
        assert!(!text.contains(secret), "{text}");
    }
}
