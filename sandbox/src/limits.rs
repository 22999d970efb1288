//! Slack's rate limits, as buckets that fill with time.
//!
//! One post a second and channel, and a number of calls a minute and team by the method's tier. Off unless the pace
//! or the control API says otherwise; the carrier limits only by fault.

use std::{collections::HashMap, time::Instant};

/// The methods with a limit: calls per minute, and how many at once.
const TIERS: [(&str, f64, f64); 22] = [
    ("conversations.create", 20.0, 20.0),
    ("conversations.list", 20.0, 20.0),
    ("conversations.archive", 20.0, 20.0),
    ("conversations.unarchive", 20.0, 20.0),
    ("conversations.rename", 20.0, 20.0),
    ("users.list", 20.0, 20.0),
    ("conversations.join", 50.0, 50.0),
    ("conversations.info", 50.0, 50.0),
    ("conversations.invite", 50.0, 50.0),
    ("conversations.history", 50.0, 50.0),
    ("conversations.replies", 50.0, 50.0),
    ("conversations.open", 50.0, 50.0),
    ("chat.update", 50.0, 50.0),
    ("chat.delete", 50.0, 50.0),
    ("reactions.add", 50.0, 50.0),
    ("reactions.remove", 50.0, 50.0),
    ("reactions.get", 50.0, 50.0),
    ("conversations.members", 100.0, 100.0),
    ("users.info", 100.0, 100.0),
    ("chat.postEphemeral", 100.0, 100.0),
    ("views.open", 100.0, 100.0),
    ("views.publish", 100.0, 100.0),
];
/// Posts a minute in one channel, and how many may come at once.
const POSTS: (f64, f64) = (60.0, 5.0);
/// Buckets kept at most; full ones are forgotten first.
const BUCKETS_MAX: usize = 20_000;

/// The state of all limits.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    buckets: HashMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limits {
    /// Counts a call; `Err` carries the seconds to wait when there were too many.
    pub(crate) fn count(&mut self, method: &str, team: &str, channel: &str) -> Result<(), u64> {
        if method == "chat.postMessage" {
            return self.take(format!("{method} {channel}"), POSTS);
        }
        match TIERS.iter().find(|(name, ..)| *name == method) {
            Some((_, per_minute, burst)) => self.take(format!("{method} {team}"), (*per_minute, *burst)),
            None => Ok(()),
        }
    }

    fn take(&mut self, key: String, (per_minute, burst): (f64, f64)) -> Result<(), u64> {
        let now = Instant::now();
        if self.buckets.len() >= BUCKETS_MAX {
            self.buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs() < 60);
        }
        let bucket = self.buckets.entry(key).or_insert(Bucket { left: burst, at: now });
        let gained = now.duration_since(bucket.at).as_secs_f64() * per_minute / 60.0;
        bucket.left = (bucket.left + gained).min(burst);
        bucket.at = now;
        if bucket.left < 1.0 {
            let missing = (1.0 - bucket.left) * 60.0 / per_minute;
            return Err(whole_secs(missing));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

fn whole_secs(secs: f64) -> u64 {
    std::time::Duration::from_secs_f64(secs.ceil().max(1.0)).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_takes_five_posts_at_once_and_then_one_a_second() {
        let mut limits = Limits::default();

        let taken: Vec<_> = (0..6).map(|_| limits.count("chat.postMessage", "T", "C")).collect();

        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(limits.count("chat.postMessage", "T", "D"), Ok(()));
    }

    #[test]
    fn a_method_without_a_tier_is_not_limited() {
        let mut limits = Limits::default();

        assert!((0..1_000).all(|_| limits.count("auth.test", "T", "").is_ok()));
    }
}
