//! The policy document as it is written: JSON in which an unknown member is an error.
//!
//! These types are also where the JSON Schema comes from, so their comments are what an editor
//! shows beside a member.

use std::collections::BTreeMap;

use crate::json::Json;

/// What the gate decides by.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct PolicyDocument {
    /// Where the schema of this document is, for editors. The gate does not read it.
    #[cfg_attr(feature = "schema", schemars(rename = "$schema", default))]
    pub schema: Option<String>,
    /// The version of this format. There is one: 1.
    pub version: u32,
    /// Whose tokens are believed.
    pub authentication: Authentication,
    /// Which method and path is which action on which resource.
    pub routes: Routes,
    /// Teams by name, and the agents each may use. A token names its team in the claim that
    /// `claims.team` of its issuer points at.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub teams: BTreeMap<String, Team>,
    /// The agents there are, by id. When this member stands here, every other agent is denied.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub agents: Option<BTreeMap<String, Agent>>,
    /// Which members of query and body carry a user or a session, and so are forced to the
    /// verified ones. Strict routes have it on by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub isolation: Option<Isolation>,
}

/// Whose tokens are believed, and where in a request they are.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Authentication {
    /// Those who sign tokens. A token's `iss` picks one.
    pub issuers: Vec<IssuerDocument>,
    /// Where in a request the token is. The `Authorization` header by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub credential: CredentialDocument,
}

/// Where in a request the token is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct CredentialDocument {
    /// The header that carries the token. `authorization` by default, unless a cookie is named.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub header: Option<String>,
    /// The cookie that carries the token. With both, the header goes first.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub cookie: Option<String>,
}

/// Somebody who signs tokens.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct IssuerDocument {
    /// What people call this issuer. Shown in traces and logs.
    pub name: String,
    /// The exact `iss` of its tokens, or the word `any`, which one issuer at most may have.
    pub issuer: String,
    /// The audiences that are us: a list, of which a token's `aud` must hold one, or `"any"`.
    pub audience: Audience,
    /// The algorithms its keys may be used with. Nothing else is accepted, whatever a token says.
    pub algorithms: Vec<AlgorithmName>,
    /// Its keys. Several for rotation: each that may be meant is tried. A key that is weak or
    /// cannot be read is an error of the policy.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub keys: Vec<KeyDocument>,
    /// Where its JWK Set is published (RFC 7517 §5). HTTPS only.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub jwks_uri: Option<String>,
    /// Where in the token the things are that the gate wants to know.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub claims: ClaimPaths,
    /// The `typ` a token must have (RFC 8725 §3.11), such as `at+jwt` (RFC 9068). None by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub typ: Option<String>,
    /// How far clocks may be apart, in seconds. 0 by default (10 in the flavour `agno-3.1`);
    /// 300 at most.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub leeway_seconds: Option<u32>,
    /// Whether a token without `exp` is refused. True by default (false in `agno-3.1`).
    #[cfg_attr(feature = "schema", schemars(default))]
    pub require_expiry: Option<bool>,
    /// How far `exp` may lie ahead, in seconds. 31 days by default; without bound in `agno-3.1`.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_lifetime_seconds: Option<u32>,
    /// How large a token may be, in bytes. 8192 by default, and at most.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_token_bytes: Option<u32>,
    /// The scope that grants everything. `agent_os:admin` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub admin_scope: Option<String>,
    /// How claims are read: `strict`, or as AgentOS 3.1 reads them.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub flavour: Flavour,
}

/// The audiences that are us.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Audience {
    /// The word `any`: the audience is not looked at.
    Word(AnyWord),
    /// One of these must be in the token's `aud`.
    List(Vec<String>),
}

/// The word `any`.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnyWord {
    /// Not looked at.
    #[cfg_attr(feature = "schema", schemars(rename = "any"))]
    Any,
}

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). `none` is not one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the names are RFC 7518's")]
pub enum AlgorithmName {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    EdDSA,
}

#[cfg(feature = "schema")]
type JsonObject = serde_json::Map<String, serde_json::Value>;

/// A key, or where it is. Exactly one member.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum KeyDocument {
    /// The name of a secret that holds a PEM public key, a JWK, a JWK Set or, for HS algorithms,
    /// the shared secret itself.
    Env(String),
    /// A public JWK (RFC 7517 §4).
    Jwk(#[cfg_attr(feature = "schema", schemars(with = "JsonObject"))] Json),
    /// A JWK Set of public keys (RFC 7517 §5).
    Jwks(#[cfg_attr(feature = "schema", schemars(with = "JsonObject"))] Json),
    /// A public key in PEM (`-----BEGIN PUBLIC KEY-----`, RFC 7468 §13).
    Pem(String),
}

/// Shows what kind of key it is. A JWK might be a private one, put here by mistake.
impl std::fmt::Debug for KeyDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Env(_) => "Env",
            Self::Jwk(_) => "Jwk",
            Self::Jwks(_) => "Jwks",
            Self::Pem(_) => "Pem",
        })
    }
}

/// Where in a token's claims things are: names divided by dots, `realm_access.roles`. A claim
/// whose own name holds dots is found by its whole name first.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct ClaimPaths {
    /// Who it is. `sub` by default.
    pub subject: String,
    /// In which session. `session_id` by default.
    pub session: String,
    /// With which scopes: an array, or a string divided by spaces. `scopes` by default.
    pub scopes: String,
    /// In which team. Not looked for by default; once it is, a token without it is refused.
    pub team: Option<String>,
    /// For which agents the token is: a list of ids. Not looked for by default; once it is, a
    /// token without it reaches no agent.
    pub agents: Option<String>,
    /// Of which tenant. Not looked for by default.
    pub tenant: Option<String>,
}

impl Default for ClaimPaths {
    fn default() -> Self {
        Self {
            subject: "sub".into(),
            session: "session_id".into(),
            scopes: "scopes".into(),
            team: None,
            agents: None,
            tenant: None,
        }
    }
}

/// Whose rules are followed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Flavour {
    /// Closed in every corner.
    #[default]
    #[cfg_attr(feature = "schema", schemars(rename = "strict"))]
    Strict,
    /// As Agno AgentOS 3.1 does it, open corners included.
    #[cfg_attr(feature = "schema", schemars(rename = "agno-3.1"))]
    Agno31,
}

/// Which method and path is which action on which resource.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Routes {
    /// The table of a known platform, or none: then only `rules` count.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub profile: Option<Profile>,
    /// Whose rules the table follows.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub flavour: Flavour,
    /// Paths open to everybody, token or not: exact, or ending in `/*`. In the flavour
    /// `agno-3.1` a pattern as `fnmatch` reads it. They are added to the profile's own.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub public: Vec<String>,
    /// Own rules. Strict ones go before the profile's; in `agno-3.1` one with the method and path
    /// of the profile replaces it, and the others come after.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub rules: Vec<Rule>,
    /// Parts of the platform that are switched on. They add routes.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub interfaces: Vec<Interface>,
    /// Below which path the platform is mounted, such as `/os`. None by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub mount: Option<String>,
}

/// A platform whose routes are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Profile {
    /// Agno AgentOS.
    #[cfg_attr(feature = "schema", schemars(rename = "agentos"))]
    AgentOs,
}

/// A part of AgentOS that is off unless it is switched on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum Interface {
    /// `/company/…`.
    Company,
    /// Agent-to-agent, under `/a2a`.
    A2a,
    /// AG-UI: `POST /agui`, `GET /status`.
    Agui,
}

/// One line of the route table. It has either `scopes`, or `action` and `resource`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Rule {
    /// The HTTP method, in capitals.
    pub method: MethodName,
    /// The path. `{name}` stands for one segment, `{name:path}` at the end for the rest. In `agno-3.1` a pattern as `fnmatch` reads it.
    pub path: String,
    /// What is done: the last part of the scope that is needed.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub action: Option<String>,
    /// To what: `agents/{agent}`, or a kind alone. With `action` it makes the scope needed.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub resource: Option<String>,
    /// The scopes needed, all of them. An empty list asks for a valid token and no more.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub scopes: Option<Vec<String>>,
}

/// An HTTP method (RFC 9110 §9.3, RFC 5789).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "UPPERCASE"))]
#[expect(missing_docs, reason = "the names are RFC 9110's")]
pub enum MethodName {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// What a team may use.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Team {
    /// The agents of the team.
    pub agents: AccessDocument,
}

/// `"all"`, `"none"`, or a list of ids. An empty list is none.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum AccessDocument {
    /// All or none.
    Word(AccessWord),
    /// These and no other.
    List(Vec<String>),
}

/// All or none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum AccessWord {
    /// Every one there is.
    All,
    /// Not one.
    None,
}

/// An agent.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Agent {
    /// Whether it may be used at all. True by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub active: bool,
}

/// Which members carry a user or a session.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Isolation {
    /// What a caller says of user and session is passed on as it is.
    Word(OffWord),
    /// These members.
    Members(IsolationMembers),
}

/// The word `off`.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OffWord {
    /// Nothing is forced.
    #[cfg_attr(feature = "schema", schemars(rename = "off"))]
    Off,
}

/// Members of query, form and JSON body that carry a user or a session. What is not there is put
/// there; a body that names somebody else is refused. Runs that are there already are opened by
/// their session alone, so who asks for one needs a token that names it, or the admin scope.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct IsolationMembers {
    /// Names of members that carry the user. `["user_id"]` by default.
    pub user: Vec<String>,
    /// Names of members that carry the session. `["session_id"]` by default.
    pub session: Vec<String>,
    /// How large a body may be that has to be read for them, in bytes. 1 MiB by default.
    pub max_body_bytes: u32,
}

impl Default for IsolationMembers {
    fn default() -> Self {
        Self {
            user: vec!["user_id".into()],
            session: vec!["session_id".into()],
            max_body_bytes: 1 << 20,
        }
    }
}
