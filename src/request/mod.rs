//! From a request line to the action on a resource that it asks for.
//!
//! [`Path`] reads the path once, [`RouteTable`] says what it means: nothing that is asked of
//! anybody ([`Match::Public`]), a route and what it [`Needs`], or no route at all.

mod agentos;
mod agno;
mod company;
mod found;
mod glob;
mod listed;
mod litellm;
mod mapping;
mod method;
mod needs;
mod path;
mod profile;
mod public;
mod route;
mod rule;
mod scope;
mod spelling;
mod template;

pub use found::{Found, Match, RouteInfo};
pub use glob::Glob;
pub use listed::ListedRoute;
pub(crate) use litellm::speaks_rpc;
pub use method::Method;
pub use needs::{Family, Guard, Needs};
pub use path::{MAX_PATH_BYTES, Path, Segments};
pub(crate) use profile::{Guarded, guarded};
pub use route::RouteTable;
pub use scope::{ADMIN_SCOPE, RequiredScope, Scope};
