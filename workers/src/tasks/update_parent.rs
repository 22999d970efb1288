//! Shows in the first post of a conversation how it stands now. It can be shown any number of times, so nothing is read back; a first post that is gone,
//! or that the chat lets nobody change any more, is no loss to anyone.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Post, PostRef},
    },
    conversations,
    ids::ConversationId,
    outbox::{self, Lease},
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: ConversationId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(thread) = conversations::thread(ctx, id).await? else { return Ok(Turn::done()) };
    let row = &thread.conversation;
    let Some(head) = row.head() else { return Ok(Turn::done()) };
    match show(workers, lease, &head, &conversations::parent(&thread)).await? {
        None => {
            conversations::parent_shown(ctx, lease, id, row.version).await?;
            Ok(Turn::Settled)
        }
        Some(turn) => Ok(turn),
    }
}

/// The place that a conversation has left says so in its first post.
pub(super) async fn leave(workers: &Workers, lease: &Lease, id: ConversationId) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let Some((first, post)) = conversations::left(&thread) else { return Ok(Turn::done()) };
    Ok(show(workers, lease, &first, &post).await?.unwrap_or_else(Turn::done))
}

/// None when the post shows it.
pub(super) async fn show(workers: &Workers, lease: &Lease, at: &PostRef, post: &Post) -> Result<Option<Turn>> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(Some(turn)),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.update(&access, at, post).await {
        Ok(Answer::Done(())) => Ok(None),
        Ok(Answer::Refused(refusal @ (ChatRefusal::AccessLost(_) | ChatRefusal::NotAllowed { .. }))) => {
            asking::refused(workers, lease, None, refusal).await.map(Some)
        }
        Ok(Answer::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "a post of ours cannot be changed");
            Ok(Some(Turn::done()))
        }
        Err(error) => Ok(Some(asking::repeatable(error))),
    }
}
