//! The closed list of reasons. Names are added, never changed.

mod table;

use table::{Entry, TABLE};

/// Why a request was allowed or denied.
///
/// No reason holds any part of a token, a key or a claim: these values end in logs and answers.
/// The number of a reason (its place in [`Reason::all`]) is what crosses into JavaScript; it may
/// change from version to version, the [`code`](Reason::code) may not.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Reason {
    /// Every layer agreed.
    Allowed,
    /// The route is public: nobody was asked who they are.
    Public,

    /// The clock is not a number, or shows a time before 2024 or after 9999.
    ClockInvalid,
    /// The module trapped while deciding. Made by the caller of the module.
    EngineFault,
    /// The policy did not compile, so nothing can be decided.
    PolicyInvalid,

    /// The path holds a backslash, written out or percent-encoded.
    PathBackslash,
    /// The path holds a control byte, written out or percent-encoded.
    PathControl,
    /// The path holds `.` or `..` as a segment.
    PathDotSegment,
    /// The path holds an empty segment (`//`).
    PathEmptySegment,
    /// A percent-escape is broken, not UTF-8, or stands for a character that needs none.
    PathEncoding,
    /// The path does not begin with `/`.
    PathNotAbsolute,
    /// The path holds a percent-encoded slash.
    PathSlash,
    /// The path is longer than 4 KiB.
    PathTooLong,

    /// More than one credential was sent.
    CredentialsAmbiguous,
    /// No credential was sent.
    CredentialsMissing,
    /// The `Authorization` scheme is not `Bearer`.
    CredentialsScheme,

    /// `alg` is not one that the issuer and its keys are for. `none` never is.
    TokenAlgorithm,
    /// `aud` does not name us.
    TokenAudience,
    /// A claim has the wrong type or a value that cannot be.
    TokenClaim,
    /// The header has `crit` or `b64`: an extension that must be understood, and is not.
    TokenCritical,
    /// JSON nested deeper than 32.
    TokenDepth,
    /// A member name occurs twice.
    TokenDuplicateMember,
    /// A part is not canonical base64url (RFC 7515 §2), or not UTF-8 inside.
    TokenEncoding,
    /// The token is encrypted, compressed or nested. None of these is taken.
    TokenEncrypted,
    /// `exp` has passed.
    TokenExpired,
    /// `exp` is missing.
    TokenExpiryMissing,
    /// The header is not a JSON object with the members it needs.
    TokenHeader,
    /// `iat` lies in the future.
    TokenIssuedInFuture,
    /// `iss` names nobody we know.
    TokenIssuer,
    /// The key set has two keys that could be meant.
    TokenKeyAmbiguous,
    /// No key has the token's `kid`, or none is for its `alg`.
    TokenKeyUnknown,
    /// The keys of the issuer could not be fetched, and none are held.
    TokenKeysUnavailable,
    /// The token lives longer than the policy lets it.
    TokenLifetime,
    /// The token is not three parts divided by dots.
    TokenMalformed,
    /// `nbf` lies in the future.
    TokenNotYetValid,
    /// The payload is not a JSON object.
    TokenPayload,
    /// The scopes claim is neither an array of strings nor a string.
    TokenScopes,
    /// The signature does not fit.
    TokenSignature,
    /// `sub` is missing, empty or not a string.
    TokenSubject,
    /// The subject is one that the platform keeps for itself.
    TokenSubjectReserved,
    /// The token is larger than the policy lets it be.
    TokenTooLarge,
    /// `typ` is not the one asked for.
    TokenType,
    /// Too many verifications wait for an answer.
    VerificationBusy,
    /// The platform's verifier failed, or answered for a verification that nobody waits for.
    VerificationFailed,

    /// No route has this method and path.
    RouteUnmatched,
    /// A router that takes paths in any case would take this one for another route.
    RouteSpelling,
    /// The request wants to become a WebSocket, whose frames the gate cannot read.
    RouteUpgrade,

    /// The scopes do not grant the action on this resource at the route itself.
    AccessMissing,
    /// A scope that the route needs is missing.
    ScopeMissing,

    /// The token or its team restricts access to other agents.
    AccessRestricted,
    /// The policy lists the agents there are, and this is not one of them.
    AgentUnknown,
    /// The agent is switched off.
    AgentInactive,
    /// The token names a team that the policy does not know.
    TeamUnknown,

    /// The body is not one that can be read for the members that name a user or session.
    BodyMalformed,
    /// The body is too large to be read.
    BodyTooLarge,
    /// The body has a type that cannot be read for the members that name a user or session.
    BodyType,
    /// The body names a session other than the verified one.
    IsolationSession,
    /// Only a session says whose this is, and the token names none.
    IsolationSessionMissing,
    /// The body names a user other than the verified one.
    IsolationUser,
    /// Isolation would have to change the request, and who asks for the decision cannot.
    IsolationUnsupported,

    /// The origin could not be reached. Made by the caller of the module.
    OriginUnreachable,
    /// The origin's list could not be read, and so not be filtered. Made by the caller.
    ListUnreadable,

    /// A kill switch stops everything.
    SwitchAll,
    /// A kill switch stops the tenant.
    SwitchTenant,
    /// A kill switch stops the agent.
    SwitchAgent,
    /// A kill switch stops the subject.
    SwitchSubject,
    /// A kill switch stops the action.
    SwitchAction,
    /// A kill switch stops all but reading.
    SwitchWrites,
    /// The state of the kill switches cannot be read.
    SwitchUnreadable,

    /// What was sent cannot be a virtual key.
    KeyMalformed,
    /// No record has the key.
    KeyUnknown,
    /// The key has expired.
    KeyExpired,
    /// The key is blocked.
    KeyBlocked,
    /// The key is limited to other routes.
    KeyRoute,
    /// The key has spent what it may spend.
    KeyBudget,
    /// The record of the key is not one.
    KeyRecord,
    /// The store of keys did not answer.
    KeyUnavailable,
    /// The team is blocked.
    TeamBlocked,
    /// The team has spent what it may spend.
    TeamBudget,

    /// The evaluation request is not one.
    QuestionMalformed,
    /// A name is empty, too long, or holds a control, format or bidirectional character.
    NameMalformed,
    /// The context is not a JSON object.
    ContextMalformed,
    /// The context is nested too deeply.
    ContextDepth,
    /// A member of the context stands there twice.
    ContextDuplicateMember,
    /// A number of the context that no double holds, so that no approval can be bound to it.
    ContextNumber,
    /// The context is larger than the policy lets it be.
    ContextTooLarge,

    /// The policy gives the agent neither permissions nor levels nor an allowlist.
    ActionUngoverned,
    /// The policy knows no such tool.
    ToolUnknown,
    /// The agent is held to levels, and the tool has none.
    ToolUnlevelled,
    /// The level of the tool is not one of the agent.
    ToolLevel,
    /// The action stands on the blocklist of the agent.
    ActionBlocked,
    /// The action does not stand on the allowlist of the agent.
    ActionUnlisted,
    /// No permission names the action.
    PermissionMissing,
    /// The context has no amount, or one that is no finite, non-negative number.
    AmountInvalid,
    /// The amount is larger than every limit.
    AmountExceeded,

    /// An argument that a guard looks at is not there.
    GuardMissing,
    /// A guarded argument is of another type than the guard reads.
    GuardType,
    /// A number lies outside of its bounds.
    GuardRange,
    /// An argument is not one of the values allowed.
    GuardEnum,
    /// An argument does not match its pattern.
    GuardPattern,
    /// A URL names a host, port or scheme that may not be reached.
    GuardHost,
    /// A path leads out of its root.
    GuardPath,
    /// A statement does not parse, or writes where it may not.
    GuardSql,
    /// The module that judges URLs, patterns and SQL is not there, or failed.
    GuardUnavailable,

    /// The calls of the window are used up.
    BudgetCalls,
    /// The steps of the window are used up.
    BudgetSteps,
    /// The amount is more than what is left of the window.
    BudgetSpend,
    /// The same action with the same arguments, too often.
    BudgetLoop,
    /// The state of a budget was not given, or cannot be read.
    BudgetUnavailable,
    /// The same request was let through before under this idempotency key.
    IdempotencyDuplicate,
    /// Another request was let through before under this idempotency key.
    IdempotencyMismatch,

    /// A person has to approve this first.
    ApprovalRequired,
    /// It was asked for, and nobody has decided yet.
    ApprovalPending,
    /// A person said no.
    ApprovalDenied,
    /// Nobody decided in time, or it was not used in time.
    ApprovalExpired,
    /// It was good for once.
    ApprovalUsed,
    /// The approval is bound to another subject, agent, action or context.
    ApprovalMismatch,
    /// Who asked may not approve.
    ApprovalSelf,
    /// Who decides has not the scope for it, or is not the asking user.
    ApprovalUnentitled,
    /// It was decided before.
    ApprovalDecided,
    /// The state of an approval was not given, or cannot be read.
    ApprovalUnavailable,
    /// Every layer agreed; the rule is a dry run, so it is not done.
    DryRun,
    /// A layer said no, and the policy only watches.
    Shadowed,
}

impl Reason {
    /// The stable name, `<stage>_<what>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The HTTP status of the answer (RFC 9110 §15, RFC 6750 §3.1). 200 is never answered: it
    /// stands for what goes on to the origin.
    #[must_use]
    pub fn status(self) -> u16 {
        self.entry().2
    }

    /// A sentence for people, lower-case and without full stop.
    #[must_use]
    pub fn message(self) -> &'static str {
        self.entry().3
    }

    /// Whether the request goes on.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(self, Self::Allowed | Self::Public | Self::Shadowed)
    }

    /// The number that crosses into JavaScript.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// All reasons, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.0)
    }

    fn entry(self) -> &'static Entry {
        // INVARIANT: the table has every reason at its number; `tests/reasons.rs` walks it.
        TABLE.get(usize::from(self.number())).unwrap_or(&TABLE[3])
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}
