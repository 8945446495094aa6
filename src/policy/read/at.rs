//! A place in a document, and what may be read there.
//!
//! An error says what was expected, never what was found: it may be a secret that was pasted into
//! the wrong member.

#![expect(clippy::unnecessary_box_returns, reason = "they go where every result is boxed")]

use std::collections::BTreeMap;

use crate::json::{Json, Number, push_pointer};
use crate::policy::PolicyError;

/// A value and the way to it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) json: &'a Json,
    above: Option<(&'a At<'a>, Step<'a>)>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

/// An object whose members are all known.
pub(super) struct Object<'a>(&'a At<'a>);

/// Boxed, since every step returns it and hardly any does.
pub(super) type Read<T> = Result<T, Box<PolicyError>>;

impl<'a> At<'a> {
    pub(super) fn root(json: &'a Json) -> Self {
        Self { json, above: None }
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
    pub(super) fn refuse(&self, code: &'static str, message: String) -> Box<PolicyError> {
        Box::new(PolicyError::at(self.pointer(), code, message))
    }

    #[inline(never)]
    pub(super) fn expected(&self, what: &str) -> Box<PolicyError> {
        self.refuse("policy_value", format!("expected {what}"))
    }

    #[inline(never)]
    pub(super) fn text(&self) -> Read<String> {
        self.json.as_str().map(str::to_owned).ok_or_else(|| self.expected("a string"))
    }

    #[inline(never)]
    pub(super) fn flag(&self) -> Read<bool> {
        match self.json {
            Json::Bool(flag) => Ok(*flag),
            _ => Err(self.expected("true or false")),
        }
    }

    #[inline(never)]
    pub(super) fn number(&self) -> Read<u32> {
        let number = self.json.as_number().and_then(|number| u32::try_from(number.as_u64()?).ok());
        number.ok_or_else(|| self.expected("a whole number from 0 to 4294967295"))
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let found = words.iter().find(|(word, _)| self.json.as_str() == Some(word));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.expected(&format!("one of `{}`", words.join("`, `")))
        })
    }

    pub(super) fn list<T>(&self, read: impl Fn(&At<'_>) -> Read<T>) -> Read<Vec<T>> {
        let items = self.json.as_array().ok_or_else(|| self.expected("a list"))?;
        let mut list = Vec::with_capacity(items.len());
        for (index, json) in items.iter().enumerate() {
            list.push(read(&At { json, above: Some((self, Step::Item(index))) })?);
        }
        Ok(list)
    }

    #[inline(never)]
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is less general")]
    pub(super) fn texts(&self) -> Read<Vec<String>> {
        self.list(|at| at.text())
    }

    /// An object whose member names are free.
    pub(super) fn names<T>(&self, read: impl Fn(&At<'_>) -> Read<T>) -> Read<BTreeMap<String, T>> {
        let members = self.json.as_object().ok_or_else(|| self.expected("an object"))?;
        let mut names = BTreeMap::new();
        for (name, json) in members {
            let value = read(&At { json, above: Some((self, Step::Member(name))) })?;
            names.insert(name.clone(), value);
        }
        Ok(names)
    }

    /// An object that has these members and no other.
    #[inline(never)]
    pub(super) fn object(&'a self, known: &[&str]) -> Read<Object<'a>> {
        let members = self.json.as_object().ok_or_else(|| self.expected("an object"))?;
        let unknown = members.iter().find(|(name, _)| !known.contains(&name.as_str()));
        if let Some((name, json)) = unknown {
            let place = At { json, above: Some((self, Step::Member(name))) };
            let message = format!("no such member; there are `{}`", known.join("`, `"));
            return Err(place.refuse("policy_unknown_member", message));
        }
        Ok(Object(self))
    }
}

impl<'a> Object<'a> {
    /// A member, if it is there.
    #[inline(never)]
    pub(super) fn given(&self, name: &'a str) -> Option<At<'a>> {
        let json = self.0.json.get(name)?;
        Some(At { json, above: Some((self.0, Step::Member(name))) })
    }

    /// A member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn optional(&self, name: &'a str) -> Option<At<'a>> {
        self.given(name).filter(|at| *at.json != Json::Null)
    }

    /// A member that has to be there.
    #[inline(never)]
    pub(super) fn required(&self, name: &'a str) -> Read<At<'a>> {
        self.given(name).ok_or_else(|| {
            self.0.refuse("policy_missing_member", format!("the member `{name}` is missing"))
        })
    }

    /// The text of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn text(&self, name: &'a str) -> Read<Option<String>> {
        self.optional(name).map(|at| at.text()).transpose()
    }

    /// The number of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn number(&self, name: &'a str) -> Read<Option<u32>> {
        self.optional(name).map(|at| at.number()).transpose()
    }

    /// The flag of a member, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn flag(&self, name: &'a str) -> Read<Option<bool>> {
        self.optional(name).map(|at| at.flag()).transpose()
    }

    /// The number of a member as it was written, if it is there and not `null`.
    #[inline(never)]
    pub(super) fn decimal(&self, name: &'a str) -> Read<Option<Number>> {
        let Some(at) = self.optional(name) else { return Ok(None) };
        at.json.as_number().cloned().map(Some).ok_or_else(|| at.expected("a number"))
    }

    /// The items of a member: none where it is not there.
    pub(super) fn list<T>(&self, name: &'a str, read: impl Fn(&At<'_>) -> Read<T>) -> Read<Vec<T>> {
        Ok(self.given(name).map(|at| at.list(read)).transpose()?.unwrap_or_default())
    }

    /// The members of a member whose names are free: none where it is not there.
    pub(super) fn names<T>(
        &self,
        name: &'a str,
        read: impl Fn(&At<'_>) -> Read<T>,
    ) -> Read<BTreeMap<String, T>> {
        Ok(self.given(name).map(|at| at.names(read)).transpose()?.unwrap_or_default())
    }

    /// The texts of a member, if it is there.
    #[inline(never)]
    pub(super) fn texts(&self, name: &'a str) -> Read<Option<Vec<String>>> {
        self.given(name).map(|at| at.texts()).transpose()
    }
}
