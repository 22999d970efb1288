//! Shows a message in its thread.

use domain::{Result, ids::MessageId, messages, outbox::Lease};

use super::{Turn, place, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(posting) = messages::to_post(ctx, id).await? else { return Ok(Turn::done()) };
    let place = match place::ready(workers, lease, &posting.thread).await? {
        Ok(place) => place,
        Err(turn) => return Ok(turn),
    };
    match posting::post_once(workers, lease, &place, &posting.post).await? {
        Ok(at) => {
            messages::posted(ctx, lease, id, &at).await?;
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}
