//! Rows of the Do Not Disturb list.

use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Ctx, Result, Tx,
    ids::{DoNotDisturbId, WorkspaceId},
    page::{Page, PageRequest},
    store::Sql,
};

/// A number whose texts are not let in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "do_not_disturb")]
pub struct Model {
    /// Id of the entry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DoNotDisturbId,
    /// Workspace that blocks.
    pub workspace_id: WorkspaceId,
    /// Number, or sender as the carrier gives it.
    pub address: String,
    /// Why.
    pub reason: Option<String>,
    /// Id of who blocked.
    pub created_by: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
    /// How many texts it kept out.
    pub blocked_count: i32,
    /// When it last kept one out.
    pub last_blocked_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert_if_new(tx: &Tx, row: Model) -> Result<()> {
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::Address]).do_nothing().to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(conflict)
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(crate) async fn by_address(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    address: &str,
) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Address.eq(address)).one(db).await?)
}

pub(crate) async fn by_addresses(
    db: &impl ConnectionTrait,
    workspaces: &[WorkspaceId],
    addresses: &[String],
) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.is_in(workspaces.iter().copied()));
    Ok(of.filter(Column::Address.is_in(addresses)).all(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[DoNotDisturbId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Counts a text that was kept out. Whether the sender is blocked.
pub(crate) async fn note(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, address: &str) -> Result<bool> {
    let sql = "UPDATE do_not_disturb SET blocked_count = blocked_count + 1, last_blocked_at = $1 WHERE workspace_id = $2 AND address = $3";
    Ok(Sql::new(sql, [ctx.now().into(), workspace.into(), address.into()]).execute(tx).await? > 0)
}

pub(crate) async fn remove(tx: &Tx, id: DoNotDisturbId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

fn matching(workspace: WorkspaceId, search: Option<&str>) -> Condition {
    let search =
        search.map(|part| Condition::any().add(Column::Address.contains(part)).add(Column::Reason.contains(part)));
    Condition::all().add(Column::WorkspaceId.eq(workspace)).add_option(search)
}

pub(crate) async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let after = page.after.as_deref().map(|after| Column::Id.lt(after));
    let condition = matching(workspace, search).add_option(after);
    let rows = Entity::find()
        .filter(condition)
        .order_by_desc(Column::Id)
        .limit(page.first + 1)
        .all(ctx.database.reader())
        .await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, workspace: WorkspaceId, search: Option<&str>) -> Result<u64> {
    Ok(Entity::find().filter(matching(workspace, search)).count(ctx.database.reader()).await?)
}
