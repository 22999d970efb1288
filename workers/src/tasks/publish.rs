//! Posts something of ours: a greeting, an announcement, a note in a thread.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Place, Post, PostRef},
    },
    conversations,
    ids::ConversationId,
    outbox::{self, Lease, Signpost},
};

use super::{Turn, asking, channels, place, posting, update_parent};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, place: &Place, post: &Post) -> Result<Turn> {
    if channels::is_left(workers, lease, place).await? {
        return Ok(Turn::done());
    }
    publish(workers, lease, place, post).await
}

pub(super) async fn publish(workers: &Workers, lease: &Lease, place: &Place, post: &Post) -> Result<Turn> {
    Ok(ended(posting::post_once(workers, lease, place, post).await?))
}

fn ended(posted: std::result::Result<PostRef, Turn>) -> Turn {
    posted.map_or_else(|turn| turn, |_| Turn::done())
}

pub(super) async fn run_in_thread(workers: &Workers, lease: &Lease, id: ConversationId, post: &Post) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    Ok(ended(place::post(workers, lease, &thread, post).await?))
}

/// Posts a signpost, and keeps where it stands.
pub(super) async fn put(workers: &Workers, lease: &Lease, signpost: &Signpost, what: (&Place, &Post)) -> Result<Turn> {
    let (place, post) = what;
    if channels::is_left(workers, lease, place).await? {
        return Ok(Turn::done());
    }
    Ok(match posting::post_once(workers, lease, place, post).await? {
        Ok(at) => {
            conversations::signpost_stands(&workers.ctx, lease, signpost, &at).await?;
            Turn::Settled
        }
        Err(turn) => turn,
    })
}

/// Replaces what a post of ours says; one that is gone, or that the chat lets nobody change any more, is no loss to anyone.
pub(super) async fn replace(workers: &Workers, lease: &Lease, at: &PostRef, post: &Post) -> Result<Turn> {
    Ok(update_parent::show(workers, lease, at, post).await?.unwrap_or_else(Turn::done))
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
