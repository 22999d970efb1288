//! Rows of API tokens. Of the secret only its fingerprint is kept.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, entity::prelude::*};

use crate::{
    Ctx, Result, Tx,
    ids::{TokenId, UserId, WorkspaceId},
};

/// Row of a token.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_tokens")]
pub struct Model {
    /// Id of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    /// Workspace that it opens; none for an operator's.
    pub workspace_id: Option<WorkspaceId>,
    /// Name of it.
    pub name: String,
    /// Last four characters of the secret.
    pub hint: String,
    /// SHA-256 of the secret.
    pub fingerprint: String,
    /// Codes of permissions, with a comma between.
    pub permissions: String,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last used.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it ends.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_fingerprint(db: &impl ConnectionTrait, fingerprint: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Fingerprint.eq(fingerprint)).one(db).await?)
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[TokenId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(crate) async fn of_workspace(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).order_by_desc(Column::Id).all(db).await?)
}

pub(crate) async fn set_used(ctx: &Ctx, id: TokenId) -> Result<()> {
    let change = ActiveModel { id: Set(id), last_used_at: Set(Some(ctx.now())), ..Default::default() };
    Entity::update(change).exec(ctx.database.writer()).await?;
    Ok(())
}

pub(crate) async fn set_revoked(ctx: &Ctx, tx: &Tx, id: TokenId) -> Result<Model> {
    let change = ActiveModel { id: Set(id), revoked_at: Set(Some(ctx.now())), ..Default::default() };
    Ok(Entity::update(change).exec(tx).await?)
}
