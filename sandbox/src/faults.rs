//! Faults that a test or a person at the page has ordered: what a vendor does wrong, to which calls, how often.
//!
//! A fault says when its effect strikes: before the call has any effect, or after it, when only the answer is harmed.
//! The second kind is what makes a client's life hard, because the effect is real and the client cannot know.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ids, state::Vendor, wire::call::Call};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// The call is handled late, even when the client has given up by then.
    Delay,
    /// An HTTP error instead of the effect.
    Status,
    /// Slack's `ok: false` with a code instead of the effect.
    SlackError,
    /// The connection is dropped without effect or answer.
    ResetBefore,
    /// The call takes effect, then the connection is dropped without an answer.
    ResetAfter,
    /// The call takes effect, the answer is held back.
    TimeoutAfter,
    /// The call takes effect, the connection breaks in the middle of the answer.
    Truncate,
    /// The call takes effect, the answer has fields nobody knows.
    UnknownFields,
    /// No effect, and an answer that is not JSON.
    Garbage,
    /// The call takes effect, the answer trickles.
    Slow,
}

impl Effect {
    /// The name in the control API and in the request log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Status => "status",
            Self::SlackError => "slack_error",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::TimeoutAfter => "timeout_after",
            Self::Truncate => "truncate",
            Self::UnknownFields => "unknown_fields",
            Self::Garbage => "garbage",
            Self::Slow => "slow",
        }
    }
}

/// An ordered fault.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// Given by the sandbox.
    #[serde(default)]
    pub(crate) id: u64,
    pub(crate) vendor: Vendor,
    /// A method such as `messages.create` or `chat.postMessage`, or `*`.
    #[serde(default = "any")]
    pub(crate) method: String,
    pub(crate) effect: Effect,
    /// How many calls it strikes; without a number it stays.
    #[serde(default)]
    pub(crate) times: Option<u32>,
    /// The share of matching calls that it strikes, 0 to 1.
    #[serde(default)]
    pub(crate) probability: Option<f64>,
    #[serde(default, rename = "match")]
    pub(crate) only: Only,
    /// HTTP status of the effect `status`.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// Slack's code of the effect `slack_error`.
    #[serde(default)]
    pub(crate) error: Option<String>,
    /// The `Retry-After` header, whatever it says.
    #[serde(default)]
    pub(crate) retry_after: Option<Value>,
    /// Milliseconds of `delay` and `timeout_after`.
    #[serde(default)]
    pub(crate) delay_ms: Option<u64>,
    /// Bytes a second of `slow`.
    #[serde(default)]
    pub(crate) bytes_per_second: Option<u64>,
}

/// Which calls of a method a fault is for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Only {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
}

/// All faults in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    /// Adds a fault; answers its id.
    pub(crate) fn add(&mut self, mut fault: Fault, id: u64) -> u64 {
        fault.id = id;
        self.list.push(fault);
        id
    }

    /// Ends all faults.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// The faults in force.
    pub(crate) fn all(&self) -> &[Fault] {
        &self.list
    }

    /// The fault that strikes this call, counted; `chance` is this call's draw in `0.0..1.0`.
    pub(crate) fn draw(&mut self, vendor: Vendor, method: &str, call: &Call, chance: f64) -> Option<Fault> {
        let position = self.list.iter().position(|fault| fault.strikes(vendor, method, call, chance))?;
        let fault = &mut self.list[position];
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        let drawn = fault.clone();
        if drawn.times == Some(0) {
            self.list.remove(position);
        }
        Some(drawn)
    }
}

impl Fault {
    /// The value of `Retry-After`, if one was ordered.
    pub(crate) fn retry_after(&self) -> Option<String> {
        match self.retry_after.as_ref()? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn strikes(&self, vendor: Vendor, method: &str, call: &Call, chance: f64) -> bool {
        self.vendor == vendor
            && (self.method == "*" || self.method == method)
            && self.times != Some(0)
            && self.probability.is_none_or(|share| own_chance(self.id, chance) < share)
            && self.only.matches(call)
    }
}

impl Only {
    fn matches(&self, call: &Call) -> bool {
        let is = |wanted: &Option<String>, names: [&str; 2]| {
            wanted.as_deref().is_none_or(|wanted| names.iter().any(|name| call.text(name).as_deref() == Some(wanted)))
        };
        is(&self.channel, ["channel", "channel_id"]) && is(&self.to, ["To", "to"]) && is(&self.from, ["From", "from"])
    }
}

/// Each fault draws for itself, so that two shares of one half are independent.
fn own_chance(id: u64, chance: f64) -> f64 {
    (chance + ids::fraction(id)).fract()
}

fn any() -> String {
    "*".to_owned()
}
