//! What cannot be read is refused before any layer is asked, and counts for nothing.

use gatewright::Reason;
use gatewright::decide::State;
use serde_json::json;

use crate::ask::Ask;
use crate::policy::{NOW, pdp};

#[test]
fn a_clock_that_makes_no_sense_denies() {
    let pdp = pdp(&json!({ "agents": { "a": { "allow": ["x"] } } }));
    for now in
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1_704_067_199.0, NOW * 1000.0, 1e18]
    {
        let ask = Ask { now, ..Ask::of("a", "x", "{}") };
        assert_eq!(ask.reason(&pdp), Reason::ClockInvalid, "{now}");
    }
    assert_eq!(Ask::of("a", "x", "{}").reason(&pdp), Reason::Allowed);
}

#[test]
fn a_name_that_is_none_is_refused_wherever_it_stands() {
    let long = "n".repeat(257);
    let pdp = pdp(&json!({
        "agents": { "a": { "allow": ["x"] } },
        "budgets": [{ "name": "b", "per": "agent", "steps": 9 }],
    }));
    let bad = [
        "",
        " a",
        "a ",
        "a\0",
        "a\n",
        "a\u{7f}",
        "a\u{85}",
        "a\u{a0}b",
        "a\u{ad}",
        "a\u{200b}",
        "a\u{200d}",
        "a\u{202e}",
        "a\u{2066}",
        "a\u{2060}",
        "\u{feff}a",
        "a\u{e0041}",
        "a\u{fffd}",
        "a\u{2028}b",
        &long,
    ];
    for name in bad {
        for ask in [
            Ask { agent: name, ..Ask::of("a", "x", "{}") },
            Ask { action: name, ..Ask::of("a", "x", "{}") },
            Ask { subject: Some(name), ..Ask::of("a", "x", "{}") },
            Ask { tenant: Some(name), ..Ask::of("a", "x", "{}") },
        ] {
            let evaluation = ask.put(&pdp, "{}").unwrap();
            assert_eq!(evaluation.reason, Reason::NameMalformed, "{name:?}");
            assert!(evaluation.meters.is_empty(), "{name:?} made up a budget to count in");
        }
    }
    // Letters that look alike are letters: another name, and nothing is said of it.
    for name in ["X", "х", "ｘ", "x̣"] {
        assert_eq!(Ask::of("a", name, "{}").reason(&pdp), Reason::ActionUnlisted, "{name}");
    }
    let (agent, action) = ("n".repeat(256), "n".repeat(256));
    let ask = Ask::of(&agent, &action, "{}");
    assert_eq!(ask.reason(&pdp), Reason::AgentUnknown);
}

#[test]
fn a_context_has_to_be_one_object_of_bounded_size() {
    let pdp = pdp(&json!({ "agents": { "a": { "allow": ["x"] } } }));
    let nested = |depth: usize| format!("{}0{}", r#"{"m":"#.repeat(depth), "}".repeat(depth));
    let sized = |bytes: usize| format!(r#"{{"m":"{}"}}"#, "x".repeat(bytes - 8));
    let (deep, deeper, large, larger) = (nested(32), nested(33), sized(1 << 16), sized(65_537));
    for (context, expected) in [
        ("{}", Reason::Allowed),
        (" \n{ } ", Reason::Allowed),
        (deep.as_str(), Reason::Allowed),
        (&deeper, Reason::ContextDepth),
        (&large, Reason::Allowed),
        (&larger, Reason::ContextTooLarge),
        ("", Reason::ContextMalformed),
        ("null", Reason::ContextMalformed),
        ("[]", Reason::ContextMalformed),
        ("\"{}\"", Reason::ContextMalformed),
        ("5", Reason::ContextMalformed),
        ("{", Reason::ContextMalformed),
        ("{} {}", Reason::ContextMalformed),
        ("{a:1}", Reason::ContextMalformed),
        (r#"{"a":NaN}"#, Reason::ContextMalformed),
        (r#"{"a":"\ud800"}"#, Reason::ContextMalformed),
        ("\u{feff}{}", Reason::ContextMalformed),
        (r#"{"a":1,"a":1}"#, Reason::ContextDuplicateMember),
        (r#"{"amount":1,"\u0061mount":2}"#, Reason::ContextDuplicateMember),
        (r#"{"m":{"a":1,"a":2}}"#, Reason::ContextDuplicateMember),
    ] {
        let shown: String = context.chars().take(40).collect();
        assert_eq!(Ask::of("a", "x", context).reason(&pdp), expected, "{shown}");
    }
    assert_eq!(gatewright::decide::context(b"{\"a\":\"\xff\"}"), Err(Reason::ContextMalformed));
}

#[test]
fn a_state_that_cannot_be_read_is_none() {
    for (state, expected) in [
        ("", Reason::BudgetUnavailable),
        ("null", Reason::BudgetUnavailable),
        ("[]", Reason::BudgetUnavailable),
        (r#"{"meter":{}}"#, Reason::BudgetUnavailable),
        (r#"{"meters":null}"#, Reason::BudgetUnavailable),
        (r#"{"meters":{"k":{}}}"#, Reason::BudgetUnavailable),
        (r#"{"meters":{"k":1}}"#, Reason::BudgetUnavailable),
        (r#"{"meters":{},"meters":{}}"#, Reason::BudgetUnavailable),
        (r#"{"approval":{}}"#, Reason::ApprovalUnavailable),
        (r#"{"approval":true}"#, Reason::ApprovalUnavailable),
        (r#"{"approval":{"id":"apr_1","state":"approved"}}"#, Reason::ApprovalUnavailable),
    ] {
        assert_eq!(State::read(state.as_bytes()).err(), Some(expected), "{state}");
    }
    assert!(State::read(br#"{"approval":null,"meters":{"k":null}}"#).is_ok());
    assert!(State::read(b"{}").is_ok());
}
