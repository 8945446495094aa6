//! Routes that no request gets to, and rules that open what the profile guards.

use super::table::Lint;
use super::{Report, ids, item, member};
use crate::policy::PolicyDocument;
use crate::policy::document::{Flavour, Interface, MethodName, Profile, Routes, Rule};
use crate::request::{Glob, Guarded, MAX_PATH_BYTES, Match, Method, Path, RouteTable, guarded};

const RULES: &str = "/routes/rules";

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let routes = &document.routes;
    let is_agno = routes.flavour.reading() == Flavour::Agno31;
    if routes.profile.is_none() && routes.rules.is_empty() && !is_agno {
        report.add(Lint::RoutesEmpty, "/routes".into(), &[]);
    }
    if !routes.interfaces.is_empty() && routes.profile != Some(Profile::AgentOs) {
        report.add(Lint::InterfaceUnused, "/routes/interfaces".into(), &[]);
    }
    let name = |interface: &Interface| {
        let name = match interface {
            Interface::Company => "company",
            Interface::A2a => "a2a",
            Interface::Agui => "agui",
        };
        name.to_owned()
    };
    ids::repeated(&routes.interfaces, name, "/routes/interfaces", report);
    let lines = guarded(routes);
    let public = PublicPaths::of(routes);
    for (index, rule) in routes.rules.iter().enumerate() {
        let pointer = item(RULES, index);
        let place = member(&pointer, "path");
        mounted(routes, &rule.path, &place, report);
        if is_agno {
            let earlier = routes.rules.iter().take(index);
            if let Some(why) = unreachable(rule, earlier, &lines, &public) {
                report.add(Lint::RuleUnreachable, place, &[&why]);
            }
        } else if rule.method == MethodName::Options {
            report.add(Lint::RuleOptions, member(&pointer, "method"), &[]);
        }
        if rule.scopes.as_ref().is_some_and(Vec::is_empty)
            && let Some(line) = lines.iter().find(|line| is_opened(rule, line, is_agno))
        {
            report.add(Lint::RuleOpens, member(&pointer, "scopes"), &[&line.scopes]);
        }
    }
}

/// A path below the mount that begins with the mount.
pub(super) fn mounted(routes: &Routes, path: &str, pointer: &str, report: &mut Report) {
    let Some(mount) = routes.mount.as_deref().map(|mount| mount.trim_end_matches('/')) else {
        return;
    };
    let rest = path.strip_prefix(mount).filter(|_| !mount.is_empty());
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        report.add(Lint::PathMount, pointer.into(), &[mount]);
    }
}

/// Why no request can have a path that fits this, where it is not an error of the policy.
pub(super) fn impossible(path: &str, is_agno: bool) -> Option<&'static str> {
    if path.len() > MAX_PATH_BYTES && !path.contains('{') {
        return Some("a path has 4096 bytes at most");
    }
    if !is_agno {
        return None;
    }
    let inside = path.strip_prefix('/').unwrap_or(path);
    if !path.starts_with(['/', '*', '?', '[', '{']) {
        Some("a path begins with `/`")
    } else if path != "/" && path.ends_with('/') {
        Some("the last `/` of a path is taken off")
    } else if path != "/" && inside.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        Some("paths with empty or dot segments are refused")
    } else if path.contains(|letter: char| letter == '\\' || letter.is_control()) {
        Some("paths with backslashes or control characters are refused")
    } else {
        None
    }
}

/// A pattern of `agno-3.1` with a star for each `{name}`.
pub(super) fn stars(pattern: &str) -> String {
    let mut parts = pattern.split('{');
    let mut stars = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) if !name.is_empty() => {
                stars.push('*');
                stars.push_str(rest);
            }
            _ => {
                stars.push('{');
                stars.push_str(part);
            }
        }
    }
    stars
}

/// A path that fits a pattern of stars.
pub(super) fn example(stars: &str) -> String {
    stars.replace('*', "x")
}

/// Whether a pattern holds all paths of another one. Says no where that is hard to tell.
pub(super) fn holds(pattern: &str, other: &str) -> bool {
    // A star is a letter that only a star holds, so the other may be looked at as if it were a path.
    !pattern.contains(['?', '[']) && Glob::new(pattern).covers(other)
}

/// The public paths of a policy and its profile.
struct PublicPaths<'d> {
    own: &'d [String],
    table: Option<RouteTable>,
    flavour: Flavour,
}

impl<'d> PublicPaths<'d> {
    fn of(routes: &'d Routes) -> Self {
        let bare = Routes { rules: Vec::new(), mount: None, ..routes.clone() };
        let table = RouteTable::compile(&bare, "").ok();
        Self { own: &routes.public, table, flavour: routes.flavour.reading() }
    }

    /// Whether all paths that fit this are public.
    fn hold(&self, stars: &str) -> bool {
        if self.own.iter().any(|own| holds(own, stars)) {
            return true;
        }
        let is_public = |table: &RouteTable| {
            let path = Path::parse(stars.as_bytes(), self.flavour, "");
            path.is_ok_and(|path| matches!(table.find(Method::Get, &path), Match::Public))
        };
        !stars.contains(['*', '?', '[']) && self.table.as_ref().is_some_and(is_public)
    }
}

/// Why no request gets to a rule of `agno-3.1`.
fn unreachable<'r>(
    rule: &Rule,
    mut earlier: impl Iterator<Item = &'r Rule>,
    lines: &[Guarded],
    public: &PublicPaths<'_>,
) -> Option<String> {
    if let Some(why) = impossible(&rule.path, true) {
        return Some(why.into());
    }
    let own = stars(&rule.path);
    if public.hold(&own) {
        return Some("its path is public".into());
    }
    // What is written out goes before all patterns, and a line of the profile is replaced.
    let method = Method::from(rule.method);
    let mut same = lines.iter().filter(|line| line.method == method && !line.is_gate);
    if !own.contains(['*', '?', '[']) || same.clone().any(|line| line.path == rule.path) {
        return None;
    }
    if let Some(line) = same.find(|line| holds(&stars(line.path), &own)) {
        return Some(format!("`{}` of the profile goes first", line.path));
    }
    let before = earlier.find(|it| it.method == rule.method && holds(&stars(&it.path), &own))?;
    Some(format!("the rule for `{}` goes first", before.path))
}

/// Whether a rule that asks for nothing stands in the way of a line that asks for something.
fn is_opened(rule: &Rule, line: &Guarded, is_agno: bool) -> bool {
    let method = Method::from(rule.method);
    if method != line.method || line.is_gate {
        return false;
    }
    if is_agno {
        let (own, theirs) = (stars(&rule.path), stars(line.path));
        let is_first = !own.contains(['*', '?', '[']) || own == theirs;
        return is_first && Glob::new(&theirs).covers(&example(&own));
    }
    let (own, theirs) = (example(&stars(&rule.path)), example(&stars(line.path)));
    fits(&rule.path, &theirs) || fits(line.path, &own)
}

/// Whether a path fits a template of `strict`.
pub(super) fn fits(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for step in template.split('/') {
        let segment = segments.next();
        match (step.strip_prefix('{'), segment) {
            (Some(name), Some(_)) if name.ends_with(":path}") => return true,
            (Some(_), Some(_)) => {}
            (None, Some(segment)) if segment == step => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}
