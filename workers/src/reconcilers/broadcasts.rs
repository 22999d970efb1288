//! Lets broadcasts go on that stand still for a used-up allowance, when there is room again: a new month, more segments.

use domain::{Result, broadcasts};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "broadcasts.resume";

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let count = broadcasts::resume_where_there_is_room(&workers.ctx).await?;
    Ok(format!("{count} broadcasts go on."))
}
