//! Rows of schedules and processes.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use crate::{Ctx, Result, store::Sql};

/// Something that runs by the clock.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ScheduleRow {
    /// Name of it.
    pub name: String,
    /// When it runs next.
    pub next_run_at: DateTime<Utc>,
    /// When it last ran to its end.
    pub last_run_at: Option<DateTime<Utc>>,
    /// What its last run did, in a sentence.
    pub last_report: Option<String>,
    /// Why its last run failed.
    pub last_error: Option<String>,
}

/// A process of the installation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NodeRow {
    /// Name of it.
    pub name: String,
    /// Version that it runs.
    pub version: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
}

const SCHEDULE: &str = "name, next_run_at, last_run_at, last_report, last_error";

pub(super) async fn ensure(ctx: &Ctx, name: &str) -> Result<()> {
    let sql = "INSERT INTO schedules (name, next_run_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    Sql::new(sql, [name.into(), ctx.now().into()]).execute(ctx.database.writer()).await?;
    Ok(())
}

pub(super) async fn find(ctx: &Ctx, name: &str) -> Result<Option<ScheduleRow>> {
    Sql::new(format!("SELECT {SCHEDULE} FROM schedules WHERE name = $1"), [name.into()])
        .one(ctx.database.reader())
        .await
}

pub(super) async fn take(ctx: &Ctx, name: &str, next: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE schedules SET next_run_at = $1 WHERE name = $2 AND next_run_at <= $3";
    Ok(Sql::new(sql, [next.into(), name.into(), ctx.now().into()]).execute(ctx.database.writer()).await? == 1)
}

pub(super) async fn report(ctx: &Ctx, name: &str, result: Result<&str, &str>) -> Result<()> {
    let (sql, text) = match result {
        Ok(report) => {
            ("UPDATE schedules SET last_run_at = $1, last_report = $2, last_error = NULL WHERE name = $3", report)
        }
        Err(why) => ("UPDATE schedules SET last_error = $2 WHERE name = $3 AND next_run_at > $1", why),
    };
    Sql::new(sql, [ctx.now().into(), text.into(), name.into()]).execute(ctx.database.writer()).await?;
    Ok(())
}

pub(super) async fn nudge(ctx: &Ctx, name: &str) -> Result<bool> {
    let sql = "UPDATE schedules SET next_run_at = $1 WHERE name = $2";
    Ok(Sql::new(sql, [ctx.now().into(), name.into()]).execute(ctx.database.writer()).await? == 1)
}

pub(super) async fn list(ctx: &Ctx) -> Result<Vec<ScheduleRow>> {
    Sql::new(format!("SELECT {SCHEDULE} FROM schedules ORDER BY name"), []).all(ctx.database.reader()).await
}

pub(super) async fn save_node(ctx: &Ctx, node: &str, version: &str, started_at: DateTime<Utc>) -> Result<()> {
    let sql = "INSERT INTO nodes (name, version, started_at, seen_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at";
    let values = [node.into(), version.into(), started_at.into(), ctx.now().into()];
    Sql::new(sql, values).execute(ctx.database.writer()).await?;
    Ok(())
}

pub(super) async fn forget_nodes(ctx: &Ctx, seen_before: DateTime<Utc>) -> Result<()> {
    Sql::new("DELETE FROM nodes WHERE seen_at < $1", [seen_before.into()]).execute(ctx.database.writer()).await?;
    Ok(())
}

pub(super) async fn nodes(ctx: &Ctx, since: DateTime<Utc>) -> Result<Vec<NodeRow>> {
    let sql = "SELECT name, version, started_at, seen_at FROM nodes WHERE seen_at >= $1 ORDER BY name";
    Sql::new(sql, [since.into()]).all(ctx.database.reader()).await
}
