//! Rows of texts that wait for their author's word.

use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Ctx, Result, Tx,
    contracts::{chat::PostRef, view::FileRef},
    ids::{ConversationId, DraftId, UserId, WorkspaceId},
    messages::drafts::{Decision, Reason},
};

/// Files of a draft, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Files(pub Vec<FileRef>);

/// A text that waits for its author's word.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drafts")]
pub(crate) struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DraftId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Where it would go.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub author_id: UserId,
    /// What it says.
    pub body: String,
    /// Whether that was filled from a template, so that the post itself says something else.
    pub is_template: bool,
    /// What comes with it.
    pub files: Files,
    /// Why it waits.
    pub reason: Reason,
    /// Post that it stands in.
    pub post_channel: String,
    /// Time stamp of that post.
    pub post_ts: String,
    /// The client's own id of the post.
    pub client_id: Option<String>,
    /// When it was written.
    pub created_at: DateTimeUtc,
    /// What its author said.
    pub decision: Option<Decision>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_id(tx: &Tx, workspace: WorkspaceId, id: DraftId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).filter(Column::WorkspaceId.eq(workspace)).one(tx).await?)
}

pub(crate) async fn by_post(tx: &Tx, workspace: WorkspaceId, post: &PostRef) -> Result<Option<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::PostChannel.eq(&post.channel));
    Ok(of.filter(Column::PostTs.eq(&post.ts)).one(tx).await?)
}

/// Open drafts of a conversation with a reason, oldest first.
pub(crate) async fn open_for(tx: &Tx, conversation: ConversationId, reason: Reason) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::ConversationId.eq(conversation)).filter(Column::Reason.eq(reason));
    Ok(of.filter(Column::Decision.is_null()).order_by_asc(Column::Id).all(tx).await?)
}

pub(crate) async fn has_client_id(tx: &Tx, workspace: WorkspaceId, client: &str, since: DateTimeUtc) -> Result<bool> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::ClientId.eq(client));
    Ok(of.filter(Column::CreatedAt.gte(since)).count(tx).await? > 0)
}

/// Keeps others from deciding until the transaction ends. False when it is decided.
pub(crate) async fn hold(tx: &Tx, id: DraftId) -> Result<bool> {
    let same = Entity::update_many().col_expr(Column::Decision, Expr::col(Column::Decision));
    let open = same.filter(Column::Id.eq(id)).filter(Column::Decision.is_null());
    Ok(open.exec(tx).await?.rows_affected == 1)
}

/// Writes down what the author said. False when they had said it already.
pub(crate) async fn decide(ctx: &Ctx, tx: &Tx, id: DraftId, decision: Decision) -> Result<bool> {
    let said = ActiveModel { decision: Set(Some(decision)), decided_at: Set(Some(ctx.now())), ..Default::default() };
    let open = Entity::update_many().set(said).filter(Column::Id.eq(id)).filter(Column::Decision.is_null());
    Ok(open.exec(tx).await?.rows_affected == 1)
}

pub(crate) async fn set_body(tx: &Tx, id: DraftId, body: &str, is_template: bool) -> Result<()> {
    let change =
        ActiveModel { id: Set(id), body: Set(body.to_owned()), is_template: Set(is_template), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}
