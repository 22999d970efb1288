//! Tells of answers that are late: in the conversation, and later to whoever was chosen to be told. Right before it is said somebody looks whether the
//! contact still waits. A channel that cannot be posted to keeps nobody from hearing of it: whoever installed the app is told instead.

use chrono::{DateTime, Utc};
use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{ChatAccess, ChatRefusal, Part, Place, Post, PostRef, Span},
    },
    conversations::{self, Thread},
    ids::{ConversationId, WorkspaceId},
    outbox::{LateListener, Lease},
};

use super::{Turn, announce, asking, place, publish, whisper};
use crate::Workers;

pub(super) async fn run(
    workers: &Workers,
    lease: &Lease,
    id: ConversationId,
    (since, to): (DateTime<Utc>, &LateListener),
) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let late = |url: Option<&str>| conversations::late_post(&thread, since, to, url);
    let Some(post) = late(None) else { return Ok(Turn::done()) };
    if *to == LateListener::Conversation {
        return match place::ready(workers, lease, &thread).await? {
            Ok(place) => publish::publish(workers, lease, &place, &post).await,
            Err(turn) => Ok(turn),
        };
    }
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let url = match way_to(workers, lease, &access, &thread).await? {
        Ok(url) => url,
        Err(turn) => return Ok(turn),
    };
    let Some(post) = late(url.as_deref()) else { return Ok(Turn::done()) };
    match to {
        LateListener::Member(user) => whisper::tell_member(workers, lease, user, &post).await,
        LateListener::Channel(channel) => tell_channel(workers, lease, &access, (channel, post)).await,
        LateListener::Conversation => Ok(Turn::done()),
    }
}

async fn tell_channel(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    (channel, post): (&str, Post),
) -> Result<Turn> {
    match enter(workers, access, channel).await {
        Ok(Answer::Done(true)) => {
            let place = Place { channel: channel.to_owned(), thread: None };
            publish::publish(workers, lease, &place, &post).await
        }
        Ok(Answer::Refused(refusal @ (ChatRefusal::AccessLost(_) | ChatRefusal::NotAllowed { .. }))) => {
            asking::refused(workers, lease, None, refusal).await
        }
        Ok(_) => whisper::tell_installer(workers, lease, &instead_of(channel, post)).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}

/// Whether the app is in a channel that can be posted to; it joins one that is open to all.
async fn enter(
    workers: &Workers,
    access: &ChatAccess,
    id: &str,
) -> std::result::Result<Answer<bool, ChatRefusal>, CallError> {
    let channel = match workers.chat.channel(access, id).await? {
        Answer::Done(channel) => channel,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    if channel.is_archived || (channel.is_private && !channel.is_member) {
        return Ok(Answer::Done(false));
    }
    if channel.is_member {
        return Ok(Answer::Done(true));
    }
    Ok(workers.chat.join_channel(access, id).await?.map(|()| true))
}

fn instead_of(channel: &str, post: Post) -> Post {
    let mut parts = post.parts;
    parts.push(Part::Note(vec![
        Span::Text("This was meant for ".to_owned()),
        Span::Channel(channel.to_owned()),
        Span::Text(
            ", where I cannot post. Invite me there, or choose another channel with “/clerk targets”.".to_owned(),
        ),
    ]));
    Post { parts, ..post }
}

/// Shows in a post about a late answer how the conversation stands now; one that is gone needs nothing.
pub(super) async fn update(workers: &Workers, lease: &Lease, id: ConversationId, at: &PostRef) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let url = match way_to(workers, lease, &access, &thread).await? {
        Ok(url) => url,
        Err(turn) => return Ok(turn),
    };
    announce::replace(workers, lease, (&access, at), &conversations::escalated(&thread, url.as_deref())).await
}

/// Address of a conversation; none when the chat does not tell it.
async fn way_to(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    thread: &Thread,
) -> Result<std::result::Result<Option<String>, Turn>> {
    match thread.conversation.head() {
        Some(head) => announce::way_to(workers, lease, access, &head).await,
        None => Ok(Ok(None)),
    }
}

/// Counts anew until when those who wait are to have an answer.
pub(super) async fn recount(workers: &Workers, lease: &Lease, workspace: WorkspaceId) -> Result<Turn> {
    conversations::recount(&workers.ctx, lease, workspace).await?;
    Ok(Turn::Settled)
}
