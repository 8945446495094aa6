//! The second module, as the first one calls it: through `pkg/guards.js`, which copies the texts.

use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{parts, push, with};
use crate::Reason;
use crate::guard::{Guards, Kind, Verdict};
use crate::json;
use crate::record::{address, word};

/// How deep a context may be nested.
const DEPTH: usize = 32;

#[wasm_bindgen(raw_module = "../guards.js")]
extern "C" {
    /// Judges a text in the memory of this module. Never throws: a fault is a number as well.
    #[wasm_bindgen(js_name = judge)]
    fn ask(kind: u32, rules: u32, rules_length: u32, text: u32, text_length: u32) -> u32;
}

/// The judge of this module: the other one.
pub(crate) fn judge(kind: Kind, rules: &str, text: &str) -> Verdict {
    Verdict::from_number(ask(
        kind.number(),
        address(rules.as_ptr()),
        word(rules.len()),
        address(text.as_ptr()),
        word(text.len()),
    ))
}

/// Checks a context by a list of guards, both in the buffer, as they stand in a policy and a
/// request. Returns the number of the reason. Guards that are none are pushed as an error.
#[wasm_bindgen]
pub fn check_guards(guards: u32, context: u32, into: &Array) -> u32 {
    let reason = with(|module| {
        let [guards, context] = parts(&module.input, [guards, context]);
        let guards = String::from_utf8_lossy(guards.unwrap_or_default());
        let guards = match Guards::parse(&guards, judge) {
            Ok(guards) => guards,
            Err(error) => {
                push(into, &error);
                return Reason::PolicyInvalid;
            }
        };
        match json::parse_any_number(context.unwrap_or_default(), DEPTH) {
            Ok(context) => guards.check(&context, judge).err().unwrap_or(Reason::Allowed),
            Err(_) => Reason::ContextMalformed,
        }
    });
    u32::from(reason.number())
}
