//! What an agent may do: levels, allowlist, blocklist, permissions. Everything that stands in the
//! policy must agree, and the blocklist wins.

use super::Reason;
use super::by_action::ByAction;
use super::name::{ActionPattern, is_dotted, is_name};
use super::permission::{self, Permitted, Tier, Uncovered};
use crate::guard::{Guards, JUDGE};
use crate::json::{Decimal, Json, Pointer};
use crate::policy::PolicyError;
use crate::policy::document::{
    Agent, ApprovalKind, LevelName, PermissionDocument, PolicyDocument, ToolDocument,
};
use crate::table::Table;

/// Where in a context the amount is, unless the policy says otherwise.
pub(super) const AMOUNT: &str = "/amount";

/// The agents and tools of a policy, by what they may do.
#[derive(Default)]
pub(crate) struct Conduct {
    agents: Table<Rules>,
    pub(super) tools: Table<Tool>,
}

/// What the policy says of one agent.
pub(super) struct Rules {
    pub(super) is_active: bool,
    pub(super) tenant: Option<String>,
    pub(super) is_shadowed: bool,
    levels: Option<u8>,
    allow: Option<ByAction<()>>,
    block: ByAction<()>,
    permissions: Option<ByAction<Vec<Tier>>>,
}

/// What the policy says of one tool.
pub(super) struct Tool {
    pub(super) level: Option<LevelName>,
    approval: Option<ApprovalKind>,
    dry_run: bool,
    /// What its arguments must be.
    pub(super) guards: Guards,
}

/// What the action layer says to an action that it lets through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Consent {
    pub(super) approval: Option<ApprovalKind>,
    pub(super) dry_run: bool,
}

impl Conduct {
    /// # Errors
    ///
    /// `policy_id`, `policy_action`, `policy_amount`, `policy_approval`, with the place.
    pub(crate) fn compile(document: &PolicyDocument) -> Result<Self, PolicyError> {
        let mut conduct = Self::default();
        for (id, agent) in document.agents.iter().flatten() {
            let place = pointer("/agents", id);
            let rules = Rules::compile(agent, &place)?;
            conduct.agents.or_insert_with(id, || rules);
        }
        for (name, tool) in &document.tools {
            let place = pointer("/tools", name);
            if !is_name(name) {
                let message = "no action can have this name";
                return Err(PolicyError::at(place, "policy_action", message));
            }
            let tool = Tool::compile(tool, &place)?;
            conduct.tools.or_insert_with(name, || tool);
        }
        Ok(conduct)
    }

    pub(super) fn agent(&self, id: &str) -> Option<&Rules> {
        self.agents.get(id)
    }

    /// The agents, by id.
    pub(super) fn agents(&self) -> impl Iterator<Item = &str> {
        self.agents.names()
    }

    /// Every action that the policy names for an agent, itself or as a tool, in no order.
    pub(super) fn named<'c>(&'c self, rules: &'c Rules) -> impl Iterator<Item = &'c str> {
        let permitted = rules.permissions.iter().flat_map(ByAction::names);
        let allowed = rules.allow.iter().flat_map(ByAction::names);
        permitted.chain(allowed).chain(self.tools.names())
    }

    /// Asks what an agent may do. A tool that the policy does not know is refused before anything
    /// else, where the agent is held to levels.
    pub(super) fn ask(
        &self,
        rules: &Rules,
        action: &str,
        context: &Json,
    ) -> Result<Consent, Uncovered> {
        let refuse = |reason| Err(Uncovered { reason, limit: None });
        let tool = self.tools.get(action);
        if rules.levels.is_some() && tool.is_none() {
            return refuse(Reason::ToolUnknown);
        }
        if rules.block.covers(action) {
            return refuse(Reason::ActionBlocked);
        }
        if let Some(levels) = rules.levels {
            match tool.and_then(|tool| tool.level) {
                None => return refuse(Reason::ToolUnlevelled),
                Some(level) if levels & bit(level) == 0 => return refuse(Reason::ToolLevel),
                Some(_) => {}
            }
        }
        // What grants speaks of whole segments: `stripe.*` is not for `stripe.`, though a block is.
        let is_dotted = is_dotted(action);
        if rules.allow.as_ref().is_some_and(|allow| !is_dotted || !allow.covers(action)) {
            return refuse(Reason::ActionUnlisted);
        }
        let permitted = match &rules.permissions {
            Some(_) if !is_dotted => return refuse(Reason::PermissionMissing),
            Some(permissions) => permission::ask(permissions.of(action).flatten(), context)?,
            None if rules.levels.is_none() && rules.allow.is_none() => {
                return refuse(Reason::ActionUngoverned);
            }
            None => Permitted::Freely,
        };
        Ok(Consent {
            approval: stricter(permitted.approval(), tool.and_then(|tool| tool.approval)),
            dry_run: permitted.is_dry_run() || tool.is_some_and(|tool| tool.dry_run),
        })
    }
}

impl Conduct {
    /// Whether an action is a dry run as far as anybody can tell, also where another layer has
    /// denied it: the tool is one, or permissions are and no other one covers it.
    pub(super) fn is_dry_run(&self, rules: Option<&Rules>, action: &str, context: &Json) -> bool {
        let permissions = rules.and_then(|rules| rules.permissions.as_ref());
        let tiers = || permissions.into_iter().flat_map(|all| all.of(action)).flatten();
        let is_done = || permission::ask(tiers(), context).is_ok_and(|best| !best.is_dry_run());
        self.tools.get(action).is_some_and(|tool| tool.dry_run)
            || tiers().any(|tier| tier.dry_run) && !(is_dotted(action) && is_done())
    }
}

impl Rules {
    fn compile(agent: &Agent, place: &str) -> Result<Self, PolicyError> {
        let list = |names: &[String], member: &str| {
            let mut list = ByAction::default();
            for (index, name) in names.iter().enumerate() {
                let name = pattern(name, || format!("{place}/{member}/{index}"))?;
                list.or_insert_with(name, || ());
            }
            Ok(list)
        };
        let permissions = |all: &Vec<PermissionDocument>| {
            let mut permissions: ByAction<Vec<Tier>> = ByAction::default();
            for (index, one) in all.iter().enumerate() {
                let place = format!("{place}/permissions/{index}");
                let name = pattern(&one.action, || format!("{place}/action"))?;
                let tier = tier(one, &place)?;
                if let Some(tiers) = permissions.or_insert_with(name, Vec::new) {
                    tiers.push(tier);
                }
            }
            Ok(permissions)
        };
        let levels = agent.levels.as_ref();
        Ok(Self {
            is_active: agent.active,
            tenant: agent.tenant.clone(),
            is_shadowed: agent.shadow,
            levels: levels.map(|levels| levels.iter().fold(0, |bits, level| bits | bit(*level))),
            allow: agent.allow.as_ref().map(|names| list(names, "allow")).transpose()?,
            block: list(&agent.block, "block")?,
            permissions: agent.permissions.as_ref().map(permissions).transpose()?,
        })
    }
}

impl Tool {
    fn compile(document: &ToolDocument, place: &str) -> Result<Self, PolicyError> {
        let guards = Guards::compile(&document.guards, &format!("{place}/guards"), JUDGE)?;
        let ToolDocument { level, approval, dry_run, .. } = *document;
        Ok(Self { level, approval, dry_run, guards })
    }
}

fn tier(document: &PermissionDocument, place: &str) -> Result<Tier, PolicyError> {
    let refuse = |member: &str, code, message: &str| {
        PolicyError::at(format!("{place}/{member}"), code, message)
    };
    let limit = document.max_amount.as_ref().map(|number| {
        Decimal::of(number).filter(|limit| !limit.is_negative()).ok_or_else(|| {
            refuse("max_amount", "policy_amount", "an amount is at least 0, of 37 digits at most")
        })
    });
    let amount = Pointer::parse(document.amount.as_deref().unwrap_or(AMOUNT))
        .ok_or_else(|| refuse("amount", "policy_amount", "expected a JSON Pointer"))?;
    if document.approval.is_some() && !document.requires_approval {
        let message = "says who approves, and `requires_approval` is not true";
        return Err(refuse("approval", "policy_approval", message));
    }
    let approval = document.requires_approval.then(|| document.approval.unwrap_or_default());
    Ok(Tier { limit: limit.transpose()?, amount, approval, dry_run: document.dry_run })
}

fn pattern(name: &str, place: impl Fn() -> String) -> Result<&str, PolicyError> {
    if ActionPattern::parse(name).is_some() {
        return Ok(name);
    }
    let message = "an action is a dotted name, or a service and all below it: `service.*`";
    Err(PolicyError::at(place(), "policy_action", message))
}

/// Of two who have to approve, the one that takes more: somebody else before the asking user.
fn stricter(one: Option<ApprovalKind>, two: Option<ApprovalKind>) -> Option<ApprovalKind> {
    match (one, two) {
        (Some(ApprovalKind::Approval), _) | (_, Some(ApprovalKind::Approval)) => {
            Some(ApprovalKind::Approval)
        }
        (Some(ApprovalKind::Confirmation), _) | (_, Some(ApprovalKind::Confirmation)) => {
            Some(ApprovalKind::Confirmation)
        }
        (None, None) => None,
    }
}

const fn bit(level: LevelName) -> u8 {
    1 << level as u8
}

fn pointer(above: &str, name: &str) -> String {
    let mut pointer = String::from(above);
    crate::json::push_pointer(&mut pointer, name);
    pointer
}
