//! placeholder
mod reason;
pub use reason::Reason;
/// d
pub struct Decision;
/// p
pub struct Pdp;
