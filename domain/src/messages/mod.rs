//! Messages: texts in and out. An inbound text is shown once, a reply goes out once. A message's status never goes back, and what the member
//! sees on the own post follows it.

mod answering;
mod automatic;
mod broadcasting;
mod choice;
mod compose;
pub(crate) mod drafts;
mod edits;
mod files;
mod incoming;
mod notices;
mod outbound;
mod posting;
mod quiet;
mod receive;
mod reply;
mod report;
mod retry;
mod scheduled;
mod search;
pub(crate) mod store;
mod templated;
mod transcript;
mod withdrawing;

pub use answering::answer;
pub(crate) use broadcasting::{BroadcastText, send_broadcast_text, withdraw_broadcast_text};
pub use choice::move_to;
pub(crate) use choice::{conversation_of, go_on, recreate, use_thread};
pub(crate) use compose::{Composed, compose};
pub(crate) use edits::edited;
pub(crate) use files::{Estimate, estimate};
pub use files::{FileState, Route, ToTake, gave_up, of_web, taken, to_take};
pub use incoming::{Shown, ToShow, file_address, open_file, shown, to_show};
pub use notices::{Announcing, announced, to_announce};
pub(crate) use notices::{buttons as scheduled_buttons, why_not_sent};
pub use outbound::{NewText, adoptable, refused, send, send_with, sent, to_send, unconfirmed};
pub use posting::{Marking, Posting, mark_shown, posted, to_mark, to_post, to_redraw};
pub use quiet::QuietHours;
pub(crate) use receive::receive;
pub use receive::{release_held, workspaces_with_held};
pub(crate) use reply::{refusal_parts, reply};
pub(crate) use report::{Reported, report};
pub(crate) use retry::retry_from_post;
pub use retry::{cancel, retry};
pub use scheduled::{ScheduledChange, due, schedule, schedule_with, send_now, update};
pub(crate) use scheduled::{
    cancel_in as cancel_scheduled, files_of_scheduled, find_scheduled, ignore_quiet_hours, not_to_go, notice_of,
    send_now_in, shown_scheduled, upcoming, update_in,
};
pub use search::{attachments_of, count, find, list};
pub use store::attachments::Model as Attachment;
pub use store::messages::Model as Message;
pub use transcript::beginning;
pub use withdrawing::withdraw_unwanted;

use crate::contracts::{carrier::DeliveryStatus, chat::Mark};

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From outside to the workspace.
    Inbound,
    /// From the workspace to outside.
    Outbound,
}

crate::codes!(Direction { Inbound = "inbound", Outbound = "outbound" });

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The contact.
    Contact,
    /// A member, by a post in the thread.
    Post,
    /// A member, in a window or by the command.
    Composed,
    /// A program or the dashboard, by the API.
    Api,
    /// Clerk itself: answers to STOP, START and HELP. Never counted.
    Automatic,
    /// A repetition of one that did not arrive.
    Retry,
    /// Clerk itself, outside business hours. Counted like any text.
    Away,
    /// Clerk itself, to somebody's first text. Counted like any text.
    Greeting,
    /// A broadcast: one text to many.
    Broadcast,
}

crate::codes!(Origin {
    Contact = "contact",
    Post = "post",
    Composed = "composed",
    Api = "api",
    Automatic = "automatic",
    Retry = "retry",
    Away = "away",
    Greeting = "greeting",
    Broadcast = "broadcast",
});

impl Origin {
    /// Whether nobody wrote it to this contact alone, so that it answers nothing.
    pub fn is_automatic(self) -> bool {
        matches!(self, Self::Automatic | Self::Away | Self::Greeting | Self::Broadcast)
    }
}

/// How far a message got. It never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Waits for the time at which it is sent.
    Scheduled,
    /// Waits for the carrier.
    Queued,
    /// The carrier has it.
    Accepted,
    /// The carrier handed it on.
    Sent,
    /// It arrived.
    Delivered,
    /// It did not arrive.
    Failed,
    /// Nobody can tell whether it was sent.
    Unconfirmed,
    /// It was withdrawn before it was sent.
    Canceled,
    /// It came in.
    Received,
    /// It came in and is held.
    Held,
}

crate::codes!(Status {
    Scheduled = "scheduled",
    Queued = "queued",
    Accepted = "accepted",
    Sent = "sent",
    Delivered = "delivered",
    Failed = "failed",
    Unconfirmed = "unconfirmed",
    Canceled = "canceled",
    Received = "received",
    Held = "held",
});

impl Status {
    /// What the carrier's word means for a message.
    pub fn from_delivery(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Accepted => Self::Accepted,
            DeliveryStatus::Sent => Self::Sent,
            DeliveryStatus::Failed => Self::Failed,
            DeliveryStatus::Delivered => Self::Delivered,
        }
    }

    /// Whether a later status may follow this one. Delivered is final; a text that nobody could confirm may still turn out either way.
    pub fn may_become(self, next: Self) -> bool {
        let rank = |status| match status {
            Self::Scheduled => -1,
            Self::Queued => 0,
            Self::Unconfirmed => 1,
            Self::Accepted => 2,
            Self::Sent => 3,
            Self::Failed => 4,
            Self::Delivered => 5,
            Self::Canceled | Self::Received | Self::Held => 9,
        };
        rank(self) < rank(next) && rank(next) < 9
    }

    /// What a member sees on the own post; none for what has no post of a member.
    pub fn mark(self) -> Option<Mark> {
        match self {
            Self::Queued => Some(Mark::Queued),
            Self::Accepted | Self::Sent => Some(Mark::Sent),
            Self::Delivered => Some(Mark::Delivered),
            Self::Failed => Some(Mark::Failed),
            Self::Unconfirmed => Some(Mark::Unknown),
            Self::Scheduled | Self::Canceled | Self::Received | Self::Held => None,
        }
    }
}

/// Why an inbound message is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoldReason {
    /// The allowance is used up.
    Limit,
    /// The sender is on the Do Not Disturb list.
    DoNotDisturb,
}

crate::codes!(HoldReason { Limit = "limit", DoNotDisturb = "do_not_disturb" });

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    /// Part of the text, or of the contact's name or number.
    pub search: Option<String>,
    /// Of this number.
    pub number: Option<crate::ids::NumberId>,
    /// Of this conversation.
    pub conversation: Option<crate::ids::ConversationId>,
    /// Which way it went.
    pub direction: Option<Direction>,
    /// In one of these states; any when empty.
    pub statuses: Vec<Status>,
    /// From this instant on.
    pub since: Option<chrono::DateTime<chrono::Utc>>,
    /// Before this instant.
    pub until: Option<chrono::DateTime<chrono::Utc>>,
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_delivered_message_stays_delivered() {
        let later = Status::all().iter().filter(|status| Status::Delivered.may_become(**status)).count();
        assert_eq!(later, 0);
    }

    #[test]
    fn a_status_never_goes_back() {
        let back = |a: Status, b: Status| a.may_become(b) && b.may_become(a);
        let pairs = Status::all().iter().flat_map(|a| Status::all().iter().map(move |b| (*a, *b)));
        assert_eq!(pairs.filter(|(a, b)| back(*a, *b)).count(), 0);
    }

    #[test]
    fn a_text_reported_as_failed_may_still_be_reported_as_delivered() {
        assert!(Status::Failed.may_become(Status::Delivered));
    }
}
