//! Lanes: calls that share a limit of the provider, such as the posts to one channel. A lane is open or closed, and a claim takes tasks of
//! open lanes only, so a full lane never holds up another. A paced lane lets a short burst pass and then keeps the gap (the generic cell rate
//! algorithm); after a refusal it is strict for ten minutes. Each method of the chat has a lane per team besides: a task that it refused for
//! now is held by that lane, and nothing else is.

pub(super) mod store;

use std::{collections::HashSet, time::Duration};

use crate::{Result, Tx};

/// Lanes whose name begins with this are paced; the others only close when the provider asks for it.
pub(crate) const PACED: &str = "post:";

/// How long a lane allows no burst after the provider refused a call.
const STRICT_MS: i64 = 10 * 60 * 1_000;

/// Pace of the paced lanes.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    /// Gap between two calls of a lane, in the long run; zero for no pacing.
    pub gap: Duration,
    /// How many calls may follow each other at once.
    pub burst: u32,
}

/// The lane of posts to a channel.
pub fn posts(team: &str, channel: &str) -> String {
    format!("{PACED}{team}:{channel}")
}

/// The lane of all other calls to a team. The chat counts them by method, so it is their methods' lanes that close.
pub(crate) fn team(team: &str) -> String {
    format!("chat:{team}")
}

/// The lane of one method of the chat, for a team.
pub fn method(team: &str, method: &str) -> String {
    format!("chat:{team}:{method}")
}

/// The lane of texts that a number sends.
pub(crate) fn sender(number: &str) -> String {
    format!("carrier:{number}")
}

pub(crate) struct Lane {
    pub(crate) lane: String,
    pub(crate) arrival_ms: i64,
    pub(crate) closed_until_ms: i64,
    pub(crate) strict_until_ms: i64,
}

impl Lane {
    /// The lane after one more call, and when it is open again.
    fn after_call(mut self, now_ms: i64, pacing: &Pacing) -> (Self, i64) {
        let gap_ms = i64::try_from(pacing.gap.as_millis()).unwrap_or(i64::MAX);
        let burst = if now_ms < self.strict_until_ms { 1 } else { i64::from(pacing.burst.max(1)) };
        self.arrival_ms = self.arrival_ms.max(now_ms).saturating_add(gap_ms);
        let open_at_ms = self.closed_until_ms.max(self.arrival_ms - (burst - 1) * gap_ms);
        (self, open_at_ms)
    }
}

/// Enters the paced lanes of the candidates, each at most once, and tells which may go ahead.
pub(crate) async fn enter(tx: &Tx, candidates: Vec<(i64, Option<String>)>, pacing: &Pacing) -> Result<Vec<i64>> {
    let is_paced =
        |lane: &Option<String>| !pacing.gap.is_zero() && lane.as_ref().is_some_and(|lane| lane.starts_with(PACED));
    let (paced, free): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|(_, lane)| is_paced(lane));
    let mut admitted: Vec<i64> = free.into_iter().map(|(seq, _)| seq).collect();
    let mut seen = HashSet::new();
    let firsts: Vec<(i64, String)> = paced
        .into_iter()
        .filter_map(|(seq, lane)| lane.map(|lane| (seq, lane)))
        .filter(|(_, lane)| seen.insert(lane.clone()))
        .collect();
    for (seq, name) in firsts {
        if let Some((lane, now_ms)) = store::lock_open_lane(tx, &name).await? {
            let (lane, open_at_ms) = lane.after_call(now_ms, pacing);
            store::save_lane(tx, &lane, open_at_ms).await?;
            admitted.push(seq);
        }
    }
    Ok(admitted)
}

/// Closes a lane for as long as the provider asked.
pub(crate) async fn close(tx: &Tx, lane: &str, wait: Duration) -> Result<()> {
    let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
    store::close_lane(tx, lane, wait_ms, STRICT_MS).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pacing = Pacing { gap: Duration::from_secs(1), burst: 3 };

    fn lane() -> Lane {
        Lane { lane: "post:T:C".to_owned(), arrival_ms: 0, closed_until_ms: 0, strict_until_ms: 0 }
    }

    #[test]
    fn a_quiet_lane_lets_a_burst_pass() {
        let (lane, open_at) = lane().after_call(10_000, &PACE);
        assert_eq!(open_at, 9_000);
        let (lane, open_at) = lane.after_call(10_000, &PACE);
        assert_eq!(open_at, 10_000);
        let (_, open_at) = lane.after_call(10_000, &PACE);
        assert_eq!(open_at, 11_000);
    }

    #[test]
    fn a_lane_that_was_refused_keeps_the_gap_at_once() {
        let refused = Lane { strict_until_ms: 600_000, ..lane() };
        assert_eq!(refused.after_call(10_000, &PACE).1, 11_000);
    }

    #[test]
    fn a_closed_lane_stays_closed_as_long_as_the_provider_asked() {
        let closed = Lane { closed_until_ms: 40_000, ..lane() };
        assert_eq!(closed.after_call(10_000, &PACE).1, 40_000);
    }
}
