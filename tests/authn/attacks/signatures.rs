//! The signature.

use ed25519_dalek::Signer as _;
use gatewright::Reason;
use p256::ecdsa::Signature;
use serde_json::json;

use super::{es_key, es_token, issuer_with, recorded, with_signature};
use crate::support::{SECRET, claims, encode, hmac, outcome, policy, refused, token, vectors};

/// CVE-2022-21449 among them.
#[test]
fn ecdsa_signatures() {
    let (key, jwk) = es_key(7);
    let policy = issuer_with(json!(["ES256"]), json!([{ "jwk": jwk }]));
    let good = es_token(&key, &json!({ "alg": "ES256" }));
    let signature: Signature = key.sign(good.rsplit_once('.').unwrap().0.as_bytes());
    let raw = signature.to_bytes();
    let (r, s) = raw.split_at(32);
    let order = [
        &[0xff; 4][..],
        &[0; 4],
        &[0xff; 8],
        &[
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
            0x25, 0x51,
        ],
    ]
    .concat();
    for bad in [
        signature.to_der().as_bytes().to_vec(),
        vec![0; 64],
        [&[0; 32], s].concat(),
        [r, &[0; 32]].concat(),
        [&order[..], s].concat(),
        [r, &order[..]].concat(),
        raw[..63].to_vec(),
        [&raw[..], &[0]].concat(),
        [&[0; 16], r, &[0; 16], s].concat(),
        Vec::new(),
        [s, r].concat(),
    ] {
        assert_eq!(refused(&with_signature(&good, &bad), &policy), Reason::TokenSignature);
    }
}

/// RFC 7518 has no rule of the low S, so both halves pass. Nothing may be keyed on a token's text.
#[test]
fn ecdsa_high_s_is_taken() {
    let (token, policy) = recorded("es-high-s");
    outcome(&token, &policy).unwrap();
}

#[test]
fn rsa_signatures() {
    let row =
        vectors("jwt/attack-corpus.jsonl").into_iter().find(|row| row["id"] == "ok-RS256").unwrap();
    let decode =
        |text: &str| <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(text).unwrap();
    let modulus = decode(row["key"]["n"].as_str().unwrap());
    let (good, policy) = recorded("ok-RS256");
    outcome(&good, &policy).unwrap();
    let signature = decode(good.rsplit_once('.').unwrap().1);
    let mut less_one = modulus.clone();
    *less_one.last_mut().unwrap() -= 1;
    let mut one = vec![0; 256];
    one[255] = 1;
    let mut sum = vec![0; 257];
    let mut carry = 0;
    for place in (0..256).rev() {
        let digit = u16::from(signature[place]) + u16::from(modulus[place]) + carry;
        (sum[place + 1], carry) = (u8::try_from(digit & 0xff).unwrap(), digit >> 8);
    }
    sum[0] = u8::try_from(carry).unwrap();
    for bad in [
        sum,
        vec![0; 256],
        one,
        modulus,
        less_one,
        signature[..255].to_vec(),
        signature[1..].to_vec(),
        [&signature[..], &[0]].concat(),
        [&[0], &signature[..]].concat(),
        Vec::new(),
    ] {
        assert_eq!(refused(&with_signature(&good, &bad), &policy), Reason::TokenSignature);
    }
}

#[test]
fn macs_that_are_cut_or_stretched() {
    let good = token(json!({}));
    let signature = hmac("HS256", SECRET.as_bytes(), good.rsplit_once('.').unwrap().0.as_bytes());
    for bad in
        [&signature[..31], &signature[..16], &signature[..1], &[], &[&signature[..], &[0]].concat()]
    {
        assert_eq!(
            refused(&with_signature(&good, bad), &policy(json!({}))),
            Reason::TokenSignature
        );
    }
}

#[test]
fn ed25519_signatures() {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let jwk =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(key.verifying_key().as_bytes()) });
    let policy = issuer_with(json!(["EdDSA"]), json!([{ "jwk": jwk }]));
    for alg in ["EdDSA", "Ed25519"] {
        let header = encode(json!({ "alg": alg }).to_string());
        let signed = format!("{header}.{}", encode(claims(json!({})).to_string()));
        let signature = key.sign(signed.as_bytes()).to_bytes();
        let good = format!("{signed}.{}", encode(signature));
        outcome(&good, &policy).unwrap();

        // S + L, which an unchecked S lets through (RFC 8032 §5.1.7).
        let order: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut malleable = signature;
        let mut carry = 0;
        for (byte, more) in malleable[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(more) + carry;
            (*byte, carry) = (u8::try_from(sum & 0xff).unwrap(), sum >> 8);
        }
        let identity = [&[1], &[0; 63][..]].concat();
        for bad in [
            &malleable[..],
            &[0; 64],
            &signature[..63],
            &[&signature[..], &[0]].concat(),
            &identity,
        ] {
            assert_eq!(refused(&with_signature(&good, bad), &policy), Reason::TokenSignature);
        }
    }
}
