//! What has a state: approvals, budgets, switches. The state itself lives in the store.

use crate::json::Number;

#[cfg(feature = "schema")]
type JsonNumber = serde_json::Number;

/// Whether what is denied is refused.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum Mode {
    /// It is refused.
    #[default]
    Enforce,
    /// It is recorded and let through. Kill switches, bad credentials and malformed requests are
    /// refused all the same.
    Shadow,
}

/// In whose words a denial is told.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct Answers {
    /// The words. Those of the profile by default.
    pub dialect: Option<Dialect>,
    /// Whether an agent that is not there is answered as one that may not be used. True by
    /// default (false in `litellm-1.109`): otherwise strangers find out which agents there are.
    pub hide_unknown: Option<bool>,
}

/// The words of a platform.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Dialect {
    /// `{"detail": …}`
    #[cfg_attr(feature = "schema", schemars(rename = "agentos"))]
    AgentOs,
    /// As `LiteLLM` answers: JSON-RPC on the routes that speak it, `{"detail": …}` elsewhere.
    #[cfg_attr(feature = "schema", schemars(rename = "litellm"))]
    LiteLlm,
    /// As the documentation of `LiteLLM` has it: `{"error": {"message": …, "code": 403}}`.
    #[cfg_attr(feature = "schema", schemars(rename = "litellm-docs"))]
    LiteLlmDocs,
    /// Problem details (RFC 9457).
    #[cfg_attr(feature = "schema", schemars(rename = "problem"))]
    Problem,
}

/// Who has to approve.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum ApprovalKind {
    /// Somebody else, who holds the scope for it.
    #[default]
    Approval,
    /// The user who asked.
    Confirmation,
}

/// What holds for approvals.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct ApprovalsDocument {
    /// After how many seconds an approval is good for nothing, decided or not. 3600 by default.
    pub expires_seconds: u32,
    /// The scope of those who may approve. `approvals:write` by default.
    pub approver_scope: String,
}

impl Default for ApprovalsDocument {
    fn default() -> Self {
        Self { expires_seconds: 3600, approver_scope: "approvals:write".into() }
    }
}

/// How much may be done in a window of time. Of the limits, each that stands here must have room.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct BudgetDocument {
    /// Its name, by which its state is kept.
    pub name: String,
    /// Whose budget it is: what is counted together. `all` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub per: BudgetScope,
    /// The agents it speaks of. All by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub agents: Option<Vec<String>>,
    /// The actions it speaks of, exact names or `service.*`. All by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub actions: Option<Vec<String>>,
    /// How many requests are let through.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub calls: Option<u32>,
    /// How many requests are looked at, denied ones included.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub steps: Option<u32>,
    /// How large the amounts may be together. Exact, whatever a float would make of it.
    #[cfg_attr(feature = "schema", schemars(default, with = "Option<JsonNumber>"))]
    pub spend: Option<Number>,
    /// Where in the context the amount is, as a JSON Pointer. `/amount` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub amount: Option<String>,
    /// How often the same action may be asked for with the same arguments, one after the other.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub repeats: Option<u32>,
    /// After how many seconds everything is counted from nothing again. Never by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub window_seconds: Option<u32>,
}

/// What is counted together.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum BudgetScope {
    /// Everything.
    #[default]
    All,
    /// What is asked by those of one tenant.
    Tenant,
    /// What one subject asks.
    Subject,
    /// What is asked of one agent.
    Agent,
}

/// A kill switch that is pulled, and by whom, when and why.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct SwitchDocument {
    /// What is stopped.
    pub stop: SwitchScope,
    /// Which one: the tenant, agent, subject or action. Not for `all` and `writes`.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub id: Option<String>,
    /// Who pulled it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub by: Option<String>,
    /// When, as RFC 3339 has it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub at: Option<String>,
    /// Why.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub why: Option<String>,
}

/// What a kill switch stops.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum SwitchScope {
    /// Everything that is not public.
    All,
    /// Everything but reading.
    Writes,
    /// All that is asked by one tenant, or of its agents.
    Tenant,
    /// One agent.
    Agent,
    /// One subject.
    Subject,
    /// One action, or with `service.*` all below a service.
    Action,
}
