//! Rows of who gets a broadcast: each contact once, whatever happens. A text is made together with its row's change, so one that was made is never
//! made again.

use std::collections::HashSet;

use sea_orm::{
    ActiveValue::Set, Condition, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*,
};

use crate::{
    Result, Tx,
    broadcasts::{Exclusion, RecipientState},
    ids::{BroadcastId, ContactId, MessageId, WorkspaceId},
    messages,
    store::Sql,
};

/// Rows of one statement.
const AT_ONCE: usize = 500;

/// Somebody who gets a broadcast.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "broadcast_recipients")]
pub struct Model {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The broadcast.
    #[sea_orm(primary_key, auto_increment = false)]
    pub broadcast_id: BroadcastId,
    /// Who gets it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// Place in the order, from 1.
    pub position: i32,
    /// What it says to them.
    pub body: String,
    /// Segments of that.
    pub segment_count: i32,
    /// How far it is.
    pub state: RecipientState,
    /// It is not sent before: they sleep until then.
    pub not_before: Option<DateTimeUtc>,
    /// Why they do not get it any more.
    pub reason: Option<Exclusion>,
    /// The text.
    pub message_id: Option<MessageId>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    for some in rows.chunks(AT_ONCE) {
        let some = some.iter().cloned().map(|row| row.into_active_model().reset_all());
        Entity::insert_many(some).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn waiting(broadcast: BroadcastId) -> Select<Entity> {
    Entity::find().filter(Column::BroadcastId.eq(broadcast)).filter(Column::State.eq(RecipientState::Waiting))
}

/// Whose turn it is.
pub(crate) async fn next(tx: &Tx, broadcast: BroadcastId, now: DateTimeUtc) -> Result<Option<Model>> {
    let is_due = Condition::any().add(Column::NotBefore.is_null()).add(Column::NotBefore.lte(now));
    Ok(waiting(broadcast).filter(is_due).order_by_asc(Column::Position).one(tx).await?)
}

/// Who wakes up first; none when nobody waits.
pub(crate) async fn next_later(tx: &Tx, broadcast: BroadcastId) -> Result<Option<Model>> {
    Ok(waiting(broadcast).order_by_asc(Column::NotBefore).one(tx).await?)
}

/// What is changed of somebody who waits.
pub(crate) enum Change {
    Later(DateTimeUtc),
    Sent(MessageId),
    Skipped(Exclusion),
}

/// Changes somebody who waits. False when they wait no more.
pub(crate) async fn change(tx: &Tx, of: &Model, change: Change) -> Result<bool> {
    let mut row = ActiveModel { ..Default::default() };
    match change {
        Change::Later(at) => row.not_before = Set(Some(at)),
        Change::Sent(message) => {
            row.state = Set(RecipientState::Sent);
            row.message_id = Set(Some(message));
        }
        Change::Skipped(why) => {
            row.state = Set(RecipientState::Skipped);
            row.reason = Set(Some(why));
        }
    }
    let who = Entity::update_many().set(row).filter(Column::BroadcastId.eq(of.broadcast_id));
    let who = who.filter(Column::ContactId.eq(of.contact_id)).filter(Column::State.eq(RecipientState::Waiting));
    Ok(who.exec(tx).await?.rows_affected == 1)
}

/// Nobody who waits gets it.
pub(crate) async fn cancel(tx: &Tx, broadcast: BroadcastId) -> Result<()> {
    let row = ActiveModel { state: Set(RecipientState::Canceled), ..Default::default() };
    let waiting = Entity::update_many().set(row).filter(Column::BroadcastId.eq(broadcast));
    waiting.filter(Column::State.eq(RecipientState::Waiting)).exec(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Text {
    id: MessageId,
}

/// Texts of a broadcast that the carrier does not have yet.
pub(crate) async fn queued(tx: &Tx, broadcast: BroadcastId) -> Result<Vec<MessageId>> {
    let sql = "SELECT m.id FROM broadcast_recipients r JOIN messages m ON m.id = r.message_id
        WHERE r.broadcast_id = $1 AND m.status = 'queued' ORDER BY m.id";
    let rows: Vec<Text> = Sql::new(sql, [broadcast.into()]).all(tx).await?;
    Ok(rows.into_iter().map(|text| text.id).collect())
}

/// Who has got a text of a broadcast before, out of some contacts.
pub(crate) async fn have_got_one(
    tx: &Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<HashSet<ContactId>> {
    let mut known = HashSet::new();
    for some in contacts.chunks(AT_ONCE) {
        let of = Entity::find().select_only().column(Column::ContactId).distinct();
        let of = of.filter(Column::WorkspaceId.eq(workspace)).filter(Column::State.eq(RecipientState::Sent));
        let of = of.filter(Column::ContactId.is_in(some.iter().copied()));
        known.extend(of.into_tuple::<ContactId>().all(tx).await?);
    }
    Ok(known)
}

/// How far the texts of a broadcast are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Not made yet.
    pub waiting: i64,
    /// Wait for the carrier.
    pub queued: i64,
    /// The carrier has them; nobody knows yet whether they arrived.
    pub sent: i64,
    /// Arrived.
    pub delivered: i64,
    /// Did not arrive.
    pub failed: i64,
    /// Left out while it went out.
    pub skipped: i64,
    /// Not sent, because it was canceled.
    pub canceled: i64,
    /// Opted out since they got it.
    pub opted_out: i64,
}

impl Tally {
    /// Of whom is nothing more to be done.
    pub fn done(&self) -> i64 {
        self.queued + self.sent + self.delivered + self.failed + self.skipped + self.canceled
    }

    fn add(&mut self, row: &Counted) {
        use messages::Status;
        let place = match (row.state, row.status) {
            (RecipientState::Waiting, _) => &mut self.waiting,
            (RecipientState::Skipped, _) => &mut self.skipped,
            (RecipientState::Canceled, _) | (_, Some(Status::Canceled)) => &mut self.canceled,
            (_, Some(Status::Queued | Status::Scheduled) | None) => &mut self.queued,
            (_, Some(Status::Delivered)) => &mut self.delivered,
            (_, Some(Status::Failed)) => &mut self.failed,
            _ => &mut self.sent,
        };
        *place += row.count;
    }
}

#[derive(FromQueryResult)]
struct Counted {
    state: RecipientState,
    status: Option<messages::Status>,
    count: i64,
}

#[derive(FromQueryResult)]
struct Number {
    count: i64,
}

pub(crate) async fn tally(db: &impl ConnectionTrait, broadcast: BroadcastId) -> Result<Tally> {
    let sql = "SELECT r.state, m.status, count(*) AS count FROM broadcast_recipients r LEFT JOIN messages m ON m.id = r.message_id
        WHERE r.broadcast_id = $1 GROUP BY r.state, m.status";
    let rows: Vec<Counted> = Sql::new(sql, [broadcast.into()]).all(db).await?;
    let mut tally = Tally::default();
    rows.iter().for_each(|row| tally.add(row));
    let sql = "SELECT count(*) AS count FROM broadcast_recipients r JOIN messages m ON m.id = r.message_id
        WHERE r.broadcast_id = $1 AND EXISTS (SELECT 1 FROM opt_outs o WHERE o.workspace_id = r.workspace_id
            AND o.contact_id = r.contact_id AND o.ended_at IS NULL AND o.created_at >= m.created_at)";
    let since: Option<Number> = Sql::new(sql, [broadcast.into()]).one(db).await?;
    tally.opted_out = since.map_or(0, |since| since.count);
    Ok(tally)
}
