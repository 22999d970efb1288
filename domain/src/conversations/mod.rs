//! Conversations: what one number of ours and one contact wrote each other, for ever. In the chat each is one thread of the number's shared
//! channel; all later texts return to it.

mod channels;
mod details;
mod importing;
mod late;
mod ops;
mod parents;
mod places;
mod placing;
mod posts;
pub(crate) mod store;
mod waiting;
mod work;

pub use crate::numbers::Placement;
pub use channels::{channels_of, count_channels_of};
pub(crate) use details::{
    PURPOSE as DETAILS, faults as details_faults, save as save_details, window as details_window,
};
pub use importing::import_contacts;
pub(crate) use importing::{import_contacts_in, read as read_contacts};
pub(crate) use late::late_of;
pub use late::{escalated, late_post, tell_late};
pub use ops::{Thread, count, find, list, of_contacts, thread, thread_opened};
pub(crate) use ops::{
    begin_in, ensure, ensure_quiet, latest, lock, locked, note_inbound, note_outbound, note_withdrawn,
};
pub use parents::{delete_contact, parent_shown, update_contact};
pub use places::{
    Opening, all as places, channel_gone, channel_made, channel_refused, digits_name, fallback_note, fallback_told,
    is_left, name_of, opening, route_to, shared_channel_chosen, signpost_stands, stepped, wait_for_channel,
};
pub(crate) use places::{
    ask_for_channel, at, begin_channel, channel_back, channel_lost, move_back, moved_notice, stay_in_thread,
    transcript_posts,
};
pub(crate) use placing::move_in;
pub(crate) use posts::quiet_note;
pub use posts::{left, notification, parent};
pub use store::Model as Conversation;
pub use waiting::recount;
pub(crate) use waiting::waits_no_more;
pub use work::{ConversationChange, update};
pub(crate) use work::{Taken, add_note, assign, set_status, take};

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

    /// Whether nothing is left to do.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }

    /// As a member reads it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Open => "Open",
            Self::Pending => "Pending",
            Self::Solved => "Solved",
            Self::Closed => "Closed",
        }
    }
}

/// How urgent a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// It can wait.
    Low,
    /// Like most.
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

crate::codes!(Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" });

impl Priority {
    /// As a member reads it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Normal => "Normal",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }
}

/// Which conversations.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// With this status.
    pub status: Option<Status>,
    /// That this user takes care of.
    pub assignee: Option<crate::ids::UserId>,
    /// Whether somebody takes care of it.
    pub is_assigned: Option<bool>,
    /// Whether the contact waits for an answer.
    pub is_waiting: Option<bool>,
    /// Whether the contact waits longer than the reply target allows.
    pub is_late: Option<bool>,
    /// Part of a name or number.
    pub search: Option<String>,
    /// Of this number.
    pub number: Option<crate::ids::NumberId>,
    /// With this contact.
    pub contact: Option<crate::ids::ContactId>,
    /// Where it is in the chat.
    pub placement: Option<Placement>,
}
