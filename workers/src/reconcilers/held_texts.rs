//! Lets held texts through when there is room again: a new month, more segments. Oldest first, as far as the room goes.

use domain::{Result, messages};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "messages.release_held";

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let workspaces = messages::workspaces_with_held(&workers.ctx).await?;
    let mut released = 0;
    for workspace in &workspaces {
        released += messages::release_held(&workers.ctx, *workspace).await?;
    }
    Ok(format!("{} workspaces have held texts; {released} texts were let through.", workspaces.len()))
}
