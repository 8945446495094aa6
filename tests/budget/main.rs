//! Budgets: what has room, what is counted, and what is never let through twice.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod compile;
mod laws;
mod limits;
mod meter;
mod setup;
mod window;
