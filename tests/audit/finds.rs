//! What is found, case by case, and where.

use gatewright::audit::{Flaw, Verifier};
use serde_json::{Value, json};

use crate::made::{Rows, checkpoint, found, hash_of, ledger, lines, verify};

type Case = (&'static str, fn(&mut Rows), Vec<Found>);
type Found = (&'static str, Option<u64>, Option<u64>);

fn five() -> Rows {
    ledger("none", &["{}", "{\"a\":1}", "x", "y", "z"])
}

const fn at(code: &'static str, line: u64, seq: u64) -> Found {
    (code, Some(line), Some(seq))
}

#[test]
fn what_was_done_to_it() {
    let cases: [Case; 14] = [
        ("nothing", |_| {}, vec![]),
        (
            "an entry is changed",
            |rows| rows[1]["entry"] = "b".into(),
            vec![at("ledger_row_changed", 2, 2)],
        ),
        (
            "a hash is changed",
            |rows| rows[1]["hash"] = "0".repeat(64).into(),
            vec![at("ledger_row_changed", 2, 2)],
        ),
        (
            "a row is changed and hashed anew",
            |rows| {
                rows[1]["entry"] = "b".into();
                rows[1]["hash"] = hash_of(&rows[1]).into();
            },
            vec![at("ledger_chain_broken", 3, 3)],
        ),
        (
            "the first is taken out",
            |rows| drop(rows.remove(0)),
            vec![at("ledger_row_missing", 1, 2)],
        ),
        ("one is taken out", |rows| drop(rows.remove(2)), vec![at("ledger_row_missing", 3, 4)]),
        (
            "two change places",
            |rows| rows.swap(1, 2),
            vec![at("ledger_row_missing", 2, 3), at("ledger_row_misplaced", 3, 2)],
        ),
        (
            "one is there twice",
            |rows| rows.insert(2, rows[1].clone()),
            vec![at("ledger_row_repeated", 3, 2)],
        ),
        (
            "one comes again later",
            |rows| rows.push(rows[1].clone()),
            vec![at("ledger_row_misplaced", 6, 2)],
        ),
        (
            "one of another ledger is put in",
            |rows| {
                rows.insert(2, ledger("tenant:b", &["{}", "{\"a\":1}", "x"])[2].clone());
            },
            vec![at("ledger_shard_other", 3, 3)],
        ),
        (
            "one of another ledger is put in its place, under this name",
            |rows| {
                rows[2] = ledger("tenant:b", &["{}", "{\"a\":1}", "x"])[2].clone();
                rows[2]["shard"] = "none".into();
            },
            vec![at("ledger_row_changed", 3, 3), at("ledger_chain_broken", 4, 4)],
        ),
        (
            "one is of a later version",
            |rows| rows[4]["version"] = 2.into(),
            vec![("ledger_version_unknown", Some(5), None)],
        ),
        (
            "a member is put in",
            |rows| rows[4]["more"] = 2.into(),
            vec![("ledger_row_malformed", Some(5), None)],
        ),
        (
            "a line is no row",
            |rows| rows[1] = json!("x"),
            vec![("ledger_row_malformed", Some(2), None)],
        ),
    ];
    for (name, change, expected) in cases {
        let mut rows = five();
        change(&mut rows);
        let report = verify(&lines(&rows), None);
        assert_eq!(found(&report), expected, "{name}");
        assert_eq!(report.is_intact(), expected.is_empty(), "{name}");
    }
}

#[test]
fn only_the_checkpoint_shows() {
    let signed = || checkpoint("none", &five()[..4]);
    let cases: [Case; 8] = [
        ("nothing was done", |_| {}, vec![]),
        ("it ends at the checkpoint", |rows| rows.truncate(4), vec![]),
        ("it ends before", |rows| rows.truncate(3), vec![("ledger_truncated", None, None)]),
        ("there is nothing left", Vec::clear, vec![("ledger_truncated", None, None)]),
        (
            "it was made anew",
            |rows| *rows = ledger("none", &["{}", "b", "x", "y", "z"]),
            vec![at("ledger_checkpoint_differs", 4, 4)],
        ),
        (
            "the row of the checkpoint was made anew, and what follows",
            |rows| {
                rows[3]["entry"] = "b".into();
                rows[3]["hash"] = hash_of(&rows[3]).into();
                rows[4]["previous"] = rows[3]["hash"].clone();
                rows[4]["hash"] = hash_of(&rows[4]).into();
            },
            vec![at("ledger_checkpoint_differs", 4, 4)],
        ),
        (
            "the row of the checkpoint is taken out",
            |rows| drop(rows.remove(3)),
            vec![at("ledger_row_missing", 4, 5), ("ledger_checkpoint_differs", None, None)],
        ),
        (
            "it is the ledger of another shard",
            |rows| *rows = ledger("tenant:b", &["{}"]),
            vec![at("ledger_shard_other", 1, 1), ("ledger_truncated", None, None)],
        ),
    ];
    for (name, change, expected) in cases {
        let mut rows = five();
        change(&mut rows);
        assert_eq!(found(&verify(&lines(&rows), Some(signed()))), expected, "{name}");
    }
}

#[test]
fn nothing_is_nothing_unless_a_checkpoint_says_so() {
    for text in ["", "\n", " \r\n\n"] {
        assert_eq!(found(&verify(text, None)), [("ledger_empty", None, None)], "{text:?}");
        assert!(verify(text, Some(checkpoint("none", &[]))).is_intact());
    }
    assert!(verify(&lines(&five()), Some(checkpoint("none", &[]))).is_intact(), "it has grown");
}

/// A line in a spelling that the same row could have, and those that no row has.
#[test]
fn spellings() {
    let row = &five()[0];
    let text = row.to_string();
    let seq = |seq: &str| text.replace("\"seq\":1", &format!("\"seq\":{seq}"));
    for good in [text.clone(), format!(" {text}\r\n\n"), text.replace("\"none\"", "\"\\u006eone\"")]
    {
        assert!(verify(&good, None).is_intact(), "{good}");
    }
    for bad in [
        seq("1.0"),
        seq("1e0"),
        seq("\"1\""),
        seq("-1"),
        seq("0"),
        seq("9007199254740993"),
        seq("null"),
        text.replace("{\"at\"", "{\"at\":1,\"at\""),
        text.replace("\"none\"", "\"\\ud800\""),
        text.replace("\"kind\":\"log\",", ""),
        format!("[{text}]"),
        format!("{text}{text}"),
        text.trim_end_matches('}').to_owned(),
        "{}".to_owned(),
        "\u{feff}".to_owned() + &text,
        text.replace("\"hash\":\"", "\"hash\":\"A"),
        text.to_uppercase(),
        "null".to_owned(),
        "\0".to_owned(),
    ] {
        assert_eq!(found(&verify(&bad, None)), [("ledger_row_malformed", Some(1), None)], "{bad}");
    }
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let mut verifier = Verifier::new(None);
    for _ in 0..128 {
        verifier.push(&[b'x'; 16 * 1024]);
    }
    verifier.push(b"\n");
    verifier.push(lines(&five()[1..]).as_bytes());
    let report = verifier.finish();
    assert_eq!(found(&report), [("ledger_row_malformed", Some(1), None)]);
}

#[test]
fn a_hundred_faults_are_told_and_all_are_counted() {
    let entries: Vec<_> = (0..300).map(|entry| entry.to_string()).collect();
    let mut rows = ledger("none", &entries);
    for row in &mut rows {
        row["at"] = 0.into();
    }
    let report = verify(&lines(&rows), None);
    assert_eq!((report.faults.len(), report.fault_count), (100, 300));
}

/// Each code is one of its own, and what is said for people holds no code.
#[test]
fn names() {
    let flaws = [
        Flaw::ChainBroken,
        Flaw::CheckpointDiffers,
        Flaw::Empty,
        Flaw::RowChanged,
        Flaw::RowMalformed,
        Flaw::RowMisplaced,
        Flaw::RowMissing,
        Flaw::RowRepeated,
        Flaw::ShardOther,
        Flaw::Truncated,
        Flaw::VersionUnknown,
    ];
    let docs = include_str!("../../docs/ledger.md");
    let mut codes: Vec<_> = flaws.iter().map(|flaw| flaw.code()).collect();
    for flaw in flaws {
        assert!(docs.contains(&format!("`{}`", flaw.code())), "{flaw:?} stands in docs/ledger.md");
        assert!(flaw.code().starts_with("ledger_") && !flaw.why().contains('_'));
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), flaws.len());
}

#[test]
fn faults_hold_nothing_of_the_rows() {
    let mut rows = ledger("tenant:hush", &["hush", "hush"]);
    rows[0]["entry"] = "hush!".into();
    rows[1]["source"] = Value::Null;
    let report = verify(&lines(&rows), None);
    assert_eq!(report.fault_count, 2);
    assert!(!format!("{:?}", report.faults).contains("hush"));
}
