//! Rows of messages and of what came with them.

pub(crate) mod attachments;
pub(crate) mod messages;
