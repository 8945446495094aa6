//! What the store tells: an approval and the state of budgets, as JSON that is read strictly.

use std::collections::BTreeMap;

use super::Reason;
use super::approval::Approval;
use super::budget::Meter;
use crate::json::{self, Json};

/// How deep the state may be nested.
const DEPTH: usize = 16;

/// What the store knows of a question.
#[derive(Default)]
pub struct State {
    pub(super) approval: Option<Approval>,
    pub(super) meters: Option<BTreeMap<String, Meter>>,
}

impl State {
    /// What a store knows of whom it has never heard of: nothing was spent, nothing approved.
    #[must_use]
    pub fn untouched() -> Self {
        Self { approval: None, meters: Some(BTreeMap::new()) }
    }

    /// Reads `{"approval": …, "meters": {…}}`. What is not there is not known; `null` is an approval
    /// or a meter that does not exist.
    ///
    /// # Errors
    ///
    /// [`Reason::ApprovalUnavailable`] or [`Reason::BudgetUnavailable`] for what cannot be read.
    pub fn read(text: &[u8]) -> Result<Self, Reason> {
        let json = json::parse(text, DEPTH).map_err(|_| Reason::BudgetUnavailable)?;
        let mut state = Self::default();
        for (name, value) in json.as_object().ok_or(Reason::BudgetUnavailable)? {
            match (name.as_str(), value) {
                ("approval", Json::Null) => {}
                ("approval", value) => {
                    let approval = Approval::from_json(value);
                    state.approval = Some(approval.ok_or(Reason::ApprovalUnavailable)?);
                }
                ("meters", value) => state.meters = Some(meters(value)?),
                _ => return Err(Reason::BudgetUnavailable),
            }
        }
        Ok(state)
    }
}

fn meters(json: &Json) -> Result<BTreeMap<String, Meter>, Reason> {
    let members = json.as_object().ok_or(Reason::BudgetUnavailable)?;
    let mut meters = BTreeMap::new();
    for (key, meter) in members.iter().filter(|(_, meter)| *meter != Json::Null) {
        let meter = Meter::from_json(meter).ok_or(Reason::BudgetUnavailable)?;
        meters.insert(key.clone(), meter);
    }
    Ok(meters)
}
