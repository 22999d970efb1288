//! Rows of automatic answers.

pub(crate) mod given;
pub(crate) mod settings;
