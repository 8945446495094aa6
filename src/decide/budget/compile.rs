//! From the policy to a budget.

use super::{Budget, Spend};
use crate::decide::by_action::ByAction;
use crate::decide::name::{ActionPattern, is_name};
use crate::json::{Decimal, Number, Pointer};
use crate::policy::PolicyError;
use crate::policy::document::BudgetDocument;
use crate::table::Table;

/// Where the amount is if a budget does not say.
const AMOUNT: &str = "/amount";

impl Budget {
    /// Compiles a budget that stands at a place of the policy.
    ///
    /// # Errors
    ///
    /// `policy_budget` if its name or that of an agent or action is none, if it limits nothing, if
    /// its window is empty or its list of agents or actions is, if its spend is less than nothing
    /// or cannot be held exactly, and if its amount is no JSON Pointer or one for no spend.
    pub fn compile(document: &BudgetDocument, pointer: &str) -> Result<Self, PolicyError> {
        let refuse = |member: &str, message: &str| {
            PolicyError::at(format!("{pointer}{member}"), "policy_budget", message)
        };
        if !is_name(&document.name) {
            let message = "a budget needs a name of up to 256 bytes that can be read";
            return Err(refuse("/name", message));
        }
        let counts = [document.calls, document.steps, document.repeats];
        if counts.iter().all(Option::is_none) && document.spend.is_none() {
            let message = "give `calls`, `steps`, `spend` or `repeats`; this limits nothing";
            return Err(refuse("", message));
        }
        if document.window_seconds == Some(0) {
            return Err(refuse("/window_seconds", "a window needs a second at least"));
        }
        Ok(Self {
            name: document.name.clone(),
            per: document.per,
            agents: agents(document, &refuse)?,
            actions: actions(document, &refuse)?,
            calls: document.calls,
            steps: document.steps,
            spend: spend(document, &refuse)?,
            repeats: document.repeats,
            window_seconds: document.window_seconds,
        })
    }

    /// Compiles the budgets of a policy, whose list stands at a place of it.
    ///
    /// # Errors
    ///
    /// `policy_budget` as for one, and if two have one name, since they would share their state.
    pub fn compile_all(
        documents: &[BudgetDocument],
        pointer: &str,
    ) -> Result<Vec<Self>, PolicyError> {
        let mut budgets: Vec<Self> = Vec::with_capacity(documents.len());
        for (index, document) in documents.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            if budgets.iter().any(|budget| budget.name == document.name) {
                let message = "another budget has this name already";
                return Err(PolicyError::at(pointer + "/name", "policy_budget", message));
            }
            budgets.push(Self::compile(document, &pointer)?);
        }
        Ok(budgets)
    }
}

/// An error at a member of the budget.
type Refuse<'r> = &'r dyn Fn(&str, &str) -> PolicyError;

fn agents(document: &BudgetDocument, refuse: Refuse<'_>) -> Result<Option<Table<()>>, PolicyError> {
    let Some(agents) = &document.agents else { return Ok(None) };
    if agents.is_empty() {
        return Err(refuse("/agents", "name an agent, or leave `agents` out for all"));
    }
    if let Some(index) = agents.iter().position(|agent| !is_name(agent)) {
        return Err(refuse(&format!("/agents/{index}"), "this cannot be the id of an agent"));
    }
    let mut table = Table::default();
    for agent in agents {
        table.or_insert_with(agent, || ());
    }
    Ok(Some(table))
}

fn actions(
    document: &BudgetDocument,
    refuse: Refuse<'_>,
) -> Result<Option<ByAction<()>>, PolicyError> {
    let Some(patterns) = &document.actions else { return Ok(None) };
    if patterns.is_empty() {
        return Err(refuse("/actions", "name an action, or leave `actions` out for all"));
    }
    let mut actions = ByAction::default();
    for (index, pattern) in patterns.iter().enumerate() {
        if ActionPattern::parse(pattern).is_none() {
            let message = "write a dotted name, or `service.*`";
            return Err(refuse(&format!("/actions/{index}"), message));
        }
        actions.or_insert_with(pattern, || ());
    }
    Ok(Some(actions))
}

fn spend(document: &BudgetDocument, refuse: Refuse<'_>) -> Result<Option<Spend>, PolicyError> {
    let Some(limit) = &document.spend else {
        return match document.amount {
            Some(_) => Err(refuse("/amount", "an amount is only looked at for a `spend`")),
            None => Ok(None),
        };
    };
    let limit = amount(limit).ok_or_else(|| {
        refuse("/spend", "a spend is a number of at least 0 with no more than 37 digits")
    })?;
    let pointer = Pointer::parse(document.amount.as_deref().unwrap_or(AMOUNT));
    let amount = pointer.ok_or_else(|| refuse("/amount", "this is no JSON Pointer"))?;
    Ok(Some(Spend { limit, amount }))
}

/// A number that can be added up.
pub(super) fn amount(number: &Number) -> Option<Decimal> {
    Decimal::of(number).filter(|amount| !amount.is_negative())
}
