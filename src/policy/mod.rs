//! The policy document: read once, strictly, and compiled into tables.
pub mod document;
mod error;
pub use error::PolicyError;
/// p
pub struct Policy;
