//! Rows of broadcasts, and of who gets them.

pub(crate) mod broadcasts;
pub(crate) mod recipients;
