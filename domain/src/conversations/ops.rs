//! Finding the conversation of a text, and keeping where its thread is.

use super::{Conversation, ConversationFilter, Placement, Status, store};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::{self, Contact, Tags},
    contracts::chat::PostRef,
    ids::{ContactId, ConversationId, MessageId, WorkspaceId},
    numbers::{self, Number},
    outbox::{self, Lease, Settlement, park_key},
    page::{Page, PageRequest},
    workspaces,
};

/// The conversation of a number with a contact, begun when it is new.
pub(crate) async fn ensure(ctx: &Ctx, tx: &Tx, number: &Number, contact: ContactId) -> Result<Conversation> {
    if let Some(known) = store::between(tx, number.id, contact).await? {
        return Ok(known);
    }
    let row = Conversation {
        id: ctx.id(),
        workspace_id: number.workspace_id,
        number_id: number.id,
        contact_id: contact,
        placement: Placement::SharedThread,
        status: Status::New,
        assignee_id: None,
        subject: None,
        tags: Tags::default(),
        channel_id: None,
        thread_ts: None,
        last_message_id: None,
        last_message_at: ctx.now(),
        created_at: ctx.now(),
    };
    store::insert_if_new(tx, row).await?;
    store::between(tx, number.id, contact).await?.ok_or(Error::NotFound { what: "conversation" })
}

/// The conversation whose thread begins with a post.
pub(crate) async fn by_thread(
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    ts: &str,
) -> Result<Option<Conversation>> {
    store::by_thread(tx, workspace, channel, ts).await
}

/// A conversation, inside a transaction.
pub(crate) async fn lock(tx: &Tx, id: ConversationId) -> Result<Conversation> {
    store::by_id(tx, id).await?.ok_or(Error::NotFound { what: "conversation" })
}

/// A message came or went: it is the latest, and the conversation's status follows.
pub(crate) async fn note_message(
    ctx: &Ctx,
    tx: &Tx,
    conversation: &Conversation,
    message: MessageId,
    status: Status,
) -> Result<()> {
    store::set_latest(tx, conversation.id, message, ctx.now(), status).await
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
    Ok(Some(Thread { conversation, contact, number, channel }))
}

/// The thread of a conversation is open.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn thread_opened(ctx: &Ctx, lease: &Lease, conversation: ConversationId, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_thread(&tx, conversation, &at.channel, &at.ts).await?;
    outbox::unpark(ctx, &tx, &park_key::thread(conversation)).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// A post found its channel gone: the task waits until the channel is back, and whoever installed the app is told.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_gone(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId, channel: &str, reason: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    workspaces::report_channel_gone(ctx, &tx, workspace, channel, reason).await?;
    let park = Settlement::Park {
        on: park_key::channel(workspace, channel),
        why: format!("the channel cannot be posted to ({reason})"),
    };
    outbox::settle(ctx, &tx, lease, &park).await?;
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
