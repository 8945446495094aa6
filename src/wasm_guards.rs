//! The WebAssembly surface of the guards' module. `pkg/guards.js` is its only caller.
//!
//! Rules and a text come in as bytes in one buffer, and a number goes out. Lint is here as well, since
//! no request waits for it: a policy comes in, and JSON goes out through a buffer of its own.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

mod lint;

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::guard::heavy::Rules;
use crate::guard::{Kind, Verdict};

/// The largest input: a policy, as large as the core takes.
const MAX_INPUT: usize = 16 << 20;

/// How many rules are kept compiled. A policy with more of them has them compiled again.
const MAX_RULES: usize = 64;

thread_local! {
    static MODULE: RefCell<Module> = RefCell::new(Module::default());
}

#[derive(Default)]
struct Module {
    input: Vec<u8>,
    output: String,
    /// Rules by their kind and text. `None` if that text is none.
    compiled: Vec<(Kind, String, Option<Rules>)>,
}

impl Module {
    fn judge(&mut self, kind: u32, rules: u32, text: u32) -> Option<Verdict> {
        let kind = Kind::from_number(kind)?;
        let (rules, rest) = self.input.split_at_checked(usize::try_from(rules).ok()?)?;
        let text = std::str::from_utf8(rest.get(..usize::try_from(text).ok()?)?).ok()?;
        let rules = std::str::from_utf8(rules).ok()?;
        let place = self.compiled.iter().position(|(of, known, _)| *of == kind && known == rules);
        let place = place.unwrap_or_else(|| {
            if self.compiled.len() >= MAX_RULES {
                self.compiled.clear();
            }
            self.compiled.push((kind, rules.to_owned(), Rules::new(kind, rules)));
            self.compiled.len() - 1
        });
        let (_, _, rules) = self.compiled.get(place)?;
        Some(rules.as_ref().map_or(Verdict::Invalid, |rules| rules.judge(text)))
    }
}

/// The address of the input buffer, which holds at least `capacity` bytes. 0 if that is too much.
#[wasm_bindgen]
pub fn buffer(capacity: u32) -> u32 {
    MODULE.with_borrow_mut(|module| {
        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
        if capacity > MAX_INPUT {
            return 0;
        }
        if module.input.len() < capacity {
            module.input = vec![0; capacity.next_power_of_two()];
        }
        u32::try_from(module.input.as_ptr().addr()).unwrap_or(0)
    })
}

/// Judges the text behind the rules in the buffer, which are so many bytes long. Returns the
/// number of a [`Verdict`].
#[wasm_bindgen]
pub fn judge(kind: u32, rules: u32, text: u32) -> u32 {
    let verdict = MODULE.with_borrow_mut(|module| module.judge(kind, rules, text));
    verdict.unwrap_or(Verdict::Unavailable).number()
}

/// Looks at the policy in the buffer for what it can hardly mean, as `Policy::lint` does. Returns how
/// long the answer is, which lies at [`output`].
#[wasm_bindgen]
pub fn lint(policy: u32) -> u32 {
    answer([policy], |[policy]| lint::report(policy))
}

/// Finds the line and column of a pointer into a policy, which lies behind it. Returns likewise.
#[wasm_bindgen]
pub fn place(policy: u32, pointer: u32) -> u32 {
    answer([policy, pointer], |[policy, pointer]| lint::place(policy, pointer))
}

/// The address of the last answer, which is JSON.
#[wasm_bindgen]
pub fn output() -> u32 {
    MODULE.with_borrow(|module| u32::try_from(module.output.as_ptr().addr()).unwrap_or(0))
}

fn answer<const N: usize>(lengths: [u32; N], work: impl FnOnce([&str; N]) -> String) -> u32 {
    MODULE.with_borrow_mut(|module| {
        let mut rest = module.input.as_slice();
        let parts = lengths.map(|length| {
            let (part, after) =
                rest.split_at_checked(usize::try_from(length).unwrap_or(usize::MAX))?;
            rest = after;
            std::str::from_utf8(part).ok()
        });
        // An answer that is no JSON is a fault to the caller.
        module.output = if parts.iter().all(Option::is_some) {
            work(parts.map(Option::unwrap_or_default))
        } else {
            String::new()
        };
        u32::try_from(module.output.len()).unwrap_or(0)
    })
}
