//! One request against one meter.

use super::meter::{Last, Used, is_key, next};
use super::{Budget, Meter, Spend, compile};
use crate::authn::check_clock;
use crate::decide::Reason;
use crate::decide::approval::Binding;
use crate::hash::{joined, sha256};
use crate::json::{Decimal, Json};

/// What a request asks of a budget.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// Who asks for what.
    pub binding: &'a Binding,
    /// The context that the binding was made of. The amount is in there.
    pub context: &'a Json,
    /// What the caller calls this request, so that it is done once however often it is sent.
    pub idempotency_key: Option<&'a str>,
}

/// The answer to a [`Charge`]. The store has to take one of the two meters, in one transaction
/// with the read of the former one, or two requests at once get the same room.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Charged {
    /// Whether this budget has room.
    pub verdict: Result<(), Reason>,
    /// The meter if the request is let through in the end. Like `denied` if there is no room.
    pub allowed: Meter,
    /// The meter if the request is denied in the end, by whomever. That it was asked is counted,
    /// as a step and as a repetition; nothing else is.
    pub denied: Meter,
}

impl Budget {
    /// Asks for room for a request. A meter that is not there has counted nothing yet; one that
    /// cannot be read is not for this function, but
    /// [`BudgetUnavailable`](Reason::BudgetUnavailable).
    ///
    /// A window begins with the first request after the last one ended. A clock that goes back
    /// leaves the window as it is. Idempotency keys outlive windows; the last 256 are remembered.
    ///
    /// The verdict is the first of: [`Reason::ClockInvalid`]; [`Reason::QuestionMalformed`] for an
    /// idempotency key that is empty or longer than 256 bytes; [`Reason::IdempotencyDuplicate`],
    /// [`Reason::IdempotencyMismatch`]; [`Reason::BudgetLoop`]; [`Reason::BudgetSteps`];
    /// [`Reason::BudgetCalls`]; [`Reason::AmountInvalid`], [`Reason::BudgetSpend`].
    pub fn charge(&self, meter: Option<&Meter>, charge: &Charge<'_>, now: f64) -> Charged {
        let denied = self.attempted(meter, charge.binding, now);
        match self.admit(&denied, charge, now) {
            Ok(allowed) => Charged { verdict: Ok(()), allowed, denied },
            Err(reason) => Charged { verdict: Err(reason), allowed: denied.clone(), denied },
        }
    }

    /// The meter after somebody has asked.
    fn attempted(&self, meter: Option<&Meter>, binding: &Binding, now: f64) -> Meter {
        // Without a clock no window begins; one from 1970 will have ended when there is one.
        let now = check_clock(now).is_ok().then_some(now);
        let fresh = || Meter::new(now.unwrap_or(0.0));
        let mut meter = meter.cloned().unwrap_or_else(fresh);
        let has_ended =
            |seconds: u32| now.is_some_and(|now| now - meter.started_at >= f64::from(seconds));
        if self.window_seconds.is_some_and(has_ended) {
            meter = Meter { keys: meter.keys, ..fresh() };
        }
        let hash = sha256(&joined(&[Some(binding.action()), Some(binding.context())]));
        let before = meter.last.filter(|last| last.hash == hash).map_or(0, |last| last.count);
        meter.last = Some(Last { hash, count: next(before) });
        meter.steps = next(meter.steps);
        meter
    }

    /// The meter after the request was let through, if it is.
    fn admit(&self, meter: &Meter, charge: &Charge<'_>, now: f64) -> Result<Meter, Reason> {
        check_clock(now)?;
        let used = charge.idempotency_key.map(|key| used(meter, key, charge, now)).transpose()?;
        let is_over =
            |count: u64, limit: Option<u32>| limit.is_some_and(|limit| count > u64::from(limit));
        if is_over(meter.last.as_ref().map_or(0, |last| last.count), self.repeats) {
            return Err(Reason::BudgetLoop);
        }
        if is_over(meter.steps, self.steps) {
            return Err(Reason::BudgetSteps);
        }
        let calls = next(meter.calls);
        if is_over(calls, self.calls) {
            return Err(Reason::BudgetCalls);
        }
        let spend = match &self.spend {
            Some(spend) => spend.room(meter.spend, charge.context)?,
            None => meter.spend,
        };
        let mut allowed = Meter { calls, spend, ..meter.clone() };
        if let Some(used) = used {
            allowed.remember(used);
        }
        Ok(allowed)
    }
}

/// What is to be remembered of an idempotency key that was not used yet.
fn used(meter: &Meter, key: &str, charge: &Charge<'_>, now: f64) -> Result<Used, Reason> {
    if !is_key(key) {
        return Err(Reason::QuestionMalformed);
    }
    let binding = charge.binding.key();
    match meter.used(key) {
        Some(used) if used.binding == binding => Err(Reason::IdempotencyDuplicate),
        Some(_) => Err(Reason::IdempotencyMismatch),
        None => Ok(Used { key: key.to_owned(), binding, at: now }),
    }
}

impl Spend {
    /// What is spent with the amount in a context, if that is within the limit.
    fn room(&self, spent: Decimal, context: &Json) -> Result<Decimal, Reason> {
        let found = self.amount.find(context).and_then(Json::as_number);
        let amount = found.and_then(compile::amount).ok_or(Reason::AmountInvalid)?;
        // A sum that cannot be held exactly is taken for one that is too large.
        spent.checked_add(&amount).filter(|sum| *sum <= self.limit).ok_or(Reason::BudgetSpend)
    }
}
