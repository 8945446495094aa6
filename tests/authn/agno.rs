//! AgentOS 3.1.10 and the flavour `agno-3.1`, line by line. The recordings are ours: AgentOS's own
//! code was called with these inputs.

use gatewright::{
    Reason,
    authn::{Claims, Scopes},
};
use serde_json::{Value, json};

use crate::support::{SECRET, compile, encode, fault, hmac, outcome, sign_parts, vectors};

const AGNO_SECRET: &str = "agno-oracle-hs256-secret-0123456789abcdef0123456789abcdef0123456789";

fn document(input: &Value) -> (Value, Vec<(String, String)>) {
    let keys = match input["keys"].as_array() {
        Some(keys) => keys.iter().map(|key| key.as_str().unwrap().to_owned()).collect(),
        None if input["jwks"].is_null() => vec![AGNO_SECRET.to_owned()],
        None => Vec::new(),
    };
    let secrets: Vec<(String, String)> =
        keys.into_iter().enumerate().map(|(place, key)| (format!("KEY_{place}"), key)).collect();
    let mut keys: Vec<Value> = secrets.iter().map(|(name, _)| json!({ "env": name })).collect();
    if !input["jwks"].is_null() {
        keys.insert(0, json!({ "jwks": input["jwks"] }));
    }
    let audience = match &input["expected_audience"] {
        Value::Null => json!("any"),
        Value::String(name) => json!([name]),
        names => names.clone(),
    };
    let document = json!({
        "name": "agno", "issuer": input["issuer"].as_str().unwrap_or("any"), "audience": audience,
        "algorithms": ["HS256"], "keys": keys, "flavour": "agno-3.1",
        "claims": { "subject": input["user_id_claim"].as_str().unwrap_or("sub") },
    });
    (document, secrets)
}

fn scopes(claims: &Claims) -> Option<&[String]> {
    match claims.scopes() {
        Scopes::List(scopes) => Some(scopes),
        Scopes::Unreadable => None,
    }
}

/// What AgentOS says of the scopes; `None` where it fails later, on what is not a string.
fn recorded_scopes(scopes: &Value) -> Option<Vec<&str>> {
    scopes.as_array().unwrap().iter().map(Value::as_str).collect()
}

fn decide(input: &Value, output: &Value) -> Option<Result<Claims, Reason>> {
    let (document, secrets) = document(input);
    let secrets: Vec<(&str, &str)> =
        secrets.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let policy = compile(document, &secrets).ok()?;
    let token = output["token"].as_str().or(input["token"].as_str()).unwrap();
    let now = output["now"].as_f64().unwrap_or(1.75e9);
    let claims = gatewright::authn::verify(token.as_bytes(), policy.issuers(), now);
    Some(claims.map_err(|refusal| refusal.reason))
}

#[test]
fn tokens() {
    let (mut wrong, mut different) = (Vec::new(), 0);
    for row in vectors("agno/jwt.jsonl").iter().filter(|row| row["in"]["op"] == "jwt") {
        let (input, output) = (&row["in"], &row["out"]);
        let recorded = (output["ok"] == true && output["reserved"] == false).then(|| {
            let claims = &output["claims"];
            let scopes = recorded_scopes(&claims["scopes"]);
            (claims["user_id"].as_str(), claims["session_id"].as_str(), scopes)
        });
        let decided = decide(input, output);
        let claims = decided.as_ref().and_then(|decided| decided.as_ref().ok());
        let ours = claims.map(|claims| {
            let scopes = scopes(claims).map(|scopes| scopes.iter().map(String::as_str).collect());
            (claims.subject(), claims.session(), scopes)
        });
        if input["validate"] == false {
            // AgentOS can be told not to verify. We cannot, so this is no token of ours.
            assert_eq!(ours, None);
            different += 1;
        } else if ours != recorded {
            wrong.push(format!("{input}\n  AgentOS: {recorded:?}\n  we: {decided:?} {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{different} lines on which we differ");
}

/// The issuer of an AgentOS with one shared secret.
fn agno() -> gatewright::Policy {
    let policy = compile(
        json!({
            "name": "agno", "issuer": "any", "audience": "any", "algorithms": ["HS256"],
            "keys": [{ "env": "SECRET" }], "flavour": "agno-3.1",
        }),
        &[("SECRET", SECRET)],
    );
    policy.unwrap()
}

#[test]
fn scopes_claims() {
    let policy = agno();
    for row in vectors("agno/jwt.jsonl").iter().filter(|row| row["in"]["op"] == "scopes_claim") {
        let payload = row["in"]["payload"].to_string();
        let signed = format!("{}.{}", encode(r#"{"alg":"HS256"}"#), encode(payload));
        let mac = encode(hmac("HS256", SECRET.as_bytes(), signed.as_bytes()));
        let claims = outcome(&format!("{signed}.{mac}"), &policy).unwrap();
        let recorded = recorded_scopes(&row["out"]["scopes"]);
        assert_eq!(scopes(&claims).map(|all| all.iter().map(String::as_str).collect()), recorded);
    }
}

/// Where we differ on purpose. AgentOS takes all of these tokens.
#[test]
fn differences() {
    let plain = json!({ "sub": "u" }).to_string();
    let sign = |header: &str, payload: &str| crate::support::sign(header, payload);
    let header = r#"{"alg":"HS256"}"#;
    let padded = sign_parts(&encode(header), &format!("{}=", encode(&plain)));
    let spare = sign_parts(&encode(header), &encode(&plain).replace("In0", "In1"));
    for (why, subject, token, reason) in [
        ("base64url has no padding, RFC 7515 §2", "sub", padded, Reason::TokenEncoding),
        ("and one text for each value", "sub", spare, Reason::TokenEncoding),
        (
            "which of two counts cannot be known, RFC 8725 §2.4",
            "sub",
            sign(header, r#"{"sub":"u","sub":"v"}"#),
            Reason::TokenDuplicateMember,
        ),
        ("NaN is not JSON", "sub", sign(header, r#"{"sub":"u","x":NaN}"#), Reason::TokenPayload),
        (
            "an extension in the header is not understood, critical or not",
            "sub",
            sign(r#"{"alg":"HS256","b64":true}"#, &plain),
            Reason::TokenCritical,
        ),
        (
            "a type is a string, RFC 7515 §4.1.9",
            "sub",
            sign(r#"{"alg":"HS256","typ":5}"#, &plain),
            Reason::TokenHeader,
        ),
        (
            "a token is no larger than 8 KiB",
            "sub",
            sign(header, &json!({ "sub": "u", "x": "x".repeat(8192) }).to_string()),
            Reason::TokenTooLarge,
        ),
        (
            "a user is a string, whichever claim names it",
            "email",
            sign(header, r#"{"sub":"u","email":5}"#),
            Reason::TokenSubject,
        ),
    ] {
        let document = json!({
            "name": "agno", "issuer": "any", "audience": "any", "algorithms": ["HS256"],
            "keys": [{ "env": "SECRET" }], "flavour": "agno-3.1", "claims": { "subject": subject },
        });
        let policy = compile(document, &[("SECRET", SECRET)]).unwrap();
        assert_eq!(crate::support::refused(&token, &policy), reason, "{why}");
    }
    // A secret shorter than its hash (RFC 7518 §3.2), and a bad key in a set, which AgentOS skips:
    // both are told when the policy is loaded. A bad key never keeps the next from being tried.
    let bad = json!([{ "jwks": { "keys": [{ "kty": "RSA", "n": "x", "e": "AQAB" }] } }]);
    for (keys, code) in
        [(json!([{ "env": "SHORT" }]), "policy_key_weak"), (bad, "policy_key_invalid")]
    {
        let document = json!({
            "name": "agno", "issuer": "any", "audience": "any", "algorithms": ["HS256"],
            "keys": keys, "flavour": "agno-3.1",
        });
        assert_eq!(fault(document, &[("SHORT", "short")]).code, code);
    }
}

/// What Python's `int` takes for a time, and what not.
#[test]
fn times_as_python_reads_them() {
    let policy = agno();
    for (exp, expected) in [
        ("1750000001", Ok(())),
        ("1749999991", Ok(())),
        ("1749999990", Err(Reason::TokenExpired)),
        ("1749999990.9", Err(Reason::TokenExpired)),
        ("\"1750000001\"", Ok(())),
        ("\" +1_750_000_001\\n\"", Ok(())),
        ("\"1749999990\"", Err(Reason::TokenExpired)),
        ("1e30", Ok(())),
        ("true", Err(Reason::TokenExpired)),
        ("-5", Err(Reason::TokenExpired)),
        ("\"\"", Err(Reason::TokenClaim)),
        ("\"+\"", Err(Reason::TokenClaim)),
        ("\"1.5\"", Err(Reason::TokenClaim)),
        ("\"1e9\"", Err(Reason::TokenClaim)),
        ("\"1__0\"", Err(Reason::TokenClaim)),
        ("\"inf\"", Err(Reason::TokenClaim)),
        ("null", Err(Reason::TokenClaim)),
        ("{}", Err(Reason::TokenClaim)),
    ] {
        let token = crate::support::sign(r#"{"alg":"HS256"}"#, &format!("{{\"exp\":{exp}}}"));
        assert_eq!(outcome(&token, &policy).map(drop), expected, "{exp}");
    }
}
