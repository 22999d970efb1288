//! Rows of broadcasts. Whoever changes one holds its row, so that a pause, a cancellation and the next text never act on it at once.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromJsonQueryResult, IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::LockType,
};
use serde::{Deserialize, Serialize};

use crate::{
    Ctx, Result, Tx,
    broadcasts::{Audience, Exclusion, PauseReason, Status},
    contracts::chat::PostRef,
    ids::{BroadcastId, NumberId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Who gets a broadcast, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Wanted(pub Audience);

/// How many do not get a broadcast, by why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Excluded(pub Vec<(Exclusion, u64)>);

/// One text to many.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "broadcasts")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BroadcastId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Number that it is sent from.
    pub number_id: NumberId,
    /// Id of who sends it.
    pub author: String,
    /// What it says, with its fields.
    pub body: String,
    /// Who gets it.
    pub audience: Wanted,
    /// How far it is.
    pub status: Status,
    /// Why it stands still.
    pub pause_reason: Option<PauseReason>,
    /// What was looked at before it was sent.
    pub version: String,
    /// How many get it.
    pub recipient_count: i32,
    /// Segments of all its texts.
    pub segment_count: i64,
    /// How many do not get it, by why.
    pub excluded: Excluded,
    /// Texts per second.
    pub per_second: i32,
    /// Grows each time that it goes on, so that a step of the time before does nothing.
    pub round: i32,
    /// When it begins; none: at once.
    pub start_at: Option<DateTimeUtc>,
    /// How much of it its post shows as done, in quarters.
    pub shown_percent: i32,
    /// Channel of the post that shows it.
    pub post_channel: Option<String>,
    /// The post that shows it.
    pub post_ts: Option<String>,
    /// When somebody first looked at it.
    pub created_at: DateTimeUtc,
    /// When its first text went out.
    pub started_at: Option<DateTimeUtc>,
    /// When it ended.
    pub ended_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[BroadcastId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// The row as it is now, and nobody else changes it before the transaction ends. Texts may still be added to the broadcast.
pub(crate) async fn hold(tx: &Tx, id: BroadcastId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?)
}

/// Keeps everything but where its post stands, which only the chat changes.
pub(crate) async fn save(tx: &Tx, row: &Model) -> Result<()> {
    let mut change = row.clone().into_active_model().reset_all();
    change.post_channel = NotSet;
    change.post_ts = NotSet;
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_post(tx: &Tx, id: BroadcastId, at: &PostRef) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        post_channel: Set(Some(at.channel.clone())),
        post_ts: Set(Some(at.ts.clone())),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Broadcasts that stand still for a reason.
pub(crate) async fn paused_for(db: &impl ConnectionTrait, reason: PauseReason) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::Status.eq(Status::Paused)).filter(Column::PauseReason.eq(reason));
    Ok(of.order_by_asc(Column::Id).all(db).await?)
}

fn of_workspace(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.ne(Status::Draft))
}

pub(crate) async fn list(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Model>> {
    let mut find = of_workspace(workspace).order_by_desc(Column::Id).limit(page.first + 1);
    if let Some(after) = &page.after {
        find = find.filter(Column::Id.lt(after.as_str()));
    }
    Ok(Page::from_rows(find.all(ctx.database.reader()).await?, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    Ok(of_workspace(workspace).count(ctx.database.reader()).await?)
}
