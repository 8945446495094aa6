//! The record of a virtual key, as a store hands it out.

use std::rc::Rc;

use super::virtual_key::KeyHash;
use crate::{
    Reason,
    json::{self, Decimal, Json, Number},
    policy::document::AccessWord,
    timestamp,
};

/// How deep a record may be nested: the lists of its team.
const DEPTH: usize = 4;

/// What a store says of a key. Nothing in it is the key, or the hash of it.
#[derive(Default)]
pub struct KeyRecord {
    pub(crate) subject: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) agents: Named,
    /// Agents beyond which nothing goes, whatever the other lists say.
    pub(crate) ceiling: Option<Named>,
    /// What the store says of the team, where the policy does not.
    pub(crate) team_record: Option<TeamRecord>,
    pub(crate) routes: Option<Vec<String>>,
    pub(crate) admin: bool,
    pub(crate) budget: Budget,
    expires: Option<f64>,
    blocked: bool,
}

/// What a record says of a team.
#[derive(Default)]
pub(crate) struct TeamRecord {
    pub(crate) agents: Named,
    pub(crate) blocked: bool,
    pub(crate) budget: Budget,
}

/// The agents that a record names.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) word: Option<AccessWord>,
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) groups: Option<Vec<String>>,
}

/// What was spent, and how much may be: a picture of some moment, taken by the store.
#[derive(Default)]
pub(crate) struct Budget {
    pub(crate) spend: Option<Number>,
    pub(crate) max: Option<Number>,
}

/// A key whose record was found under its hash, and says that the key may be used now.
pub(crate) struct GoodKey(pub(crate) Rc<KeyRecord>);

/// Why a key may not be used, and its record, if that could be read.
pub(crate) type BadKey = (Reason, Option<Rc<KeyRecord>>);

impl GoodKey {
    /// Reads what was found under a hash, which only a key that was sent has.
    pub(crate) fn found(_: KeyHash, record: Option<&[u8]>, now: f64) -> Result<Self, BadKey> {
        let record = record.ok_or((Reason::KeyUnknown, None))?;
        let record = KeyRecord::read(record).ok_or((Reason::KeyRecord, None))?;
        let expires = record.expires;
        let record = Rc::new(record);
        if record.blocked {
            return Err((Reason::KeyBlocked, Some(record)));
        }
        if expires.is_some_and(|expires| now >= expires) {
            return Err((Reason::KeyExpired, Some(record)));
        }
        Ok(Self(record))
    }
}

impl KeyRecord {
    /// Reads a record. A member that is not known, or of another type, spoils all of it: it may
    /// have been meant to take something away.
    fn read(text: &[u8]) -> Option<Self> {
        let json = json::parse(text, DEPTH).ok()?;
        let mut record = Self::default();
        for (name, json) in json.as_object()? {
            match (name.as_str(), json) {
                (name, Json::Null) => known(name, &MEMBERS)?,
                ("subject", json) => record.subject = Some(text_of(json)?),
                ("session", json) => record.session = Some(text_of(json)?),
                ("tenant", json) => record.tenant = Some(text_of(json)?),
                ("team", json) => record.team = Some(text_of(json)?),
                ("expires", json) => record.expires = Some(timestamp::read(json)?),
                ("blocked", json) => record.blocked = flag(json)?,
                ("admin", json) => record.admin = flag(json)?,
                ("routes", json) => record.routes = Some(texts(json)?),
                ("ceiling", json) => record.ceiling = Some(ceiling(json)?),
                ("team_record", json) => record.team_record = Some(team(json)?),
                ("agents" | "groups", json) => record.agents.take(name, json)?,
                ("spend" | "max_budget", json) => record.budget.take(name, json)?,
                _ => return None,
            }
        }
        let is_sound = record.budget.is_sound();
        let has_team = record.team.is_some() || record.team_record.is_none();
        (is_sound && has_team).then_some(record)
    }
}

const MEMBERS: [&str; 14] = [
    "subject",
    "session",
    "tenant",
    "team",
    "expires",
    "blocked",
    "admin",
    "routes",
    "ceiling",
    "team_record",
    "agents",
    "groups",
    "spend",
    "max_budget",
];

fn ceiling(json: &Json) -> Option<Named> {
    let mut named = Named::default();
    for (name, json) in json.as_object()? {
        match json {
            Json::Null => known(name, &["agents", "groups"])?,
            json => named.take(name, json)?,
        }
    }
    Some(named)
}

fn team(json: &Json) -> Option<TeamRecord> {
    let mut team = TeamRecord::default();
    for (name, json) in json.as_object()? {
        match (name.as_str(), json) {
            (name, Json::Null) => {
                known(name, &["agents", "groups", "blocked", "spend", "max_budget"])?;
            }
            ("blocked", json) => team.blocked = flag(json)?,
            ("spend" | "max_budget", json) => team.budget.take(name, json)?,
            (_, json) => team.agents.take(name, json)?,
        }
    }
    team.budget.is_sound().then_some(team)
}

impl Named {
    fn take(&mut self, name: &str, json: &Json) -> Option<()> {
        match (name, json) {
            ("agents", Json::String(word)) => {
                self.word = Some(match word.as_str() {
                    "all" => AccessWord::All,
                    "none" => AccessWord::None,
                    _ => return None,
                });
            }
            ("agents", json) => self.ids = Some(texts(json)?),
            ("groups", json) => self.groups = Some(texts(json)?),
            _ => return None,
        }
        Some(())
    }
}

impl Budget {
    fn take(&mut self, name: &str, json: &Json) -> Option<()> {
        let number = json.as_number()?;
        Decimal::of(number).filter(|amount| !amount.is_negative())?;
        *(if name == "spend" { &mut self.spend } else { &mut self.max }) = Some(number.clone());
        Some(())
    }

    /// A limit says nothing without what was spent of it.
    fn is_sound(&self) -> bool {
        self.max.is_none() || self.spend.is_some()
    }

    /// Whether it is spent: to the last, or, where `LiteLLM` has it so, beyond.
    pub(crate) fn is_spent(&self, beyond: bool) -> bool {
        let amount = |number: &Option<Number>| number.as_ref().and_then(Decimal::of);
        match (amount(&self.spend), amount(&self.max)) {
            (Some(spend), Some(max)) => spend > max || (spend == max && !beyond),
            _ => false,
        }
    }
}

/// A member that is not there is one that must be known all the same.
fn known(name: &str, names: &[&str]) -> Option<()> {
    names.contains(&name).then_some(())
}

fn text_of(json: &Json) -> Option<String> {
    json.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn texts(json: &Json) -> Option<Vec<String>> {
    json.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn flag(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(flag) => Some(*flag),
        _ => None,
    }
}
