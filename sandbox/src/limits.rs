//! Slack's rate limits, as buckets that fill with time.
//!
//! One post a second and channel, and a number of calls a minute and team by the method's tier. Off unless the pace
//! or the control API says otherwise; the carrier limits only by fault.

use std::{collections::HashMap, time::Instant};

/// Calls a minute of the tiers 1 to 4; as many may come at once.
const PER_MINUTE: [f64; 4] = [1.0, 20.0, 50.0, 100.0];
/// The methods with a limit, and their tier.
const TIERS: [(&str, usize); 39] = [
    ("auth.teams.list", 2),
    ("conversations.create", 2),
    ("conversations.list", 2),
    ("conversations.archive", 2),
    ("conversations.unarchive", 2),
    ("conversations.rename", 2),
    ("conversations.setTopic", 2),
    ("conversations.setPurpose", 2),
    ("users.list", 2),
    ("auth.revoke", 3),
    ("bots.info", 3),
    ("chat.update", 3),
    ("chat.delete", 3),
    ("conversations.history", 3),
    ("conversations.info", 3),
    ("conversations.invite", 3),
    ("conversations.join", 3),
    ("conversations.kick", 3),
    ("conversations.leave", 3),
    ("conversations.open", 3),
    ("conversations.replies", 3),
    ("files.delete", 3),
    ("reactions.add", 3),
    ("reactions.get", 3),
    ("reactions.remove", 2),
    ("team.info", 3),
    ("users.conversations", 3),
    ("users.identity", 3),
    ("chat.postEphemeral", 4),
    ("conversations.members", 4),
    ("files.completeUploadExternal", 4),
    ("files.getUploadURLExternal", 4),
    ("files.info", 4),
    ("oauth.v2.access", 4),
    ("users.info", 4),
    ("views.open", 4),
    ("views.publish", 4),
    ("views.push", 4),
    ("views.update", 4),
];
/// Posts of a minute in one team, and how many may come at once: "several hundred", as Slack puts it.
const TEAM_POSTS: (f64, f64) = (600.0, 300.0);
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
            self.take(format!("{method} {channel}"), POSTS)?;
            return self.take(format!("{method} {team}"), TEAM_POSTS);
        }
        match TIERS.iter().find(|(name, _)| *name == method) {
            Some((_, tier)) => {
                let per_minute = PER_MINUTE[tier - 1];
                self.take(format!("{method} {team}"), (per_minute, per_minute))
            }
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
    fn each_tier_lets_its_number_through_at_once() {
        let mut limits = Limits::default();

        for (method, most) in [("conversations.create", 20), ("chat.update", 50), ("views.update", 100)] {
            let through = (0..most + 1).filter(|_| limits.count(method, "T", "").is_ok()).count();
            assert_eq!(through, most, "{method}");
        }
    }

    #[test]
    fn a_method_without_a_tier_is_not_limited() {
        let mut limits = Limits::default();

        assert!((0..1_000).all(|_| limits.count("auth.test", "T", "").is_ok()));
    }
}
