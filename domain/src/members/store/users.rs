//! Rows of users. A user is a person of a chat team, known before ever signing in.

use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Result, Tx,
    ids::UserId,
    page::{Page, PageRequest},
    store::Sql,
};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Id of the user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Team in the chat.
    pub team_id: String,
    /// Id in the chat.
    pub chat_user_id: String,
    /// Name to show.
    pub display_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Whether the user operates the platform.
    pub is_operator: bool,
    /// Last time that the user was here.
    pub last_seen_at: Option<DateTimeUtc>,
    /// First time.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn upsert(tx: &Tx, user: &Model) -> Result<()> {
    let row = user.clone().into_active_model().reset_all();
    let named = [Column::DisplayName, Column::Email, Column::AvatarUrl];
    let conflict = OnConflict::columns([Column::TeamId, Column::ChatUserId]).update_columns(named).to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_chat_id(db: &impl ConnectionTrait, team: &str, chat_user: &str) -> Result<Option<Model>> {
    let found = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::ChatUserId.eq(chat_user)).one(db).await?;
    Ok(found)
}

pub(crate) async fn by_chat_ids(db: &impl ConnectionTrait, team: &str, chat_users: &[String]) -> Result<Vec<Model>> {
    let found =
        Entity::find().filter(Column::TeamId.eq(team)).filter(Column::ChatUserId.is_in(chat_users)).all(db).await?;
    Ok(found)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::DisplayName).all(db).await?)
}

fn matching(search: Option<&str>) -> Condition {
    let search =
        search.map(|part| Condition::any().add(Column::DisplayName.contains(part)).add(Column::Email.contains(part)));
    Condition::all().add_option(search)
}

/// Users by name. The cursor is an id: where a name changes between two pages, the next page begins behind the new name.
pub(crate) async fn list(db: &impl ConnectionTrait, search: Option<&str>, page: &PageRequest) -> Result<Page<Model>> {
    let mut find = Entity::find().filter(matching(search)).order_by_asc(Column::DisplayName).order_by_asc(Column::Id);
    if let Some(after) = &page.after {
        find = find.filter(behind(db, after).await?);
    }
    Ok(Page::from_rows(find.limit(page.first + 1).all(db).await?, page.first, |row| row.id.to_string()))
}

async fn behind(db: &impl ConnectionTrait, after: &str) -> Result<Condition> {
    let last: Option<Model> = Sql::new("SELECT * FROM users WHERE id = $1", [after.into()]).one(db).await?;
    let name = last.map_or_else(String::new, |user| user.display_name);
    let same = Condition::all().add(Column::DisplayName.eq(name.as_str())).add(Column::Id.gt(after));
    Ok(Condition::any().add(Column::DisplayName.gt(name.as_str())).add(same))
}

pub(crate) async fn count(db: &impl ConnectionTrait, search: Option<&str>) -> Result<u64> {
    Ok(Entity::find().filter(matching(search)).count(db).await?)
}
