//! Scopes that nobody can hold, or that ask about something else than their author thinks.

use super::table::Lint;
use super::{Report, item, member};
use crate::policy::document::{Flavour, PolicyDocument, Rule};
use crate::request::{ADMIN_SCOPE, Family, Scope, guarded};

/// Scopes that every token of `OpenID` Connect may have (Core 1.0 §3.1.2.1, §5.4, §11).
const OPENID: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

pub(super) fn look(document: &PolicyDocument, report: &mut Report) {
    let flavour = document.routes.flavour.reading();
    for (index, rule) in document.routes.rules.iter().enumerate() {
        let pointer = member(&item("/routes/rules", index), "scopes");
        for (index, text) in rule.scopes.iter().flatten().enumerate() {
            let place = item(&pointer, index);
            if is_foreign(document, text, flavour) {
                report.add(Lint::ScopeUnmatchable, place, &[text]);
            } else {
                about(rule, text, flavour, place, report);
            }
        }
    }
    let approver = &document.approvals.approver_scope;
    if is_foreign(document, approver, flavour) {
        report.add(Lint::ScopeUnmatchable, "/approvals/approver_scope".into(), &[approver]);
    }
    for (index, issuer) in document.authentication.issuers.iter().enumerate() {
        let Some(admin) = issuer.admin_scope.as_deref() else { continue };
        if is_ordinary(document, admin) {
            let pointer = item("/authentication/issuers", index);
            report.add(Lint::AdminScopeOrdinary, member(&pointer, "admin_scope"), &[admin]);
        }
    }
}

/// Whether no token can hold a scope, short of the one that grants everything.
fn is_foreign(document: &PolicyDocument, text: &str, flavour: Flavour) -> bool {
    let issuers = &document.authentication.issuers;
    if issuers.iter().any(|issuer| issuer.admin_scope.as_deref() == Some(text)) {
        return false;
    }
    match Scope::parse(text, flavour, "") {
        Scope::Admin => false,
        Scope::Foreign => true,
        // Only `agno-3.1` reads these, and nobody writes them.
        Scope::Global { kind, action } | Scope::Single { kind, action, .. } => {
            kind.is_empty() || action.is_empty()
        }
    }
}

/// A scope with an id, on a path that names one itself.
fn about(rule: &Rule, text: &str, flavour: Flavour, place: String, report: &mut Report) {
    let Scope::Single { kind, id, action } = Scope::parse(text, flavour, "") else { return };
    let Some((family, named)) = resource(&rule.path) else { return };
    let short = format!("{kind}:{action}");
    match flavour {
        // An empty id, and `*`, ask for what two parts ask for.
        Flavour::Agno31 if matches!(id, "" | "*") || id == named => {}
        Flavour::Agno31 => report.add(Lint::ScopeIdIgnored, place, &[text, &short]),
        Flavour::Strict if family.kind() != kind || id == named => {}
        Flavour::Strict if id == "*" => {
            report.add(Lint::ScopeWildcard, place, &[text, &short]);
        }
        Flavour::Strict => report.add(Lint::ScopeFixed, place, &[text, id, &short]),
    }
}

/// The family that a path begins with, and the segment that is the id.
fn resource(path: &str) -> Option<(Family, &str)> {
    let mut segments = path.strip_prefix('/')?.split('/').peekable();
    segments.next_if(|segment| *segment == "a2a");
    Some((Family::from_kind(segments.next()?)?, segments.next()?))
}

/// Whether a scope is one that somebody may hold for something else.
fn is_ordinary(document: &PolicyDocument, admin: &str) -> bool {
    let rules = || document.routes.rules.iter();
    let by_action = |rule: &Rule| {
        let kind = rule.resource.as_deref()?.split('/').next()?;
        Some(format!("{kind}:{}", rule.action.as_deref()?))
    };
    // A rule that asks for it and nothing else may well be for admins.
    let beside = |rule: &Rule| {
        let scopes = rule.scopes.as_deref().unwrap_or_default();
        scopes.len() > 1 && scopes.iter().any(|scope| scope == admin)
    };
    let lines = guarded(&document.routes);
    let mut scopes = lines.iter().flat_map(|line| line.scopes.split_whitespace());
    admin != ADMIN_SCOPE
        && (OPENID.contains(&admin)
            || document.approvals.approver_scope == admin
            || rules().any(|rule| by_action(rule).is_some_and(|scope| scope == admin))
            || rules().any(beside)
            || scopes.any(|scope| scope == admin))
}
