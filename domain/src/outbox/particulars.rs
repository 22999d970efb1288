//! What some tasks have to know beside ids. It stands in the database with the task, so fields are added and never renamed.

use serde::{Deserialize, Serialize};

use crate::{
    contracts::{chat::Place, view::FileRef},
    ids::{EventId, NumberId},
};

/// Who is told of a late answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateListener {
    /// Those who are in the conversation, and who takes care of it.
    Conversation,
    /// A channel.
    Channel(String),
    /// A member, by their id in the chat.
    Member(String),
}

/// A file of contacts that a member gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportFile {
    /// The post that it is attached to, as it was told to us.
    pub event: EventId,
    /// Where it lies.
    pub file: FileRef,
    /// Who gave it.
    pub user: String,
    /// Where they are told; none for their direct conversation with the app.
    pub place: Option<Place>,
    /// Whether it is only looked at.
    pub is_dry_run: bool,
}

/// Whose texts go to another channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopted {
    /// All that went to a channel which is gone.
    InsteadOf(String),
    /// Those of a number.
    Number(NumberId),
}
