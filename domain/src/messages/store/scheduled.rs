//! Rows of messages that wait for the time at which they are sent. Whoever changes one holds its row, so that an edit, a withdrawal and the time
//! itself never act on it at once.

use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

use super::messages::{ActiveModel, Column, Entity, Model};
use crate::{
    Result, Tx,
    contracts::{carrier::FailureReason, chat::PostRef},
    conversations::store as conversations,
    ids::{ContactId, MessageId, WorkspaceId},
    messages::{QuietHours, Status},
    sms::Encoding,
};

/// The message, held for this transaction; none when it does not wait for its time any more.
pub(crate) async fn hold(tx: &Tx, id: MessageId) -> Result<Option<Model>> {
    // On PostgreSQL a row is held by changing it; what it is changed to is what it was.
    let row = ActiveModel { status: Set(Status::Scheduled), ..Default::default() };
    let waiting = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.eq(Status::Scheduled));
    if waiting.exec(tx).await?.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(id).one(tx).await?)
}

/// What is changed of a scheduled text: its words with how they count, and when it is sent.
pub(crate) struct Change<'a> {
    pub(crate) body: &'a str,
    pub(crate) encoding: Encoding,
    pub(crate) segment_count: i32,
    pub(crate) send_at: DateTimeUtc,
    pub(crate) quiet_hours: QuietHours,
}

pub(crate) async fn change(tx: &Tx, id: MessageId, change: &Change<'_>) -> Result<()> {
    let row = ActiveModel {
        id: Set(id),
        body: Set(change.body.to_owned()),
        encoding: Set(change.encoding),
        segment_count: Set(change.segment_count),
        send_at: Set(Some(change.send_at)),
        quiet_hours: Set(change.quiet_hours),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Another time for a message that is held.
pub(crate) async fn put_off(tx: &Tx, later: &Model) -> Result<()> {
    let row = ActiveModel {
        id: Set(later.id),
        send_at: Set(later.send_at),
        quiet_hours: Set(later.quiet_hours),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Ends the wait of a message that is held.
pub(crate) async fn end(tx: &Tx, id: MessageId, to: Status, why: Option<FailureReason>) -> Result<()> {
    let row = ActiveModel { id: Set(id), status: Set(to), failure_reason: Set(why), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Keeps where the announcement of a scheduled text stands; none once it is gone.
pub(crate) async fn set_notice(tx: &Tx, id: MessageId, at: Option<&PostRef>) -> Result<()> {
    let row = ActiveModel {
        id: Set(id),
        notice_channel: Set(at.map(|at| at.channel.clone())),
        notice_ts: Set(at.map(|at| at.ts.clone())),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Scheduled texts of a workspace, the next first.
pub(crate) async fn upcoming(db: &impl ConnectionTrait, workspace: WorkspaceId, limit: u64) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.eq(Status::Scheduled));
    Ok(of.order_by_asc(Column::SendAt).order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// How many texts of a workspace are scheduled.
pub(crate) async fn count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.eq(Status::Scheduled));
    Ok(of.count(db).await?)
}

/// Texts of a workspace that would still go out, and do not for a reason, the next first.
pub(crate) async fn not_to_go(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (after, limit): (DateTimeUtc, u64),
) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::SendAt.gt(after));
    let ended = of.filter(Column::Status.is_in([Status::Canceled, Status::Failed]));
    let ended = ended.filter(Column::FailureReason.is_not_null()).filter(Column::SentAt.is_null());
    Ok(ended.order_by_asc(Column::SendAt).order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// Scheduled texts to a contact.
pub(crate) async fn to(tx: &Tx, workspace: WorkspaceId, contact: ContactId) -> Result<Vec<MessageId>> {
    let threads = conversations::Entity::find().select_only().column(conversations::Column::Id);
    let threads = threads
        .filter(conversations::Column::WorkspaceId.eq(workspace))
        .filter(conversations::Column::ContactId.eq(contact));
    let of = Entity::find().select_only().column(Column::Id).filter(Column::Status.eq(Status::Scheduled));
    let of = of.filter(Column::ConversationId.in_subquery(threads.into_query()));
    Ok(of.order_by_asc(Column::Id).into_tuple().all(tx).await?)
}
