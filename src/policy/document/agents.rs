//! Agents, and the lists that say who may use which.

use super::{LevelName, PermissionDocument};

/// What a team may use: what `agents` says and what its groups hold, together. One of the two has
/// to stand here; a list or a group that holds nobody lets nobody in.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Team {
    /// The agents of the team.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub agents: Option<AccessDocument>,
    /// Groups whose agents are the team's as well.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub groups: Vec<String>,
    /// Whether nobody of the team is let in. False by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub blocked: bool,
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

/// An agent: whether it may be used, and what it may do.
///
/// What it may do, `levels`, `allow` and `permissions` say; of those that stand here, all must
/// agree. With none of them it may do nothing.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Agent {
    /// Whether it may be used at all. True by default.
    #[cfg_attr(feature = "schema", schemars(default, extend("default" = true)))]
    pub active: bool,
    /// The name it goes by in paths besides its id. Lists hold ids, never names.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub name: Option<String>,
    /// The tenant it belongs to. Who is of another one, or of none that is known, cannot use it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub tenant: Option<String>,
    /// The levels of tools it may use.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub levels: Option<Vec<LevelName>>,
    /// The actions it may do, exact names or `service.*`.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub allow: Option<Vec<String>>,
    /// The actions it may never do, exact names or `service.*`. This list wins over all others.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub block: Vec<String>,
    /// What it may do up to which amount, and what a person has to approve. Several for one
    /// action add up: the one that lets most through counts.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub permissions: Option<Vec<PermissionDocument>>,
    /// Whether what it is denied is only recorded. False by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub shadow: bool,
}
