//! Sends a scheduled text when its time has come, and shows in its thread how it stands. Nothing of the first is a call to the outside, so a
//! database that is away only puts it off: a text that was scheduled is never given up.

use chrono::TimeDelta;
use domain::{
    Error, Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Post, PostRef},
    },
    ids::MessageId,
    messages::{self, Announcing},
    outbox::{self, Lease, Settlement},
};

use super::{Turn, asking, place};
use crate::Workers;

/// When a text is tried again that could not be sent at its time.
const AGAIN: TimeDelta = TimeDelta::seconds(5);

/// Answers a text automatically, when an answer is due.
pub(super) async fn answer(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    messages::answer(&workers.ctx, lease, id).await?;
    Ok(Turn::Settled)
}

/// The time of a scheduled text has come.
pub(super) async fn due(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    match messages::due(&workers.ctx, lease, id).await {
        Ok(()) => Ok(Turn::Settled),
        // It was promised long ago, so that a common retry would find its patience over.
        Err(error @ Error::Unavailable { .. }) => {
            Ok(Turn::End(Settlement::Snooze { until: workers.ctx.now() + AGAIN, why: error.cause() }))
        }
        Err(error) => Err(error),
    }
}

/// Shows in its thread how a scheduled text stands.
pub(super) async fn announce(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    match messages::to_announce(&workers.ctx, id).await? {
        None => Ok(Turn::done()),
        Some(Announcing::Post(thread, post)) => match place::post(workers, lease, &thread, &post).await? {
            Ok(at) => announced(workers, lease, id, Some(&at)).await,
            Err(turn) => Ok(turn),
        },
        Some(Announcing::Change(at, post)) => change(workers, lease, &at, &post).await,
        Some(Announcing::Remove(at)) => remove(workers, lease, id, &at).await,
    }
}

async fn announced(workers: &Workers, lease: &Lease, id: MessageId, at: Option<&PostRef>) -> Result<Turn> {
    messages::announced(&workers.ctx, lease, id, at).await?;
    Ok(Turn::Settled)
}

async fn change(workers: &Workers, lease: &Lease, at: &PostRef, post: &Post) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.update(&access, at, post).await {
        // Somebody removed the post: what it said is found in the list of scheduled texts.
        Ok(Answer::Done(()) | Answer::Refused(ChatRefusal::NotFound(_) | ChatRefusal::ChannelGone(_))) => {
            Ok(Turn::done())
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}

async fn remove(workers: &Workers, lease: &Lease, id: MessageId, at: &PostRef) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.delete(&access, at).await {
        Ok(Answer::Done(()) | Answer::Refused(ChatRefusal::NotFound(_) | ChatRefusal::ChannelGone(_))) => {
            announced(workers, lease, id, None).await
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}
