//! What is true of any input.

use base64ct::{Base64UrlUnpadded, Encoding};
use gatewright::{
    Policy,
    authn::{Jws, begin, credential},
};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{NOW, SECRET, compile_all, document, encode, outcome, policy, token};

/// One issuer of each flavour.
fn both() -> Policy {
    let agno = json!({ "name": "agno", "issuer": "any", "flavour": "agno-3.1" });
    compile_all(json!([document(json!({})), document(agno)]), &[("SECRET", SECRET)]).unwrap()
}

/// A JSON value such as a claim may have, extremes included.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| format!("{number:?}")),
        any::<i128>().prop_map(|number| number.to_string()),
        "[0-9]{1,3}e-?[0-9]{1,4}",
        "\"[ +-]?[0-9_]{0,9}\"",
        any::<String>().prop_map(|text| json!(text).to_string()),
        Just("null".to_owned()),
        Just("[true, {}]".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(token in proptest::collection::vec(any::<u8>(), 0..300), now in any::<f64>()) {
        let _ = begin(&token, both().issuers(), now);
    }

    /// Text of the right letters gets further.
    #[test]
    fn no_text_brings_it_down(token in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,43}") {
        let _ = begin(token.as_bytes(), both().issuers(), NOW);
    }

    #[test]
    fn no_claim_brings_it_down(name in "exp|nbf|iat|sub|aud|iss|scopes|jti|session_id", value in value()) {
        let payload = format!("{{\"{name}\":{value}}}");
        let token = crate::support::sign(r#"{"alg":"HS256"}"#, &payload);
        let leeway = json!({ "issuer": "any", "audience": "any", "leeway_seconds": 300, "flavour": "agno-3.1" });
        for policy in [policy(json!({})), policy(leeway)] {
            let _ = begin(token.as_bytes(), policy.issuers(), NOW);
        }
    }

    /// One other byte, and it is another token.
    #[test]
    fn a_changed_token_is_refused(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = token(json!({})).into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let policy = policy(json!({}));
        prop_assert!(begin(&bytes, policy.issuers(), NOW).is_err());
    }

    #[test]
    fn a_token_with_a_piece_cut_out_is_refused(from in any::<prop::sample::Index>(), length in 1_usize..50) {
        let mut bytes = token(json!({})).into_bytes();
        let from = from.index(bytes.len());
        let to = bytes.len().min(from + length);
        bytes.drain(from..to);
        let policy = policy(json!({}));
        prop_assert!(begin(&bytes, policy.issuers(), NOW).is_err());
    }

    /// There is one text for a signature: what decodes, encodes to itself.
    #[test]
    fn base64url_is_canonical(signature in "[A-Za-z0-9_=+/-]{0,45}") {
        let token = format!("{}.e30.{signature}", encode(r#"{"alg":"HS256"}"#));
        if let Ok(jws) = Jws::parse(token.as_bytes()) {
            prop_assert_eq!(Base64UrlUnpadded::encode_string(jws.signature()), signature);
        }
    }

    #[test]
    fn what_is_encoded_is_read(signature in proptest::collection::vec(any::<u8>(), 0..100)) {
        let token = format!("{}.e30.{}", encode(r#"{"alg":"HS256"}"#), encode(&signature));
        let jws = Jws::parse(token.as_bytes()).unwrap();
        prop_assert_eq!(jws.signature(), signature);
        prop_assert_eq!(jws.signed(), token.rsplit_once('.').unwrap().0.as_bytes());
    }

    /// A token under another secret is refused, whatever it says.
    #[test]
    fn another_secret_is_refused(secret in "[ -~]{32,80}") {
        prop_assume!(secret != SECRET);
        let good = token(json!({}));
        let signed = good.rsplit_once('.').unwrap().0;
        let mac = encode(crate::support::hmac("HS256", secret.as_bytes(), signed.as_bytes()));
        let outcome = outcome(&format!("{signed}.{mac}"), &policy(json!({})));
        prop_assert!(outcome.is_err());
    }

    #[test]
    fn no_key_set_brings_it_down(set in "\\{\"keys\":\\[\\{(\"(kty|crv|x|n|e|alg)\":\"(RSA|EC|OKP|P-256|AQAB|ES256|Ed25519|)\",?){0,5}\\}\\]\\}") {
        let mut fetching = policy(json!({
            "algorithms": ["RS256", "ES256", "EdDSA"], "keys": [], "jwks_uri": "https://a.example/",
        }));
        let report = fetching.replace_keys(0, set.as_bytes());
        prop_assert!(report.accepted.is_empty());
    }

    #[test]
    fn no_header_brings_it_down(header in any::<Vec<u8>>(), cookie in "[a-c=; \"]{0,20}") {
        use gatewright::policy::document::{CredentialDocument, Flavour};
        let document = CredentialDocument { header: Some("authorization".into()), cookie: Some("a".into()) };
        for flavour in [Flavour::Strict, Flavour::Agno31] {
            let rules = gatewright::authn::CredentialRules::compile(&document, flavour, "").unwrap();
            let _ = credential(Some(&header), Some(cookie.as_bytes()), &rules).map(|it| it.token());
            let _ = credential(None, Some(cookie.as_bytes()), &rules).map(|it| it.token());
        }
    }
}
