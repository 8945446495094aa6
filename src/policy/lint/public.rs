//! Public paths that nobody asks for, and those that open what is guarded.

use super::routes::{example, fits, holds, impossible, mounted, stars};
use super::table::Lint;
use super::{Report, item};
use crate::policy::document::{Flavour, PolicyDocument};
use crate::request::{Glob, Method, guarded};

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let routes = &document.routes;
    let is_agno = routes.flavour.reading() == Flavour::Agno31;
    let rules = routes.rules.iter().map(|rule| (Method::from(rule.method), rule.path.as_str()));
    let lines = guarded(routes);
    let lines: Vec<(Method, &str)> =
        rules.chain(lines.iter().map(|line| (line.method, line.path))).collect();
    for (index, path) in routes.public.iter().enumerate() {
        let pointer = item("/routes/public", index);
        mounted(routes, path, &pointer, report);
        let others = routes.public.iter().enumerate().filter(|(other, _)| *other != index);
        let mut others = others.filter(|(other, by)| {
            is_held(by, path, is_agno) && (*other < index || !is_held(path, by, is_agno))
        });
        if let Some(why) = impossible(path, is_agno).or_else(|| braces(path, is_agno)) {
            report.add(Lint::PublicUnreachable, pointer, &[why]);
        } else if others.next().is_some() {
            report.add(Lint::Redundant, pointer, &[path]);
        } else if let Some((method, line)) =
            lines.iter().find(|(_, line)| opens(path, line, is_agno))
        {
            report.add(Lint::PublicGuarded, pointer, &[&format!("{} {line}", method.name())]);
        }
    }
}

/// A capture, in a list that knows patterns only.
fn braces(path: &str, is_agno: bool) -> Option<&'static str> {
    (is_agno && stars(path) != *path).then_some("`{name}` is for rules and `*` for public paths")
}

/// Whether one public path holds all of another.
fn is_held(by: &str, path: &str, is_agno: bool) -> bool {
    if is_agno {
        return holds(by, path);
    }
    let rest = by.strip_suffix("/*").and_then(|above| path.strip_prefix(above));
    by == path || rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
}

/// Whether a public path opens some of a route. In `agno-3.1` it is tried with an example.
fn opens(path: &str, line: &str, is_agno: bool) -> bool {
    if is_agno {
        let theirs = stars(line);
        return Glob::new(path).covers(&example(&theirs))
            || Glob::new(&theirs).covers(&example(path));
    }
    match path.strip_suffix("/*") {
        None => fits(line, path),
        // The template, cut to the length of the path, and something behind it.
        Some(above) => {
            let depth = above.split('/').count();
            let has_more = line.split('/').nth(depth).is_some();
            let head: Vec<&str> = line.split('/').take(depth).collect();
            let is_rest = head.last().is_some_and(|step| step.ends_with(":path}"));
            (has_more || is_rest) && fits(&head.join("/"), above)
        }
    }
}
