//! One turn with one task. Whatever the runner does, the turn ends with a settlement: an error or a panic counts as a failure, and after five of
//! them the task waits for a person while all others go on.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use domain::{
    Error, Result,
    outbox::{self, Lease, Settlement},
};
use futures_util::FutureExt;
use tokio::time::Instant;

use crate::{
    Workers,
    chat::{RENEWAL_WAIT, TurnChat, Waits},
    tasks::{self, Turn},
};

/// Runs a task and settles it.
pub(super) async fn take(workers: Arc<Workers>, waits: Arc<Waits>, lease: Lease) {
    let kind = lease.task.kind();
    let began = Instant::now();
    let chat = TurnChat::new(workers.chat.clone(), workers.ctx.clone(), &workers.settings.node, waits);
    let chat = Arc::new(chat.of(lease.workspace));
    let workers = Workers { chat: chat.clone(), ..Workers::clone(&workers) };
    let ended = AssertUnwindSafe(tasks::run(&workers, &lease)).catch_unwind().await;
    let settlement = match ended {
        Ok(Ok(Turn::Settled)) => None,
        Ok(Ok(Turn::End(settlement))) => Some(settlement),
        Ok(Ok(Turn::Soon(workspace))) => {
            chat.waits_for_renewal(workspace).await;
            Some(Settlement::Throttled { wait: RENEWAL_WAIT })
        }
        Ok(Err(Error::LeaseLost)) => {
            tracing::warn!(task = %lease.id, kind, "another worker has the task by now; nothing was written");
            None
        }
        Ok(Err(error @ Error::Unavailable { .. })) => Some(Settlement::Retry { why: error.cause() }),
        Ok(Err(error)) => Some(failed(&workers, &lease, error.cause()).await),
        Err(panic) => Some(failed(&workers, &lease, format!("the worker panicked: {}", message(&*panic))).await),
    };
    let outcome = settlement.as_ref().map_or("settled", name);
    metrics::counter!("clerk_tasks_total", "kind" => kind, "outcome" => outcome).increment(1);
    metrics::histogram!("clerk_task_seconds", "kind" => kind).record(began.elapsed().as_secs_f64());
    if let Some(settlement) = settlement {
        tell(&lease, &settlement);
        if let Err(error) = settle(&workers, &lease, &settlement, chat.held_by()).await {
            tracing::warn!(task = %lease.id, kind, cause = %error.cause(), "the task could not be settled; its lease will run out");
        }
    }
}

async fn failed(workers: &Workers, lease: &Lease, why: String) -> Settlement {
    if let Err(error) = tasks::note_failure(workers, lease, &why).await {
        tracing::debug!(cause = %error.cause(), "the failure could not be noted");
    }
    Settlement::Failed { why }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// A task that the chat asked to wait is held by the lane of that method, and not by its own, in which others go on.
async fn settle(workers: &Workers, lease: &Lease, settlement: &Settlement, held_by: Option<String>) -> Result<()> {
    if let (Settlement::Throttled { wait }, Some(lane)) = (settlement, held_by) {
        return outbox::hold_in_lane(&workers.ctx, lease, &lane, &format!("asked to wait {} s", wait.as_secs())).await;
    }
    let tx = workers.ctx.database.begin().await?;
    outbox::settle(&workers.ctx, &tx, lease, settlement).await?;
    tx.commit().await
}

fn name(settlement: &Settlement) -> &'static str {
    match settlement {
        Settlement::Done => "done",
        Settlement::Step => "stepped",
        Settlement::Snooze { .. } => "snoozed",
        Settlement::Throttled { .. } => "throttled",
        Settlement::Retry { .. } => "retried",
        Settlement::Ambiguous { .. } => "ambiguous",
        Settlement::Failed { .. } => "failed",
        Settlement::Park { .. } => "parked",
        Settlement::Unknown { .. } => "unknown",
        Settlement::GiveUp { .. } => "given_up",
    }
}

fn tell(lease: &Lease, settlement: &Settlement) {
    let (task, kind) = (lease.id, lease.task.kind());
    match settlement {
        Settlement::Done | Settlement::Step | Settlement::Snooze { .. } => {
            tracing::debug!(%task, kind, outcome = name(settlement), "task")
        }
        Settlement::Throttled { wait } => {
            tracing::info!(%task, kind, secs = wait.as_secs(), "the provider asked us to wait")
        }
        Settlement::Retry { why } => tracing::info!(%task, kind, why, "the provider is away; trying again later"),
        Settlement::Ambiguous { why, .. } => {
            tracing::warn!(%task, kind, why, "no clear answer; reading back before anything is sent again")
        }
        Settlement::Park { on, why } => tracing::warn!(%task, kind, on, why, "waiting for a repair"),
        Settlement::Unknown { why } => {
            tracing::error!(%task, kind, why, "nobody can tell whether it happened; a person decides")
        }
        Settlement::Failed { why } => tracing::error!(%task, kind, why, "failed; trying again a few times"),
        Settlement::GiveUp { why } => tracing::error!(%task, kind, why, "failed for good; a person decides"),
    }
}
