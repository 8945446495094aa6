//! Kill switches: what each stops, and that none lets anything through.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gatewright::{
    Reason,
    decide::switch::{Asked, Pulled, Switches},
    json::parse,
    policy::document::{SwitchDocument, SwitchScope},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

fn document(stop: SwitchScope, id: Option<&str>) -> SwitchDocument {
    SwitchDocument { stop, id: id.map(str::to_owned), by: None, at: None, why: None }
}

fn stored(value: &Value) -> Result<Switches, Reason> {
    Switches::from_json(&parse(value.to_string().as_bytes(), 16).unwrap())
}

const ASKED: Asked<'static> = Asked {
    tenant: Some("acme"),
    agent: Some("finance"),
    agent_tenant: Some("bank"),
    subject: Some("alice"),
    action: Some("stripe.refund.small"),
    reads: false,
};

const NOTHING: Asked<'static> = Asked {
    tenant: None,
    agent: None,
    agent_tenant: None,
    subject: None,
    action: None,
    reads: false,
};

#[test]
fn what_a_switch_stops() {
    use SwitchScope::{Action, Agent, All, Subject, Tenant, Writes};
    let reading = Asked { reads: true, ..ASKED };
    for (stop, id, asked, expected) in [
        (All, None, &ASKED, Some(Reason::SwitchAll)),
        (All, None, &reading, Some(Reason::SwitchAll)),
        (All, None, &NOTHING, Some(Reason::SwitchAll)),
        (Writes, None, &ASKED, Some(Reason::SwitchWrites)),
        (Writes, None, &NOTHING, Some(Reason::SwitchWrites)),
        (Writes, None, &reading, None),
        (Tenant, Some("acme"), &ASKED, Some(Reason::SwitchTenant)),
        (Tenant, Some("acme"), &reading, Some(Reason::SwitchTenant)),
        (Tenant, Some("bank"), &ASKED, Some(Reason::SwitchTenant)),
        (Tenant, Some("alice"), &ASKED, None),
        (Tenant, Some("acme"), &NOTHING, None),
        (Agent, Some("finance"), &ASKED, Some(Reason::SwitchAgent)),
        (Agent, Some("Finance"), &ASKED, None),
        (Agent, Some("finance"), &NOTHING, None),
        (Subject, Some("alice"), &ASKED, Some(Reason::SwitchSubject)),
        (Subject, Some("finance"), &ASKED, None),
        (Action, Some("stripe.refund.small"), &ASKED, Some(Reason::SwitchAction)),
        (Action, Some("stripe.refund.*"), &ASKED, Some(Reason::SwitchAction)),
        (Action, Some("stripe.*"), &reading, Some(Reason::SwitchAction)),
        (Action, Some("stripe.refund"), &ASKED, None),
        (Action, Some("stripe.refund.small.*"), &ASKED, None),
        (Action, Some("strip.*"), &ASKED, None),
        (Action, Some("stripe.*"), &Asked { action: Some("stripe"), ..ASKED }, None),
        (
            Action,
            Some("stripe.*"),
            &Asked { action: Some("stripe."), ..ASKED },
            Some(Reason::SwitchAction),
        ),
        (
            Action,
            Some("stripe.*"),
            &Asked { action: Some("stripe..x"), ..ASKED },
            Some(Reason::SwitchAction),
        ),
        (Action, Some("stripe.*"), &NOTHING, None),
    ] {
        let switches = Switches::compile(&[document(stop, id)], "/switches").unwrap();
        let reason = switches.check(asked).map(|(reason, _)| reason);
        assert_eq!(reason, expected, "{stop:?} {id:?} {asked:?}");
    }
    assert!(Switches::default().check(&ASKED).is_none());
}

#[test]
fn it_tells_who_pulled_it_when_and_why() {
    let switches = stored(&json!([
        { "stop": "action", "id": "stripe.*", "by": "bob" },
        { "stop": "action", "id": "stripe.refund.*", "by": "carol", "at": "2026-11-24T09:00:00Z",
          "why": "double refunds" },
        { "stop": "action", "id": "stripe.refund.*", "by": "dave" },
        { "stop": "writes", "why": null },
    ]))
    .unwrap();
    let pulled = Pulled {
        by: Some("carol".into()),
        at: Some("2026-11-24T09:00:00Z".into()),
        why: Some("double refunds".into()),
    };
    assert_eq!(switches.check(&ASKED), Some((Reason::SwitchAction, &pulled)));
    let other = Asked { action: Some("mail.send"), ..ASKED };
    assert_eq!(switches.check(&other), Some((Reason::SwitchWrites, &Pulled::default())));
}

#[test]
fn the_widest_is_told_of_first() {
    let all = [
        ("all", None, Reason::SwitchAll),
        ("tenant", Some("acme"), Reason::SwitchTenant),
        ("agent", Some("finance"), Reason::SwitchAgent),
        ("subject", Some("alice"), Reason::SwitchSubject),
        ("action", Some("stripe.*"), Reason::SwitchAction),
        ("writes", None, Reason::SwitchWrites),
    ];
    for first in 0..all.len() {
        let list: Vec<Value> = all[first..]
            .iter()
            .rev()
            .map(|(stop, id, _)| json!({ "stop": stop, "id": id }))
            .collect();
        let switches = stored(&json!(list)).unwrap();
        assert_eq!(switches.check(&ASKED).map(|(reason, _)| reason), Some(all[first].2));
    }
}

#[test]
fn switches_that_are_none() {
    use SwitchScope::{Action, Agent, All, Subject, Tenant, Writes};
    for (stop, id) in [
        (All, Some("finance")),
        (All, Some("")),
        (Writes, Some("finance")),
        (Tenant, None),
        (Agent, None),
        (Agent, Some("")),
        (Subject, None),
        (Action, None),
        (Action, Some("")),
        (Action, Some("*")),
        (Action, Some("stripe*")),
        (Action, Some("stripe.*.small")),
        (Action, Some("stripe.")),
    ] {
        let documents = [document(All, None), document(stop, id)];
        let error = Switches::compile(&documents, "/switches").err().unwrap();
        let place = (error.code, error.pointer.as_str());
        assert_eq!(place, ("policy_switch", "/switches/1/id"), "{stop:?} {id:?}");
    }
}

#[test]
fn what_cannot_be_read_is_not_taken_for_nothing() {
    assert!(stored(&json!([])).unwrap().check(&ASKED).is_none());
    for value in [
        json!(null),
        json!({}),
        json!("all"),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!([{ "stop": "everything" }]),
        json!([{ "stop": "All" }]),
        json!([{ "stop": null }]),
        json!([{ "id": "finance" }]),
        json!([{ "stop": "agent" }]),
        json!([{ "stop": "agent", "id": 1 }]),
        json!([{ "stop": "agent", "id": ["finance"] }]),
        json!([{ "stop": "action", "id": "*" }]),
        json!([{ "stop": "all", "until": "tomorrow" }]),
        json!([{ "stop": "all", "by": 1 }]),
        json!([{ "stop": "agent", "id": "finance" }, { "stop": "" }]),
    ] {
        assert_eq!(stored(&value).err(), Some(Reason::SwitchUnreadable), "{value}");
    }
}

fn switch() -> impl Strategy<Value = SwitchDocument> {
    use SwitchScope::{Action, Agent, All, Subject, Tenant, Writes};
    let scope = select(vec![All, Writes, Tenant, Agent, Subject, Action]);
    let id = select(vec!["a", "b", "a.b", "a.*", "a.b.*", "b.*"]);
    (scope, id).prop_filter_map("an id of a tenant has no star", |(stop, id)| match stop {
        All | Writes => Some(document(stop, None)),
        Action => Some(document(stop, Some(id))),
        _ => (!id.contains('*')).then(|| document(stop, Some(id))),
    })
}

fn name() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, Some("a"), Some("b"), Some("c"), Some("a.b"), Some("a.b.c"), Some("")])
}

proptest! {
    /// Where one more is pulled, nothing goes that did not go before.
    #[test]
    fn a_switch_never_allows_more(
        before in prop::collection::vec(switch(), 0..4),
        one in switch(),
        place in any::<prop::sample::Index>(),
        (tenant, agent, agent_tenant) in (name(), name(), name()),
        (subject, action, reads) in (name(), name(), any::<bool>()),
    ) {
        let asked = Asked { tenant, agent, agent_tenant, subject, action, reads };
        let mut after = before.clone();
        after.insert(place.index(before.len() + 1), one);
        let check = |documents: &[SwitchDocument]| {
            let switches = Switches::compile(documents, "").unwrap();
            switches.check(&asked).map(|(reason, _)| reason)
        };
        if let Some(reason) = check(&before) {
            prop_assert!(check(&after).is_some(), "{:?}", reason);
        }
    }

    #[test]
    fn no_json_brings_it_down(text in r#"\[(\{("stop":"(all|agent|x)",?)?("id":(1|"a"|null))?\},?){0,3}\]"#) {
        if let Ok(json) = parse(text.as_bytes(), 8) {
            let _ = Switches::from_json(&json);
        }
    }

    #[test]
    fn no_name_brings_it_down(id in ".*", action in ".*") {
        for stop in [SwitchScope::Agent, SwitchScope::Action, SwitchScope::All] {
            if let Ok(switches) = Switches::compile(&[document(stop, Some(&id))], "") {
                let asked = Asked { agent: Some(&id), action: Some(&action), ..NOTHING };
                let _ = switches.check(&asked);
            }
        }
    }
}
