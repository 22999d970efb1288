//! Stretches of time.

use async_graphql::{InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use super::scalars::Instant;

/// Stretch of time; its end does not belong to it.
#[derive(SimpleObject)]
pub(crate) struct TimeRange {
    /// First instant.
    pub(super) starts_at: Instant,
    /// First instant after it.
    pub(super) ends_at: Instant,
}

/// Restricts a list to a stretch of time. The end does not belong to it.
#[derive(Default, InputObject)]
pub(crate) struct TimeRangeFilter {
    /// Earliest instant.
    since: Option<Instant>,
    /// First instant that is too late.
    until: Option<Instant>,
}

impl TimeRangeFilter {
    /// Earliest instant.
    pub(super) fn since(&self) -> Option<DateTime<Utc>> {
        self.since.map(|instant| instant.0)
    }

    /// First instant that is too late.
    pub(super) fn until(&self) -> Option<DateTime<Utc>> {
        self.until.map(|instant| instant.0)
    }
}
