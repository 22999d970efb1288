//! Finds contacts who wait longer than the reply target allows, by an index on when to look next, and has it told.

use domain::{Result, conversations};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "conversations.tell_late";

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let count = conversations::tell_late(&workers.ctx).await?;
    Ok(format!("{count} conversations were looked at."))
}
