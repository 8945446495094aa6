//! The decision: every layer is asked, the first denial is the answer.
//!
//! [`Pdp`] evaluates a request, [`Decision`] is what comes of it, [`Reason`] says why. Scopes are
//! read in [`scope`], lists of agents in [`Registry`].

mod access;
mod cache;
mod decision;
mod explain;
pub mod isolation;
mod layers;
pub mod name;
mod pdp;
mod pending;
mod principal;
mod reason;
pub mod scope;
pub mod switch;

pub use access::{Access, AgentSet, Lists, Refusal, Registry};
pub use decision::{Decision, Layer, Listing, Note, Trace, Voice};
pub use explain::{Answer, Explanation};
pub use pdp::{Outcome, Pdp, Request};
pub use principal::{Grants, Principal};
pub use reason::Reason;
pub use switch::Switches;
