//! Tasks, as operators see them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::{
    ids::TaskId,
    operations,
    outbox::{self, FAILURE_LIMIT, State, TaskView},
};

use super::{
    auth::{Permission, auth, holds},
    connection::connection,
    context::Ask,
    errors::Refusal,
    node::{self, Node},
    payload::{answer, payload},
    redact::without_words,
    scalars::{Instant, Json},
    workspace::Workspace,
};

/// A task.
pub(crate) struct Task(pub(super) TaskView);

/// Something that a worker has to do, and keeps trying.
#[Object]
impl Task {
    /// Id of the task.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it does, such as `message.send`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How far it is.
    async fn status(&self) -> TaskStatus {
        TaskStatus::of(self.0.state)
    }

    /// Workspace that it is for; null when it is for none.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let Some(workspace) = self.0.workspace else { return Ok(None) };
        Ok(ctx.load(workspace).await?.map(Workspace))
    }

    /// What it is about; null when that has no id, is deleted, or the viewer may not see it.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match &self.0.subject {
            Some(id) => node::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// What it was given, with texts left out.
    async fn arguments(&self) -> Json {
        Json(without_words(&self.0.arguments))
    }

    /// How often it was tried.
    async fn attempt_count(&self) -> i32 {
        self.0.attempt_count
    }

    /// How often it may be tried.
    async fn attempt_limit(&self) -> i32 {
        FAILURE_LIMIT
    }

    /// Why the last try failed; null when none did.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }

    /// When it may run.
    async fn run_at(&self) -> Instant {
        Instant(self.0.run_at)
    }

    /// When it was promised.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// When it ended; null until then.
    async fn finished_at(&self) -> Option<Instant> {
        self.0.finished_at.map(Instant)
    }
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum TaskStatus {
    /// It waits for its time, for its next try, or for a repair.
    Waiting,
    /// It runs.
    Running,
    /// It is done.
    Done,
    /// It was tried too often, or cannot succeed, or nobody can tell whether it happened.
    Failed,
    /// It was discarded.
    Discarded,
}

impl TaskStatus {
    fn of(state: State) -> Self {
        match state {
            State::Ready | State::Parked => Self::Waiting,
            State::Running | State::Calling => Self::Running,
            State::Done => Self::Done,
            State::Dead | State::Unknown => Self::Failed,
            State::Discarded => Self::Discarded,
        }
    }
}

/// Which tasks.
#[derive(Default, InputObject)]
pub(crate) struct TaskFilter {
    /// What it does.
    kind: Option<String>,
    /// How far it is.
    status: Option<TaskStatus>,
    /// Workspace that it is for.
    workspace_id: Option<ID>,
}

impl TaskFilter {
    /// The same for the domain; none when it can match nothing.
    pub(super) fn read(self) -> Option<outbox::TaskFilter> {
        let of = |wanted| move |state: &State| TaskStatus::of(*state) == wanted;
        let states = self.status.map(|wanted| State::all().iter().copied().filter(of(wanted)).collect());
        Some(outbox::TaskFilter {
            kind: self.kind,
            states: states.unwrap_or_default(),
            workspace: self.workspace_id.map(|id| id.parse()).transpose().ok()?,
        })
    }
}

connection! {
    /// Page of tasks.
    TaskConnection,
    /// Item of a `TaskConnection`.
    TaskEdge: Task
}

payload! {
    /// Answer of mutations of a task.
    TaskPayload {
        /// The task; null when there are errors.
        task: Task,
    }
}

/// Mutations of tasks.
#[derive(Default)]
pub(crate) struct TaskMutations;

#[Object]
impl TaskMutations {
    /// Runs a failed or discarded task again, now.
    #[graphql(directive = auth::apply(Permission::PlatformOperate), guard = "holds(Permission::PlatformOperate)")]
    async fn task_retry(&self, ctx: &Context<'_>, #[graphql(desc = "Task to run.")] id: ID) -> Result<TaskPayload> {
        payload(ctx, retry(ctx, &id).await).await
    }

    /// Discards a task that has not started.
    #[graphql(directive = auth::apply(Permission::PlatformOperate), guard = "holds(Permission::PlatformOperate)")]
    async fn task_discard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Task to discard.")] id: ID,
    ) -> Result<TaskPayload> {
        payload(ctx, discard(ctx, &id).await).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<TaskView, Refusal>) -> Result<TaskPayload> {
    answer(ctx, outcome, |task| TaskPayload::done(Task(task))).await
}

fn read(id: &ID) -> Result<TaskId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found(&["id"], "task"))
}

async fn retry(ctx: &Context<'_>, id: &ID) -> Result<TaskView, Refusal> {
    Ok(operations::retry_task(ctx.domain(), ctx.viewer().by(), read(id)?).await?)
}

async fn discard(ctx: &Context<'_>, id: &ID) -> Result<TaskView, Refusal> {
    Ok(operations::discard_task(ctx.domain(), ctx.viewer().by(), read(id)?).await?)
}
