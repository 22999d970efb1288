//! Sends the next texts of a broadcast, and shows how far it is.

use domain::{
    Result,
    broadcasts::{self, Showing},
    ids::BroadcastId,
    outbox::Lease,
};

use super::{Turn, channels, posting, publish};
use crate::Workers;

/// Makes the texts of one second. None of it is a call to the outside.
pub(super) async fn step(workers: &Workers, lease: &Lease, of: (BroadcastId, i32)) -> Result<Turn> {
    broadcasts::step(&workers.ctx, lease, of).await?;
    Ok(Turn::Settled)
}

/// Posts how far a broadcast is, or draws that post anew.
pub(super) async fn show(workers: &Workers, lease: &Lease, id: BroadcastId) -> Result<Turn> {
    let (place, post) = match broadcasts::to_show(&workers.ctx, id).await? {
        None => return Ok(Turn::done()),
        Some(Showing::Change(at, post)) => return publish::replace(workers, lease, &at, &post).await,
        Some(Showing::Post(place, post)) => (place, post),
    };
    if channels::is_left(workers, lease, &place).await? {
        return Ok(Turn::done());
    }
    match posting::post_once(workers, lease, &place, &post).await? {
        Ok(at) => {
            broadcasts::shown(&workers.ctx, lease, id, &at).await?;
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}
