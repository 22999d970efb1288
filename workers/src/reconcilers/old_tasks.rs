//! Deletes tasks that ended long ago, in batches, so that the outbox stays small. What waits for a person stays.

use chrono::TimeDelta;
use domain::{Result, outbox};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "tasks.forget";

/// How long an ended task is kept.
const KEPT: TimeDelta = TimeDelta::days(7);

/// How many are deleted at a time.
const BATCH: u32 = 1_000;

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let ended_before = workers.ctx.now() - KEPT;
    let mut count = 0;
    loop {
        let deleted = outbox::forget(&workers.ctx, ended_before, BATCH).await?;
        count += deleted;
        if deleted < u64::from(BATCH) {
            return Ok(format!("{count} tasks deleted."));
        }
    }
}
