//! Rows of the outbox. Leases are compared by the database's clock, so nodes need not agree on the time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};

use super::{CalledPost, Ending, FAILURE_LIMIT, Lease, Pacing, Promise, Queue, State, TaskFilter, TaskView, lanes};
use crate::{
    Ctx, Error, Result, Tx,
    ids::{TaskId, WorkspaceId},
    page::{Page, PageRequest},
    store::{Sql, now_ms, placeholders, skip_locked},
};

/// Claims after which a task that never ends its turn is taken out: it kills its workers.
const CLAIM_LIMIT: i32 = 50;

/// Columns of a [`Row`].
const COLUMNS: &str =
    "seq, id, workspace_id, kind, arguments, subject_id, lane, state, is_ambiguous, read_back_count, attempt_count,
    failure_count, run_at, called_at, called_post, parked_on, last_error, created_at, finished_at,
    coalesce((SELECT r.repair_count FROM repairs r WHERE r.workspace_id = tasks.workspace_id), 0) AS repair_count";

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    id: TaskId,
    workspace_id: Option<WorkspaceId>,
    kind: String,
    arguments: serde_json::Value,
    subject_id: Option<String>,
    lane: Option<String>,
    state: State,
    is_ambiguous: bool,
    read_back_count: i32,
    attempt_count: i32,
    failure_count: i32,
    run_at: DateTime<Utc>,
    called_at: Option<DateTime<Utc>>,
    called_post: Option<String>,
    parked_on: Option<String>,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    repair_count: i64,
}

impl Row {
    fn into_lease(self, owner: &str) -> Result<Lease> {
        Ok(Lease {
            id: self.id,
            task: serde_json::from_value(self.arguments)?,
            workspace: self.workspace_id,
            is_ambiguous: self.is_ambiguous,
            called_at: self.called_at,
            called_post: self.called_post.map(|post| serde_json::from_str(&post)).transpose()?,
            read_back_count: self.read_back_count,
            created_at: self.created_at,
            seq: self.seq,
            owner: owner.to_owned(),
            attempt_count: self.attempt_count,
            failure_count: self.failure_count,
            lane: self.lane,
            run_at: self.run_at,
            repair_count: self.repair_count,
        })
    }

    fn into_view(self) -> TaskView {
        TaskView {
            id: self.id,
            kind: self.kind,
            state: self.state,
            workspace: self.workspace_id,
            subject: self.subject_id,
            arguments: self.arguments,
            attempt_count: self.attempt_count,
            last_error: self.last_error,
            parked_on: self.parked_on,
            run_at: self.run_at,
            created_at: self.created_at,
            finished_at: self.finished_at,
        }
    }
}

pub(super) async fn insert(ctx: &Ctx, tx: &Tx, promise: Promise) -> Result<()> {
    let now = ctx.now();
    let state = if promise.parked_on.is_some() { State::Parked } else { State::Ready };
    let values: [Value; 12] = [
        ctx.id::<TaskId>().into(),
        promise.workspace.into(),
        promise.task.kind().into(),
        serde_json::to_value(&promise.task)?.into(),
        promise.task.subject().into(),
        promise.ordering_key.into(),
        promise.dedupe_key.into(),
        promise.lane.into(),
        promise.not_before.unwrap_or(now).into(),
        now.into(),
        state.into(),
        promise.parked_on.into(),
    ];
    Sql::new(
        "INSERT INTO tasks (id, workspace_id, kind, arguments, subject_id, ordering_key, dedupe_key, lane, state, is_ambiguous,
            read_back_count, attempt_count, failure_count, run_at, created_at, parked_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $11, false, 0, 0, 0, $9, $10, $12) ON CONFLICT (dedupe_key) DO NOTHING",
        values,
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Candidate {
    seq: i64,
    lane: Option<String>,
}

pub(super) async fn claim(ctx: &Ctx, node: &str, limit: u64, lease: Duration, pacing: &Pacing) -> Result<Vec<Lease>> {
    let tx = ctx.database.begin().await?;
    let candidates = due(ctx, &tx, limit).await?;
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let admitted = lanes::enter(&tx, candidates, pacing).await?;
    let mut rows = lease_rows(&tx, &admitted, node, lease).await?;
    tx.commit().await?;
    rows.sort_by_key(|row| (row.run_at, row.seq));
    rows.into_iter().map(|row| row.into_lease(node)).collect()
}

/// Due tasks whose turn it is: nothing with the same ordering key stands before them, and their lane is open.
async fn due(ctx: &Ctx, tx: &Tx, limit: u64) -> Result<Vec<(i64, Option<String>)>> {
    let sql = format!(
        "SELECT t.seq, t.lane FROM tasks t WHERE t.state = 'ready' AND t.run_at <= $1
           AND (t.ordering_key IS NULL OR NOT EXISTS (SELECT 1 FROM tasks e WHERE e.ordering_key = t.ordering_key AND e.seq < t.seq
                AND e.state IN ('ready', 'running', 'calling', 'parked')))
           AND (t.lane IS NULL OR NOT EXISTS (SELECT 1 FROM lanes l WHERE l.lane = t.lane AND l.open_at_ms > {now}))
           AND (t.held_by IS NULL OR NOT EXISTS (SELECT 1 FROM lanes l WHERE l.lane = t.held_by AND l.open_at_ms > {now}))
         ORDER BY t.run_at, t.seq LIMIT $2{lock}",
        now = now_ms(tx),
        lock = if skip_locked(tx).is_empty() { "" } else { " FOR UPDATE OF t SKIP LOCKED" },
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Candidate> = Sql::new(sql, [ctx.now().into(), limit.into()]).all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.seq, row.lane)).collect())
}

async fn lease_rows(tx: &Tx, seqs: &[i64], node: &str, lease: Duration) -> Result<Vec<Row>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "UPDATE tasks SET state = 'running', lease_owner = $1, lease_until = {now} + $2, attempt_count = attempt_count + 1, held_by = NULL
         WHERE seq IN ({seqs}) RETURNING {COLUMNS}",
        now = now_ms(tx),
        seqs = placeholders(3, seqs.len()),
    );
    let mut values: Vec<Value> = vec![node.into(), lease_ms(lease).into()];
    values.extend(seqs.iter().map(|seq| Value::from(*seq)));
    Sql::new(sql, values).all(tx).await
}

fn lease_ms(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 2)
}

pub(super) async fn set_calling(ctx: &Ctx, lease: &Lease, post: Option<&CalledPost>) -> Result<bool> {
    let db = ctx.database.writer();
    let called_at = lease.called_at.filter(|_| lease.is_ambiguous).unwrap_or_else(|| ctx.now());
    // Another call of a post is another doubt, and looked for as often.
    let sql = format!(
        "UPDATE tasks SET state = 'calling', called_at = $1, called_post = $5,
            read_back_count = CASE WHEN $5 IS NULL THEN read_back_count ELSE 0 END
         WHERE seq = $2 AND lease_owner = $3 AND attempt_count = $4
         AND state IN ('running', 'calling') AND lease_until > {}",
        now_ms(db)
    );
    let values: [Value; 5] = [
        called_at.into(),
        lease.seq.into(),
        lease.owner.as_str().into(),
        lease.attempt_count.into(),
        post.map(serde_json::to_string).transpose()?.into(),
    ];
    Ok(Sql::new(sql, values).execute(db).await? == 1)
}

pub(super) async fn end_turn(ctx: &Ctx, tx: &Tx, lease: &Lease, ending: &Ending) -> Result<bool> {
    let is_over = matches!(ending.state, State::Done | State::Unknown | State::Dead);
    let was_read_back = lease.is_ambiguous && ending.is_read_back;
    let read_backs = if ending.is_ambiguous { i32::from(was_read_back) } else { -lease.read_back_count };
    let values: [Value; 11] = [
        ending.state.into(),
        ending.run_at.into(),
        ending.is_ambiguous.into(),
        ending.failure_count.into(),
        ending.parked_on.clone().into(),
        ending.why.clone().into(),
        is_over.then(|| ctx.now()).into(),
        read_backs.into(),
        lease.seq.into(),
        lease.owner.as_str().into(),
        lease.attempt_count.into(),
    ];
    let changed = Sql::new(
        "UPDATE tasks SET state = $1, run_at = $2, is_ambiguous = $3, failure_count = $4, parked_on = $5, last_error = $6,
            finished_at = $7, read_back_count = read_back_count + $8, lease_owner = NULL, lease_until = NULL
         WHERE seq = $9 AND lease_owner = $10 AND attempt_count = $11 AND state IN ('running', 'calling')",
        values,
    )
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(super) async fn heartbeat(ctx: &Ctx, node: &str, lease: Duration) -> Result<u64> {
    let db = ctx.database.writer();
    let sql = format!(
        "UPDATE tasks SET lease_until = {now} + $1 WHERE lease_owner = $2 AND state IN ('running', 'calling') AND lease_until > {now}",
        now = now_ms(db)
    );
    Sql::new(sql, [lease_ms(lease).into(), node.into()]).execute(db).await
}

pub(super) async fn rescue(tx: &Tx) -> Result<u64> {
    let sql = format!(
        "UPDATE tasks SET is_ambiguous = (is_ambiguous OR state = 'calling'), lease_owner = NULL, lease_until = NULL,
            state = CASE WHEN attempt_count >= {CLAIM_LIMIT} THEN 'dead' ELSE 'ready' END,
            last_error = 'the worker that had it went away'
         WHERE state IN ('running', 'calling') AND lease_until < {}",
        now_ms(tx)
    );
    Sql::new(sql, []).execute(tx).await
}

pub(super) async fn release(ctx: &Ctx, node: &str) -> Result<u64> {
    let db = ctx.database.writer();
    let sql = "UPDATE tasks SET is_ambiguous = (is_ambiguous OR state = 'calling'), state = 'ready', lease_owner = NULL, lease_until = NULL
        WHERE lease_owner = $1 AND state IN ('running', 'calling')";
    Sql::new(sql, [node.into()]).execute(db).await
}

pub(super) async fn unpark(ctx: &Ctx, tx: &Tx, on: &str) -> Result<u64> {
    let sql =
        "UPDATE tasks SET state = 'ready', parked_on = NULL, run_at = $1 WHERE state = 'parked' AND parked_on = $2";
    Sql::new(sql, [ctx.now().into(), on.into()]).execute(tx).await
}

#[derive(FromQueryResult)]
struct Repairs {
    repair_count: i64,
}

/// Adds to the count of a workspace's repairs, which nobody else changes until the transaction ends; the count.
pub(super) async fn count_repairs(tx: &Tx, workspace: WorkspaceId, more: i64) -> Result<i64> {
    let sql = "INSERT INTO repairs (workspace_id, repair_count) VALUES ($1, $2)
        ON CONFLICT (workspace_id) DO UPDATE SET repair_count = repairs.repair_count + $2 RETURNING repair_count";
    let row: Option<Repairs> = Sql::new(sql, [workspace.into(), more.into()]).one(tx).await?;
    Ok(row.map_or(0, |row| row.repair_count))
}

/// Locks the row of a task that no worker has.
pub(super) async fn hold_back(tx: &Tx, kind: &str, subject: &str) -> Result<u64> {
    let sql = "UPDATE tasks SET run_at = run_at WHERE subject_id = $1 AND kind = $2 AND state IN ('ready', 'parked')
        AND NOT is_ambiguous AND attempt_count = 0";
    Sql::new(sql, [subject.into(), kind.into()]).execute(tx).await
}

pub(super) async fn withdraw(ctx: &Ctx, tx: &Tx, kind: &str, subject: &str) -> Result<u64> {
    let sql = "UPDATE tasks SET state = 'discarded', finished_at = $1
        WHERE subject_id = $2 AND kind = $3 AND state IN ('ready', 'parked') AND NOT is_ambiguous";
    Sql::new(sql, [ctx.now().into(), subject.into(), kind.into()]).execute(tx).await
}

#[derive(FromQueryResult)]
struct Waiting {
    seq: i64,
}

/// Whether a task waits; nobody takes it before the transaction ends.
pub(super) async fn hold_waiting(tx: &Tx, kind: &str, subject: &str) -> Result<bool> {
    let lock = if skip_locked(tx).is_empty() { "" } else { " FOR UPDATE" };
    let sql = format!(
        "SELECT seq FROM tasks WHERE subject_id = $1 AND kind = $2 AND state IN ('ready', 'parked') ORDER BY seq LIMIT 1{lock}"
    );
    let row: Option<Waiting> = Sql::new(sql, [subject.into(), kind.into()]).one(tx).await?;
    Ok(row.is_some_and(|row| row.seq > 0))
}

#[derive(FromQueryResult)]
struct Due {
    run_at: Option<DateTime<Utc>>,
}

pub(super) async fn next_due(ctx: &Ctx) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT run_at FROM tasks WHERE state = 'ready' AND run_at > $1 ORDER BY run_at LIMIT 1";
    let row: Option<Due> = Sql::new(sql, [ctx.now().into()]).one(ctx.database.reader()).await?;
    Ok(row.and_then(|row| row.run_at))
}

pub(super) async fn forget(ctx: &Ctx, ended_before: DateTime<Utc>, at_most: u32) -> Result<u64> {
    let sql = format!(
        "DELETE FROM tasks WHERE seq IN
            (SELECT seq FROM tasks WHERE state IN ('done', 'discarded') AND finished_at < $1 ORDER BY seq LIMIT {at_most})"
    );
    Sql::new(sql, [ended_before.into()]).execute(ctx.database.writer()).await
}

pub(super) async fn find(ctx: &Ctx, id: TaskId) -> Result<Option<TaskView>> {
    let row: Option<Row> =
        Sql::new(format!("SELECT {COLUMNS} FROM tasks WHERE id = $1"), [id.into()]).one(ctx.database.reader()).await?;
    Ok(row.map(Row::into_view))
}

fn conditions(filter: &TaskFilter) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut sql = "1 = 1".to_owned();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {condition} ${}", values.len()));
    };
    if let Some(kind) = &filter.kind {
        add("kind =", kind.as_str().into());
    }
    if let Some(workspace) = filter.workspace {
        add("workspace_id =", workspace.into());
    }
    if !filter.states.is_empty() {
        let list = placeholders(values.len() + 1, filter.states.len());
        values.extend(filter.states.iter().map(|state| Value::from(*state)));
        sql.push_str(&format!(" AND state IN ({list})"));
    }
    (sql, values)
}

pub(super) async fn list(ctx: &Ctx, filter: &TaskFilter, page: &PageRequest) -> Result<Page<TaskView>> {
    let (mut sql, mut values) = conditions(filter);
    if let Some(after) = &page.after {
        let seq: i64 = after.parse().map_err(|_| bad_cursor())?;
        values.push(seq.into());
        sql.push_str(&format!(" AND seq < ${}", values.len()));
    }
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE {sql} ORDER BY seq DESC LIMIT {}", page.first + 1);
    let rows: Vec<Row> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    let page = Page::from_rows(rows, page.first, |row| row.seq.to_string());
    Ok(page.map(Row::into_view))
}

fn bad_cursor() -> Error {
    Error::invalid(
        "after",
        crate::error::InvalidReason::Invalid,
        "The cursor is not one of this list. Begin without it.",
    )
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

pub(super) async fn count(ctx: &Ctx, filter: &TaskFilter) -> Result<u64> {
    let (sql, values) = conditions(filter);
    let row: Option<Count> =
        Sql::new(format!("SELECT count(*) AS count FROM tasks WHERE {sql}"), values).one(ctx.database.reader()).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

#[derive(FromQueryResult)]
struct QueueRow {
    kind: String,
    ready_count: i64,
    running_count: i64,
    parked_count: i64,
    failed_count: i64,
    oldest_due_at: Option<DateTime<Utc>>,
}

pub(super) async fn queues(ctx: &Ctx) -> Result<Vec<Queue>> {
    let sql = "SELECT kind,
            CAST(sum(CASE WHEN state = 'ready' THEN 1 ELSE 0 END) AS bigint) AS ready_count,
            CAST(sum(CASE WHEN state IN ('running', 'calling') THEN 1 ELSE 0 END) AS bigint) AS running_count,
            CAST(sum(CASE WHEN state = 'parked' THEN 1 ELSE 0 END) AS bigint) AS parked_count,
            CAST(sum(CASE WHEN state IN ('dead', 'unknown') THEN 1 ELSE 0 END) AS bigint) AS failed_count,
            min(CASE WHEN state = 'ready' THEN run_at END) AS oldest_due_at
        FROM tasks WHERE state IN ('ready', 'running', 'calling', 'parked', 'unknown', 'dead') GROUP BY kind ORDER BY kind";
    let rows: Vec<QueueRow> = Sql::new(sql, []).all(ctx.database.reader()).await?;
    let queue = |row: QueueRow| Queue {
        kind: row.kind,
        ready_count: row.ready_count,
        running_count: row.running_count,
        parked_count: row.parked_count,
        failed_count: row.failed_count,
        oldest_due_at: row.oldest_due_at,
    };
    Ok(rows.into_iter().map(queue).collect())
}

pub(super) async fn revive(ctx: &Ctx, tx: &Tx, id: TaskId) -> Result<u64> {
    let sql = format!(
        "UPDATE tasks SET is_ambiguous = (is_ambiguous OR state = 'unknown'), state = 'ready', run_at = $1, parked_on = NULL,
            finished_at = NULL, failure_count = 0, read_back_count = 0
         WHERE id = $2 AND state IN ('dead', 'unknown', 'parked', 'discarded') AND failure_count <= {FAILURE_LIMIT}"
    );
    Sql::new(sql, [ctx.now().into(), id.into()]).execute(tx).await
}

pub(super) async fn discard(ctx: &Ctx, tx: &Tx, id: TaskId) -> Result<u64> {
    let sql = "UPDATE tasks SET state = 'discarded', finished_at = $1, parked_on = NULL
        WHERE id = $2 AND state IN ('ready', 'dead', 'unknown', 'parked')";
    Sql::new(sql, [ctx.now().into(), id.into()]).execute(tx).await
}
