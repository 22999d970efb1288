//! Shows on a member's post how far its text is: one mark at a time. Marks can be set and taken off any number of times, so nothing has to be read
//! back; what is shown is what the message is now, whichever promise runs first.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Mark, PostRef},
    },
    ids::MessageId,
    messages,
    outbox::{self, Lease},
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let Some(marking) = messages::to_mark(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    // The old mark goes first: no moment shows two.
    if let Some(shown) = marking.shown {
        match workers.chat.remove_mark(&access, &marking.at, shown).await {
            Ok(Answer::Done(())) => {}
            Ok(Answer::Refused(refusal)) => return refused(workers, lease, refusal).await,
            Err(error) => return Ok(asking::repeatable(error)),
        }
    }
    if let Some(wanted) = marking.wanted {
        match workers.chat.add_mark(&access, &marking.at, wanted).await {
            Ok(Answer::Done(())) => {}
            Ok(Answer::Refused(refusal)) => return refused(workers, lease, refusal).await,
            Err(error) => return Ok(asking::repeatable(error)),
        }
    }
    messages::mark_shown(&workers.ctx, lease, id, marking.wanted).await?;
    Ok(Turn::Settled)
}

/// Puts a mark on a post that no message has come of.
pub(super) async fn mark(workers: &Workers, lease: &Lease, at: &PostRef, mark: Mark) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.add_mark(&access, at, mark).await {
        Ok(Answer::Done(())) => Ok(Turn::done()),
        Ok(Answer::Refused(refusal)) => refused(workers, lease, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}

async fn refused(workers: &Workers, lease: &Lease, refusal: ChatRefusal) -> Result<Turn> {
    match refusal {
        // The post was deleted, or its channel archived: there is nothing left to show a mark on.
        ChatRefusal::NotFound(_) | ChatRefusal::ChannelGone(_) => Ok(Turn::done()),
        other => asking::refused(workers, lease, None, other).await,
    }
}
