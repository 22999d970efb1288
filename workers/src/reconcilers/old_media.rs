//! Forgets files that were handed out for a while, in batches.

use domain::{Result, media};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "media.forget";

/// How many are forgotten at a time: each may be large.
const BATCH: u64 = 50;

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let mut count = 0;
    loop {
        let forgotten = media::forget(&workers.ctx, BATCH).await?;
        count += forgotten;
        if forgotten < BATCH {
            return Ok(format!("{count} files forgotten."));
        }
    }
}
