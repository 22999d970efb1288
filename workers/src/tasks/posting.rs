//! Posting exactly once. A post whose answer was lost is looked for by its key: found means done; twice not found means that it never arrived, and
//! it is posted once more; when even then nobody can tell, a person decides.

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{ChatAccess, Place, Post, PostRef},
    },
    outbox::{self, Lease, Settlement},
};

use super::{Turn, asking};
use crate::Workers;

/// Read-backs before a post is repeated, and before a person is asked.
const REPEAT_AFTER: i32 = 1;
const ASK_AFTER: i32 = 3;

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
    if lease.is_ambiguous && !post.key.is_empty() {
        match look(workers, lease, &access, place, post).await? {
            Looked::Found(at) => return Ok(Ok(at)),
            Looked::End(turn) => return Ok(Err(turn)),
            Looked::Missing => {}
        }
    }
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.post(&access, place, post).await {
        Ok(Answer::Done(at)) => Ok(Ok(at)),
        Ok(Answer::Refused(refusal)) => Ok(Err(asking::refused(workers, lease, Some(&place.channel), refusal).await?)),
        Err(error) => Ok(Err(asking::post_in_doubt(workers, error))),
    }
}

enum Looked {
    Found(PostRef),
    /// It never arrived: post it again.
    Missing,
    End(Turn),
}

async fn look(workers: &Workers, lease: &Lease, access: &ChatAccess, place: &Place, post: &Post) -> Result<Looked> {
    let since = lease.called_at.unwrap_or(lease.created_at) - CLOCK_SKEW;
    let again = |why: &str| {
        let read_back_at = workers.ctx.now() + asking::READ_BACK_AGAIN;
        Looked::End(Turn::End(Settlement::Ambiguous { read_back_at, why: why.to_owned() }))
    };
    let is_last = lease.read_back_count >= ASK_AFTER;
    let unknown = |why: String| Looked::End(Turn::End(Settlement::Unknown { why }));
    Ok(match workers.chat.find_post(access, place, &post.key, since).await {
        Ok(Answer::Done(Some(at))) => Looked::Found(at),
        Ok(Answer::Done(None)) if lease.read_back_count == REPEAT_AFTER => Looked::Missing,
        Ok(Answer::Done(None)) if is_last => unknown("the post was not found, but it may still appear".to_owned()),
        Ok(Answer::Done(None)) => again("the post was not found yet"),
        Ok(Answer::Refused(refusal)) => {
            Looked::End(asking::refused(workers, lease, Some(&place.channel), refusal).await?)
        }
        Err(CallError::Throttled { wait }) => Looked::End(Turn::End(Settlement::Throttled { wait })),
        Err(error) if is_last => unknown(format!("the chat could not be read: {error}")),
        Err(error) => again(&error.to_string()),
    })
}
