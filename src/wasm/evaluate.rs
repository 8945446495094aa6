//! Questions beyond requests: checks of actions, `AuthZEN`, approvals, switches.
//!
//! A check that is decided by the policy alone is a number. One that needs what the store knows says
//! so in its number: then [`evaluation`] tells what is needed, and the check is asked again with it.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Gate, parts, push, with_gate};
use crate::decide::approval::{Approval, Approver, Verdict};
use crate::decide::authzen::{self, Malformed, Searched};
use crate::decide::dialect::ToolCall;
use crate::decide::{Answered, Deed, Evaluation, Layer, Meter, Question, Reason, State};
use crate::json::{self, Json};

/// How deep the JSON of the caller may be nested.
const DEPTH: usize = 64;

/// In the number of a check: what the store knows would help, or something is to be written there.
const STATE: u32 = 1 << 8;

/// The last check, so that it can be asked about.
pub(super) struct Checked {
    subject: Option<String>,
    agent: String,
    action: String,
    evaluation: Evaluation,
    now: f64,
}

/// The state that follows from an evaluation, and what of it is not known.
#[derive(Serialize)]
struct Next<'e> {
    /// The budgets that spoke: their keys, and their next states where the last were given.
    meters: &'e [(String, Option<Meter>)],
    /// The approval after it was used.
    used: Option<&'e Approval>,
    /// What an approval is found by.
    binding: Option<String>,
}

impl<'e> Next<'e> {
    fn of(evaluation: &'e Evaluation) -> Self {
        Self {
            meters: &evaluation.meters,
            used: evaluation.used.as_ref(),
            binding: evaluation.wanted.as_ref().map(|wanted| wanted.binding.key()),
        }
    }
}

fn text(part: Option<&[u8]>) -> Result<Option<&str>, Reason> {
    part.map(std::str::from_utf8).transpose().map_err(|_| Reason::NameMalformed)
}

fn state(part: Option<&[u8]>) -> Result<State, Reason> {
    part.map_or_else(|| Ok(State::default()), State::read)
}

/// Checks whether an agent may do something: agent, action, context, subject, tenant, idempotency
/// key and state are in the buffer. Returns the number of a reason, and whether there is more to it.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "scalars cross for nothing, an object does not")]
pub fn check(
    handle: u32,
    now: f64,
    agent: u32,
    action: u32,
    context: u32,
    subject: u32,
    tenant: u32,
    key: u32,
    known: u32,
    explain: u32,
) -> u32 {
    let lengths = [agent, action, context, subject, tenant, key, known];
    with_gate(handle, |gate, input| {
        gate.checked = None;
        let [agent, action, context, subject, tenant, key, known] = parts(input, lengths);
        let action = text(action);
        let read = || {
            let action = action?.unwrap_or_default();
            let agent = text(agent)?.unwrap_or_default();
            let context = crate::decide::context(context.unwrap_or_default())?;
            let state = state(known)?;
            let subject = text(subject)?;
            let question = Question {
                subject,
                tenant: text(tenant)?,
                grants: None,
                agent,
                deed: Deed::Act(action),
                context: &context,
                idempotency_key: text(key)?,
                explain: explain != 0,
            };
            let evaluation = gate.pdp.evaluate(&question, &state, now);
            Ok((evaluation, agent, subject))
        };
        let (evaluation, agent, subject) = match read() {
            Ok(read) => read,
            Err(reason) => (Evaluation::denied(Layer::Route, reason, explain != 0), "", None),
        };
        let reason = u32::from(evaluation.reason.number());
        let has_state = evaluation.wanted.is_some() || !evaluation.meters.is_empty();
        if has_state || explain != 0 || evaluation.limit.is_some() {
            let subject = subject.map(str::to_owned);
            let action = action.ok().flatten().unwrap_or_default().to_owned();
            let agent = agent.to_owned();
            gate.checked = Some(Checked { subject, agent, action, evaluation, now });
        }
        reason | if has_state { STATE } else { 0 }
    })
}

/// Pushes what is told of the last check, and the state that follows from it.
#[wasm_bindgen]
pub fn evaluation(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| {
        let Some(checked) = &gate.checked else { return };
        let context = Json::Null;
        let question = Question {
            subject: checked.subject.as_deref(),
            tenant: None,
            grants: None,
            agent: &checked.agent,
            deed: Deed::Act(&checked.action),
            context: &context,
            idempotency_key: None,
            explain: false,
        };
        let policy = gate.pdp.policy();
        let question = (!checked.agent.is_empty()).then_some(&question);
        push(into, &Answered::of(policy, &checked.evaluation, question, checked.now));
        push(into, &Next::of(&checked.evaluation));
        push(into, &ToolCall::of(&checked.evaluation, &checked.action));
    });
}

/// Evaluates the `AuthZEN` request in the buffer with the state behind it. `kind`: 0 one evaluation,
/// 1 a batch, 2 to 4 a search for subjects, resources, actions. Pushes the answer, and for one
/// evaluation the state that follows. Returns 1 if the request is not one; why is pushed.
#[wasm_bindgen]
pub fn evaluate(
    handle: u32,
    now: f64,
    kind: u32,
    request: u32,
    known: u32,
    explain: u32,
    into: &Array,
) -> u32 {
    with_gate(handle, |gate, input| {
        let [request, known] = parts(input, [request, known]);
        let answered = read(request).and_then(|request| {
            let state = match state(known) {
                Ok(state) => state,
                Err(reason) => {
                    let denied = Evaluation::denied(Layer::Route, reason, explain != 0);
                    push(into, &Answered::of(gate.pdp.policy(), &denied, None, now));
                    push(into, &Next::of(&denied));
                    return Ok(());
                }
            };
            answer(gate, kind, &request, &state, now, explain != 0, into)
        });
        match answered {
            Ok(()) => 0,
            Err(Malformed(why)) => {
                push(into, &why);
                1
            }
        }
    })
}

fn read(request: Option<&[u8]>) -> Result<Json, Malformed> {
    let request = request.unwrap_or_default();
    if request.len() > crate::decide::MAX_CONTEXT_BYTES {
        return Err(Malformed("the request is too large"));
    }
    json::parse_any_number(request, DEPTH).map_err(|_| Malformed("the request is not JSON"))
}

fn answer(
    gate: &Gate,
    kind: u32,
    request: &Json,
    state: &State,
    now: f64,
    explain: bool,
    into: &Array,
) -> Result<(), Malformed> {
    let facts = gate.pdp.facts(state, now);
    let policy = gate.pdp.policy();
    let wanted = match kind {
        0 => {
            return authzen::evaluation(
                policy,
                request,
                &facts,
                explain,
                |evaluation, answered| {
                    push(into, &answered);
                    push(into, &Next::of(evaluation));
                },
            );
        }
        1 => {
            let pushed = Array::new();
            authzen::evaluations(policy, request, &facts, explain, |_, answered| {
                push(&pushed, &answered);
            })?;
            into.push(&pushed);
            return Ok(());
        }
        2 => Searched::Subject,
        3 => Searched::Resource,
        _ => Searched::Action,
    };
    push(into, &authzen::search(policy, wanted, request, &facts)?);
    Ok(())
}

/// Pushes a new approval for what the last check wants, under the id in the buffer.
#[wasm_bindgen]
pub fn request_approval(handle: u32, length: u32, into: &Array) {
    with_gate(handle, |gate, input| {
        let [id] = parts(input, [length]);
        let Some((Ok(id), checked)) = id.map(std::str::from_utf8).zip(gate.checked.as_ref()) else {
            return;
        };
        let Some(wanted) = &checked.evaluation.wanted else { return };
        let seconds = gate.pdp.policy().approvals().expires_seconds;
        let binding = wanted.binding.clone();
        let id = id.to_owned();
        if let Ok(approval) = Approval::request(id, wanted.kind, binding, checked.now, seconds) {
            push(into, &approval);
        }
    });
}

/// Decides an approval: its record, and who decides it how, are in the buffer as JSON. Returns the
/// number of a reason, `allowed` if it was decided; then the record as it is now is pushed.
#[wasm_bindgen]
pub fn decide_approval(handle: u32, now: f64, record: u32, approver: u32, into: &Array) -> u32 {
    with_gate(handle, |gate, input| {
        let [record, approver] = parts(input, [record, approver]);
        let decided = decide(gate, record, approver, now);
        match decided {
            Ok(approval) => {
                push(into, &approval);
                u32::from(Reason::Allowed.number())
            }
            Err(reason) => u32::from(reason.number()),
        }
    })
}

fn decide(
    gate: &Gate,
    record: Option<&[u8]>,
    approver: Option<&[u8]>,
    now: f64,
) -> Result<Approval, Reason> {
    let parse = |part: Option<&[u8]>| json::parse(part.unwrap_or_default(), DEPTH).ok();
    let record = parse(record).as_ref().and_then(Approval::from_json);
    let record = record.ok_or(Reason::ApprovalUnavailable)?;
    let approver = parse(approver).ok_or(Reason::QuestionMalformed)?;
    let subject = approver.get("subject").and_then(Json::as_str);
    let scopes = approver.get("scopes").and_then(super::texts).ok_or(Reason::QuestionMalformed)?;
    let note = approver.get("note").and_then(Json::as_str);
    let verdict = match approver.get("approve") {
        Some(Json::Bool(true)) => Verdict::Approve,
        Some(Json::Bool(false)) => Verdict::Deny,
        _ => return Err(Reason::QuestionMalformed),
    };
    let is_entitled = scopes.contains(&gate.pdp.policy().approvals().approver_scope);
    let subject = subject.ok_or(Reason::QuestionMalformed)?;
    record.decide(&Approver { subject, is_entitled }, verdict, note, now)
}

/// Takes the kill switches that the store holds, a JSON list. Returns 1 if it is not one: then
/// everything is stopped until there is one.
#[wasm_bindgen]
pub fn set_switches(handle: u32, length: u32) -> u32 {
    with_gate(handle, |gate, input| {
        let [switches] = parts(input, [length]);
        u32::from(!gate.pdp.replace_switches(switches.unwrap_or_default()))
    })
}
