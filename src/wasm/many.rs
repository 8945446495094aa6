//! Many questions in one crossing, for whoever draws a matrix of them: each is decided as if it had
//! been asked alone, and nothing is spent.
//!
//! The answers are words, one a question: the number of the reason in the low byte, and from bit 16 on
//! the number of the one that would have denied, plus one, had the policy not only watched.

use wasm_bindgen::prelude::wasm_bindgen;

use super::{Gate, parts, with};
use crate::decide::{Decision, Deed, Outcome, Question, Reason, Request, State, context};
use crate::record::{address, word};
use crate::request::Method;

/// Instead of a reason: the signature has to be verified, or the key to be looked up, first.
const WAITING: u32 = 0xff;

/// The address of the answers of the last call, good until the next one.
#[wasm_bindgen]
pub fn answers() -> u32 {
    with(|module| address(module.answers.as_ptr()))
}

/// Decides the requests in the buffer, all with the same credential. In the buffer are the credential
/// header, the cookie header, the values of the headers for keys, as for `begin`; the record of the
/// virtual key; and the requests, each as the number of its method, a byte, and its path behind its
/// length, four bytes, the lowest first. Bit 0 of `flags` says that the key
/// was looked up: where the record has the length of nothing there is no such key. Bit 1 says that the
/// requests want an upgrade. Returns how many answers there are: fewer
/// than requests if these cannot be read.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "scalars are what crosses fast")]
pub fn begin_all(
    handle: u32,
    now: f64,
    authorization: u32,
    cookie: u32,
    keys: u32,
    record: u32,
    requests: u32,
    flags: u32,
) -> u32 {
    answer(handle, |gate, input| {
        let lengths = [authorization, cookie, keys, record, requests];
        let [authorization, cookie, keys, record, requests] = parts(input, lengths);
        let mut rest = requests.unwrap_or_default();
        let mut answers = Vec::new();
        while let Some((method, after)) = rest.split_first() {
            rest = after;
            let Some(path) = text(&mut rest) else { break };
            let method = Method::from_number(u32::from(*method));
            let request = Request {
                method,
                path,
                authorization,
                cookie,
                keys,
                upgrade: flags & 2 != 0,
                any_case: false,
                explain: false,
            };
            let decision = match gate.pdp.begin(&request, now) {
                Outcome::Decided(decision) => Some(decision),
                Outcome::NeedsKey { slot, .. } if flags & 1 != 0 => {
                    Some(gate.pdp.finish_key(slot, record, now))
                }
                Outcome::Pending(slot) | Outcome::NeedsKey { slot, .. } => {
                    gate.pdp.finish(slot, None, now);
                    None
                }
            };
            let told = |Decision { reason, shadowed, .. }| answered(reason, shadowed);
            answers.push(decision.map_or(WAITING, told));
        }
        answers
    })
}

/// Checks whether agents may do what stands in the buffer, as if nothing had been spent or approved:
/// a subject, a tenant, and then for each check the agent, the action and the context, each behind its
/// length, four bytes, the lowest first. A subject and a tenant that are empty are none. Returns as
/// [`begin_all`] does.
#[wasm_bindgen]
pub fn check_all(handle: u32, now: f64, length: u32) -> u32 {
    answer(handle, |gate, input| {
        let [questions] = parts(input, [length]);
        let mut rest = questions.unwrap_or_default();
        let mut next = || text(&mut rest).and_then(|text| std::str::from_utf8(text).ok());
        let state = State::untouched();
        let mut answers = Vec::new();
        let (Some(subject), Some(tenant)) = (next(), next()) else { return answers };
        while let (Some(agent), Some(action), Some(arguments)) = (next(), next(), next()) {
            answers.push(match context(arguments.as_bytes()) {
                Err(reason) => answered(reason, None),
                Ok(context) => {
                    let question = Question {
                        subject: Some(subject).filter(|subject| !subject.is_empty()),
                        tenant: Some(tenant).filter(|tenant| !tenant.is_empty()),
                        grants: None,
                        agent,
                        deed: Deed::Act(action),
                        context: &context,
                        idempotency_key: None,
                        explain: false,
                    };
                    let evaluation = gate.pdp.evaluate(&question, &state, now);
                    answered(evaluation.reason, evaluation.shadowed)
                }
            });
        }
        answers
    })
}

fn answer(handle: u32, work: impl FnOnce(&mut Gate, &[u8]) -> Vec<u32>) -> u32 {
    with(|module| {
        let Some((gate, input, _)) = module.gate(handle) else { return 0 };
        let answers = work(gate, input);
        module.answers = answers;
        word(module.answers.len())
    })
}

fn answered(reason: Reason, shadowed: Option<Reason>) -> u32 {
    let shadowed = shadowed.map_or(0, |reason| u32::from(reason.number()) + 1);
    u32::from(reason.number()) | shadowed << 16
}

/// Takes the next text, which stands behind its length.
fn text<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let (length, from) = rest.split_first_chunk()?;
    let (text, after) =
        from.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *rest = after;
    Some(text)
}
