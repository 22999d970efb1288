//! Rows of users, memberships and tokens.

pub(crate) mod api_tokens;
pub(crate) mod memberships;
pub(crate) mod users;
