//! A place in a document, and what may be read there.
//!
//! Reading never stops. What is not there or not right is taken for nothing, and the first of these
//! faults is kept: whoever began asks for it at the end, and has no document if there was one. A
//! reader that could fail at every member would weigh twice as much in the module.
//!
//! An error says what was expected, never what was found: it may be a secret that was pasted into
//! the wrong member.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::json::{Json, Number, push_pointer};
use crate::policy::PolicyError;

/// The first fault of a document, if it has any.
#[derive(Default)]
pub(super) struct Faults(OnceCell<PolicyError>);

/// A value and the way to it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) json: &'a Json,
    above: Option<(&'a At<'a>, Step<'a>)>,
    faults: &'a Faults,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

/// An object whose members are all known.
pub(super) struct Object<'a>(&'a At<'a>);

/// What stands where something is missing.
const NOTHING: &Json = &Json::Null;

/// Reads a document, or says what is wrong with it.
pub(super) fn read<T>(json: &Json, read: impl FnOnce(&At<'_>) -> T) -> Result<T, PolicyError> {
    let faults = Faults::default();
    let document = read(&At { json, above: None, faults: &faults });
    match faults.0.into_inner() {
        None => Ok(document),
        Some(fault) => Err(fault),
    }
}

impl<'a> At<'a> {
    fn below(&'a self, json: &'a Json, step: Step<'a>) -> Self {
        Self { json, above: Some((self, step)), faults: self.faults }
    }

    /// The way here, as a JSON Pointer (RFC 6901).
    fn pointer(&self) -> String {
        let Some((above, step)) = self.above else { return String::new() };
        let mut pointer = above.pointer();
        match step {
            Step::Member(name) => push_pointer(&mut pointer, name),
            Step::Item(index) => push_pointer(&mut pointer, &index.to_string()),
        }
        pointer
    }

    #[inline(never)]
    pub(super) fn refuse(&self, code: &'static str, message: &str) {
        // Of several faults the first counts; the others may be its consequences.
        let _ = self.faults.0.set(PolicyError::at(self.pointer(), code, message));
    }

    #[inline(never)]
    pub(super) fn expected(&self, what: &str) {
        self.refuse("policy_value", &format!("expected {what}"));
    }

    #[inline(never)]
    pub(super) fn text(&self) -> String {
        if self.json.as_str().is_none() {
            self.expected("a string");
        }
        self.json.as_str().unwrap_or_default().to_owned()
    }

    #[inline(never)]
    pub(super) fn flag(&self) -> bool {
        if let Json::Bool(flag) = self.json {
            return *flag;
        }
        self.expected("true or false");
        false
    }

    #[inline(never)]
    pub(super) fn number(&self) -> u32 {
        let number = self.json.as_number().and_then(|number| u32::try_from(number.as_u64()?).ok());
        if number.is_none() {
            self.expected("a whole number from 0 to 4294967295");
        }
        number.unwrap_or_default()
    }

    /// One of a few words. `None` is a fault that was noted.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| self.json.as_str() == Some(word));
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.expected(&format!("one of `{}`", words.join("`, `")));
        }
        found.map(|(_, value)| *value)
    }

    #[inline(never)]
    fn items(&self) -> &'a [Json] {
        if self.json.as_array().is_none() {
            self.expected("a list");
        }
        self.json.as_array().unwrap_or_default()
    }

    #[inline(never)]
    fn members(&self) -> &'a [(String, Json)] {
        if self.json.as_object().is_none() {
            self.expected("an object");
        }
        self.json.as_object().unwrap_or_default()
    }

    pub(super) fn list<T>(&self, read: impl Fn(&At<'_>) -> T) -> Vec<T> {
        let items = self.items().iter().enumerate();
        items.map(|(index, json)| read(&self.below(json, Step::Item(index)))).collect()
    }

    /// A list of words, without those that are faults.
    pub(super) fn words<T: Copy>(&self, words: &[(&str, T)]) -> Vec<T> {
        self.list(|at| at.word(words)).into_iter().flatten().collect()
    }

    #[inline(never)]
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is less general")]
    pub(super) fn texts(&self) -> Vec<String> {
        self.list(|at| at.text())
    }

    /// An object whose member names are free.
    pub(super) fn names<T>(&self, read: impl Fn(&At<'_>) -> T) -> BTreeMap<String, T> {
        let mut names = BTreeMap::new();
        for (name, json) in self.members() {
            names.insert(name.clone(), read(&self.below(json, Step::Member(name))));
        }
        names
    }

    /// An object that has these members and no other.
    #[inline(never)]
    pub(super) fn object(&'a self, known: &[&str]) -> Object<'a> {
        let unknown = self.members().iter().find(|(name, _)| !known.contains(&name.as_str()));
        if let Some((name, json)) = unknown {
            let message = format!("no such member; there are `{}`", known.join("`, `"));
            self.below(json, Step::Member(name)).refuse("policy_unknown_member", &message);
        }
        Object(self)
    }
}

impl<'a> Object<'a> {
    /// A member, if it is there.
    #[inline(never)]
    pub(super) fn given(&self, name: &'a str) -> Option<At<'a>> {
        Some(self.0.below(self.0.json.get(name)?, Step::Member(name)))
    }

    /// A member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn optional(&self, name: &'a str) -> Option<At<'a>> {
        self.given(name).filter(|at| *at.json != Json::Null)
    }

    /// A member that has to be there.
    #[inline(never)]
    pub(super) fn required(&self, name: &'a str) -> At<'a> {
        if self.0.json.get(name).is_none() {
            let message = format!("the member `{name}` is missing");
            self.0.refuse("policy_missing_member", &message);
        }
        self.given(name).unwrap_or_else(|| self.0.below(NOTHING, Step::Member(name)))
    }

    /// The text of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn text(&self, name: &'a str) -> Option<String> {
        self.optional(name).map(|at| at.text())
    }

    /// The number of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn number(&self, name: &'a str) -> Option<u32> {
        self.optional(name).map(|at| at.number())
    }

    /// The flag of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn flag(&self, name: &'a str) -> Option<bool> {
        self.optional(name).map(|at| at.flag())
    }

    /// The number of a member as it was written, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn decimal(&self, name: &'a str) -> Option<Number> {
        let at = self.optional(name)?;
        if at.json.as_number().is_none() {
            at.expected("a number");
        }
        at.json.as_number().cloned()
    }

    /// The texts of a member, if it is there.
    #[inline(never)]
    pub(super) fn texts(&self, name: &'a str) -> Option<Vec<String>> {
        self.given(name).map(|at| at.texts())
    }

    /// The texts of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn optional_texts(&self, name: &'a str) -> Option<Vec<String>> {
        self.optional(name).map(|at| at.texts())
    }

    /// The word of a member, if it is there.
    pub(super) fn given_word<T: Copy>(&self, name: &'a str, words: &[(&str, T)]) -> Option<T> {
        self.given(name).and_then(|at| at.word(words))
    }

    /// The word of a member, if it is there and not `null`.
    pub(super) fn word<T: Copy>(&self, name: &'a str, words: &[(&str, T)]) -> Option<T> {
        self.optional(name).and_then(|at| at.word(words))
    }

    /// The items of a member: none where it is not there.
    pub(super) fn list<T>(&self, name: &'a str, read: impl Fn(&At<'_>) -> T) -> Vec<T> {
        self.given(name).map(|at| at.list(read)).unwrap_or_default()
    }

    /// The members of a member whose names are free: none where it is not there.
    pub(super) fn names<T>(
        &self,
        name: &'a str,
        read: impl Fn(&At<'_>) -> T,
    ) -> BTreeMap<String, T> {
        self.given(name).map(|at| at.names(read)).unwrap_or_default()
    }
}
