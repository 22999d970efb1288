//! Posting exactly once. A post whose answer was lost is looked for by its key: found means done; twice not found means that it never arrived, and
//! it is posted again. When nobody can tell for a day, a person decides.

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{ChatAccess, ChatRefusal, Place, Post, PostRef},
    },
    outbox::{self, CalledPost, Lease, Settlement},
};

use super::{Turn, asking};
use crate::Workers;

/// Read-backs before a post is repeated.
const REPEAT_AFTER: i32 = 1;

/// How long a post may be in doubt before a person is asked.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// Longest pause between two read-backs.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// How far before the call a read-back looks, for clocks that differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// Posts, once. The post, or how the turn ends.
pub(super) async fn post_once(
    workers: &Workers,
    lease: &Lease,
    place: &Place,
    post: &Post,
) -> Result<Result<PostRef, Turn>> {
    let workspace = asking::workspace_of(lease)?;
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(Err(turn)),
    };
    match look(workers, lease, &access, (post, Some(place))).await? {
        Looked::Found(at) => return Ok(Ok(at)),
        Looked::End(turn) => return Ok(Err(turn)),
        Looked::Missing => {}
    }
    let called = CalledPost { place: place.clone(), key: post.key.clone() };
    outbox::posting(&workers.ctx, lease, &called).await?;
    match workers.chat.post(&access, place, post).await {
        Ok(Answer::Done(at)) => Ok(Ok(at)),
        Ok(Answer::Refused(refusal)) => Ok(Err(asking::refused(workers, lease, Some(&place.channel), refusal).await?)),
        Err(error) => Ok(Err(asking::post_in_doubt(workers, error))),
    }
}

/// The post, when it stands where the conversation was at the call; or how the turn ends. None when it is to be posted.
pub(super) async fn posted_before(
    workers: &Workers,
    lease: &Lease,
    post: &Post,
) -> Result<Option<Result<PostRef, Turn>>> {
    if in_doubt(lease, post).is_none() {
        return Ok(None);
    }
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(Some(Err(turn))),
    };
    Ok(match look(workers, lease, &access, (post, None)).await? {
        Looked::Found(at) => Some(Ok(at)),
        Looked::End(turn) => Some(Err(turn)),
        Looked::Missing => None,
    })
}

/// The call that may have posted it: a task of several steps may be in doubt about another one.
fn in_doubt<'a>(lease: &'a Lease, post: &Post) -> Option<&'a CalledPost> {
    lease.called_post.as_ref().filter(|called| lease.is_ambiguous && !post.key.is_empty() && called.key == post.key)
}

enum Looked {
    Found(PostRef),
    /// It was never posted, or never arrived.
    Missing,
    End(Turn),
}

async fn look(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    (post, here): (&Post, Option<&Place>),
) -> Result<Looked> {
    let Some(CalledPost { place, .. }) = in_doubt(lease, post) else { return Ok(Looked::Missing) };
    let is_left = here.is_none_or(|here| here.channel != place.channel);
    let since = lease.called_at.unwrap_or(lease.created_at) - CLOCK_SKEW;
    let age = workers.ctx.now() - lease.created_at;
    let again = |why: String| {
        let read_back_at = workers.ctx.now() + (age / 10).clamp(asking::READ_BACK_AGAIN, LONGEST_PAUSE);
        let later = Settlement::Ambiguous { read_back_at, why: why.clone() };
        Looked::End(Turn::End(if age > PATIENCE { Settlement::Unknown { why } } else { later }))
    };
    Ok(match workers.chat.find_post(access, place, &post.key, since).await {
        Ok(Answer::Done(Some(at))) => Looked::Found(at),
        Ok(Answer::Done(None)) if lease.read_back_count >= REPEAT_AFTER && age <= PATIENCE => Looked::Missing,
        Ok(Answer::Done(None)) => again("the post was not found, but it may still appear".to_owned()),
        // What stands where nobody can look any more is as good as never posted.
        Ok(Answer::Refused(ChatRefusal::ChannelGone(_))) if is_left => Looked::Missing,
        Ok(Answer::Refused(refusal)) => {
            Looked::End(asking::refused(workers, lease, Some(&place.channel), refusal).await?)
        }
        Err(CallError::Throttled { wait }) => Looked::End(Turn::End(Settlement::Throttled { wait })),
        Err(error) => again(format!("the chat could not be read: {error}")),
    })
}
