//! Opens windows, replaces what they show, and draws the home. A window can only be opened within seconds of what the member did; when that was
//! missed, the member is told instead of left to wonder. None of this has to be read back: it may be shown again.

use domain::{
    Result,
    contracts::{
        Answer, Outcome,
        chat::{ChatRefusal, Place},
        view::View,
    },
    outbox::{self, Lease, Settlement},
    panel,
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn open(
    workers: &Workers,
    lease: &Lease,
    (trigger, user, place): (&str, &str, Option<&Place>),
    view: &View,
) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    // Its moment has passed for certain; a second call would be refused.
    if lease.is_ambiguous {
        return Ok(Turn::End(Settlement::GiveUp { why: "nobody knows whether the window opened".to_owned() }));
    }
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.open_view(&access, trigger, view).await {
        Ok(Answer::Refused(ChatRefusal::TooLate(_))) => {
            panel::too_late(&workers.ctx, lease, user, place).await?;
            Ok(Turn::Settled)
        }
        outcome => ended(workers, lease, outcome.map(|answer| answer.map(drop))).await,
    }
}

pub(super) async fn update(
    workers: &Workers,
    lease: &Lease,
    id: &str,
    hash: Option<&str>,
    view: &View,
) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.update_view(&access, id, hash, view).await {
        // It was closed, or the member went on: a newer change shows what is so.
        Ok(Answer::Refused(ChatRefusal::TooLate(_) | ChatRefusal::NotFound(_))) => Ok(Turn::done()),
        outcome => ended(workers, lease, outcome).await,
    }
}

pub(super) async fn publish_home(workers: &Workers, lease: &Lease, user: &str) -> Result<Turn> {
    let workspace = asking::workspace_of(lease)?;
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let view = panel::home(&workers.ctx, workspace).await?;
    outbox::calling(&workers.ctx, lease).await?;
    let outcome = workers.chat.publish_home(&access, user, &view).await;
    ended(workers, lease, outcome).await
}

async fn ended(workers: &Workers, lease: &Lease, outcome: Outcome<(), ChatRefusal>) -> Result<Turn> {
    match outcome {
        Ok(Answer::Done(())) => Ok(Turn::done()),
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}
