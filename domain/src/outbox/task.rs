//! What can be promised. A task without a runner does not compile: `workers` matches on this enum without a wildcard.

use serde::{Deserialize, Serialize};

use crate::{
    contracts::{
        carrier::NumberWish,
        chat::{Place, Post},
    },
    ids::{ConversationId, EventId, MessageId, NumberId, WorkspaceId},
};

/// A promised effect. The tag is the stable kind that tables, metrics and the API show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Task {
    /// Act on something that a provider told us.
    #[serde(rename = "event.handle")]
    HandleEvent {
        /// What was told.
        event: EventId,
    },
    /// Open the thread of a conversation in the shared channel.
    #[serde(rename = "thread.open")]
    OpenThread {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Show a message in its thread.
    #[serde(rename = "message.post")]
    PostMessage {
        /// The message.
        message: MessageId,
    },
    /// Hand a message to the carrier.
    #[serde(rename = "message.send")]
    SendMessage {
        /// The message.
        message: MessageId,
    },
    /// Show on the member's post how far the message is.
    #[serde(rename = "message.mark")]
    MarkMessage {
        /// The message.
        message: MessageId,
    },
    /// Post something to the team.
    #[serde(rename = "post.publish")]
    Publish {
        /// Where.
        place: Place,
        /// What.
        post: Post,
    },
    /// Post something into the thread of a conversation.
    #[serde(rename = "thread.publish")]
    PublishInThread {
        /// The conversation.
        conversation: ConversationId,
        /// What.
        post: Post,
    },
    /// Tell one member something that nobody else sees.
    #[serde(rename = "post.whisper")]
    Whisper {
        /// Where.
        place: Place,
        /// Whom.
        user: String,
        /// What.
        post: Post,
    },
    /// Tell whoever installed the app, in a direct conversation.
    #[serde(rename = "post.tell_installer")]
    TellInstaller {
        /// What.
        post: Post,
    },
    /// Make sure that the workspace has its shared channel, with the app in it.
    #[serde(rename = "channel.prepare")]
    PrepareChannel {
        /// The workspace.
        workspace: WorkspaceId,
    },
    /// Find a number for sale and claim it for a workspace.
    #[serde(rename = "number.find")]
    FindNumber {
        /// The workspace.
        workspace: WorkspaceId,
        /// What is wished for.
        wish: NumberWish,
        /// Member who asked in the chat, and where to answer.
        asked: Option<(String, Place)>,
    },
    /// Buy a claimed number from the carrier.
    #[serde(rename = "number.claim")]
    ClaimNumber {
        /// The number.
        number: NumberId,
    },
    /// Give a number back to the carrier.
    #[serde(rename = "number.release")]
    ReleaseNumber {
        /// The number.
        number: NumberId,
    },
}

impl Task {
    /// The stable kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::HandleEvent { .. } => "event.handle",
            Self::OpenThread { .. } => "thread.open",
            Self::PostMessage { .. } => "message.post",
            Self::SendMessage { .. } => "message.send",
            Self::MarkMessage { .. } => "message.mark",
            Self::Publish { .. } => "post.publish",
            Self::PublishInThread { .. } => "thread.publish",
            Self::Whisper { .. } => "post.whisper",
            Self::TellInstaller { .. } => "post.tell_installer",
            Self::PrepareChannel { .. } => "channel.prepare",
            Self::FindNumber { .. } => "number.find",
            Self::ClaimNumber { .. } => "number.claim",
            Self::ReleaseNumber { .. } => "number.release",
        }
    }

    /// What it is about, when that has an id.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::HandleEvent { event } => Some(event.to_string()),
            Self::OpenThread { conversation } | Self::PublishInThread { conversation, .. } => {
                Some(conversation.to_string())
            }
            Self::PostMessage { message } | Self::SendMessage { message } | Self::MarkMessage { message } => {
                Some(message.to_string())
            }
            Self::Publish { .. } | Self::Whisper { .. } | Self::TellInstaller { .. } => None,
            Self::PrepareChannel { workspace } | Self::FindNumber { workspace, .. } => Some(workspace.to_string()),
            Self::ClaimNumber { number } | Self::ReleaseNumber { number } => Some(number.to_string()),
        }
    }
}
