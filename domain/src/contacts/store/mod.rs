//! Rows of contacts, of those who are blocked, and of those who opted out.

pub(crate) mod blocked;
pub(crate) mod contacts;
pub(crate) mod opt_outs;
