//! Rows of messages. Every change of a status carries the condition that it does not go back, so two nodes cannot undo each other.

use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, Condition, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

use crate::{
    Ctx, Result, Tx,
    contacts::store::contacts,
    contracts::{
        carrier::{CarrierRefusal, FailureReason},
        chat::{Mark, PostRef},
    },
    conversations::store as conversations,
    ids::{ConversationId, MessageId, WorkspaceId},
    messages::{Direction, HoldReason, MessageFilter, Origin, QuietHours, Status},
    page::{Page, PageRequest},
    sms::Encoding,
};

/// A text, in or out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Conversation that it belongs to.
    pub conversation_id: ConversationId,
    /// Which way it went.
    pub direction: Direction,
    /// Where it comes from.
    pub origin: Origin,
    /// Text of it.
    pub body: String,
    /// How the text is encoded.
    pub encoding: Encoding,
    /// How many segments it counts for.
    pub segment_count: i32,
    /// How many files came with it.
    pub media_count: i32,
    /// How far it got.
    pub status: Status,
    /// Why it is held.
    pub hold_reason: Option<HoldReason>,
    /// Why it did not arrive.
    pub failure_reason: Option<FailureReason>,
    /// The carrier's code for that.
    pub failure_code: Option<String>,
    /// The carrier's id of it.
    pub carrier_id: Option<String>,
    /// Id of who sent it; none when it came in.
    pub author: Option<String>,
    /// Channel of its post in the chat.
    pub post_channel: Option<String>,
    /// Its post in the chat.
    pub post_ts: Option<String>,
    /// The chat client's own id of the post.
    pub client_id: Option<String>,
    /// Mark that its post shows.
    pub shown_mark: Option<Mark>,
    /// Whether it was found by looking instead of told by the carrier.
    pub is_late: bool,
    /// Message that it repeats.
    pub retry_of: Option<MessageId>,
    /// When we got it, from either side.
    pub created_at: DateTimeUtc,
    /// When the carrier took it.
    pub sent_at: Option<DateTimeUtc>,
    /// When the carrier delivered it.
    pub delivered_at: Option<DateTimeUtc>,
    /// When it is sent, or was to be sent; none for one that goes out at once.
    pub send_at: Option<DateTimeUtc>,
    /// Channel of the post that announces it.
    pub notice_channel: Option<String>,
    /// The post that announces it.
    pub notice_ts: Option<String>,
    /// How it stands to the quiet hours of who gets it.
    pub quiet_hours: QuietHours,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: MessageId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(crate) async fn by_carrier_id(db: &impl ConnectionTrait, carrier_id: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::CarrierId.eq(carrier_id)).one(db).await?)
}

/// Carrier ids that messages of ours already have, out of some.
pub(crate) async fn known_carrier_ids(db: &impl ConnectionTrait, carrier_ids: &[String]) -> Result<Vec<String>> {
    let of = Entity::find().select_only().column(Column::CarrierId).filter(Column::CarrierId.is_in(carrier_ids));
    Ok(of.into_tuple().all(db).await?)
}

/// The latest outbound message that belongs to a post of a member.
pub(crate) async fn by_post(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    post: &PostRef,
) -> Result<Option<Model>> {
    let of =
        Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::PostChannel.eq(post.channel.as_str()));
    let of = of.filter(Column::PostTs.eq(post.ts.as_str())).filter(Column::Direction.eq(Direction::Outbound));
    Ok(of.order_by_desc(Column::Id).one(db).await?)
}

/// Another text for a message that has not been sent.
pub(crate) async fn set_body(
    tx: &Tx,
    id: MessageId,
    body: &str,
    (encoding, segment_count): (Encoding, i32),
) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        body: Set(body.replace('\0', "")),
        encoding: Set(encoding),
        segment_count: Set(segment_count),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Whether a message was sent again by another one.
pub(crate) async fn is_repeated(db: &impl ConnectionTrait, id: MessageId) -> Result<bool> {
    Ok(Entity::find().filter(Column::RetryOf.eq(id)).count(db).await? > 0)
}

/// Whether a client's post became a message a short while ago.
pub(crate) async fn has_client_id(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    client: &str,
    since: DateTimeUtc,
) -> Result<bool> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::ClientId.eq(client));
    Ok(of.filter(Column::CreatedAt.gte(since)).count(db).await? > 0)
}

/// How many messages of a conversation there were in the last while.
pub(crate) async fn recent_count(ctx: &Ctx, tx: &Tx, conversation: ConversationId, within: TimeDelta) -> Result<u64> {
    let of = Entity::find()
        .filter(Column::ConversationId.eq(conversation))
        .filter(Column::CreatedAt.gte(ctx.now() - within));
    Ok(of.count(tx).await?)
}

/// Whether the contact of a conversation has texted from an instant on.
pub(crate) async fn has_inbound_since(tx: &Tx, conversation: ConversationId, since: DateTimeUtc) -> Result<bool> {
    let of = Entity::find().filter(Column::ConversationId.eq(conversation));
    let of = of.filter(Column::Direction.eq(Direction::Inbound)).filter(Column::CreatedAt.gte(since));
    Ok(of.one(tx).await?.is_some())
}

/// Outbound messages of conversations with a contact that wait for the carrier.
pub(crate) async fn queued_to(tx: &Tx, workspace: WorkspaceId, contact: crate::ids::ContactId) -> Result<Vec<Model>> {
    let ids = conversations::Entity::find().select_only().column(conversations::Column::Id);
    let ids = ids
        .filter(conversations::Column::WorkspaceId.eq(workspace))
        .filter(conversations::Column::ContactId.eq(contact));
    let of = Entity::find().filter(Column::ConversationId.in_subquery(ids.into_query()));
    Ok(of.filter(Column::Status.eq(Status::Queued)).filter(Column::Direction.eq(Direction::Outbound)).all(tx).await?)
}

/// Held messages of a workspace for a used-up limit, oldest first.
pub(crate) async fn held(db: &impl ConnectionTrait, workspace: WorkspaceId, limit: u64) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.eq(Status::Held));
    Ok(of.filter(Column::HoldReason.eq(HoldReason::Limit)).order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// Workspaces that have held messages for a used-up limit.
pub(crate) async fn workspaces_with_held(db: &impl ConnectionTrait) -> Result<Vec<WorkspaceId>> {
    let of =
        Entity::find().select_only().column(Column::WorkspaceId).distinct().filter(Column::Status.eq(Status::Held));
    Ok(of.filter(Column::HoldReason.eq(HoldReason::Limit)).into_tuple().all(db).await?)
}

/// Messages of a conversation that stand in the chat, up to one of them.
fn shown_of(conversation: ConversationId, until: MessageId) -> Select<Entity> {
    let of = Entity::find().filter(Column::ConversationId.eq(conversation)).filter(Column::Id.lte(until));
    of.filter(Column::PostTs.is_not_null()).filter(Column::RetryOf.is_null())
}

/// The latest messages of a conversation that stand in the chat, up to one of them, oldest first.
pub(crate) async fn shown_until(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    until: MessageId,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut rows = shown_of(conversation, until).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.reverse();
    Ok(rows)
}

/// How many messages of a conversation stand in the chat, up to one of them.
pub(crate) async fn shown_count(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    until: MessageId,
) -> Result<u64> {
    Ok(shown_of(conversation, until).count(db).await?)
}

/// Texts of broadcasts that no thread shows yet, oldest first.
pub(crate) async fn unshown_of_broadcasts(tx: &Tx, conversation: ConversationId) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::ConversationId.eq(conversation));
    let of = of.filter(Column::Origin.eq(Origin::Broadcast)).filter(Column::PostTs.is_null());
    Ok(of.filter(Column::Status.ne(Status::Canceled)).order_by_asc(Column::Id).all(tx).await?)
}

/// A change of a message's status, with what belongs to it.
pub(crate) struct StatusChange {
    pub(crate) to: Status,
    pub(crate) carrier_id: Option<String>,
    pub(crate) failure: Option<CarrierRefusal>,
}

impl StatusChange {
    /// A change that brings nothing else.
    pub(crate) fn to(to: Status) -> Self {
        Self { to, carrier_id: None, failure: None }
    }
}

/// Moves a message on. False when it is that far already, or farther.
pub(crate) async fn advance(ctx: &Ctx, tx: &Tx, id: MessageId, change: StatusChange) -> Result<bool> {
    let next = change.to;
    let before: Vec<Status> = Status::all().iter().copied().filter(|status| status.may_become(next)).collect();
    let now = Some(ctx.now());
    let mut row = ActiveModel { status: Set(next), ..Default::default() };
    if let Some(failure) = change.failure {
        row.failure_reason = Set(Some(failure.reason));
        row.failure_code = Set(Some(failure.code));
    }
    match next {
        Status::Accepted | Status::Sent => row.sent_at = Set(now),
        Status::Delivered => row.delivered_at = Set(now),
        _ => {}
    }
    if let Some(carrier_id) = change.carrier_id {
        set_carrier_id(tx, id, &carrier_id).await?;
    }
    let done =
        Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.is_in(before)).exec(tx).await?;
    Ok(done.rows_affected == 1)
}

/// Keeps the carrier's id of a message that has none yet.
async fn set_carrier_id(tx: &Tx, id: MessageId, carrier_id: &str) -> Result<()> {
    let row = ActiveModel { carrier_id: Set(Some(carrier_id.to_owned())), ..Default::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::CarrierId.is_null()).exec(tx).await?;
    Ok(())
}

/// Withdraws a queued message. False when it is too late.
pub(crate) async fn set_canceled(tx: &Tx, id: MessageId) -> Result<bool> {
    let row = ActiveModel { status: Set(Status::Canceled), ..Default::default() };
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Queued))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Holds a message that came in.
pub(crate) async fn set_held(tx: &Tx, id: MessageId, reason: HoldReason) -> Result<()> {
    let row =
        ActiveModel { id: Set(id), status: Set(Status::Held), hold_reason: Set(Some(reason)), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Lets a held message through. False when it is not held any more.
pub(crate) async fn set_received(tx: &Tx, id: MessageId) -> Result<bool> {
    let row = ActiveModel { status: Set(Status::Received), hold_reason: Set(None), ..Default::default() };
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Held))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn set_post(tx: &Tx, id: MessageId, post: &PostRef) -> Result<()> {
    let row = ActiveModel {
        id: Set(id),
        post_channel: Set(Some(post.channel.clone())),
        post_ts: Set(Some(post.ts.clone())),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

pub(crate) async fn set_mark(tx: &Tx, id: MessageId, mark: Option<Mark>) -> Result<()> {
    let row = ActiveModel { id: Set(id), shown_mark: Set(mark), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Messages with a part in their text, or with a contact of this name or number. What is held for a used-up limit is not shown, so it is not
/// searched either.
fn said_or_named(workspace: WorkspaceId, part: &str) -> Condition {
    let named =
        Condition::any().add(contacts::Column::Name.contains(part)).add(contacts::Column::Address.contains(part));
    let people = contacts::Entity::find().filter(contacts::Column::WorkspaceId.eq(workspace)).filter(named);
    let people = people.select_only().column(contacts::Column::Id).into_query();
    let threads = conversations::Entity::find().select_only().column(conversations::Column::Id);
    let threads = threads.filter(conversations::Column::ContactId.in_subquery(people)).into_query();
    let is_shown = Condition::any().add(Column::HoldReason.is_null()).add(Column::HoldReason.ne(HoldReason::Limit));
    Condition::any()
        .add(Condition::all().add(Column::Body.contains(part)).add(is_shown))
        .add(Column::ConversationId.in_subquery(threads))
}

fn matching(workspace: WorkspaceId, filter: &MessageFilter) -> Condition {
    let of_number = filter.number.map(|number| {
        let ids = conversations::Entity::find().select_only().column(conversations::Column::Id);
        Column::ConversationId.in_subquery(ids.filter(conversations::Column::NumberId.eq(number)).into_query())
    });
    let statuses = (!filter.statuses.is_empty()).then(|| Column::Status.is_in(filter.statuses.iter().copied()));
    Condition::all()
        .add(Column::WorkspaceId.eq(workspace))
        .add_option(of_number)
        .add_option(statuses)
        .add_option(filter.search.as_deref().map(|part| said_or_named(workspace, part)))
        .add_option(filter.conversation.map(|id| Column::ConversationId.eq(id)))
        .add_option(filter.direction.map(|direction| Column::Direction.eq(direction)))
        .add_option(filter.since.map(|instant| Column::CreatedAt.gte(instant)))
        .add_option(filter.until.map(|instant| Column::CreatedAt.lt(instant)))
}

pub(crate) async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &MessageFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let after = page.after.as_deref().map(|after| Column::Id.lt(after));
    let condition = matching(workspace, filter).add_option(after);
    let rows = Entity::find()
        .filter(condition)
        .order_by_desc(Column::Id)
        .limit(page.first + 1)
        .all(ctx.database.reader())
        .await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &MessageFilter) -> Result<u64> {
    Ok(Entity::find().filter(matching(workspace, filter)).count(ctx.database.reader()).await?)
}
