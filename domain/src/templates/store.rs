//! Rows of templates. Their names are told apart by how they sound, not by how they are written.

use sea_orm::{IntoActiveModel, QueryOrder, entity::prelude::*};

use crate::{
    Result, Tx,
    ids::{TemplateId, WorkspaceId},
};

/// A text that is used again and again.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "templates")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// The name in small letters, by which it is found.
    pub folded_name: String,
    /// What it says, with its fields.
    pub body: String,
    /// Id of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a template. False when there is one of that name.
pub(super) async fn insert(tx: &Tx, row: Model) -> Result<bool> {
    match Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await {
        Ok(_) => Ok(true),
        Err(error) if crate::store::is_duplicate(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn update(tx: &Tx, row: Model) -> Result<()> {
    Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, id: TemplateId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

pub(super) async fn by_id(db: &impl ConnectionTrait, workspace: WorkspaceId, id: TemplateId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).filter(Column::WorkspaceId.eq(workspace)).one(db).await?)
}

pub(super) async fn by_ids(db: &impl ConnectionTrait, ids: &[TemplateId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn by_name(db: &impl ConnectionTrait, workspace: WorkspaceId, folded: &str) -> Result<Option<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::FoldedName.eq(folded));
    Ok(of.one(db).await?)
}

/// All templates of a workspace, by name.
pub(super) async fn all(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace));
    Ok(of.order_by_asc(Column::FoldedName).all(db).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).count(db).await?)
}
