//! One test for each class of attack, named after it. Every token is correctly signed unless the
//! attack is on the signature.

mod claims;
mod flow;
mod form;
mod header;
mod signatures;

use gatewright::Policy;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};

use crate::support::{claims, encode, policy, vectors};

/// An issuer with one key of our own making.
pub(crate) fn issuer_with(algorithms: Value, keys: Value) -> Policy {
    policy(json!({ "algorithms": algorithms, "keys": keys }))
}

pub(crate) fn es_key(seed: u8) -> (SigningKey, Value) {
    let key = SigningKey::from_bytes(&[seed; 32].into()).unwrap();
    let point = key.verifying_key().to_encoded_point(false);
    let (x, y) = (encode(point.x().unwrap()), encode(point.y().unwrap()));
    (key, json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))
}

pub(crate) fn es_token(key: &SigningKey, header: &Value) -> String {
    let signed =
        format!("{}.{}", encode(header.to_string()), encode(claims(json!({})).to_string()));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", encode(signature.to_bytes()))
}

/// The token of a row of our corpus, and an issuer with its key.
pub(crate) fn recorded(id: &str) -> (String, Policy) {
    let row = vectors("jwt/attack-corpus.jsonl").into_iter().find(|row| row["id"] == id).unwrap();
    let policy = policy(json!({ "algorithms": [row["alg"]], "keys": [{ "jwk": row["key"] }] }));
    (row["token"].as_str().unwrap().to_owned(), policy)
}

/// The token with another signature.
pub(crate) fn with_signature(token: &str, signature: &[u8]) -> String {
    format!("{}.{}", token.rsplit_once('.').unwrap().0, encode(signature))
}
