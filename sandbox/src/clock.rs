//! The sandbox's clock: the only place that reads the time.
//!
//! Vendors live in real time and their signatures carry it, so the sandbox has no clock to turn.

use chrono::{DateTime, SecondsFormat, Utc};

/// Now, in microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the vendors live in real time, and this is their one clock")]
pub(crate) fn micros() -> u64 {
    u64::try_from(Utc::now().timestamp_micros()).unwrap_or_default()
}

/// Whole seconds since 1970 of a moment in microseconds.
pub(crate) fn secs(micros: u64) -> u64 {
    micros / 1_000_000
}

/// A moment as the carrier writes it: `Mon, 23 Nov 2026 19:22:00 +0000`.
pub(crate) fn rfc2822(micros: u64) -> String {
    at(micros).to_rfc2822()
}

/// A moment as the control API writes it, with milliseconds.
pub(crate) fn iso(micros: u64) -> String {
    at(micros).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn at(micros: u64) -> DateTime<Utc> {
    i64::try_from(micros).ok().and_then(DateTime::from_timestamp_micros).unwrap_or_default()
}
