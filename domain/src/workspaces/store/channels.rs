//! Rows of channels that we know, and whether they can be posted to.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{Result, Tx, ids::WorkspaceId, workspaces::SendMode};

/// A channel of the chat.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    /// The workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Id in the chat.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: String,
    /// Name, when known.
    pub name: Option<String>,
    /// Why nothing can be posted there: the chat's word for it.
    pub lost_reason: Option<String>,
    /// Since when.
    pub lost_at: Option<DateTimeUtc>,
    /// Whether the chat itself has told of the loss: somebody wanted it.
    pub is_loss_told: bool,
    /// Which posts in it go out, when someone has chosen.
    pub send_mode: Option<SendMode>,
    /// Who is in it besides the members of the team, in words; none before anyone looked.
    pub company: Option<String>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn save(tx: &Tx, row: Model) -> Result<()> {
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::ChannelId])
        .update_columns([Column::Name, Column::LostReason, Column::LostAt, Column::IsLossTold])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all()).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, workspace: WorkspaceId, channel: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((workspace, channel.to_owned())).one(db).await?)
}

/// A channel, which nobody else changes until the transaction ends.
pub(crate) async fn lock(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((workspace, channel.to_owned())).lock_exclusive().one(tx).await?)
}

pub(crate) async fn of(db: &impl ConnectionTrait, workspaces: &[WorkspaceId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.is_in(workspaces.iter().copied())).all(db).await?)
}

/// Channels that were lost since an instant, the last one first.
pub(crate) async fn lost_since(db: &impl ConnectionTrait, since: DateTimeUtc, at_most: u64) -> Result<Vec<Model>> {
    let find = Entity::find().filter(Column::LostReason.is_not_null()).filter(Column::LostAt.gt(since));
    Ok(find.order_by_desc(Column::LostAt).limit(at_most).all(db).await?)
}

/// Remembers a channel. What is known of it already stays.
pub(crate) async fn insert_if_new(tx: &Tx, row: Model) -> Result<()> {
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::ChannelId]).do_nothing().to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(conflict)
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_send_mode(
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    mode: Option<SendMode>,
) -> Result<()> {
    let change = ActiveModel {
        workspace_id: Set(workspace),
        channel_id: Set(channel.to_owned()),
        send_mode: Set(mode),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_company(tx: &Tx, workspace: WorkspaceId, channel: &str, company: String) -> Result<()> {
    let change = ActiveModel {
        workspace_id: Set(workspace),
        channel_id: Set(channel.to_owned()),
        company: Set(Some(company)),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_lost(tx: &Tx, row: &Model) -> Result<()> {
    let change = ActiveModel {
        workspace_id: Set(row.workspace_id),
        channel_id: Set(row.channel_id.clone()),
        lost_reason: Set(row.lost_reason.clone()),
        lost_at: Set(row.lost_at),
        is_loss_told: Set(row.is_loss_told),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}
