//! Conversations: what one number of ours and one contact wrote each other, for ever. In the chat each is one thread of the number's shared
//! channel; all later texts return to it.

mod ops;
mod posts;
pub(crate) mod store;

pub use ops::{Thread, channel_gone, count, find, list, of_contacts, thread, thread_opened};
pub(crate) use ops::{by_thread, ensure, lock, note_message};
pub use posts::parent;
pub(crate) use posts::{notification, quiet_note};
pub use store::Model as Conversation;

/// Where a conversation is in the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// In a thread of the shared channel.
    SharedThread,
    /// In a channel of its own.
    DirectChannel,
}

crate::codes!(Placement { SharedThread = "shared_thread", DirectChannel = "direct_channel" });

/// How far the team is with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has looked at it.
    New,
    /// Someone takes care of it.
    Open,
    /// The contact is to answer.
    Pending,
    /// It is answered; a text opens it again.
    Solved,
    /// It is over; a text makes it new.
    Closed,
}

crate::codes!(Status { New = "new", Open = "open", Pending = "pending", Solved = "solved", Closed = "closed" });

impl Status {
    /// After a text of the contact.
    pub fn after_inbound(self) -> Self {
        match self {
            Self::Solved => Self::Open,
            Self::Closed => Self::New,
            other => other,
        }
    }

    /// After an answer of the team.
    pub fn after_outbound(self) -> Self {
        if self == Self::New { Self::Open } else { self }
    }
}

/// Which conversations.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// With this status.
    pub status: Option<Status>,
    /// Part of a name or number.
    pub search: Option<String>,
    /// Of this number.
    pub number: Option<crate::ids::NumberId>,
    /// With this contact.
    pub contact: Option<crate::ids::ContactId>,
    /// Where it is in the chat.
    pub placement: Option<Placement>,
}
