//! Asks the layers about a question, in their order. The first denial is the answer.

use super::Reason;
use super::Refusal;
use super::access::Lists;
use super::approval::Binding;
use super::budget::{Budget, Charge, Charged};
use super::conduct::{Consent, Rules};
use super::decision::Layer;
use super::layers::{self, Stops};
use super::name::is_name;
use super::question::{Deed, Evaluation, Facts, Question, Wanted};
use super::switch::Asked;
use crate::authn;
use crate::guard::JUDGE;
use crate::policy::Policy;
use crate::policy::document::{ApprovalKind, LevelName, Mode};

/// The kind of resource that lists of agents speak about.
const AGENTS: &str = "agents";

/// Why, and who says so.
type Denied = (Layer, Reason);

/// Decides a question.
pub(super) fn evaluate(policy: &Policy, question: &Question<'_>, facts: &Facts<'_>) -> Evaluation {
    let mut evaluation = Evaluation::new(question.explain);
    let answer = ask(policy, question, facts, &mut evaluation);
    let answer = spend(policy, question, facts, answer, &mut evaluation);
    match answer {
        Ok(()) => evaluation.reason = Reason::Allowed,
        Err((layer, reason)) => {
            evaluation.trace.deny(layer, reason);
            evaluation.layer = Some(layer);
            evaluation.reason = reason;
            if layer.may_be_shadowed(reason) && is_shadowed(policy, question.agent) {
                evaluation.shadowed = Some(reason);
                evaluation.reason = watched(policy, question);
            }
        }
    }
    evaluation
}

/// The layers without a state of their own.
fn ask(
    policy: &Policy,
    question: &Question<'_>,
    facts: &Facts<'_>,
    evaluation: &mut Evaluation,
) -> Result<Consent, Denied> {
    authn::check_clock(facts.now).map_err(|reason| (Layer::Route, reason))?;
    let known = [question.subject, question.tenant].into_iter().flatten();
    if known.chain([question.agent, question.deed.name()]).any(|name| !is_name(name)) {
        return Err((Layer::Route, Reason::NameMalformed));
    }
    let rules = policy.conduct.agent(question.agent);
    let tool = match question.deed {
        Deed::Act(action) => policy.conduct.tools.get(action),
        Deed::Use(_) | Deed::On { .. } => None,
    };
    evaluation.level = tool.and_then(|tool| tool.level);
    switches(policy, question, facts, rules, evaluation)?;
    grants(policy, question, evaluation)?;
    if matches!(question.deed, Deed::On { .. }) {
        return Ok(Consent { approval: None, dry_run: false });
    }
    agent(policy, question, rules, evaluation)?;
    let Deed::Act(action) = question.deed else {
        return Ok(Consent { approval: None, dry_run: false });
    };
    let rules = rules.ok_or((Layer::Agent, Reason::AgentUnknown))?;
    let consent = policy.conduct.ask(rules, action, question.context).map_err(|uncovered| {
        evaluation.limit = uncovered.limit;
        (Layer::Action, uncovered.reason)
    })?;
    evaluation.trace.allow(Layer::Action, || format!("the agent may do `{action}`"));
    if let Some(tool) = tool.filter(|tool| !tool.guards.is_empty()) {
        let checked = tool.guards.check(question.context, JUDGE);
        checked.map_err(|reason| (Layer::Guard, reason))?;
        evaluation.trace.allow(Layer::Guard, || "the arguments are what they must be".into());
    }
    Ok(consent)
}

fn switches(
    policy: &Policy,
    question: &Question<'_>,
    facts: &Facts<'_>,
    rules: Option<&Rules>,
    evaluation: &mut Evaluation,
) -> Result<(), Denied> {
    let reads = match question.deed {
        Deed::Use(verb) | Deed::On { verb, .. } => verb == "read",
        Deed::Act(_) => evaluation.level == Some(LevelName::Read),
    };
    let agent_tenant = rules.and_then(|rules| rules.tenant.as_deref());
    let asked = Asked {
        tenant: question.tenant,
        agent: Some(question.agent),
        agent_tenant,
        subject: question.subject,
        action: Some(question.deed.name()),
        reads,
    };
    let stops = Stops { policy: &policy.switches, store: facts.switches };
    stops.check(&asked, &mut evaluation.trace)
}

/// Scopes and lists, of a subject that brings any.
fn grants(
    policy: &Policy,
    question: &Question<'_>,
    evaluation: &mut Evaluation,
) -> Result<(), Denied> {
    let Some(grants) = question.grants else {
        return match question.deed {
            // An agent acts for itself.
            Deed::Act(_) => Ok(()),
            Deed::Use(_) | Deed::On { .. } => Err((Layer::Scope, Reason::ScopeMissing)),
        };
    };
    let (kind, verb) = match question.deed {
        Deed::Use(verb) => (AGENTS, verb),
        Deed::Act(_) => (AGENTS, "run"),
        Deed::On { kind, verb } => (kind, verb),
    };
    if !grants.permissions.grants(kind, Some(question.agent), verb) {
        return Err((Layer::Scope, Reason::ScopeMissing));
    }
    evaluation.trace.allow(Layer::Scope, || "the scopes grant it".into());
    if kind != AGENTS {
        return Ok(());
    }
    if layers::is_blocked(policy, grants) {
        return Err((Layer::Access, Reason::TeamBlocked));
    }
    let lists = layers::lists(policy, grants).map_err(|reason| (Layer::Access, reason))?;
    admit(policy, question.agent, &lists)?;
    evaluation.trace.allow(Layer::Access, || "every list of agents has it".into());
    Ok(())
}

fn admit(policy: &Policy, agent: &str, lists: &Lists<'_>) -> Result<(), Denied> {
    policy.registry.admit(agent, lists).map_err(|refusal| match refusal {
        Refusal::Restricted => (Layer::Access, Reason::AccessRestricted),
        Refusal::Inactive => (Layer::Agent, Reason::AgentInactive),
        Refusal::Unknown => (Layer::Agent, Reason::AgentUnknown),
    })
}

/// The agent itself: known, switched on, of the tenant.
fn agent(
    policy: &Policy,
    question: &Question<'_>,
    rules: Option<&Rules>,
    evaluation: &mut Evaluation,
) -> Result<(), Denied> {
    match rules {
        None if policy.registry.is_closed() => return Err((Layer::Agent, Reason::AgentUnknown)),
        Some(rules) if !rules.is_active => return Err((Layer::Agent, Reason::AgentInactive)),
        Some(Rules { tenant: Some(tenant), .. })
            if question.tenant.is_some_and(|asking| asking != tenant) =>
        {
            return Err((Layer::Agent, Reason::AgentUnknown));
        }
        _ => {}
    }
    evaluation.trace.allow(Layer::Agent, || "the agent is known and switched on".into());
    Ok(())
}

/// The layers with a state: budgets, then approval. Steps are counted whatever the answer is, unless
/// the question is none: what is malformed must not make up names to count by.
fn spend(
    policy: &Policy,
    question: &Question<'_>,
    facts: &Facts<'_>,
    answer: Result<Consent, Denied>,
    evaluation: &mut Evaluation,
) -> Result<(), Denied> {
    if let Err((Layer::Route, _)) = answer {
        return settle(answer?);
    }
    let mut budgets = policy
        .budgets
        .iter()
        .filter(|budget| budget.covers(Some(question.agent), Some(question.deed.name())))
        .peekable();
    let wants = answer.as_ref().ok().and_then(|consent| consent.approval);
    if budgets.peek().is_none() && wants.is_none() {
        return settle(answer?);
    }
    let binding = bind(question);
    // Said before the budgets are asked, so that a store learns at once of all it is asked for.
    evaluation.wanted = wants.zip(binding.clone()).map(|(kind, binding)| Wanted { kind, binding });
    let mut answer = answer;
    let mut charged = Vec::new();
    for budget in budgets {
        let outcome = charge(budget, question, facts, binding.as_ref());
        let (key, charge) = match outcome {
            Ok(found) => found,
            Err((key, reason)) => {
                evaluation.meters.extend(key.map(|key| (key, None)));
                answer = answer.and(Err((Layer::Budget, reason)));
                continue;
            }
        };
        answer = answer.and_then(|consent| {
            charge.verdict.map(|()| consent).map_err(|reason| (Layer::Budget, reason))
        });
        charged.push((key, charge.allowed, charge.denied));
    }
    if answer.is_ok() && !charged.is_empty() {
        evaluation.trace.allow(Layer::Budget, || "every budget has room".into());
    }
    let answer = answer
        .and_then(|consent| approve(facts, consent, binding.as_ref(), evaluation))
        .and_then(settle);
    let is_allowed = answer.is_ok();
    if !is_allowed {
        // What is not done uses nothing up.
        evaluation.used = None;
    }
    evaluation.meters.extend(
        charged
            .into_iter()
            .map(|(key, allowed, denied)| (key, Some(if is_allowed { allowed } else { denied }))),
    );
    answer
}

fn bind(question: &Question<'_>) -> Option<Binding> {
    Binding::of(question.subject, question.agent, question.deed.name(), question.context)
}

/// Charges one budget, or says which state is missing.
fn charge(
    budget: &Budget,
    question: &Question<'_>,
    facts: &Facts<'_>,
    binding: Option<&Binding>,
) -> Result<(String, Charged), (Option<String>, Reason)> {
    let key = budget.key(question.tenant, question.subject, Some(question.agent));
    let key = key.ok_or((None, Reason::BudgetUnavailable))?;
    let Some(meters) = facts.meters else {
        return Err((Some(key), Reason::BudgetUnavailable));
    };
    let Some(binding) = binding else { return Err((None, Reason::ContextNumber)) };
    let charge =
        Charge { binding, context: question.context, idempotency_key: question.idempotency_key };
    let charged = budget.charge(meters.get(&key), &charge, facts.now);
    Ok((key, charged))
}

fn approve(
    facts: &Facts<'_>,
    consent: Consent,
    binding: Option<&Binding>,
    evaluation: &mut Evaluation,
) -> Result<Consent, Denied> {
    let Some(kind) = consent.approval else { return Ok(consent) };
    let denied = |reason| (Layer::Approval, reason);
    let binding = binding.ok_or(denied(Reason::ContextNumber))?;
    let approval = facts.approval.filter(|approval| suffices(approval.kind(), kind));
    let redeemed = approval
        .ok_or(Reason::ApprovalRequired)
        .and_then(|approval| approval.redeem(binding, facts.now));
    evaluation.used = Some(redeemed.map_err(denied)?);
    evaluation.trace.allow(Layer::Approval, || "a person has approved it".into());
    Ok(consent)
}

/// Whether an approval of one kind is enough where another is asked for.
fn suffices(given: ApprovalKind, asked: ApprovalKind) -> bool {
    given == asked || given == ApprovalKind::Approval
}

/// Whether what is agreed on is also to be done.
fn settle(consent: Consent) -> Result<(), Denied> {
    if consent.dry_run { Err((Layer::Action, Reason::DryRun)) } else { Ok(()) }
}

/// What comes of a denial that is only watched. The layer that denied may stand before those that
/// would not have been watched.
fn watched(policy: &Policy, question: &Question<'_>) -> Reason {
    let rules = policy.conduct.agent(question.agent);
    let is_active = rules.is_none_or(|rules| rules.is_active);
    match question.deed {
        Deed::Use(_) | Deed::Act(_) if !is_active => Reason::AgentInactive,
        Deed::Act(action) if policy.conduct.is_dry_run(rules, action, question.context) => {
            Reason::DryRun
        }
        Deed::Use(_) | Deed::Act(_) | Deed::On { .. } => Reason::Shadowed,
    }
}

fn is_shadowed(policy: &Policy, agent: &str) -> bool {
    policy.mode == Mode::Shadow
        || policy.conduct.agent(agent).is_some_and(|rules| rules.is_shadowed)
}
