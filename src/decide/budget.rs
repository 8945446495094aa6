//! Budgets: how much may be done in a window of time.
//!
//! A [`Budget`] is compiled from the policy, a [`Meter`] is what it has counted for one
//! [key](Budget::key). [`charge`](Budget::charge) changes nothing: it says whether there is room,
//! and what the meter is to be afterwards. A request may meet several budgets, and any layer may
//! still deny it, so there are two answers to that: one for a request that is let through in the
//! end, one for a request that is not.

mod charge;
mod compile;
mod meter;

pub use charge::{Charge, Charged};
pub use meter::Meter;

use super::by_action::ByAction;
use crate::hash::joined;
use crate::json::{Decimal, Pointer};
use crate::policy::document::BudgetScope;
use crate::table::Table;

/// A compiled budget: of its limits, each must have room.
#[derive(Clone, Debug)]
pub struct Budget {
    name: String,
    per: BudgetScope,
    agents: Option<Table<()>>,
    actions: Option<ByAction<()>>,
    calls: Option<u32>,
    steps: Option<u32>,
    spend: Option<Spend>,
    repeats: Option<u32>,
    window_seconds: Option<u32>,
}

/// How large the amounts may be together, and where they are.
#[derive(Clone, Debug)]
struct Spend {
    limit: Decimal,
    amount: Pointer,
}

impl Budget {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it speaks of a request. A budget for some agents says nothing of a request that
    /// names none, and so with actions.
    #[must_use]
    pub fn covers(&self, agent: Option<&str>, action: Option<&str>) -> bool {
        let of_agent = |agents: &Table<()>| agent.is_some_and(|agent| agents.get(agent).is_some());
        let of_action =
            |actions: &ByAction<()>| action.is_some_and(|action| actions.covers(action));
        self.agents.as_ref().is_none_or(of_agent) && self.actions.as_ref().is_none_or(of_action)
    }

    /// The name of the meter that counts for this request. No two budgets share one, and no two
    /// tenants, subjects or agents.
    ///
    /// `None` if what it counts by is not known: the caller denies with
    /// [`BudgetUnavailable`](super::Reason::BudgetUnavailable).
    #[must_use]
    pub fn key(
        &self,
        tenant: Option<&str>,
        subject: Option<&str>,
        agent: Option<&str>,
    ) -> Option<String> {
        let (scope, counted) = match self.per {
            BudgetScope::All => ("all", Some("all")),
            BudgetScope::Tenant => ("tenant", tenant),
            BudgetScope::Subject => ("subject", subject),
            BudgetScope::Agent => ("agent", agent),
        };
        let counted = counted.filter(|id| !id.is_empty())?;
        Some(joined(&[Some(&self.name), Some(scope), Some(counted)]))
    }
}
