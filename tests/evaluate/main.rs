//! What an agent may do: tables of policies, questions and reasons.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod approvals;
mod ask;
mod budgets;
mod guards;
mod layers;
mod malformed;
mod modes;
mod policy;
mod seed_001;
mod seed_004;
mod store;
mod tiers;
