//! Rows of connections to the chat. The token is sealed, bound to its row.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

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
    /// Sealed token that is exchanged for a new pair; none for a token that lives for ever.
    pub refresh_token: Option<String>,
    /// When the token is renewed.
    pub token_renew_at: Option<DateTimeUtc>,
    /// When the token ends.
    pub token_expires_at: Option<DateTimeUtc>,
    /// Whether the chat refused the token although its time had not come.
    pub is_doubted: bool,
    /// Node that renews the token now.
    pub renewal_owner: Option<String>,
    /// Until when nobody else may, in milliseconds by the database's clock.
    pub renewal_until: Option<i64>,
    /// Scopes whose lack the installer was told of, with spaces between.
    pub told_scopes: String,
    /// Team that the app lives in, when it was let in for a whole organisation.
    pub home_team_id: Option<String>,
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

/// A connection, which nobody else changes until the transaction ends.
pub(crate) async fn lock(tx: &Tx, workspace: WorkspaceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(workspace).lock_exclusive().one(tx).await?)
}

pub(crate) async fn by_workspaces(db: &impl ConnectionTrait, workspaces: &[WorkspaceId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.is_in(workspaces.iter().copied())).all(db).await?)
}

/// Installations that work, a page of them in the order of their workspaces.
pub(crate) async fn working(db: &impl ConnectionTrait, after: Option<WorkspaceId>, at_most: u64) -> Result<Vec<Model>> {
    let find = Entity::find().filter(Column::BrokenReason.is_null()).order_by_asc(Column::WorkspaceId).limit(at_most);
    let find = match after {
        Some(after) => find.filter(Column::WorkspaceId.gt(after)),
        None => find,
    };
    Ok(find.all(db).await?)
}

pub(crate) async fn set_scopes(tx: &Tx, workspace: WorkspaceId, scopes: &str, told: &str) -> Result<()> {
    let change = ActiveModel {
        workspace_id: Set(workspace),
        scopes: Set(scopes.to_owned()),
        told_scopes: Set(told.to_owned()),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_home(tx: &Tx, workspace: WorkspaceId, team: &str) -> Result<()> {
    let change =
        ActiveModel { workspace_id: Set(workspace), home_team_id: Set(Some(team.to_owned())), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
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
