//! What this process was asked to wait for. The database knows it too, for tasks that wait and for other nodes; here it is known at once, so
//! that of many tasks under way only those that were quicker than the refusal are refused too.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lanes kept at most; those that are over are forgotten first.
const LANES_MAX: usize = 10_000;

/// Lanes that are closed, and until when.
#[derive(Default)]
pub(crate) struct Waits(Mutex<HashMap<String, Instant>>);

impl Waits {
    /// How long a lane is still closed.
    pub(crate) fn left(&self, lane: &str) -> Option<Duration> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner).get(lane)?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Closes a lane.
    pub(crate) fn begin(&self, lane: &str, wait: Duration) {
        let now = Instant::now();
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= LANES_MAX {
            lanes.retain(|_, until| *until > now);
        }
        lanes.insert(lane.to_owned(), now + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_closed_until_its_time_has_come_and_no_other_is() {
        let waits = Waits::default();
        waits.begin("chat:T1:whisper", Duration::from_secs(60));
        waits.begin("chat:T1:update", Duration::ZERO);

        assert!(waits.left("chat:T1:whisper").is_some_and(|left| left > Duration::from_secs(50)));
        assert_eq!(waits.left("chat:T1:update"), None);
        assert_eq!(waits.left("chat:T2:whisper"), None);
    }
}
