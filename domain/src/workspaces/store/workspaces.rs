//! Rows of workspaces.

use sea_orm::{ActiveValue::Set, Condition, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    Result, Tx,
    ids::WorkspaceId,
    page::{Page, PageRequest},
    workspaces::{Status, WorkspaceFilter},
};

/// A team of the chat that has the app, and all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspaces")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkspaceId,
    /// Name in addresses.
    pub slug: String,
    /// Name to show.
    pub name: String,
    /// Team in the chat.
    pub team_id: String,
    /// Whether traffic flows.
    pub status: Status,
    /// Why it is suspended.
    pub suspension_reason: Option<String>,
    /// IANA time zone.
    pub time_zone: String,
    /// Code of the plan.
    pub plan: String,
    /// Channel that texts go to unless someone chooses another.
    pub default_channel_id: Option<String>,
    /// When the app was first installed.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: WorkspaceId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[WorkspaceId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(crate) async fn by_team(db: &impl ConnectionTrait, team: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::TeamId.eq(team)).one(db).await?)
}

pub(crate) async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Slug.eq(slug)).one(db).await?)
}

pub(crate) async fn set_status(tx: &Tx, id: WorkspaceId, status: Status) -> Result<()> {
    let change = ActiveModel { id: Set(id), status: Set(status), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_default_channel(tx: &Tx, id: WorkspaceId, channel: &str) -> Result<()> {
    let change = ActiveModel { id: Set(id), default_channel_id: Set(Some(channel.to_owned())), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

fn matching(filter: &WorkspaceFilter) -> Condition {
    let status = filter.status.map(|status| Column::Status.eq(status));
    let search = filter.search.as_deref().map(|part| {
        Condition::any()
            .add(Column::Name.contains(part))
            .add(Column::Slug.contains(part))
            .add(Column::TeamId.contains(part))
    });
    Condition::all().add_option(status).add_option(search)
}

pub(crate) async fn list(
    db: &impl ConnectionTrait,
    filter: &WorkspaceFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let mut find = Entity::find().filter(matching(filter)).order_by_desc(Column::Id).limit(page.first + 1);
    if let Some(after) = &page.after {
        find = find.filter(Column::Id.lt(after.as_str()));
    }
    Ok(Page::from_rows(find.all(db).await?, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(db: &impl ConnectionTrait, filter: &WorkspaceFilter) -> Result<u64> {
    Ok(Entity::find().filter(matching(filter)).count(db).await?)
}
