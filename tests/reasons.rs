//! The closed list of reasons: numbers, names, statuses.

use std::collections::HashSet;

use gatewright::Reason;

#[test]
fn every_reason_stands_at_its_number() {
    for (place, reason) in Reason::all().enumerate() {
        assert_eq!(usize::from(reason.number()), place, "{reason:?}");
    }
    // The last of the enum: a reason without an entry would come after it.
    assert_eq!(usize::from(Reason::Shadowed.number()) + 1, Reason::all().count());
}

#[test]
fn every_code_is_another_and_in_snake_case() {
    let mut seen = HashSet::new();
    for reason in Reason::all() {
        let code = reason.code();
        assert!(seen.insert(code), "{code} stands twice");
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(!reason.message().ends_with('.'), "{code}");
    }
}

#[test]
fn what_is_not_allowed_has_a_status_of_an_error() {
    for reason in Reason::all() {
        assert_eq!(reason.allows(), reason.status() == 200, "{reason:?}");
        assert!(reason.allows() || (400..600).contains(&reason.status()), "{reason:?}");
    }
}

#[test]
fn the_reference_lists_every_reason() {
    let reference = include_str!("../docs/reasons.md");
    for reason in Reason::all() {
        let row = format!("| `{}` | {} | {} |", reason.code(), reason.status(), reason.message());
        assert!(reference.contains(&row), "docs/reasons.md lacks the row\n{row}");
    }
}
