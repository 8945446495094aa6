//! The layers behind authentication, in the order they are asked. The first denial is the answer.

use std::rc::Rc;

use super::access::{Access, Lists};
use super::decision::{Decision, Layer, Listing, Trace};
use super::pdp::Request;
use super::principal::{Grants, Membership};
use super::scope::{self, Accessible, Gate};
use super::switch::{Asked, Switches};
use super::{Principal, Reason, Refusal, virtual_key};
use crate::policy::Policy;
use crate::policy::document::Mode;
use crate::request::{Family, Found, Match, Path};

static UNRESTRICTED: Access = Access::Unrestricted;

/// The kind of resource that lists of agents speak about. Teams and workflows are resources of
/// their own, granted by scopes alone.
const AGENTS: &str = "agents";

/// The switches of the policy, and those of the store, if they can be read.
#[derive(Clone, Copy)]
pub(super) struct Stops<'s> {
    pub(super) policy: &'s Switches,
    pub(super) store: Result<&'s Switches, Reason>,
}

impl Stops<'_> {
    /// The switch that stops what is asked.
    pub(super) fn check(
        &self,
        asked: &Asked<'_>,
        trace: &mut Trace,
    ) -> Result<(), (Layer, Reason)> {
        let store = self.store.map_err(|reason| (Layer::Switch, reason))?;
        let mut pulled = [self.policy, store].into_iter().filter_map(|all| all.check(asked));
        pulled.next().map_or(Ok(()), |(reason, pulled)| {
            trace.pulled(pulled);
            Err((Layer::Switch, reason))
        })
    }
}

/// Asks every layer.
pub(super) fn decide(
    policy: &Policy,
    stops: &Stops<'_>,
    request: &Request<'_>,
    path: &Path<'_>,
    route: &Match<'_>,
    principal: &Principal,
    mut trace: Trace,
) -> Decision {
    let mut decision = Decision::bare(Reason::RouteUnmatched, Trace::new(false));
    let answer = match (request.upgrade, route) {
        _ if is_blocked(policy, &principal.grants) => {
            Err((Layer::Authenticate, Reason::TeamBlocked))
        }
        (true, _) => Err((Layer::Route, Reason::RouteUpgrade)),
        (false, Match::Route(found)) => {
            ask(policy, stops, request, path, found, principal, &mut decision, &mut trace)
        }
        (false, Match::Public | Match::Unmatched | Match::Respelt) => {
            let stopped = stops.check(&of(principal, request), &mut trace);
            let is_respelt = matches!(route, Match::Respelt);
            let reason = if is_respelt { Reason::RouteSpelling } else { Reason::RouteUnmatched };
            stopped.and(Err((Layer::Route, reason)))
        }
    };
    decision.reason = match answer {
        Ok(()) => Reason::Allowed,
        Err((layer, reason)) => {
            trace.deny(layer, reason);
            reason
        }
    };
    if policy.mode == Mode::Shadow {
        watch(&mut decision, answer);
    }
    decision.trace = trace;
    decision
}

/// Lets through what is only watched: as it came, and with nothing filtered out of the answer.
fn watch(decision: &mut Decision, answer: Result<(), (Layer, Reason)>) {
    if let Err((layer, reason)) = answer {
        if !layer.may_be_shadowed(reason) {
            return;
        }
        decision.shadowed = Some(reason);
        decision.reason = Reason::Shadowed;
    }
    decision.listing = None;
    decision.roster = false;
}

/// What is known of who asks.
fn of<'a>(principal: &'a Principal, request: &Request<'_>) -> Asked<'a> {
    Asked {
        tenant: principal.grants.tenant.as_deref(),
        subject: principal.subject(),
        reads: request.method.is_safe(),
        ..Asked::default()
    }
}

#[expect(clippy::too_many_arguments, reason = "each layer needs another of them")]
fn ask(
    policy: &Policy,
    stops: &Stops<'_>,
    request: &Request<'_>,
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
    if let Some(record) = &principal.record {
        virtual_key::check(policy, record, path, found)?;
    }

    let is_agents = found.kind() == AGENTS;
    let mut id = found.resource_segment.and_then(|segment| path.segment(segment));
    // The register of `LiteLLM` knows ids alone.
    let name = id.filter(|_| is_agents && !found.register);
    if let Some(agent) = name.and_then(|name| policy.registry.named(name)) {
        decision.agent = Some(Rc::clone(agent));
        id = Some(agent);
    }
    let agent = id.filter(|_| is_agents);
    let route = usize::try_from(found.number).ok().and_then(|at| policy.routes.routes().get(at));
    let asked = Asked {
        agent,
        agent_tenant: agent.and_then(|agent| policy.registry.tenant(agent)),
        action: route.map(|route| &*route.action),
        ..of(principal, request)
    };
    stops.check(&asked, trace)?;
    // Where the policy only watches, the layer that denies first may stand before this one.
    if policy.mode == Mode::Shadow && agent.is_some_and(|id| policy.registry.is_inactive(id)) {
        return Err((Layer::Agent, Reason::AgentInactive));
    }
    if let Some(id) = id.filter(|_| is_agents && !policy.hide_unknown && !found.register)
        && policy.registry.is_unknown(id, principal.grants.tenant.as_deref())
    {
        return Err((Layer::Agent, Reason::AgentUnknown));
    }
    match scope::check_on(found, found.resource_kind.zip(id), &principal.grants.permissions) {
        Gate::Passed { listing } => {
            decision.partial = listing;
            trace.allow(Layer::Scope, || match &principal.record {
                None => "the scopes grant it".into(),
                Some(_) => "a virtual key may do this to the agents on its lists".into(),
            });
        }
        Gate::ScopeMissing => return Err((Layer::Scope, Reason::ScopeMissing)),
        Gate::AccessMissing => return Err((Layer::Scope, Reason::AccessMissing)),
    }
    if let Some(family) = found.listing {
        return listed(policy, principal, family, trace);
    }
    if is_agents {
        agents(policy, id, principal, found, trace)?;
    }
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
        let lists = lists(policy, &principal.grants).map_err(|reason| (Layer::Access, reason))?;
        // `LiteLLM` answers an empty list.
        if lists.are_shut() && !policy.as_litellm {
            return Err((Layer::Access, Reason::AccessRestricted));
        }
    }
    trace.allow(Layer::Access, || "the list is filtered to what may be read".into());
    Ok(())
}

/// The lists of agents, and the agent itself.
fn agents(
    policy: &Policy,
    id: Option<&str>,
    principal: &Principal,
    found: &Found<'_>,
    trace: &mut Trace,
) -> Result<(), (Layer, Reason)> {
    let mut lists = lists(policy, &principal.grants).map_err(|reason| (Layer::Access, reason))?;
    if policy.as_litellm && found.register && principal.is_admin() {
        lists = Lists { own: &[], team: &UNRESTRICTED, ..lists };
    }
    let Some(id) = id else {
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
    let team = match grants.membership {
        Membership::Unasked => &UNRESTRICTED,
        Membership::Unknown => return Err(Reason::TeamUnknown),
        Membership::Team(number) => {
            &policy.registry.team(number).ok_or(Reason::TeamUnknown)?.access
        }
    };
    Ok(Lists { own: &grants.lists, team, tenant: grants.tenant.as_deref() })
}

/// Whether nobody of its team is let in.
pub(super) fn is_blocked(policy: &Policy, grants: &Grants) -> bool {
    match grants.membership {
        Membership::Unasked | Membership::Unknown => false,
        Membership::Team(number) => policy.registry.team(number).is_none_or(|team| team.blocked),
    }
}

/// What somebody may do something to: what the scopes reach and every list lets through.
pub(super) fn accessible<'p>(
    policy: &'p Policy,
    grants: &'p Grants,
    kind: &str,
    action: &str,
) -> Listing<'p> {
    admitted(policy, grants, kind, grants.permissions.accessible(kind, &[action]))
}

/// What of a list may be shown.
pub(super) fn visible<'p>(
    policy: &'p Policy,
    grants: &'p Grants,
    found: &Found<'_>,
    partial: bool,
) -> Option<Listing<'p>> {
    let granted = scope::visible(found, partial, &grants.permissions)?;
    if policy.as_litellm && found.listing == Some(Family::Agents) {
        if grants.permissions.is_admin() {
            return Some(Listing::All);
        }
        // Who may use all of them is shown none: `LiteLLM` lists what was granted by name.
        let is_open = lists(policy, grants).is_ok_and(|lists| lists.are_open());
        if is_open && granted == Accessible::All {
            return Some(Listing::Ids(Vec::new()));
        }
    }
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
    let Ok(lists) = lists(policy, grants) else { return Listing::Ids(Vec::new()) };
    if is_blocked(policy, grants) {
        return Listing::Ids(Vec::new());
    }
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
