//! Decides at the edge who may use which agent, and which of its actions, before a request
//! reaches the agent platform.
//!
//! One sentence: *a subject asks for an action on a resource; every layer that has something to
//! say must agree.* Whatever is unknown, missing, malformed, late or broken is denied, with a
//! [`Reason`] of its own.
//!
//! # The way of a request
//!
//! 1. [`request`] reads the path once and finds the route: which action, on which resource.
//! 2. [`authn`] turns the bearer token into claims that can be believed, and those into a
//!    [`Principal`](decide::Principal). Types prove that every check was done.
//! 3. [`decide`] asks the layers in order; the first denial is the answer.
//! 4. [`policy`] is the document behind all three, compiled once; [`guard`] is what it says of the
//!    arguments of tools.
//!
//! What was decided is told to a ledger; [`audit`] finds out whether one is still what was written.
//!
//! The crate is pure. Policy, keys and the time come in as arguments; there is no clock, no I/O,
//! no randomness and no global. `wasm.rs`, `wasm_guards.rs`, `wasm_lint.rs` and `wasm_audit.rs`, the
//! surfaces of the three modules, are all that knows of WebAssembly.

pub mod audit;
pub mod authn;
pub mod decide;
#[cfg(feature = "wasm")]
mod describe;
pub mod guard;
mod hash;
pub mod json;
pub mod policy;
#[cfg(feature = "wasm")]
mod record;
pub mod request;
mod sorted;
mod table;
mod timestamp;
#[cfg(feature = "wasm")]
pub mod wasm;
#[cfg(feature = "wasm-audit")]
pub mod wasm_audit;
#[cfg(feature = "wasm-guards")]
pub mod wasm_guards;
#[cfg(any(feature = "wasm-guards", feature = "wasm-lint"))]
pub mod wasm_input;
#[cfg(feature = "wasm-lint")]
pub mod wasm_lint;

pub use decide::{Decision, Pdp, Reason};
pub use policy::{Policy, PolicyError};
