//! What can be a name, and which actions a pattern stands for.

use gatewright::decide::name::{ActionPattern, is_name};
use proptest::prelude::*;

#[test]
fn names() {
    for name in [
        "a",
        "research",
        "Finance Agent",
        "stripe.refund",
        "a:b/c@d",
        "ä",
        "研究",
        "агент",
        "e\u{301}",
        "😀",
        "*",
        &"a".repeat(256),
    ] {
        assert!(is_name(name), "{name:?}");
    }
}

#[test]
fn what_no_name_is() {
    let too_long = "a".repeat(257);
    for text in ["", " ", " a", "a ", &too_long, &"ä".repeat(129)] {
        assert!(!is_name(text), "{text:?}");
    }
    let ranges = [
        '\0'..='\u{1f}',
        '\u{7f}'..='\u{a0}',
        '\u{ad}'..='\u{ad}',
        '\u{61c}'..='\u{61c}',
        '\u{1680}'..='\u{1680}',
        '\u{180e}'..='\u{180e}',
        '\u{2000}'..='\u{200f}',
        '\u{2028}'..='\u{202f}',
        '\u{205f}'..='\u{2064}',
        '\u{2066}'..='\u{206f}',
        '\u{3000}'..='\u{3000}',
        '\u{feff}'..='\u{feff}',
        '\u{fff9}'..='\u{fffb}',
        '\u{e0000}'..='\u{e007f}',
    ];
    for letter in ranges.into_iter().flatten() {
        for text in [format!("{letter}"), format!("a{letter}b"), format!("a{letter}")] {
            assert!(!is_name(&text), "{text:?}");
        }
    }
}

/// The neighbours of what is refused, so that a range does not grow unseen.
#[test]
fn letters_beside_those_are_names() {
    for letter in [
        '!',
        '~',
        '\u{a1}',
        '\u{ac}',
        '\u{ae}',
        '\u{61b}',
        '\u{61d}',
        '\u{180d}',
        '\u{180f}',
        '\u{2010}',
        '\u{2027}',
        '\u{2030}',
        '\u{205e}',
        '\u{2065}',
        '\u{2070}',
        '\u{fefe}',
        '\u{ff00}',
        '\u{fff8}',
        '\u{fffc}',
        '\u{dffff}',
        '\u{e0080}',
    ] {
        assert!(is_name(&letter.to_string()), "{letter:?}");
    }
}

#[test]
fn patterns_cover() {
    for (pattern, action, expected) in [
        ("stripe.refund", "stripe.refund", true),
        ("stripe.refund", "stripe.refund.small", false),
        ("stripe.refund", "stripe.refun", false),
        ("stripe.refund", "Stripe.refund", false),
        ("stripe.refund", "stripe", false),
        ("stripe.*", "stripe.refund", true),
        ("stripe.*", "stripe.refund.small", true),
        ("stripe.*", "stripe.*", true),
        ("stripe.*", "stripe", false),
        ("stripe.*", "stripe.", false),
        ("stripe.*", "stripe..refund", false),
        ("stripe.*", "stripe.refund.", false),
        ("stripe.*", "stripes.refund", false),
        ("stripe.*", "stripe-x.refund", false),
        ("stripe.*", "my.stripe.refund", false),
        ("stripe.refund.*", "stripe.refund", false),
        ("stripe.refund.*", "stripe.refund.small", true),
        ("stripe.refund.*", "stripe.charge.small", false),
        ("read_file", "read_file", true),
        ("read_file", "", false),
    ] {
        let read = ActionPattern::parse(pattern).map(|pattern| pattern.covers(action));
        assert_eq!(read, Some(expected), "{pattern} {action}");
    }
}

#[test]
fn what_no_pattern_is() {
    for text in [
        "",
        "*",
        ".*",
        "*.*",
        "*.refund",
        "stripe.*.small",
        "str*",
        "stripe*",
        "stripe.re*",
        "stripe.**",
        "stripe.",
        ".stripe",
        "a..b",
        "a..*",
        ".",
        "..",
        " a",
        "a ",
        "a\tb",
        "a\u{200b}.*",
        "stripe.*.",
        "stripe. *\u{a0}",
    ] {
        assert_eq!(ActionPattern::parse(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_brings_it_down(pattern in ".*", action in ".*") {
        let _ = is_name(&pattern);
        if let Some(pattern) = ActionPattern::parse(&pattern) {
            let _ = pattern.covers(&action);
        }
    }

    /// A pattern covers an action only if that is one, or stands there word for word.
    #[test]
    fn a_service_stands_for_what_is_below(pattern in "[ab.*]{0,6}", action in "[ab.]{0,8}") {
        let Some(read) = ActionPattern::parse(&pattern) else { return Ok(()) };
        let expected = match pattern.strip_suffix('*') {
            Some(service) => action.strip_prefix(service).is_some_and(|rest| {
                rest.split('.').all(|segment| !segment.is_empty())
            }),
            None => pattern == action,
        };
        prop_assert_eq!(read.covers(&action), expected, "{} {}", pattern, action);
    }
}
