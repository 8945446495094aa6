//! The Authorization API of `AuthZEN` 1.0, answered by [`Pdp::evaluate`](super::Pdp::evaluate).
//!
//! How its four entities become a question:
//!
//! | subject | resource | means |
//! |---|---|---|
//! | an `agent` | a `tool` | the agent uses the tool |
//! | an `agent` | anything but an agent | the agent does the action, `stripe.refund` |
//! | anybody else | a `tool`, with `properties.agent` | the agent that acts for them uses the tool |
//! | anybody | an `agent` | they do the action to the agent: `run` |
//! | anybody | anything else | they do the action to that, by their scopes |
//!
//! `subject.properties` brings what was verified: `scopes`, `team`, `agents`, `groups`, `tenant`,
//! `agent`, and for an agent `on_behalf_of`. `action.properties.idempotency_key` makes a request
//! that is sent twice count once. Members of the envelope that are not known are ignored (§5.5), as the
//! specification wants; what is known and of the wrong type is not.

mod batch;
mod entity;
mod search;

pub use batch::{Batch, evaluations};
pub use search::{Found, Searched, search};

use entity::Entity;

use super::answered::Answered;
use super::decision::Layer;
use super::evaluate::evaluate;
use super::question::{Deed, Evaluation, Facts, Question};
use super::{Grants, Reason};
use crate::json::Json;
use crate::policy::Policy;

/// What the API calls a request that is not one (§10.1.1): HTTP 400, and nothing was evaluated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Malformed(pub &'static str);

/// Where each of the entities is.
#[derive(Clone, Copy)]
struct Entities<'j> {
    subject: Option<&'j Json>,
    action: Option<&'j Json>,
    resource: Option<&'j Json>,
    context: Option<&'j Json>,
}

impl<'j> Entities<'j> {
    fn of(request: &'j Json) -> Self {
        Self {
            subject: request.get("subject"),
            action: request.get("action"),
            resource: request.get("resource"),
            context: request.get("context"),
        }
    }

    /// These, and where one is missing that of the defaults (§6.1.1): as a whole, not by members.
    fn or(self, defaults: Self) -> Self {
        Self {
            subject: self.subject.or(defaults.subject),
            action: self.action.or(defaults.action),
            resource: self.resource.or(defaults.resource),
            context: self.context.or(defaults.context),
        }
    }
}

/// What was read of the entities, and lives as long as the question does.
struct Asked<'j> {
    subject: Entity<'j>,
    grants: Option<Grants>,
    tenant: Option<&'j str>,
    on_behalf_of: Option<&'j str>,
    agent: Option<&'j str>,
    action: &'j str,
    idempotency_key: Option<&'j str>,
    resource: Entity<'j>,
    context: Json,
}

/// Evaluates one request (§6.1): the evaluation, and what is told of it.
///
/// # Errors
///
/// [`Malformed`] if an entity is missing or not one.
pub fn evaluation<T>(
    policy: &Policy,
    request: &Json,
    facts: &Facts<'_>,
    explain: bool,
    tell: impl FnOnce(&Evaluation, Answered<'_>) -> T,
) -> Result<T, Malformed> {
    one(policy, Entities::of(request), facts, explain, tell)
}

fn one<T>(
    policy: &Policy,
    entities: Entities<'_>,
    facts: &Facts<'_>,
    explain: bool,
    tell: impl FnOnce(&Evaluation, Answered<'_>) -> T,
) -> Result<T, Malformed> {
    let asked = Asked::read(policy, entities)?;
    let question = asked.question(explain);
    let evaluation = match &question {
        Ok(question) => evaluate(policy, question, facts),
        Err(reason) => Evaluation::denied(Layer::Route, *reason, explain),
    };
    let answered = Answered::of(policy, &evaluation, question.as_ref().ok(), facts.now);
    let resource = &asked.resource;
    let answered = answered.about(asked.subject.id, resource.kind, resource.id);
    Ok(tell(&evaluation, answered))
}

impl<'j> Asked<'j> {
    fn read(policy: &Policy, entities: Entities<'j>) -> Result<Self, Malformed> {
        let missing = |entity| move || Malformed(entity);
        let subject = entities.subject.ok_or_else(missing("`subject` is missing"))?;
        let action = entities.action.ok_or_else(missing("`action` is missing"))?;
        let resource = entities.resource.ok_or_else(missing("`resource` is missing"))?;
        let subject = Entity::read(subject, "`subject` is not one")?;
        let resource = Entity::read(resource, "`resource` is not one")?;
        let name = action.get("name").and_then(Json::as_str).filter(|name| !name.is_empty());
        let action_name = name.ok_or(Malformed("`action` is not one"))?;
        let properties = entity::properties(action, "`action` is not one")?;
        let context = match entities.context {
            None => Json::Object(Vec::new()),
            Some(context @ Json::Object(_)) => context.clone(),
            Some(_) => return Err(Malformed("`context` is not an object")),
        };
        Ok(Self {
            grants: subject.grants(policy)?,
            tenant: subject.text("tenant")?,
            on_behalf_of: subject.text("on_behalf_of")?,
            agent: subject.text("agent")?,
            subject,
            action: action_name,
            idempotency_key: entity::text(properties, "idempotency_key")?,
            resource,
            context,
        })
    }

    /// The question. A tool that nobody uses is a question without an agent.
    fn question(&self, explain: bool) -> Result<Question<'_>, Reason> {
        let is_agent = self.subject.kind == AGENT;
        let acting = if is_agent { Some(self.subject.id) } else { self.agent };
        let subject = if is_agent { self.on_behalf_of } else { Some(self.subject.id) };
        let (agent, deed) = match (self.resource.kind, acting) {
            (AGENT, _) => (self.resource.id, Deed::Use(self.action)),
            (TOOL, Some(acting)) => (acting, Deed::Act(self.resource.id)),
            (TOOL, None) => return Err(Reason::AgentUnknown),
            (_, Some(acting)) => (acting, Deed::Act(self.action)),
            (_, None) => {
                (self.resource.id, Deed::On { kind: plural(self.resource.kind), verb: self.action })
            }
        };
        // Who does something to an agent is the subject, also when it is an agent itself.
        let subject =
            if is_agent && self.resource.kind == AGENT { Some(self.subject.id) } else { subject };
        Ok(Question {
            subject,
            tenant: self.tenant,
            grants: self.grants.as_ref(),
            agent,
            deed,
            context: &self.context,
            idempotency_key: self.idempotency_key,
            explain,
        })
    }
}

/// The kind as scopes spell it.
fn plural(kind: &str) -> &str {
    match kind {
        "team" => "teams",
        "workflow" => "workflows",
        other => other,
    }
}

const AGENT: &str = "agent";
const TOOL: &str = "tool";
