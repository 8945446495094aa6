//! Which keys are held: those of a policy, those that are fetched, and in what form.

use gatewright::{
    Policy, PolicyError, Reason,
    authn::{Algorithm, Key, KeyFault},
};
use serde_json::{Value, json};

use crate::support::{
    SECRET, claims, compile, document, encode, fault, outcome, policy, refused, token,
};

fn key(name: &str) -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jwt/keys.json");
    let keys: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    keys[name].clone()
}

fn pem(name: &str) -> String {
    let spki = key(name)["spki"].as_str().unwrap().to_owned();
    let lines: Vec<&str> =
        spki.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// An issuer with all asymmetric algorithms and these keys.
fn holding(keys: Value, secrets: &[(&str, &str)]) -> Result<Policy, PolicyError> {
    compile(
        document(
            json!({ "algorithms": ["RS256", "ES256", "ES384", "ES512", "EdDSA"], "keys": keys }),
        ),
        secrets,
    )
}

fn fetching() -> Policy {
    policy(json!({
        "algorithms": ["RS256", "ES384", "ES512", "EdDSA"], "keys": [],
        "jwks_uri": "https://issuer.example.com/jwks.json",
    }))
}

/// PEM and JWK give the same key, with the thumbprint that others compute (RFC 7638).
#[test]
fn pem_and_jwk_agree() {
    for (name, algorithm) in [
        ("RSA", Algorithm::Rs256),
        ("P-384", Algorithm::Es384),
        ("P-521", Algorithm::Es512),
        ("Ed25519", Algorithm::EdDsa),
    ] {
        let row = key(name);
        let from_jwk = Key::from_jwk(row["jwk"].to_string().as_bytes(), algorithm).unwrap();
        assert_eq!(encode(from_jwk.thumbprint()), row["thumbprint"].as_str().unwrap());
        let mut jwk = row["jwk"].clone();
        jwk["alg"] = json!(algorithm.name());
        assert_eq!(serde_json::to_value(from_jwk.jwk()).unwrap(), jwk);

        let escaped = pem(name).replace('\n', "\\n");
        let windows = pem(name).replace('\n', "\r\n");
        let flat = pem(name).replace('\n', "");
        for text in [pem(name), escaped, windows, flat, format!("# ours\n  {}  ", pem(name))] {
            let policy = holding(json!([{ "env": "KEY" }]), &[("KEY", &text)]).unwrap();
            let keys: Vec<&Key> = policy.issuers()[0].platform_keys().collect();
            assert_eq!(keys.len(), 1);
            assert_eq!(
                (keys[0].thumbprint(), keys[0].algorithm()),
                (from_jwk.thumbprint(), algorithm)
            );
        }
    }
}

#[test]
fn one_secret_may_hold_several_keys() {
    let both = format!("{}{}", pem("RSA"), pem("P-384"));
    let set = json!({ "keys": [key("RSA")["jwk"], key("Ed25519")["jwk"]] }).to_string();
    let keys = json!([{ "env": "PEMS" }, { "env": "SET" }, { "pem": pem("P-521") }, { "jwk": key("Ed25519")["jwk"] }]);
    let policy = holding(keys, &[("PEMS", &both), ("SET", &set)]).unwrap();
    let ids: Vec<u32> = policy.issuers()[0].platform_keys().map(Key::id).collect();
    assert_eq!(ids, [0, 1, 2, 3, 4, 5]);
    assert!(
        policy.issuers()[0].has_key(5)
            && !policy.issuers()[0].has_key(6)
            && !policy.issuers()[0].needs_keys()
    );
}

#[test]
fn bad_keys_in_a_policy_are_errors() {
    let rsa = |changes: Value| {
        let mut jwk = key("RSA")["jwk"].clone();
        for (name, value) in changes.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        json!({ "jwk": jwk })
    };
    let point = |x: &str| json!({ "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x } });
    let even = encode([0xff; 255].into_iter().chain([0xfe]).collect::<Vec<u8>>());
    let mut off_curve = key("P-384")["jwk"].clone();
    off_curve["x"] = off_curve["y"].clone();
    let mut wrong_curve = key("P-384")["jwk"].clone();
    wrong_curve["crv"] = json!("P-256");
    let good = key("RSA")["jwk"].clone();
    for (key, code) in [
        (json!({ "pem": pem("RSA 1024") }), "policy_key_weak"),
        (json!({ "pem": pem("RSA e=3") }), "policy_key_weak"),
        (json!({ "pem": pem("secp256k1") }), "policy_key_unfit"),
        (json!({ "pem": pem("P-256 compressed") }), "policy_key_invalid"),
        (json!({ "pem": pem("RSA").replace("PUBLIC KEY", "PRIVATE KEY") }), "policy_key_private"),
        (
            json!({ "pem": pem("RSA").replace("PUBLIC KEY", "RSA PRIVATE KEY") }),
            "policy_key_private",
        ),
        (json!({ "pem": pem("RSA").replace("PUBLIC KEY", "CERTIFICATE") }), "policy_key_invalid"),
        (
            json!({ "pem": pem("RSA").replace("-----END PUBLIC KEY-----", "") }),
            "policy_key_invalid",
        ),
        (json!({ "pem": pem("RSA").replace("MIIB", "MIIC") }), "policy_key_invalid"),
        (json!({ "pem": "MIIB" }), "policy_key_invalid"),
        (json!({ "env": "SECRET" }), "policy_key_invalid"),
        (json!({ "env": "NOWHERE" }), "policy_secret_missing"),
        (json!({ "env": "EMPTY" }), "policy_secret_missing"),
        (rsa(json!({ "d": "AQAB" })), "policy_key_private"),
        (rsa(json!({ "k": "AQAB" })), "policy_key_private"),
        (rsa(json!({ "use": "enc" })), "policy_key_unfit"),
        (rsa(json!({ "key_ops": ["sign"] })), "policy_key_unfit"),
        (rsa(json!({ "alg": "ES256" })), "policy_key_unfit"),
        (rsa(json!({ "alg": "PS256" })), "policy_key_unfit"),
        (rsa(json!({ "alg": "RSA1_5" })), "policy_key_unfit"),
        (rsa(json!({ "alg": 5 })), "policy_key_invalid"),
        (rsa(json!({ "kid": 5 })), "policy_key_invalid"),
        (rsa(json!({ "kid": "k".repeat(257) })), "policy_key_invalid"),
        (rsa(json!({ "kty": "XYZ" })), "policy_key_unfit"),
        (rsa(json!({ "e": "AQ" })), "policy_key_weak"),
        (rsa(json!({ "e": "Aw" })), "policy_key_weak"),
        (rsa(json!({ "e": "AgAAAAE" })), "policy_key_weak"),
        (rsa(json!({ "e": "BA" })), "policy_key_invalid"),
        (rsa(json!({ "e": "AAEAAQ" })), "policy_key_invalid"),
        (rsa(json!({ "e": "" })), "policy_key_invalid"),
        (rsa(json!({ "e": "AQAB=" })), "policy_key_invalid"),
        (rsa(json!({ "n": even })), "policy_key_invalid"),
        (rsa(json!({ "n": encode([0xff; 1025]) })), "policy_key_weak"),
        (json!({ "jwk": off_curve }), "policy_key_invalid"),
        (json!({ "jwk": wrong_curve }), "policy_key_invalid"),
        // Order 1, 2, 4, 8; y = p + 1; 31 bytes.
        (point(&encode([&[1][..], &[0; 31]].concat())), "policy_key_weak"),
        (point(&encode([&[0xec][..], &[0xff; 30], &[0x7f]].concat())), "policy_key_weak"),
        (point(&encode([0; 32])), "policy_key_weak"),
        (point("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"), "policy_key_weak"),
        (point("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o"), "policy_key_weak"),
        (point("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o"), "policy_key_weak"),
        (point(&encode([&[0xee][..], &[0xff; 30], &[0x7f]].concat())), "policy_key_weak"),
        (point(&encode([7; 31])), "policy_key_invalid"),
        (
            json!({ "jwk": { "kty": "OKP", "crv": "X25519", "x": encode([7; 32]) } }),
            "policy_key_unfit",
        ),
        (json!({ "jwk": { "kty": "oct", "k": encode(SECRET) } }), "policy_key_confusion"),
        (json!({ "jwk": {} }), "policy_key_invalid"),
        (json!({ "jwks": { "keys": [] } }), "policy_key_unfit"),
        (json!({ "jwks": { "keys": {} } }), "policy_key_invalid"),
    ] {
        let keys = json!([{ "jwk": good }, key]);
        let error = holding(keys, &[("SECRET", SECRET), ("EMPTY", "")])
            .err()
            .unwrap_or_else(|| panic!("{key} compiles"));
        assert_eq!(
            (error.code, error.pointer.as_str()),
            (code, "/authentication/issuers/0/keys/1"),
            "{key}"
        );
    }
    let keys = json!([{ "jwks": { "keys": [key("RSA")["jwk"], { "kty": "RSA", "n": "AQAB", "e": "AQAB" }] } }]);
    assert_eq!(
        holding(keys, &[]).err().unwrap().pointer,
        "/authentication/issuers/0/keys/0/jwks/keys/1"
    );
}

/// RFC 7518 §3.2: as long as the hash, for each algorithm that the issuer lists.
#[test]
fn shared_secrets_are_long_enough() {
    for (algorithms, length) in
        [(json!(["HS256"]), 32), (json!(["HS384"]), 48), (json!(["HS512", "HS256"]), 64)]
    {
        for flavour in ["strict", "agno-3.1"] {
            let document = document(json!({ "algorithms": algorithms, "flavour": flavour }));
            compile(document.clone(), &[("SECRET", &"s".repeat(length))]).unwrap();
            let error = fault(document, &[("SECRET", &"s".repeat(length - 1))]);
            assert_eq!(error.code, "policy_key_weak");
        }
    }
    let error = Key::from_jwk(br#"{"kty":"oct","k":""}"#, Algorithm::Hs256).unwrap_err();
    assert!(matches!(error, KeyFault::Weak(_)));
}

/// For rotation: every secret is tried, whichever stands first.
#[test]
fn secrets_are_tried_in_turn() {
    let other = "another secret, of which 32 bytes are enough";
    for keys in [
        json!([{ "env": "OLD" }, { "env": "SECRET" }]),
        json!([{ "env": "SECRET" }, { "env": "OLD" }]),
    ] {
        let policy =
            compile(document(json!({ "keys": keys })), &[("OLD", other), ("SECRET", SECRET)])
                .unwrap();
        outcome(&token(json!({})), &policy).unwrap();
    }
    let secrets: Vec<(String, String)> =
        (0..9).map(|n| (format!("K{n}"), format!("{n}{SECRET}"))).collect();
    let secrets: Vec<(&str, &str)> =
        secrets.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let keys = |count: usize| {
        json!((0..count).map(|n| json!({ "env": format!("K{n}") })).collect::<Vec<_>>())
    };
    compile(document(json!({ "keys": keys(8) })), &secrets).unwrap();
    assert_eq!(fault(document(json!({ "keys": keys(9) })), &secrets).code, "policy_issuer");
}

/// Secrets may be JWKs, and then have names.
#[test]
fn secrets_with_names() {
    let oct = |kid: &str, secret: &str| json!({ "kty": "oct", "kid": kid, "alg": "HS256", "k": encode(secret) });
    let set = json!({ "keys": [oct("new", SECRET), oct("old", "another secret, of which 32 bytes are enough")] });
    let policy = compile(document(json!({ "keys": [{ "jwks": set }] })), &[]).unwrap();
    assert_eq!(policy.issuers()[0].platform_keys().count(), 0);
    let named = |kid: &str| {
        let header = json!({ "alg": "HS256", "kid": kid }).to_string();
        crate::support::sign(&header, &claims(json!({})).to_string())
    };
    outcome(&named("new"), &policy).unwrap();
    assert_eq!(refused(&named("old"), &policy), Reason::TokenSignature);
    assert_eq!(refused(&named("else"), &policy), Reason::TokenKeyUnknown);
    assert_eq!(refused(&token(json!({})), &policy), Reason::TokenKeyAmbiguous);
    let twice = json!({ "keys": [oct("new", SECRET), oct("new", "another secret, of which 32 bytes are enough")] });
    let policy = compile(document(json!({ "keys": [{ "jwks": twice }] })), &[]).unwrap();
    assert_eq!(refused(&named("new"), &policy), Reason::TokenKeyAmbiguous);
    let same = json!({ "keys": [oct("new", SECRET), oct("new", SECRET)] });
    let policy = compile(document(json!({ "keys": [{ "jwks": same }] })), &[]).unwrap();
    outcome(&named("new"), &policy).unwrap();
}

#[test]
fn a_bad_fetched_key_blocks_no_other() {
    let mut policy = fetching();
    let named = |name: &str, kid: &str| {
        let mut jwk = key(name)["jwk"].clone();
        jwk["kid"] = json!(kid);
        jwk
    };
    let mut private = named("RSA", "private");
    private["d"] = json!("AQAB");
    let set = json!({ "keys": [
        { "kty": "RSA", "n": "AQAB", "e": "AQAB" }, {}, private, { "kty": "oct", "k": encode(SECRET), "alg": "HS256" },
        { "kty": "EC", "crv": "P-256", "use": "enc" }, named("RSA", "a"), named("P-384", "b"),
    ] });
    let report = policy.replace_keys(0, set.to_string().as_bytes());
    assert_eq!((report.accepted, report.error), (vec![0, 1], None));
    assert_eq!(
        report.rejected.iter().map(|(index, _)| *index).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );

    // A key that stays keeps its id; one with another name is another key.
    let set = json!({ "keys": [named("P-384", "b"), named("RSA", "c"), named("Ed25519", "d")] })
        .to_string();
    let report = policy.replace_keys(0, set.as_bytes());
    assert_eq!(report.accepted[0], 1);
    assert!(report.accepted[1..].iter().all(|id| ![0, 1].contains(id)));
    assert!(!policy.issuers()[0].has_key(0) && policy.issuers()[0].has_key(1));

    // What cannot be read, and what has no key for us, changes nothing.
    let many = json!({ "keys": vec![named("RSA", "a"); 65] }).to_string();
    let large = json!({ "keys": [named("RSA", "a")], "x": "x".repeat(65_536) }).to_string();
    for set in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[]}"#,
        r#"{"keys":[null]}"#,
        r#"{"keys":[{}]}"#,
        r#"{"keys":[],"keys":[]}"#,
        &many,
        &large,
        "<html>",
    ] {
        let before = report.accepted.clone();
        let report = policy.replace_keys(0, set.as_bytes());
        assert_eq!(report.accepted, before);
        assert!(report.error.is_some(), "{set:.40}");
    }
    policy.drop_keys(0);
    assert!(policy.issuers()[0].needs_keys() && !policy.issuers()[0].has_key(1));
}
