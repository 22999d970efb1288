//! Rows of the ledger and of its months. A month is opened by the first text in it.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{Meter, Month};
use crate::{
    Ctx, Result, Tx,
    ids::{NumberId, UsageEntryId, UsagePeriodId, WorkspaceId},
    page::{Page, PageRequest},
    store::Sql,
};

/// Usage of a workspace in a month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct MonthRow {
    /// Id of it.
    pub id: UsagePeriodId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The month.
    pub month: Month,
    /// Segments used.
    pub used: i64,
    /// Segments that the plan includes.
    pub included: i64,
    /// Segments given on top.
    pub granted: i64,
}

/// Something that counted. Never changed; a correction is another entry.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct EntryRow {
    /// Id of it.
    pub id: UsageEntryId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The month.
    pub month: Month,
    /// What it counts for.
    pub meter: Meter,
    /// What was used; less than zero for a correction.
    pub used: i64,
    /// What was added to the allowance.
    pub granted: i64,
    /// Id of the message that it comes from.
    pub source_id: Option<String>,
    /// `inbound` or `outbound`, for a message.
    pub direction: Option<String>,
    /// Number that it went through.
    pub number_id: Option<NumberId>,
    /// Why; none when the source says it all.
    pub reason: Option<String>,
    /// When it counted.
    pub created_at: DateTime<Utc>,
}

const MONTH: &str = "id, workspace_id, month, used, included, granted";
const ENTRY: &str =
    "id, workspace_id, month, meter, used, granted, source_id, direction, number_id, reason, created_at";

pub(super) async fn open(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, month: Month, included: i64) -> Result<()> {
    let sql =
        "INSERT INTO usage_months (id, workspace_id, month, used, included, granted) VALUES ($1, $2, $3, 0, $4, 0)
        ON CONFLICT (workspace_id, month) DO NOTHING";
    let values = [ctx.id::<UsagePeriodId>().into(), workspace.into(), month.into(), included.into()];
    Sql::new(sql, values).execute(tx).await?;
    Ok(())
}

/// Uses segments when they are left; otherwise it changes no row.
pub(super) fn use_up(workspace: WorkspaceId, month: Month, segments: i64) -> Sql {
    let sql = "UPDATE usage_months SET used = used + $1 WHERE workspace_id = $2 AND month = $3 AND used + $1 <= included + granted";
    Sql::new(sql, [segments.into(), workspace.into(), month.into()])
}

pub(super) async fn add(tx: &Tx, workspace: WorkspaceId, month: Month, used: i64, granted: i64) -> Result<()> {
    let sql = "UPDATE usage_months SET used = used + $1, granted = granted + $2 WHERE workspace_id = $3 AND month = $4";
    Sql::new(sql, [used.into(), granted.into(), workspace.into(), month.into()]).execute(tx).await?;
    Ok(())
}

pub(super) async fn insert(tx: &Tx, entry: &EntryRow) -> Result<()> {
    let values: [Value; 11] = [
        entry.id.into(),
        entry.workspace_id.into(),
        entry.month.into(),
        entry.meter.into(),
        entry.used.into(),
        entry.granted.into(),
        entry.source_id.clone().into(),
        entry.direction.clone().into(),
        entry.number_id.into(),
        entry.reason.clone().into(),
        entry.created_at.into(),
    ];
    Sql::new(
        format!("INSERT INTO usage_entries ({ENTRY}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
        values,
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn month(db: &impl ConnectionTrait, workspace: WorkspaceId, month: Month) -> Result<Option<MonthRow>> {
    let sql = format!("SELECT {MONTH} FROM usage_months WHERE workspace_id = $1 AND month = $2");
    Sql::new(sql, [workspace.into(), month.into()]).one(db).await
}

pub(super) async fn by_id(db: &impl ConnectionTrait, id: UsagePeriodId) -> Result<Option<MonthRow>> {
    Sql::new(format!("SELECT {MONTH} FROM usage_months WHERE id = $1"), [id.into()]).one(db).await
}

pub(super) async fn months(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<MonthRow>> {
    let mut values: Vec<Value> = vec![workspace.into()];
    let after = page.after.as_ref().map_or(String::new(), |after| {
        values.push(after.as_str().into());
        " AND month < $2".to_owned()
    });
    let sql = format!(
        "SELECT {MONTH} FROM usage_months WHERE workspace_id = $1{after} ORDER BY month DESC LIMIT {}",
        page.first + 1
    );
    let rows: Vec<MonthRow> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.month.to_string()))
}

/// The entry that a source has in the ledger for a meter.
pub(super) async fn of_source(tx: &Tx, source: &str, meter: Meter) -> Result<Vec<EntryRow>> {
    let sql = format!("SELECT {ENTRY} FROM usage_entries WHERE source_id = $1 AND meter = $2 ORDER BY id");
    Sql::new(sql, [source.into(), meter.into()]).all(tx).await
}

pub(super) async fn entries(
    ctx: &Ctx,
    period: &MonthRow,
    meter: Option<Meter>,
    page: &PageRequest,
) -> Result<Page<EntryRow>> {
    let mut values: Vec<Value> = vec![period.workspace_id.into(), period.month.into()];
    let mut condition = String::new();
    let extra = [("meter =", meter.map(Value::from)), ("id <", page.after.as_deref().map(Value::from))];
    for (test, value) in extra {
        if let Some(value) = value {
            values.push(value);
            condition.push_str(&format!(" AND {test} ${}", values.len()));
        }
    }
    let limit = page.first + 1;
    let sql = format!(
        "SELECT {ENTRY} FROM usage_entries WHERE workspace_id = $1 AND month = $2{condition} ORDER BY id DESC LIMIT {limit}"
    );
    let rows: Vec<EntryRow> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

/// Sums of the entries of a month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct SumRow {
    /// What they count for.
    pub(super) meter: Meter,
    /// `inbound` or `outbound`; none for grants.
    pub(super) direction: Option<String>,
    /// Number that they went through.
    pub(super) number_id: Option<NumberId>,
    /// Which day of the month, from 0.
    pub(super) day_index: i64,
    /// Sum of what was used.
    pub(super) used: i64,
    /// How many messages they come from, less those whose use was taken back.
    pub(super) message_count: i64,
}

/// Sums by meter, direction, number and day; the days begin at these instants.
pub(super) async fn sums(ctx: &Ctx, period: &MonthRow, day_starts: &[DateTime<Utc>]) -> Result<Vec<SumRow>> {
    let mut values: Vec<Value> = vec![period.workspace_id.into(), period.month.into()];
    let mut day = String::new();
    for (index, next_day) in day_starts.iter().skip(1).enumerate() {
        values.push((*next_day).into());
        day.push_str(&format!("WHEN created_at < ${} THEN {index} ", values.len()));
    }
    let last = day_starts.len().saturating_sub(1);
    let sql = format!(
        "SELECT meter, direction, number_id, CAST(CASE {day}ELSE {last} END AS bigint) AS day_index,
            CAST(sum(used) AS bigint) AS used,
            CAST(sum(CASE WHEN used > 0 THEN 1 WHEN used < 0 THEN -1 ELSE 0 END) AS bigint) AS message_count
         FROM usage_entries WHERE workspace_id = $1 AND month = $2
         GROUP BY meter, direction, number_id, day_index ORDER BY day_index"
    );
    Sql::new(sql, values).all(ctx.database.reader()).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

pub(super) async fn count_months(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    let sql = "SELECT count(*) AS count FROM usage_months WHERE workspace_id = $1";
    let row: Option<Count> = Sql::new(sql, [workspace.into()]).one(ctx.database.reader()).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

pub(super) async fn count_entries(ctx: &Ctx, period: &MonthRow, meter: Option<Meter>) -> Result<u64> {
    let mut values: Vec<Value> = vec![period.workspace_id.into(), period.month.into()];
    let of_meter = meter.map_or("", |meter| {
        values.push(meter.into());
        " AND meter = $3"
    });
    let sql = format!("SELECT count(*) AS count FROM usage_entries WHERE workspace_id = $1 AND month = $2{of_meter}");
    let row: Option<Count> = Sql::new(sql, values).one(ctx.database.reader()).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

pub(super) async fn entry(db: &impl ConnectionTrait, id: UsageEntryId) -> Result<Option<EntryRow>> {
    Sql::new(format!("SELECT {ENTRY} FROM usage_entries WHERE id = $1"), [id.into()]).one(db).await
}

/// Months of several workspaces at once, each with the month that it is in.
pub(super) async fn months_of(db: &impl ConnectionTrait, wanted: &[(WorkspaceId, Month)]) -> Result<Vec<MonthRow>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<_> =
        (0..wanted.len()).map(|n| format!("(workspace_id = ${} AND month = ${})", 2 * n + 1, 2 * n + 2)).collect();
    let values: Vec<Value> =
        wanted.iter().flat_map(|(workspace, month)| [(*workspace).into(), (*month).into()]).collect();
    Sql::new(format!("SELECT {MONTH} FROM usage_months WHERE {}", pairs.join(" OR ")), values).all(db).await
}
