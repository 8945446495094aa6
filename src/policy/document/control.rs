//! How the gate is managed while it runs. The module decides nothing by it: `pkg/state/` and
//! `pkg/control/` read it.

/// How the gate is managed while it runs, where a Worker has a store for that.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct ControlDocument {
    /// The platforms whose own calls for managing keys, teams and agents are answered. None by
    /// default.
    pub compatible: Vec<Compatible>,
    /// For so many seconds what was read of keys, agents, teams and switches is taken for new. 2 by
    /// default; with 0 it is asked for each time.
    pub max_stale_seconds: u32,
    /// For so many seconds it holds while the store does not answer. After that everything is
    /// denied. 30 by default; at least `max_stale_seconds`.
    pub hard_stale_seconds: u32,
    /// Who is told of approvals that are asked for and decided.
    pub webhook: Option<WebhookDocument>,
}

impl Default for ControlDocument {
    fn default() -> Self {
        Self { compatible: Vec::new(), max_stale_seconds: 2, hard_stale_seconds: 30, webhook: None }
    }
}

/// A platform whose calls for management are answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum Compatible {
    /// `/key/…` and `/team/…`.
    LiteLlm,
    /// `/api/agents…` and `/api/permissions…`.
    AgentWarden,
}

/// Who is told of approvals, by `POST`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct WebhookDocument {
    /// Where to: an address that begins with `https://`, at one of the `hosts`.
    pub url: String,
    /// The hosts that may be told, exact names.
    pub hosts: Vec<String>,
    /// The name of the secret that signs what is told.
    pub secret: String,
}
