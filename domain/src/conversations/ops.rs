//! Finding the conversation of a text, and keeping where its thread is.

use chrono::{DateTime, Utc};

use super::{Conversation, ConversationFilter, Priority, Status, parents, store, waiting};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::{self, Contact, Tags},
    contracts::chat::PostRef,
    ids::{ContactId, ConversationId, MessageId, WorkspaceId},
    members::{self, User},
    numbers::{self, Number},
    outbox::{self, Lease, Settlement, park_key},
    page::{Page, PageRequest},
    workspaces,
};

/// The conversation of a number with a contact, begun when it is new.
pub(crate) async fn ensure(ctx: &Ctx, tx: &Tx, number: &Number, contact: ContactId) -> Result<Conversation> {
    ensure_as(ctx, tx, (number, contact), Status::New).await
}

/// The same for one in which there is nothing to do until the contact writes.
pub(crate) async fn ensure_quiet(ctx: &Ctx, tx: &Tx, number: &Number, contact: ContactId) -> Result<Conversation> {
    ensure_as(ctx, tx, (number, contact), Status::Closed).await
}

async fn ensure_as(
    ctx: &Ctx,
    tx: &Tx,
    (number, contact): (&Number, ContactId),
    status: Status,
) -> Result<Conversation> {
    if let Some(known) = store::between(tx, number.id, contact).await? {
        return Ok(known);
    }
    let row = Conversation {
        id: ctx.id(),
        workspace_id: number.workspace_id,
        number_id: number.id,
        contact_id: contact,
        placement: number.starts_in,
        status,
        assignee_id: None,
        subject: None,
        tags: Tags::default(),
        priority: Priority::Normal,
        notes: None,
        waiting_since: None,
        reply_due_at: None,
        reply_check_at: None,
        reminded_for: None,
        escalated_for: None,
        version: 0,
        shown_version: 0,
        channel_id: None,
        thread_ts: None,
        thread_url: None,
        own_channel_id: None,
        own_head_ts: None,
        is_own_channel_lost: false,
        is_fallback_due: false,
        own_channel_asked_at: None,
        last_message_id: None,
        last_message_at: ctx.now(),
        created_at: ctx.now(),
    };
    store::insert_if_new(tx, row).await?;
    store::between(tx, number.id, contact).await?.ok_or(Error::NotFound { what: "conversation" })
}

/// A conversation, inside a transaction.
pub(crate) async fn lock(tx: &Tx, id: ConversationId) -> Result<Conversation> {
    store::by_id(tx, id).await?.ok_or(Error::NotFound { what: "conversation" })
}

/// The latest conversations of a workspace.
pub(crate) async fn latest(tx: &Tx, workspace: WorkspaceId, count: u64) -> Result<Vec<Conversation>> {
    store::latest(tx, workspace, count).await
}

/// The thread of a conversation, when it is opened, is opened in this channel.
pub(crate) async fn begin_in(tx: &Tx, id: ConversationId, channel: &str) -> Result<()> {
    store::set_channel(tx, id, channel).await
}

/// A text of the contact came in: it is the latest, and what was solved is open again. From one that asks for an answer on the contact waits.
pub(crate) async fn note_inbound(
    ctx: &Ctx,
    tx: &Tx,
    id: ConversationId,
    (message, received_at): (MessageId, DateTime<Utc>),
    asks: bool,
) -> Result<()> {
    let before = locked(tx, id).await?;
    let after = Conversation { status: before.status.after_inbound(), ..before.clone() };
    let is_first = asks && before.waiting_since.is_none();
    let after = if is_first { waiting::begun(ctx, tx, after, received_at).await? } else { after };
    noted(ctx, tx, (&before, after), message).await
}

/// The team answered: it is the latest, and the contact waits no more.
pub(crate) async fn note_outbound(ctx: &Ctx, tx: &Tx, id: ConversationId, message: MessageId) -> Result<()> {
    let before = locked(tx, id).await?;
    let after = Conversation { status: before.status.after_outbound(), ..waiting::ended(before.clone()) };
    noted(ctx, tx, (&before, after), message).await
}

/// An answer was taken back before it went out: the contact waits as if it had never been written.
pub(crate) async fn note_withdrawn(
    ctx: &Ctx,
    tx: &Tx,
    id: ConversationId,
    waiting_since: Option<DateTime<Utc>>,
) -> Result<()> {
    let before = locked(tx, id).await?;
    if before.waiting_since == waiting_since || before.status.is_over() {
        return Ok(());
    }
    let after = match waiting_since {
        Some(since) => waiting::begun(ctx, tx, before.clone(), since).await?,
        None => waiting::ended(before.clone()),
    };
    waiting::save(ctx, tx, &before, after).await
}

async fn noted(ctx: &Ctx, tx: &Tx, (before, after): (&Conversation, Conversation), message: MessageId) -> Result<()> {
    let is_same = after == *before;
    let version = if is_same { before.version } else { before.version + 1 };
    let row = Conversation { last_message_id: Some(message), last_message_at: ctx.now(), version, ..after };
    store::save_work(tx, &row).await?;
    if is_same { Ok(()) } else { parents::show(ctx, tx, &row).await }
}

/// A conversation as it is now; nobody else changes it before the transaction ends.
pub(crate) async fn locked(tx: &Tx, id: ConversationId) -> Result<Conversation> {
    store::lock(tx, id).await?.ok_or(Error::NotFound { what: "conversation" })
}

/// What is needed to post into a thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// Who is on the other side.
    pub contact: Contact,
    /// Number of the workspace.
    pub number: Number,
    /// Channel for the thread, when one is chosen.
    pub channel: Option<String>,
    /// Who takes care of the conversation.
    pub assignee: Option<User>,
    /// Whether the contact waits longer than the reply target allows.
    pub is_late: bool,
}

/// What is needed to post into the thread of a conversation; none for one that does not exist.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn thread(ctx: &Ctx, id: ConversationId) -> Result<Option<Thread>> {
    let Some(conversation) = store::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let number =
        numbers::find(ctx, &[conversation.number_id]).await?.pop().ok_or(Error::NotFound { what: "number" })?;
    let contact =
        contacts::find(ctx, &[conversation.contact_id]).await?.pop().ok_or(Error::NotFound { what: "contact" })?;
    let workspace = workspaces::find(ctx, &[conversation.workspace_id]).await?.pop();
    let default = workspace.and_then(|workspace| workspace.default_channel_id);
    let channel = conversation.channel_id.clone().or_else(|| number.shared_channel_id.clone()).or(default);
    let assignee = match conversation.assignee_id {
        Some(user) => members::user(ctx, &[user]).await?.pop(),
        None => None,
    };
    let is_late = conversation.is_late(ctx.now());
    Ok(Some(Thread { conversation, contact, number, channel, assignee, is_late }))
}

/// The thread of a conversation is open, and its first post shows the conversation as it was then.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn thread_opened(ctx: &Ctx, lease: &Lease, shown: &Conversation, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_thread(&tx, shown.id, &at.channel, &at.ts).await?;
    parents::stands(ctx, &tx, shown).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Step).await?;
    outbox::unpark(ctx, &tx, shown.workspace_id, &park_key::thread(shown.id)).await?;
    tx.commit().await
}

/// Conversations by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    store::by_ids(ctx.database.reader(), ids).await
}

/// Conversations with contacts, by latest message.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn of_contacts(ctx: &Ctx, contacts: &[ContactId]) -> Result<Vec<Conversation>> {
    store::of_contacts(ctx.database.reader(), contacts).await
}

/// Conversations of a workspace, by latest message.
///
/// # Errors
/// [`Error::Invalid`] for a cursor of another list.
pub async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &ConversationFilter,
    page: &PageRequest,
) -> Result<Page<Conversation>> {
    store::list(ctx, workspace, filter, page).await
}

/// How many conversations a filter matches.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &ConversationFilter) -> Result<u64> {
    store::count(ctx, workspace, filter).await
}
