//! The WebAssembly surface of the guards' module. `pkg/guards.js` is its only caller.
//!
//! Rules and a text come in as bytes in one buffer, and a number goes out.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::guard::heavy::Rules;
use crate::guard::{Kind, Verdict};
use crate::wasm_input::with_input;

/// How many rules are kept compiled. A policy with more of them has them compiled again.
const MAX_RULES: usize = 64;

thread_local! {
    static COMPILED: RefCell<Compiled> = RefCell::new(Compiled::default());
}

/// Rules by their kind and text. `None` if that text is none.
#[derive(Default)]
struct Compiled(Vec<(Kind, String, Option<Rules>)>);

impl Compiled {
    fn judge(&mut self, input: &[u8], kind: u32, rules: u32, text: u32) -> Option<Verdict> {
        let kind = Kind::from_number(kind)?;
        let (rules, rest) = input.split_at_checked(usize::try_from(rules).ok()?)?;
        let text = std::str::from_utf8(rest.get(..usize::try_from(text).ok()?)?).ok()?;
        let rules = std::str::from_utf8(rules).ok()?;
        let place = self.0.iter().position(|(of, known, _)| *of == kind && known == rules);
        let place = place.unwrap_or_else(|| {
            if self.0.len() >= MAX_RULES {
                self.0.clear();
            }
            self.0.push((kind, rules.to_owned(), Rules::new(kind, rules)));
            self.0.len() - 1
        });
        let (_, _, rules) = self.0.get(place)?;
        Some(rules.as_ref().map_or(Verdict::Invalid, |rules| rules.judge(text)))
    }
}

/// Judges the text behind the rules in the buffer, which are so many bytes long. Returns the
/// number of a [`Verdict`].
#[wasm_bindgen]
pub fn judge(kind: u32, rules: u32, text: u32) -> u32 {
    let verdict = with_input(|input| {
        COMPILED.with_borrow_mut(|compiled| compiled.judge(input, kind, rules, text))
    });
    verdict.unwrap_or(Verdict::Unavailable).number()
}
