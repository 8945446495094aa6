//! What the Worker writes is what is verified here: rows and a checkpoint made by JavaScript.

use gatewright::audit::Checkpoint;

use crate::made::{found, verify};

#[test]
fn what_javascript_wrote_is_intact() {
    let checkpoint = Checkpoint::read(include_bytes!("../vectors/ledger/checkpoint.json")).unwrap();
    let seq = checkpoint.seq();
    let report = verify(include_str!("../vectors/ledger/rows.jsonl"), Some(checkpoint));
    assert_eq!(found(&report), []);
    assert_eq!((report.rows, report.seq), (seq, seq));
}
