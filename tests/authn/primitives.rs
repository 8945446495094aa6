//! Wycheproof's vectors for each algorithm, through the keys of this crate.

use gatewright::authn::{Algorithm, Key, KeyFault};
use serde_json::{Value, json};

use crate::support::{encode, public_vectors};

fn bytes(hex: &Value) -> Vec<u8> {
    let digits = hex.as_str().unwrap().as_bytes();
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
    digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn integer(hex: &Value) -> String {
    let bytes = bytes(hex);
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    encode(&bytes[zeros..])
}

fn jwk(key: &Value) -> Value {
    if key.is_string() {
        return json!({ "kty": "oct", "k": encode(bytes(key)) });
    }
    if let Some(curve) = key["curve"].as_str() {
        let point = bytes(&key["uncompressed"]);
        let (x, y) = point[1..].split_at(point.len() / 2);
        let curve = if curve == "secp256r1" { "P-256" } else { "P-384" };
        return json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) });
    }
    if key["pk"].is_string() {
        return json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(bytes(&key["pk"])) });
    }
    json!({ "kty": "RSA", "n": integer(&key["n"]), "e": integer(&key["e"]) })
}

/// Runs a file. What is merely `acceptable` there, we refuse. Rows under keys that we refuse to
/// hold, which are RSA with the exponent 3 and secrets shorter than the hash, are counted.
#[track_caller]
fn run(file: &str, algorithm: Algorithm) {
    let rows = public_vectors(&format!("primitives/{file}_test.jsonl"));
    let (mut refused_keys, mut wrong) = (0, Vec::new());
    for row in &rows {
        let tag = if row["tag"].is_string() { &row["tag"] } else { &row["sig"] };
        let key = match Key::from_jwk(jwk(&row["key"]).to_string().as_bytes(), algorithm) {
            Ok(key) => key,
            Err(KeyFault::Weak(_)) => {
                refused_keys += 1;
                continue;
            }
            Err(fault) => panic!("{file} {}: {fault:?}", row["tcId"]),
        };
        // JWS knows no truncated HMAC, so a row about one is not about us.
        let truncated = row["tagBits"].as_u64().is_some_and(|bits| bits != hash_bits(algorithm));
        let valid = row["result"] == "valid" && !truncated;
        if key.verify(&bytes(&row["msg"]), &bytes(tag)) != valid {
            wrong.push(format!("{}: {}", row["tcId"], row["comment"]));
        }
    }
    assert!(wrong.is_empty(), "{file}: {wrong:#?}");
    println!("{file}: {} rows, {refused_keys} with keys that are refused", rows.len());
}

fn hash_bits(algorithm: Algorithm) -> u64 {
    algorithm.name()[2..].parse().unwrap_or_default()
}

#[test]
fn hmac() {
    run("hmac_sha256", Algorithm::Hs256);
    run("hmac_sha384", Algorithm::Hs384);
    run("hmac_sha512", Algorithm::Hs512);
}

#[test]
fn rsa_pkcs1() {
    for bits in [2048, 3072, 4096] {
        run(&format!("rsa_signature_{bits}_sha256"), Algorithm::Rs256);
        run(&format!("rsa_signature_{bits}_sha384"), Algorithm::Rs384);
        run(&format!("rsa_signature_{bits}_sha512"), Algorithm::Rs512);
    }
}

#[test]
fn rsa_pss() {
    for (file, algorithm) in [
        ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Ps256),
        ("rsa_pss_3072_sha256_mgf1_32", Algorithm::Ps256),
        ("rsa_pss_4096_sha256_mgf1_32", Algorithm::Ps256),
        ("rsa_pss_2048_sha384_mgf1_48", Algorithm::Ps384),
        ("rsa_pss_4096_sha384_mgf1_48", Algorithm::Ps384),
        ("rsa_pss_4096_sha512_mgf1_64", Algorithm::Ps512),
    ] {
        run(file, algorithm);
    }
}

#[test]
fn ecdsa() {
    run("ecdsa_secp256r1_sha256_p1363", Algorithm::Es256);
    run("ecdsa_secp384r1_sha384_p1363", Algorithm::Es384);
}

#[test]
fn ed25519() {
    run("ed25519", Algorithm::EdDsa);
}
