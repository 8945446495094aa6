//! One check of an argument.

use super::path::Root;
use super::{Judge, Kind, Verdict};
use crate::Reason;
use crate::json::{Decimal, Json};

/// Something that has to be true of an argument.
pub(super) enum Check {
    /// A number from zero up to this one.
    Amount(Decimal),
    /// A number in these bounds, which belong to it.
    Range(Option<Decimal>, Option<Decimal>),
    /// One of these values.
    Values(Vec<Json>),
    /// A path in this folder.
    Path(Root),
    /// A text that the judge agrees with, by these rules.
    Text(Kind, String),
}

impl Check {
    pub(super) fn apply(&self, argument: &Json, judge: Judge) -> Result<(), Reason> {
        match self {
            Self::Amount(limit) => {
                let amount = number(argument).filter(|amount| !amount.is_negative());
                let amount = amount.ok_or(Reason::AmountInvalid)?;
                demand(amount <= *limit, Reason::AmountExceeded)
            }
            Self::Range(minimum, maximum) => {
                let number = number(argument).ok_or(Reason::GuardType)?;
                let is_low = minimum.is_some_and(|minimum| number < minimum);
                let is_high = maximum.is_some_and(|maximum| number > maximum);
                demand(!is_low && !is_high, Reason::GuardRange)
            }
            Self::Values(values) => {
                demand(values.iter().any(|value| is_same(value, argument)), Reason::GuardEnum)
            }
            Self::Path(root) => demand(root.holds(text(argument)?), Reason::GuardPath),
            Self::Text(kind, rules) => {
                let text = text(argument)?;
                demand(text.len() <= kind.limit(), kind.reason())?;
                match judge(*kind, rules, text) {
                    Verdict::Agrees => Ok(()),
                    Verdict::Refuses => Err(kind.reason()),
                    Verdict::Invalid | Verdict::Unavailable => Err(Reason::GuardUnavailable),
                }
            }
        }
    }
}

fn demand(is_met: bool, otherwise: Reason) -> Result<(), Reason> {
    if is_met { Ok(()) } else { Err(otherwise) }
}

fn number(argument: &Json) -> Option<Decimal> {
    Decimal::of(argument.as_number()?)
}

fn text(argument: &Json) -> Result<&str, Reason> {
    argument.as_str().ok_or(Reason::GuardType)
}

/// Whether two values are the same: numbers by their value, however they are written, and objects
/// whatever the order of their members. No number is the same as one that cannot be held exactly.
fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => {
            Decimal::of(one).is_some_and(|one| Decimal::of(other) == Some(one))
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        // No member stands there twice, so one way suffices.
        (Json::Object(one), Json::Object(members)) => {
            let has = |(name, value): &(String, Json)| {
                other.get(name).is_some_and(|other| is_same(value, other))
            };
            one.len() == members.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}
