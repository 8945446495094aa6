//! Approvals: who may decide, what may be redeemed, and how often.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod laws;
mod record;
mod setup;

use gatewright::{
    Reason,
    decide::approval::{Approval, Approver, Binding, State, Verdict},
    policy::document::ApprovalKind::{self, Confirmation},
};
use serde_json::Value;
use setup::{EXPIRES, NOW, approval, asked, binding, bob, bound, decided, read};

#[test]
fn who_may_decide() {
    let (yes, no) = (true, false);
    let ours = Some("alice");
    for (kind, asking, subject, is_entitled, expected) in [
        (ApprovalKind::Approval, ours, "bob", yes, Ok(())),
        (ApprovalKind::Approval, ours, "bob", no, Err(Reason::ApprovalUnentitled)),
        (ApprovalKind::Approval, ours, "alice", yes, Err(Reason::ApprovalSelf)),
        (ApprovalKind::Approval, ours, "alice", no, Err(Reason::ApprovalSelf)),
        (ApprovalKind::Approval, ours, "finance", yes, Err(Reason::ApprovalSelf)),
        (ApprovalKind::Approval, ours, "Alice", yes, Ok(())),
        (ApprovalKind::Approval, ours, "", yes, Err(Reason::ApprovalUnentitled)),
        (ApprovalKind::Approval, None, "bob", yes, Ok(())),
        (ApprovalKind::Approval, None, "finance", yes, Err(Reason::ApprovalSelf)),
        (Confirmation, ours, "alice", no, Ok(())),
        (Confirmation, ours, "alice", yes, Ok(())),
        (Confirmation, ours, "bob", yes, Err(Reason::ApprovalUnentitled)),
        (Confirmation, ours, "finance", yes, Err(Reason::ApprovalUnentitled)),
        (Confirmation, None, "alice", yes, Err(Reason::ApprovalUnentitled)),
        (Confirmation, None, "", yes, Err(Reason::ApprovalUnentitled)),
        (Confirmation, Some("finance"), "finance", yes, Err(Reason::ApprovalUnentitled)),
    ] {
        let approval = asked(kind, bound(asking, "finance", "stripe.refund", "{}"));
        let approver = Approver { subject, is_entitled };
        for verdict in [Verdict::Approve, Verdict::Deny] {
            let decided = approval.decide(&approver, verdict, None, NOW).map(|_| ());
            assert_eq!(decided, expected, "{kind:?} {asking:?} {subject} {is_entitled}");
        }
    }
}

#[test]
fn what_is_decided_says_by_whom_and_when() {
    let decided = decided(Verdict::Approve);
    assert_eq!(decided.state(), State::Approved);
    assert_eq!(decided.decided_by(), Some("bob"));
    assert_eq!(decided.decided_at(), Some(NOW + 1.0));
    assert_eq!(decided.note(), Some("fine"));
    assert_eq!((decided.id(), decided.kind()), ("a1", ApprovalKind::Approval));
    assert_eq!(decided.binding(), &binding());
    assert_eq!((decided.requested_at(), decided.expires_at()), (NOW, NOW + 3600.0));
}

#[test]
fn nothing_is_decided_twice() {
    let (approved, denied) = (decided(Verdict::Approve), decided(Verdict::Deny));
    let used = approved.redeem(&binding(), NOW + 2.0).unwrap();
    let end = NOW + f64::from(EXPIRES);
    for (approval, now, expected) in [
        (&approved, NOW, Reason::ApprovalDecided),
        (&denied, NOW, Reason::ApprovalDecided),
        (&denied, end, Reason::ApprovalDecided),
        (&used, NOW, Reason::ApprovalUsed),
        (&used, end, Reason::ApprovalUsed),
        (&approved, end, Reason::ApprovalExpired),
        (&approval(), end, Reason::ApprovalExpired),
    ] {
        for verdict in [Verdict::Approve, Verdict::Deny] {
            assert_eq!(approval.decide(&bob(), verdict, None, now), Err(expected), "{approval:?}");
        }
    }
    let stranger = Approver { subject: "eve", is_entitled: false };
    let told = used.decide(&stranger, Verdict::Approve, None, NOW);
    assert_eq!(told, Err(Reason::ApprovalUnentitled), "how it stands is not for everybody");
}

#[test]
fn what_may_be_redeemed() {
    let (approved, denied) = (decided(Verdict::Approve), decided(Verdict::Deny));
    let used = approved.redeem(&binding(), NOW + 2.0).unwrap();
    assert_eq!(used.state(), State::Used);
    let end = NOW + f64::from(EXPIRES);
    for (approval, now, expected) in [
        (&approval(), NOW, Reason::ApprovalPending),
        (&approval(), end, Reason::ApprovalExpired),
        (&approved, end, Reason::ApprovalExpired),
        (&denied, NOW, Reason::ApprovalDenied),
        (&denied, end, Reason::ApprovalDenied),
        (&used, NOW, Reason::ApprovalUsed),
        (&used, end, Reason::ApprovalUsed),
    ] {
        assert_eq!(approval.redeem(&binding(), now), Err(expected), "{approval:?}");
    }
    assert!(approved.redeem(&binding(), end - 0.25).is_ok());
    assert!(!approved.is_expired(end - 0.25) && approved.is_expired(end));
    assert!(!used.is_expired(end) && !denied.is_expired(end));
}

#[test]
fn it_is_good_for_its_binding_alone() {
    let approved = decided(Verdict::Approve);
    let ours = Some("alice");
    for other in [
        bound(None, "finance", "stripe.refund", r#"{"amount":50}"#),
        bound(Some("bob"), "finance", "stripe.refund", r#"{"amount":50}"#),
        bound(ours, "research", "stripe.refund", r#"{"amount":50}"#),
        bound(ours, "finance", "stripe.charge", r#"{"amount":50}"#),
        bound(ours, "finance", "stripe.refund", r#"{"amount":51}"#),
        bound(ours, "finance", "stripe.refund", r#"{"amount":"50"}"#),
        bound(ours, "finance", "stripe.refund", r#"{"amount":50,"to":"eve"}"#),
    ] {
        for approval in [&approved, &approval(), &decided(Verdict::Deny)] {
            assert_eq!(approval.redeem(&other, NOW), Err(Reason::ApprovalMismatch), "{other:?}");
        }
        assert_ne!(other.key(), binding().key());
    }
    let same = bound(ours, "finance", "stripe.refund", "{ \"amount\" : 5.0e1 }");
    assert_eq!(same.key(), binding().key());
    assert!(approved.redeem(&same, NOW).is_ok());
}

#[test]
fn a_context_without_a_canonical_form_binds_nothing() {
    let context = read(r#"{"amount":9007199254740993}"#);
    assert_eq!(Binding::of(Some("alice"), "finance", "stripe.refund", &context), None);
}

/// What could be put together in two ways is not.
#[test]
fn keys_tell_parts_apart() {
    let parts = [None, Some(""), Some("-"), Some("a"), Some("1:a"), Some("a1:a"), Some("ab")];
    let mut keys = std::collections::HashSet::new();
    for subject in parts {
        for agent in parts.into_iter().flatten() {
            for action in parts.into_iter().flatten() {
                let key = bound(subject, agent, action, "{}").key();
                assert!(keys.insert(key), "{subject:?} {agent} {action}");
            }
        }
    }
    assert!(keys.iter().all(|key| key.len() == 64));
    let known = bound(Some("alice"), "finance", "stripe.refund", "{}");
    assert_eq!(known.context(), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
}

#[test]
fn a_clock_that_makes_no_sense_moves_nothing() {
    let approved = decided(Verdict::Approve);
    for now in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0] {
        let asked = Approval::request("a".into(), Confirmation, binding(), now, EXPIRES);
        assert_eq!(asked, Err(Reason::ClockInvalid), "{now}");
        let decided = approval().decide(&bob(), Verdict::Approve, None, now);
        assert_eq!(decided, Err(Reason::ClockInvalid), "{now}");
        assert_eq!(approved.redeem(&binding(), now), Err(Reason::ClockInvalid), "{now}");
    }
    assert!(approved.is_expired(f64::NAN));
}

#[test]
fn a_binding_is_asked_for_its_parts() {
    let binding = binding();
    let parts = (binding.subject(), binding.agent(), binding.action());
    assert_eq!(parts, (Some("alice"), "finance", "stripe.refund"));
    let Some(Value::Object(members)) = serde_json::to_value(&binding).ok() else { panic!() };
    assert_eq!(members.len(), 4);
}
