//! The decision point over time: what it remembers, for how long, and who has to wait.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

mod support;

use gatewright::Reason;
use gatewright::decide::Outcome;
use serde_json::json;
use support::{NOW, Signer, allowed, decided, policy, reason};

/// A decision point with an ES256 key, and a token for it that lives an hour.
fn waiting() -> (gatewright::Pdp, String) {
    let signer = Signer::es256("k1");
    let pdp = policy(json!(["ES256"]), json!([{ "jwk": signer.jwk() }]));
    (pdp, signer.token(&json!({ "sub": "alice", "scopes": ["agents:*:run"], "exp": NOW + 3600.0 })))
}

/// Verifies what waits, as the platform would, and goes on.
fn verified(pdp: &mut gatewright::Pdp, token: &str, now: f64) -> Reason {
    match support::begin(pdp, token, now) {
        Outcome::Decided(decision) => decision.reason,
        Outcome::Pending(slot) => {
            let fits = pdp.waiting(slot).unwrap().verify(pdp.policy().issuers());
            reason(pdp.finish(slot, Some(fits), now))
        }
        Outcome::NeedsKey { .. } => panic!("a token is no virtual key"),
    }
}

#[test]
fn a_clock_that_makes_no_sense_denies() {
    for now in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1_704_067_199.0] {
        let (mut pdp, token) = waiting();
        assert_eq!(decided(&mut pdp, &token, now), Some(Reason::ClockInvalid), "{now}");
    }
}

#[test]
fn a_token_is_verified_once_and_then_remembered() {
    let (mut pdp, token) = waiting();
    assert_eq!(decided(&mut pdp, &token, NOW), None);
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    assert_eq!(decided(&mut pdp, &token, NOW + 1.0), Some(Reason::Allowed));
}

#[test]
fn nothing_is_remembered_without_a_seed() {
    let signer = Signer::es256("k1");
    let text = support::document(json!(["ES256"]), json!([{ "jwk": signer.jwk() }]));
    let mut pdp = support::unseeded(&text);
    let token = signer.token(&json!({ "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 9.0 }));
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    assert_eq!(decided(&mut pdp, &token, NOW), None);
}

#[test]
fn what_is_remembered_ends_with_the_token() {
    let signer = Signer::es256("k1");
    let mut pdp = policy(json!(["ES256"]), json!([{ "jwk": signer.jwk() }]));
    let token = signer.token(&json!({ "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 10.0 }));
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    assert_eq!(decided(&mut pdp, &token, NOW + 9.9), Some(Reason::Allowed));
    assert_eq!(verified(&mut pdp, &token, NOW + 10.0), Reason::TokenExpired);
}

#[test]
fn what_is_remembered_ends_after_300_seconds() {
    let (mut pdp, token) = waiting();
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    assert_eq!(decided(&mut pdp, &token, NOW + 299.9), Some(Reason::Allowed));
    assert_eq!(decided(&mut pdp, &token, NOW + 300.0), None);
}

#[test]
fn a_clock_that_steps_far_back_has_the_token_verified_again() {
    let (mut pdp, token) = waiting();
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    assert_eq!(decided(&mut pdp, &token, NOW - 61.0), None);
}

#[test]
fn what_is_remembered_ends_with_its_key() {
    let (old, new) = (Signer::es256("k1"), Signer::other_es256("k1"));
    let mut pdp = support::fetching(json!(["ES256"]));
    let token = old.token(&json!({ "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 3600.0 }));
    assert_eq!(decided(&mut pdp, &token, NOW), Some(Reason::TokenKeysUnavailable));

    pdp.replace_keys(0, json!({ "keys": [old.jwk()] }).to_string().as_bytes());
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    // The same key again, as a refresh brings it: nothing is forgotten.
    pdp.replace_keys(0, json!({ "keys": [old.jwk()] }).to_string().as_bytes());
    assert_eq!(decided(&mut pdp, &token, NOW), Some(Reason::Allowed));
    // Another key under the same `kid`.
    pdp.replace_keys(0, json!({ "keys": [new.jwk()] }).to_string().as_bytes());
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::TokenSignature);

    pdp.replace_keys(0, json!({ "keys": [old.jwk()] }).to_string().as_bytes());
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    pdp.drop_keys(0);
    assert_eq!(decided(&mut pdp, &token, NOW), Some(Reason::TokenKeysUnavailable));
}

#[test]
fn another_policy_remembers_nothing_of_the_first() {
    let (mut first, token) = waiting();
    assert_eq!(verified(&mut first, &token, NOW), Reason::Allowed);
    let (mut second, _) = waiting();
    assert_eq!(decided(&mut second, &token, NOW), None);
}

#[test]
fn many_tokens_push_the_oldest_out() {
    let signer = Signer::es256("k1");
    let mut pdp = policy(json!(["ES256"]), json!([{ "jwk": signer.jwk() }]));
    // Large ones, so that the bound on bytes is met long before the one on entries.
    let token = |number: u32| {
        let padding = "x".repeat(5000);
        let claims = json!({
            "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 100.0, "n": number, "p": padding,
        });
        signer.token(&claims)
    };
    let tokens: Vec<String> = (0..200).map(token).collect();
    for token in &tokens {
        assert_eq!(verified(&mut pdp, token, NOW), Reason::Allowed);
        // The first stays, because it is used again and again.
        assert_eq!(verified(&mut pdp, &tokens[0], NOW), Reason::Allowed);
    }
    let known = tokens.iter().filter(|token| decided(&mut pdp, token, NOW).is_some()).count();
    assert!((100..200).contains(&known), "{known} are remembered");
    assert_eq!(decided(&mut pdp, &tokens[0], NOW), Some(Reason::Allowed));
    assert_eq!(decided(&mut pdp, &tokens[1], NOW), None);
}

#[test]
fn only_so_many_may_wait() {
    let (mut pdp, token) = waiting();
    for _ in 0..64 {
        assert_eq!(decided(&mut pdp, &token, NOW), None);
    }
    assert_eq!(decided(&mut pdp, &token, NOW), Some(Reason::VerificationBusy));
    // Those that nobody came back for give their places away.
    assert_eq!(decided(&mut pdp, &token, NOW + 31.0), None);
}

#[test]
fn a_flood_of_keys_keeps_no_token_from_being_verified() {
    let signer = Signer::es256("k1");
    let mut text: serde_json::Value = serde_json::from_str(&support::document(
        json!(["ES256"]),
        json!([{ "jwk": signer.jwk() }]),
    ))
    .unwrap();
    text["authentication"]["virtual_keys"] = json!({});
    let mut pdp = support::unseeded(&text.to_string());
    for _ in 0..64 {
        assert!(matches!(support::begin(&mut pdp, "sk-abc", NOW), Outcome::NeedsKey { .. }));
    }
    assert_eq!(decided(&mut pdp, "sk-abc", NOW), Some(Reason::VerificationBusy));
    let token = signer.token(&json!({ "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 9.0 }));
    assert_eq!(verified(&mut pdp, &token, NOW), Reason::Allowed);
    // A verdict on one is nothing to the other.
    let Outcome::Pending(slot) = support::begin(&mut pdp, &token, NOW) else { panic!() };
    let decision = pdp.finish_key(slot, Some(br#"{"agents":"all"}"#), NOW);
    assert_eq!(decision.reason, Reason::VerificationFailed);
}

#[test]
fn a_slot_answers_once_and_only_its_own_request() {
    let (mut pdp, token) = waiting();
    let Outcome::Pending(slot) = support::begin(&mut pdp, &token, NOW) else { panic!() };
    assert_eq!(reason(pdp.finish(slot, Some(false), NOW)), Reason::TokenSignature);
    assert_eq!(reason(pdp.finish(slot, Some(true), NOW)), Reason::VerificationFailed);

    let Outcome::Pending(second) = support::begin(&mut pdp, &token, NOW) else { panic!() };
    assert_ne!(slot, second, "the same place, another generation");
    assert_eq!(reason(pdp.finish(slot, Some(true), NOW)), Reason::VerificationFailed);
    assert_eq!(reason(pdp.finish(second, None, NOW)), Reason::VerificationFailed);
    for slot in [0, 1, 0xff, u32::MAX] {
        assert_eq!(reason(pdp.finish(slot, Some(true), NOW)), Reason::VerificationFailed);
    }
}

#[test]
fn a_token_that_expires_while_it_waits_is_refused() {
    let (mut pdp, token) = waiting();
    let Outcome::Pending(slot) = support::begin(&mut pdp, &token, NOW) else { panic!() };
    assert_eq!(reason(pdp.finish(slot, Some(true), NOW + 3600.0)), Reason::TokenExpired);
}

#[test]
fn one_bad_key_blocks_no_other() {
    let (first, second) = (Signer::es256(""), Signer::other_es256(""));
    let keys = json!([{ "jwk": first.jwk() }, { "jwk": second.jwk() }]);
    let mut pdp = policy(json!(["ES256"]), keys);
    let token = second.token(&json!({ "sub": "a", "scopes": ["agents:*:run"], "exp": NOW + 9.0 }));
    let Outcome::Pending(slot) = support::begin(&mut pdp, &token, NOW) else { panic!() };
    let Outcome::Pending(next) = pdp.finish(slot, Some(false), NOW) else {
        panic!("the second key is tried");
    };
    assert!(allowed(pdp.finish(next, Some(true), NOW)));
}

/// The token of [`waiting`] at a path of AgentOS that is written in another case.
#[test]
fn a_route_in_another_case_is_none_where_any_case_is_served() {
    let ask = |path: &str, any_case: bool, warm: bool| {
        let (mut pdp, token) = waiting();
        if warm {
            verified(&mut pdp, &token, NOW);
        }
        match support::begin_at(&mut pdp, &token, path, any_case) {
            Outcome::Decided(decision) => decision.reason,
            Outcome::Pending(slot) => {
                let fits = pdp.waiting(slot).unwrap().verify(pdp.policy().issuers());
                reason(pdp.finish(slot, Some(fits), NOW))
            }
            Outcome::NeedsKey { .. } => panic!("a token is no virtual key"),
        }
    };
    // What waits for a signature is asked the same when it goes on.
    for warm in [false, true] {
        for (path, any_case, expected) in [
            ("/agents/Research/runs", true, Reason::Allowed),
            ("/Agents/research/runs", true, Reason::RouteSpelling),
            ("/agents/research/RUNS", true, Reason::RouteSpelling),
            ("/Agents/research/runs", false, Reason::RouteUnmatched),
        ] {
            assert_eq!(ask(path, any_case, warm), expected, "{path}, {warm}");
        }
    }
}
