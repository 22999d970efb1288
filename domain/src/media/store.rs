//! Rows of files that are kept.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Ctx, Result, Tx,
    ids::{AttachmentId, WorkspaceId},
};

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    /// Attachment whose file it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment_id: AttachmentId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub content_type: String,
    /// How large it is.
    pub byte_count: i64,
    /// What is in it, sealed.
    pub sealed: Vec<u8>,
    /// When it is forgotten.
    pub expires_at: DateTimeUtc,
    /// When it came.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn replace(tx: &Tx, row: Model) -> Result<()> {
    let again = OnConflict::column(Column::AttachmentId)
        .update_columns([Column::Name, Column::ContentType, Column::ByteCount, Column::Sealed, Column::ExpiresAt])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all()).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn set_expiry(tx: &Tx, ids: &[AttachmentId], at: DateTimeUtc) -> Result<()> {
    if !ids.is_empty() {
        let row = ActiveModel { expires_at: Set(at), ..Default::default() };
        Entity::update_many().set(row).filter(Column::AttachmentId.is_in(ids.iter().copied())).exec(tx).await?;
    }
    Ok(())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn forget(ctx: &Ctx, at_most: u64) -> Result<u64> {
    let ended = Entity::find().select_only().column(Column::AttachmentId).filter(Column::ExpiresAt.lte(ctx.now()));
    let ids: Vec<AttachmentId> =
        ended.order_by_asc(Column::ExpiresAt).limit(at_most).into_tuple().all(ctx.database.reader()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let gone = Entity::delete_many().filter(Column::AttachmentId.is_in(ids)).filter(Column::ExpiresAt.lte(ctx.now()));
    Ok(gone.exec(ctx.database.writer()).await?.rows_affected)
}
