//! What the tests of approvals need: a request, an approval of it, and somebody who decides.

use gatewright::{
    decide::approval::{Approval, Approver, Binding, Verdict},
    json::{Json, parse},
    policy::document::ApprovalKind,
};
use serde_json::Value;

pub(crate) const NOW: f64 = 1_795_500_000.5;
pub(crate) const EXPIRES: u32 = 3600;

pub(crate) fn read(text: &str) -> Json {
    parse(text.as_bytes(), 16).unwrap()
}

pub(crate) fn binding() -> Binding {
    bound(Some("alice"), "finance", "stripe.refund", r#"{"amount":50}"#)
}

pub(crate) fn bound(subject: Option<&str>, agent: &str, action: &str, context: &str) -> Binding {
    Binding::of(subject, agent, action, &read(context)).unwrap()
}

pub(crate) fn asked(kind: ApprovalKind, binding: Binding) -> Approval {
    Approval::request("a1".into(), kind, binding, NOW, EXPIRES).unwrap()
}

pub(crate) fn approval() -> Approval {
    asked(ApprovalKind::Approval, binding())
}

pub(crate) fn bob() -> Approver<'static> {
    Approver { subject: "bob", is_entitled: true }
}

pub(crate) fn decided(verdict: Verdict) -> Approval {
    approval().decide(&bob(), verdict, Some("fine"), NOW + 1.0).unwrap()
}

pub(crate) fn written(approval: &Approval) -> Value {
    serde_json::to_value(approval).unwrap()
}

pub(crate) fn again(value: &Value) -> Option<Approval> {
    Approval::from_json(&read(&value.to_string()))
}
