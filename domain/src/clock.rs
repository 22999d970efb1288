//! The time, as a parameter. The product asks [`Clock`] and nothing else, so a test can turn it.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time, to the microsecond: what both databases keep.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// A clock that stands still until it is turned.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            None => system_now(),
            Some(at) => *at.lock().expect("nobody panics while holding the time"),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Turns a standing clock on (or back); the system's clock cannot be turned.
    pub fn turn(&self, by: TimeDelta) {
        if let Some(at) = &self.0 {
            *at.lock().expect("nobody panics while holding the time") += by;
        }
    }

    /// Whether it stands still until it is turned.
    pub fn is_standing(&self) -> bool {
        self.0.is_some()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}
