//! placeholder
/// Path.
pub struct Path<'a>(pub &'a str);
