//! The policy document as it is written: JSON in which an unknown member is an error.
//!
//! These types are also where the JSON Schema comes from, so their comments are what an editor
//! shows beside a member.

use std::collections::BTreeMap;

mod actions;
mod agents;
mod authentication;
mod control;
mod routes;
mod state;

pub use actions::{
    GuardDocument, LevelName, PermissionDocument, SqlDialect, SqlDocument, ToolDocument,
};
pub use agents::{AccessDocument, AccessWord, Agent, Team};
pub use authentication::{
    AlgorithmName, AnyWord, Audience, Authentication, ClaimPaths, CredentialDocument,
    IssuerDocument, KeyDocument, VirtualKeys,
};
pub use control::{Compatible, ControlDocument, WebhookDocument};
pub use routes::{Interface, MethodName, Profile, RouteFlavour, Routes, Rule};
pub use state::{
    Answers, ApprovalKind, ApprovalsDocument, BudgetDocument, BudgetScope, Dialect, Mode,
    SwitchDocument, SwitchScope,
};

/// What the gate decides by.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct PolicyDocument {
    /// Where the schema of this document is, for editors. The gate does not read it.
    #[cfg_attr(feature = "schema", schemars(rename = "$schema", default))]
    pub schema: Option<String>,
    /// The version of this format. There is one: 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Whose tokens are believed.
    pub authentication: Authentication,
    /// Which method and path is which action on which resource.
    pub routes: Routes,
    /// Whether what is denied is refused, or only recorded.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub mode: Mode,
    /// In whose words a denial is told.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub answers: Answers,
    /// Names for lists of agents, to be used by teams and keys.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub groups: BTreeMap<String, Vec<String>>,
    /// Teams by name, and the agents each may use. A token names its team in the claim that
    /// `claims.team` of its issuer points at, a virtual key in its record.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub teams: BTreeMap<String, Team>,
    /// The agents there are, by id. When this member stands here, every other agent is denied.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub agents: Option<BTreeMap<String, Agent>>,
    /// The tools there are, by name: how dangerous each is, and what its arguments may be. An
    /// agent that is held to levels may use no tool that does not stand here.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub tools: BTreeMap<String, ToolDocument>,
    /// What holds for approvals by people.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub approvals: ApprovalsDocument,
    /// How much may be done. Every budget that speaks of a request must have room for it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub budgets: Vec<BudgetDocument>,
    /// What is switched off, until it is taken out of here. The store may hold more.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub switches: Vec<SwitchDocument>,
    /// Which members of query and body carry a user or a session, and so are forced to the
    /// verified ones. Strict routes have it on by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub isolation: Option<Isolation>,
    /// How the gate is managed while it runs.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub control: ControlDocument,
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

/// Which members carry a user or a session.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Isolation {
    /// These members.
    Members(IsolationMembers),
    /// What a caller says of user and session is passed on as it is.
    Word(OffWord),
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
