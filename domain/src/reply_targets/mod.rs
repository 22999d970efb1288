//! Reply targets: within which time contacts are to be answered, and who is told when they were not. Off unless somebody sets one; set for a workspace, and
//! for a number that is different. Only business hours count, those of the automatic answers; where there are none, every hour does.

mod due;
mod ops;
pub(crate) mod store;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

pub(crate) use ops::{checked_minutes, effective, of_scope, own, remove_in, update_in};
pub use ops::{list, remove, update};
pub use store::Model as ReplyTarget;

use crate::{answers::Opening, ids::UserId};

/// What is changed of a reply target. None: stays as it is; inner none: is taken away.
#[derive(Clone, Debug, Default)]
pub struct TargetChange {
    /// Within how many minutes of business hours an answer is due.
    pub minutes: Option<Option<i32>>,
    /// After how many further minutes somebody else is told.
    pub escalation_minutes: Option<i32>,
    /// Channel that is told then.
    pub escalation_channel_id: Option<Option<String>>,
    /// Member who is told then.
    pub escalation_user_id: Option<Option<UserId>>,
}

/// A target that is set, and the hours in which it is counted.
pub(crate) struct Target {
    pub(crate) set: ReplyTarget,
    minutes: i32,
    hours: Vec<Opening>,
    zone: Tz,
}

impl Target {
    /// When an answer is due to somebody who waits since an instant.
    pub(crate) fn due_at(&self, since: DateTime<Utc>) -> DateTime<Utc> {
        self.passed(since, self.minutes)
    }

    /// When somebody else is told; none when nobody is to be.
    pub(crate) fn escalates_at(&self, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.set.has_escalation().then(|| self.passed(since, self.minutes + self.set.escalation_minutes))
    }

    fn passed(&self, since: DateTime<Utc>, minutes: i32) -> DateTime<Utc> {
        due::due_at(since, TimeDelta::minutes(i64::from(minutes)), (&self.hours, self.zone))
    }
}

impl ReplyTarget {
    /// Whether somebody else is told when nobody answers.
    pub fn has_escalation(&self) -> bool {
        self.escalation_channel_id.is_some() || self.escalation_user_id.is_some()
    }
}
