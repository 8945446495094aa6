//! The form of a token: parts, base64url, JSON, size.

use gatewright::Reason;
use serde_json::json;

use crate::support::{
    claims, encode, outcome, policy, refused, sign, sign_parts, token, token_with_header,
};

#[test]
fn padding_alphabet_and_white_space() {
    // A payload whose base64 has all of `-`, `_` and padding.
    let payload = claims(json!({ "x": "???>>>~~", "scopes": [] })).to_string();
    let good = sign(r#"{"alg":"HS256"}"#, &payload);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { panic!() };
    outcome(&good, &policy(json!({}))).unwrap();
    let spoilt = |part: &str| {
        let padded = format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4));
        let standard = part.replace('-', "+").replace('_', "/");
        let middle = part.len() / 2;
        let within = |text: &str| format!("{}{text}{}", &part[..middle], &part[middle..]);
        [
            padded,
            standard,
            format!("{part}="),
            format!(" {part}"),
            format!("{part} "),
            within(" "),
            within("\n"),
            within("\r\n"),
            within("\t"),
            within("\0"),
            within("%"),
            within("é"),
            within("\u{ff21}"),
            format!("{part}\n"),
        ]
    };
    for (index, part) in parts.iter().enumerate() {
        for other in spoilt(part).iter().filter(|other| other != part) {
            let token = match index {
                0 => sign_parts(other, payload),
                1 => sign_parts(header, other),
                _ => format!("{header}.{payload}.{other}"),
            };
            assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenEncoding, "{other:?}");
        }
    }
    assert_eq!(signature.len() % 4, 3, "an HMAC of 32 bytes leaves spare bits");
}

#[test]
fn non_canonical_trailing_bits() {
    let good = token(json!({}));
    let (rest, last) = good.split_at(good.len() - 1);
    // 43 letters carry 258 bits, 256 of which count: three other letters say the same.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.find(last).unwrap();
    assert_eq!(place % 4, 0);
    for other in 1..4 {
        let token = format!("{rest}{}", &alphabet[place + other..=place + other]);
        assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenEncoding);
    }
}

/// CVE-2025-30204.
#[test]
fn part_count() {
    let good = token(json!({}));
    let (header, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    for (token, reason) in [
        (String::new(), Reason::TokenMalformed),
        (header.to_owned(), Reason::TokenMalformed),
        (format!("{header}.{payload}"), Reason::TokenMalformed),
        (format!("{good}."), Reason::TokenMalformed),
        (format!("{good}.x"), Reason::TokenMalformed),
        (format!(".{good}"), Reason::TokenMalformed),
        (format!(".{payload}.{signature}"), Reason::TokenMalformed),
        ("..".into(), Reason::TokenMalformed),
        (format!("{good}.x.y"), Reason::TokenEncrypted),
        (format!("{good}.x.y.z"), Reason::TokenMalformed),
        (".".repeat(8000), Reason::TokenMalformed),
        (".".repeat(10_000), Reason::TokenTooLarge),
        (format!("{header}.{payload}."), Reason::TokenSignature),
        (sign_parts(header, ""), Reason::TokenPayload),
    ] {
        assert_eq!(refused(&token, &policy(json!({}))), reason, "{token:.80}");
    }
}

#[test]
fn text_that_is_not_utf8() {
    let good = claims(json!({})).to_string();
    let mut bom = vec![0xef, 0xbb, 0xbf];
    bom.extend(good.bytes());
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let broken = [br#"{"sub":""#, &[0xff][..], br#""}"#].concat();
    let overlong = [br#"{"sub":""#, &[0xc0, 0xaf][..], br#""}"#].concat();
    for (payload, reason) in [
        (bom, Reason::TokenPayload),
        (utf16, Reason::TokenPayload),
        (broken.clone(), Reason::TokenEncoding),
        (overlong, Reason::TokenEncoding),
        (br#"{"sub":"\ud800"}"#.to_vec(), Reason::TokenPayload),
    ] {
        let token = sign_parts(&encode(r#"{"alg":"HS256"}"#), &encode(payload));
        assert_eq!(refused(&token, &policy(json!({}))), reason);
    }
    let token = sign_parts(&encode(broken), &encode(good));
    assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenEncoding);
}

#[test]
fn payload_is_not_an_object() {
    let good = claims(json!({})).to_string();
    for payload in [
        "[]",
        "1",
        "null",
        "\"x\"",
        "{",
        "foo",
        &format!("{good}{good}"),
        &format!("{good}x"),
        "{,}",
    ] {
        let token = sign(r#"{"alg":"HS256"}"#, payload);
        assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenPayload, "{payload}");
    }
    outcome(&sign(r#"{"alg":"HS256"}"#, &format!(" \r\n\t{good} ")), &policy(json!({}))).unwrap();
}

#[test]
fn duplicate_claims() {
    let good = claims(json!({})).to_string();
    for again in [
        r#""exp":9999999999"#,
        r#""sub":"admin""#,
        r#""\u0073ub":"admin""#,
        r#""scopes":["*"]"#,
        r#""aud":"x""#,
        r#""iss":"x""#,
        r#""x":{"y":1,"y":1}"#,
    ] {
        for payload in
            [format!("{{{again},{}", &good[1..]), format!("{},{again}}}", &good[..good.len() - 1])]
        {
            let token = sign(r#"{"alg":"HS256"}"#, &payload);
            assert_eq!(
                refused(&token, &policy(json!({}))),
                Reason::TokenDuplicateMember,
                "{again}"
            );
        }
    }
}

#[test]
fn deep_json() {
    let nested = |depth: usize| {
        let array = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let good = claims(json!({})).to_string();
        format!("{{\"x\":{array},{}", &good[1..])
    };
    let header = r#"{"alg":"HS256"}"#;
    outcome(&sign(header, &nested(31)), &policy(json!({}))).unwrap();
    for depth in [32, 200, 2800] {
        assert_eq!(refused(&sign(header, &nested(depth)), &policy(json!({}))), Reason::TokenDepth);
    }
    let header = format!(r#"{{"alg":"HS256","x":{}1{}}}"#, "[".repeat(40), "]".repeat(40));
    assert_eq!(refused(&token_with_header(&header), &policy(json!({}))), Reason::TokenDepth);
}

/// CVE-2024-33664 and its like: size is looked at before anything else.
#[test]
fn tokens_that_are_too_large() {
    let large = |bytes: usize| token(json!({ "x": "x".repeat(bytes) }));
    for bytes in [6200, 65_536, 1 << 20] {
        assert_eq!(refused(&large(bytes), &policy(json!({}))), Reason::TokenTooLarge);
    }
    let bad = large(1 << 20).replace('.', "!");
    assert_eq!(refused(&bad, &policy(json!({}))), Reason::TokenTooLarge);

    let small = policy(json!({ "max_token_bytes": 400 }));
    outcome(&token(json!({})), &small).unwrap();
    assert_eq!(refused(&large(300), &small), Reason::TokenTooLarge);
    outcome(&large(300), &policy(json!({}))).unwrap();
}

#[test]
fn encrypted_compressed_and_nested_tokens() {
    for member in [
        r#""enc":"A256GCM""#,
        r#""zip":"DEF""#,
        r#""cty":"JWT""#,
        r#""cty":"jwt""#,
        r#""cty":"application/jwt""#,
    ] {
        let token = token_with_header(&format!(r#"{{"alg":"HS256",{member}}}"#));
        assert_eq!(refused(&token, &policy(json!({}))), Reason::TokenEncrypted, "{member}");
    }
    let jwe = format!("{}.a.b.c.d", encode(r#"{"alg":"dir","enc":"A256GCM"}"#));
    assert_eq!(refused(&jwe, &policy(json!({}))), Reason::TokenEncrypted);
    outcome(&token_with_header(r#"{"alg":"HS256","cty":"json"}"#), &policy(json!({}))).unwrap();
}
