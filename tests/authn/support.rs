//! Issuers and tokens made on the spot, and files of vectors.

use std::{fs, path::PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use gatewright::{
    Policy, PolicyError, Reason,
    authn::{Claims, verify},
};
use jwt_compact::{
    Algorithm as _, AlgorithmSignature as _,
    alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key},
};
use serde_json::{Value, json};

/// The clock of these tests, in seconds since 1970: 2025-06-15.
pub(crate) const NOW: f64 = 1_750_000_000.0;
pub(crate) const ISS: &str = "https://issuer.example.com/";
pub(crate) const AUD: &str = "https://agents.example.com";
/// 64 bytes, enough for every HS algorithm.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// An issuer with one shared secret, changed as told.
pub(crate) fn document(changes: Value) -> Value {
    let mut document = json!({
        "name": "test", "issuer": ISS, "audience": [AUD], "algorithms": ["HS256"],
        "keys": [{ "env": "SECRET" }],
    });
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// A policy with these issuers and nothing else.
pub(crate) fn compile_all(issuers: Value, secrets: &[(&str, &str)]) -> Result<Policy, PolicyError> {
    let document = json!({ "version": 1, "authentication": { "issuers": issuers }, "routes": {} });
    let secrets = secrets.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Policy::parse(&document.to_string(), &secrets.collect())
}

/// A policy with one issuer.
pub(crate) fn compile(document: Value, secrets: &[(&str, &str)]) -> Result<Policy, PolicyError> {
    compile_all(json!([document]), secrets)
}

/// What is wrong with a policy.
#[track_caller]
pub(crate) fn fault(document: Value, secrets: &[(&str, &str)]) -> PolicyError {
    let text = document.to_string();
    compile(document, secrets).err().unwrap_or_else(|| panic!("this compiles: {text}"))
}

/// The policy with the issuer of [`document`].
pub(crate) fn policy(changes: Value) -> Policy {
    compile(document(changes), &[("SECRET", SECRET)]).unwrap()
}

/// Claims that are all right, changed as told. `null` takes one away.
pub(crate) fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": ISS, "aud": AUD, "sub": "alice", "iat": NOW, "exp": NOW + 300.0,
        "scopes": ["agents:read"],
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

pub(crate) fn hmac(algorithm: &str, secret: &[u8], signed: &[u8]) -> Vec<u8> {
    match algorithm {
        "HS384" => Hs384.sign(&Hs384Key::new(secret), signed).as_bytes().into_owned(),
        "HS512" => Hs512.sign(&Hs512Key::new(secret), signed).as_bytes().into_owned(),
        _ => Hs256.sign(&Hs256Key::new(secret), signed).as_bytes().into_owned(),
    }
}

/// A token whose parts are already encoded, under the shared secret.
pub(crate) fn sign_parts(header: &str, payload: &str) -> String {
    let signed = format!("{header}.{payload}");
    let signature = encode(hmac("HS256", SECRET.as_bytes(), signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// A token of just these texts, under the shared secret.
pub(crate) fn sign(header: &str, payload: &str) -> String {
    sign_parts(&encode(header), &encode(payload))
}

/// A good token, but for these claims.
pub(crate) fn token(changes: Value) -> String {
    sign(r#"{"alg":"HS256"}"#, &claims(changes).to_string())
}

/// A good token, but for this header.
pub(crate) fn token_with_header(header: &str) -> String {
    sign(header, &claims(json!({})).to_string())
}

/// What becomes of a token.
pub(crate) fn outcome(token: &str, policy: &Policy) -> Result<Claims, Reason> {
    verify(token.as_bytes(), policy.issuers(), NOW).map_err(|refusal| refusal.reason)
}

/// Why a token is refused.
#[track_caller]
pub(crate) fn refused(token: &str, policy: &Policy) -> Reason {
    outcome(token, policy).unwrap_err()
}

/// The lines of one of our own vector files.
pub(crate) fn vectors(path: &str) -> Vec<Value> {
    lines(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(path)).unwrap()
}

/// The lines of a file of other people's vectors, which stand beside the project and do not
/// belong to it. Without them our own rows have to do, and the test says so.
pub(crate) fn public_vectors(path: &str) -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/jwt");
    lines(folder.join(path)).unwrap_or_else(|| {
        println!("{path} is not here (../shared/vectors/jwt): only our own rows were run");
        Vec::new()
    })
}

fn lines(path: PathBuf) -> Option<Vec<Value>> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}
