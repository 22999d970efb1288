//! A text goes out: checked and counted before the carrier is called, handed over once, and settled by what the carrier says. What it refuses
//! costs nothing.

use chrono::{DateTime, Utc};

use super::{
    Direction, Message, Origin, QuietHours, Status, automatic::Exchange, choice, files, quiet, receive, reply,
    scheduled, store, store::messages::StatusChange,
};
use crate::{
    By, Ctx, Error, Result, Tx,
    contacts::{self, Contact},
    contracts::{
        carrier::{CarrierRefusal, FailureReason, OutboundText, SentText},
        chat::{Mark, PostRef},
        view::FileRef,
    },
    conversations::{self, Conversation},
    error::InvalidReason,
    ids::{ConversationId, MessageId, NumberId, WorkspaceId},
    numbers::{self, Number},
    outbox::{self, Lease, Promise, Settlement, Task, park_key},
    phone::PhoneNumber,
    sms, templates,
    usage::{self, Consumption},
    workspaces::{self, Workspace},
};

/// A text that a program or the dashboard sends.
#[derive(Clone, Debug)]
pub struct NewText {
    /// Number to send from.
    pub number: NumberId,
    /// Who gets it.
    pub to: PhoneNumber,
    /// What it says.
    pub body: String,
    /// Whether it goes out also in the quiet hours of who gets it; else it waits for their end.
    pub ignores_quiet_hours: bool,
}

/// A text that may go out.
pub(super) struct Draft {
    pub(super) workspace: Workspace,
    pub(super) number: Number,
    pub(super) contact: Contact,
    pub(super) conversation: Conversation,
    pub(super) body: String,
    pub(super) origin: Origin,
    pub(super) author: Option<String>,
    /// Until then it may still be taken back.
    pub(super) not_before: Option<DateTime<Utc>>,
    /// What goes with it.
    pub(super) files: Vec<FileRef>,
}

/// Sends a text, and shows it in its thread.
///
/// # Errors
/// [`Error::Invalid`], [`Error::LimitReached`], [`Error::OptedOut`] or [`Error::Conflict`] say why nothing was sent.
pub async fn send(ctx: &Ctx, by: &By, workspace: WorkspaceId, text: NewText) -> Result<Message> {
    send_with(ctx, by, workspace, text, &[]).await
}

/// The same with files that lie somewhere in the web.
///
/// # Errors
/// The same; also for files that cannot be sent with it.
pub async fn send_with(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    text: NewText,
    files: &[FileRef],
) -> Result<Message> {
    match send_once(ctx, by, workspace, (&text, files)).await {
        Err(error) if usage::is_contended(&error) => send_once(ctx, by, workspace, (&text, files)).await,
        done => done,
    }
}

async fn send_once(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    (text, files): (&NewText, &[FileRef]),
) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let draft = Draft { files: files.to_vec(), ..draft(ctx, &tx, by, workspace, text).await? };
    let message = send_draft(ctx, &tx, &draft, (None, text.ignores_quiet_hours)).await?;
    tx.commit().await?;
    Ok(message)
}

/// Sends a text, or schedules it for when it is wished and may be, and shows it in its thread.
pub(super) async fn send_draft(
    ctx: &Ctx,
    tx: &Tx,
    draft: &Draft,
    wished: (Option<DateTime<Utc>>, bool),
) -> Result<Message> {
    if let (Some(send_at), quiet_hours) = quiet::placed(ctx, tx, draft, wished).await? {
        return scheduled::schedule_draft(ctx, tx, draft, (send_at, quiet_hours)).await;
    }
    let message = queue(ctx, tx, draft, |message| message).await?;
    receive::ensure_thread(ctx, tx, &draft.workspace, &draft.number, &draft.conversation).await?;
    receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &message).await?;
    Ok(message)
}

/// What a text would be; its contact and conversation are begun when they are new.
pub(super) async fn draft(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, text: &NewText) -> Result<Draft> {
    let owner = workspaces::lock(tx, workspace).await?;
    let number = numbers::lock(tx, workspace, text.number).await?;
    let contact = contacts::ensure(ctx, tx, workspace, text.to.as_e164()).await?;
    let conversation = conversations::ensure(ctx, tx, &number, contact.id).await?;
    Ok(Draft {
        workspace: owner,
        number,
        contact,
        conversation,
        // Not every database keeps a character zero, and nobody can see it.
        body: text.body.replace('\0', ""),
        origin: Origin::Api,
        author: Some(by.actor.code()),
        not_before: None,
        files: Vec::new(),
    })
}

/// What a text of an author in a conversation that there is would be.
pub(super) async fn draft_in(
    tx: &Tx,
    conversation: ConversationId,
    (body, files): (String, Vec<FileRef>),
    (origin, author): (Origin, Option<String>),
) -> Result<Draft> {
    let conversation = conversations::lock(tx, conversation).await?;
    let workspace = conversation.workspace_id;
    Ok(Draft {
        workspace: workspaces::lock(tx, workspace).await?,
        number: numbers::lock(tx, workspace, conversation.number_id).await?,
        contact: contacts::lock(tx, workspace, conversation.contact_id).await?,
        conversation,
        body,
        origin,
        author,
        not_before: None,
        files,
    })
}

/// Checks, counts and promises a text. `complete` adds what its origin knows.
pub(super) async fn queue(
    ctx: &Ctx,
    tx: &Tx,
    draft: &Draft,
    complete: impl FnOnce(Message) -> Message,
) -> Result<Message> {
    check(tx, draft).await?;
    let plan = files::plan(ctx, draft)?;
    let message = complete(planned(new_message(ctx, draft), &plan));
    let consumption = Consumption {
        message: message.id,
        number: draft.number.id,
        direction: Direction::Outbound.code(),
        segments: i64::from(message.segment_count),
        is_mms: message.media_count > 0,
        at: ctx.now(),
    };
    usage::consume(ctx, tx, &draft.workspace, &consumption).await?;
    store::messages::insert(tx, message.clone()).await?;
    files::promise(ctx, tx, &message, plan).await?;
    promise_sending(ctx, tx, &message, draft).await?;
    // What nobody of the team wrote answers nothing: the contact still waits.
    if !draft.origin.is_automatic() {
        conversations::note_outbound(ctx, tx, draft.conversation.id, message.id).await?;
    }
    Ok(message)
}

/// Everything that forbids a text before it is counted.
pub(super) async fn check(tx: &Tx, draft: &Draft) -> Result<()> {
    if !may_send(draft) {
        return Err(Error::conflict(format!("The workspace is {}, so nothing is sent.", draft.workspace.status)));
    }
    if !draft.number.status.is_in_use() {
        let message = format!("The number {} is {}, so it cannot send.", draft.number.shown(), draft.number.status);
        return Err(Error::conflict(message));
    }
    if draft.files.is_empty() {
        check_body(&draft.body)?;
    }
    let to = draft.contact.number().ok_or_else(|| {
        Error::invalid(
            "to",
            InvalidReason::Invalid,
            "This sender is no phone number, so it cannot be answered by text.",
        )
    })?;
    to.can_be_texted().map_err(|error| Error::invalid("to", InvalidReason::Invalid, error.to_string()))?;
    if !crate::phone::NATIVE_COUNTRIES.contains(&to.country().as_str()) {
        let country = to.country().to_string();
        return Err(Error::CountryNotEnabled { name: numbers::country_name(&country), country });
    }
    match contacts::opted_out(tx, draft.workspace.id, draft.contact.id, draft.number.id).await? {
        Some(opt_out) => Err(Error::OptedOut { opt_out: opt_out.id }),
        None => Ok(()),
    }
}

/// Whoever wrote in the chat did so while the app was installed there, however late it is taken up.
fn may_send(draft: &Draft) -> bool {
    let is_from_chat = matches!(draft.origin, Origin::Post | Origin::Composed);
    draft.workspace.can_send() || (is_from_chat && draft.workspace.status == workspaces::Status::Disconnected)
}

pub(super) fn check_body(body: &str) -> Result<()> {
    if body.trim().is_empty() {
        return Err(Error::invalid("body", InvalidReason::Required, "The text is empty. Write something."));
    }
    check_words(body)
}

/// The same for a text that may be empty, because something goes with it.
pub(super) fn check_words(body: &str) -> Result<()> {
    if let Some(field) = templates::unfilled(body) {
        let message = format!("The field {} still stands in the text. Write what belongs there.", field.written());
        return Err(Error::invalid("body", InvalidReason::Invalid, message));
    }
    sms::check_length(body).map_err(|too_long| Error::invalid("body", InvalidReason::TooLarge, too_long.to_string()))
}

/// The message as it goes out with its files.
pub(super) fn planned(message: Message, plan: &files::Plan) -> Message {
    Message {
        encoding: sms::measure(&plan.body).encoding,
        body: plan.body.clone(),
        segment_count: plan.segment_count,
        media_count: plan.media_count,
        ..message
    }
}

pub(super) fn new_message(ctx: &Ctx, draft: &Draft) -> Message {
    let measure = sms::measure(&draft.body);
    Message {
        id: ctx.id(),
        workspace_id: draft.workspace.id,
        conversation_id: draft.conversation.id,
        direction: Direction::Outbound,
        origin: draft.origin,
        body: draft.body.clone(),
        encoding: measure.encoding,
        segment_count: i32::try_from(measure.segment_count).unwrap_or(i32::MAX),
        media_count: 0,
        status: Status::Queued,
        hold_reason: None,
        failure_reason: None,
        failure_code: None,
        carrier_id: None,
        author: draft.author.clone(),
        post_channel: None,
        post_ts: None,
        client_id: None,
        shown_mark: None,
        is_late: false,
        retry_of: None,
        created_at: ctx.now(),
        sent_at: None,
        delivered_at: None,
        send_at: None,
        notice_channel: None,
        notice_ts: None,
        quiet_hours: QuietHours::Kept,
    }
}

/// Answers to keywords: not checked, because they answer an opt-out, and not counted.
pub(super) async fn queue_automatic(ctx: &Ctx, tx: &Tx, exchange: &Exchange<'_>, body: String) -> Result<()> {
    let draft = Draft {
        workspace: exchange.workspace.clone(),
        number: exchange.number.clone(),
        contact: exchange.contact.clone(),
        conversation: exchange.conversation.clone(),
        body,
        origin: Origin::Automatic,
        author: None,
        not_before: None,
        files: Vec::new(),
    };
    let message = Message { segment_count: 0, ..new_message(ctx, &draft) };
    store::messages::insert(tx, message.clone()).await?;
    promise_sending(ctx, tx, &message, &draft).await?;
    if exchange.is_shown {
        receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &message).await?;
    }
    Ok(())
}

/// What goes to one contact goes in order.
pub(super) fn send_order(conversation: ConversationId) -> String {
    format!("send:{conversation}")
}

pub(super) async fn promise_sending(ctx: &Ctx, tx: &Tx, message: &Message, draft: &Draft) -> Result<()> {
    let send = Promise::new(Task::SendMessage { message: message.id }).of(message.workspace_id);
    let send = send
        .in_order_of(send_order(message.conversation_id))
        .in_lane(outbox::sender_lane(draft.number.e164.as_e164()))
        .not_before(draft.not_before.unwrap_or_else(|| ctx.now()));
    let send = if choice::must_wait(tx, draft).await? {
        send.parked_on(park_key::choice(message.conversation_id))
    } else {
        send
    };
    outbox::append(ctx, tx, send).await
}

/// What is to be handed to the carrier; none when the message is not to be sent any more.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_send(ctx: &Ctx, id: MessageId) -> Result<Option<OutboundText>> {
    let Some(message) = store::messages::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    if !matches!(message.status, Status::Queued | Status::Unconfirmed) || message.carrier_id.is_some() {
        return Ok(None);
    }
    let thread =
        conversations::thread(ctx, message.conversation_id).await?.ok_or(Error::NotFound { what: "conversation" })?;
    let Some(to) = thread.contact.number() else { return Ok(None) };
    let text = OutboundText {
        reference: id.to_string(),
        from: thread.number.e164,
        to,
        body: message.body,
        media_urls: files::addresses(ctx, id).await?,
    };
    Ok(Some(text))
}

/// Out of texts that the carrier lists, the first that is no other message of ours.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn adoptable(ctx: &Ctx, found: Vec<SentText>) -> Result<Option<SentText>> {
    let ids: Vec<String> = found.iter().map(|text| text.carrier_id.clone()).collect();
    let known = store::messages::known_carrier_ids(ctx.database.reader(), &ids).await?;
    Ok(found.into_iter().find(|text| !known.contains(&text.carrier_id)))
}

/// The carrier has the text.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn sent(ctx: &Ctx, lease: &Lease, id: MessageId, sent: &SentText) -> Result<()> {
    let to = Status::from_delivery(sent.status);
    let change = StatusChange { carrier_id: Some(sent.carrier_id.clone()), ..StatusChange::to(to) };
    settle(ctx, lease, id, change, &Settlement::Done).await
}

/// The carrier refused the text: it costs nothing, and its author is told why.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn refused(ctx: &Ctx, lease: &Lease, id: MessageId, refusal: &CarrierRefusal) -> Result<()> {
    let change = StatusChange { failure: Some(refusal.clone()), ..StatusChange::to(Status::Failed) };
    settle(ctx, lease, id, change, &Settlement::Done).await
}

/// Nobody can tell whether the carrier has the text: a person decides.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn unconfirmed(ctx: &Ctx, lease: &Lease, id: MessageId, why: &str) -> Result<()> {
    let end = Settlement::Unknown { why: why.to_owned() };
    settle(ctx, lease, id, StatusChange::to(Status::Unconfirmed), &end).await
}

async fn settle(ctx: &Ctx, lease: &Lease, id: MessageId, change: StatusChange, end: &Settlement) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let is_refused = change.failure.is_some();
    if store::messages::advance(ctx, &tx, id, change).await? {
        if is_refused {
            usage::give_back(ctx, &tx, id).await?;
        }
        advanced(ctx, &tx, id).await?;
    }
    outbox::settle(ctx, &tx, lease, end).await?;
    tx.commit().await
}

/// The status of a message moved on: its mark follows, and its author is told of what they must act on.
pub(super) async fn advanced(ctx: &Ctx, tx: &Tx, id: MessageId) -> Result<()> {
    let Some(message) = store::messages::by_id(tx, id).await? else { return Ok(()) };
    promise_mark(ctx, tx, &message).await?;
    let is_quiet = message.origin.is_automatic();
    match message.status {
        Status::Failed if !is_quiet => {
            reply::tell_failure(ctx, tx, &message, message.failure_reason.unwrap_or(FailureReason::Unknown)).await
        }
        Status::Unconfirmed if !is_quiet => reply::tell_unconfirmed(ctx, tx, &message).await,
        _ => Ok(()),
    }
}

/// Promises that the post of a message shows its status. What is shown is decided when it runs, so several promises show the latest.
pub(super) async fn promise_mark(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    if message.post_ts.is_none() || message.direction == Direction::Inbound {
        return Ok(());
    }
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    let mark = Promise::new(Task::MarkMessage { message: message.id }).of(workspace.id);
    let mark = mark.in_order_of(format!("mark:{}", message.id)).in_lane(outbox::team_lane(&workspace.team_id));
    outbox::append(ctx, tx, mark).await
}

/// Promises a mark on a post of which no message has come: colleagues see the post, and not what its author was told.
pub(super) async fn promise_not_sent(ctx: &Ctx, tx: &Tx, workspace: &Workspace, at: PostRef) -> Result<()> {
    let mark = Promise::new(Task::MarkPost { at, mark: Mark::NotSent }).of(workspace.id);
    outbox::append(ctx, tx, mark.in_lane(outbox::team_lane(&workspace.team_id))).await
}

/// A queued message is withdrawn: what it used is given back and its mark goes.
pub(super) async fn withdrawn(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    if store::messages::set_canceled(tx, message.id).await? {
        let conversation = message.conversation_id;
        let since = store::unanswered::since(tx, conversation).await?;
        conversations::note_withdrawn(ctx, tx, conversation, since).await?;
        usage::give_back(ctx, tx, message.id).await?;
        promise_mark(ctx, tx, message).await?;
    }
    Ok(())
}
