//! Rows of conversations. The pointer to the latest message is kept, so that a list needs no search in the messages.

use sea_orm::{
    ActiveValue::Set,
    Condition, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{LockType, OnConflict, SimpleExpr},
};

use super::{ConversationFilter, Placement, Priority, Status};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::Tags,
    contacts::store::contacts,
    error::InvalidReason,
    ids::{ContactId, ConversationId, MessageId, NumberId, UserId, WorkspaceId},
    page::{Page, PageRequest},
};

/// What a number and a contact wrote each other.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Number of the workspace.
    pub number_id: NumberId,
    /// Who is on the other side.
    pub contact_id: ContactId,
    /// Where it is in the chat.
    pub placement: Placement,
    /// How far the team is with it.
    pub status: Status,
    /// Who takes care of it.
    pub assignee_id: Option<UserId>,
    /// What it is about.
    pub subject: Option<String>,
    /// Words to find it by.
    pub tags: Tags,
    /// How urgent it is.
    pub priority: Priority,
    /// What members noted.
    pub notes: Option<String>,
    /// Since when the contact waits for an answer; none when they do not.
    pub waiting_since: Option<DateTimeUtc>,
    /// When an answer is due; none without a reply target, and when nobody waits.
    pub reply_due_at: Option<DateTimeUtc>,
    /// When somebody has to look next whether it is late.
    pub reply_check_at: Option<DateTimeUtc>,
    /// The waiting, by its beginning, of which the conversation was told that it is late.
    pub reminded_for: Option<DateTimeUtc>,
    /// The waiting, by its beginning, of which somebody else was told.
    pub escalated_for: Option<DateTimeUtc>,
    /// Grows with each change that its first post shows.
    pub version: i32,
    /// The version that its first post shows.
    pub shown_version: i32,
    /// Channel that its thread is in.
    pub channel_id: Option<String>,
    /// First post of its thread.
    pub thread_ts: Option<String>,
    /// Where its thread can be opened, when that is known.
    pub thread_url: Option<String>,
    /// Channel of its own, once it has one; also when it is back in its thread.
    pub own_channel_id: Option<String>,
    /// Head of that channel: its first post.
    pub own_head_ts: Option<String>,
    /// Its own channel is gone, and nobody has chosen where it goes on.
    pub is_own_channel_lost: bool,
    /// The thread has not been told yet that the conversation came back.
    pub is_fallback_due: bool,
    /// Since when a channel of its own is being made.
    pub own_channel_asked_at: Option<DateTimeUtc>,
    /// Latest message.
    pub last_message_id: Option<MessageId>,
    /// When the latest message was; when it began, before the first.
    pub last_message_at: DateTimeUtc,
    /// When it began.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) async fn insert_if_new(tx: &Tx, row: Model) -> Result<()> {
    let conflict = OnConflict::columns([Column::NumberId, Column::ContactId]).do_nothing().to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(conflict)
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(super) async fn between(db: &impl ConnectionTrait, number: NumberId, contact: ContactId) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NumberId.eq(number)).filter(Column::ContactId.eq(contact)).one(db).await?)
}

pub(super) async fn by_id(db: &impl ConnectionTrait, id: ConversationId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(super) async fn by_ids(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn of_contacts(db: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::ContactId.is_in(contacts.iter().copied()));
    Ok(of.order_by_desc(Column::LastMessageAt).order_by_desc(Column::Id).all(db).await?)
}

/// Ids of the conversations with a contact, in the order in which they may be locked.
pub(super) async fn ids_of_contact(tx: &Tx, contact: ContactId) -> Result<Vec<ConversationId>> {
    let of = Entity::find().filter(Column::ContactId.eq(contact)).order_by_asc(Column::Id);
    Ok(of.select_only().column(Column::Id).into_tuple().all(tx).await?)
}

pub(super) async fn by_thread(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    channel: &str,
    ts: &str,
) -> Result<Option<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::ChannelId.eq(channel));
    Ok(of.filter(Column::ThreadTs.eq(ts)).one(db).await?)
}

pub(super) async fn set_thread(tx: &Tx, id: ConversationId, channel: &str, ts: &str) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        channel_id: Set(Some(channel.to_owned())),
        thread_ts: Set(Some(ts.to_owned())),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// The latest conversations of a workspace.
pub(super) async fn latest(db: &impl ConnectionTrait, workspace: WorkspaceId, count: u64) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace));
    Ok(of.order_by_desc(Column::LastMessageAt).order_by_desc(Column::Id).limit(count).all(db).await?)
}

/// Chooses the channel for a thread that is not open yet.
pub(super) async fn set_channel(tx: &Tx, id: ConversationId, channel: &str) -> Result<()> {
    let chosen = ActiveModel { channel_id: Set(Some(channel.to_owned())), ..Default::default() };
    let open = Entity::update_many().set(chosen).filter(Column::Id.eq(id)).filter(Column::ThreadTs.is_null());
    open.exec(tx).await?;
    Ok(())
}

/// The row as it is now, and nobody else changes it before the transaction ends. Messages may still be added to the conversation.
pub(super) async fn lock(tx: &Tx, id: ConversationId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?)
}

/// Keeps what the team and the messages change; where it is in the chat stays as it is.
pub(super) async fn save_work(tx: &Tx, row: &Model) -> Result<()> {
    let change = ActiveModel {
        id: Set(row.id),
        status: Set(row.status),
        assignee_id: Set(row.assignee_id),
        subject: Set(row.subject.clone()),
        tags: Set(row.tags.clone()),
        priority: Set(row.priority),
        notes: Set(row.notes.clone()),
        waiting_since: Set(row.waiting_since),
        reply_due_at: Set(row.reply_due_at),
        reply_check_at: Set(row.reply_check_at),
        reminded_for: Set(row.reminded_for),
        escalated_for: Set(row.escalated_for),
        version: Set(row.version),
        last_message_id: Set(row.last_message_id),
        last_message_at: Set(row.last_message_at),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_shown(tx: &Tx, id: ConversationId, version: i32) -> Result<()> {
    let change = ActiveModel { id: Set(id), shown_version: Set(version), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Conversations of a channel whose first post shows less than there is.
pub(super) async fn stale_in(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<Vec<Model>> {
    let there = Condition::any().add(Column::ChannelId.eq(channel)).add(Column::OwnChannelId.eq(channel));
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(there);
    let stale = of.filter(ExprTrait::ne(Expr::col(Column::Version), Expr::col(Column::ShownVersion)));
    Ok(stale.order_by_asc(Column::Id).all(tx).await?)
}

/// Conversations of a workspace in which somebody waits, in the order in which they may be locked.
pub(super) async fn waiting_of(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<ConversationId>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::WaitingSince.is_not_null());
    Ok(of.order_by_asc(Column::Id).select_only().column(Column::Id).into_tuple().all(db).await?)
}

/// Conversations that somebody has to look at by now, the longest due first, in any workspace.
pub(super) async fn to_check(db: &impl ConnectionTrait, now: DateTimeUtc, limit: u64) -> Result<Vec<ConversationId>> {
    let due = Entity::find().filter(Column::ReplyCheckAt.lte(now)).order_by_asc(Column::ReplyCheckAt).limit(limit);
    Ok(due.select_only().column(Column::Id).into_tuple().all(db).await?)
}

/// Conversations of a workspace whose answers are late, the longest first, at most so many; and how many there are.
pub(super) async fn late_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTimeUtc,
    limit: u64,
) -> Result<(Vec<Model>, u64)> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::ReplyDueAt.lte(now));
    let count = of.clone().count(db).await?;
    Ok((of.order_by_asc(Column::ReplyDueAt).order_by_asc(Column::Id).limit(limit).all(db).await?, count))
}

fn matching(workspace: WorkspaceId, now: DateTimeUtc, filter: &ConversationFilter) -> Condition {
    let search = filter.search.as_deref().map(|part| {
        let named =
            Condition::any().add(contacts::Column::Name.contains(part)).add(contacts::Column::Address.contains(part));
        let ids = contacts::Entity::find().filter(contacts::Column::WorkspaceId.eq(workspace)).filter(named);
        Column::ContactId.in_subquery(ids.select_only().column(contacts::Column::Id).into_query())
    });
    Condition::all()
        .add(Column::WorkspaceId.eq(workspace))
        .add_option(search)
        .add_option(filter.status.map(|status| Column::Status.eq(status)))
        .add_option(filter.assignee.map(|user| Column::AssigneeId.eq(user)))
        .add_option(filter.is_assigned.map(|is_so| null_or_not(Column::AssigneeId, is_so)))
        .add_option(filter.is_waiting.map(|is_so| null_or_not(Column::WaitingSince, is_so)))
        .add_option(filter.is_late.map(|is_so| late_or_not(now, is_so)))
        .add_option(filter.number.map(|number| Column::NumberId.eq(number)))
        .add_option(filter.contact.map(|contact| Column::ContactId.eq(contact)))
        .add_option(filter.placement.map(|placement| Column::Placement.eq(placement)))
}

fn null_or_not(column: Column, is_set: bool) -> SimpleExpr {
    if is_set { column.is_not_null() } else { column.is_null() }
}

fn late_or_not(now: DateTimeUtc, is_late: bool) -> Condition {
    if is_late {
        return Condition::all().add(Column::ReplyDueAt.lte(now));
    }
    Condition::any().add(Column::ReplyDueAt.is_null()).add(Column::ReplyDueAt.gt(now))
}

/// The cursor of a list by latest message: microseconds and id.
fn cursor(row: &Model) -> String {
    format!("{}_{}", row.last_message_at.timestamp_micros(), row.id)
}

fn behind(cursor: &str) -> Result<Condition> {
    let bad =
        || Error::invalid("after", InvalidReason::Invalid, "The cursor is not one of this list. Begin without it.");
    let (micros, id) = cursor.split_once('_').ok_or_else(bad)?;
    let at = micros.parse().ok().and_then(DateTimeUtc::from_timestamp_micros).ok_or_else(bad)?;
    let same = Condition::all().add(Column::LastMessageAt.eq(at)).add(Column::Id.lt(id));
    Ok(Condition::any().add(Column::LastMessageAt.lt(at)).add(same))
}

pub(super) async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &ConversationFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let mut condition = matching(workspace, ctx.now(), filter);
    if let Some(cursor) = &page.after {
        condition = condition.add(behind(cursor)?);
    }
    let find = Entity::find().filter(condition).order_by_desc(Column::LastMessageAt).order_by_desc(Column::Id);
    let rows = find.limit(page.first + 1).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, cursor))
}

pub(super) async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &ConversationFilter) -> Result<u64> {
    Ok(Entity::find().filter(matching(workspace, ctx.now(), filter)).count(ctx.database.reader()).await?)
}
