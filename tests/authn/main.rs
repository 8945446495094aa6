//! Authentication: from the bytes of a token to claims.
//!
//! `attacks` has one test for each class of attack, `corpus` and `primitives` run recorded tokens,
//! `agno` holds us against AgentOS, `keys`, `issuers` and `credentials` are about what goes with
//! tokens, and `laws` is what must be true of any input.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod agno;
mod attacks;
mod corpus;
mod credentials;
mod issuers;
mod keys;
mod laws;
mod primitives;
mod support;
