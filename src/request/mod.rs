//! From a request line to the action on a resource that it asks for.
//!
//! [`Path`] reads the path once, [`RouteTable`] says what it means.

mod method;
mod path;

pub use method::Method;
pub use path::Path;
