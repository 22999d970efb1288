//! Posts something of ours: a greeting, an announcement, a note in a thread.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Place, Post, PostRef},
    },
    conversations,
    ids::ConversationId,
    outbox::{self, Lease},
};

use super::{Turn, asking, channels, place, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, place: &Place, post: &Post) -> Result<Turn> {
    if channels::is_left(workers, lease, place).await? {
        return Ok(Turn::done());
    }
    publish(workers, lease, place, post).await
}

async fn publish(workers: &Workers, lease: &Lease, place: &Place, post: &Post) -> Result<Turn> {
    match posting::post_once(workers, lease, place, post).await? {
        Ok(_) => Ok(Turn::done()),
        Err(turn) => Ok(turn),
    }
}

pub(super) async fn run_in_thread(workers: &Workers, lease: &Lease, id: ConversationId, post: &Post) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    match place::ready(workers, lease, &thread).await? {
        Ok(place) => publish(workers, lease, &place, post).await,
        Err(turn) => Ok(turn),
    }
}

/// Removes a post of ours.
pub(super) async fn remove(workers: &Workers, lease: &Lease, at: &PostRef) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.delete(&access, at).await {
        Ok(Answer::Done(()) | Answer::Refused(ChatRefusal::NotFound(_) | ChatRefusal::ChannelGone(_))) => {
            Ok(Turn::done())
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}
