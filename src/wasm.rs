//! The WebAssembly surface. `pkg/engine.js` is its only caller.
//!
//! Nothing is decided here. Requests come in as bytes in one buffer and go out as numbers in one
//! record, since a string through `wasm-bindgen` costs more than a decision. What people read
//! goes out as values, pushed into an array of the caller's: an export that *returns* a value can
//! abort Node 20 and 22 when its caller is being deoptimised.
//!
//! A decision point is a handle, an integer. A trap leaves the instance in an unknown state: the
//! caller resets it, and every handle is void.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

pub(crate) mod double;
pub mod evaluate;
pub mod guards;
pub mod keys;
pub mod many;

use std::cell::RefCell;

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::decide::{Decision, Grants, Listing, Outcome, OwnList, Pdp, Reason, Request, isolation};
use crate::describe::{DescribedTable, Description};
use crate::json::{self, Json};
use crate::policy::{Policy, Secrets};
use crate::record::{NONE, Record, address, bits, word};
use crate::request::{Family, Method};

/// How deep the JSON of the caller may be nested.
const DEPTH: usize = 4;

/// The largest input: the largest body that isolation reads, and what goes with it.
const MAX_INPUT: usize = (16 << 20) + (64 << 10);

thread_local! {
    static MODULE: RefCell<Module> = RefCell::new(Module::default());
}

#[derive(Default)]
struct Module {
    input: Vec<u8>,
    record: Record,
    gates: Vec<Option<Gate>>,
    answers: Vec<u32>,
}

/// A decision point and its last decision, which can be asked about until the next one.
struct Gate {
    pdp: Pdp,
    method: Method,
    path: Vec<u8>,
    last: Option<Decision>,
    checked: Option<evaluate::Checked>,
}

impl Gate {
    /// Writes an outcome down, and keeps the decision so that it can be asked about.
    fn note(&mut self, outcome: Outcome, record: &mut Record) -> u32 {
        self.last = None;
        match outcome {
            Outcome::Pending(slot) => match self.pdp.waiting(slot) {
                Some(token) => record.pending(slot, token),
                None => 0,
            },
            Outcome::NeedsKey { slot, .. } => match self.pdp.waiting_key(slot) {
                Some(hash) => record.needs_key(slot, hash),
                None => 0,
            },
            Outcome::Decided(decision) => record.decided(self.last.insert(decision)),
        }
    }

    /// Makes the request that waits at a slot the one that is spoken about.
    fn recall(&mut self, slot: u32) {
        if let Some((method, path)) = self.pdp.waiting_request(slot) {
            self.method = method;
            self.path.clear();
            self.path.extend_from_slice(path);
        }
    }
}

impl Module {
    /// The decision point behind a handle, and the input.
    fn gate(&mut self, handle: u32) -> Option<(&mut Gate, &[u8], &mut Record)> {
        let gate = self.gates.get_mut(place(handle)?)?.as_mut()?;
        Some((gate, &self.input, &mut self.record))
    }
}

fn with<T>(work: impl FnOnce(&mut Module) -> T) -> T {
    MODULE.with_borrow_mut(work)
}

fn with_gate<T: Default>(handle: u32, work: impl FnOnce(&mut Gate, &[u8]) -> T) -> T {
    with(|module| module.gate(handle).map(|(gate, input, _)| work(gate, input)).unwrap_or_default())
}

/// The place of a handle among the gates. Handles count from 1.
fn place(handle: u32) -> Option<usize> {
    usize::try_from(handle).ok()?.checked_sub(1)
}

/// The parts that the input consists of, in order.
fn parts<const N: usize>(input: &[u8], lengths: [u32; N]) -> [Option<&[u8]>; N] {
    let mut rest = input;
    lengths.map(|length| {
        let length = usize::try_from(length).ok().filter(|_| length != NONE)?;
        let (part, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(part)
    })
}

/// Pushes a value for JavaScript: plain objects, and `undefined` for what is not there.
fn push(into: &Array, value: &impl Serialize) {
    if let Ok(value) = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()) {
        into.push(&value);
    }
}

/// The address of the input buffer, which holds at least `capacity` bytes. 0 if that is too much.
#[wasm_bindgen]
pub fn buffer(capacity: u32) -> u32 {
    with(|module| {
        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
        if capacity > MAX_INPUT {
            return 0;
        }
        if module.input.len() < capacity {
            module.input = vec![0; capacity.next_power_of_two()];
        }
        address(module.input.as_ptr())
    })
}

/// The address of the record.
#[wasm_bindgen]
pub fn record() -> u32 {
    with(|module| module.record.address())
}

/// Pushes the names of the secrets that a policy mentions.
#[wasm_bindgen]
pub fn secret_names(length: u32, into: &Array) {
    with(|module| {
        let [text] = parts(&module.input, [length]);
        if let Some(Ok(text)) = text.map(std::str::from_utf8) {
            push(into, &Policy::secret_names(text));
        }
    });
}

/// Compiles a policy and returns its handle. 0 if it is not one: then the error is pushed.
#[wasm_bindgen]
pub fn open(policy: u32, secrets: u32, into: &Array) -> u32 {
    with(|module| {
        let [policy, secrets] = parts(&module.input, [policy, secrets]);
        let policy = policy.map(String::from_utf8_lossy).unwrap_or_default();
        let secrets = secrets.and_then(read_secrets).unwrap_or_default();
        let policy = match Policy::parse(&policy, &secrets) {
            Ok(policy) => policy,
            Err(error) => {
                push(into, &error);
                return 0;
            }
        };
        let gate = Gate {
            pdp: Pdp::new(policy),
            method: Method::Other,
            path: Vec::new(),
            last: None,
            checked: None,
        };
        let place = module.gates.iter().position(Option::is_none).unwrap_or_else(|| {
            module.gates.push(None);
            module.gates.len() - 1
        });
        if let Some(free) = module.gates.get_mut(place) {
            *free = Some(gate);
        }
        word(place + 1)
    })
}

fn read_secrets(text: &[u8]) -> Option<Secrets> {
    let json = json::parse(text, DEPTH).ok()?;
    let mut secrets = Secrets::new();
    for (name, value) in json.as_object()? {
        secrets.insert(name.clone(), value.as_str()?.to_owned());
    }
    Some(secrets)
}

/// Drops a decision point.
#[wasm_bindgen]
pub fn close(handle: u32) {
    with(|module| {
        if let Some(gate) = place(handle).and_then(|place| module.gates.get_mut(place)) {
            *gate = None;
        }
    });
}

/// Gives the verification cache its hash key.
#[wasm_bindgen]
pub fn seed(handle: u32, a: u32, b: u32, c: u32, d: u32) {
    let pair = |high, low| u64::from(high) << 32 | u64::from(low);
    with_gate(handle, |gate, _| gate.pdp.seed((pair(a, b), pair(c, d))));
}

/// Pushes the tables that the numbers of a decision point into.
#[wasm_bindgen]
pub fn describe(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| push(into, &Description::of(gate.pdp.policy())));
}

/// Pushes the route table as people read it.
#[wasm_bindgen]
pub fn routes(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| push(into, &DescribedTable::of(gate.pdp.policy())));
}

/// Decides the request in the buffer: path, credential header, cookie header, and the values of the
/// headers that keys may come in, one a line. Bit 0 of `flags` asks for a trace, bit 1 says that the
/// request wants an upgrade, bit 2 that who serves it takes paths in any case. Returns 0 for deny, 1 for allow, 2 for verify first, 3 for look a key
/// up first; the rest is in the record.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "scalars are what crosses fast")]
pub fn begin(
    handle: u32,
    now: f64,
    method: u32,
    path: u32,
    authorization: u32,
    cookie: u32,
    keys: u32,
    flags: u32,
) -> u32 {
    with(|module| {
        let Some((gate, input, record)) = module.gate(handle) else { return 0 };
        let [path, authorization, cookie, keys] = parts(input, [path, authorization, cookie, keys]);
        let path = path.unwrap_or_default();
        gate.method = Method::from_number(method);
        gate.path.clear();
        gate.path.extend_from_slice(path);
        let request = Request {
            method: gate.method,
            path,
            authorization,
            cookie,
            keys,
            upgrade: flags & 2 != 0,
            any_case: flags & 4 != 0,
            explain: flags & 1 != 0,
        };
        let outcome = gate.pdp.begin(&request, now);
        gate.note(outcome, record)
    })
}

/// Goes on with a request whose signature was looked at. `verdict`: 0 it does not fit, 1 it fits,
/// anything else the verifier failed. Returns as [`begin`] does.
#[wasm_bindgen]
pub fn finish(handle: u32, slot: u32, verdict: u32, now: f64) -> u32 {
    with(|module| {
        let Some((gate, _, record)) = module.gate(handle) else { return 0 };
        gate.recall(slot);
        let verdict = match verdict {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        let outcome = gate.pdp.finish(slot, verdict, now);
        gate.note(outcome, record)
    })
}

/// Pushes the last decision as an AuthZEN object.
#[wasm_bindgen]
pub fn explain(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| {
        if let Some(last) = &gate.last {
            push(into, &gate.pdp.explain(last, gate.method, &gate.path));
        }
    });
}

/// Pushes the answer to the last decision, which was a denial.
#[wasm_bindgen]
pub fn answer(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| {
        if let Some(last) = &gate.last {
            push(into, &gate.pdp.answer(last, gate.method, &gate.path));
        }
    });
}

/// Pushes what the principal of the last decision may read: `"all"` or a list of ids.
#[wasm_bindgen]
pub fn listing(handle: u32, family: u32, into: &Array) {
    with_gate(handle, |gate, _| {
        let family = usize::try_from(family).ok().and_then(|number| number.checked_sub(1));
        let family = family.and_then(|number| Family::ALL.get(number));
        if let (Some(last), Some(family)) = (&gate.last, family) {
            push_listing(into, &gate.pdp.listing(last, gate.method, &gate.path, *family));
        }
    });
}

/// Pushes what the subject in the buffer's JSON may do something to. Returns 1 if that JSON cannot
/// be read; nothing is pushed then.
#[wasm_bindgen]
pub fn accessible(handle: u32, length: u32, into: &Array) -> u32 {
    with_gate(handle, |gate, input| {
        let [question] = parts(input, [length]);
        let question = question.and_then(|text| json::parse(text, DEPTH).ok());
        let Some((grants, kind, action)) =
            question.as_ref().and_then(|json| read_question(json, gate.pdp.policy()))
        else {
            return 1;
        };
        push_listing(into, &gate.pdp.accessible(&grants, kind, action));
        0
    })
}

/// Grants, a kind and an action. A member of another type than it should have is no question.
fn read_question<'q>(json: &'q Json, policy: &Policy) -> Option<(Grants, &'q str, &'q str)> {
    let principal = json.get("principal")?;
    let agents = principal.get("agents").map(|agents| texts(agents).ok_or(())).transpose().ok()?;
    let team = principal.get("team").map(|team| team.as_str().ok_or(())).transpose().ok()?;
    let tenant =
        principal.get("tenant").map(|tenant| tenant.as_str().ok_or(())).transpose().ok()?;
    let list = agents.map(|ids| OwnList::new(ids, Vec::new()));
    let scopes = texts(principal.get("scopes")?)?;
    let grants = Grants::asserted(Some(&scopes), team, list, tenant.map(str::to_owned), policy);
    Some((grants, json.get("kind")?.as_str()?, json.get("action")?.as_str()?))
}

fn texts(json: &Json) -> Option<Vec<String>> {
    json.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn push_listing(into: &Array, listing: &Listing<'_>) {
    match listing {
        Listing::All => push(into, &"all"),
        Listing::Ids(ids) => push(into, ids),
    }
}

/// Compares the user and session in the buffer's JSON body with the verified ones. The low byte is
/// the number of a reason; bits 8 to 11: no user there, no session there, no member at all, no
/// object. Where there is no such gate, nothing was compared: that is a fault.
#[wasm_bindgen]
pub fn isolate(handle: u32, body: u32, subject: u32, session: u32) -> u32 {
    with(|module| {
        let Some((gate, input, _)) = module.gate(handle) else {
            return u32::from(Reason::EngineFault.number());
        };
        let [body, subject, session] = parts(input, [body, subject, session]);
        let text =
            |part: Option<&[u8]>| part.map(String::from_utf8_lossy).map(Into::<String>::into);
        let (subject, session) = (text(subject), text(session));
        let Some(members) = &gate.pdp.policy().isolation else { return 0 };
        let body = body.unwrap_or_default();
        match isolation::read(body, members, subject.as_deref(), session.as_deref()) {
            Ok(found) => {
                let flags = [found.without_user, found.without_session, found.empty, found.scalar];
                bits(&flags) << 8 | u32::from(Reason::Allowed.number())
            }
            Err(reason) => u32::from(reason.number()),
        }
    })
}
