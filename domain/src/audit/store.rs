//! Rows of the audit log.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Value};
use serde_json::Value as Json;

use super::{AuditFilter, Entry};
use crate::{
    Ctx, Result, Tx,
    ids::{AuditEntryId, WorkspaceId},
    page::{Page, PageRequest},
    store::Sql,
};

const COLUMNS: &str = "id, workspace_id, chain, position, actor, action, summary, subject_id, changes, ip_address, request_id, created_at, hash";

/// How many entries are verified at a time.
const BATCH: u32 = 1_000;

#[derive(FromQueryResult)]
struct Row {
    id: AuditEntryId,
    workspace_id: Option<WorkspaceId>,
    chain: String,
    position: i64,
    actor: String,
    action: String,
    summary: String,
    subject_id: Option<String>,
    changes: Json,
    ip_address: Option<String>,
    request_id: String,
    created_at: DateTime<Utc>,
    hash: String,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace: row.workspace_id,
            chain: row.chain,
            position: row.position,
            actor: row.actor,
            action: row.action,
            summary: row.summary,
            subject: row.subject_id,
            changes: row.changes,
            ip_address: row.ip_address,
            request_id: row.request_id,
            created_at: row.created_at,
            hash: row.hash,
        }
    }
}

#[derive(FromQueryResult)]
struct End {
    position: i64,
    hash: String,
}

/// Position and hash of the last entry; nobody else appends to the chain until the transaction ends.
pub(super) async fn lock_end(tx: &Tx, chain: &str) -> Result<(i64, String)> {
    if tx.get_database_backend() == DbBackend::Postgres {
        Sql::new("SELECT pg_advisory_xact_lock(hashtext($1))", [chain.into()]).execute(tx).await?;
    }
    let sql = "SELECT position, hash FROM audit_entries WHERE chain = $1 ORDER BY position DESC LIMIT 1";
    let end: Option<End> = Sql::new(sql, [chain.into()]).one(tx).await?;
    Ok(end.map_or((0, String::new()), |end| (end.position, end.hash)))
}

pub(super) async fn insert(tx: &Tx, entry: &Entry) -> Result<()> {
    let values: [Value; 13] = [
        entry.id.into(),
        entry.workspace.into(),
        entry.chain.as_str().into(),
        entry.position.into(),
        entry.actor.as_str().into(),
        entry.action.as_str().into(),
        entry.summary.as_str().into(),
        entry.subject.clone().into(),
        entry.changes.clone().into(),
        entry.ip_address.clone().into(),
        entry.request_id.as_str().into(),
        entry.created_at.into(),
        entry.hash.as_str().into(),
    ];
    let sql = format!(
        "INSERT INTO audit_entries ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    Sql::new(sql, values).execute(tx).await?;
    Ok(())
}

fn conditions(filter: &AuditFilter) -> (String, Vec<Value>) {
    let wanted: [(&str, Option<Value>); 6] = [
        ("workspace_id =", filter.workspace.map(Value::from)),
        ("actor =", filter.actor.clone().map(Value::from)),
        ("action =", filter.action.clone().map(Value::from)),
        ("subject_id =", filter.subject.clone().map(Value::from)),
        ("created_at >=", filter.since.map(Value::from)),
        ("created_at <", filter.until.map(Value::from)),
    ];
    let mut sql = "1 = 1".to_owned();
    let mut values = Vec::new();
    for (condition, value) in wanted {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ${}", values.len()));
        }
    }
    (sql, values)
}

pub(super) async fn list(ctx: &Ctx, filter: &AuditFilter, page: &PageRequest) -> Result<Page<Entry>> {
    let (mut sql, mut values) = conditions(filter);
    if let Some(after) = &page.after {
        values.push(after.as_str().into());
        sql.push_str(&format!(" AND id < ${}", values.len()));
    }
    let sql = format!("SELECT {COLUMNS} FROM audit_entries WHERE {sql} ORDER BY id DESC LIMIT {}", page.first + 1);
    let rows: Vec<Row> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()).map(Entry::from))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

pub(super) async fn count(ctx: &Ctx, filter: &AuditFilter) -> Result<u64> {
    let (sql, values) = conditions(filter);
    let row: Option<Count> = Sql::new(format!("SELECT count(*) AS count FROM audit_entries WHERE {sql}"), values)
        .one(ctx.database.reader())
        .await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}

pub(super) async fn find(ctx: &Ctx, id: AuditEntryId) -> Result<Option<Entry>> {
    let row: Option<Row> = Sql::new(format!("SELECT {COLUMNS} FROM audit_entries WHERE id = $1"), [id.into()])
        .one(ctx.database.reader())
        .await?;
    Ok(row.map(Entry::from))
}

#[derive(FromQueryResult)]
struct Chain {
    chain: String,
}

pub(super) async fn chains(ctx: &Ctx) -> Result<Vec<String>> {
    let rows: Vec<Chain> =
        Sql::new("SELECT DISTINCT chain FROM audit_entries ORDER BY chain", []).all(ctx.database.reader()).await?;
    Ok(rows.into_iter().map(|row| row.chain).collect())
}

/// The next entries of a chain behind a position, by position.
pub(super) async fn after(ctx: &Ctx, chain: &str, position: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_entries WHERE chain = $1 AND position > $2 ORDER BY position LIMIT {BATCH}"
    );
    let rows: Vec<Row> = Sql::new(sql, [chain.into(), position.into()]).all(ctx.database.reader()).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}
