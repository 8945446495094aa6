//! The layers behind authentication, in the order they are asked. The first denial is the answer.

use super::access::{Access, Lists, Refusal};
use super::decision::{Decision, Layer, Listing, Trace};
use super::pdp::Request;
use super::principal::{Grants, Membership};
use super::scope::{self, Accessible, Gate};
use super::{Principal, Reason};
use crate::policy::Policy;
use crate::request::{Family, Found, Match, Path};

/// The kind of resource that lists of agents speak about. Teams and workflows are resources of
/// their own, granted by scopes alone.
const AGENTS: &str = "agents";

/// Asks every layer.
pub(super) fn decide(
    policy: &Policy,
    request: &Request<'_>,
    path: &Path<'_>,
    route: &Match<'_>,
    principal: &Principal,
    mut trace: Trace,
) -> Decision {
    let mut decision = Decision::bare(Reason::RouteUnmatched, Trace::new(false));
    let answer = match (request.upgrade, route) {
        (true, _) => Err((Layer::Route, Reason::RouteUpgrade)),
        (false, Match::Route(found)) => {
            ask(policy, path, found, principal, &mut decision, &mut trace)
        }
        (false, Match::Public | Match::Unmatched) => Err((Layer::Route, Reason::RouteUnmatched)),
    };
    decision.reason = match answer {
        Ok(()) => Reason::Allowed,
        Err((layer, reason)) => {
            trace.deny(layer, reason);
            reason
        }
    };
    decision.trace = trace;
    decision
}

fn ask(
    policy: &Policy,
    path: &Path<'_>,
    found: &Found<'_>,
    principal: &Principal,
    decision: &mut Decision,
    trace: &mut Trace,
) -> Result<(), (Layer, Reason)> {
    decision.route = Some(found.number);
    decision.resource = found.resource_segment.and_then(|segment| path.raw_range(segment));
    decision.listing = found.listing;
    decision.roster = found.roster;
    trace.allow(Layer::Route, || format!("the route asks for {}", asked(policy, found)));

    let permissions = principal.grants.scopes().ok_or((Layer::Scope, Reason::ScopeMissing))?;
    match scope::check(found, path, permissions) {
        Gate::Passed { listing } => {
            decision.partial = listing;
            trace.allow(Layer::Scope, || "the scopes grant it".into());
        }
        Gate::ScopeMissing => return Err((Layer::Scope, Reason::ScopeMissing)),
        Gate::AccessMissing => return Err((Layer::Scope, Reason::AccessMissing)),
    }
    if let Some(family) = found.listing {
        return listed(policy, principal, family, trace);
    }
    agents(policy, path, principal, found, trace)?;
    let isolated = policy.isolation.is_some() && !principal.is_admin();
    if isolated && found.by_session && principal.session().is_none() {
        return Err((Layer::Isolation, Reason::IsolationSessionMissing));
    }
    Ok(())
}

/// A list is answered if there is something to list.
fn listed(
    policy: &Policy,
    principal: &Principal,
    family: Family,
    trace: &mut Trace,
) -> Result<(), (Layer, Reason)> {
    if family == Family::Agents {
        let team = team(policy, &principal.grants).map_err(|reason| (Layer::Access, reason))?;
        let nobody = matches!(team, Access::Restricted(set) if set.is_empty())
            || principal.grants.agents.as_ref().is_some_and(Vec::is_empty);
        if nobody {
            return Err((Layer::Access, Reason::AccessRestricted));
        }
    }
    trace.allow(Layer::Access, || "the list is filtered to what may be read".into());
    Ok(())
}

/// The lists of agents, and the agent itself.
fn agents(
    policy: &Policy,
    path: &Path<'_>,
    principal: &Principal,
    found: &Found<'_>,
    trace: &mut Trace,
) -> Result<(), (Layer, Reason)> {
    if found.kind() != AGENTS {
        return Ok(());
    }
    let team = team(policy, &principal.grants).map_err(|reason| (Layer::Access, reason))?;
    let lists = Lists { token: principal.grants.agents.as_deref(), team };
    let Some(id) = found.resource_segment.and_then(|segment| path.segment(segment)) else {
        // An agent is asked for without saying which: only who may use all of them may go on.
        let open = lists.are_open();
        return if open { Ok(()) } else { Err((Layer::Access, Reason::AccessRestricted)) };
    };
    match policy.registry.admit(id, &lists) {
        Ok(()) => {
            trace.allow(Layer::Access, || "every list of agents has it".into());
            trace.allow(Layer::Agent, || "the agent is known and switched on".into());
            Ok(())
        }
        Err(Refusal::Restricted) => Err((Layer::Access, Reason::AccessRestricted)),
        Err(Refusal::Inactive) => Err((Layer::Agent, Reason::AgentInactive)),
        Err(Refusal::Unknown) => Err((Layer::Agent, Reason::AgentUnknown)),
    }
}

/// The lists that say which agents somebody may use.
pub(super) fn lists<'p>(policy: &'p Policy, grants: &'p Grants) -> Result<Lists<'p>, Reason> {
    Ok(Lists { token: grants.agents.as_deref(), team: team(policy, grants)? })
}

fn team<'p>(policy: &'p Policy, grants: &Grants) -> Result<&'p Access, Reason> {
    static UNASKED: Access = Access::Unrestricted;
    match &grants.membership {
        Membership::Unasked => Ok(&UNASKED),
        Membership::Missing => Err(Reason::TeamUnknown),
        Membership::Team(name) => policy.registry.team(name).ok_or(Reason::TeamUnknown),
    }
}

/// What somebody may do something to: what the scopes reach and every list lets through.
pub(super) fn accessible<'p>(
    policy: &'p Policy,
    grants: &'p Grants,
    kind: &str,
    action: &str,
) -> Listing<'p> {
    let granted = match grants.scopes() {
        Some(permissions) => permissions.accessible(kind, &[action]),
        None => Accessible::Ids(Vec::new()),
    };
    admitted(policy, grants, kind, granted)
}

/// What of a list may be shown.
pub(super) fn visible<'p>(
    policy: &'p Policy,
    grants: &'p Grants,
    found: &Found<'_>,
    partial: bool,
) -> Option<Listing<'p>> {
    let granted = scope::visible(found, partial, grants.scopes()?)?;
    Some(admitted(policy, grants, found.listing?.kind(), granted))
}

fn admitted<'p>(
    policy: &'p Policy,
    grants: &'p Grants,
    kind: &str,
    granted: Accessible<'p>,
) -> Listing<'p> {
    if kind != AGENTS {
        return match granted {
            Accessible::All => Listing::All,
            Accessible::Ids(ids) => Listing::Ids(ids),
        };
    }
    let Ok(team) = team(policy, grants) else { return Listing::Ids(Vec::new()) };
    let lists = Lists { token: grants.agents.as_deref(), team };
    match granted {
        Accessible::All => policy.registry.admitted(&lists).map_or(Listing::All, Listing::Ids),
        Accessible::Ids(mut ids) => {
            ids.retain(|id| policy.registry.admit(id, &lists).is_ok());
            Listing::Ids(ids)
        }
    }
}

fn asked(policy: &Policy, found: &Found<'_>) -> String {
    let route = usize::try_from(found.number).ok().and_then(|at| policy.routes.routes().get(at));
    route.map_or_else(String::new, |route| format!("`{}` on `{}`", route.action, route.kind))
}
