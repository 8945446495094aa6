//! The table of `AgentOS` 3.1: patterns in an order, of which the first that fits counts.

use crate::{
    PolicyError,
    policy::document::{Flavour, Rule},
    table::Table,
};

use super::{Glob, Method, RequiredScope, agno::Row, found::Line, template::literal};

/// Patterns by number. A path that is written out goes before all patterns.
#[derive(Debug, Default)]
pub(super) struct Mappings {
    /// At the number of each method.
    methods: Vec<Patterns>,
}

/// The patterns of one method, found by the first segment where they begin with one.
#[derive(Debug, Default)]
struct Patterns {
    exact: Table<u32>,
    by_first: Table<Vec<(u32, Glob)>>,
    wild: Vec<(u32, Glob)>,
}

impl Mappings {
    pub(super) fn insert(&mut self, method: Method, pattern: &str, number: u32) {
        let place = method as usize;
        if self.methods.len() <= place {
            self.methods.resize_with(place + 1, Patterns::default);
        }
        let Some(patterns) = self.methods.get_mut(place) else {
            return;
        };
        patterns.exact.insert(pattern, number);
        let glob = without_names(pattern);
        if pattern == glob && !pattern.contains(['*', '?', '[']) {
            return;
        }
        let list = match first_segment(&glob).filter(|first| literal(first).is_ok()) {
            Some(first) => patterns.by_first.or_insert_with(first, Vec::new),
            None => Some(&mut patterns.wild),
        };
        if let Some(list) = list {
            list.push((number, Glob::new(&glob)));
        }
    }

    pub(super) fn find(&self, method: Method, path: &str) -> Option<u32> {
        let patterns = self.methods.get(method as usize)?;
        if let Some(number) = patterns.exact.get(path) {
            return Some(*number);
        }
        let first_of = |list: &[(u32, Glob)]| {
            list.iter().find(|(_, glob)| glob.covers(path)).map(|(number, _)| *number)
        };
        let by_first = first_segment(path)
            .and_then(|first| patterns.by_first.get(first))
            .and_then(|list| first_of(list));
        match (by_first, first_of(&patterns.wild)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// What stands between the first two slashes.
fn first_segment(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.split_once('/').map(|(first, _)| first)
}

/// The pattern with a star for each `{name}`.
fn without_names(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, inside)) = rest.split_once('{') {
        glob.push_str(before);
        match inside.split_once('}') {
            Some((name, after)) if !name.is_empty() => {
                glob.push('*');
                rest = after;
            }
            _ => {
                glob.push('{');
                rest = inside;
            }
        }
    }
    glob.push_str(rest);
    glob
}

/// The lines of the table: those of the platform, replaced in their place by rules that have the
/// same method and pattern, and then the other rules.
pub(super) fn lines<'r>(
    rows: impl Iterator<Item = &'static Row>,
    rules: &'r [Rule],
    pointer: &str,
) -> Result<Vec<(Method, &'r str, Line)>, PolicyError> {
    let mut lines: Vec<(Method, &'r str, Line)> = rows
        .map(|&(method, pattern, scopes)| (method, pattern, line(scopes.split_whitespace())))
        .collect();
    let key = |method: Method, path: &str| [method.name(), path].join(" ");
    let mut places = Table::default();
    for (at, (method, pattern, _)) in (0_u32..).zip(&lines) {
        places.insert(&key(*method, pattern), at);
    }
    let platform = lines.len();
    let mut replaced = vec![false; platform];
    for (index, rule) in rules.iter().enumerate() {
        let at = |member, code, message| {
            PolicyError::at(format!("{pointer}/{index}{member}"), code, message)
        };
        let (Some(scopes), None, None) = (&rule.scopes, &rule.action, &rule.resource) else {
            return Err(at(
                "",
                "policy_rule_form",
                "a rule of the flavour `agno-3.1` has `scopes`",
            ));
        };
        if !rule.path.starts_with(['/', '*', '?', '[', '{']) {
            return Err(at("/path", "policy_rule_path", "no path of a request can fit this"));
        }
        let (method, path) = (Method::from(rule.method), rule.path.as_str());
        if method == Method::Options {
            let message = "no request gets here: OPTIONS passes in the flavour `agno-3.1`";
            return Err(at("/method", "policy_rule_unreachable", message));
        }
        let own = (method, path, line(scopes.iter().map(String::as_str)));
        let key = key(method, path);
        let place = places.get(&key).and_then(|place| usize::try_from(*place).ok());
        let Some(place) = place else {
            places.insert(&key, u32::try_from(lines.len()).unwrap_or(u32::MAX));
            lines.push(own);
            continue;
        };
        match (replaced.get_mut(place), lines.get_mut(place)) {
            (Some(replaced @ false), Some(line)) => (*replaced, *line) = (true, own),
            _ => {
                return Err(at("/path", "policy_rule_unreachable", "an earlier rule is the same"));
            }
        }
    }
    Ok(lines)
}

fn line<'s>(scopes: impl Iterator<Item = &'s str>) -> Line {
    let scopes = scopes.map(|text| RequiredScope::new(text, Flavour::Agno31)).collect();
    Line { scopes, guard: None, resource: None }
}
