//! What an agent may do, and with which arguments.

use super::ApprovalKind;
use crate::json::{Json, Number};

#[cfg(feature = "schema")]
type JsonNumber = serde_json::Number;
#[cfg(feature = "schema")]
type JsonValue = serde_json::Value;

/// A right to an action, as in `AgentWarden`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct PermissionDocument {
    /// The name of the action, such as `stripe.refund`, or a service with all below it:
    /// `stripe.*`.
    pub action: String,
    /// The largest amount it covers. Without it, every amount, and also none.
    #[cfg_attr(feature = "schema", schemars(default, with = "Option<JsonNumber>"))]
    pub max_amount: Option<Number>,
    /// Where in the context the amount is, as a JSON Pointer. `/amount` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub amount: Option<String>,
    /// Whether a person has to approve what it covers. False by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub requires_approval: bool,
    /// Who: an approver (`approval`, by default) or the asking user (`confirmation`).
    #[cfg_attr(feature = "schema", schemars(default))]
    pub approval: Option<ApprovalKind>,
    /// Whether what it covers is checked in full and then not done. False by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub dry_run: bool,
}

/// A tool.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ToolDocument {
    /// How dangerous it is. Agents that are held to levels cannot use a tool without one.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub level: Option<LevelName>,
    /// What its arguments must be. All guards must agree.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub guards: Vec<GuardDocument>,
    /// Who has to approve each use. Nobody by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub approval: Option<ApprovalKind>,
    /// Whether each use is checked in full and then not done. False by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub dry_run: bool,
}

/// How dangerous a tool is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum LevelName {
    /// It looks, and changes nothing.
    Read,
    /// It changes what can be changed back.
    Write,
    /// It sets something going.
    Execute,
    /// It takes away.
    Delete,
}

/// What one argument must be. Of the members besides `at`, each that stands here must agree.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct GuardDocument {
    /// The argument, as a JSON Pointer into the context.
    pub at: String,
    /// Whether the argument has to be there. True by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub required: Option<bool>,
    /// The largest number it may be; it may not be negative either.
    #[cfg_attr(feature = "schema", schemars(default, with = "Option<JsonNumber>"))]
    pub max_amount: Option<Number>,
    /// The smallest number it may be.
    #[cfg_attr(feature = "schema", schemars(default, with = "Option<JsonNumber>"))]
    pub minimum: Option<Number>,
    /// The largest number it may be.
    #[cfg_attr(feature = "schema", schemars(default, with = "Option<JsonNumber>"))]
    pub maximum: Option<Number>,
    /// The values it may be, one of them.
    #[cfg_attr(
        feature = "schema",
        schemars(default, rename = "enum", with = "Option<Vec<JsonValue>>")
    )]
    pub values: Option<Vec<Json>>,
    /// The regular expression that has to match all of it. No look-around and no back-references,
    /// so that matching takes linear time.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub pattern: Option<String>,
    /// The hosts a URL may name: exact, or `*.example.com` for all below it. Never reached are
    /// this machine, private, link-local and metadata addresses, in whatever spelling, nor a URL
    /// with userinfo.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub hosts: Option<Vec<String>>,
    /// The ports such a URL may name. That of its scheme by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub ports: Option<Vec<u16>>,
    /// The schemes such a URL may have. `https` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub schemes: Option<Vec<String>>,
    /// The folder a path has to stay in, absolute.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub paths: Option<String>,
    /// What an SQL text may do.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub sql: Option<SqlDocument>,
}

/// What an SQL text may do. It is parsed, and what does not parse is refused.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct SqlDocument {
    /// The schemas that may be written to. None by default: then it may only read.
    pub writes: Vec<String>,
    /// The language. `postgresql` by default.
    pub dialect: SqlDialect,
}

/// A language of SQL.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum SqlDialect {
    /// `PostgreSQL`.
    #[default]
    PostgreSql,
    /// `MySQL` and `MariaDB`.
    MySql,
    /// `SQLite`.
    Sqlite,
}
