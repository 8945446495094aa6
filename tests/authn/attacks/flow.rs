//! Issuers, keys and clocks around a token.

use gatewright::{
    Reason,
    authn::{Step, begin, verify},
};
use serde_json::json;

use super::{es_key, es_token, issuer_with};
use crate::support::{NOW, SECRET, compile_all, document, outcome, policy, sign, token};

/// The good tokens that all others are changed from.
#[test]
fn good_tokens() {
    outcome(&token(json!({})), &policy(json!({}))).unwrap();
    let (key, jwk) = es_key(7);
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": jwk }]));
    outcome(&es_token(&key, &json!({ "alg": "ES256" })), &policy).unwrap();
}

/// With several issuers `iss` chooses the keys, and cannot choose them for another's token.
#[test]
fn iss_chooses_among_issuers() {
    let other = json!({
        "name": "other", "issuer": "https://other.example/", "keys": [{ "env": "OTHER" }],
    });
    let policy = compile_all(
        json!([document(other), document(json!({}))]),
        &[("SECRET", SECRET), ("OTHER", "another secret, of which 32 bytes are enough")],
    );
    let policy = policy.unwrap();
    let decide = |token: &str| verify(token.as_bytes(), policy.issuers(), NOW);
    assert_eq!(decide(&token(json!({}))).unwrap().issuer(), 1);
    let refusal = decide(&token(json!({ "iss": "https://other.example/" }))).unwrap_err();
    assert_eq!((refusal.reason, refusal.issuer), (Reason::TokenSignature, Some(0)));
    let refusal = decide(&token(json!({ "iss": "https://nobody.example/" }))).unwrap_err();
    assert_eq!((refusal.reason, refusal.issuer), (Reason::TokenIssuer, None));
    for (payload, reason) in [
        (r#"{"iss":"a","iss":"b"}"#, Reason::TokenDuplicateMember),
        (r#"{"iss":5}"#, Reason::TokenIssuer),
        ("[]", Reason::TokenPayload),
        ("{}", Reason::TokenIssuer),
    ] {
        assert_eq!(decide(&sign(r#"{"alg":"HS256"}"#, payload)).unwrap_err().reason, reason);
    }
    assert_eq!(
        verify(token(json!({})).as_bytes(), &[], NOW).unwrap_err().reason,
        Reason::TokenIssuer
    );
}

/// A token of an unknown key tells whose keys to fetch again, and whether they were ever there.
#[test]
fn unknown_keys_name_their_issuer() {
    let (key, mut jwk) = es_key(7);
    jwk["kid"] = json!("a");
    let mut policy = policy(json!({
        "algorithms": ["ES256"], "keys": [], "jwks_uri": "https://issuer.example.com/jwks.json",
    }));
    assert!(policy.issuers()[0].needs_keys());
    let token = es_token(&key, &json!({ "alg": "ES256", "kid": "b" }));
    let refusal = verify(token.as_bytes(), policy.issuers(), NOW).unwrap_err();
    assert_eq!((refusal.reason, refusal.issuer), (Reason::TokenKeysUnavailable, Some(0)));
    policy.replace_keys(0, json!({ "keys": [jwk] }).to_string().as_bytes());
    let refusal = verify(token.as_bytes(), policy.issuers(), NOW).unwrap_err();
    assert_eq!((refusal.reason, refusal.issuer), (Reason::TokenKeyUnknown, Some(0)));
}

/// While a signature is being verified elsewhere, the key may be withdrawn.
#[test]
fn withdrawn_keys_verify_nothing() {
    let (key, jwk) = es_key(7);
    let mut policy = policy(json!({
        "algorithms": ["ES256"], "keys": [], "jwks_uri": "https://issuer.example.com/jwks.json",
    }));
    let set = json!({ "keys": [jwk] }).to_string();
    policy.replace_keys(0, set.as_bytes());
    let token = es_token(&key, &json!({ "alg": "ES256" }));
    let pending = || match begin(token.as_bytes(), policy.issuers(), NOW) {
        Ok(Step::Pending(pending)) => pending,
        other => panic!("{other:?}"),
    };
    let (first, second, third) = (pending(), pending(), pending());
    assert!(first.verify(policy.issuers()));
    assert!(matches!(first.finish(true, policy.issuers(), NOW), Ok(Step::Verified(_))));
    assert_eq!(
        second.finish(false, policy.issuers(), NOW).unwrap_err().reason,
        Reason::TokenSignature
    );
    policy.drop_keys(0);
    assert!(!third.verify(policy.issuers()));
    assert_eq!(
        third.finish(true, policy.issuers(), NOW).unwrap_err().reason,
        Reason::TokenKeyUnknown
    );
}

/// The clock is looked at again when the answer comes, and a clock that makes no sense is refused.
#[test]
fn clocks_that_make_no_sense() {
    for now in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1_704_067_199.0] {
        let refusal =
            verify(token(json!({})).as_bytes(), policy(json!({})).issuers(), now).unwrap_err();
        assert_eq!(refusal.reason, Reason::ClockInvalid, "{now}");
    }
    let (key, jwk) = es_key(7);
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": jwk }]));
    let token = es_token(&key, &json!({ "alg": "ES256" }));
    for (now, reason) in [(NOW + 300.0, Reason::TokenExpired), (f64::NAN, Reason::ClockInvalid)] {
        let Ok(Step::Pending(pending)) = begin(token.as_bytes(), policy.issuers(), NOW) else {
            panic!()
        };
        assert_eq!(pending.finish(true, policy.issuers(), now).unwrap_err().reason, reason);
    }
}
