//! Rows of what providers told us. A row is never told twice: its business key is unique.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::EventFilter;
use crate::{
    Ctx, Result, Tx,
    contracts::{ProviderKind, inbound::Envelope, inbound::Inbound},
    ids::{EventId, WorkspaceId},
    page::{Page, PageRequest},
    store::{Sql, placeholders},
};

const COLUMNS: &str =
    "id, workspace_id, kind, provider, account, event_key, event_type, event, received_at, handled_at, outcome, error";

/// Something that a provider told us.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EventRow {
    /// Id of it.
    pub id: EventId,
    /// Workspace that it is about.
    pub workspace_id: Option<WorkspaceId>,
    /// What the provider does for us.
    pub kind: ProviderKind,
    /// Code of the vendor.
    pub provider: String,
    /// Account or team there.
    pub account: String,
    /// Business key.
    pub event_key: String,
    /// The vendor's word for the type.
    pub event_type: String,
    /// What was told, in our words.
    pub event: serde_json::Value,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When it was acted on.
    pub handled_at: Option<DateTime<Utc>>,
    /// What was done.
    pub outcome: Option<String>,
    /// Why it could not be acted on.
    pub error: Option<String>,
}

impl EventRow {
    /// What was told.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a version of the product wrote it that we do not understand.
    pub fn inbound(&self) -> Result<Inbound> {
        Ok(serde_json::from_value(self.event.clone())?)
    }
}

/// Inserts what was told, the event as it is kept. False when it was told before.
pub(super) async fn insert(ctx: &Ctx, tx: &Tx, id: EventId, (envelope, event): (&Envelope, &Inbound)) -> Result<bool> {
    let values: [Value; 8] = [
        id.into(),
        envelope.kind.into(),
        envelope.provider.as_str().into(),
        envelope.account.as_str().into(),
        envelope.key.as_str().into(),
        envelope.event_type.as_str().into(),
        without_nul(serde_json::to_value(event)?).into(),
        ctx.now().into(),
    ];
    let inserted = Sql::new(
        "INSERT INTO provider_events (id, kind, provider, account, event_key, event_type, event, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (provider, account, event_key) DO NOTHING",
        values,
    )
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

/// PostgreSQL keeps no character zero. Nobody sees it either, and a text must not be lost for it.
fn without_nul(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(items) => items.into_iter().map(without_nul).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, without_nul(value))).collect(),
        other => other,
    }
}

#[derive(FromQueryResult)]
struct Key {
    event_key: String,
}

/// Keys that were told before, out of those of some envelopes.
pub(super) async fn known_keys(ctx: &Ctx, envelopes: &[Envelope]) -> Result<HashSet<String>> {
    let sql =
        format!("SELECT event_key FROM provider_events WHERE event_key IN ({})", placeholders(1, envelopes.len()));
    let keys = envelopes.iter().map(|envelope| Value::from(envelope.key.as_str()));
    let rows: Vec<Key> = Sql::new(sql, keys).all(ctx.database.reader()).await?;
    Ok(rows.into_iter().map(|row| row.event_key).collect())
}

pub(super) async fn by_id(db: &impl ConnectionTrait, id: EventId) -> Result<Option<EventRow>> {
    Sql::new(format!("SELECT {COLUMNS} FROM provider_events WHERE id = $1"), [id.into()]).one(db).await
}

pub(super) async fn set_handled(
    ctx: &Ctx,
    tx: &Tx,
    id: EventId,
    workspace: Option<WorkspaceId>,
    outcome: &str,
) -> Result<()> {
    let sql = "UPDATE provider_events SET handled_at = $1, workspace_id = COALESCE($2, workspace_id), outcome = $3, error = NULL WHERE id = $4";
    Sql::new(sql, [ctx.now().into(), workspace.into(), outcome.into(), id.into()]).execute(tx).await?;
    Ok(())
}

pub(super) async fn set_error(ctx: &Ctx, id: EventId, why: &str) -> Result<()> {
    let sql = "UPDATE provider_events SET error = $1 WHERE id = $2 AND handled_at IS NULL";
    Sql::new(sql, [why.into(), id.into()]).execute(ctx.database.writer()).await?;
    Ok(())
}

fn conditions(filter: &EventFilter) -> (String, Vec<Value>) {
    let mut sql = "1 = 1".to_owned();
    let mut values: Vec<Value> = Vec::new();
    let wanted = [("kind", filter.kind.map(Value::from)), ("event_type", filter.event_type.clone().map(Value::from))];
    for (column, value) in wanted {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {column} = ${}", values.len()));
        }
    }
    match filter.is_unhandled {
        Some(true) => sql.push_str(" AND handled_at IS NULL"),
        Some(false) => sql.push_str(" AND handled_at IS NOT NULL"),
        None => {}
    }
    (sql, values)
}

pub(super) async fn list(ctx: &Ctx, filter: &EventFilter, page: &PageRequest) -> Result<Page<EventRow>> {
    let (mut sql, mut values) = conditions(filter);
    if let Some(after) = &page.after {
        values.push(after.as_str().into());
        sql.push_str(&format!(" AND id < ${}", values.len()));
    }
    let sql = format!("SELECT {COLUMNS} FROM provider_events WHERE {sql} ORDER BY id DESC LIMIT {}", page.first + 1);
    let rows: Vec<EventRow> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

pub(super) async fn count(ctx: &Ctx, filter: &EventFilter) -> Result<u64> {
    let (sql, values) = conditions(filter);
    let row: Option<Count> = Sql::new(format!("SELECT count(*) AS count FROM provider_events WHERE {sql}"), values)
        .one(ctx.database.reader())
        .await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}
