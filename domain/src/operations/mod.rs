//! What operators do to the work itself: run or discard a task, run a schedule out of turn. Each is recorded on their behalf, in the same
//! transaction where there is one.

use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    ids::TaskId,
    outbox::{self, TaskView},
    schedules::{self, Schedule},
};

/// Lets a dead, unknown, parked or discarded task run again, now.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is done or under way.
pub async fn retry_task(ctx: &Ctx, by: &By, id: TaskId) -> Result<TaskView> {
    let tx = ctx.database.begin().await?;
    outbox::retry(ctx, &tx, id).await?;
    record_task(ctx, &tx, by, id, ("taskRetry", "Ran a task again")).await?;
    tx.commit().await?;
    found(ctx, id).await
}

/// Discards a task that is not under way.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is done or under way.
pub async fn discard_task(ctx: &Ctx, by: &By, id: TaskId) -> Result<TaskView> {
    let tx = ctx.database.begin().await?;
    outbox::discard(ctx, &tx, id).await?;
    record_task(ctx, &tx, by, id, ("taskDiscard", "Discarded a task")).await?;
    tx.commit().await?;
    found(ctx, id).await
}

async fn found(ctx: &Ctx, id: TaskId) -> Result<TaskView> {
    outbox::find(ctx, id).await?.ok_or(Error::NotFound { what: "task" })
}

async fn record_task(ctx: &Ctx, tx: &Tx, by: &By, id: TaskId, (action, done): (&'static str, &str)) -> Result<()> {
    let task = found(ctx, id).await?;
    let deed = Deed {
        workspace: task.workspace,
        action,
        summary: format!("{done} ({}).", task.kind),
        subject: Some(id.to_string()),
        changes: serde_json::json!({}),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Makes a schedule due now.
///
/// # Errors
/// [`Error::NotFound`] when no schedule has the name.
pub async fn run_schedule(ctx: &Ctx, by: &By, name: &str) -> Result<Schedule> {
    if !schedules::nudge(ctx, name).await? {
        return Err(Error::NotFound { what: "schedule" });
    }
    let tx = ctx.database.begin().await?;
    let deed = Deed {
        workspace: None,
        action: "scheduleRun",
        summary: format!("Ran the schedule {name} out of turn."),
        subject: None,
        changes: serde_json::json!({ "name": name }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    let known = schedules::list(ctx).await?;
    known.into_iter().find(|schedule| schedule.name == name).ok_or(Error::NotFound { what: "schedule" })
}
