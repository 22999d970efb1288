//! Shows a message in its thread.

use domain::{Result, ids::MessageId, messages, outbox::Lease};

use super::{Turn, place, update_parent};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(posting) = messages::to_post(ctx, id).await? else { return Ok(Turn::done()) };
    match place::post(workers, lease, &posting.thread, &posting.post).await? {
        Ok(at) => {
            messages::posted(ctx, lease, id, &at).await?;
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}

/// Shows in the post of a message how it stands now.
pub(super) async fn redraw(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let Some((at, post)) = messages::to_redraw(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    Ok(update_parent::show(workers, lease, &at, &post).await?.unwrap_or_else(Turn::done))
}
