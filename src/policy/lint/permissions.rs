//! Permissions for one action by amount: tiers that add nothing, and limits with nothing above.

use super::pattern::Pattern;
use super::table::Lint;
use super::{Report, item, member};
use crate::json::{Decimal, Number};
use crate::policy::document::{ApprovalKind, PermissionDocument};

/// How far a permission goes.
#[derive(Clone, Copy)]
enum Limit {
    None,
    Of(Decimal),
    /// A number that cannot be held exactly. Nothing is said about it.
    Unknown,
}

impl Limit {
    fn of(number: Option<&Number>) -> Self {
        match number {
            None => Self::None,
            Some(number) => Decimal::of(number).map_or(Self::Unknown, Self::Of),
        }
    }
}

/// A permission, ready to be compared.
struct Tier<'d> {
    action: Pattern<'d>,
    limit: Limit,
    amount: &'d str,
    /// Who is asked, if somebody is.
    approval: Option<ApprovalKind>,
    dry_run: bool,
}

impl<'d> Tier<'d> {
    fn of(permission: &'d PermissionDocument) -> Self {
        let approval = permission.approval.unwrap_or_default();
        Self {
            action: Pattern::new(&permission.action),
            limit: Limit::of(permission.max_amount.as_ref()),
            amount: permission.amount.as_deref().unwrap_or("/amount"),
            approval: permission.requires_approval.then_some(approval),
            dry_run: permission.dry_run,
        }
    }

    /// Whether the amounts of the other are among its own.
    fn reaches(&self, other: &Self) -> bool {
        match (self.limit, other.limit) {
            (Limit::None, _) => true,
            (Limit::Of(limit), Limit::Of(lower)) => self.amount == other.amount && lower <= limit,
            _ => false,
        }
    }

    /// Whether whatever the other lets through, this one lets through as easily.
    fn covers(&self, other: &Self) -> bool {
        self.action.covers(&other.action)
            && (self.approval.is_none() || self.approval == other.approval)
            && (!self.dry_run || other.dry_run)
            && self.reaches(other)
    }

    /// Whether there is anything to be had above the limit of the other.
    fn goes_on_above(&self, other: &Self) -> bool {
        self.action.covers(&other.action)
            && match (self.limit, other.limit) {
                (Limit::Of(limit), Limit::Of(lower)) => {
                    limit > lower || self.amount != other.amount
                }
                _ => true,
            }
    }
}

pub(super) fn look(permissions: &[PermissionDocument], pointer: &str, report: &mut Report) {
    let tiers: Vec<Tier<'_>> = permissions.iter().map(Tier::of).collect();
    for (index, (tier, permission)) in tiers.iter().zip(permissions).enumerate() {
        let pointer = item(pointer, index);
        members(permission, &pointer, report);
        let limit = member(&pointer, "max_amount");
        let text = permission.max_amount.as_ref().map(Number::as_str).unwrap_or_default();
        let has_limit = permission.max_amount.is_some();
        if has_limit && tier.action.is_service() {
            report.add(Lint::LimitWildcard, limit.clone(), &[&permission.action]);
        }
        if matches!(tier.limit, Limit::Of(limit) if limit <= Decimal::ZERO) {
            report.add(Lint::LimitNothing, limit, &[text]);
            continue;
        }
        if let Some((lint, by)) = covered(&tiers, index) {
            report.add(lint, pointer, &[&by.to_string()]);
            continue;
        }
        let mut others = tiers.iter().enumerate().filter(|(other, _)| *other != index);
        let is_last = tier.approval.is_none() && has_limit;
        if is_last && !others.any(|(_, other)| other.goes_on_above(tier)) {
            report.add(Lint::LimitCeiling, limit, &[text]);
        }
    }
}

/// Members that do nothing, or that are meant to be for a while.
fn members(permission: &PermissionDocument, pointer: &str, report: &mut Report) {
    if permission.approval.is_some() && !permission.requires_approval {
        report.add(Lint::ApprovalIgnored, member(pointer, "approval"), &[]);
    }
    if permission.amount.is_some() && permission.max_amount.is_none() {
        report.add(Lint::AmountIgnored, member(pointer, "amount"), &["max_amount"]);
    }
    if permission.dry_run {
        report.add(Lint::DryRun, member(pointer, "dry_run"), &[]);
    }
}

/// The permission that makes another one pointless, and in which way.
fn covered(tiers: &[Tier<'_>], index: usize) -> Option<(Lint, usize)> {
    let tier = tiers.get(index)?;
    let mut best: Option<(Lint, usize)> = None;
    for (other, by) in tiers.iter().enumerate().filter(|(other, _)| *other != index) {
        let is_same = tier.covers(by);
        // Of two that say the same, the second one is too many.
        if !by.covers(tier) || (is_same && other > index) {
            continue;
        }
        let lint = if is_same {
            Lint::PermissionDuplicate
        } else if by.approval != tier.approval {
            Lint::ApprovalUnreachable
        } else if by.action == tier.action && by.dry_run == tier.dry_run {
            Lint::TierOverlap
        } else {
            Lint::PermissionUnreachable
        };
        // The enum has the plainest reason first.
        if best.is_none_or(|(known, _)| lint < known) {
            best = Some((lint, other));
        }
    }
    best
}
