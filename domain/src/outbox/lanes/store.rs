//! Rows of lanes, and of what they hold. Nodes need not agree on the time: a lane opens by the database's clock.

use std::time::Duration;

use sea_orm::{FromQueryResult, Value};

use super::Lane;
use crate::{
    Ctx, Result, Tx,
    outbox::Lease,
    store::{Sql, now_ms, skip_locked},
};

#[derive(FromQueryResult)]
struct Opening {
    wait_ms: Option<i64>,
}

pub(in crate::outbox) async fn next_opening(ctx: &Ctx) -> Result<Option<Duration>> {
    let db = ctx.database.reader();
    let sql =
        format!("SELECT min(open_at_ms) - {now} AS wait_ms FROM lanes WHERE open_at_ms > {now}", now = now_ms(db));
    let row: Option<Opening> = Sql::new(sql, []).one(db).await?;
    Ok(row.and_then(|row| row.wait_ms).map(|ms| Duration::from_millis(ms.max(1).unsigned_abs())))
}

pub(in crate::outbox) async fn hold_in_lane(ctx: &Ctx, lease: &Lease, lane: &str, why: &str) -> Result<bool> {
    let sql = "UPDATE tasks SET state = 'ready', held_by = $1, last_error = $2, lease_owner = NULL, lease_until = NULL
        WHERE seq = $3 AND lease_owner = $4 AND attempt_count = $5 AND state IN ('running', 'calling')";
    let values: [Value; 5] =
        [lane.into(), why.into(), lease.seq.into(), lease.owner.as_str().into(), lease.attempt_count.into()];
    Ok(Sql::new(sql, values).execute(ctx.database.writer()).await? == 1)
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many tasks of a lane are due and wait for a worker.
pub(in crate::outbox) async fn due_count(ctx: &Ctx, lane: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM tasks WHERE lane = $1 AND state = 'ready' AND run_at <= $2";
    let row: Option<Count> = Sql::new(sql, [lane.into(), ctx.now().into()]).one(ctx.database.reader()).await?;
    Ok(row.map_or(0, |row| row.count))
}

#[derive(FromQueryResult)]
struct LaneRow {
    lane: String,
    arrival_ms: i64,
    closed_until_ms: i64,
    strict_until_ms: i64,
    now_ms: i64,
}

/// The lane, locked, when it is open and no other node is entering it; and the time.
pub(in crate::outbox) async fn lock_open_lane(tx: &Tx, lane: &str) -> Result<Option<(Lane, i64)>> {
    let insert =
        "INSERT INTO lanes (lane, arrival_ms, open_at_ms, closed_until_ms, strict_until_ms) VALUES ($1, 0, 0, 0, 0)
        ON CONFLICT (lane) DO NOTHING";
    Sql::new(insert, [lane.into()]).execute(tx).await?;
    let sql = format!(
        "SELECT lane, arrival_ms, closed_until_ms, strict_until_ms, {now} AS now_ms FROM lanes WHERE lane = $1 AND open_at_ms <= {now}{lock}",
        now = now_ms(tx),
        lock = skip_locked(tx),
    );
    let row: Option<LaneRow> = Sql::new(sql, [lane.into()]).one(tx).await?;
    Ok(row.map(|row| {
        let LaneRow { lane, arrival_ms, closed_until_ms, strict_until_ms, now_ms } = row;
        (Lane { lane, arrival_ms, closed_until_ms, strict_until_ms }, now_ms)
    }))
}

pub(in crate::outbox) async fn save_lane(tx: &Tx, lane: &Lane, open_at_ms: i64) -> Result<()> {
    let sql = "UPDATE lanes SET arrival_ms = $1, open_at_ms = $2 WHERE lane = $3";
    Sql::new(sql, [lane.arrival_ms.into(), open_at_ms.into(), lane.lane.as_str().into()]).execute(tx).await?;
    Ok(())
}

pub(in crate::outbox) async fn close_lane(tx: &Tx, lane: &str, wait_ms: i64, strict_ms: i64) -> Result<()> {
    let until = format!("{} + $2", now_ms(tx));
    let sql = format!(
        "INSERT INTO lanes (lane, arrival_ms, open_at_ms, closed_until_ms, strict_until_ms)
         VALUES ($1, {until}, {until}, {until}, {until} + $3)
         ON CONFLICT (lane) DO UPDATE SET open_at_ms = excluded.open_at_ms, closed_until_ms = excluded.closed_until_ms,
            strict_until_ms = excluded.strict_until_ms, arrival_ms = excluded.arrival_ms"
    );
    Sql::new(sql, [lane.into(), wait_ms.into(), strict_ms.into()]).execute(tx).await?;
    Ok(())
}
