//! Keys and their records: what is one, and what it is good for.

use gatewright::authn::KeyHash;
use gatewright::decide::Outcome;
use gatewright::policy::{Policy, Secrets};
use serde_json::{Value, json};

use super::support::{KEY, NOW, as_litellm, invoke, strict};

const OPEN: &str = r#"{"agents":"all"}"#;

fn open() -> Value {
    serde_json::from_str(OPEN).unwrap()
}

#[test]
fn a_key_is_known_by_its_hash() {
    // FIPS 180-4: the digest of `abc`.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(KeyHash::of(b"abc").as_str(), abc);
}

#[test]
fn strictly_a_key_is_sent_like_a_token_or_in_a_header_of_its_own() {
    let x = |place, value| (None, vec![(place, value)]);
    let a = |value| (Some(value), Vec::new());
    for ((authorization, headers), reason) in [
        (a("Bearer sk-abc"), "allowed"),
        (a("bearer sk-abc"), "allowed"),
        (a("BEARER   sk-abc"), "allowed"),
        (a("Basic sk-abc"), "credentials_scheme"),
        (a("sk-abc"), "credentials_scheme"),
        (a("Bearer"), "credentials_missing"),
        (a("Bearer ,"), "key_malformed"),
        ((None, Vec::new()), "credentials_missing"),
        (x(0, "sk-abc"), "allowed"),
        (x(0, "Bearer sk-abc"), "allowed"),
        (x(1, "sk-abc"), "allowed"),
        (x(2, "sk-abc"), "allowed"),
        (x(3, "sk-abc"), "allowed"),
        (x(4, "sk-abc"), "allowed"),
        (x(4, "eyJh.eyJz.c2ln"), "key_malformed"),
        ((Some("Bearer sk-abc"), vec![(0, "sk-abc"), (2, "Bearer sk-abc")]), "allowed"),
        ((Some("Bearer sk-abc"), vec![(0, "sk-abd")]), "credentials_ambiguous"),
        ((Some("Bearer eyJh.eyJz.c2ln"), vec![(2, "sk-abc")]), "credentials_ambiguous"),
        ((None, vec![(0, "sk-abc"), (1, "sk-abd")]), "credentials_ambiguous"),
        (x(0, "sk-abc, sk-abc"), "credentials_ambiguous"),
        (x(0, "sk-abc\nsk-abd"), "credentials_ambiguous"),
        (x(0, "sk-abc\n"), "credentials_ambiguous"),
    ] {
        let decision =
            strict(&json!({})).send(authorization, &headers, Some(&open()), &invoke("a"));
        assert_eq!(decision.reason.code(), reason, "{authorization:?} {headers:?}");
    }
}

#[test]
fn litellm_takes_the_first_it_finds_and_spells_schemes_its_own_way() {
    const AWS: &str = "AWS4-HMAC-SHA256 Credential=Bearer sk-abc/20261124/us-east-1/s/aws4_request";
    let x = |place, value| (None, vec![(place, value)]);
    let a = |value| (Some(value), Vec::new());
    for ((authorization, headers), reason) in [
        (a("Bearer sk-abc"), "allowed"),
        (a("bearer sk-abc"), "allowed"),
        (a("BEARER sk-abc"), "credentials_scheme"),
        (a("Basic sk-abc"), "allowed"),
        (a("Basic c2stYWJj"), "key_malformed"),
        (a("sk-abc"), "credentials_scheme"),
        (a("Bearer"), "credentials_scheme"),
        (a(""), "credentials_scheme"),
        (a(AWS), "allowed"),
        (a("AWS4-HMAC-SHA256 Credential=AKIA/20261124"), "credentials_scheme"),
        (x(0, "sk-abc"), "allowed"),
        (x(0, "Bearer sk-abc"), "allowed"),
        (x(1, "sk-abc"), "allowed"),
        (x(1, "Bearer sk-abc"), "key_malformed"),
        (x(2, "sk-abc"), "allowed"),
        ((Some("Bearer nonsense"), vec![(0, "sk-abc")]), "allowed"),
        ((Some("Bearer sk-abc"), vec![(0, "nonsense")]), "key_malformed"),
        ((Some("Bearer sk-abc"), vec![(1, "nonsense")]), "allowed"),
        ((Some("nonsense"), vec![(1, "sk-abc")]), "credentials_scheme"),
        ((None, vec![(2, "nonsense"), (1, "sk-abc")]), "allowed"),
    ] {
        let decision =
            as_litellm(&json!({})).send(authorization, &headers, Some(&open()), &invoke("a"));
        assert_eq!(decision.reason.code(), reason, "{authorization:?} {headers:?}");
    }
}

#[test]
fn a_key_has_a_prefix_letters_and_a_bound() {
    let long = format!("sk-{}", "x".repeat(97));
    let longer = format!("{long}x");
    let hash = KeyHash::of(KEY.as_bytes());
    for (key, reason) in [
        ("sk-a", "allowed"),
        ("sk-A_b-9", "allowed"),
        (&*long, "allowed"),
        (&*longer, "key_malformed"),
        ("sk-", "key_malformed"),
        ("SK-abc", "key_malformed"),
        ("pk-abc", "key_malformed"),
        ("sk-a.b", "key_malformed"),
        ("sk-a b", "token_malformed"),
        ("sk-ä", "key_malformed"),
        ("sk-a=", "key_malformed"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "key_malformed"),
        (hash.as_str(), "key_malformed"),
    ] {
        let bearer = format!("Bearer {key}");
        let decision = strict(&json!({})).send(Some(&bearer), &[], Some(&open()), &invoke("a"));
        let expected = if reason == "token_malformed" { "key_malformed" } else { reason };
        assert_eq!(decision.reason.code(), expected, "{key}");
    }
}

#[test]
fn the_policy_may_have_another_prefix_and_other_headers() {
    let policy = |keys: Value| {
        let policy = json!({
            "version": 1, "authentication": { "virtual_keys": keys },
            "routes": { "profile": "litellm" },
        });
        Policy::parse(&policy.to_string(), &Secrets::new()).map(|_| ()).map_err(|error| {
            assert_eq!(error.code, "policy_virtual_keys");
            error.pointer.trim_start_matches("/authentication/virtual_keys/").to_owned()
        })
    };
    assert_eq!(policy(json!({ "prefix": "gw_", "headers": ["X-Key"] })), Ok(()));
    assert_eq!(policy(json!({ "headers": [] })), Ok(()));
    for (keys, place) in [
        (json!({ "prefix": "" }), "prefix"),
        (json!({ "prefix": "a.b" }), "prefix"),
        (json!({ "headers": ["x key"] }), "headers/0"),
        (json!({ "headers": [""] }), "headers/0"),
        (json!({ "headers": ["x-key", "X-KEY"] }), "headers/1"),
        (json!({ "headers": ["Authorization"] }), "headers/0"),
        (json!({ "headers": ["cookie"] }), "headers/0"),
    ] {
        assert_eq!(policy(keys), Err(place.to_owned()));
    }
}

#[test]
fn what_a_record_says_of_the_key_itself_comes_first() {
    for (record, reason) in [
        (json!({ "agents": "all", "blocked": true }), "key_blocked"),
        (json!({ "agents": "all", "blocked": false }), "allowed"),
        (json!({ "agents": "all", "expires": NOW + 1.0 }), "allowed"),
        (json!({ "agents": "all", "expires": NOW }), "key_expired"),
        (json!({ "agents": "all", "expires": "2026-09-21T14:13:21Z" }), "allowed"),
        (json!({ "agents": "all", "expires": "2026-09-21T14:13:20.9Z" }), "key_expired"),
        (json!({ "agents": "all", "expires": "2026-09-21 16:13:21+02:00" }), "allowed"),
        (json!({ "agents": "all", "expires": "2026-09-21T16:13:20+02:00" }), "key_expired"),
        (json!({ "agents": "all", "expires": "2024-02-29T00:00:00Z" }), "key_expired"),
        (json!({ "agents": "all", "expires": null }), "allowed"),
        (json!({ "agents": "all", "team": "ghost" }), "team_unknown"),
        (json!({ "agents": "all", "team": "t", "team_record": {} }), "allowed"),
        (
            json!({ "team": "t", "team_record": { "agents": "all", "blocked": true } }),
            "team_blocked",
        ),
        (json!({ "agents": "all", "spend": 1, "max_budget": 1 }), "key_budget"),
        (json!({ "agents": "all", "spend": 0.99, "max_budget": 1 }), "allowed"),
        (json!({ "agents": "all", "spend": 5 }), "allowed"),
        (
            json!({ "agents": "all", "team": "t", "team_record": { "spend": 2, "max_budget": 2 } }),
            "team_budget",
        ),
    ] {
        assert_eq!(strict(&json!({})).reason(&record, &invoke("a")), reason, "{record}");
    }
    let decision = strict(&json!({})).send(Some("Bearer sk-abc"), &[], None, &invoke("a"));
    assert_eq!(decision.reason.code(), "key_unknown");
}

#[test]
fn in_litellm_a_team_may_spend_all_it_has_and_agents_may_be_read_without_budget() {
    let mut gate = as_litellm(&json!({}));
    let team =
        |spend: f64| json!({ "team": "t", "team_record": { "spend": spend, "max_budget": 2 } });
    assert_eq!(gate.reason(&team(2.0), &invoke("a")), "allowed");
    assert_eq!(gate.reason(&team(2.1), &invoke("a")), "team_budget");
    let get = (gatewright::request::Method::Get, "/v1/agents/a".to_owned());
    assert_eq!(gate.reason(&team(2.1), &get), "allowed");
    let card = (gatewright::request::Method::Get, "/a2a/a/.well-known/agent-card.json".to_owned());
    assert_eq!(gate.reason(&team(2.1), &card), "team_budget");
}

#[test]
fn a_record_that_is_not_understood_whole_is_none() {
    for record in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{\"agents\":\"all\"",
        "{\"agents\":\"some\"}",
        "{\"agents\":1}",
        "{\"agents\":[1]}",
        "{\"agents\":{}}",
        "{\"agent\":[]}",
        "{\"Agents\":[]}",
        "{\"nobody\":null}",
        "{\"groups\":\"g\"}",
        "{\"agents\":\"all\",\"agents\":\"none\"}",
        "{\"agents\":\"all\",\"blocked\":\"false\"}",
        "{\"agents\":\"all\",\"blocked\":0}",
        "{\"agents\":\"all\",\"admin\":1}",
        "{\"agents\":\"all\",\"expires\":\"soon\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-02-29T00:00:00Z\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-13-01T00:00:00Z\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-01-01T24:00:00Z\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-01-01T00:00:00\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-01-01T00:00:00.Z\"}",
        "{\"agents\":\"all\",\"expires\":\"2027-01-01T00:00:00Z \"}",
        "{\"agents\":\"all\",\"expires\":\"2027-01-01\"}",
        "{\"agents\":\"all\",\"expires\":1798761600000}",
        "{\"agents\":\"all\",\"expires\":-1}",
        "{\"agents\":\"all\",\"expires\":true}",
        "{\"agents\":\"all\",\"spend\":\"1\"}",
        "{\"agents\":\"all\",\"spend\":-1}",
        "{\"agents\":\"all\",\"max_budget\":1}",
        "{\"agents\":\"all\",\"spend\":1,\"max_budget\":1e999}",
        "{\"agents\":\"all\",\"team\":1}",
        "{\"agents\":\"all\",\"team\":\"\"}",
        "{\"agents\":\"all\",\"team_record\":{}}",
        "{\"team\":\"t\",\"team_record\":{\"agents\":\"all\",\"x\":1}}",
        "{\"team\":\"t\",\"team_record\":{\"max_budget\":1}}",
        "{\"agents\":\"all\",\"routes\":\"/\"}",
        "{\"agents\":\"all\",\"ceiling\":[]}",
        "{\"agents\":\"all\",\"ceiling\":{\"agent\":[]}}",
    ] {
        let mut gate = strict(&json!({}));
        let request = gatewright::decide::Request {
            method: gatewright::request::Method::Post,
            path: b"/a2a/a",
            authorization: Some(b"Bearer sk-abc"),
            cookie: None,
            keys: None,
            upgrade: false,
            any_case: false,
            explain: false,
        };
        let Outcome::NeedsKey { slot, .. } = gate.pdp.begin(&request, NOW) else { panic!() };
        let decision = gate.pdp.finish_key(slot, Some(record.as_bytes()), NOW);
        assert_eq!(decision.reason.code(), "key_record", "{record}");
    }
}

#[test]
fn a_slot_is_for_one_request_and_one_question() {
    let mut gate = strict(&json!({}));
    let request = gatewright::decide::Request {
        method: gatewright::request::Method::Post,
        path: b"/a2a/a",
        authorization: Some(b"Bearer sk-abc"),
        cookie: None,
        keys: None,
        upgrade: false,
        any_case: false,
        explain: false,
    };
    let wait = |gate: &mut super::support::Gate| {
        let Outcome::NeedsKey { slot, hash } = gate.pdp.begin(&request, NOW) else { panic!() };
        assert_eq!(hash.as_str(), KeyHash::of(b"sk-abc").as_str());
        assert_eq!(gate.pdp.waiting_key(slot).unwrap().as_str(), hash.as_str());
        assert!(gate.pdp.waiting(slot).is_none());
        slot
    };
    let code = |outcome: Outcome| match outcome {
        Outcome::Decided(decision) => decision.reason.code(),
        _ => panic!("waits on"),
    };
    // No verdict on a signature lets a key in.
    for verdict in [None, Some(true), Some(false)] {
        let slot = wait(&mut gate);
        assert_eq!(code(gate.pdp.finish(slot, verdict, NOW)), "key_unavailable");
        let again = gate.pdp.finish_key(slot, Some(OPEN.as_bytes()), NOW);
        assert_eq!(again.reason.code(), "verification_failed");
    }
    let slot = wait(&mut gate);
    assert_eq!(gate.pdp.finish_key(slot, Some(OPEN.as_bytes()), NOW).reason.code(), "allowed");
    // Nothing is remembered: the store is asked again, and may have changed its mind.
    let slot = wait(&mut gate);
    let blocked = br#"{"agents":"all","blocked":true}"#;
    assert_eq!(gate.pdp.finish_key(slot, Some(blocked), NOW).reason.code(), "key_blocked");
    let slot = wait(&mut gate);
    assert_eq!(
        gate.pdp.finish_key(slot, Some(OPEN.as_bytes()), f64::NAN).reason.code(),
        "clock_invalid"
    );
    for slot in [0, 77, u32::MAX] {
        let decision = gate.pdp.finish_key(slot, Some(OPEN.as_bytes()), NOW);
        assert_eq!(decision.reason.code(), "verification_failed");
    }
}

#[test]
fn without_virtual_keys_a_key_is_a_bad_token() {
    let policy = json!({
        "version": 1, "routes": { "profile": "litellm" },
        "authentication": { "issuers": [{
            "name": "main", "issuer": "any", "audience": "any", "algorithms": ["HS256"],
            "keys": [{ "env": "KEY" }],
        }] },
    });
    let secret = "a-shared-secret-of-at-least-512-bits-0123456789-0123456789-0123456".to_owned();
    let secrets = Secrets::from([("KEY".to_owned(), secret)]);
    let mut pdp = gatewright::Pdp::new(Policy::parse(&policy.to_string(), &secrets).unwrap());
    let request = gatewright::decide::Request {
        method: gatewright::request::Method::Post,
        path: b"/a2a/a",
        authorization: Some(b"Bearer sk-abc"),
        cookie: None,
        keys: Some(b"sk-abc\n\n\n\n"),
        upgrade: false,
        any_case: false,
        explain: false,
    };
    let Outcome::Decided(decision) = pdp.begin(&request, NOW) else { panic!() };
    assert_eq!(decision.reason.code(), "token_malformed");
}
