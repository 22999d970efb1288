//! Broadcasts: one text to many. It is looked at first, with who gets it, who does not and why, and what it costs; only what was looked at is sent. It goes
//! out slowly, behind everything that somebody waits for, in the hours in which those who get it are awake, and each of them gets it once. It opens no
//! thread: the text is shown in the conversation of whoever answers it.

mod ops;
mod plan;
mod preview;
mod progress;
mod sending;
pub(crate) mod store;

pub use ops::{cancel, count, create, find, list, pause, resume, resume_where_there_is_room, tally};
pub(crate) use ops::{cancel_in, confirm_in, discard_in, draft_in, draft_of, pause_in, resume_in};
pub(crate) use preview::preview_in;
pub use preview::{Preview, preview};
pub use progress::{Showing, shown, to_show};
pub(crate) use progress::{excerpt, left_out, people};
pub use sending::step;
pub use store::broadcasts::Model as Broadcast;
pub use store::recipients::{Model as Recipient, Tally};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{ContactId, NumberId},
    phone::PhoneNumber,
};

/// Most people of a broadcast.
pub const MOST: usize = 10_000;

/// How far a broadcast is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Somebody looks at what it would be.
    Draft,
    /// It begins at a time.
    Scheduled,
    /// It goes out.
    Sending,
    /// It stands still.
    Paused,
    /// It was ended before everybody had it.
    Canceled,
    /// Everybody has it who gets it.
    Completed,
}

crate::codes!(Status {
    Draft = "draft",
    Scheduled = "scheduled",
    Sending = "sending",
    Paused = "paused",
    Canceled = "canceled",
    Completed = "completed",
});

impl Status {
    /// Whether texts of it still go out, or will.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Scheduled | Self::Sending)
    }

    /// Whether nothing more comes of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Canceled | Self::Completed)
    }
}

/// Why a broadcast stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PauseReason {
    /// Somebody paused it.
    Member,
    /// The allowance of the month is used up. It goes on by itself when there is room.
    Limit,
    /// The workspace or its number cannot send.
    CannotSend,
}

crate::codes!(PauseReason { Member = "member", Limit = "limit", CannotSend = "cannot_send" });

/// Why somebody does not get a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// They stand in the list more than once.
    Duplicate,
    /// They opted out.
    OptedOut,
    /// They are on the Do Not Disturb list.
    Blocked,
    /// Their number cannot be texted.
    NotTextable,
    /// Numbers of their country are not enabled.
    CountryNotEnabled,
    /// A field of the text has no value for them.
    MissingField,
    /// The text is too long once its fields are filled.
    TooLong,
}

crate::codes!(Exclusion {
    Duplicate = "duplicate",
    OptedOut = "opted_out",
    Blocked = "blocked",
    NotTextable = "not_textable",
    CountryNotEnabled = "country_not_enabled",
    MissingField = "missing_field",
    TooLong = "too_long",
});

impl Exclusion {
    /// In words, behind a count: `3 opted out`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Duplicate => "in the list twice",
            Self::OptedOut => "opted out",
            Self::Blocked => "blocked (Do Not Disturb)",
            Self::NotTextable => "with a number that cannot be texted",
            Self::CountryNotEnabled => "in a country that is not enabled",
            Self::MissingField => "without a value for a field of the text",
            Self::TooLong => "for whom the text gets too long",
        }
    }
}

/// How far somebody's text of a broadcast is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecipientState {
    /// It has not been made yet.
    Waiting,
    /// It is a message.
    Sent,
    /// They do not get it any more.
    Skipped,
    /// The broadcast was canceled before.
    Canceled,
}

crate::codes!(RecipientState { Waiting = "waiting", Sent = "sent", Skipped = "skipped", Canceled = "canceled" });

/// Who gets a broadcast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Contacts with a tag.
    Tag(String),
    /// These.
    List {
        /// Contacts.
        contacts: Vec<ContactId>,
        /// Numbers, of contacts or not.
        numbers: Vec<PhoneNumber>,
    },
}

/// A broadcast, new.
#[derive(Clone, Debug)]
pub struct NewBroadcast {
    /// Number to send from.
    pub number: NumberId,
    /// What it says, with fields of templates.
    pub body: String,
    /// Who gets it.
    pub audience: Audience,
    /// When it begins; none: now.
    pub start_at: Option<DateTime<Utc>>,
}
