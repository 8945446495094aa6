//! Which method and path is which action on which resource.

use super::Flavour;

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
    pub flavour: RouteFlavour,
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

/// Whose rules the routes follow.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RouteFlavour {
    /// Closed in every corner.
    #[default]
    #[cfg_attr(feature = "schema", schemars(rename = "strict"))]
    Strict,
    /// As Agno `AgentOS` 3.1 does it, open corners included.
    #[cfg_attr(feature = "schema", schemars(rename = "agno-3.1"))]
    Agno31,
    /// As `LiteLLM` 1.109 does it, open corners included, but for those that missing data opens.
    #[cfg_attr(feature = "schema", schemars(rename = "litellm-1.109"))]
    LiteLlm1109,
}

impl RouteFlavour {
    /// How paths, scopes and headers are read. `LiteLLM` has no rules of its own for these.
    #[must_use]
    pub const fn reading(self) -> Flavour {
        match self {
            Self::Agno31 => Flavour::Agno31,
            Self::Strict | Self::LiteLlm1109 => Flavour::Strict,
        }
    }
}

/// A platform whose routes are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Profile {
    /// Agno `AgentOS`.
    #[cfg_attr(feature = "schema", schemars(rename = "agentos"))]
    AgentOs,
    /// The agent gateway of `LiteLLM`: `/a2a/…` and `/v1/agents`.
    #[cfg_attr(feature = "schema", schemars(rename = "litellm"))]
    LiteLlm,
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
pub enum MethodName {
    /// It reads. In the flavour `strict` it stands for HEAD as well.
    Get,
    /// It reads nothing but headers.
    Head,
    /// It does what the path stands for: runs, creates.
    Post,
    /// It replaces.
    Put,
    /// It changes a part.
    Patch,
    /// It removes.
    Delete,
    /// It asks what may be asked. In the flavour `agno-3.1` it passes by itself.
    Options,
}
