//! A text comes in: it is kept, counted and shown in its thread, exactly once. Blocked senders are kept out of sight, STOP and START are obeyed
//! whatever else holds, and over the limit a text is held, never lost.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Attachment, Direction, FileState, HoldReason, Message, Origin, QuietHours, Status, answering, automatic,
    broadcasting, store,
};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::{self, Contact},
    contracts::{carrier::HeldKind, chat::Post, inbound::TextReceived},
    conversations::{self, Conversation, Placement},
    ids::{ConversationId, WorkspaceId},
    numbers::{self, Number},
    outbox::{self, Promise, Task},
    sms::{
        self,
        keywords::{self, Keyword, KeywordContext},
    },
    usage::{self, Consumption},
    workspaces::{self, Workspace},
};

/// Longest sender that is kept when it is no phone number.
const SENDER_LENGTH: usize = 40;

/// How many held messages are let through in one go.
const RELEASE_BATCH: u64 = 100;

/// A text that found its place.
struct Arrival {
    workspace: Workspace,
    number: Number,
    contact: Contact,
    conversation: Conversation,
    is_opted_out: bool,
}

/// Takes a text in. What was done, for the log.
pub(crate) async fn receive(
    ctx: &Ctx,
    tx: &Tx,
    text: &TextReceived,
    accepted_at: DateTime<Utc>,
) -> Result<&'static str> {
    let Some(number) = numbers::active_by_number(tx, &text.to).await? else {
        return Ok("no workspace has this number: not kept");
    };
    if store::messages::by_carrier_id(tx, &text.carrier_id).await?.is_some() {
        return Ok("known already");
    }
    let arrival = arrive(ctx, tx, number, text).await?;
    let keyword = keywords::read(
        &text.body,
        KeywordContext { opted_out: arrival.is_opted_out, toll_free: arrival.number.kind == HeldKind::TollFree },
    );
    let message = new_message(ctx, &arrival, text, keyword, accepted_at);
    let is_blocked = contacts::note_blocked(ctx, tx, arrival.workspace.id, &arrival.contact.address).await?;
    let message = if is_blocked { held(message, HoldReason::DoNotDisturb) } else { message };
    store::messages::insert(tx, message.clone()).await?;
    store::attachments::insert(tx, attachments(ctx, &message, text)).await?;
    if !is_blocked {
        let asks = keyword.is_none() && !arrival.is_opted_out && arrival.contact.number().is_some();
        promise_post(ctx, tx, &arrival, &message, asks).await?;
    }
    if let Some(keyword) = keyword {
        let exchange = obeying(&arrival, !is_blocked);
        automatic::obey(ctx, tx, &exchange, keyword, text.body.trim()).await?;
    }
    let is_counted = !is_blocked && keyword.is_none();
    let is_over_limit = is_counted && !count(ctx, tx, &arrival, &message).await?;
    if is_over_limit {
        store::messages::set_held(tx, message.id, HoldReason::Limit).await?;
    }
    if is_counted && !is_over_limit && text.from.is_some() && !arrival.is_opted_out {
        answering::promise(ctx, tx, &arrival.number, &message).await?;
    }
    Ok(match (is_blocked, is_over_limit) {
        (true, _) => "kept out of sight: Do Not Disturb",
        (false, true) => "held: the allowance is used up",
        (false, false) => "received",
    })
}

fn held(message: Message, reason: HoldReason) -> Message {
    Message { status: Status::Held, hold_reason: Some(reason), ..message }
}

async fn arrive(ctx: &Ctx, tx: &Tx, number: Number, text: &TextReceived) -> Result<Arrival> {
    let workspace = workspaces::lock(tx, number.workspace_id).await?;
    let address = match &text.from {
        Some(from) => from.as_e164().to_owned(),
        None => text.from_raw.chars().take(SENDER_LENGTH).collect(),
    };
    let contact = contacts::ensure(ctx, tx, workspace.id, &address).await?;
    let conversation = conversations::ensure(ctx, tx, &number, contact.id).await?;
    // From here on texts of one conversation come one after another, so that their ids and their posts stand in the same order.
    let conversation = conversations::locked(tx, conversation.id).await?;
    let is_opted_out = contacts::opted_out(tx, workspace.id, contact.id, number.id).await?.is_some();
    Ok(Arrival { workspace, number, contact, conversation, is_opted_out })
}

fn obeying(arrival: &Arrival, is_shown: bool) -> automatic::Exchange<'_> {
    automatic::Exchange {
        workspace: &arrival.workspace,
        number: &arrival.number,
        contact: &arrival.contact,
        conversation: &arrival.conversation,
        is_opted_out: arrival.is_opted_out,
        is_shown,
    }
}

/// A message row; `received_at` differs from now only for a text that was found by looking.
fn new_message(
    ctx: &Ctx,
    arrival: &Arrival,
    text: &TextReceived,
    keyword: Option<Keyword>,
    accepted_at: DateTime<Utc>,
) -> Message {
    let measure = sms::measure(&text.body);
    let media_count = i32::try_from(text.media.len()).unwrap_or(i32::MAX);
    let segments = if media_count > 0 { sms::MMS_SEGMENTS } else { measure.segment_count.max(1) };
    let is_counted = keyword.is_none();
    let received_at = text.received_at.unwrap_or(accepted_at);
    Message {
        id: ctx.id(),
        workspace_id: arrival.workspace.id,
        conversation_id: arrival.conversation.id,
        direction: Direction::Inbound,
        origin: Origin::Contact,
        body: text.body.replace('\0', ""),
        encoding: measure.encoding,
        segment_count: if is_counted { i32::try_from(segments).unwrap_or(i32::MAX) } else { 0 },
        media_count,
        status: Status::Received,
        hold_reason: None,
        failure_reason: None,
        failure_code: None,
        carrier_id: Some(text.carrier_id.clone()),
        author: None,
        post_channel: None,
        post_ts: None,
        client_id: None,
        shown_mark: None,
        is_late: text.received_at.is_some(),
        retry_of: None,
        created_at: received_at,
        sent_at: None,
        delivered_at: None,
        send_at: None,
        notice_channel: None,
        notice_ts: None,
        quiet_hours: QuietHours::Kept,
    }
}

/// Counts a text. False when the allowance does not suffice.
async fn count(ctx: &Ctx, tx: &Tx, arrival: &Arrival, message: &Message) -> Result<bool> {
    match usage::consume(ctx, tx, &arrival.workspace, &consumption(&arrival.number, message)).await {
        Ok(()) => Ok(true),
        Err(Error::LimitReached(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn consumption(number: &Number, message: &Message) -> Consumption {
    Consumption {
        message: message.id,
        number: number.id,
        direction: Direction::Inbound.code(),
        segments: i64::from(message.segment_count),
        is_mms: message.media_count > 0,
        at: message.created_at,
    }
}

fn attachments(ctx: &Ctx, message: &Message, text: &TextReceived) -> Vec<Attachment> {
    let row = |media: &crate::contracts::inbound::MediaRef| Attachment {
        id: ctx.id(),
        workspace_id: message.workspace_id,
        message_id: message.id,
        url: media.url.clone(),
        content_type: media.content_type.clone(),
        byte_count: None,
        name: None,
        chat_file_id: None,
        route: None,
        most_bytes: None,
        state: FileState::Waiting,
        reason: None,
        spent_ms: 0,
        fetched_bytes: 0,
    };
    text.media.iter().map(row).collect()
}

/// Promises the post in the thread, the thread itself when it is new, and the announcement after a silence. `asks`: an answer can be given, and is wanted.
async fn promise_post(ctx: &Ctx, tx: &Tx, arrival: &Arrival, message: &Message, asks: bool) -> Result<()> {
    let conversation = &arrival.conversation;
    let is_new = ensure_thread(ctx, tx, &arrival.workspace, &arrival.number, conversation).await?;
    broadcasting::show_earlier(ctx, tx, (&arrival.workspace, &arrival.number), conversation.id).await?;
    promise_in_thread(ctx, tx, &arrival.workspace, &arrival.number, message).await?;
    let silence = message.created_at - conversation.last_message_at;
    let is_in_thread = conversation.placement == Placement::SharedThread;
    if !is_new && is_in_thread && silence >= TimeDelta::seconds(i64::from(arrival.number.quiet_secs)) {
        announce(ctx, tx, arrival, message).await?;
    }
    conversations::note_inbound(ctx, tx, conversation.id, (message.id, message.created_at), asks).await
}

/// Promises the thread of a conversation, or the channel of its own in which it begins, once. Whether it did not stand yet.
pub(super) async fn ensure_thread(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    number: &Number,
    conversation: &Conversation,
) -> Result<bool> {
    if conversation.place().is_some() {
        return Ok(false);
    }
    if conversation.placement == Placement::DirectChannel {
        conversations::begin_channel(ctx, tx, workspace, conversation, None).await?;
        return Ok(true);
    }
    let open = Promise::new(Task::OpenThread { conversation: conversation.id }).of(workspace.id);
    let open = in_lane(open, workspace, number)
        .in_order_of(show_order(conversation.id))
        .once(format!("thread:{}", conversation.id));
    outbox::append(ctx, tx, open).await?;
    Ok(true)
}

/// Promises the post of a message in its thread.
pub(super) async fn promise_in_thread(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    number: &Number,
    message: &Message,
) -> Result<()> {
    let post = Task::PostMessage { message: message.id };
    promise_shown(ctx, tx, (workspace, number), message.conversation_id, post).await
}

/// Promises a post of ours in the thread of a conversation.
pub(super) async fn promise_note(ctx: &Ctx, tx: &Tx, exchange: &automatic::Exchange<'_>, post: Post) -> Result<()> {
    let conversation = exchange.conversation.id;
    let note = Task::PublishInThread { conversation, post };
    promise_shown(ctx, tx, (exchange.workspace, exchange.number), conversation, note).await
}

async fn announce(ctx: &Ctx, tx: &Tx, arrival: &Arrival, message: &Message) -> Result<()> {
    let conversation = arrival.conversation.id;
    let line = Promise::new(Task::Announce { conversation, message: message.id }).of(arrival.workspace.id);
    let line = in_lane(line, &arrival.workspace, &arrival.number).in_order_of(show_order(conversation));
    outbox::append(ctx, tx, line).await
}

/// Promises something that is shown in a conversation, behind what is shown there already.
pub(super) async fn promise_shown(
    ctx: &Ctx,
    tx: &Tx,
    (workspace, number): (&Workspace, &Number),
    conversation: ConversationId,
    task: Task,
) -> Result<()> {
    outbox::append(ctx, tx, to_be_shown(tx, (workspace, number), conversation, task).await?).await
}

/// The promise of it, to be made.
pub(super) async fn to_be_shown(
    tx: &Tx,
    (workspace, number): (&Workspace, &Number),
    conversation: ConversationId,
    task: Task,
) -> Result<Promise> {
    let show = Promise::new(task).of(workspace.id).in_order_of(show_order(conversation));
    let row = conversations::lock(tx, conversation).await?;
    Ok(match row.own_channel_id.as_deref().filter(|_| row.is_direct()) {
        Some(own) => show.in_lane(outbox::post_lane(&workspace.team_id, own)),
        None => in_lane(show, workspace, number),
    })
}

/// Posts of one conversation appear in the order of its messages.
fn show_order(conversation: ConversationId) -> String {
    format!("show:{conversation}")
}

fn channel_of(workspace: &Workspace, number: &Number) -> Option<String> {
    number.shared_channel_id.clone().or_else(|| workspace.default_channel_id.clone())
}

fn in_lane(promise: Promise, workspace: &Workspace, number: &Number) -> Promise {
    match channel_of(workspace, number) {
        Some(channel) => promise.in_lane(outbox::post_lane(&workspace.team_id, &channel)),
        None => promise,
    }
}

/// Lets held messages through, oldest first, as far as the allowance of the month goes. How many.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn release_held(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    let mut released = 0;
    for message in store::messages::held(ctx.database.reader(), workspace, RELEASE_BATCH).await? {
        match let_through(ctx, message).await {
            Err(Error::LimitReached(_)) => break,
            done => released += u64::from(done?),
        }
    }
    Ok(released)
}

/// Counts a held message in the present month and promises its post. False when it is held no more.
async fn let_through(ctx: &Ctx, message: Message) -> Result<bool> {
    let tx = ctx.database.begin().await?;
    if !store::messages::set_received(&tx, message.id).await? {
        return Ok(false);
    }
    let owner = workspaces::lock(&tx, message.workspace_id).await?;
    let conversation = conversations::lock(&tx, message.conversation_id).await?;
    let number = numbers::lock(&tx, owner.id, conversation.number_id).await?;
    let today = Consumption { at: ctx.now(), ..consumption(&number, &message) };
    usage::consume(ctx, &tx, &owner, &today).await?;
    promise_in_thread(ctx, &tx, &owner, &number, &message).await?;
    tx.commit().await?;
    Ok(true)
}

/// Workspaces whose texts are held for a used-up limit.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn workspaces_with_held(ctx: &Ctx) -> Result<Vec<WorkspaceId>> {
    store::messages::workspaces_with_held(ctx.database.reader()).await
}
