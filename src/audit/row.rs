//! One row, as a line of JSON.

use super::{Flaw, VERSION};
use crate::hash::{is_sha256, joined, sha256};
use crate::json::{Json, parse};

/// The hash before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a hash of a row begins with, so that it is one of nothing else. It ends in the version.
const DOMAIN: &str = "gatewright ledger row 1";

/// The largest integer that JavaScript counts to without a gap.
const MOST: u64 = (1 << 53) - 1;

/// A row whose members are what they should be. Whether they are those that were written, [`Row::is_intact`] says.
pub(super) struct Row {
    pub(super) shard: String,
    pub(super) seq: u64,
    pub(super) previous: String,
    pub(super) hash: String,
    /// The hash of what it says.
    pub(super) computed: String,
}

impl Row {
    /// Reads a line. A member that is missing or not known makes it no row.
    pub(super) fn read(line: &[u8]) -> Result<Self, Flaw> {
        let json = parse(line, 1).map_err(|_| Flaw::RowMalformed)?;
        let version = json.get("version").and_then(integer).ok_or(Flaw::RowMalformed)?;
        if version != VERSION {
            return Err(Flaw::VersionUnknown);
        }
        Self::of(&json).ok_or(Flaw::RowMalformed)
    }

    fn of(json: &Json) -> Option<Self> {
        let [_, shard, seq, at, kind, source, number, entry, previous, hash] = json.members([
            "version", "shard", "seq", "at", "kind", "source", "number", "entry", "previous",
            "hash",
        ])?;
        let [shard, kind, source, entry] =
            [shard.as_str()?, kind.as_str()?, source.as_str()?, entry.as_str()?];
        let [previous, hash] = [hash_text(previous)?, hash_text(hash)?];
        let place = integer(seq).filter(|seq| *seq > 0)?;
        let [seq, at, number] = [place, integer(at)?, integer(number)?].map(|it| it.to_string());
        // Each part stands behind its length, so no two rows are one text.
        let parts = [DOMAIN, shard, &seq, &at, kind, source, &number, entry, previous];
        Some(Self {
            computed: sha256(&joined(&parts.map(Some))),
            shard: shard.into(),
            seq: place,
            previous: previous.into(),
            hash: hash.into(),
        })
    }

    pub(super) fn is_intact(&self) -> bool {
        self.hash == self.computed
    }
}

/// An integer in its one spelling: digits alone, without a zero in front.
pub(super) fn integer(json: &Json) -> Option<u64> {
    json.as_number()?.as_u64().filter(|number| *number <= MOST)
}

pub(super) fn hash_text(json: &Json) -> Option<&str> {
    json.as_str().filter(|text| is_sha256(text))
}
