//! The header: algorithms, keys, extensions, types.

use gatewright::Reason;
use serde_json::{Value, json};

use super::{es_key, es_token, issuer_with};
use crate::support::{
    SECRET, claims, document, encode, fault, hmac, outcome, policy, refused, token,
    token_with_header, vectors,
};

#[test]
fn alg_none_and_case_variants() {
    let payload = encode(claims(json!({})).to_string());
    for alg in ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS256\\u0000", "HS1"] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        for token in [format!("{}.{payload}.", encode(&header)), token_with_header(&header)] {
            assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenAlgorithm, "{alg:?}");
        }
    }
}

/// CVE-2016-10555: the text of the public key is no secret.
#[test]
fn public_key_used_as_hmac_secret() {
    let (_, jwk) = es_key(7);
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": jwk }]));
    let (header, payload) = (encode(r#"{"alg":"HS256"}"#), encode(claims(json!({})).to_string()));
    let signed = format!("{header}.{payload}");
    let mac = encode(hmac("HS256", jwk.to_string().as_bytes(), signed.as_bytes()));
    assert_eq!(refused(&format!("{signed}.{mac}"), &policy), Reason::TokenAlgorithm);

    // Nor can a policy make it one.
    for (value, code) in [
        (jwk.to_string(), "policy_key_confusion"),
        ("{\"kty\":\"RSA\",".into(), "policy_key_confusion"),
        (
            format!("-----BEGIN PUBLIC KEY-----\n{ES_SPKI}\n-----END PUBLIC KEY-----\n"),
            "policy_key_confusion",
        ),
        (ES_SPKI.into(), "policy_key_confusion"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDJzUB".into(), "policy_key_confusion"),
    ] {
        let error = fault(document(json!({})), &[("SECRET", &value)]);
        assert_eq!(error.code, code, "{value}");
        assert_eq!(error.pointer, "/authentication/issuers/0/keys/0");
    }
    let both = document(json!({ "algorithms": ["HS256", "RS256"] }));
    assert_eq!(fault(both, &[("SECRET", SECRET)]).code, "policy_algorithm");
}

/// A public key of P-384 without its armour.
const ES_SPKI: &str = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEzQuFZkuEcvAK88HKg0kAV31ukcxhbtEF\
                       PalymFoYqAV+1SXePUlI8OxvOC2VIR1lh4Qh8qPYwGwfr3ZxRtGUowGCKqioXrZ2\
                       w/lMJzeXxk0tGzO2s0lihr8nccnVSMDC";

#[test]
fn algorithms_are_exact() {
    // RS for PS: one key, one algorithm.
    let row =
        vectors("jwt/attack-corpus.jsonl").into_iter().find(|row| row["id"] == "alg-ps-for-rs");
    let row = row.unwrap();
    let ps_token = row["token"].as_str().unwrap();
    let mut key = row["key"].clone();
    let keys = json!([{ "jwk": key }]);
    assert_eq!(
        refused(ps_token, &issuer_with(json!(["RS256"]), keys.clone())),
        Reason::TokenAlgorithm
    );
    outcome(ps_token, &issuer_with(json!(["PS256"]), keys.clone())).unwrap();
    // The padding that is listed first is the key's.
    outcome(ps_token, &issuer_with(json!(["PS256", "RS256"]), keys.clone())).unwrap();
    let policy = issuer_with(json!(["RS256", "PS256"]), keys);
    assert_eq!(refused(ps_token, &policy), Reason::TokenKeyUnknown);
    key["alg"] = json!("RS256");
    let policy = issuer_with(json!(["PS256", "RS256"]), json!([{ "jwk": key }]));
    assert_eq!(refused(ps_token, &policy), Reason::TokenKeyUnknown);

    // HS512 for HS256, with the same secret.
    let signed =
        format!("{}.{}", encode(r#"{"alg":"HS512"}"#), encode(claims(json!({})).to_string()));
    let mac = encode(hmac("HS512", SECRET.as_bytes(), signed.as_bytes()));
    let hs512 = format!("{signed}.{mac}");
    let issuer_of = |algorithms: Value| crate::support::policy(json!({ "algorithms": algorithms }));
    assert_eq!(refused(&hs512, &issuer_of(json!(["HS256"]))), Reason::TokenAlgorithm);
    outcome(&hs512, &issuer_of(json!(["HS512"]))).unwrap();
}

#[test]
fn duplicate_alg() {
    for header in [
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","x":[{"y":1,"y":2}]}"#,
    ] {
        assert_eq!(
            refused(&token_with_header(header), &policy(json!({}))),
            Reason::TokenDuplicateMember
        );
    }
}

#[test]
fn alg_is_not_a_string() {
    for header in [
        "{}",
        r#"{"alg":null}"#,
        r#"{"alg":1}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":{"a":1}}"#,
        r#"{"ALG":"HS256"}"#,
        "[]",
        "1",
        "\"HS256\"",
        "null",
        "{",
        r#"{"alg":"HS256"}x"#,
        "",
    ] {
        let reason = refused(&token_with_header(header), &policy(json!({})));
        let wanted = if header.is_empty() { Reason::TokenMalformed } else { Reason::TokenHeader };
        assert_eq!(reason, wanted, "{header}");
    }
}

/// CVE-2018-0114.
#[test]
fn embedded_jwk_is_ignored() {
    let (ours, our_jwk) = es_key(7);
    let (theirs, their_jwk) = es_key(8);
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": our_jwk }]));
    for (member, value) in [
        ("jwk", their_jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
    ] {
        let header = json!({ "alg": "ES256", member: value });
        assert_eq!(
            refused(&es_token(&theirs, &header), &policy),
            Reason::TokenSignature,
            "{member}"
        );
        outcome(&es_token(&ours, &header), &policy).unwrap();
    }
}

#[test]
fn kid_is_only_a_name() {
    let (key, jwk) = es_key(7);
    let mut named = jwk;
    named["kid"] = json!("a");
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": named }]));
    outcome(&es_token(&key, &json!({ "alg": "ES256", "kid": "a" })), &policy).unwrap();
    for kid in ["../../dev/null", "x' UNION SELECT 'k", "A", "", "__proto__", "a\0", "constructor"]
    {
        let token = es_token(&key, &json!({ "alg": "ES256", "kid": kid }));
        assert_eq!(refused(&token, &policy), Reason::TokenKeyUnknown, "{kid:?}");
    }
    // The key of `/dev/null`.
    let signed =
        format!("{}.{}", encode(r#"{"alg":"HS256"}"#), encode(claims(json!({})).to_string()));
    for secret in [&b""[..], b"\0"] {
        let token = format!("{signed}.{}", encode(hmac("HS256", secret, signed.as_bytes())));
        assert_eq!(refused(&token, &crate::support::policy(json!({}))), Reason::TokenSignature);
    }
}

#[test]
fn kid_that_is_not_a_string_or_too_long() {
    for kid in ["1", "null", "true", "[\"a\"]", "{}"] {
        let token = token_with_header(&format!(r#"{{"alg":"HS256","kid":{kid}}}"#));
        assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenHeader, "{kid}");
    }
    let token = |length| {
        token_with_header(&json!({ "alg": "HS256", "kid": "k".repeat(length) }).to_string())
    };
    outcome(&token(256), &policy(json!({}))).unwrap();
    assert_eq!(refused(&token(257), &policy(json!({}))), Reason::TokenHeader);
    assert_eq!(refused(&token(65536), &policy(json!({}))), Reason::TokenTooLarge);
}

/// RFC 7515 §4.1.11. We understand no extension, so any `crit` is too much.
#[test]
fn critical_extensions() {
    for crit in [
        r#""crit":["foo"],"foo":1"#,
        r#""crit":["exp"],"exp":1"#,
        r#""crit":[]"#,
        r#""crit":"exp""#,
        r#""crit":null"#,
        r#""crit":["alg"]"#,
        r#""crit":["absent"]"#,
        r#""crit":["b64"],"b64":true"#,
        // RFC 7797 §6, with `crit` and without.
        r#""crit":["b64"],"b64":false"#,
        r#""b64":false"#,
        r#""b64":true"#,
    ] {
        let token = token_with_header(&format!(r#"{{"alg":"HS256",{crit}}}"#));
        assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenCritical, "{crit}");
    }
}

/// RFC 8725 §3.11: a token made for something else.
#[test]
fn typ_is_the_one_asked_for() {
    let policy = policy(json!({ "typ": "at+jwt" }));
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        outcome(&token_with_header(&json!({ "alg": "HS256", "typ": typ }).to_string()), &policy)
            .unwrap();
    }
    for typ in
        ["JWT", "dpop+jwt", "", "at+jwt ", "x/at+jwt", "application/x/at+jwt", "id_token+jwt"]
    {
        let token = token_with_header(&json!({ "alg": "HS256", "typ": typ }).to_string());
        assert_eq!(refused(&token, &policy), Reason::TokenType, "{typ}");
    }
    assert_eq!(refused(&token(json!({})), &policy), Reason::TokenType);
    let number = token_with_header(r#"{"alg":"HS256","typ":5}"#);
    assert_eq!(refused(&number, &policy), Reason::TokenHeader);
}
