//! Permissions by tier, as in `AgentWarden`: up to which amount, and from where on with approval.
//!
//! Of all permissions for one action, the one that lets most through counts. Read member by member
//! that would open what nobody meant to open: "up to 100" and "up to 500 with approval" would
//! become "up to 500". So it is read tier by tier:
//!
//! 1. allow, if a permission that needs no approval covers the amount;
//! 2. else ask for approval, if one that needs it covers the amount;
//! 3. else deny.

use super::Reason;
use crate::json::{Decimal, Json, Pointer};
use crate::policy::document::ApprovalKind;

/// One permission for one action.
#[derive(Clone, Debug)]
pub(super) struct Tier {
    /// The largest amount it covers. An amount that equals it is covered.
    pub(super) limit: Option<Decimal>,
    /// Where in the context the amount is.
    pub(super) amount: Pointer,
    pub(super) approval: Option<ApprovalKind>,
    pub(super) dry_run: bool,
}

/// What the permissions say of one request.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Permitted {
    /// It is allowed as it is.
    Freely,
    /// It is, once the asking user agrees.
    WithConfirmation,
    /// It is, once an approver agrees.
    WithApproval,
    /// It would be, and is not to be done.
    DryRun,
    /// The same, with confirmation.
    DryRunWithConfirmation,
    /// The same, with approval.
    DryRunWithApproval,
}

impl Permitted {
    fn of(tier: &Tier) -> Self {
        match (tier.dry_run, tier.approval) {
            (false, None) => Self::Freely,
            (false, Some(ApprovalKind::Confirmation)) => Self::WithConfirmation,
            (false, Some(ApprovalKind::Approval)) => Self::WithApproval,
            (true, None) => Self::DryRun,
            (true, Some(ApprovalKind::Confirmation)) => Self::DryRunWithConfirmation,
            (true, Some(ApprovalKind::Approval)) => Self::DryRunWithApproval,
        }
    }

    pub(super) const fn approval(self) -> Option<ApprovalKind> {
        match self {
            Self::Freely | Self::DryRun => None,
            Self::WithConfirmation | Self::DryRunWithConfirmation => {
                Some(ApprovalKind::Confirmation)
            }
            Self::WithApproval | Self::DryRunWithApproval => Some(ApprovalKind::Approval),
        }
    }

    pub(super) const fn is_dry_run(self) -> bool {
        matches!(self, Self::DryRun | Self::DryRunWithConfirmation | Self::DryRunWithApproval)
    }
}

/// Why no permission covers a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Uncovered {
    pub(super) reason: Reason,
    /// The largest limit there is.
    pub(super) limit: Option<Decimal>,
}

impl Uncovered {
    /// Whether a tier covers the amount. If not, why is noted.
    fn covers(&mut self, tier: &Tier, context: &Json) -> bool {
        let Some(limit) = tier.limit else { return true };
        self.limit = self.limit.max(Some(limit));
        match amount(context, &tier.amount) {
            Some(amount) if amount <= limit => return true,
            // An amount that one tier cannot read counts for more than one that is too large.
            Some(_) if self.reason == Reason::AmountInvalid => {}
            Some(_) => self.reason = Reason::AmountExceeded,
            None => self.reason = Reason::AmountInvalid,
        }
        false
    }
}

/// Asks the permissions for an action. Their order does not matter.
pub(super) fn ask<'t>(
    tiers: impl Iterator<Item = &'t Tier>,
    context: &Json,
) -> Result<Permitted, Uncovered> {
    let mut best: Option<Permitted> = None;
    let mut uncovered = Uncovered { reason: Reason::PermissionMissing, limit: None };
    for tier in tiers {
        if uncovered.covers(tier, context) {
            let permitted = Permitted::of(tier);
            if permitted == Permitted::Freely {
                // No other one lets more through.
                return Ok(permitted);
            }
            best = Some(best.map_or(permitted, |best| best.min(permitted)));
        }
    }
    best.ok_or(uncovered)
}

/// The amount that a context names: a finite JSON number of at least 0.
pub(super) fn amount(context: &Json, at: &Pointer) -> Option<Decimal> {
    let amount = at.find(context)?.as_number().and_then(Decimal::of)?;
    (!amount.is_negative()).then_some(amount)
}
