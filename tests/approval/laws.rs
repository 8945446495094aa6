//! Laws of approvals: whatever is done, in whatever order.

use gatewright::{
    Reason,
    decide::approval::{Approval, Approver, Verdict},
    policy::document::ApprovalKind::{self, Confirmation},
};
use proptest::{prelude::*, sample::select};
use serde_json::Value;

use crate::setup::{EXPIRES, NOW, again, asked, binding, bound, decided, written};

/// What somebody does to an approval, and when.
#[derive(Clone, Copy, Debug)]
enum Step {
    Decide(&'static str, bool, Verdict),
    Redeem(bool),
    Store,
}

fn step() -> impl Strategy<Value = Step> {
    let verdict = || select(vec![Verdict::Approve, Verdict::Deny]);
    prop_oneof![
        (select(vec!["alice", "bob", "finance", "eve"]), any::<bool>(), verdict())
            .prop_map(|(who, entitled, verdict)| Step::Decide(who, entitled, verdict)),
        any::<bool>().prop_map(Step::Redeem),
        Just(Step::Store),
    ]
}

fn kind() -> impl Strategy<Value = ApprovalKind> {
    select(vec![ApprovalKind::Approval, Confirmation])
}

fn arbitrary() -> impl Strategy<Value = Value> {
    let words = ["a1", "approval", "approved", "pending", "alice", "", "1"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(words.to_vec()).prop_map(Value::from),
    ];
    let names = vec!["id", "kind", "binding", "state", "subject", "context", "note", "x"];
    leaf.prop_recursive(3, 32, 9, move |inner| {
        let names = select(names.clone()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..9)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    /// The law that everything here is for.
    #[test]
    fn it_is_redeemed_at_most_once_and_only_as_it_was_meant(
        kind in kind(),
        steps in prop::collection::vec((step(), 0.0..2000.0), 0..12),
    ) {
        let mut approval = asked(kind, binding());
        let this = binding();
        let other = bound(Some("alice"), "finance", "stripe.refund", "{}");
        let (mut approved, mut denied, mut redeemed, mut now) = (false, false, 0, NOW);
        for (step, later) in steps {
            now += later / 4.0;
            let next = match step {
                Step::Decide(subject, is_entitled, verdict) => {
                    let next = approval.decide(&Approver { subject, is_entitled }, verdict, None, now);
                    if next.is_ok() {
                        prop_assert!(!approved && !denied, "decided twice");
                        let may = match kind {
                            Confirmation => subject == "alice",
                            ApprovalKind::Approval => is_entitled && ["bob", "eve"].contains(&subject),
                        };
                        prop_assert!(may, "decided by {}", subject);
                        approved = verdict == Verdict::Approve;
                        denied = !approved;
                    }
                    next
                }
                Step::Redeem(ours) => {
                    let next = approval.redeem(if ours { &this } else { &other }, now);
                    if next.is_ok() {
                        redeemed += 1;
                        prop_assert!(ours && approved && !denied);
                        prop_assert!(now < NOW + f64::from(EXPIRES));
                    }
                    next
                }
                Step::Store => again(&written(&approval)).ok_or(Reason::ApprovalUnavailable),
            };
            if let Step::Store = step {
                prop_assert_eq!(next.as_ref(), Ok(&approval));
            }
            if let Ok(next) = next {
                approval = next;
            }
            prop_assert!(redeemed <= 1);
        }
    }

    /// Nothing happens without a yes that is not over: whatever one tries, whenever.
    #[test]
    fn no_clock_brings_it_down(now in any::<f64>(), seconds in any::<u32>(), kind in kind()) {
        if let Ok(approval) = Approval::request("a".into(), kind, binding(), now, seconds) {
            for subject in ["alice", "bob"] {
                let approver = Approver { subject, is_entitled: true };
                if let Ok(decided) = approval.decide(&approver, Verdict::Approve, None, now) {
                    prop_assert!(decided.redeem(&binding(), now).is_ok());
                    prop_assert!(decided.redeem(&binding(), decided.expires_at()).is_err());
                }
            }
        }
    }

    #[test]
    fn no_json_brings_it_down(value in arbitrary()) {
        if let Some(approval) = again(&value) {
            prop_assert_eq!(again(&written(&approval)), Some(approval));
        }
    }

    /// Every record with one thing changed is refused or says something else.
    #[test]
    fn no_two_records_say_the_same(value in arbitrary(), place in select(vec![
        "/id", "/kind", "/state", "/binding", "/binding/subject", "/binding/context",
        "/requested_at", "/expires_at", "/decided_by", "/decided_at", "/note",
    ])) {
        let whole = decided(Verdict::Approve);
        let mut other = written(&whole);
        *other.pointer_mut(place).unwrap() = value;
        if let Some(approval) = again(&other) {
            prop_assert_eq!(written(&approval), other);
        }
    }
}
