//! The WebAssembly surface of the ledger's verifier, in the module that looks policies over.
//! `pkg/verify.js` is its only caller.
//!
//! Verifiers go by handles, so that several ledgers can be read at a time. Rows come in through the
//! buffer, in pieces of any size.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::audit::{Checkpoint, Fault, Report, Verifier};
use crate::authn::base64url;
use crate::json::quoted;
use crate::wasm_input::with_input;
use crate::wasm_lint::put;

thread_local! {
    static OPEN: RefCell<Vec<Option<Verifier>>> = const { RefCell::new(Vec::new()) };
}

/// What [`audit_push`] says when there is no such verifier.
const NONE: u32 = u32::MAX;

/// Reads the checkpoint in the buffer. Returns how long the answer is, which lies at
/// [`output`](crate::wasm_lint::output): what it says and what was signed, or `null` if it is none.
#[wasm_bindgen]
pub fn audit_checkpoint(length: u32) -> u32 {
    put(read(length).map_or_else(|| "null".to_owned(), |checkpoint| told(&checkpoint)))
}

/// Begins to verify, against the checkpoint in the buffer if there is one. Returns a handle, or
/// `u32::MAX` if the checkpoint is none.
#[wasm_bindgen]
pub fn audit_open(length: u32) -> u32 {
    let checkpoint = read(length);
    if length > 0 && checkpoint.is_none() {
        return NONE;
    }
    OPEN.with_borrow_mut(|open| {
        let free = open.iter().position(Option::is_none).unwrap_or(open.len());
        if free == open.len() {
            open.push(None);
        }
        if let Some(place) = open.get_mut(free) {
            *place = Some(Verifier::new(checkpoint));
        }
        u32::try_from(free).unwrap_or(NONE)
    })
}

/// Reads on: so many bytes of the buffer. Returns how much is wrong so far, or `u32::MAX` if there is
/// no such verifier.
#[wasm_bindgen]
pub fn audit_push(handle: u32, length: u32) -> u32 {
    OPEN.with_borrow_mut(|open| {
        let verifier = at(open, handle).and_then(Option::as_mut)?;
        with_input(|input| {
            verifier.push(input.get(..usize::try_from(length).ok()?)?);
            Some(u32::try_from(verifier.fault_count()).unwrap_or(NONE - 1))
        })
    })
    .unwrap_or(NONE)
}

/// Ends a ledger. Returns how long the report is. The handle is free again.
#[wasm_bindgen]
pub fn audit_finish(handle: u32) -> u32 {
    let verifier = OPEN.with_borrow_mut(|open| at(open, handle).and_then(Option::take));
    put(verifier.map(|verifier| report(&verifier.finish())).unwrap_or_default())
}

fn at(open: &mut [Option<Verifier>], handle: u32) -> Option<&mut Option<Verifier>> {
    open.get_mut(usize::try_from(handle).ok()?)
}

fn read(length: u32) -> Option<Checkpoint> {
    with_input(|input| Checkpoint::read(input.get(..usize::try_from(length).ok()?)?))
}

fn told(checkpoint: &Checkpoint) -> String {
    let [shard, hash, signed] =
        [checkpoint.shard(), checkpoint.hash(), &checkpoint.signed()].map(quoted);
    let [key, signature] = [&checkpoint.key()[..], checkpoint.signature()].map(base64url::encode);
    let (seq, at) = (checkpoint.seq(), checkpoint.at());
    format!(
        "{{\"shard\":{shard},\"seq\":{seq},\"hash\":{hash},\"at\":{at},\"key\":\"{key}\",\
         \"signature\":\"{signature}\",\"signed\":{signed}}}"
    )
}

fn report(report: &Report) -> String {
    let shard = report.shard.as_deref().map_or_else(|| "null".to_owned(), quoted);
    let faults: Vec<_> = report.faults.iter().map(fault).collect();
    let Report { rows, seq, hash, fault_count, .. } = report;
    format!(
        "{{\"shard\":{shard},\"rows\":{rows},\"seq\":{seq},\"hash\":\"{hash}\",\
         \"faults\":[{}],\"fault_count\":{fault_count}}}",
        faults.join(",")
    )
}

fn fault(Fault { flaw, line, seq, expected }: &Fault) -> String {
    let [code, message] = [flaw.code(), flaw.why()].map(quoted);
    let number = |name: &str, number: &Option<u64>| {
        number.map(|number| format!(",\"{name}\":{number}")).unwrap_or_default()
    };
    let [line, seq, expected] =
        [("line", line), ("seq", seq), ("expected", expected)].map(|(name, it)| number(name, it));
    format!("{{\"code\":{code},\"message\":{message}{line}{seq}{expected}}}")
}
