//! Webhooks to Clerk: one delivery, its copies, its attempts, and the vendors' rules for trying again.
//!
//! A test may make delivery bad (late, twice, out of order, not at all); every attempt is noted in the ledger, so a
//! checker knows what Clerk was told and what it acknowledged.

mod attempt;

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

pub(crate) use attempt::{Answer, Clients, Outcome};

use crate::{ids, state::Vendor, world::World};

/// The widest random wait of a webhook when the order is to be mixed, in milliseconds.
const MIX_MS: f64 = 400.0;
/// The widest random wait of an extra copy, in milliseconds.
const COPY_MS: f64 = 150.0;

/// How webhooks of a vendor are delivered; the default is as it should be.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Manner {
    /// Extra copies of each webhook.
    #[serde(default)]
    pub(crate) duplicate: u32,
    /// Whether each waits a random time, so that they overtake one another.
    #[serde(default)]
    pub(crate) reorder: bool,
    /// Milliseconds that each waits.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    /// Whether none is delivered at all.
    #[serde(default)]
    pub(crate) lose: bool,
}

/// When a vendor tries again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// Slack's events: 3 s for an answer, three repetitions after these milliseconds.
    Events([u64; 3]),
    /// Slack's commands and interactions: 3 s, never repeated.
    Once,
    /// The carrier: so many repetitions at once, for these failures, with this time to answer.
    Carrier(CarrierRule),
}

/// The carrier's rule for one URL, whose fragment may change it (`#rc=2&rp=all&rt=3000`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct CarrierRule {
    retries: u32,
    read_ms: u64,
    on_status: [bool; 2],
    on_timeout: bool,
}

/// A webhook.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) vendor: Vendor,
    /// What identifies it in the ledger: a sid, with a status; an event id.
    pub(crate) key: String,
    pub(crate) url: String,
    pub(crate) content_type: String,
    /// Headers other than signatures and those about repetition.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) signing: Signing,
    pub(crate) rule: Rule,
}

/// How a webhook is signed.
#[derive(Debug, Clone)]
pub(crate) enum Signing {
    /// By the time and the raw body, anew for each attempt.
    Slack,
    /// Already, or not at all: the headers are as they should be sent.
    Done,
}

/// Delivers a webhook. Answers the outcome of the first attempt (the carrier's: of the last); `None` when it was lost
/// on purpose. Later attempts of Slack go on beside.
pub(crate) async fn deliver(world: &Arc<World>, hook: Hook) -> Option<Outcome> {
    let (manner, place, chance) = {
        let mut data = world.data();
        let chance = ids::fraction(data.serial.next());
        (data.manner(hook.vendor), data.ledger.delivery(hook.vendor, &hook.key), chance)
    };
    if manner.lose {
        return None;
    }
    for copy in 0..manner.duplicate {
        let wait_ms = manner.delay_ms + share(COPY_MS, ids::fraction(u64::from(copy) ^ chance.to_bits()));
        spawn_copy(world, &hook, place, wait_ms);
    }
    let mixed_ms = if manner.reorder { share(MIX_MS, chance) } else { 0 };
    if manner.delay_ms + mixed_ms > 0 {
        tokio::time::sleep(Duration::from_millis(manner.delay_ms + mixed_ms)).await;
    }
    Some(attempt::run(world, hook, place).await)
}

/// Delivers a webhook beside the answer.
pub(crate) fn send(world: &Arc<World>, hook: Hook) {
    let own = world.clone();
    world.spawn(async move {
        deliver(&own, hook).await;
    });
}

fn spawn_copy(world: &Arc<World>, hook: &Hook, place: usize, wait_ms: u64) {
    let (own, hook) = (world.clone(), hook.clone());
    world.spawn(async move {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        attempt::copy(&own, &hook, place).await;
    });
}

impl CarrierRule {
    /// The rule of a URL: one repetition when the connection fails, 15 s to answer, unless its fragment says otherwise.
    pub(crate) fn of(url: &str) -> Self {
        let mut rule = Self { retries: 1, read_ms: 15_000, on_status: [false; 2], on_timeout: false };
        let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
        for (key, value) in url::form_urlencoded::parse(fragment.as_bytes()) {
            match key.as_ref() {
                "rc" => rule.retries = value.parse::<u32>().map_or(rule.retries, |count| count.min(5)),
                "rt" => rule.read_ms = value.parse::<u64>().map_or(rule.read_ms, |ms| ms.clamp(100, 15_000)),
                "rp" => rule.set_policy(&value),
                _ => {}
            }
        }
        rule
    }

    fn set_policy(&mut self, policy: &str) {
        let has = |word: &str| policy.split(',').any(|part| part == word || part == "all");
        self.on_status = [has("4xx"), has("5xx")];
        self.on_timeout = has("rt");
    }

    fn repeats(&self, outcome: &Outcome) -> bool {
        match outcome {
            Ok(answer) => match answer.status {
                400..=499 => self.on_status[0],
                500..=599 => self.on_status[1],
                _ => false,
            },
            Err(failure) => !failure.is_timeout || self.on_timeout,
        }
    }
}

fn share(most_ms: f64, fraction: f64) -> u64 {
    u64::try_from(Duration::from_secs_f64(most_ms * fraction.abs().fract() / 1_000.0).as_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{attempt::Failure, *};

    fn answered(status: u16) -> Outcome {
        Ok(Answer { status, body: String::new(), content_type: String::new(), final_word: false })
    }

    fn failed(is_timeout: bool) -> Outcome {
        Err(Failure { reason: "connection_failed", text: String::new(), is_timeout })
    }

    #[test]
    fn the_carrier_repeats_once_when_the_connection_fails_and_not_for_an_answer() {
        let rule = CarrierRule::of("http://clerk.test/hook");

        assert_eq!((rule.retries, rule.read_ms), (1, 15_000));
        assert!(rule.repeats(&failed(false)));
        assert!(!rule.repeats(&failed(true)));
        assert!(!rule.repeats(&answered(503)));
    }

    #[test]
    fn the_fragment_of_a_url_changes_the_carriers_rule() {
        let rule = CarrierRule::of("http://clerk.test/hook?a=1#rc=9&rp=5xx,rt&rt=50");

        assert_eq!((rule.retries, rule.read_ms), (5, 100));
        assert!(rule.repeats(&answered(500)));
        assert!(rule.repeats(&failed(true)));
        assert!(!rule.repeats(&answered(404)));
    }
}
