//! What a person has to approve: bound to what was asked, good for once.

use gatewright::Reason;
use gatewright::decide::Pdp;
use gatewright::decide::approval::{Approval, Approver, Verdict};
use gatewright::policy::document::ApprovalKind;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::{NOW, pdp};
use crate::store::Store;

const CONTEXT: &str = r#"{"amount":200,"order":{"id":7,"tags":["a","b"]},"note":"café"}"#;

fn refunds() -> Pdp {
    pdp(&json!({ "agents": {
        "a": { "permissions": [{ "action": "refund", "requires_approval": true }, { "action": "void", "requires_approval": true }] },
        "b": { "permissions": [{ "action": "refund", "requires_approval": true }] },
    } }))
}

fn asked() -> Ask<'static> {
    Ask { subject: Some("bob"), ..Ask::of("a", "refund", CONTEXT) }
}

#[test]
fn an_approval_is_asked_for_waited_for_and_used_once() {
    let (pdp, mut store) = (refunds(), Store::default());
    assert_eq!(store.ask(&pdp, &asked()), Reason::ApprovalRequired);
    store.request(&pdp, &asked());
    assert_eq!(store.ask(&pdp, &asked()), Reason::ApprovalPending);
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    assert_eq!(store.ask(&pdp, &asked()), Reason::Allowed);
    assert_eq!(store.ask(&pdp, &asked()), Reason::ApprovalUsed);
    store.decide(&pdp, &asked(), "ann", Verdict::Deny);
    assert_eq!(store.ask(&pdp, &asked()), Reason::ApprovalDenied);
}

#[test]
fn an_approval_ends_with_its_time() {
    let (pdp, mut store) = (refunds(), Store::default());
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    let late = Ask { now: NOW + 3600.0, ..asked() };
    assert_eq!(store.ask(&pdp, &late), Reason::ApprovalExpired);
    let just = Ask { now: NOW + 3599.9, ..asked() };
    assert_eq!(store.ask(&pdp, &just), Reason::Allowed);
    store.request(&pdp, &asked());
    assert_eq!(store.ask(&pdp, &late), Reason::ApprovalExpired);
}

#[test]
fn an_approval_is_worth_nothing_for_another_question() {
    let (pdp, mut store) = (refunds(), Store::default());
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    let approval = store.approvals.values().next().unwrap().clone();
    let known = json!({ "approval": approval, "meters": {} }).to_string();
    for ask in [
        Ask { subject: Some("eve"), ..asked() },
        Ask { subject: None, ..asked() },
        Ask { agent: "b", ..asked() },
        Ask { action: "void", ..asked() },
        Ask {
            context: r#"{"amount":201,"order":{"id":7,"tags":["a","b"]},"note":"café"}"#,
            ..asked()
        },
        Ask {
            context: r#"{"amount":200,"order":{"id":7,"tags":["b","a"]},"note":"café"}"#,
            ..asked()
        },
        Ask {
            context: r#"{"amount":"200","order":{"id":7,"tags":["a","b"]},"note":"café"}"#,
            ..asked()
        },
        Ask {
            context: r#"{"amount":200,"order":{"id":7,"tags":["a","b"]},"note":"cafe\u0301"}"#,
            ..asked()
        },
        Ask { context: "{}", ..asked() },
    ] {
        // Found under another name, and not taken when it is handed over all the same.
        assert_eq!(store.ask(&pdp, &ask), Reason::ApprovalRequired);
        let evaluation = ask.put(&pdp, &known).unwrap();
        assert_eq!(evaluation.reason, Reason::ApprovalMismatch);
        assert!(evaluation.used.is_none());
    }
}

#[test]
fn the_order_and_the_spelling_of_the_context_do_not_matter() {
    for same in [
        CONTEXT,
        r#"{"note":"café","order":{"tags":["a","b"],"id":7},"amount":200}"#,
        r#"{ "note" : "caf\u00e9", "order":{"tags":["a", "b"],"id":7.0}, "amount":2e2 }"#,
    ] {
        let (pdp, mut store) = (refunds(), Store::default());
        store.decide(&pdp, &asked(), "ann", Verdict::Approve);
        assert_eq!(store.ask(&pdp, &Ask { context: same, ..asked() }), Reason::Allowed, "{same}");
    }
}

#[test]
fn a_number_that_is_not_exact_binds_no_approval() {
    let pdp = refunds();
    for number in ["9007199254740993", "0.1000000000000000000001", "1e400", "1e-400"] {
        let context = format!(r#"{{"n":{number}}}"#);
        let ask = Ask { context: &context, ..asked() };
        assert_eq!(ask.reason(&pdp), Reason::ContextNumber, "{number}");
    }
}

#[test]
fn who_approves_is_the_stricter_of_tool_and_permission() {
    let kinds = [None, Some("confirmation"), Some("approval")];
    for (of_tool, tool) in kinds.iter().enumerate() {
        for (of_permission, permission) in kinds.iter().enumerate() {
            let mut granted = json!({ "action": "t" });
            if let Some(kind) = permission {
                granted["requires_approval"] = json!(true);
                granted["approval"] = json!(kind);
            }
            let tool = tool.map_or_else(|| json!({}), |kind| json!({ "approval": kind }));
            let pdp = pdp(
                &json!({ "agents": { "a": { "permissions": [granted] } }, "tools": { "t": tool } }),
            );
            let evaluation = Ask::of("a", "t", "{}").put(&pdp, "{}").unwrap();
            let expected = match of_tool.max(of_permission) {
                0 => None,
                1 => Some(ApprovalKind::Confirmation),
                _ => Some(ApprovalKind::Approval),
            };
            let found = evaluation.wanted.map(|wanted| wanted.kind);
            assert_eq!(found, expected, "{tool} and {granted}");
            assert_eq!(evaluation.reason.allows(), expected.is_none());
        }
    }
}

#[test]
fn a_confirmation_is_not_enough_where_an_approval_is_wanted() {
    let with = |kind: &str| {
        pdp(&json!({ "agents": { "a": { "permissions": [
        { "action": "refund", "requires_approval": true, "approval": kind },
    ] } } }))
    };
    let (confirmed, approved) = (with("confirmation"), with("approval"));
    let mut store = Store::default();
    store.decide(&confirmed, &asked(), "bob", Verdict::Approve);
    assert_eq!(store.ask(&approved, &asked()), Reason::ApprovalRequired);
    assert_eq!(store.ask(&confirmed, &asked()), Reason::Allowed);
    let mut store = Store::default();
    store.decide(&approved, &asked(), "ann", Verdict::Approve);
    assert_eq!(store.ask(&confirmed, &asked()), Reason::Allowed);
}

#[test]
fn only_who_may_decides_and_only_once() {
    let wanted = |kind: &str| {
        let pdp = pdp(&json!({ "agents": { "a": { "permissions": [
            { "action": "refund", "requires_approval": true, "approval": kind },
        ] } } }));
        let wanted = asked().put(&pdp, "{}").unwrap().wanted.unwrap();
        Approval::request("apr_1".into(), wanted.kind, wanted.binding, NOW, 60).unwrap()
    };
    for (kind, subject, is_entitled, expected) in [
        ("approval", "ann", true, None),
        ("approval", "ann", false, Some(Reason::ApprovalUnentitled)),
        ("approval", "", true, Some(Reason::ApprovalUnentitled)),
        ("approval", "bob", true, Some(Reason::ApprovalSelf)),
        ("approval", "a", true, Some(Reason::ApprovalSelf)),
        ("confirmation", "bob", false, None),
        ("confirmation", "ann", true, Some(Reason::ApprovalUnentitled)),
        ("confirmation", "a", true, Some(Reason::ApprovalUnentitled)),
    ] {
        let approver = Approver { subject, is_entitled };
        let found = wanted(kind).decide(&approver, Verdict::Approve, None, NOW);
        assert_eq!(found.err(), expected, "{kind} by {subject}");
    }
    let ann = Approver { subject: "ann", is_entitled: true };
    let pending = wanted("approval");
    let decided = pending.decide(&ann, Verdict::Approve, Some("fine"), NOW).unwrap();
    for verdict in [Verdict::Approve, Verdict::Deny] {
        assert_eq!(decided.decide(&ann, verdict, None, NOW).err(), Some(Reason::ApprovalDecided));
    }
    assert_eq!(
        pending.decide(&ann, Verdict::Approve, None, NOW + 60.0).err(),
        Some(Reason::ApprovalExpired)
    );
    assert_eq!(
        pending.decide(&ann, Verdict::Approve, None, f64::NAN).err(),
        Some(Reason::ClockInvalid)
    );
    let used = decided.redeem(decided.binding(), NOW).unwrap();
    assert_eq!(used.decide(&ann, Verdict::Approve, None, NOW).err(), Some(Reason::ApprovalUsed));
}

#[test]
fn a_budget_beside_it_does_not_hide_what_is_wanted() {
    let pdp = pdp(&json!({
        "agents": { "a": { "permissions": [{ "action": "refund", "requires_approval": true }] } },
        "budgets": [{ "name": "b", "calls": 1, "steps": 9 }],
    }));
    let mut store = Store::default();
    // Without a state the budget denies first, and the store learns of both all the same.
    let first = asked().put(&pdp, "{}").unwrap();
    assert_eq!(first.reason, Reason::BudgetUnavailable);
    assert!(first.wanted.is_some());
    assert_eq!(store.ask(&pdp, &asked()), Reason::ApprovalRequired);
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    assert_eq!(store.ask(&pdp, &asked()), Reason::Allowed);
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    // The budget is spent: the approval is kept for when there is room again.
    assert_eq!(store.ask(&pdp, &asked()), Reason::BudgetCalls);
    store.meters.clear();
    assert_eq!(store.ask(&pdp, &asked()), Reason::Allowed);
}

#[test]
fn a_record_that_nobody_could_have_written_is_not_read() {
    let (pdp, mut store) = (refunds(), Store::default());
    store.decide(&pdp, &asked(), "ann", Verdict::Approve);
    let good = json!(store.approvals.values().next().unwrap());
    let changes: [(&str, Value); 9] = [
        ("state", json!("Approved")),
        ("state", json!("pending")),
        ("decided_by", Value::Null),
        ("decided_at", Value::Null),
        // Approved by the one who asked.
        ("decided_by", json!("bob")),
        ("decided_by", json!("a")),
        ("expires_at", json!("never")),
        ("kind", json!("vote")),
        ("id", Value::Null),
    ];
    for (member, value) in changes {
        let mut bad = good.clone();
        bad[member] = value.clone();
        let state = json!({ "approval": bad, "meters": {} }).to_string();
        assert_eq!(
            asked().put(&pdp, &state).err(),
            Some(Reason::ApprovalUnavailable),
            "{member} {value}"
        );
    }
    let state = json!({ "approval": good, "meters": {} }).to_string();
    assert_eq!(asked().put(&pdp, &state).unwrap().reason, Reason::Allowed);
}
