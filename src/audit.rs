//! The ledger, verified: whether rows are all there, in order, and as they were written.
//!
//! A ledger is a chain. Each row says its place in the ledger of one shard, the hash of the row before,
//! and a hash of all that it says itself. [`Verifier`] reads rows as lines of JSON, in pieces of any size
//! and in constant memory, and finds
//!
//! 1. a row that is changed: its hash is not that of what it says;
//! 2. one that is taken out, put in, moved or written twice: places and the hashes before do not follow;
//! 3. one of another shard: its name is in every row, and in its hash;
//! 4. an end that is cut off, or a chain that was made anew: a [`Checkpoint`], taken before and signed,
//!    says which row must be there, and with which hash.
//!
//! Nothing here says more of a row than where it is. What a chain cannot show is in `docs/ledger.md`.

mod checkpoint;
mod fault;
mod row;
mod verifier;

pub use checkpoint::Checkpoint;
pub use fault::{Fault, Flaw};
pub use row::GENESIS;
pub use verifier::{Report, Verifier};

/// The version of rows and checkpoints. There is one. It is in what is hashed and signed, too.
pub const VERSION: u64 = 1;
