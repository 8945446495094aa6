//! The closed list of reasons. Names are added, never changed.

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

    /// The clock is not a number, or shows a time before 2024.
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

    /// The origin could not be reached. Made by the caller of the module.
    OriginUnreachable,
    /// The origin's list could not be read, and so not be filtered. Made by the caller.
    ListUnreadable,
}

/// What is said about a reason: its stable name, the status of the answer, a sentence.
struct Entry(Reason, &'static str, u16, &'static str);

use Reason as R;
const TABLE: [Entry; 60] = [
    Entry(R::Allowed, "allowed", 200, "every layer agreed"),
    Entry(R::Public, "public", 200, "the route is public"),
    Entry(R::ClockInvalid, "clock_invalid", 503, "the clock makes no sense"),
    Entry(R::EngineFault, "engine_fault", 503, "the gate failed while deciding"),
    Entry(R::PolicyInvalid, "policy_invalid", 503, "the gate has no valid policy"),
    Entry(R::PathBackslash, "path_backslash", 400, "the path holds a backslash"),
    Entry(R::PathControl, "path_control", 400, "the path holds a control byte"),
    Entry(R::PathDotSegment, "path_dot_segment", 400, "the path holds a dot segment"),
    Entry(R::PathEmptySegment, "path_empty_segment", 400, "the path holds an empty segment"),
    Entry(
        R::PathEncoding,
        "path_encoding",
        400,
        "the path is not in its canonical percent-encoding",
    ),
    Entry(R::PathNotAbsolute, "path_not_absolute", 400, "the path does not begin with a slash"),
    Entry(R::PathSlash, "path_slash", 400, "the path holds an encoded slash"),
    Entry(R::PathTooLong, "path_too_long", 414, "the path is too long"),
    Entry(
        R::CredentialsAmbiguous,
        "credentials_ambiguous",
        400,
        "more than one credential was sent",
    ),
    Entry(R::CredentialsMissing, "credentials_missing", 401, "no credential was sent"),
    Entry(
        R::CredentialsScheme,
        "credentials_scheme",
        401,
        "the authorization scheme is not Bearer",
    ),
    Entry(
        R::TokenAlgorithm,
        "token_algorithm",
        401,
        "the token's algorithm is not one that is accepted",
    ),
    Entry(R::TokenAudience, "token_audience", 401, "the token is for another audience"),
    Entry(R::TokenClaim, "token_claim", 401, "a claim has a value that cannot be"),
    Entry(
        R::TokenCritical,
        "token_critical",
        401,
        "the token asks for an extension that is not understood",
    ),
    Entry(R::TokenDepth, "token_depth", 401, "the token is nested too deeply"),
    Entry(R::TokenDuplicateMember, "token_duplicate_member", 401, "the token has a member twice"),
    Entry(R::TokenEncoding, "token_encoding", 401, "the token is not in canonical base64url"),
    Entry(
        R::TokenEncrypted,
        "token_encrypted",
        401,
        "encrypted, compressed and nested tokens are not taken",
    ),
    Entry(R::TokenExpired, "token_expired", 401, "the token has expired"),
    Entry(R::TokenExpiryMissing, "token_expiry_missing", 401, "the token has no expiry"),
    Entry(R::TokenHeader, "token_header", 401, "the token's header cannot be read"),
    Entry(
        R::TokenIssuedInFuture,
        "token_issued_in_future",
        401,
        "the token was issued in the future",
    ),
    Entry(R::TokenIssuer, "token_issuer", 401, "the token's issuer is not known"),
    Entry(R::TokenKeyAmbiguous, "token_key_ambiguous", 401, "two keys could be meant"),
    Entry(R::TokenKeyUnknown, "token_key_unknown", 401, "no key fits the token"),
    Entry(
        R::TokenKeysUnavailable,
        "token_keys_unavailable",
        503,
        "the issuer's keys are not available",
    ),
    Entry(R::TokenLifetime, "token_lifetime", 401, "the token lives longer than allowed"),
    Entry(
        R::TokenMalformed,
        "token_malformed",
        401,
        "the token is not three parts divided by dots",
    ),
    Entry(R::TokenNotYetValid, "token_not_yet_valid", 401, "the token is not valid yet"),
    Entry(R::TokenPayload, "token_payload", 401, "the token's payload is not a JSON object"),
    Entry(R::TokenScopes, "token_scopes", 401, "the token's scopes cannot be read"),
    Entry(R::TokenSignature, "token_signature", 401, "the signature does not fit"),
    Entry(R::TokenSubject, "token_subject", 401, "the token names no subject"),
    Entry(
        R::TokenSubjectReserved,
        "token_subject_reserved",
        401,
        "the token's subject is reserved",
    ),
    Entry(R::TokenTooLarge, "token_too_large", 401, "the token is too large"),
    Entry(R::TokenType, "token_type", 401, "the token is of another type"),
    Entry(R::VerificationBusy, "verification_busy", 503, "too many tokens are being verified"),
    Entry(R::VerificationFailed, "verification_failed", 401, "the token could not be verified"),
    Entry(R::RouteUnmatched, "route_unmatched", 403, "no route has this method and path"),
    Entry(R::RouteUpgrade, "route_upgrade", 403, "connections cannot be upgraded"),
    Entry(R::AccessMissing, "access_missing", 403, "the scopes do not reach this resource"),
    Entry(R::ScopeMissing, "scope_missing", 403, "a scope is missing"),
    Entry(R::AccessRestricted, "access_restricted", 403, "access is restricted to other agents"),
    Entry(R::AgentUnknown, "agent_unknown", 403, "the agent is not known"),
    Entry(R::AgentInactive, "agent_inactive", 403, "the agent is switched off"),
    Entry(R::TeamUnknown, "team_unknown", 403, "the token's team is not known"),
    Entry(R::BodyMalformed, "body_malformed", 400, "the body cannot be read"),
    Entry(R::BodyTooLarge, "body_too_large", 413, "the body is too large to be read"),
    Entry(R::BodyType, "body_type", 415, "a body of this type cannot be read"),
    Entry(R::IsolationSession, "isolation_session", 403, "the body names another session"),
    Entry(
        R::IsolationSessionMissing,
        "isolation_session_missing",
        403,
        "only a session says whose this is, and the token names none",
    ),
    Entry(R::IsolationUser, "isolation_user", 403, "the body names another user"),
    Entry(R::OriginUnreachable, "origin_unreachable", 502, "the origin cannot be reached"),
    Entry(R::ListUnreadable, "list_unreadable", 502, "the origin's list cannot be read"),
];

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
        matches!(self, Self::Allowed | Self::Public)
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
