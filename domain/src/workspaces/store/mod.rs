//! Rows of workspaces, their connection to the chat, and their channels.

pub(crate) mod attempts;
pub(crate) mod channels;
pub(crate) mod installations;
pub(crate) mod renewals;
pub(crate) mod workspaces;
