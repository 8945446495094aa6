//! What somebody with bad intentions would try.

use gatewright::decide::{Outcome, Request};
use gatewright::request::Method;
use serde_json::{Value, json};

use super::support::{NOW, as_litellm, invoke, strict};

fn known() -> Value {
    json!({
        "agents": { "agent-123": { "name": "support" }, "agent-456": { "name": "sales" } },
        "groups": { "g": ["agent-123"] },
    })
}

/// Each guess is answered alike, however much of it is right.
#[test]
fn the_beginning_of_a_key_is_worth_nothing() {
    let mut gate = strict(&known());
    let mut answers = Vec::new();
    for guess in ["sk-0123456789abcdef", "sk-0123456789abcdeX", "sk-0", "sk-XXXXXXXXXXXXXXXX"] {
        let bearer = format!("Bearer {guess}");
        let request = invoke("agent-123");
        let decision = gate.send(Some(&bearer), &[], None, &request);
        answers.push(gate.pdp.answer(&decision, request.0, request.1.as_bytes()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].code, "key_unknown");
}

#[test]
fn no_word_in_a_list_stands_for_more_than_itself() {
    for id in [
        "*",
        "agent-*",
        "",
        " agent-123",
        "agent-123 ",
        "AGENT-123",
        "Agent-123",
        "support",
        "all",
        "none",
        "g",
        "agents/agent-123",
        "agents:*:run",
        "agent-123\0",
        "../agent-123",
        ".*",
    ] {
        for mut gate in [strict(&known()), as_litellm(&known())] {
            assert!(!gate.allows(&json!({ "agents": [id] }), "agent-123"), "{id:?}");
            assert!(!gate.allows(&json!({ "agents": [id] }), "support"), "{id:?}");
            let team = json!({ "agents": "all", "team": "t", "team_record": { "agents": [id] } });
            assert!(!gate.allows(&team, "agent-123"), "{id:?} as the team's");
            if id != "g" {
                assert!(!gate.allows(&json!({ "groups": [id] }), "agent-123"), "{id:?} as a group");
            }
        }
    }
}

#[test]
fn an_id_has_one_spelling() {
    let key = json!({ "agents": ["agent-123"] });
    for agent in [
        "AGENT-123",
        "Agent-123",
        "agent%2D123",
        "agent-123%20",
        "%20agent-123",
        "agent-123%00",
        "agent-123;x",
        "agent-123.",
        "agent-1234",
        "agent-12",
        "SUPPORT",
        "support%20",
        "agent-123%2F",
        "agent-123/..",
        "./agent-123",
        "agent-123%252e",
    ] {
        for mut gate in [strict(&known()), as_litellm(&known())] {
            assert!(!gate.allows(&key, agent), "{agent}");
        }
    }
}

/// The second credential is never the one that counts and the first never the one that is served.
#[test]
fn nobody_hides_behind_a_second_header() {
    let open = json!({ "agents": "all" });
    for headers in [[(0, "sk-other")], [(1, "sk-other")], [(2, "sk-other")], [(4, "sk-other")]] {
        let decision =
            strict(&known()).send(Some("Bearer sk-mine"), &headers, Some(&open), &invoke("sales"));
        assert_eq!(decision.reason.code(), "credentials_ambiguous", "{headers:?}");
    }
    for value in ["Bearer sk-a, Bearer sk-b", "Bearer sk-a,sk-b"] {
        for mut gate in [strict(&known()), as_litellm(&known())] {
            let decision = gate.send(Some(value), &[], Some(&open), &invoke("sales"));
            assert_eq!(decision.reason.code(), "credentials_ambiguous", "{value}");
        }
    }
}

#[test]
fn a_key_in_the_path_or_query_is_no_credential() {
    let mut gate = strict(&known());
    for path in ["/a2a/agent-123?key=sk-abc", "/a2a/agent-123"] {
        let request = Request {
            method: Method::Post,
            path: path.as_bytes(),
            authorization: None,
            cookie: Some(b"key=sk-abc; authorization=Bearer sk-abc"),
            keys: None,
            upgrade: false,
            any_case: false,
            explain: false,
        };
        let Outcome::Decided(decision) = gate.pdp.begin(&request, NOW) else { panic!("{path}") };
        assert!(!decision.reason.allows(), "{path}");
    }
}

#[test]
fn a_key_never_comes_back() {
    const SECRET: &str = "sk-do-not-repeat-me";
    let bearer = format!("Bearer {SECRET}");
    for record in [None, Some(json!({ "blocked": true })), Some(json!({ "x": 1 })), Some(json!({}))]
    {
        for mut gate in [strict(&known()), as_litellm(&known())] {
            let request = invoke("agent-123");
            let decision = gate.send(Some(&bearer), &[], record.as_ref(), &request);
            let answer = gate.pdp.answer(&decision, request.0, request.1.as_bytes());
            let explained = gate.pdp.explain(&decision, request.0, request.1.as_bytes());
            let said = format!("{answer:?} {}", serde_json::to_string(&explained).unwrap());
            assert!(!said.contains("repeat"), "{said}");
        }
    }
}

/// A record is data. What a scope would say, it cannot.
#[test]
fn a_record_cannot_grant_what_it_has_no_member_for() {
    for name in ["scopes", "permissions", "role", "user_role", "__proto__", "constructor", "issuer"]
    {
        let mut record = json!({ "agents": "all" });
        record[name] = json!("proxy_admin");
        assert_eq!(strict(&known()).reason(&record, &invoke("agent-123")), "key_record", "{name}");
    }
}

#[test]
fn many_who_wait_for_a_store_shut_nobody_out_for_long() {
    let mut gate = strict(&known());
    let request = Request {
        method: Method::Post,
        path: b"/a2a/agent-123",
        authorization: Some(b"Bearer sk-abc"),
        cookie: None,
        keys: None,
        upgrade: false,
        any_case: false,
        explain: false,
    };
    let mut begin = |now: f64| gate.pdp.begin(&request, now);
    for _ in 0..64 {
        assert!(matches!(begin(NOW), Outcome::NeedsKey { .. }));
    }
    let Outcome::Decided(decision) = begin(NOW) else { panic!("there is no end to it") };
    assert_eq!(decision.reason.code(), "verification_busy");
    assert!(matches!(begin(NOW + 31.0), Outcome::NeedsKey { .. }));
}
