//! The strict reader, held against a referee that is not ours.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gatewright::json::{Json, JsonError, parse};
use proptest::prelude::*;
use serde_json::Value;

const DEPTH: usize = 16;

/// The same value, for the referee. Numbers are compared as floats.
fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (Json::Number(ours), Value::Number(theirs)) => {
            let (ours, theirs) = (ours.as_f64(), theirs.as_f64().unwrap());
            (ours - theirs).abs() <= theirs.abs() * 1e-14 + f64::MIN_POSITIVE
        }
        (Json::String(ours), Value::String(theirs)) => ours == theirs,
        (Json::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (Json::Object(ours), Value::Object(theirs)) => {
            let known = |(name, value): &(String, Json)| {
                theirs.get(name).is_some_and(|theirs| same(value, theirs))
            };
            ours.len() == theirs.len() && ours.iter().all(known)
        }
        _ => false,
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..20)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn what_the_referee_writes_is_read_as_it_was_meant(value in json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let read = parse(text.as_bytes(), DEPTH).unwrap();
            prop_assert!(same(&read, &value), "{text}");
        }
    }

    #[test]
    fn what_is_taken_the_referee_takes_too(text in r#"[\[\]{}",:0-9eE.+\-truefalsn\\u ]{0,24}"#) {
        if let Ok(read) = parse(text.as_bytes(), DEPTH) {
            let theirs: Value = serde_json::from_str(&text).unwrap();
            prop_assert!(same(&read, &theirs), "{text}");
        }
    }

    #[test]
    fn what_is_refused_the_referee_refuses_too_or_has_twice(
        text in r#"[\[\]{}",:0-9eE.+\-truefalsn\\u ]{0,24}"#
    ) {
        match parse(text.as_bytes(), DEPTH) {
            Err(JsonError::Syntax { .. }) => {
                prop_assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");
            }
            Err(JsonError::Depth | JsonError::Duplicate { .. }) | Ok(_) => {}
        }
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, DEPTH);
    }
}

#[test]
fn a_member_that_is_there_twice_is_found() {
    let many = (0..40).map(|number| format!("\"m{number}\":0")).collect::<Vec<_>>().join(",");
    for (text, pointer) in [
        (r#"{"a":1,"a":1}"#.to_owned(), "/a"),
        (r#"{"a":1,"\u0061":1}"#.into(), "/a"),
        (r#"{"x":[0,{"b/c":{"~":1,"~":2}}]}"#.into(), "/x/1/b~1c/~0"),
        (format!("{{{many},\"m3\":1}}"), "/m3"),
    ] {
        let Err(JsonError::Duplicate { pointer: found, .. }) = parse(text.as_bytes(), DEPTH) else {
            panic!("{text}");
        };
        assert_eq!(found, pointer, "{text}");
    }
}

#[test]
fn what_no_json_is_is_refused() {
    for text in [
        "",
        " ",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "1e400",
        "-1e400",
        "NaN",
        "nul",
        "truee",
        "'a'",
        "\"a",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "[1,]",
        "[,]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "1 2",
        "\u{feff}1",
        "//\n1",
    ] {
        assert!(matches!(parse(text.as_bytes(), DEPTH), Err(JsonError::Syntax { .. })), "{text:?}");
    }
    assert!(matches!(parse(b"\"\xff\"", DEPTH), Err(JsonError::Syntax { .. })));
}

#[test]
fn depth_is_counted_in_arrays_and_objects() {
    for depth in 0..4 {
        let text = |nested: usize| "[".repeat(nested) + &"]".repeat(nested);
        assert!(parse(text(depth).as_bytes(), depth).is_ok() == (depth > 0));
        assert_eq!(parse(text(depth + 1).as_bytes(), depth), Err(JsonError::Depth));
    }
}
