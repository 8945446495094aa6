//! Virtual keys and the agents of `LiteLLM`: the recorded decisions of the real one, its
//! documentation word for word, and what somebody with bad intentions would try.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod answers;
mod attacks;
mod corpus;
mod keys;
mod laws;
mod routes;
mod seed;
mod support;
