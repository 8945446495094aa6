//! Canonical JSON, held against the examples of RFC 8785 and a referee that is not ours.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gatewright::json::{Decimal, Json, canonical, parse, parse_any_number};
use proptest::prelude::*;
use serde_json::Value;

const DEPTH: usize = 16;

fn read(text: &str) -> Json {
    parse(text.as_bytes(), DEPTH).unwrap()
}

/// The canonical text of a text.
fn of(text: &str) -> Option<String> {
    canonical(&read(text))
}

#[test]
fn the_example_of_section_3_2_2_without_the_number_that_no_double_holds() {
    let text = r#"{
        "numbers": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected = r#"{"literals":[null,true,false],"numbers":[1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(of(text).unwrap(), expected);
    assert_eq!(of("333333333.33333329"), None);
    assert_eq!(of("333333333.3333333").unwrap(), "333333333.3333333");
}

#[test]
fn members_are_sorted_as_in_section_3_2_3() {
    let text = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
    let values = of(text).unwrap();
    let order: String = values.chars().filter(char::is_ascii_digit).collect();
    // "\r" 2, "1" 4 (with its name), U+0080 6, ö 7, € 1, U+1F600 5, U+FB33 3.
    assert_eq!(order, "2146".to_owned() + "7153");
    assert!(values.starts_with("{\"\\r\":2,\"1\":4,\"\u{80}\":6,"), "{values}");
}

#[test]
fn letters_are_escaped_no_more_than_needed() {
    for (letter, expected) in [
        ('\u{0}', r"\u0000"),
        ('\u{7}', r"\u0007"),
        ('\u{8}', r"\b"),
        ('\u{9}', r"\t"),
        ('\u{a}', r"\n"),
        ('\u{b}', r"\u000b"),
        ('\u{c}', r"\f"),
        ('\u{d}', r"\r"),
        ('\u{1f}', r"\u001f"),
        ('"', r#"\""#),
        ('\\', r"\\"),
        ('/', "/"),
        ('\u{7f}', "\u{7f}"),
        ('\u{2028}', "\u{2028}"),
        ('\u{feff}', "\u{feff}"),
        ('😂', "😂"),
    ] {
        let text = canonical(&Json::String(letter.into())).unwrap();
        assert_eq!(text, format!("\"{expected}\""), "{letter:?}");
    }
}

/// Appendix B: doubles by their bits. What is not finite cannot be written in JSON.
#[test]
fn doubles_are_written_as_in_appendix_b() {
    for (bits, expected) in [
        (0x0000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        let double: f64 = expected.parse().unwrap();
        assert_eq!(double.to_bits(), bits, "{expected}");
        assert_eq!(of(expected).as_deref(), Some(expected), "{bits:x}");
    }
}

#[test]
fn a_number_that_its_canonical_text_does_not_say_is_refused() {
    for (text, expected) in [
        ("1.0", Some("1")),
        ("1e2", Some("100")),
        ("1E+2", Some("100")),
        ("-0", Some("0")),
        ("-0.0e-5", Some("0")),
        ("0e99999999999", Some("0")),
        ("0.1", Some("0.1")),
        ("-12.50", Some("-12.5")),
        ("123456789012345680000", Some("123456789012345680000")),
        ("1234567890123456800000", Some("1.2345678901234568e+21")),
        // Two of 16 digits are equally near to a double that has 17: the even one is canonical.
        ("849018321983721.2", Some("849018321983721.2")),
        ("849018321983721.3", None),
        ("849018321983721.25", None),
        ("9007199254740991", Some("9007199254740991")),
        ("9007199254740992", Some("9007199254740992")),
        ("9007199254740993", None),
        ("9007199254740994", Some("9007199254740994")),
        ("0.1000000000000000055511151231257827021181583404541015625", None),
        ("0.10000000000000001", None),
        ("1e-400", None),
        ("3e-324", None),
        ("123456789012345678901234567890", None),
        ("[{\"a\":[9007199254740993]}]", None),
    ] {
        assert_eq!(of(text).as_deref(), expected, "{text}");
    }
    for text in ["1e400", "-1e400", "1e99999999999"] {
        assert_eq!(canonical(&parse_any_number(text.as_bytes(), 0).unwrap()), None, "{text}");
    }
}

#[test]
fn a_member_twice_has_no_canonical_form() {
    let twice = Json::Object(vec![("a".into(), Json::Null), ("a".into(), Json::Bool(true))]);
    assert_eq!(canonical(&twice), None);
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(".{0,3}", inner, 0..8)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// The same value with the members of every object the other way round.
fn reversed(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(reversed).collect()),
        Json::Object(members) => {
            let members = members.iter().rev();
            Json::Object(members.map(|(name, value)| (name.clone(), reversed(value))).collect())
        }
        other => other.clone(),
    }
}

/// A number as somebody might write it, often with more digits than a double has.
fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?"
}

proptest! {
    #[test]
    fn the_referee_reads_the_same_value(value in json()) {
        let text = of(&value.to_string()).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert!(same(&read, &value), "{text}");
    }

    #[test]
    fn what_is_canonical_stays_as_it_is(value in json()) {
        let text = of(&value.to_string()).unwrap();
        prop_assert_eq!(of(&text).unwrap(), text);
    }

    #[test]
    fn the_order_of_members_does_not_matter(value in json()) {
        let json = read(&value.to_string());
        prop_assert_eq!(canonical(&reversed(&json)), canonical(&json));
    }

    /// What the hash of a context rests on.
    #[test]
    fn of_two_numbers_with_one_text_neither_is_another(one in number(), two in number()) {
        let exact = |text: &str| {
            let json = parse_any_number(text.as_bytes(), 0).unwrap();
            (canonical(&json), json.as_number().and_then(Decimal::of))
        };
        let ((a, one), (b, two)) = (exact(&one), exact(&two));
        if a.is_some() && a == b {
            prop_assert_eq!(one, two);
        }
    }

    #[test]
    fn a_number_keeps_its_exact_value(text in number()) {
        let json = parse_any_number(text.as_bytes(), 0).unwrap();
        if let Some(canonical) = canonical(&json) {
            let again = read(&canonical);
            let exact = |json: &Json| json.as_number().and_then(Decimal::of);
            prop_assert_eq!(exact(&again), exact(&json), "{} {}", text, canonical);
            let double: f64 = text.parse().unwrap();
            let again: f64 = canonical.parse().unwrap();
            prop_assert_eq!(double.partial_cmp(&again), Some(std::cmp::Ordering::Equal));
        }
    }
}

/// Numbers are compared as floats: the referee tells `1` from `1.0`.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            // The referee's reading may be off by the last bit.
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= other.abs() * 1e-15 + f64::MIN_POSITIVE
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let find = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| same(value, other))
            };
            one.len() == other.len() && one.iter().all(find)
        }
        _ => one == other,
    }
}
