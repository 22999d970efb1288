//! The outbox as people see it: which tasks there are, how the work stands, and what a person can do about a task that waits for one.

use chrono::{DateTime, Utc};

use super::{State, store};
use crate::{
    Ctx, Error, Result, Tx,
    ids::{TaskId, WorkspaceId},
    page::{Page, PageRequest},
};

/// A task as people see it.
#[derive(Clone, Debug)]
pub struct TaskView {
    /// Id of it.
    pub id: TaskId,
    /// Stable kind.
    pub kind: String,
    /// How far it is.
    pub state: State,
    /// Whose it is.
    pub workspace: Option<WorkspaceId>,
    /// What it is about.
    pub subject: Option<String>,
    /// What it was given.
    pub arguments: serde_json::Value,
    /// How often it was tried.
    pub attempt_count: i32,
    /// Why the last try did not succeed.
    pub last_error: Option<String>,
    /// What it waits for.
    pub parked_on: Option<String>,
    /// When it may run.
    pub run_at: DateTime<Utc>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which tasks.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// In one of these states; any when empty.
    pub states: Vec<State>,
    /// Of this workspace.
    pub workspace: Option<WorkspaceId>,
}

/// Tasks, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, filter: &TaskFilter, page: &PageRequest) -> Result<Page<TaskView>> {
    store::list(ctx, filter, page).await
}

/// How many tasks a filter matches.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, filter: &TaskFilter) -> Result<u64> {
    store::count(ctx, filter).await
}

/// A task by its id.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, id: TaskId) -> Result<Option<TaskView>> {
    store::find(ctx, id).await
}

/// How the tasks of one kind stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Stable kind.
    pub kind: String,
    /// How many wait.
    pub ready_count: i64,
    /// How many run.
    pub running_count: i64,
    /// How many wait for a repair.
    pub parked_count: i64,
    /// How many wait for a person.
    pub failed_count: i64,
    /// Since when the oldest due one waits.
    pub oldest_due_at: Option<DateTime<Utc>>,
}

/// How the work stands, by kind.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn queues(ctx: &Ctx) -> Result<Vec<Queue>> {
    store::queues(ctx).await
}

/// Lets a dead, unknown, parked or discarded task run again, now. One that may have happened is read back first.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is done or under way.
pub async fn retry(ctx: &Ctx, tx: &Tx, id: TaskId) -> Result<()> {
    let changed = store::revive(ctx, tx, id).await?;
    tx.note_promise();
    changed_or(ctx, id, changed, "The task is done or under way, so it cannot be run again.").await
}

/// Discards a task that is not under way.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is done or under way.
pub async fn discard(ctx: &Ctx, tx: &Tx, id: TaskId) -> Result<()> {
    let changed = store::discard(ctx, tx, id).await?;
    tx.note_promise();
    changed_or(ctx, id, changed, "The task is done or under way, so it cannot be discarded.").await
}

async fn changed_or(ctx: &Ctx, id: TaskId, changed: u64, otherwise: &str) -> Result<()> {
    match (changed, find(ctx, id).await?) {
        (_, None) => Err(Error::NotFound { what: "task" }),
        (0, Some(_)) => Err(Error::conflict(otherwise)),
        _ => Ok(()),
    }
}
