//! The decision: every layer is asked, the first denial is the answer.
//!
//! [`Pdp`] evaluates a request, [`Decision`] is what comes of it, [`Reason`] says why. Scopes are
//! read in [`scope`], lists of agents in [`Registry`].
//!
//! What has a state beyond one request is a value here, and kept by a store elsewhere:
//! [`approval`], [`budget`], [`switch`]. Each says what the next state is, and changes none.

mod access;
pub mod approval;
pub mod budget;
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
pub use approval::{Approval, Binding};
pub use budget::{Budget, Meter};
pub use decision::{Decision, Layer, Listing, Note, Trace, Voice};
pub use explain::{Answer, Explanation};
pub use pdp::{Outcome, Pdp, Request};
pub use principal::{Grants, Principal};
pub use reason::Reason;
pub use switch::Switches;
