//! The ledger's verifier: what it finds, and that it finds nothing where nothing is.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod checkpoint;
mod finds;
mod laws;
mod made;
mod vectors;
