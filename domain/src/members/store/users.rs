//! Rows of users. A user is a person of a chat team, known before ever signing in.

use sea_orm::{IntoActiveModel, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Result, Tx, ids::UserId};

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
