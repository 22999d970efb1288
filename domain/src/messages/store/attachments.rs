//! Rows of files that came or went with messages.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, entity::prelude::*};

use crate::{
    Result, Tx,
    ids::{AttachmentId, MessageId, WorkspaceId},
    messages::files::{FileState, Route},
};

/// A file that came with a message and lies at the carrier, or goes with one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Message that it came with.
    pub message_id: MessageId,
    /// Where it lies.
    pub url: String,
    /// Media type.
    pub content_type: String,
    /// Size, when known.
    pub byte_count: Option<i64>,
    /// What it is called; none for one that came in.
    pub name: Option<String>,
    /// The chat's id of it; none for one that does not lie there.
    pub chat_file_id: Option<String>,
    /// How it travels; none for one that came in.
    pub route: Option<Route>,
    /// Most bytes that it may have when it goes out.
    pub most_bytes: Option<i64>,
    /// How far it is.
    pub state: FileState,
    /// Why it could not be had.
    pub reason: Option<String>,
    /// How long it was fetched, in milliseconds.
    pub spent_ms: i32,
    /// How many bytes came until it was given up.
    pub fetched_bytes: i64,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    for row in rows {
        Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) async fn of(db: &impl ConnectionTrait, messages: &[MessageId]) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::MessageId.is_in(messages.iter().copied()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The file is where it should be.
pub(crate) async fn set_ready(tx: &Tx, id: AttachmentId, content_type: &str, bytes: usize) -> Result<()> {
    let row = ActiveModel {
        id: Set(id),
        content_type: Set(content_type.to_owned()),
        byte_count: Set(i64::try_from(bytes).ok()),
        state: Set(FileState::Ready),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// The file could not be had.
pub(crate) async fn set_failed(tx: &Tx, id: AttachmentId, why: &str) -> Result<()> {
    let row = ActiveModel {
        id: Set(id),
        state: Set(FileState::Failed),
        reason: Set(Some(why.to_owned())),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// What fetching it has taken: milliseconds, and bytes.
pub(crate) async fn set_spent(tx: &Tx, id: AttachmentId, (spent_ms, fetched_bytes): (i32, i64)) -> Result<()> {
    let row =
        ActiveModel { id: Set(id), spent_ms: Set(spent_ms), fetched_bytes: Set(fetched_bytes), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}
