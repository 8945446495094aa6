//! The WebAssembly surface of the module that looks policies over. `pkg/lint.js` is its only caller.
//!
//! It is asked by people and by no request. A policy comes in through the buffer, and findings and
//! places go out as JSON, through a buffer of their own.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::quoted;
use crate::policy::{Policy, Severity};
use crate::wasm_input::with_input;

thread_local! {
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Looks at the policy in the buffer for what it can hardly mean, as [`Policy::lint`] does. Returns
/// how long the answer is, which lies at [`output`].
#[wasm_bindgen]
pub fn lint(policy: u32) -> u32 {
    answer([policy], |[policy]| report(policy))
}

/// Finds the line and column of a pointer into a policy, which lies behind it. Returns likewise.
#[wasm_bindgen]
pub fn place(policy: u32, pointer: u32) -> u32 {
    answer([policy, pointer], |[policy, pointer]| place_of(policy, pointer))
}

/// The address of the last answer, which is JSON.
#[wasm_bindgen]
pub fn output() -> u32 {
    OUTPUT.with_borrow(|output| u32::try_from(output.as_ptr().addr()).unwrap_or(0))
}

fn answer<const N: usize>(lengths: [u32; N], work: impl FnOnce([&str; N]) -> String) -> u32 {
    let answer = with_input(|input| {
        let mut rest = input;
        let parts = lengths.map(|length| {
            let (part, after) =
                rest.split_at_checked(usize::try_from(length).unwrap_or(usize::MAX))?;
            rest = after;
            std::str::from_utf8(part).ok()
        });
        // An answer that is no JSON is a fault to the caller.
        if parts.iter().all(Option::is_some) {
            work(parts.map(Option::unwrap_or_default))
        } else {
            String::new()
        }
    });
    put(answer)
}

/// Lays an answer down. Returns how long it is.
pub(crate) fn put(answer: String) -> u32 {
    let length = u32::try_from(answer.len()).unwrap_or(0);
    OUTPUT.set(answer);
    length
}

/// `{"findings":[…]}`, or `{"error":{…}}` if the text is not a policy.
fn report(policy: &str) -> String {
    match Policy::lint(policy) {
        Ok(findings) => {
            let findings = findings.iter().map(|finding| {
                let severity = match finding.severity {
                    Severity::Info => "info",
                    Severity::Warning => "warning",
                };
                let place = finding.line.zip(finding.column);
                let text = [finding.code, &finding.pointer, &finding.message];
                entry(text, Some(severity), place)
            });
            format!("{{\"findings\":[{}]}}", findings.collect::<Vec<_>>().join(","))
        }
        Err(error) => {
            let place = error.line.zip(error.column);
            let place = place.or_else(|| Policy::place(policy, &error.pointer));
            let text = [error.code, &error.pointer, &error.message];
            format!("{{\"error\":{}}}", entry(text, None, place))
        }
    }
}

/// `{"line":…,"column":…}`, without members if the policy is not JSON.
fn place_of(policy: &str, pointer: &str) -> String {
    let place = members(Policy::place(policy, pointer));
    format!("{{{}}}", place.trim_start_matches(','))
}

fn entry(
    [code, pointer, message]: [&str; 3],
    severity: Option<&str>,
    place: Option<(usize, usize)>,
) -> String {
    let [code, pointer, message] = [code, pointer, message].map(quoted);
    let severity = severity.map(|severity| format!(",\"severity\":{}", quoted(severity)));
    let (severity, place) = (severity.unwrap_or_default(), members(place));
    format!("{{\"code\":{code},\"pointer\":{pointer},\"message\":{message}{severity}{place}}}")
}

/// The place as members that go on an object.
fn members(place: Option<(usize, usize)>) -> String {
    place.map(|(line, column)| format!(",\"line\":{line},\"column\":{column}")).unwrap_or_default()
}
