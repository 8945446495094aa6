//! Ledgers made for tests, hashed by the words of `docs/ledger.md` and not by the code.

use std::fmt::Write;

use gatewright::audit::{Checkpoint, GENESIS, Report, Verifier};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) type Rows = Vec<Value>;

/// Each part behind its length in bytes.
fn sha256_of(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    let text = parts.concat();
    Sha256::digest(text).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

/// The hash that a row should have.
pub(crate) fn hash_of(row: &Value) -> String {
    let text = |name: &str| match &row[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let members = ["shard", "seq", "at", "kind", "source", "number", "entry", "previous"];
    let parts = members.map(text);
    let mut all = vec!["gatewright ledger row 1"];
    all.extend(parts.iter().map(String::as_str));
    sha256_of(&all)
}

/// A chain of these entries.
pub(crate) fn ledger(shard: &str, entries: &[impl AsRef<str>]) -> Rows {
    let mut previous = GENESIS.to_owned();
    let rows = entries.iter().zip(1..).map(|(entry, seq)| {
        let mut row = json!({
            "version": 1, "shard": shard, "seq": seq, "at": 1_700_000_000_000_u64 + seq, "kind": "log",
            "source": "edge", "number": seq, "entry": entry.as_ref(), "previous": previous,
        });
        previous = hash_of(&row);
        row["hash"] = previous.clone().into();
        row
    });
    rows.collect()
}

pub(crate) fn lines(rows: &[Value]) -> String {
    rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect()
}

/// A checkpoint at the last of these rows, whose signature is none.
pub(crate) fn checkpoint(shard: &str, rows: &[Value]) -> Checkpoint {
    let hash = rows.last().map_or(GENESIS.into(), |row| row["hash"].clone());
    let text = json!({
        "version": 1, "shard": shard, "seq": rows.len(), "hash": hash, "at": 1,
        "signature": "A".repeat(86), "key": "A".repeat(43),
    });
    Checkpoint::read(text.to_string().as_bytes()).unwrap()
}

pub(crate) fn verify(text: &str, checkpoint: Option<Checkpoint>) -> Report {
    let mut verifier = Verifier::new(checkpoint);
    verifier.push(text.as_bytes());
    verifier.finish()
}

/// The code, line and place of each fault.
pub(crate) fn found(report: &Report) -> Vec<(&'static str, Option<u64>, Option<u64>)> {
    report.faults.iter().map(|fault| (fault.flaw.code(), fault.line, fault.seq)).collect()
}
