//! What a signpost is about: a post that says where a conversation goes on, with buttons to change that for as long as they mean something.

use serde::{Deserialize, Serialize};

use crate::ids::ConversationId;

/// Which conversation a signpost is about, and what it says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signpost {
    /// The conversation.
    pub conversation: ConversationId,
    /// What it says.
    pub sign: Sign,
    /// The conversation's own channel that it is about.
    pub own_channel: String,
}

/// What a signpost says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// In the thread: the conversation goes on in its own channel.
    Pointer,
    /// In the own channel: the conversation went back to its thread.
    Farewell,
    /// In the thread: the own channel is gone.
    Fallback,
}

crate::codes!(Sign { Pointer = "pointer", Farewell = "farewell", Fallback = "fallback" });
