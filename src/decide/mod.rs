//! The decision: every layer is asked, the first denial is the answer.
//!
//! [`Pdp`] evaluates a request, [`Decision`] is what comes of it, [`Reason`] says why. Scopes are
//! read in [`scope`], lists of agents in [`Registry`].
//!
//! What has a state beyond one request is a value here, and kept by a store elsewhere:
//! [`approval`], [`budget`], [`switch`]. Each says what the next state is, and changes none.

mod access;
mod answered;
pub mod approval;
pub mod authzen;
pub mod budget;
mod by_action;
mod cache;
mod conduct;
mod decision;
pub mod dialect;
mod evaluate;
mod explain;
pub mod isolation;
mod layers;
pub mod name;
mod pdp;
mod pending;
mod permission;
mod principal;
mod question;
mod reason;
mod registry;
pub mod scope;
mod state;
pub mod switch;
mod virtual_key;

pub use access::{Access, AgentSet, Lists, OwnList};
pub use answered::Answered;
pub use approval::{Approval, Binding};
pub use budget::{Budget, Meter};
pub(crate) use conduct::Conduct;
pub use decision::{Decision, Layer, Listing, Note, Trace, Voice};
pub use dialect::{Answer, Shape};
pub use explain::Explanation;
pub use pdp::{Outcome, Pdp, Request};
pub use principal::{Grants, Principal};
pub use question::{Deed, Evaluation, Facts, MAX_CONTEXT_BYTES, Question, Wanted, context};
pub use reason::Reason;
pub use registry::{KnownTeam, Refusal, Registry};
pub use state::State;
pub use switch::Switches;
