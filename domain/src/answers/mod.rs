//! Automatic answers: outside business hours, and to somebody's first text. They are set for a workspace, and for a number that is different. An answer
//! is counted like any text, is given once, and never to what looks like a machine: two of them must not talk for ever.

mod hours;
mod looks;
mod ops;
pub(crate) mod store;

use chrono::TimeDelta;

pub use hours::{Day, Opening, is_open, minute, read, written};
pub(crate) use looks::looks_automatic;
pub(crate) use ops::{
    check_text, effective, filled, give, hours_of, of_scope, own, recount_waiting, remove_in, update_in,
};
pub use ops::{list, of_workspace, remove, update};
pub use store::settings::Model as AnswerSettings;
pub use store::settings::Openings;

/// A contact hears at most once in so long that nobody is there.
pub(crate) const AWAY_AGAIN: TimeDelta = TimeDelta::hours(4);

/// What is answered automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nobody is there at this hour.
    Away,
    /// It was their first text.
    Greeting,
}

crate::codes!(Kind { Away = "away", Greeting = "greeting" });

/// What is changed of the answers. None: stays as it is.
#[derive(Clone, Debug, Default)]
pub struct AnswerChange {
    /// IANA time zone of the hours; inner none: that of the workspace.
    pub time_zone: Option<Option<String>>,
    /// When somebody is there; without any, nobody ever is.
    pub hours: Option<Vec<Opening>>,
    /// Whether it is answered outside these hours.
    pub is_away_on: Option<bool>,
    /// What is answered then.
    pub away_text: Option<String>,
    /// Whether a first text is answered.
    pub is_greeting_on: Option<bool>,
    /// What is answered to it.
    pub greeting_text: Option<String>,
}
