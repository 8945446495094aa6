//! The WebAssembly surface of the guards' module. `pkg/guards.js` is its only caller.
//!
//! Rules and a text come in as bytes in one buffer, and a number goes out.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::guard::heavy::Rules;
use crate::guard::{Kind, Verdict};

/// The largest input: the longest text, and rules of any sensible length.
const MAX_INPUT: usize = 1 << 20;

/// How many rules are kept compiled. A policy with more of them has them compiled again.
const MAX_RULES: usize = 64;

thread_local! {
    static MODULE: RefCell<Module> = RefCell::new(Module::default());
}

#[derive(Default)]
struct Module {
    input: Vec<u8>,
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
