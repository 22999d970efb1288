//! Where a conversation is shown, made ready for its next post: the thread opened when there is none, and told when the conversation came back to
//! it. Each of these is a step of whichever task posts next, so nothing waits for another task and nothing overtakes.

use domain::{
    Result,
    contracts::chat::{Place, Post, PostRef},
    conversations::{self, Thread},
    ids::WorkspaceId,
    outbox::{Lease, Settlement, park_key},
};

use super::{Turn, posting};
use crate::Workers;

/// Posts in the conversation, once, wherever it is; or the turn ends.
pub(super) async fn post(
    workers: &Workers,
    lease: &Lease,
    thread: &Thread,
    post: &Post,
) -> Result<Result<PostRef, Turn>> {
    // What stands in a place that the conversation has left is not posted again.
    if let Some(before) = posting::posted_before(workers, lease, post).await? {
        return Ok(before);
    }
    match ready(workers, lease, thread).await? {
        Ok(place) => posting::post_once(workers, lease, &place, post).await,
        Err(turn) => Ok(Err(turn)),
    }
}

/// The place, or how the turn ends.
pub(super) async fn ready(workers: &Workers, lease: &Lease, thread: &Thread) -> Result<Result<Place, Turn>> {
    let conversation = &thread.conversation;
    if conversation.is_direct()
        && let Some(place) = conversation.place()
    {
        return Ok(Ok(place));
    }
    let Some(place) = conversation.thread() else { return open(workers, lease, thread).await.map(Err) };
    if !conversation.is_fallback_due {
        return Ok(Ok(place));
    }
    if is_lost(workers, lease, conversation.workspace_id, &place.channel).await? {
        return Ok(Err(Turn::Settled));
    }
    let note = conversations::fallback_note(conversation, &thread.contact);
    Ok(Err(match posting::post_once(workers, lease, &place, &note).await? {
        Ok(at) => {
            conversations::fallback_told(&workers.ctx, lease, conversation, &at).await?;
            Turn::Settled
        }
        Err(turn) => turn,
    }))
}

async fn open(workers: &Workers, lease: &Lease, thread: &Thread) -> Result<Turn> {
    let Some(channel) = thread.channel.clone() else {
        let on = park_key::shared_channel(thread.number.workspace_id);
        return Ok(Turn::End(Settlement::Park { on, why: "the workspace has no shared channel yet".to_owned() }));
    };
    if is_lost(workers, lease, thread.number.workspace_id, &channel).await? {
        return Ok(Turn::Settled);
    }
    let post = conversations::parent(thread);
    Ok(match posting::post_once(workers, lease, &Place { channel, thread: None }, &post).await? {
        Ok(at) => {
            conversations::thread_opened(&workers.ctx, lease, &thread.conversation, &at).await?;
            Turn::Settled
        }
        Err(turn) => turn,
    })
}

/// Whether a channel is known to be gone: then the task waits for it and is settled, and nobody is called in vain.
pub(super) async fn is_lost(workers: &Workers, lease: &Lease, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    conversations::wait_for_channel(&workers.ctx, lease, workspace, channel).await
}
