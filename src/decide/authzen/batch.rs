//! Several evaluations in one request (§7).

use serde::Serialize;

use super::{Entities, Malformed, one};
use crate::decide::question::{Evaluation, Facts};
use crate::json::Json;
use crate::policy::Policy;

/// How many evaluations one request may ask for.
const MAX_EVALUATIONS: usize = 1000;

/// When to stop (§7.1.2).
#[derive(Clone, Copy, Eq, PartialEq)]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

/// The answers, in the order of the questions, up to the one that decided.
#[derive(Serialize)]
pub struct Batch<T> {
    evaluations: Vec<T>,
}

/// Evaluates a batch. Without `evaluations` it is one request like another (§7.1).
///
/// Each is evaluated by the same facts: what one of them spends, the next one does not see. Who
/// batches actions that share a budget asks one by one.
///
/// # Errors
///
/// [`Malformed`] if the batch is not one, or any evaluation in it.
pub fn evaluations<T>(
    policy: &Policy,
    request: &Json,
    facts: &Facts<'_>,
    explain: bool,
    mut tell: impl FnMut(&Evaluation, super::Answered<'_>) -> T,
) -> Result<Batch<T>, Malformed> {
    let semantic = semantic(request)?;
    let defaults = Entities::of(request);
    let items = match request.get("evaluations") {
        None => &[],
        Some(list) => list.as_array().ok_or(Malformed("`evaluations` is not a list"))?,
    };
    if items.len() > MAX_EVALUATIONS {
        return Err(Malformed("at most 1000 evaluations in one request"));
    }
    if items.is_empty() {
        let answer = one(policy, defaults, facts, explain, tell)?;
        return Ok(Batch { evaluations: vec![answer] });
    }
    let mut evaluations = Vec::with_capacity(items.len());
    for item in items {
        if item.as_object().is_none() {
            return Err(Malformed("an evaluation is not an object"));
        }
        let entities = Entities::of(item).or(defaults);
        let mut is_allowed = false;
        evaluations.push(one(policy, entities, facts, explain, |evaluation, answered| {
            is_allowed = answered.decision;
            tell(evaluation, answered)
        })?);
        let is_decided = match semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !is_allowed,
            Semantic::PermitOnFirstPermit => is_allowed,
        };
        if is_decided {
            break;
        }
    }
    Ok(Batch { evaluations })
}

fn semantic(request: &Json) -> Result<Semantic, Malformed> {
    let Some(options) = request.get("options") else { return Ok(Semantic::ExecuteAll) };
    if options.as_object().is_none() {
        return Err(Malformed("`options` is not an object"));
    }
    match options.get("evaluations_semantic").map(Json::as_str) {
        None | Some(Some("execute_all")) => Ok(Semantic::ExecuteAll),
        Some(Some("deny_on_first_deny")) => Ok(Semantic::DenyOnFirstDeny),
        Some(Some("permit_on_first_permit")) => Ok(Semantic::PermitOnFirstPermit),
        Some(_) => Err(Malformed("`evaluations_semantic` is not one of the three")),
    }
}
