//! A decision, and the way to it.

use std::ops::Range;
use std::rc::Rc;

use serde::Serialize;

use super::switch::Pulled;
use super::{Principal, Reason};
use crate::authn::KeyRecord;
use crate::request::Family;

/// What was decided about a request. It allocates nothing of its own unless it is to be explained.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own to the caller")]
pub struct Decision {
    /// Why. Everything else follows from it.
    pub reason: Reason,
    /// The route, by its number in the table.
    pub route: Option<u32>,
    /// Where in the path, as sent, the id of the resource stands.
    pub resource: Option<Range<usize>>,
    /// The id of the agent, if the path has its name instead.
    pub agent: Option<Rc<str>>,
    /// Who asked, if that is known.
    pub principal: Option<Rc<Principal>>,
    /// The record of the virtual key, if one was found, also where it may not be used.
    pub record: Option<Rc<KeyRecord>>,
    /// Whose keys might help, if the token's key was not known.
    pub issuer: Option<usize>,
    /// The answer is a list of these, to be filtered to what the principal may read.
    pub listing: Option<Family>,
    /// Only some of the list may be read.
    pub partial: bool,
    /// The answer holds rosters of all families, to be filtered.
    pub roster: bool,
    /// What the request says of user and session must be forced to the verified ones.
    pub isolate: bool,
    /// The token had been verified for an earlier request.
    pub cached: bool,
    /// What a layer would have denied for, had the policy not only watched.
    pub shadowed: Option<Reason>,
    /// The way to the decision, if it was to be noted.
    pub trace: Trace,
}

impl Decision {
    /// A layer said no.
    pub(crate) fn denied(layer: Layer, reason: Reason, mut trace: Trace) -> Self {
        trace.deny(layer, reason);
        Self::bare(reason, trace)
    }

    /// Nobody was asked who they are.
    pub(crate) fn public(mut trace: Trace) -> Self {
        trace.allow(Layer::Route, || Reason::Public.message().into());
        Self::bare(Reason::Public, trace)
    }

    /// A decision that nothing more is known about.
    pub(crate) fn bare(reason: Reason, trace: Trace) -> Self {
        Self {
            reason,
            route: None,
            resource: None,
            agent: None,
            principal: None,
            record: None,
            issuer: None,
            listing: None,
            partial: false,
            roster: false,
            isolate: false,
            cached: false,
            shadowed: None,
            trace,
        }
    }
}

/// What a principal may read of a family.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Listing<'l> {
    /// All there are.
    All,
    /// These, sorted.
    Ids(Vec<&'l str>),
}

/// A layer that has something to say about a request. They are asked in this order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Is it stopped by a kill switch?
    Switch,
    /// Who asks?
    Authenticate,
    /// For what?
    Route,
    /// Do the token's scopes grant it?
    Scope,
    /// Is the agent on every list?
    Access,
    /// Is it known, and switched on?
    Agent,
    /// May the agent do this?
    Action,
    /// With these arguments?
    Guard,
    /// Is there room in every budget?
    Budget,
    /// Has a person approved it?
    Approval,
    /// Does the caller stay with what is its own?
    Isolation,
}

impl Layer {
    /// Whether a denial for a reason may be let through where the policy only watches. What is
    /// malformed, was switched off, or is not to be done, is refused all the same.
    pub(super) fn may_be_shadowed(self, reason: Reason) -> bool {
        match self {
            Self::Switch | Self::Authenticate => false,
            Self::Route => {
                matches!(reason, Reason::RouteSpelling | Reason::RouteUnmatched | Reason::KeyRoute)
            }
            _ => !matches!(
                reason,
                Reason::AgentInactive
                    | Reason::DryRun
                    | Reason::ContextNumber
                    | Reason::QuestionMalformed
            ),
        }
    }
}

/// What a layer said.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// It agrees.
    Allow,
    /// It does not.
    Deny,
}

/// One step of the way.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// Who spoke.
    pub layer: Layer,
    /// What was said.
    pub outcome: Voice,
    /// Why, in a sentence.
    pub because: String,
}

/// The way to a decision. Off, it costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Trace(Option<Vec<Note>>);

impl Trace {
    pub(super) fn new(on: bool) -> Self {
        Self(on.then(Vec::new))
    }

    /// The steps, if they were noted.
    #[must_use]
    pub fn notes(&self) -> Option<&[Note]> {
        self.0.as_deref()
    }

    pub(super) fn allow(&mut self, layer: Layer, because: impl FnOnce() -> String) {
        self.note(layer, Voice::Allow, because);
    }

    pub(super) fn deny(&mut self, layer: Layer, reason: Reason) {
        self.note(layer, Voice::Deny, || reason.message().into());
    }

    /// Who pulled the switch that denies, when and why.
    pub(super) fn pulled(&mut self, pulled: &Pulled) {
        self.note(Layer::Switch, Voice::Deny, || {
            let parts = [("by", &pulled.by), ("at", &pulled.at), ("because", &pulled.why)];
            let told = parts.iter().filter_map(|(word, part)| Some((word, part.as_ref()?)));
            told.fold("the kill switch was pulled".to_owned(), |text, (word, part)| {
                format!("{text} {word} {part}")
            })
        });
    }

    fn note(&mut self, layer: Layer, outcome: Voice, because: impl FnOnce() -> String) {
        if let Some(notes) = &mut self.0 {
            notes.push(Note { layer, outcome, because: because() });
        }
    }
}
