//! Rows of messages and of what came with them.

pub(crate) mod answered;
pub(crate) mod attachments;
pub(crate) mod drafts;
pub(crate) mod messages;
pub(crate) mod scheduled;
pub(crate) mod unanswered;
pub(crate) mod waiting;
