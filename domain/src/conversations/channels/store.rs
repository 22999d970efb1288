//! Rows of the channels that a number's texts go to.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::{
    Result,
    ids::NumberId,
    numbers::Number,
    page::{Page, PageRequest},
    store::Sql,
    workspaces::KnownChannel,
};

/// Channels `c` of the number `$1`: where its conversations are or begin.
const OF_NUMBER: &str = "FROM channels c JOIN numbers n ON n.workspace_id = c.workspace_id JOIN workspaces w ON w.id = n.workspace_id
    WHERE n.id = $1 AND (c.channel_id = COALESCE(n.shared_channel_id, w.default_channel_id) OR EXISTS (SELECT 1 FROM conversations v
        WHERE v.workspace_id = n.workspace_id AND v.number_id = n.id AND (v.own_channel_id = c.channel_id OR v.channel_id = c.channel_id)))";

pub(super) async fn of_number(
    db: &impl ConnectionTrait,
    number: &Number,
    page: &PageRequest,
) -> Result<Page<KnownChannel>> {
    let after = page.after.as_deref().unwrap_or_default();
    let sql = format!("SELECT c.* {OF_NUMBER} AND c.channel_id > $2 ORDER BY c.channel_id LIMIT {}", page.first + 1);
    let values: [Value; 2] = [number.id.into(), after.into()];
    let rows: Vec<KnownChannel> = Sql::new(sql, values).all(db).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.channel_id.clone()))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

pub(super) async fn count_of_number(db: &impl ConnectionTrait, number: NumberId) -> Result<u64> {
    let row: Option<Count> = Sql::new(format!("SELECT count(*) AS count {OF_NUMBER}"), [number.into()]).one(db).await?;
    Ok(row.map_or(0, |row| row.count.unsigned_abs()))
}
