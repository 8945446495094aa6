//! Permissions by tier, and the amounts they are held against.

use gatewright::Reason;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;

/// The reason for an action with these permissions, and the limit that a denial names.
fn asked(permissions: &Value, action: &str, context: &str) -> (&'static str, Option<String>) {
    let pdp = pdp(&json!({ "agents": { "a": { "permissions": permissions } } }));
    let evaluation = Ask::of("a", action, context).put(&pdp, "{}").unwrap();
    let limit = evaluation.limit.filter(|_| evaluation.reason == Reason::AmountExceeded);
    (evaluation.reason.code(), limit.map(|limit| limit.to_string()))
}

fn reason(permissions: &Value, amount: &str) -> &'static str {
    asked(permissions, "x", &format!(r#"{{"amount":{amount}}}"#)).0
}

/// One permission up to a limit.
fn up_to(limit: &str) -> Value {
    let limit: Value = serde_json::from_str(limit).unwrap();
    json!([{ "action": "x", "max_amount": limit }])
}

#[test]
fn the_tier_that_lets_most_through_counts() {
    let auto = |limit: u32| json!({ "action": "x", "max_amount": limit });
    let ask = |limit: u32| json!({ "action": "x", "max_amount": limit, "requires_approval": true });
    let open = json!({ "action": "x" });
    let open_ask = json!({ "action": "x", "requires_approval": true });
    let dry = json!({ "action": "x", "max_amount": 50, "dry_run": true });
    for (tiers, amount, expected) in [
        (vec![auto(100)], 50, "allowed"),
        (vec![auto(100)], 100, "allowed"),
        (vec![auto(100)], 101, "amount_exceeded"),
        (vec![auto(50), auto(200)], 200, "allowed"),
        (vec![auto(50), auto(200)], 201, "amount_exceeded"),
        (vec![auto(100), ask(500)], 100, "allowed"),
        (vec![auto(100), ask(500)], 101, "approval_required"),
        (vec![auto(100), ask(500)], 500, "approval_required"),
        (vec![auto(100), ask(500)], 501, "amount_exceeded"),
        (vec![ask(100), auto(500)], 50, "allowed"),
        (vec![ask(100)], 100, "approval_required"),
        (vec![ask(100)], 101, "amount_exceeded"),
        (vec![open.clone()], 1_000_000, "allowed"),
        (vec![open_ask.clone()], 1_000_000, "approval_required"),
        (vec![auto(10), open_ask.clone()], 11, "approval_required"),
        (vec![auto(10), ask(20), open_ask], 21, "approval_required"),
        (vec![dry.clone()], 50, "dry_run"),
        (vec![dry.clone()], 51, "amount_exceeded"),
        (vec![dry.clone(), auto(20)], 20, "allowed"),
        (vec![dry.clone(), auto(20)], 21, "dry_run"),
        (vec![dry, ask(20)], 20, "approval_required"),
    ] {
        let mut tiers = tiers;
        for _ in 0..tiers.len() {
            tiers.rotate_left(1);
            let found = reason(&json!(tiers), &amount.to_string());
            assert_eq!(found, expected, "{amount} of {tiers:?}");
        }
        tiers.reverse();
        assert_eq!(reason(&json!(tiers), &amount.to_string()), expected, "{amount} of {tiers:?}");
    }
}

#[test]
fn a_denial_names_the_largest_limit() {
    let tiers = json!([
        { "action": "x", "max_amount": 100.5 },
        { "action": "x", "max_amount": 500, "requires_approval": true },
        { "action": "x", "max_amount": 7 },
    ]);
    assert_eq!(asked(&tiers, "x", r#"{"amount":501}"#), ("amount_exceeded", Some("500".into())));
    let one = json!([{ "action": "x", "max_amount": 100.5 }]);
    assert_eq!(asked(&one, "x", r#"{"amount":501}"#), ("amount_exceeded", Some("100.5".into())));
}

#[test]
fn amounts_are_compared_as_they_are_written() {
    let (most, digits38) = ("9".repeat(37), "1".repeat(38));
    let just_over = format!("100.{}1", "0".repeat(33));
    for (limit, amount, expected) in [
        ("0.3", "0.3", "allowed"),
        // What 0.1 + 0.2 is in a float.
        ("0.3", "0.30000000000000004", "amount_exceeded"),
        ("0.1", "0.1000000000000000055", "amount_exceeded"),
        ("0.1", "0.10000000000000000000", "allowed"),
        ("1e2", "100", "allowed"),
        ("100", "1e2", "allowed"),
        ("100", "1E+2", "allowed"),
        ("100", "1000e-1", "allowed"),
        ("100", "100.000", "allowed"),
        ("100", "1.0000001e2", "amount_exceeded"),
        ("9007199254740992", "9007199254740993", "amount_exceeded"),
        ("9007199254740993", "9007199254740993", "allowed"),
        ("100", &just_over, "amount_exceeded"),
        ("0", "0", "allowed"),
        ("0", "-0", "allowed"),
        ("0", "0.0", "allowed"),
        ("0", "0e9", "allowed"),
        ("0", "1e-300", "amount_exceeded"),
        ("5", "0.0e-5", "allowed"),
        (&most, &most, "allowed"),
        (&most, &digits38, "amount_invalid"),
        ("1e36", &most, "amount_exceeded"),
        ("1e308", "1e308", "allowed"),
        ("1e308", "1.7e308", "amount_exceeded"),
        ("1e308", "1e309", "amount_invalid"),
        ("1", "1e-400", "allowed"),
        ("1", "1e-99999999999", "amount_invalid"),
        ("1", "1e99999999999", "amount_invalid"),
    ] {
        assert_eq!(reason(&up_to(limit), amount), expected, "{amount} of {limit}");
    }
}

#[test]
fn what_is_no_amount_is_covered_by_no_limit() {
    for context in [
        "{}",
        r#"{"amount":null}"#,
        r#"{"amount":"5"}"#,
        r#"{"amount":true}"#,
        r#"{"amount":[5]}"#,
        r#"{"amount":{"value":5}}"#,
        r#"{"amount":-1}"#,
        r#"{"amount":-1e-400}"#,
        r#"{"amount":1e400}"#,
        r#"{"Amount":5}"#,
        r#"{"amount ":5}"#,
        r#"{"nested":{"amount":5}}"#,
        r#"{"/amount":5}"#,
    ] {
        let found = asked(&up_to("100"), "x", context);
        assert_eq!(found, ("amount_invalid", None), "{context}");
        // Whoever is not limited need not say how much.
        assert_eq!(asked(&json!([{ "action": "x" }]), "x", context).0, "allowed", "{context}");
    }
    let pdp = pdp(&json!({ "agents": { "a": { "permissions": up_to("100") } } }));
    for context in [r#"{"amount":NaN}"#, r#"{"amount":Infinity}"#, r#"{"amount":+1}"#] {
        assert_eq!(Ask::of("a", "x", context).reason(&pdp), Reason::ContextMalformed, "{context}");
    }
}

#[test]
fn an_amount_is_looked_for_where_the_permission_says() {
    let at = |pointer: &str| json!([{ "action": "x", "max_amount": 9, "amount": pointer }]);
    for (pointer, context, expected) in [
        ("/refund/total", r#"{"refund":{"total":9},"amount":99}"#, "allowed"),
        ("/refund/total", r#"{"refund":{"total":10},"amount":1}"#, "amount_exceeded"),
        ("/refund/total", r#"{"amount":1}"#, "amount_invalid"),
        ("/lines/1", r#"{"lines":[99,9]}"#, "allowed"),
        ("/lines/01", r#"{"lines":[99,9]}"#, "amount_invalid"),
        ("/a~1b~0c", r#"{"a/b~c":9}"#, "allowed"),
    ] {
        assert_eq!(asked(&at(pointer), "x", context).0, expected, "{pointer} in {context}");
    }
    // Of two that look in different places, the one that cannot read its own counts for more.
    for order in [[0, 1], [1, 0]] {
        let both = [at("/n")[0].clone(), at("/m")[0].clone()];
        let both = json!([both[order[0]], both[order[1]]]);
        assert_eq!(asked(&both, "x", r#"{"n":10}"#).0, "amount_invalid");
    }
}

#[test]
fn a_star_stands_for_whole_segments_at_the_end() {
    for (pattern, action, expected) in [
        ("stripe.refund", "stripe.refund", "allowed"),
        ("stripe.refund", "stripe.refund.small", "permission_missing"),
        ("stripe.refund", "stripe.refun", "permission_missing"),
        ("stripe.refund", "Stripe.refund", "permission_missing"),
        ("stripe.*", "stripe.refund", "allowed"),
        ("stripe.*", "stripe.refund.small", "allowed"),
        ("stripe.*", "stripe", "permission_missing"),
        ("stripe.*", "stripe.", "permission_missing"),
        ("stripe.*", "stripe..refund", "permission_missing"),
        ("stripe.*", "stripe.refund.", "permission_missing"),
        ("stripe.*", "stripes.refund", "permission_missing"),
        ("stripe.*", "x.stripe.refund", "permission_missing"),
        ("stripe.refund.*", "stripe.refund", "permission_missing"),
        ("stripe.refund.*", "stripe.refund.small", "allowed"),
        ("stripe.*", "stripe.*", "allowed"),
    ] {
        let found = asked(&json!([{ "action": pattern }]), action, "{}").0;
        assert_eq!(found, expected, "{action} by {pattern}");
        let agents = json!({ "a": { "allow": [pattern] } });
        let listed = Ask::of("a", action, "{}").reason(&pdp(&json!({ "agents": agents })));
        let unlisted = if expected == "allowed" { Reason::Allowed } else { Reason::ActionUnlisted };
        assert_eq!(listed, unlisted, "{action} on the list {pattern}");
    }
}

#[test]
fn exact_names_and_services_add_up() {
    let both = json!([
        { "action": "stripe.*", "max_amount": 10 },
        { "action": "stripe.refund.*", "max_amount": 20, "requires_approval": true },
        { "action": "stripe.refund.small", "max_amount": 5 },
    ]);
    for (action, amount, expected) in [
        ("stripe.refund.small", 5, "allowed"),
        ("stripe.refund.small", 10, "allowed"),
        ("stripe.refund.small", 11, "approval_required"),
        ("stripe.refund.small", 21, "amount_exceeded"),
        ("stripe.charge", 10, "allowed"),
        ("stripe.charge", 11, "amount_exceeded"),
    ] {
        let context = format!(r#"{{"amount":{amount}}}"#);
        assert_eq!(asked(&both, action, &context).0, expected, "{amount} for {action}");
    }
}
