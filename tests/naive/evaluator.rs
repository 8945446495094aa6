//! The same decisions, made as the design says them and as slowly as that takes: no tables, no
//! tricks, the policy as it is written. Where the two differ, one of them is wrong.

use serde_json::Value;

use crate::random::Asked;

/// Whether it may be done, and the layer that denied.
pub(crate) fn decide(policy: &Value, asked: &Asked) -> (bool, Option<&'static str>) {
    let Err((layer, reason)) = ask(policy, asked) else { return (true, None) };
    let agent = &policy["agents"][asked.agent];
    let watches = policy["mode"] == "shadow" || agent["shadow"] == true;
    let never = layer == "switch" || reason == "dry_run" || agent["active"] == false;
    (watches && !never && !is_dry(policy, asked), Some(layer))
}

#[expect(clippy::too_many_lines, reason = "one page, from the top to the bottom")]
fn ask(policy: &Value, asked: &Asked) -> Result<(), (&'static str, &'static str)> {
    let agent = &policy["agents"][asked.agent];
    let tool = if asked.uses { &Value::Null } else { &policy["tools"][asked.action] };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();

    for switch in list(&policy["switches"]) {
        let is = |one: Option<&str>| one.is_some() && one == switch["id"].as_str();
        let stops = match switch["stop"].as_str().unwrap() {
            "all" => true,
            "writes" => tool["level"] != "read",
            "tenant" => is(asked.tenant) || is(agent["tenant"].as_str()),
            "agent" => is(Some(asked.agent)),
            "subject" => is(asked.subject),
            _ => below(switch["id"].as_str().unwrap(), asked.action, false),
        };
        if stops {
            return Err(("switch", ""));
        }
    }

    let has_grants = asked.scopes.is_some() || asked.agents.is_some() || asked.team.is_some();
    if asked.uses && !has_grants {
        return Err(("scope", ""));
    }
    if let Some(scopes) = &asked.scopes {
        let own: &str = &format!("agents:{}:run", asked.agent);
        if !scopes.iter().any(|scope| [own, "agents:run", "agents:*:run"].contains(scope)) {
            return Err(("scope", ""));
        }
    }
    let team = asked.team.map(|team| &policy["teams"][team]["agents"]);
    let of_team = match team {
        None => true,
        Some(Value::Array(ids)) => ids.iter().any(|id| id == asked.agent),
        Some(word) => word == "all",
    };
    if !of_team || asked.agents.as_ref().is_some_and(|ids| !ids.contains(&asked.agent)) {
        return Err(("access", ""));
    }

    if policy["agents"].is_object() && agent.is_null() {
        return Err(("agent", ""));
    }
    if agent["active"] == false {
        return Err(("agent", ""));
    }
    let tenant = agent["tenant"].as_str();
    // An agent that acts for itself is of its own tenant.
    let is_somebody = has_grants || asked.tenant.is_some();
    if tenant.is_some() && is_somebody && tenant != asked.tenant {
        return Err(("agent", ""));
    }

    let mut approval = None;
    let mut is_dry_run = false;
    if !asked.uses {
        if agent.is_null() {
            return Err(("agent", ""));
        }
        let (levels, allow, permissions) =
            (&agent["levels"], &agent["allow"], &agent["permissions"]);
        let named = |names: &Value, whole| {
            list(names).iter().any(|name| below(name.as_str().unwrap(), asked.action, whole))
        };
        let may = (levels.is_null() || list(levels).contains(&tool["level"]))
            && !named(&agent["block"], false)
            && (allow.is_null() || named(allow, true))
            && !(levels.is_null() && allow.is_null() && permissions.is_null());
        if !may {
            return Err(("action", ""));
        }
        if !permissions.is_null() {
            let mut tiers = tiers(agent, asked, true);
            tiers.retain(|tier| covers(tier, asked));
            tiers.sort_by_key(|tier| (tier["dry_run"] == true, strictness(kind(tier).as_deref())));
            let Some(best) = tiers.first() else { return Err(("action", "")) };
            approval = kind(best);
            is_dry_run = best["dry_run"] == true;
        }
        let of_tool = tool["approval"].as_str().map(str::to_owned);
        if strictness(of_tool.as_deref()) > strictness(approval.as_deref()) {
            approval = of_tool;
        }
        is_dry_run |= tool["dry_run"] == true;
    }

    for budget in list(&policy["budgets"]) {
        let agents = &budget["agents"];
        let actions = &budget["actions"];
        let names = |name: &Value| below(name.as_str().unwrap(), asked.action, false);
        if !(agents.is_null() || list(agents).iter().any(|id| id == asked.agent))
            || !(actions.is_null() || list(actions).iter().any(names))
        {
            continue;
        }
        let is_known = match budget["per"].as_str().unwrap() {
            "tenant" => asked.tenant.is_some(),
            "subject" => asked.subject.is_some(),
            _ => true,
        };
        let fits = !["calls", "steps", "repeats"].iter().any(|limit| budget[*limit] == 0);
        let affords = budget["spend"].is_null()
            || amount(asked).is_some_and(|amount| amount <= cents(&budget["spend"]).unwrap());
        if !asked.has_meters || !is_known || !fits || !affords {
            return Err(("budget", ""));
        }
    }

    if let Some(kind) = approval {
        let held =
            asked.approval.as_ref().filter(|held| held.kind == kind || held.kind == "approval");
        // A confirmation is the subject's to give.
        let can_be = |kind: &str| kind == "approval" || asked.subject.is_some();
        if !held
            .is_some_and(|held| held.is_for_this && held.state == "approved" && can_be(held.kind))
        {
            return Err(("approval", ""));
        }
    }
    if is_dry_run { Err(("action", "dry_run")) } else { Ok(()) }
}

/// Whether it would only be a dry run: of its tool, or of permissions besides which no other covers it.
fn is_dry(policy: &Value, asked: &Asked) -> bool {
    let agent = &policy["agents"][asked.agent];
    let real = |tier: &Value| tier["dry_run"] != true && covers(tier, asked);
    let by_tier = tiers(agent, asked, false).iter().any(|tier| tier["dry_run"] == true)
        && !tiers(agent, asked, true).iter().any(real);
    !asked.uses && (policy["tools"][asked.action]["dry_run"] == true || by_tier)
}

/// The permissions of an agent that are for the action.
fn tiers(agent: &Value, asked: &Asked, whole: bool) -> Vec<Value> {
    let all = agent["permissions"].as_array().cloned().unwrap_or_default();
    let named = |tier: &Value| below(tier["action"].as_str().unwrap(), asked.action, whole);
    all.into_iter().filter(named).collect()
}

fn covers(tier: &Value, asked: &Asked) -> bool {
    tier["max_amount"].is_null()
        || amount(asked).is_some_and(|amount| amount <= cents(&tier["max_amount"]).unwrap())
}

fn kind(tier: &Value) -> Option<String> {
    let asks = tier["requires_approval"] == true;
    asks.then(|| tier["approval"].as_str().unwrap_or("approval").to_owned())
}

fn strictness(kind: Option<&str>) -> usize {
    [None, Some("confirmation"), Some("approval")].iter().position(|one| *one == kind).unwrap()
}

/// Whether a pattern is for an action. What grants asks for whole segments.
fn below(pattern: &str, action: &str, whole: bool) -> bool {
    let is_whole = action.split('.').all(|segment| !segment.is_empty());
    let found = match pattern.strip_suffix('*') {
        Some(service) => action.starts_with(service),
        None => action == pattern,
    };
    found && (is_whole || !whole)
}

fn amount(asked: &Asked) -> Option<i128> {
    let context: Value = serde_json::from_str(&asked.context).unwrap();
    cents(&context["amount"]).filter(|amount| *amount >= 0)
}

/// A number of two places at most, in hundredths.
fn cents(number: &Value) -> Option<i128> {
    let text = number.as_number()?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<2}").parse().ok()
}
