//! Rows of how workspaces send; none for one that never set anything.

use sea_orm::{IntoActiveModel, entity::prelude::*, sea_query::OnConflict};

use crate::{Result, Tx, ids::WorkspaceId};

/// How a workspace sends what nobody waits for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sending_settings")]
pub struct Model {
    /// The workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Whether new and scheduled texts of members and programs wait for the end of quiet hours.
    pub keeps_quiet_hours: bool,
    /// Whether texts of a broadcast do.
    pub broadcasts_keep_quiet_hours: bool,
    /// Texts per second of a number in a broadcast.
    pub broadcast_per_second: i32,
    /// Whether the first text of a broadcast to somebody says how to opt out.
    pub tells_how_to_opt_out: bool,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) async fn of(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(workspace).one(db).await?)
}

pub(super) async fn save(tx: &Tx, row: Model) -> Result<()> {
    let columns = [
        Column::KeepsQuietHours,
        Column::BroadcastsKeepQuietHours,
        Column::BroadcastPerSecond,
        Column::TellsHowToOptOut,
        Column::UpdatedAt,
    ];
    let replace = OnConflict::column(Column::WorkspaceId).update_columns(columns).to_owned();
    Entity::insert(row.into_active_model().reset_all()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
