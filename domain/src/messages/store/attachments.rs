//! Rows of files that came with messages.

use sea_orm::{IntoActiveModel, QueryOrder, entity::prelude::*};

use crate::{
    Result, Tx,
    ids::{AttachmentId, MessageId, WorkspaceId},
};

/// A file that came with a message, still at the carrier.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Message that it came with.
    pub message_id: MessageId,
    /// Where it lies.
    pub url: String,
    /// Media type.
    pub content_type: String,
    /// Size, when known.
    pub byte_count: Option<i64>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    for row in rows {
        Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) async fn of(db: &impl ConnectionTrait, messages: &[MessageId]) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::MessageId.is_in(messages.iter().copied()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}
