//! Rows of memberships.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Ctx, Result, Tx,
    ids::{MembershipId, UserId, WorkspaceId},
    members::Role,
    page::{Page, PageRequest},
    store::Sql,
};

/// A user in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The user.
    pub user_id: UserId,
    /// Role of the user there.
    pub role: Role,
    /// When the user joined.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds a member; one who is a member already keeps the role.
pub(crate) async fn insert(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, user: UserId, role: Role) -> Result<()> {
    let row = ActiveModel {
        id: Set(ctx.id()),
        workspace_id: Set(workspace),
        user_id: Set(user),
        role: Set(role),
        created_at: Set(ctx.now()),
    };
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::UserId]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(conflict).try_insert().exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn role_of(db: &impl ConnectionTrait, workspace: WorkspaceId, user: UserId) -> Result<Option<Role>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::UserId.eq(user));
    Ok(of.one(db).await?.map(|row| row.role))
}

pub(crate) async fn owner_count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Role.eq(Role::Owner)).count(db).await?)
}

pub(crate) async fn exists(db: &impl ConnectionTrait, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::UserId.eq(user));
    Ok(of.count(db).await? > 0)
}

pub(crate) async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::UserId.eq(user)).order_by_asc(Column::Id).all(db).await?)
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: MembershipId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Members by name. The cursor is an id: where a name changes between two pages, the next page begins behind the new name.
pub(crate) async fn list(db: &impl ConnectionTrait, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Model>> {
    let mut values: Vec<Value> = vec![workspace.into()];
    let after = page.after.as_deref().map_or("", |after| {
        values.push(after.into());
        " AND (u.display_name, m.id) > (SELECT w.display_name, n.id FROM memberships n JOIN users w ON w.id = n.user_id
            WHERE n.workspace_id = $1 AND n.id = $2)"
    });
    let sql = format!(
        "SELECT m.* FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1{after}
         ORDER BY u.display_name, m.id LIMIT {}",
        page.first + 1
    );
    let rows: Vec<Model> = Sql::new(sql, values).all(db).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).count(db).await?)
}
