//! One rule of the policy, in the flavour `strict`.

use crate::{
    PolicyError,
    policy::document::{Flavour, Rule},
};

use super::{
    RequiredScope, Scope,
    found::{Line, Named},
    scope::is_part,
    template::{Fault, Template},
};

/// What a rule says: which paths, and what they need.
pub(super) fn read<'r>(rule: &'r Rule, pointer: &str) -> Result<(Template<'r>, Line), PolicyError> {
    let at = |member: &str| {
        let pointer = format!("{pointer}/{member}");
        move |(code, message): Fault| PolicyError::at(pointer, code, message)
    };
    let template = Template::parse(&rule.path).map_err(at("path"))?;
    let line = match (&rule.scopes, &rule.action, &rule.resource) {
        (Some(scopes), None, None) => {
            for (index, text) in scopes.iter().enumerate() {
                check_scope(text).map_err(at(&format!("scopes/{index}")))?;
            }
            let required = |text: &String| RequiredScope::new(text, Flavour::Strict);
            Line { scopes: scopes.iter().map(required).collect(), guard: None, resource: None }
        }
        (None, Some(action), Some(resource)) => {
            if !is_part(action) {
                let fault = ("policy_rule_action", "an action is one part of a scope: `run`");
                return Err(at("action")(fault));
            }
            let resource = named(resource, &template).map_err(at("resource"))?;
            let text = format!("{}:{action}", resource.kind);
            let scopes = vec![RequiredScope::new(&text, Flavour::Strict)];
            Line { scopes, guard: None, resource: Some(resource) }
        }
        _ => {
            let message = "a rule has either `scopes`, or `action` and `resource`";
            return Err(PolicyError::at(pointer, "policy_rule_form", message));
        }
    };
    Ok((template, line))
}

fn check_scope(text: &str) -> Result<(), Fault> {
    if Scope::parse(text, Flavour::Strict, "") == Scope::Foreign {
        return Err(("policy_rule_scope", "a scope is `kind:action` or `kind:id:action`"));
    }
    Ok(())
}

/// What `agents/{agent}`, or a kind alone, stands for in a path.
fn named(resource: &str, template: &Template<'_>) -> Result<Named, Fault> {
    let (kind, capture) = match resource.split_once('/') {
        Some((kind, capture)) => (kind, Some(capture)),
        None => (resource, None),
    };
    if !is_part(kind) || kind.contains(['{', '}']) {
        return Err(("policy_rule_resource", "a resource is `kind` or `kind/{name}`"));
    }
    let Some(capture) = capture else {
        return Ok(Named { kind: kind.into(), segment: None });
    };
    let name = capture
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
        .ok_or(("policy_rule_resource", "a resource is `kind` or `kind/{name}`"))?;
    let segment = template
        .position(name)
        .ok_or(("policy_rule_capture_unknown", "the path has no segment with this name"))?;
    Ok(Named { kind: kind.into(), segment: Some(segment) })
}
