//! Announces a text at the bottom of the channel after a silence, with the way to its thread; and shows in the announcement who has taken it since. A
//! way that the chat does not tell is left out, because the announcement matters more.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatAccess, ChatRefusal, Place, Post, PostRef},
    },
    conversations::{self, Placement, Thread},
    ids::{ConversationId, MessageId},
    outbox::{self, Lease, Settlement, park_key},
};

use super::{Turn, asking, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: ConversationId, message: MessageId) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    // In its own channel the text itself stands at the bottom.
    if thread.conversation.placement == Placement::DirectChannel {
        return Ok(Turn::done());
    }
    let Some(at) = parent_of(&thread) else {
        let on = park_key::thread(id);
        return Ok(Turn::End(Settlement::Park { on, why: "its thread could not be opened yet".to_owned() }));
    };
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let url = match way_to(workers, lease, &access, &at).await? {
        Ok(url) => url,
        Err(turn) => return Ok(turn),
    };
    let post = conversations::notification(&thread, Some(message), url.as_deref());
    let place = Place { channel: at.channel, thread: None };
    let posted = posting::post_once(workers, lease, &place, &post).await?;
    Ok(posted.map_or_else(|turn| turn, |_| Turn::done()))
}

/// Shows in an announcement how the conversation stands now; one that is gone needs nothing.
pub(super) async fn update(workers: &Workers, lease: &Lease, id: ConversationId, at: &PostRef) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let url = match parent_of(&thread) {
        Some(parent) => match way_to(workers, lease, &access, &parent).await? {
            Ok(url) => url,
            Err(turn) => return Ok(turn),
        },
        None => None,
    };
    replace(workers, lease, (&access, at), &conversations::notification(&thread, None, url.as_deref())).await
}

/// Replaces a post of ours; one that is gone needs nothing.
pub(super) async fn replace(
    workers: &Workers,
    lease: &Lease,
    (access, at): (&ChatAccess, &PostRef),
    post: &Post,
) -> Result<Turn> {
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.update(access, at, post).await {
        Ok(Answer::Done(())) => Ok(Turn::done()),
        Ok(Answer::Refused(refusal @ (ChatRefusal::AccessLost(_) | ChatRefusal::NotAllowed { .. }))) => {
            asking::refused(workers, lease, None, refusal).await
        }
        Ok(Answer::Refused(_)) => Ok(Turn::done()),
        Err(error) => Ok(asking::repeatable(error)),
    }
}

fn parent_of(thread: &Thread) -> Option<PostRef> {
    let row = &thread.conversation;
    row.channel_id.clone().zip(row.thread_ts.clone()).map(|(channel, ts)| PostRef { channel, ts })
}

/// Address of a thread; none when the chat does not tell it.
pub(super) async fn way_to(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    at: &PostRef,
) -> Result<Result<Option<String>, Turn>> {
    match workers.chat.link(access, at).await {
        Ok(Answer::Done(url)) => Ok(Ok(Some(url))),
        Ok(Answer::Refused(refusal @ ChatRefusal::AccessLost(_))) => {
            Ok(Err(asking::refused(workers, lease, None, refusal).await?))
        }
        Ok(Answer::Refused(_)) => Ok(Ok(None)),
        Err(error) => Ok(Err(asking::repeatable(error))),
    }
}
