//! Rows of reply targets: one for the workspace, and one for each number that is different.

use sea_orm::{Condition, IntoActiveModel, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Error, Result, Tx,
    ids::{NumberId, ReplyTargetId, UserId, WorkspaceId},
};

/// How soon contacts are to be answered.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reply_targets")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReplyTargetId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Number that it is for; none: for every number that has none of its own.
    pub number_id: Option<NumberId>,
    /// Within how many minutes of business hours an answer is due; none: whenever the team likes.
    pub minutes: Option<i32>,
    /// After how many further minutes somebody else is told.
    pub escalation_minutes: i32,
    /// Channel that is told then.
    pub escalation_channel_id: Option<String>,
    /// Member who is told then.
    pub escalation_user_id: Option<UserId>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a row, or replaces the one with its id.
pub(super) async fn save(tx: &Tx, row: Model) -> Result<()> {
    let columns = [
        Column::Minutes,
        Column::EscalationMinutes,
        Column::EscalationChannelId,
        Column::EscalationUserId,
        Column::UpdatedAt,
    ];
    let replace = OnConflict::column(Column::Id).update_columns(columns).to_owned();
    match Entity::insert(row.into_active_model().reset_all()).on_conflict(replace).exec_without_returning(tx).await {
        Ok(_) => Ok(()),
        Err(error) if crate::store::is_duplicate(&error) => Err(Error::conflict(
            "Somebody else set this for the first time at the same moment. Look at it and try again.",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Removes the row of a number. False when there is none.
pub(super) async fn remove(tx: &Tx, workspace: WorkspaceId, number: NumberId) -> Result<bool> {
    let of = Entity::delete_many().filter(Column::WorkspaceId.eq(workspace)).filter(Column::NumberId.eq(number));
    Ok(of.exec(tx).await?.rows_affected > 0)
}

/// The rows that are for a number: its own, and that of the workspace.
pub(super) async fn for_number(tx: &Tx, workspace: WorkspaceId, number: Option<NumberId>) -> Result<Vec<Model>> {
    let general = Column::NumberId.is_null();
    let scope = Condition::any().add(general).add_option(number.map(|number| Column::NumberId.eq(number)));
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(scope).all(tx).await?)
}

/// All rows of a workspace, the workspace's own first.
pub(super) async fn all(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<Model>> {
    let mut rows = Entity::find().filter(Column::WorkspaceId.eq(workspace)).all(db).await?;
    rows.sort_by_key(|row| (row.number_id.is_some(), row.id));
    Ok(rows)
}
