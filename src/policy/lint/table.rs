//! Every lint: its code, how much it matters, and its sentence.

mod doors;
mod rights;

use super::Severity;

/// What can be found. Of two findings in one place, the one that is first here goes first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Lint {
    AudienceAny,
    IssuerAny,
    ExpiryOptional,
    LifetimeLong,
    LifetimeZero,
    LeewayLarge,
    AlgorithmUnused,
    SecretInPolicy,
    JwksLocal,
    AdminScopeOrdinary,
    TeamClaimUnmet,
    KeysPrefix,
    KeysUnrestricted,
    RoutesEmpty,
    InterfaceUnused,
    RuleUnreachable,
    RuleOptions,
    RuleOpens,
    PathMount,
    PublicGuarded,
    PublicUnreachable,
    ScopeUnmatchable,
    ScopeWildcard,
    ScopeFixed,
    ScopeIdIgnored,
    AgentsEmpty,
    AgentNameAmbiguous,
    AgentUnknown,
    AgentName,
    AgentInactive,
    Star,
    Redundant,
    GroupEmpty,
    GroupUnknown,
    GroupUnused,
    TeamEmpty,
    TeamWord,
    TeamBlocked,
    TeamsUnused,
    TenantUnread,
    AgentPowerless,
    GrantEmpty,
    ActionBlocked,
    ActionNotAllowed,
    AllowUnreachable,
    LevelExcluded,
    ToolUnknown,
    PermissionDuplicate,
    TierOverlap,
    ApprovalUnreachable,
    PermissionUnreachable,
    LimitCeiling,
    LimitNothing,
    LimitWildcard,
    ApprovalIgnored,
    AmountIgnored,
    DryRun,
    Shadow,
    ToolUnused,
    ToolWithoutLevel,
    GuardRepeated,
    GuardImpossible,
    GuardIgnored,
    ApprovalExpiry,
    BudgetZero,
    BudgetLimitless,
    BudgetWithoutWindow,
    BudgetRepeats,
    BudgetCalls,
    BudgetIdle,
    BudgetName,
    ActionUnknown,
    SwitchPulled,
    SwitchId,
    IsolationOff,
}

/// A lint, its code, how much it matters, and its sentence with `{}` where names go.
type Row = (Lint, &'static str, Severity, &'static str);

fn rows() -> impl Iterator<Item = &'static Row> {
    doors::DOORS.iter().chain(&rights::RIGHTS)
}

impl Lint {
    /// The code, how much it matters, and the sentence.
    pub(super) fn row(self) -> (&'static str, Severity, &'static str) {
        let row = rows().find(|(lint, ..)| *lint == self);
        // INVARIANT: every lint has a row. `tests/lint.rs` has a case for each.
        row.map_or(("lint", Severity::Warning, ""), |(_, code, severity, sentence)| {
            (*code, *severity, *sentence)
        })
    }
}

pub(super) fn codes() -> impl Iterator<Item = (&'static str, Severity)> {
    rows().map(|(_, code, severity, _)| (*code, *severity))
}
