//! What has been promised and not yet done. Only this crate can promise: [`append`] is not public, so work exists exactly when the change that
//! calls for it was committed. A worker claims tasks with a lease, says [`calling`] before it calls a provider, and [`settle`]s; a worker that
//! lost its lease cannot settle. A task found in `calling` after a crash is ambiguous: it is read back before anything is sent again.

mod lanes;
mod parking;
mod particulars;
mod signpost;
pub(crate) mod store;
mod task;
mod telling;
mod views;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Ctx, Result, Tx,
    contracts::chat::Place,
    error::Error,
    ids::{TaskId, WorkspaceId},
};

pub use lanes::{Pacing, method as method_lane, posts as post_lane};
pub(crate) use lanes::{sender as sender_lane, team as team_lane};
pub use parking::park_key;
pub(crate) use parking::{is_outdated, look_again, unpark};
pub use particulars::{Adopted, ImportFile, LateListener};
pub use signpost::{Sign, Signpost};
pub use task::Task;
pub use telling::answer_address;
pub(crate) use telling::{Listener, answer, sealed_address, tell};
pub use views::{Queue, TaskFilter, TaskView, count, discard, find, list, queues, retry};

/// Failures after which a task is dead and waits for a person.
pub const FAILURE_LIMIT: i32 = 5;

/// How long a task may wait for a provider that is away, before it is dead.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// Shortest and longest wait between two tries.
const BACKOFF: (TimeDelta, TimeDelta) = (TimeDelta::seconds(1), TimeDelta::minutes(5));

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its time or its turn.
    Ready,
    /// A worker has it.
    Running,
    /// A worker has it and may have called the provider.
    Calling,
    /// Done.
    Done,
    /// Waits until something is repaired, then runs by itself.
    Parked,
    /// Nobody can tell whether it happened; a person decides.
    Unknown,
    /// Failed for good; a person decides.
    Dead,
    /// A person discarded it.
    Discarded,
}

crate::codes!(State {
    Ready = "ready",
    Running = "running",
    Calling = "calling",
    Done = "done",
    Parked = "parked",
    Unknown = "unknown",
    Dead = "dead",
    Discarded = "discarded",
});

/// A task to be promised.
pub(crate) struct Promise {
    pub(crate) task: Task,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) ordering_key: Option<String>,
    pub(crate) dedupe_key: Option<String>,
    pub(crate) lane: Option<String>,
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) parked_on: Option<String>,
}

impl Promise {
    pub(crate) fn new(task: Task) -> Self {
        Self {
            task,
            workspace: None,
            ordering_key: None,
            dedupe_key: None,
            lane: None,
            not_before: None,
            parked_on: None,
        }
    }

    /// Whose it is.
    pub(crate) fn of(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// Tasks with the same key run one after another, in the order of their promise.
    pub(crate) fn in_order_of(mut self, key: impl Into<String>) -> Self {
        self.ordering_key = Some(key.into());
        self
    }

    /// At most one task with this key is ever promised.
    pub(crate) fn once(mut self, key: impl Into<String>) -> Self {
        self.dedupe_key = Some(key.into());
        self
    }

    /// Not kept before an instant. What is promised later in the same order waits for it.
    pub(crate) fn not_before(mut self, instant: DateTime<Utc>) -> Self {
        self.not_before = Some(instant);
        self
    }

    /// It waits until something is decided or repaired: see [`park_key`].
    pub(crate) fn parked_on(mut self, key: impl Into<String>) -> Self {
        self.parked_on = Some(key.into());
        self
    }

    /// Calls of the same lane are paced together; see [`Pacing`].
    pub(crate) fn in_lane(mut self, lane: impl Into<String>) -> Self {
        self.lane = Some(lane.into());
        self
    }
}

/// Promises a task, to be kept once the transaction commits. A repeated dedupe key changes nothing.
pub(crate) async fn append(ctx: &Ctx, tx: &Tx, promise: Promise) -> Result<()> {
    store::insert(ctx, tx, promise).await?;
    tx.note_promise();
    Ok(())
}

/// Promises a task unless the same one waits already: for effects that read what is so when they are done. The one that waits is kept from being taken
/// before the transaction ends, so it sees what the transaction changed.
pub(crate) async fn append_unless_waiting(ctx: &Ctx, tx: &Tx, promise: Promise) -> Result<()> {
    let (kind, subject) = (promise.task.kind(), promise.task.subject().unwrap_or_default());
    if store::hold_waiting(tx, kind, &subject).await? { Ok(()) } else { append(ctx, tx, promise).await }
}

/// A task that a worker has taken.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The task.
    pub id: TaskId,
    /// What is to be done.
    pub task: Task,
    /// Whose it is.
    pub workspace: Option<WorkspaceId>,
    /// A call was begun earlier and nobody knows how it ended: read back first.
    pub is_ambiguous: bool,
    /// When the call was begun that is ambiguous.
    pub called_at: Option<DateTime<Utc>>,
    /// The post that is in doubt; none when the call was no post.
    pub called_post: Option<CalledPost>,
    /// How often it was read back already.
    pub read_back_count: i32,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    pub(crate) seq: i64,
    pub(crate) owner: String,
    pub(crate) attempt_count: i32,
    pub(crate) failure_count: i32,
    pub(crate) lane: Option<String>,
    pub(crate) run_at: DateTime<Utc>,
    pub(crate) repair_count: i64,
}

/// A post whose call was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledPost {
    /// Where it was to go.
    pub place: Place,
    /// Key that it is found by.
    pub key: String,
}

/// How a worker ends its turn with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It is done.
    Done,
    /// A part of it is done; the next one follows at once, and nothing of the part before counts for it.
    Step,
    /// Not now, through nobody's fault: again at a time.
    Snooze {
        /// When.
        until: DateTime<Utc>,
        /// Why, for a person.
        why: String,
    },
    /// The provider asked us to wait: its lane is closed so long, and the task keeps its turn.
    Throttled {
        /// How long.
        wait: Duration,
    },
    /// The provider is away; nothing happened. Again after a growing pause, for a day.
    Retry {
        /// Why, for a person.
        why: String,
    },
    /// It may have happened. Read back at a time.
    Ambiguous {
        /// When to read back.
        read_back_at: DateTime<Utc>,
        /// Why, for a person.
        why: String,
    },
    /// It failed; again after a pause, five times at most.
    Failed {
        /// Why, for a person.
        why: String,
    },
    /// It waits until something is repaired: see [`park_key`].
    Park {
        /// What has to be repaired.
        on: String,
        /// Why, for a person.
        why: String,
    },
    /// Nobody can tell whether it happened.
    Unknown {
        /// Why, for a person.
        why: String,
    },
    /// It can never succeed.
    GiveUp {
        /// Why, for a person.
        why: String,
    },
}

/// Takes due tasks, at most so many.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn claim(ctx: &Ctx, node: &str, limit: u64, lease: Duration, pacing: &Pacing) -> Result<Vec<Lease>> {
    store::claim(ctx, node, limit, lease, pacing).await
}

/// Says that the provider is called next. From here on a crash makes the task ambiguous.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now: then nothing may be called.
pub async fn calling(ctx: &Ctx, lease: &Lease) -> Result<()> {
    if store::set_calling(ctx, lease, None).await? { Ok(()) } else { Err(Error::LeaseLost) }
}

/// The same for a post, which is looked for after a crash where it was to go, wherever its conversation is by then.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now: then nothing may be called.
pub async fn posting(ctx: &Ctx, lease: &Lease, post: &CalledPost) -> Result<()> {
    if store::set_calling(ctx, lease, Some(post)).await? { Ok(()) } else { Err(Error::LeaseLost) }
}

/// Ends the turn, in the transaction of what the turn has changed.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now: then the transaction must not be committed.
pub async fn settle(ctx: &Ctx, tx: &Tx, lease: &Lease, settlement: &Settlement) -> Result<()> {
    if let (Settlement::Throttled { wait }, Some(lane)) = (settlement, &lease.lane) {
        lanes::close(tx, lane, *wait).await?;
    }
    let instead = parking::instead_of(ctx, tx, lease, settlement).await?;
    let ending = Ending::of(ctx.now(), lease, instead.as_ref().unwrap_or(settlement));
    if !store::end_turn(ctx, tx, lease, &ending).await? {
        return Err(Error::LeaseLost);
    }
    // The next task with the same ordering key may be due now.
    tx.note_promise();
    Ok(())
}

/// Closes a lane for as long as the provider asked.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn close_lane(ctx: &Ctx, lane: &str, wait: Duration) -> Result<()> {
    let tx = ctx.database.begin().await?;
    lanes::close(&tx, lane, wait).await?;
    tx.commit().await
}

/// Ends the turn of a task that waits until a lane opens, besides its own; it keeps its turn.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn hold_in_lane(ctx: &Ctx, lease: &Lease, lane: &str, why: &str) -> Result<()> {
    if lanes::store::hold_in_lane(ctx, lease, lane, why).await? { Ok(()) } else { Err(Error::LeaseLost) }
}

/// What a settlement means for the row.
pub(crate) struct Ending {
    pub(crate) state: State,
    pub(crate) run_at: DateTime<Utc>,
    pub(crate) is_ambiguous: bool,
    /// Whether the turn has looked and not found; one that could not look counts for nothing.
    pub(crate) is_read_back: bool,
    pub(crate) failure_count: i32,
    pub(crate) parked_on: Option<String>,
    pub(crate) why: Option<String>,
}

impl Ending {
    fn of(now: DateTime<Utc>, lease: &Lease, settlement: &Settlement) -> Self {
        let base = |state, why: &str| Self {
            state,
            run_at: lease.run_at,
            is_ambiguous: lease.is_ambiguous,
            is_read_back: false,
            failure_count: lease.failure_count,
            parked_on: None,
            why: Some(why.to_owned()),
        };
        match settlement {
            Settlement::Done => Self { is_ambiguous: false, why: None, ..base(State::Done, "") },
            Settlement::Step => Self { is_ambiguous: false, failure_count: 0, why: None, ..base(State::Ready, "") },
            Settlement::Snooze { until, why } => Self { run_at: *until, ..base(State::Ready, why) },
            Settlement::Throttled { wait } => Self::throttled(now, lease, *wait, base),
            Settlement::Retry { why } if now - lease.created_at > PATIENCE => base(State::Dead, why),
            Settlement::Retry { why } => Self { run_at: now + backoff(lease.attempt_count), ..base(State::Ready, why) },
            Settlement::Ambiguous { read_back_at, why } => {
                Self { run_at: *read_back_at, is_ambiguous: true, is_read_back: true, ..base(State::Ready, why) }
            }
            Settlement::Failed { why } => Self::failed(now, lease, base(State::Ready, why)),
            Settlement::Park { on, why } => Self { parked_on: Some(on.clone()), ..base(State::Parked, why) },
            Settlement::Unknown { why } => base(State::Unknown, why),
            Settlement::GiveUp { why } => base(State::Dead, why),
        }
    }

    /// A task in a lane keeps its turn, because the closed lane holds it back; one without a lane waits by itself.
    fn throttled(now: DateTime<Utc>, lease: &Lease, wait: Duration, base: impl Fn(State, &str) -> Self) -> Self {
        let why = format!("asked to wait {} s", wait.as_secs());
        let wait = TimeDelta::from_std(wait).unwrap_or(BACKOFF.1);
        let run_at = if lease.lane.is_some() { lease.run_at } else { now + wait };
        Self { run_at, ..base(State::Ready, &why) }
    }

    fn failed(now: DateTime<Utc>, lease: &Lease, base: Self) -> Self {
        let failure_count = lease.failure_count + 1;
        let state = if failure_count >= FAILURE_LIMIT { State::Dead } else { State::Ready };
        Self { state, failure_count, run_at: now + backoff(failure_count), ..base }
    }
}

/// Doubles from a second to five minutes.
fn backoff(attempt: i32) -> TimeDelta {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(16);
    (BACKOFF.0 * 2_i32.pow(doublings)).min(BACKOFF.1)
}

/// Prolongs the leases of all tasks that a node has.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn heartbeat(ctx: &Ctx, node: &str, lease: Duration) -> Result<u64> {
    store::heartbeat(ctx, node, lease).await
}

/// Gives back the tasks of workers that went away. Those that may have called a provider become ambiguous.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn rescue(ctx: &Ctx) -> Result<u64> {
    let tx = ctx.database.begin().await?;
    let rescued = store::rescue(&tx).await?;
    if rescued > 0 {
        tx.note_promise();
    }
    tx.commit().await?;
    Ok(rescued)
}

/// Gives back the tasks that a node still has, when it stops in order: nothing of theirs is under way.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn release(ctx: &Ctx, node: &str) -> Result<u64> {
    store::release(ctx, node).await
}

/// Keeps a task from being taken until the transaction ends. False when a worker has it, or had it.
pub(crate) async fn hold_back(tx: &Tx, kind: &str, subject: &str) -> Result<bool> {
    Ok(store::hold_back(tx, kind, subject).await? > 0)
}

/// Withdraws a task that no worker has taken. False when it is too late.
pub(crate) async fn withdraw(ctx: &Ctx, tx: &Tx, kind: &str, subject: &str) -> Result<bool> {
    Ok(store::withdraw(ctx, tx, kind, subject).await? > 0)
}

/// When the next task is due that waits for its time; none when nothing waits.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn next_due(ctx: &Ctx) -> Result<Option<DateTime<Utc>>> {
    store::next_due(ctx).await
}

/// How long until a lane opens that is closed now; none when all are open.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn next_opening(ctx: &Ctx) -> Result<Option<Duration>> {
    lanes::store::next_opening(ctx).await
}

/// Whether something of a lane waits for its turn now.
pub(crate) async fn is_crowded(ctx: &Ctx, lane: &str) -> Result<bool> {
    Ok(lanes::store::due_count(ctx, lane).await? > 0)
}

/// Deletes tasks that ended before an instant, at most so many. Those that wait for a person stay.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn forget(ctx: &Ctx, ended_before: DateTime<Utc>, at_most: u32) -> Result<u64> {
    store::forget(ctx, ended_before, at_most).await
}
