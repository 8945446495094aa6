//! Row after row: what each must be after the one before.

use std::mem;

use super::row::{GENESIS, Row};
use super::{Checkpoint, Fault, Flaw};

/// A longer line is no row, in bytes. Entries have 64 Ki characters at most.
const MAX_LINE: usize = 1 << 20;

/// So many faults are told one by one. Of more only the number is known.
const TOLD: usize = 100;

/// Reads a ledger from its first row on, and knows after each how it must go on.
#[derive(Debug)]
pub struct Verifier {
    checkpoint: Option<Checkpoint>,
    /// Whether the row of the checkpoint was there.
    is_met: bool,
    /// That of the checkpoint, or else of the first row.
    shard: Option<String>,
    /// The line that has begun, as far as it has come.
    begun: Vec<u8>,
    is_too_long: bool,
    line: u64,
    rows: u64,
    seq: u64,
    hash: String,
    /// What the next row may say of the hash before. None where that cannot be told.
    previous: Option<[String; 2]>,
    faults: Vec<Fault>,
    fault_count: u64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose ledger it is. None if there is no row and no checkpoint.
    pub shard: Option<String>,
    /// How many lines are rows, good or not.
    pub rows: u64,
    /// The place of the last row.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// The first hundred of what is wrong, in the order of the lines.
    pub faults: Vec<Fault>,
    /// How much is wrong.
    pub fault_count: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_intact(&self) -> bool {
        self.fault_count == 0
    }
}

impl Verifier {
    /// Begins before the first row. The signature of the checkpoint is the caller's to verify.
    #[must_use]
    pub fn new(checkpoint: Option<Checkpoint>) -> Self {
        Self {
            is_met: checkpoint.as_ref().is_none_or(|checkpoint| checkpoint.seq() == 0),
            shard: checkpoint.as_ref().map(|checkpoint| checkpoint.shard().to_owned()),
            checkpoint,
            begun: Vec::new(),
            is_too_long: false,
            line: 0,
            rows: 0,
            seq: 0,
            hash: GENESIS.to_owned(),
            previous: Some([GENESIS.to_owned(), GENESIS.to_owned()]),
            faults: Vec::new(),
            fault_count: 0,
        }
    }

    /// Reads on. Where a piece ends does not matter.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        // There is always one, if an empty one.
        self.extend(pieces.next().unwrap_or_default());
        for piece in pieces {
            self.end();
            self.extend(piece);
        }
    }

    /// How much is wrong so far.
    #[must_use]
    pub const fn fault_count(&self) -> u64 {
        self.fault_count
    }

    /// Ends the ledger here.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.end();
        if !self.is_met {
            let is_cut = self.checkpoint.as_ref().is_some_and(|it| self.seq < it.seq());
            let flaw = if is_cut { Flaw::Truncated } else { Flaw::CheckpointDiffers };
            self.tell(Fault { flaw, line: None, seq: None, expected: None });
        }
        if self.rows == 0 && self.checkpoint.is_none() && self.fault_count == 0 {
            self.tell(Fault { flaw: Flaw::Empty, line: None, seq: None, expected: None });
        }
        Report {
            shard: self.shard,
            rows: self.rows,
            seq: self.seq,
            hash: self.hash,
            faults: self.faults,
            fault_count: self.fault_count,
        }
    }

    fn extend(&mut self, piece: &[u8]) {
        if self.begun.len() + piece.len() > MAX_LINE {
            self.is_too_long = true;
            self.begun.clear();
        } else if !self.is_too_long {
            self.begun.extend_from_slice(piece);
        }
    }

    fn end(&mut self) {
        let line = mem::take(&mut self.begun);
        let is_too_long = mem::take(&mut self.is_too_long);
        self.line += 1;
        if !is_too_long && line.trim_ascii().is_empty() {
            return;
        }
        match if is_too_long { Err(Flaw::RowMalformed) } else { Row::read(&line) } {
            Ok(row) => self.follow(row),
            // It stands for the row that was to come: one fault is enough for it.
            Err(flaw) => {
                self.find(flaw, None);
                self.seq += 1;
                self.previous = None;
            }
        }
    }

    fn follow(&mut self, row: Row) {
        self.rows += 1;
        let shard = self.shard.get_or_insert_with(|| row.shard.clone());
        if *shard != row.shard {
            return self.find(Flaw::ShardOther, Some(row.seq));
        }
        let expected = self.seq + 1;
        if !row.is_intact() {
            // What it says of its place is as good as the rest of it.
            self.find(Flaw::RowChanged, Some(row.seq));
            return self.go_on(expected, row);
        }
        if row.seq < expected {
            let flaw = if row.seq == self.seq { Flaw::RowRepeated } else { Flaw::RowMisplaced };
            return self.find(flaw, Some(row.seq));
        }
        if row.seq > expected {
            self.find(Flaw::RowMissing, Some(row.seq));
        } else if self.previous.as_ref().is_some_and(|hashes| !hashes.contains(&row.previous)) {
            self.find(Flaw::ChainBroken, Some(row.seq));
        }
        if let Some(checkpoint) = self.checkpoint.as_ref().filter(|it| it.seq() == row.seq) {
            self.is_met = true;
            if checkpoint.hash() != row.hash {
                self.find(Flaw::CheckpointDiffers, Some(row.seq));
            }
        }
        self.go_on(row.seq, row);
    }

    fn go_on(&mut self, seq: u64, row: Row) {
        self.seq = seq;
        self.hash.clone_from(&row.hash);
        // Of a row that was changed, either its hash was or the rest. It need not be found twice.
        self.previous = Some([row.hash, row.computed]);
    }

    fn find(&mut self, flaw: Flaw, seq: Option<u64>) {
        let expected =
            Some(self.seq + 1).filter(|expected| seq.is_some_and(|seq| seq != *expected));
        self.tell(Fault { flaw, line: Some(self.line), seq, expected });
    }

    fn tell(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < TOLD {
            self.faults.push(fault);
        }
    }
}
