//! Rows of contacts, of what they agreed to, of those who are blocked, and of those who opted out.

pub(crate) mod blocked;
pub(crate) mod consents;
pub(crate) mod contacts;
pub(crate) mod opt_outs;
