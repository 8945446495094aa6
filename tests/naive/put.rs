//! Puts a random question to the evaluator.

use gatewright::decide::approval::{Approval, Approver, Binding, Verdict};
use gatewright::decide::{Deed, Evaluation, Grants, OwnList, Pdp, Question, State, context};
use gatewright::policy::document::ApprovalKind;
use serde_json::json;

use crate::policy::NOW;
use crate::random::{Asked, Held};

pub(crate) fn put(pdp: &Pdp, asked: &Asked, explain: bool) -> Evaluation {
    let context = context(asked.context.as_bytes()).unwrap();
    let owned = |texts: &Vec<&str>| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let (scopes, agents) = (asked.scopes.as_ref().map(owned), asked.agents.as_ref().map(owned));
    let has_grants = scopes.is_some() || agents.is_some() || asked.team.is_some();
    let list = agents.map(|ids| OwnList::new(ids, Vec::new()));
    let tenant = asked.tenant.map(str::to_owned);
    let grants = Grants::asserted(scopes.as_deref(), asked.team, list, tenant, pdp.policy());
    let deed = if asked.uses { Deed::Use(asked.action) } else { Deed::Act(asked.action) };
    let question = Question {
        subject: asked.subject,
        tenant: asked.tenant,
        grants: has_grants.then_some(&grants),
        agent: asked.agent,
        deed,
        context: &context,
        idempotency_key: None,
        explain,
    };
    let mut state = json!({ "approval": null });
    if asked.has_meters {
        state["meters"] = json!({});
    }
    if let Some(held) = &asked.approval {
        let action = if held.is_for_this { asked.action } else { "another" };
        let binding = Binding::of(asked.subject, asked.agent, action, &context).unwrap();
        state["approval"] = json!(record(held, &binding));
    }
    let state = State::read(state.to_string().as_bytes()).unwrap();
    pdp.evaluate(&question, &state, NOW)
}

/// A confirmation is given by the subject, so without one there is none that was decided.
fn record(held: &Held, binding: &Binding) -> Option<Approval> {
    let (kind, by) = match held.kind {
        "approval" => (ApprovalKind::Approval, "ann".to_owned()),
        _ => (ApprovalKind::Confirmation, binding.subject().unwrap_or_default().to_owned()),
    };
    let pending = Approval::request("apr_1".into(), kind, binding.clone(), NOW, 60).unwrap();
    let verdict = match held.state {
        "pending" => return Some(pending),
        "denied" => Verdict::Deny,
        _ => Verdict::Approve,
    };
    let approver = Approver { subject: &by, is_entitled: true };
    let decided = pending.decide(&approver, verdict, None, NOW).ok()?;
    if held.state == "used" { decided.redeem(binding, NOW).ok() } else { Some(decided) }
}
