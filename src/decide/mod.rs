//! The decision: every layer is asked, the first denial is the answer.
//!
//! [`Pdp`] evaluates a request, [`Decision`] is what comes of it, [`Reason`] says why. Scopes are
//! read in [`scope`], lists of agents in [`Registry`].

mod access;
mod cache;
mod decision;
mod dialect;
mod explain;
pub mod isolation;
mod layers;
mod pdp;
mod pending;
mod principal;
mod reason;
mod registry;
pub mod scope;
mod virtual_key;

pub use access::{Access, AgentSet, Lists, OwnList};
pub use decision::{Decision, Layer, Listing, Note, Trace, Voice};
pub use dialect::{Answer, Shape};
pub use explain::Explanation;
pub use pdp::{Outcome, Pdp, Request};
pub use principal::{Grants, Principal};
pub use reason::Reason;
pub use registry::{KnownTeam, Refusal, Registry};
