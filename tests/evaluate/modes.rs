//! Kill switches, dry runs, and policies that only watch.

use gatewright::Reason;
use gatewright::decide::Pdp;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;
use crate::store::Store;

/// An agent of a tenant, a tool that reads and one that writes.
fn with(members: &Value) -> Pdp {
    let mut all = json!({
        "agents": { "a": { "allow": ["look", "stripe.*", "note"], "tenant": "t" }, "b": { "allow": ["look"] } },
        "tools": { "look": { "level": "read" }, "note": { "level": "write" } },
    });
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    pdp(&all)
}

#[test]
fn a_switch_stops_what_it_names_and_nothing_else() {
    let refund = Ask::of("a", "stripe.refund.small", "{}");
    let look = Ask::of("a", "look", "{}");
    for (switch, ask, expected) in [
        (json!({ "stop": "all" }), look, Reason::SwitchAll),
        (json!({ "stop": "agent", "id": "a" }), look, Reason::SwitchAgent),
        (json!({ "stop": "agent", "id": "b" }), look, Reason::Allowed),
        (json!({ "stop": "agent", "id": "A" }), look, Reason::Allowed),
        (json!({ "stop": "tenant", "id": "t" }), look, Reason::SwitchTenant),
        (json!({ "stop": "tenant", "id": "u" }), look, Reason::Allowed),
        (
            json!({ "stop": "tenant", "id": "u" }),
            Ask { tenant: Some("u"), ..Ask::of("b", "look", "{}") },
            Reason::SwitchTenant,
        ),
        (
            json!({ "stop": "subject", "id": "s" }),
            Ask { subject: Some("s"), ..look },
            Reason::SwitchSubject,
        ),
        (
            json!({ "stop": "subject", "id": "s" }),
            Ask { subject: Some("r"), ..look },
            Reason::Allowed,
        ),
        (json!({ "stop": "subject", "id": "a" }), look, Reason::Allowed),
        (json!({ "stop": "action", "id": "look" }), look, Reason::SwitchAction),
        (json!({ "stop": "action", "id": "stripe.*" }), refund, Reason::SwitchAction),
        (json!({ "stop": "action", "id": "stripe.refund.*" }), refund, Reason::SwitchAction),
        (json!({ "stop": "action", "id": "stripe.refund" }), refund, Reason::Allowed),
        (json!({ "stop": "writes" }), look, Reason::Allowed),
        (json!({ "stop": "writes" }), Ask::of("a", "note", "{}"), Reason::SwitchWrites),
        // What is not known to read is taken to write.
        (json!({ "stop": "writes" }), refund, Reason::SwitchWrites),
    ] {
        // Of the policy, and of the store.
        assert_eq!(ask.reason(&with(&json!({ "switches": [switch] }))), expected, "{switch}");
        let mut stored = with(&json!({}));
        assert!(stored.replace_switches(json!([switch]).to_string().as_bytes()));
        assert_eq!(ask.reason(&stored), expected, "{switch} of the store");
        assert!(stored.replace_switches(b"[]"));
        assert_eq!(ask.reason(&stored), Reason::Allowed, "{switch} was let go");
    }
}

#[test]
fn a_switch_goes_before_everything_else() {
    let pdp = with(&json!({ "switches": [{ "stop": "all" }] }));
    for ask in [Ask::of("nobody", "x", "{}"), Ask::of("a", "burn", "{}")] {
        assert_eq!(ask.reason(&pdp), Reason::SwitchAll);
    }
}

#[test]
fn switches_that_cannot_be_read_stop_everything() {
    let look = Ask::of("a", "look", "{}");
    for bad in [
        "",
        "null",
        "{}",
        "[1]",
        "[{}]",
        r#"[{"stop":"everything"}]"#,
        r#"[{"stop":"agent"}]"#,
        r#"[{"stop":"agent","id":""}]"#,
        r#"[{"stop":"all","id":"a"}]"#,
        r#"[{"stop":"action","id":"*"}]"#,
        r#"[{"stop":"all","who":"me"}]"#,
    ] {
        let mut pdp = with(&json!({}));
        assert!(!pdp.replace_switches(bad.as_bytes()), "{bad}");
        assert_eq!(look.reason(&pdp), Reason::SwitchUnreadable, "{bad}");
        assert!(pdp.replace_switches(b"[]"));
        assert_eq!(look.reason(&pdp), Reason::Allowed);
    }
}

#[test]
fn a_trace_says_who_pulled_the_switch() {
    let switch = json!({ "stop": "all", "by": "ann", "at": "2026-11-24T10:00:00Z", "why": "loop" });
    let pdp = with(&json!({ "switches": [switch] }));
    let ask = Ask { explain: true, ..Ask::of("a", "look", "{}") };
    let evaluation = ask.put(&pdp, "{}").unwrap();
    let notes = evaluation.trace.notes().unwrap();
    let told =
        notes.iter().any(|note| note.because.contains("by ann") && note.because.contains("loop"));
    assert!(told, "{notes:?}");
}

#[test]
fn a_dry_run_is_checked_in_full_and_never_done() {
    for shadow in [false, true] {
        let pdp = pdp(&json!({
            "mode": if shadow { "shadow" } else { "enforce" },
            "agents": {
                "a": { "permissions": [
                    { "action": "tool", "max_amount": 10 },
                    { "action": "x", "max_amount": 10, "dry_run": true },
                    { "action": "y", "dry_run": true, "requires_approval": true },
                    { "action": "z", "dry_run": true, "max_amount": 10 },
                    { "action": "z", "max_amount": 5 },
                ] },
                "lazy": { "levels": ["read"], "permissions": [{ "action": "tool" }] },
            },
            "tools": { "tool": { "level": "write", "dry_run": true } },
            "budgets": [{ "name": "few", "actions": ["tool"], "calls": 0 }],
        }));
        let mut store = Store::default();
        let amount = |amount: u32| format!(r#"{{"amount":{amount}}}"#);
        let (ten, eleven, five) = (amount(10), amount(11), amount(5));
        for (agent, action, context, enforced) in [
            ("a", "x", &ten, Reason::DryRun),
            // Denied, and in shadow still not done.
            ("a", "x", &eleven, Reason::AmountExceeded),
            ("a", "y", &ten, Reason::ApprovalRequired),
            ("a", "tool", &ten, Reason::BudgetCalls),
            ("a", "tool", &eleven, Reason::AmountExceeded),
            ("lazy", "tool", &ten, Reason::ToolLevel),
            ("a", "z", &ten, Reason::DryRun),
        ] {
            let ask = Ask::of(agent, action, context);
            let evaluation = store.evaluation(&pdp, &ask).unwrap();
            let expected = if shadow { Reason::DryRun } else { enforced };
            assert_eq!(evaluation.reason, expected, "{action} {context}");
            assert!(!evaluation.reason.allows());
            let shadowed = (shadow && enforced != Reason::DryRun).then_some(enforced);
            assert_eq!(evaluation.shadowed, shadowed, "{action} {context}");
        }
        // What another permission covers is done.
        assert_eq!(store.ask(&pdp, &Ask::of("a", "z", &five)), Reason::Allowed);
    }
}

#[test]
fn a_dry_run_uses_no_approval_up() {
    let pdp = pdp(&json!({ "agents": { "a": { "permissions": [
        { "action": "x", "requires_approval": true, "dry_run": true },
    ] } } }));
    let mut store = Store::default();
    let ask = Ask { subject: Some("bob"), ..Ask::of("a", "x", "{}") };
    assert_eq!(store.ask(&pdp, &ask), Reason::ApprovalRequired);
    store.decide(&pdp, &ask, "ann", gatewright::decide::approval::Verdict::Approve);
    for _ in 0..2 {
        assert_eq!(store.ask(&pdp, &ask), Reason::DryRun);
    }
}

#[test]
fn shadow_lets_through_what_a_layer_denies_and_says_so() {
    let agents = json!({
        "a": { "allow": ["x"], "permissions": [{ "action": "x", "max_amount": 1 }, { "action": "y", "requires_approval": true }] },
        "watched": { "allow": ["x"], "shadow": true },
        "off": { "active": false, "shadow": true, "allow": ["x"] },
    });
    let shadow = pdp(&json!({ "mode": "shadow", "agents": agents }));
    let enforced = pdp(&json!({ "agents": agents }));
    for (agent, action, denied) in [
        ("a", "y", Reason::ActionUnlisted),
        ("a", "x", Reason::AmountInvalid),
        ("watched", "y", Reason::ActionUnlisted),
        ("nobody", "x", Reason::AgentUnknown),
    ] {
        let ask = Ask::of(agent, action, "{}");
        let evaluation = ask.put(&shadow, "{}").unwrap();
        assert_eq!(evaluation.reason, Reason::Shadowed, "{agent} {action}");
        assert_eq!(evaluation.shadowed, Some(denied));
        let here = if agent == "watched" { Reason::Shadowed } else { denied };
        assert_eq!(ask.reason(&enforced), here, "{agent} {action}");
    }
    // What is allowed needs no shadow.
    let allowed = Ask::of("a", "x", r#"{"amount":1}"#).put(&shadow, "{}").unwrap();
    assert_eq!((allowed.reason, allowed.shadowed), (Reason::Allowed, None));
    assert_eq!(Ask::of("off", "x", "{}").reason(&shadow), Reason::AgentInactive);
}

#[test]
fn shadow_lets_no_switch_and_nothing_malformed_through() {
    let members = |switch: &Value| {
        json!({
            "mode": "shadow",
            "agents": { "a": { "allow": ["x"], "tenant": "t", "permissions": [{ "action": "x", "requires_approval": true }] } },
            "switches": [switch],
        })
    };
    for (switch, expected) in [
        (json!({ "stop": "all" }), Reason::SwitchAll),
        (json!({ "stop": "agent", "id": "a" }), Reason::SwitchAgent),
        (json!({ "stop": "tenant", "id": "t" }), Reason::SwitchTenant),
        (json!({ "stop": "subject", "id": "s" }), Reason::SwitchSubject),
        (json!({ "stop": "action", "id": "x" }), Reason::SwitchAction),
        (json!({ "stop": "writes" }), Reason::SwitchWrites),
    ] {
        let ask = Ask { subject: Some("s"), ..Ask::of("a", "x", "{}") };
        assert_eq!(ask.reason(&pdp(&members(&switch))), expected);
    }
    let mut shadow = pdp(&members(&json!({ "stop": "agent", "id": "other" })));
    for (ask, expected) in [
        (Ask { now: f64::NAN, ..Ask::of("a", "x", "{}") }, Reason::ClockInvalid),
        (Ask::of("a\0", "x", "{}"), Reason::NameMalformed),
        (Ask::of("a", "x", "[]"), Reason::ContextMalformed),
        (Ask::of("a", "x", r#"{"a":1,"a":2}"#), Reason::ContextDuplicateMember),
        // An approval cannot be bound to it.
        (Ask::of("a", "x", r#"{"n":9007199254740993}"#), Reason::ContextNumber),
    ] {
        assert_eq!(ask.reason(&shadow), expected);
    }
    shadow.replace_switches(b"?");
    assert_eq!(Ask::of("a", "x", "{}").reason(&shadow), Reason::SwitchUnreadable);
    let budget = pdp(&json!({
        "mode": "shadow", "agents": { "a": { "allow": ["x"] } }, "budgets": [{ "name": "b", "calls": 9 }],
    }));
    let ask = Ask { key: Some(""), ..Ask::of("a", "x", "{}") };
    assert_eq!(Store::default().ask(&budget, &ask), Reason::QuestionMalformed);
}
