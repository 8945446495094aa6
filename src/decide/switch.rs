//! Kill switches: what is stopped, whoever asks and whatever else allows it.

use serde::Serialize;

use super::Reason;
use super::by_action::ByAction;
use super::name::ActionPattern;
use crate::json::Json;
use crate::policy::PolicyError;
use crate::policy::document::{SwitchDocument, SwitchScope};
use crate::table::Table;

/// The switches that are pulled, looked up in a time that does not grow with their number.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    all: Option<Pulled>,
    writes: Option<Pulled>,
    tenants: Table<Pulled>,
    agents: Table<Pulled>,
    subjects: Table<Pulled>,
    actions: ByAction<Pulled>,
}

/// Who pulled a switch, when and why, as they said themselves.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Pulled {
    /// Who.
    pub by: Option<String>,
    /// When, as RFC 3339 has it.
    pub at: Option<String>,
    /// Why.
    pub why: Option<String>,
}

/// What is known of a request when the switches are asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The tenant of who asks.
    pub tenant: Option<&'a str>,
    /// The agent that is asked.
    pub agent: Option<&'a str>,
    /// The tenant of the agent.
    pub agent_tenant: Option<&'a str>,
    /// Who asks.
    pub subject: Option<&'a str>,
    /// The action.
    pub action: Option<&'a str>,
    /// Whether it only reads. False by default: what is not known to read is taken to write.
    pub reads: bool,
}

impl Switches {
    /// Compiles switches whose list stands at a place of the policy. Of two for the same thing the
    /// first is told of.
    ///
    /// # Errors
    ///
    /// `policy_switch` if an id is missing, one is given for `all` or `writes`, or that of an
    /// action is neither a dotted name nor `service.*`.
    pub fn compile(documents: &[SwitchDocument], pointer: &str) -> Result<Self, PolicyError> {
        let mut switches = Self::default();
        for (index, document) in documents.iter().enumerate() {
            switches.add(document).map_err(|message| {
                PolicyError::at(format!("{pointer}/{index}/id"), "policy_switch", message)
            })?;
        }
        Ok(switches)
    }

    /// Reads the switches of a store: a list of the shape that the policy has.
    ///
    /// # Errors
    ///
    /// [`Reason::SwitchUnreadable`] if any of them cannot be read: it may be the one that counts.
    pub fn from_json(json: &Json) -> Result<Self, Reason> {
        SwitchDocument::list(json)
            .and_then(|documents| Self::compile(&documents, ""))
            .map_err(|_| Reason::SwitchUnreadable)
    }

    fn add(&mut self, document: &SwitchDocument) -> Result<(), &'static str> {
        let SwitchDocument { stop, id, by, at, why } = document;
        let pulled = Pulled { by: by.clone(), at: at.clone(), why: why.clone() };
        let (ids, id) = match (stop, id.as_deref()) {
            (SwitchScope::All | SwitchScope::Writes, Some(_)) => {
                return Err("`all` and `writes` stop everything; leave the id out");
            }
            (SwitchScope::All, None) => {
                self.all.get_or_insert(pulled);
                return Ok(());
            }
            (SwitchScope::Writes, None) => {
                self.writes.get_or_insert(pulled);
                return Ok(());
            }
            (_, None | Some("")) => return Err("say which one is stopped"),
            (SwitchScope::Action, Some(id)) => {
                ActionPattern::parse(id).ok_or("write a dotted name, or `service.*`")?;
                self.actions.or_insert_with(id, || pulled);
                return Ok(());
            }
            (SwitchScope::Tenant, Some(id)) => (&mut self.tenants, id),
            (SwitchScope::Agent, Some(id)) => (&mut self.agents, id),
            (SwitchScope::Subject, Some(id)) => (&mut self.subjects, id),
        };
        ids.or_insert_with(id, || pulled);
        Ok(())
    }

    /// The switch that stops a request, if one does. What is not known of a request is stopped by
    /// no switch for one of its kind.
    #[must_use]
    pub fn check(&self, asked: &Asked<'_>) -> Option<(Reason, &Pulled)> {
        let tenant = |id: Option<&str>| self.tenants.get(id?);
        let writes = || self.writes.as_ref().filter(|_| !asked.reads);
        let with = |reason: Reason| move |pulled| (reason, pulled);
        None.or(self.all.as_ref().map(with(Reason::SwitchAll)))
            .or_else(|| tenant(asked.tenant).map(with(Reason::SwitchTenant)))
            .or_else(|| tenant(asked.agent_tenant).map(with(Reason::SwitchTenant)))
            .or_else(|| self.agents.get(asked.agent?).map(with(Reason::SwitchAgent)))
            .or_else(|| self.subjects.get(asked.subject?).map(with(Reason::SwitchSubject)))
            .or_else(|| self.actions.of(asked.action?).next().map(with(Reason::SwitchAction)))
            .or_else(|| writes().map(with(Reason::SwitchWrites)))
    }
}
