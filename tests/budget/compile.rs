//! Which budgets there can be, and what each speaks of.

use gatewright::{
    decide::Budget,
    policy::document::{BudgetDocument, BudgetScope},
};

use crate::setup::{budget, limits, number};

#[test]
fn budgets_that_are_none() {
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
    let fine = || BudgetDocument { calls: Some(1), ..limits() };
    for (document, place) in [
        (limits(), ""),
        (BudgetDocument { window_seconds: Some(60), ..limits() }, ""),
        (BudgetDocument { window_seconds: Some(0), ..fine() }, "/window_seconds"),
        (BudgetDocument { name: String::new(), ..fine() }, "/name"),
        (BudgetDocument { name: "a\u{200b}".into(), ..fine() }, "/name"),
        (BudgetDocument { spend: Some(number("-0.01")), ..fine() }, "/spend"),
        (
            BudgetDocument {
                spend: Some(number("1.2345678901234567890123456789012345678")),
                ..fine()
            },
            "/spend",
        ),
        (
            BudgetDocument { spend: Some(number("1")), amount: Some("amount".into()), ..fine() },
            "/amount",
        ),
        (
            BudgetDocument { spend: Some(number("1")), amount: Some("/~2".into()), ..fine() },
            "/amount",
        ),
        (BudgetDocument { amount: Some("/amount".into()), ..fine() }, "/amount"),
        (BudgetDocument { agents: ids(&[]), ..fine() }, "/agents"),
        (BudgetDocument { agents: ids(&["a", ""]), ..fine() }, "/agents/1"),
        (BudgetDocument { actions: ids(&[]), ..fine() }, "/actions"),
        (BudgetDocument { actions: ids(&["a.*", "*"]), ..fine() }, "/actions/1"),
    ] {
        let error = Budget::compile(&document, "/budgets/7").err().unwrap();
        assert_eq!((error.code, error.pointer), ("policy_budget", format!("/budgets/7{place}")));
    }
    let twice = [fine(), BudgetDocument { name: "other".into(), ..fine() }, fine()];
    let error = Budget::compile_all(&twice, "/budgets").err().unwrap();
    assert_eq!((error.code, &*error.pointer), ("policy_budget", "/budgets/2/name"));
    assert_eq!(Budget::compile_all(&twice[..2], "/budgets").unwrap().len(), 2);
}

#[test]
fn whom_a_budget_speaks_of() {
    let ids = |id: &str| Some(vec![id.to_owned()]);
    let all = BudgetDocument { calls: Some(1), ..limits() };
    let agents = BudgetDocument { agents: ids("finance"), ..all.clone() };
    let actions = BudgetDocument { actions: ids("stripe.*"), ..all.clone() };
    let both = BudgetDocument { agents: ids("finance"), ..actions.clone() };
    for (document, agent, action, expected) in [
        (&all, None, None, true),
        (&agents, Some("finance"), None, true),
        (&agents, Some("research"), Some("stripe.refund"), false),
        (&agents, None, Some("stripe.refund"), false),
        (&actions, None, Some("stripe.refund"), true),
        (&actions, Some("finance"), Some("mail.send"), false),
        (&actions, Some("finance"), Some("stripe"), false),
        (&actions, Some("finance"), None, false),
        (&both, Some("finance"), Some("stripe.refund"), true),
        (&both, Some("finance"), Some("mail.send"), false),
        (&both, Some("research"), Some("stripe.refund"), false),
    ] {
        assert_eq!(budget(document).covers(agent, action), expected, "{document:?} {agent:?}");
    }
}

#[test]
fn whose_meter_it_is() {
    use BudgetScope::{Agent, All, Subject, Tenant};
    let of = |name: &str, per| {
        budget(&BudgetDocument { name: name.into(), per, calls: Some(1), ..limits() })
    };
    for (per, tenant, subject, agent, is_known) in [
        (All, None, None, None, true),
        (Tenant, Some("t"), None, None, true),
        (Tenant, None, Some("s"), Some("a"), false),
        (Subject, None, Some("s"), None, true),
        (Subject, Some("t"), None, Some("a"), false),
        (Agent, None, None, Some("a"), true),
        (Agent, Some("t"), Some("s"), None, false),
        (Agent, None, None, Some(""), false),
    ] {
        assert_eq!(of("n", per).key(tenant, subject, agent).is_some(), is_known, "{per:?}");
    }
    let mut keys = std::collections::HashSet::new();
    for name in ["a", "1:a", "a3:all", "all"] {
        for per in [Tenant, Subject, Agent] {
            for id in ["a", "1:a", "3:all", "all", "-"] {
                let key = of(name, per).key(Some(id), Some(id), Some(id)).unwrap();
                assert!(keys.insert(key), "{name} {per:?} {id}");
            }
        }
        assert!(keys.insert(of(name, All).key(None, None, None).unwrap()), "{name}");
    }
}
