//! What runs by the clock, and the processes that run it. A turn is taken in the database, so one process does the work; every schedule finds by
//! itself what there is to do, so a turn taken twice does no harm.

mod store;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Ctx, Result};

pub use store::{NodeRow as Node, ScheduleRow as Schedule};

/// How long a process that is not seen any more stays in the list.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);

/// Takes the turn of a schedule when it is due; when it ran before. None when it is not due, or another process took the turn.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn take_turn(ctx: &Ctx, name: &str, every: Duration) -> Result<Option<Turn>> {
    let every = TimeDelta::from_std(every).unwrap_or(TimeDelta::days(1));
    store::ensure(ctx, name).await?;
    let before = store::find(ctx, name).await?;
    let is_taken = store::take(ctx, name, ctx.now() + every).await?;
    Ok(is_taken.then(|| Turn { last_run_at: before.and_then(|row| row.last_run_at) }))
}

/// A turn that was taken.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// When the schedule last ran to its end.
    pub last_run_at: Option<DateTime<Utc>>,
}

/// Notes how a run ended: its report, or why it failed.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn report(ctx: &Ctx, name: &str, result: Result<&str, &str>) -> Result<()> {
    store::report(ctx, name, result).await
}

/// Makes a schedule due now.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn nudge(ctx: &Ctx, name: &str) -> Result<bool> {
    let is_known = store::nudge(ctx, name).await?;
    ctx.database.wake();
    Ok(is_known)
}

/// Every schedule that ever ran, by name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx) -> Result<Vec<Schedule>> {
    store::list(ctx).await
}

/// Says that a process is alive.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn seen(ctx: &Ctx, node: &str, version: &str, started_at: DateTime<Utc>) -> Result<()> {
    store::save_node(ctx, node, version, started_at).await?;
    store::forget_nodes(ctx, ctx.now() - FORGOTTEN_AFTER).await
}

/// Processes that were seen since an instant.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn nodes(ctx: &Ctx, since: DateTime<Utc>) -> Result<Vec<Node>> {
    store::nodes(ctx, since).await
}
