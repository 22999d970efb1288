//! Rows of connections to the chat. The token is sealed, bound to its row.

use sea_orm::{ActiveValue::Set, IntoActiveModel, entity::prelude::*};

use crate::{
    Ctx, Result, Tx,
    ids::{UserId, WorkspaceId},
};

/// Connection of a workspace to its chat.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "installations")]
pub struct Model {
    /// The workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The app in the chat.
    pub app_id: String,
    /// Organisation above the team.
    pub enterprise_id: Option<String>,
    /// The app's own user.
    pub bot_user_id: String,
    /// Sealed token.
    pub bot_token: String,
    /// What the token may do, with spaces between.
    pub scopes: String,
    /// Who installed the app last.
    pub installed_by: Option<UserId>,
    /// When it was last installed.
    pub installed_at: DateTimeUtc,
    /// Why it does not work; none while it does.
    pub broken_reason: Option<String>,
    /// Since when it does not work.
    pub broken_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn save(tx: &Tx, row: Model) -> Result<()> {
    let known = Entity::find_by_id(row.workspace_id).one(tx).await?.is_some();
    let row = row.into_active_model().reset_all();
    if known {
        Entity::update(row).exec(tx).await?;
    } else {
        Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) async fn of(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(workspace).one(db).await?)
}

pub(crate) async fn by_workspaces(db: &impl ConnectionTrait, workspaces: &[WorkspaceId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.is_in(workspaces.iter().copied())).all(db).await?)
}

pub(crate) async fn set_broken(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, reason: &str) -> Result<()> {
    let change = ActiveModel {
        workspace_id: Set(workspace),
        broken_reason: Set(Some(reason.to_owned())),
        broken_at: Set(Some(ctx.now())),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}
