//! The entities of a request: subjects and resources, and what they bring along.

use super::Malformed;
use crate::decide::{Grants, OwnList};
use crate::json::Json;
use crate::policy::Policy;

/// A subject or a resource (§5.1, §5.3).
#[derive(Clone, Copy)]
pub(super) struct Entity<'j> {
    pub(super) kind: &'j str,
    pub(super) id: &'j str,
    properties: Option<&'j Json>,
}

/// The properties of an entity, if it has any.
pub(super) fn properties<'j>(
    entity: &'j Json,
    otherwise: &'static str,
) -> Result<Option<&'j Json>, Malformed> {
    match entity.get("properties") {
        None => Ok(None),
        Some(properties @ Json::Object(_)) => Ok(Some(properties)),
        Some(_) => Err(Malformed(otherwise)),
    }
}

/// A text among properties, if it is there.
pub(super) fn text<'j>(
    properties: Option<&'j Json>,
    name: &str,
) -> Result<Option<&'j str>, Malformed> {
    match properties.and_then(|properties| properties.get(name)) {
        None => Ok(None),
        Some(json) => json.as_str().map(Some).ok_or(Malformed("a property is not a string")),
    }
}

fn texts(properties: Option<&Json>, name: &str) -> Result<Option<Vec<String>>, Malformed> {
    let Some(json) = properties.and_then(|properties| properties.get(name)) else {
        return Ok(None);
    };
    let items = json.as_array().and_then(|items| {
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    items.map(Some).ok_or(Malformed("a property is not a list of strings"))
}

impl<'j> Entity<'j> {
    pub(super) fn read(json: &'j Json, otherwise: &'static str) -> Result<Self, Malformed> {
        let member = |name| json.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        let (Some(kind), Some(id)) = (member("type"), member("id")) else {
            return Err(Malformed(otherwise));
        };
        Ok(Self { kind, id, properties: properties(json, otherwise)? })
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'j str>, Malformed> {
        text(self.properties, name)
    }

    /// What the subject was verified to hold, if anything is said of that.
    pub(super) fn grants(&self, policy: &Policy) -> Result<Option<Grants>, Malformed> {
        let scopes = texts(self.properties, "scopes")?;
        let agents = texts(self.properties, "agents")?;
        let groups = texts(self.properties, "groups")?;
        let team = self.text("team")?;
        let list = (agents.is_some() || groups.is_some())
            .then(|| OwnList::new(agents.unwrap_or_default(), groups.unwrap_or_default()));
        if scopes.is_none() && list.is_none() && team.is_none() {
            return Ok(None);
        }
        let tenant = self.text("tenant")?.map(str::to_owned);
        Ok(Some(Grants::asserted(scopes.as_deref(), team, list, tenant, policy)))
    }
}
