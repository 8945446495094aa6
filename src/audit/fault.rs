//! What is wrong with a ledger, and where.

/// What is wrong, and with which row. It holds nothing of what the row says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub flaw: Flaw,
    /// The line, from 1. None of what is wrong with the whole.
    pub line: Option<u64>,
    /// The place that the row says it has, if it says one.
    pub seq: Option<u64>,
    /// The place that was to come, if that is not it.
    pub expected: Option<u64>,
}

/// What can be wrong with a ledger.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flaw {
    /// The hash of the row before is another one than this row says.
    ChainBroken,
    /// The row of the checkpoint has another hash than the checkpoint says.
    CheckpointDiffers,
    /// There is no row, and no checkpoint that says so.
    Empty,
    /// The row is not as it was written: its hash is not that of what it says.
    RowChanged,
    /// The line is not a row.
    RowMalformed,
    /// It stands behind rows that come after it.
    RowMisplaced,
    /// Rows before it are not there.
    RowMissing,
    /// It has the place of the row before.
    RowRepeated,
    /// The row is one of another shard.
    ShardOther,
    /// The row of the checkpoint is not there, and none after it.
    Truncated,
    /// The row is of a version that is not known here.
    VersionUnknown,
}

impl Flaw {
    /// The stable name of it. Names are added, never changed.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ChainBroken => "ledger_chain_broken",
            Self::CheckpointDiffers => "ledger_checkpoint_differs",
            Self::Empty => "ledger_empty",
            Self::RowChanged => "ledger_row_changed",
            Self::RowMalformed => "ledger_row_malformed",
            Self::RowMisplaced => "ledger_row_misplaced",
            Self::RowMissing => "ledger_row_missing",
            Self::RowRepeated => "ledger_row_repeated",
            Self::ShardOther => "ledger_shard_other",
            Self::Truncated => "ledger_truncated",
            Self::VersionUnknown => "ledger_version_unknown",
        }
    }

    /// A sentence for people, lower-case and without full stop.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::ChainBroken => "the row before has another hash than this one says",
            Self::CheckpointDiffers => "the row of the checkpoint is not the one that was signed",
            Self::Empty => "there is no row, and no checkpoint that says so",
            Self::RowChanged => "it is not as it was written",
            Self::RowMalformed => "this is not a row",
            Self::RowMisplaced => "it stands behind rows that come after it",
            Self::RowMissing => "rows before it are missing",
            Self::RowRepeated => "it has the place of the row before",
            Self::ShardOther => "it is a row of another shard",
            Self::Truncated => "rows up to the checkpoint are missing at the end",
            Self::VersionUnknown => "its version is not known here",
        }
    }
}
