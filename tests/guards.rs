//! What the guards on a tool's arguments let pass. The texts are in `tests/vectors/guards.json`,
//! which the second module is held against as well.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a vector or a guard of a test that is none fails the test"
)]

use gatewright::Reason;
use gatewright::guard::{Guards, JUDGE, Kind, Verdict, absent};
use gatewright::json::{self, Json};
use serde_json::{Value, json};

#[path = "guards/laws.rs"]
mod laws;

/// The guards of a list as it stands in a policy.
#[track_caller]
fn guards(list: &Value) -> Guards {
    Guards::parse(&list.to_string(), JUDGE).map_err(|error| format!("{list}: {error}")).unwrap()
}

/// What the guards say to a context, written as JSON.
fn check(guards: &Guards, context: &str) -> Result<(), Reason> {
    guards.check(&read(context), JUDGE)
}

fn read(text: &str) -> Json {
    json::parse_any_number(text.as_bytes(), 32).unwrap()
}

/// A guard of the vectors: its member, with the rules as its value.
fn guard_of(kind: &str, rules: &Value) -> Value {
    match kind {
        "hosts" => {
            let mut guard = rules.clone();
            guard["at"] = "/x".into();
            guard
        }
        member => json!({ "at": "/x", member: rules }),
    }
}

#[test]
fn vectors() {
    let file: Value = serde_json::from_str(include_str!("vectors/guards.json")).unwrap();
    let mut wrong = Vec::new();
    for group in file["groups"].as_array().unwrap() {
        let kind = group["kind"].as_str().unwrap();
        let guards = guards(&json!([guard_of(kind, &group["rules"])]));
        let reason = match kind {
            "hosts" => Reason::GuardHost,
            "paths" => Reason::GuardPath,
            "pattern" => Reason::GuardPattern,
            _ => Reason::GuardSql,
        };
        for (member, expected) in [("agrees", Ok(())), ("refuses", Err(reason))] {
            for text in group[member].as_array().unwrap() {
                let found = check(&guards, &json!({ "x": text }).to_string());
                if found != expected {
                    wrong.push(format!("{}: {text}: {found:?}", group["name"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn vectors_of_rules() {
    let file: Value = serde_json::from_str(include_str!("vectors/guards.json")).unwrap();
    let mut wrong = Vec::new();
    for group in file["rules"].as_array().unwrap() {
        let (rules, place): (fn(&Value) -> Value, _) = match group["kind"].as_str().unwrap() {
            "hosts" => {
                (|text| json!([{ "at": "/x", "hosts": ["ok.example.com", text] }]), "hosts/1")
            }
            "pattern" => (|text| json!([{ "at": "/x", "pattern": text }]), "pattern"),
            _ => (|text| json!([{ "at": "/x", "sql": { "writes": ["a", text] } }]), "sql/writes/1"),
        };
        for (member, is_valid) in [("agrees", true), ("refuses", false)] {
            for text in group[member].as_array().unwrap() {
                let found = Guards::parse(&rules(text).to_string(), JUDGE).err();
                let found = found.map(|error| (error.code, error.pointer));
                let expected = (!is_valid).then(|| ("policy_guard", format!("/0/{place}")));
                if found != expected {
                    wrong.push(format!("{text}: {found:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn refuses_guards_that_make_no_sense() {
    let digits = "1".repeat(38);
    for (guard, place) in [
        (r#"{ "at": "x", "paths": "/a" }"#, "/0/at"),
        (r#"{ "at": "/~2", "paths": "/a" }"#, "/0/at"),
        (r#"{ "at": "/x" }"#, "/0"),
        (r#"{ "at": "/x", "required": false }"#, "/0"),
        (r#"{ "at": "/x", "hosts": [] }"#, "/0/hosts"),
        (r#"{ "at": "/x", "ports": [443] }"#, "/0/ports"),
        (r#"{ "at": "/x", "schemes": ["https"] }"#, "/0/schemes"),
        (r#"{ "at": "/x", "paths": "/a", "ports": [443] }"#, "/0/ports"),
        (r#"{ "at": "/x", "hosts": ["a.com"], "ports": [] }"#, "/0/ports"),
        (r#"{ "at": "/x", "hosts": ["a.com"], "ports": [443, 0] }"#, "/0/ports/1"),
        (r#"{ "at": "/x", "hosts": ["a.com"], "schemes": [] }"#, "/0/schemes"),
        (r#"{ "at": "/x", "hosts": ["a.com"], "schemes": ["https", "ftp"] }"#, "/0/schemes/1"),
        (r#"{ "at": "/x", "hosts": ["a.com"], "schemes": ["HTTPS"] }"#, "/0/schemes/0"),
        (r#"{ "at": "/x", "paths": "" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "data" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "/data/../etc" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "/./data" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "//data" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "/data//" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "/%2e" }"#, "/0/paths"),
        (r#"{ "at": "/x", "paths": "C:\\data" }"#, "/0/paths"),
        (r#"{ "at": "/x", "minimum": 2, "maximum": 1.99 }"#, "/0/minimum"),
        (r#"{ "at": "/x", "max_amount": -1 }"#, "/0/max_amount"),
        (r#"{ "at": "/x", "enum": [] }"#, "/0/enum"),
    ] {
        let error = Guards::parse(&format!("[{guard}]"), JUDGE).err().expect(guard);
        assert_eq!((error.code, error.pointer.as_str()), ("policy_guard", place), "{guard}");
        assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{guard}");
    }
    for (guard, place) in [
        (format!(r#"{{ "at": "/x", "max_amount": {digits} }}"#), "/0/max_amount"),
        (format!(r#"{{ "at": "/x", "minimum": {digits} }}"#), "/0/minimum"),
        (format!(r#"{{ "at": "/x", "enum": [1, {{ "a": [{digits}] }}] }}"#), "/0/enum/1"),
    ] {
        // Whether the reader of policies or the guards say no, the place is the same.
        let error = Guards::parse(&format!("[{guard}]"), JUDGE).err().expect(&guard);
        assert_eq!(error.pointer, place, "{guard}");
    }
}

#[test]
fn light_checks() {
    use Reason::{
        AmountExceeded, AmountInvalid, GuardEnum, GuardMissing, GuardPath, GuardRange, GuardType,
    };
    let amount = r#"{ "at": "/x", "max_amount": 500.10 }"#;
    let range = r#"{ "at": "/x", "minimum": -1, "maximum": 0.3 }"#;
    let least = r#"{ "at": "/x", "minimum": 1, "required": false }"#;
    let values = r#"{ "at": "/x", "enum": [1, "a", null, true, [1, 2], { "a": 1.50, "b": {} }] }"#;
    let path = r#"{ "at": "/x", "paths": "/data" }"#;
    let deep = r#"{ "at": "/a~1b/1/c", "enum": [1] }"#;
    let two = r#"{ "at": "/x", "minimum": 1, "enum": [0, 5] }"#;
    for (guard, context, expected) in [
        (amount, r#"{ "x": 500.10 }"#, Ok(())),
        (amount, r#"{ "x": 500.1 }"#, Ok(())),
        (amount, r#"{ "x": 5.001e2 }"#, Ok(())),
        (amount, r#"{ "x": 0 }"#, Ok(())),
        (amount, r#"{ "x": -0 }"#, Ok(())),
        (amount, r#"{ "x": 500.1000000000000000001 }"#, Err(AmountExceeded)),
        (amount, r#"{ "x": 501 }"#, Err(AmountExceeded)),
        (amount, r#"{ "x": 1e308 }"#, Err(AmountExceeded)),
        (amount, r#"{ "x": 1e400 }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": -0.0001 }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": -1e400 }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": "5" }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": true }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": null }"#, Err(AmountInvalid)),
        (amount, r#"{ "x": [5] }"#, Err(AmountInvalid)),
        (amount, r#"{ "y": 5 }"#, Err(GuardMissing)),
        (amount, "{}", Err(GuardMissing)),
        (amount, "[]", Err(GuardMissing)),
        (amount, "5", Err(GuardMissing)),
        (range, r#"{ "x": 0.3 }"#, Ok(())),
        (range, r#"{ "x": -1.0 }"#, Ok(())),
        (range, r#"{ "x": 0.30000000000000004 }"#, Err(GuardRange)),
        (range, r#"{ "x": -1.0000001 }"#, Err(GuardRange)),
        (range, r#"{ "x": 1e400 }"#, Err(GuardType)),
        (range, r#"{ "x": "0" }"#, Err(GuardType)),
        (range, r#"{ "x": null }"#, Err(GuardType)),
        (range, r#"{ "x": false }"#, Err(GuardType)),
        (least, "{}", Ok(())),
        (least, r#"{ "x": null }"#, Err(GuardType)),
        (least, r#"{ "x": 1e300 }"#, Ok(())),
        (least, r#"{ "x": 0.99 }"#, Err(GuardRange)),
        (values, r#"{ "x": 1 }"#, Ok(())),
        (values, r#"{ "x": 1.0 }"#, Ok(())),
        (values, r#"{ "x": 10e-1 }"#, Ok(())),
        (values, r#"{ "x": "a" }"#, Ok(())),
        (values, r#"{ "x": null }"#, Ok(())),
        (values, r#"{ "x": true }"#, Ok(())),
        (values, r#"{ "x": [1.0, 2] }"#, Ok(())),
        (values, r#"{ "x": { "b": {}, "a": 1.5 } }"#, Ok(())),
        (values, r#"{ "x": { "b": {}, "a": 1.5, "c": 1 } }"#, Err(GuardEnum)),
        (values, r#"{ "x": { "a": 1.5 } }"#, Err(GuardEnum)),
        (values, r#"{ "x": [2, 1] }"#, Err(GuardEnum)),
        (values, r#"{ "x": [1] }"#, Err(GuardEnum)),
        (values, r#"{ "x": "1" }"#, Err(GuardEnum)),
        (values, r#"{ "x": "A" }"#, Err(GuardEnum)),
        (values, r#"{ "x": 1.0000000000000000001 }"#, Err(GuardEnum)),
        (values, r#"{ "x": 1e400 }"#, Err(GuardEnum)),
        (values, r#"{ "x": false }"#, Err(GuardEnum)),
        (values, r#"{ "x": 0 }"#, Err(GuardEnum)),
        (path, r#"{ "x": "a" }"#, Ok(())),
        (path, r#"{ "x": "../a" }"#, Err(GuardPath)),
        (path, r#"{ "x": ["a"] }"#, Err(GuardType)),
        (path, r#"{ "x": 1 }"#, Err(GuardType)),
        (path, r#"{ "x": null }"#, Err(GuardType)),
        (deep, r#"{ "a/b": [0, { "c": 1 }] }"#, Ok(())),
        (deep, r#"{ "a/b": [0, { "c": 2 }] }"#, Err(GuardEnum)),
        (deep, r#"{ "a/b": [{ "c": 1 }] }"#, Err(GuardMissing)),
        (deep, r#"{ "a": { "b": [0, { "c": 1 }] } }"#, Err(GuardMissing)),
        (two, r#"{ "x": 5 }"#, Ok(())),
        (two, r#"{ "x": 0 }"#, Err(GuardRange)),
        (two, r#"{ "x": 6 }"#, Err(GuardEnum)),
    ] {
        let guards = Guards::parse(&format!("[{guard}]"), absent).unwrap();
        assert_eq!(guards.check(&read(context), absent), expected, "{guard} {context}");
    }
}

#[test]
fn texts_are_strings_of_bounded_length() {
    let long = |length: usize| json!({ "x": "a".repeat(length) }).to_string();
    for (guard, reason) in [
        (json!({ "at": "/x", "hosts": ["a.com"] }), Reason::GuardHost),
        (json!({ "at": "/x", "sql": {} }), Reason::GuardSql),
        (json!({ "at": "/x", "pattern": "a*" }), Reason::GuardPattern),
    ] {
        let guards = guards(&json!([guard]));
        for context in
            ["{\"x\":1}", "{\"x\":null}", "{\"x\":[\"a\"]}", "{\"x\":{}}", "{\"x\":true}"]
        {
            assert_eq!(check(&guards, context), Err(Reason::GuardType), "{guard} {context}");
        }
        assert_eq!(check(&guards, &long((64 << 10) + 1)), Err(reason), "{guard}");
    }
    let pattern = guards(&json!([{ "at": "/x", "pattern": "a*" }]));
    assert_eq!(check(&pattern, &long(64 << 10)), Ok(()));
    let url = |length: usize| {
        json!({ "x": format!("https://a.com/{}", "a".repeat(length - 14)) }).to_string()
    };
    let hosts = guards(&json!([{ "at": "/x", "hosts": ["a.com"] }]));
    assert_eq!(check(&hosts, &url(8 << 10)), Ok(()));
    assert_eq!(check(&hosts, &url((8 << 10) + 1)), Err(Reason::GuardHost));
    let path = guards(&json!([{ "at": "/x", "paths": "/a" }]));
    assert_eq!(check(&path, &long(4096)), Ok(()));
    assert_eq!(check(&path, &long(4097)), Err(Reason::GuardPath));
    let list =
        format!("SELECT * FROM t WHERE a IN ({})", vec!["NULL, 'abcdef', 1.5"; 2500].join(", "));
    let sql = guards(&json!([{ "at": "/x", "sql": {} }]));
    assert_eq!(check(&sql, &json!({ "x": list }).to_string()), Ok(()));
}

#[test]
fn all_guards_must_agree_and_the_first_that_does_not_is_named() {
    let list = json!([{ "at": "/a", "minimum": 1 }, { "at": "/b", "enum": ["x"] }]);
    let guards = guards(&list);
    assert_eq!(check(&guards, r#"{ "a": 1, "b": "x" }"#), Ok(()));
    assert_eq!(check(&guards, r#"{ "a": 0, "b": "y" }"#), Err(Reason::GuardRange));
    assert_eq!(check(&guards, r#"{ "a": 1, "b": "y" }"#), Err(Reason::GuardEnum));
    assert_eq!(check(&guards, r#"{ "a": 1 }"#), Err(Reason::GuardMissing));
    assert!(Guards::parse("[]", absent).unwrap().is_empty());
    assert_eq!(check(&Guards::default(), "{}"), Ok(()));
}

/// Without a judge no gate is made, and with one that fails later nothing passes.
#[test]
fn a_judge_that_is_not_there_denies() {
    for (member, place) in [
        (json!({ "hosts": ["a.com"] }), "/0/hosts/0"),
        (json!({ "sql": {} }), "/0/sql"),
        (json!({ "pattern": "a" }), "/0/pattern"),
    ] {
        let mut guard = member.clone();
        guard["at"] = "/x".into();
        let text = json!([guard]).to_string();
        let error = Guards::parse(&text, absent).err().expect("no judge");
        assert_eq!((error.code, error.pointer.as_str()), ("policy_guard_unavailable", place));
        let guards = Guards::parse(&text, JUDGE).unwrap();
        let context = read(r#"{ "x": "a" }"#);
        assert_eq!(guards.check(&context, absent), Err(Reason::GuardUnavailable));
        let broken = guards.check(&context, |_, _, _| Verdict::Invalid);
        assert_eq!(broken, Err(Reason::GuardUnavailable));
        assert_eq!(guards.check(&context, |_, _, _| Verdict::Agrees), Ok(()));
    }
}

#[test]
fn numbers_that_cross_into_javascript() {
    for kind in [Kind::Hosts, Kind::Sql, Kind::Pattern] {
        assert_eq!(Kind::from_number(kind.number()), Some(kind));
    }
    assert_eq!((Kind::from_number(0), Kind::from_number(4)), (None, None));
    let verdicts = [Verdict::Refuses, Verdict::Agrees, Verdict::Invalid, Verdict::Unavailable];
    for (number, verdict) in (0..).zip(verdicts) {
        assert_eq!((Verdict::from_number(number), verdict.number()), (verdict, number));
    }
    assert_eq!(Verdict::from_number(u32::MAX), Verdict::Unavailable);
}

/// Rules that did not come from a policy, such as those of another version.
#[test]
fn rules_that_cannot_be_read_are_invalid() {
    for (kind, rules) in [
        (Kind::Hosts, ""),
        (Kind::Hosts, "{}"),
        (Kind::Hosts, r#"{"hosts":"a.com"}"#),
        (Kind::Hosts, r#"{"hosts":[1]}"#),
        (Kind::Hosts, r#"{"hosts":["a.com"],"ports":["443"]}"#),
        (Kind::Hosts, r#"{"hosts":["a.com"],"ports":443}"#),
        (Kind::Hosts, r#"{"hosts":["a.com"],"schemes":"https"}"#),
        (Kind::Sql, ""),
        (Kind::Sql, r#"{"dialect":"oracle"}"#),
        (Kind::Sql, r#"{"dialect":1}"#),
        (Kind::Sql, r#"{"writes":"a"}"#),
    ] {
        assert_eq!(JUDGE(kind, rules, "SELECT 1"), Verdict::Invalid, "{kind:?} {rules}");
    }
}
