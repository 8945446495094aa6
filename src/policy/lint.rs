//! What a policy says that its author cannot mean.
//!
//! [`Policy::lint`] reads a document and looks at it as a whole: rights that nothing can come of,
//! names that nobody has, doors that stand open. Nothing here decides anything. A policy with
//! findings compiles, and what it says holds; `docs/lint.md` has every code.

mod access;
mod actions;
mod agents;
mod ids;
mod issuers;
mod pattern;
mod permissions;
mod place;
mod public;
mod reach;
mod routes;
mod scopes;
mod state;
mod table;
mod tools;

use serde::Serialize;

use super::document::PolicyDocument;
use super::{Policy, PolicyError, read};
use crate::json::push_pointer;
use table::Lint;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing. It may well be meant.
    Info,
    /// Hardly meant: somebody should look.
    Warning,
}

/// Something a policy says that its author can hardly mean.
///
/// The message quotes names of the document, and never a key or a secret. The code is stable; the
/// message may improve.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// The stable name of what was found, `lint_<what>`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where: a JSON Pointer (RFC 6901) into the policy document.
    pub pointer: String,
    /// What was found and what to do, lower-case and without full stop.
    pub message: String,
    /// The line, from 1: where the member's name or the item begins.
    pub line: Option<usize>,
    /// The column in bytes, from 1.
    pub column: Option<usize>,
}

impl Finding {
    /// Every code there is, with its severity.
    pub fn codes() -> impl Iterator<Item = (&'static str, Severity)> {
        table::codes()
    }
}

impl Policy {
    /// Looks for what the author of a policy can hardly mean, in the order of the document.
    ///
    /// It needs no secrets, so a document that it has findings for may still not compile.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if the text is not a policy document at all.
    pub fn lint(text: &str) -> Result<Vec<Finding>, PolicyError> {
        let document = read::document(text)?;
        let mut report = Report::default();
        look(&document, &mut report);
        Ok(place::in_order(text, report.findings))
    }

    /// The line and column, both from 1, of what a pointer of a [`PolicyError`] or [`Finding`] names:
    /// of the value, or of what it would stand in. `None` if the text is not JSON.
    #[must_use]
    pub fn place(text: &str, pointer: &str) -> Option<(usize, usize)> {
        read::is_json(text).then(|| place::of(text, pointer))
    }
}

fn look(document: &PolicyDocument, report: &mut Report) {
    issuers::look(document, report);
    routes::look(document, report);
    public::look(document, report);
    scopes::look(document, report);
    access::look(document, report);
    agents::look(document, report);
    tools::look(document, report);
    state::look(document, report);
}

/// What was found so far.
#[derive(Default)]
struct Report {
    findings: Vec<(Lint, Finding)>,
}

impl Report {
    /// Notes a finding. `names` go where the sentence of the lint has `{}`, one after the other.
    #[inline(never)]
    fn add(&mut self, lint: Lint, pointer: String, names: &[&str]) {
        let (code, severity, sentence) = lint.row();
        let mut message = String::with_capacity(sentence.len());
        let mut names = names.iter();
        for (index, part) in sentence.split("{}").enumerate() {
            if index > 0 {
                message.push_str(names.next().unwrap_or(&"{}"));
            }
            message.push_str(part);
        }
        let finding = Finding { code, severity, pointer, message, line: None, column: None };
        self.findings.push((lint, finding));
    }
}

/// A pointer that goes on by a member.
fn member(pointer: &str, name: &str) -> String {
    let mut pointer = pointer.to_owned();
    push_pointer(&mut pointer, name);
    pointer
}

/// A pointer that goes on by an item.
fn item(pointer: &str, index: usize) -> String {
    member(pointer, &index.to_string())
}
