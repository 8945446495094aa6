//! What an approval is bound to.

use serde::Serialize;

use crate::hash::{is_sha256, joined, sha256};
use crate::json::{Json, canonical};

/// Who asks which agent for which action, with which arguments. An approval of one binding is
/// worth nothing for any other.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
pub struct Binding {
    subject: Option<String>,
    agent: String,
    action: String,
    context: String,
}

impl Binding {
    /// The binding of a request. `None` if its context has no [canonical](canonical()) form, so
    /// that another one could be taken for it.
    #[must_use]
    pub fn of(subject: Option<&str>, agent: &str, action: &str, context: &Json) -> Option<Self> {
        Some(Self {
            subject: subject.map(str::to_owned),
            agent: agent.to_owned(),
            action: action.to_owned(),
            context: sha256(&canonical(context)?),
        })
    }

    /// The name under which a store finds what belongs to this binding: a SHA-256 in hexadecimal,
    /// different for every other binding.
    #[must_use]
    pub fn key(&self) -> String {
        let context = Some(self.context.as_str());
        let parts = [self.subject(), Some(&self.agent), Some(&self.action), context];
        sha256(&joined(&parts))
    }

    /// Who asks, if it is known.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The agent.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The SHA-256 of the canonical context, in hexadecimal.
    #[must_use]
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Reads what [`Serialize`] writes, and nothing else.
    pub(super) fn from_json(json: &Json) -> Option<Self> {
        let [subject, agent, action, context] =
            json.members(["subject", "agent", "action", "context"])?;
        Some(Self {
            subject: subject.text_or_null()?,
            agent: agent.as_str()?.to_owned(),
            action: action.as_str()?.to_owned(),
            context: context.as_str().filter(|text| is_sha256(text))?.to_owned(),
        })
    }
}
