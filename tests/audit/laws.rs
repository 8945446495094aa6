//! Laws: whatever is done to one row is found, wherever it ends is found, and nothing else is.

use proptest::prelude::*;
use serde_json::Value;

use crate::made::{Rows, checkpoint, ledger, lines, verify};

const MEMBERS: [&str; 10] =
    ["version", "shard", "seq", "at", "kind", "source", "number", "entry", "previous", "hash"];

/// Ledgers of up to a dozen entries that are any text at all.
fn rows() -> impl Strategy<Value = Rows> {
    prop::collection::vec(".*", 1..12).prop_map(|entries| ledger("tenant:ä\u{10ffff}", &entries))
}

/// Another value for a member: of its own kind, or of none.
fn other() -> impl Strategy<Value = Value> {
    prop_oneof![
        ".{0,4}".prop_map(Value::from),
        "[0-9a-f]{64}".prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u64..20).prop_map(Value::from),
        Just(Value::Null),
        Just(Value::from(1.5)),
        Just(serde_json::json!([])),
    ]
}

proptest! {
    #[test]
    fn what_is_untouched_verifies(rows in rows(), size in 1_usize..200) {
        let text = lines(&rows);
        let signed = checkpoint("tenant:ä\u{10ffff}", &rows);
        let report = verify(&text, Some(signed.clone()));
        prop_assert!(report.is_intact(), "{:?}", report.faults);
        prop_assert_eq!(report.rows, rows.len() as u64);
        // However it is cut into pieces.
        let mut verifier = gatewright::audit::Verifier::new(Some(signed));
        for piece in text.as_bytes().chunks(size) {
            verifier.push(piece);
        }
        prop_assert!(verifier.finish().is_intact());
    }

    #[test]
    fn another_value_of_any_member_of_any_row_is_found(
        rows in rows(), at in any::<prop::sample::Index>(), member in prop::sample::select(&MEMBERS[..]), value in other(),
    ) {
        let mut changed = rows.clone();
        let at = at.index(rows.len());
        changed[at][member] = value;
        prop_assume!(changed != rows);
        let report = verify(&lines(&changed), None);
        prop_assert!(!report.is_intact());
        prop_assert_eq!(report.faults[0].line, Some(if member == "shard" && at == 0 { 1 } else { at as u64 + 1 }));
    }

    /// One character more, less or other in a text is found as well.
    #[test]
    fn another_letter_of_any_text_is_found(
        rows in rows(), at in any::<prop::sample::Index>(), member in prop::sample::select(&["shard", "kind", "source", "entry"][..]),
        letter in any::<char>(), place in any::<prop::sample::Index>(), how in 0..3,
    ) {
        let mut changed = rows.clone();
        let at = at.index(rows.len());
        let mut letters: Vec<char> = rows[at][member].as_str().unwrap().chars().collect();
        let place = place.index(letters.len() + 1);
        match how {
            0 => letters.insert(place, letter),
            1 if place < letters.len() => letters[place] = letter,
            _ => drop(letters.pop()),
        }
        changed[at][member] = letters.into_iter().collect::<String>().into();
        prop_assume!(changed != rows);
        prop_assert!(!verify(&lines(&changed), None).is_intact());
    }

    #[test]
    fn a_member_that_is_taken_away_or_called_otherwise_is_found(
        rows in rows(), at in any::<prop::sample::Index>(), member in prop::sample::select(&MEMBERS[..]), name in "[a-z]{0,8}",
    ) {
        let at = at.index(rows.len());
        for is_renamed in [false, true] {
            let mut changed = rows.clone();
            let value = changed[at].as_object_mut().unwrap().remove(member).unwrap();
            if is_renamed && name != member {
                changed[at][&name] = value;
            }
            prop_assert!(!verify(&lines(&changed), None).is_intact());
        }
    }

    #[test]
    fn truncation_to_any_length_is_found(rows in rows(), bytes in any::<prop::sample::Index>()) {
        let signed = || Some(checkpoint("tenant:ä\u{10ffff}", &rows));
        for length in 0..rows.len() {
            prop_assert!(!verify(&lines(&rows[..length]), signed()).is_intact());
        }
        // Also in the middle of a line. Without the last line break it is still whole.
        let text = lines(&rows);
        let text = text.as_bytes();
        let mut verifier = gatewright::audit::Verifier::new(signed());
        verifier.push(&text[..bytes.index(text.len() - 1)]);
        prop_assert!(!verifier.finish().is_intact());
    }

    #[test]
    fn another_order_or_choice_of_rows_is_found(rows in rows(), picked in prop::collection::vec(any::<prop::sample::Index>(), 1..14)) {
        let other: Rows = picked.iter().map(|at| rows[at.index(rows.len())].clone()).collect();
        // A beginning of it is all right, as long as nobody says how long it was.
        prop_assume!(rows[..other.len().min(rows.len())] != other[..]);
        prop_assert!(!verify(&lines(&other), None).is_intact());
    }

    #[test]
    fn any_bytes_end_in_a_report(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut verifier = gatewright::audit::Verifier::new(None);
        verifier.push(&bytes);
        prop_assert!(!verifier.finish().is_intact());
    }
}
