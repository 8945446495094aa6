//! What nobody sends by mistake: each is a denial with a code of its own, soon and in little memory.
//! `tests/js/bad-input.test.js` sends the same into the module.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "evaluate/ask.rs"]
mod ask;
#[path = "evaluate/policy.rs"]
mod policy;

use std::time::{Duration, Instant};

use ask::Ask;
use gatewright::{Pdp, Reason};
use policy::pdp;
use serde_json::json;

/// What one question may take in a build without optimisation, on a machine with other things to do.
const SOON: Duration = Duration::from_millis(500);

fn policy() -> Pdp {
    pdp(&json!({ "agents": { "agent": { "permissions": [
        { "action": "stripe.refund", "max_amount": 100 },
        { "action": "deploy", "requires_approval": true },
        { "action": "note" },
    ] } } }))
}

fn reason(pdp: &Pdp, agent: &str, action: &str, context: &str) -> &'static str {
    let begin = Instant::now();
    let reason = Ask::of(agent, action, context).reason(pdp);
    let shown: String = context.chars().take(40).collect();
    assert!(begin.elapsed() < SOON, "{shown} took {:?}", begin.elapsed());
    assert!(!reason.allows() || reason == Reason::Allowed);
    reason.code()
}

#[test]
fn amounts_that_are_none() {
    let pdp = policy();
    let (long, longer) = ("9".repeat(60_000), format!("0.{}1", "0".repeat(60_000)));
    let exponent = format!("1e{}", "9".repeat(60_000));
    for (amount, expected) in [
        ("100", "allowed"),
        ("NaN", "context_malformed"),
        ("Infinity", "context_malformed"),
        ("1e400", "amount_invalid"),
        ("-1e400", "amount_invalid"),
        ("-0.01", "amount_invalid"),
        ("\"50\"", "amount_invalid"),
        ("true", "amount_invalid"),
        ("null", "amount_invalid"),
        ("[50]", "amount_invalid"),
        ("{\"toString\":50}", "amount_invalid"),
        ("0x10", "context_malformed"),
        ("1_000", "context_malformed"),
        ("05", "context_malformed"),
        (&long, "amount_invalid"),
        // Very little, and still a number.
        (&longer, "allowed"),
        (&exponent, "amount_invalid"),
    ] {
        let context = format!(r#"{{"amount":{amount}}}"#);
        let shown: String = amount.chars().take(40).collect();
        assert_eq!(reason(&pdp, "agent", "stripe.refund", &context), expected, "{shown}");
    }
    assert_eq!(reason(&pdp, "agent", "stripe.refund", "{}"), "amount_invalid");
}

#[test]
fn contexts_that_are_too_much() {
    let pdp = policy();
    let megabytes = format!(r#"{{"m":"{}"}}"#, "x".repeat(10 << 20));
    let nested = |open: &str, close: &str| {
        format!(r#"{{"m":{}0{}}}"#, open.repeat(10_000), close.repeat(10_000))
    };
    let many = (0..6000).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",");
    let (many, many_twice) = (format!("{{{many}}}"), format!("{{{many},\"5999\":0}}"));
    for (context, expected) in [
        (megabytes.as_str(), "context_too_large"),
        (&nested("[", "]"), "context_depth"),
        (&nested(r#"{"m":"#, "}"), "context_depth"),
        (&nested("[", ""), "context_depth"),
        (&many, "allowed"),
        (&many_twice, "context_duplicate_member"),
        (r#"{"a":1,"a":2}"#, "context_duplicate_member"),
        (r#"{"amount":1,"\u0061mount":999}"#, "context_duplicate_member"),
        (r#"{"__proto__":1,"__proto__":2}"#, "context_duplicate_member"),
        (r#"{"__proto__":{"amount":1}}"#, "allowed"),
        ("", "context_malformed"),
        ("\0", "context_malformed"),
    ] {
        let shown: String = context.chars().take(40).collect();
        assert_eq!(reason(&pdp, "agent", "note", context), expected, "{shown}");
    }
    // Nothing is inherited: an amount is where it is looked for, or it is not there.
    let inherited = r#"{"__proto__":{"amount":1}}"#;
    assert_eq!(reason(&pdp, "agent", "stripe.refund", inherited), "amount_invalid");
}

#[test]
fn names_that_look_like_others() {
    let pdp = policy();
    let megabytes = "n".repeat(10 << 20);
    for (name, expected) in [
        ("note", "allowed"),
        ("note\0", "name_malformed"),
        ("no\u{202e}te", "name_malformed"),
        ("no\u{200b}te", "name_malformed"),
        ("note\u{feff}", "name_malformed"),
        ("no\u{fffd}te", "name_malformed"),
        ("note\n", "name_malformed"),
        (" note", "name_malformed"),
        ("", "name_malformed"),
        (&megabytes, "name_malformed"),
        ("NOTE", "permission_missing"),
        // The second letter is Cyrillic.
        ("nоte", "permission_missing"),
        ("note.*", "permission_missing"),
        ("*", "permission_missing"),
        ("note/../deploy", "permission_missing"),
        ("%6eote", "permission_missing"),
        ("__proto__", "permission_missing"),
    ] {
        let shown: String = name.chars().take(40).collect();
        assert_eq!(reason(&pdp, "agent", name, "{}"), expected, "{shown:?} as an action");
    }
    for (name, expected) in [
        ("agent\0", "name_malformed"),
        ("ag\u{2066}ent", "name_malformed"),
        (&megabytes, "name_malformed"),
        ("AGENT", "agent_unknown"),
        ("аgent", "agent_unknown"),
        ("constructor", "agent_unknown"),
    ] {
        let shown: String = name.chars().take(40).collect();
        assert_eq!(reason(&pdp, name, "note", "{}"), expected, "{shown:?} as an agent");
    }
}

#[test]
fn a_context_full_of_numbers_is_bound_or_refused_soon() {
    let pdp = policy();
    let numbers = vec!["1e-300"; 8000].join(",");
    let exact = format!(r#"{{"n":[{numbers}]}}"#);
    assert_eq!(reason(&pdp, "agent", "deploy", &exact), "approval_required");
    let one = format!(r#"{{"n":[{numbers},1e400]}}"#);
    assert_eq!(reason(&pdp, "agent", "deploy", &one), "context_number");
}
