//! Answers that are late. Each conversation is looked at by itself, held against everybody else: what is told is promised in the transaction that found the
//! contact still waiting, and noted for this waiting, so that two nodes tell it once. Whoever keeps the promise looks once more, and after an
//! answer says nothing.

use chrono::{DateTime, Utc};

use super::{Conversation, Thread, ops, posts, store, waiting};
use crate::{
    Ctx, Result, Tx, contacts,
    contracts::chat::{Button, Part, Post, Span},
    ids::{ConversationId, WorkspaceId},
    members, numbers,
    outbox::{self, LateListener, Promise, Task},
    reply_targets::{self, ReplyTarget, Target},
    workspaces,
};

/// Conversations that are looked at in one go.
const BATCH: u64 = 500;

/// Looks at the conversations whose time has come, and promises what is to be told of them. How many there were.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn tell_late(ctx: &Ctx) -> Result<usize> {
    let due = store::to_check(ctx.database.reader(), ctx.now(), BATCH).await?;
    for id in &due {
        // One that fails is found again, and keeps no other waiting.
        if let Err(error) = check(ctx, *id).await {
            tracing::warn!(conversation = %id, cause = %error.cause(), "a late answer could not be looked at");
        }
    }
    Ok(due.len())
}

async fn check(ctx: &Ctx, id: ConversationId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let before = ops::locked(&tx, id).await?;
    let Some(since) = before.waiting_since else { return Ok(()) };
    let after = if can_be_answered(&tx, &before).await? {
        let target = reply_targets::effective(&tx, before.workspace_id, before.number_id).await?;
        let told = match &target {
            Some(target) => tell(ctx, &tx, before.clone(), (target, since)).await?,
            None => before.clone(),
        };
        waiting::counted(told, target.as_ref(), ctx.now())
    } else {
        waiting::ended(before.clone())
    };
    waiting::save(ctx, &tx, &before, after).await?;
    tx.commit().await
}

/// Nobody is owed an answer that cannot be given, or is not wanted.
async fn can_be_answered(tx: &Tx, row: &Conversation) -> Result<bool> {
    let contact = contacts::lock(tx, row.workspace_id, row.contact_id).await?;
    let number = numbers::lock(tx, row.workspace_id, row.number_id).await?;
    let is_opted_out = contacts::opted_out(tx, row.workspace_id, contact.id, row.number_id).await?.is_some();
    Ok(number.status.is_in_use()
        && !is_opted_out
        && !contacts::is_blocked(tx, row.workspace_id, &contact.address).await?)
}

/// Promises what is to be told by now and was not, and notes it.
async fn tell(
    ctx: &Ctx,
    tx: &Tx,
    row: Conversation,
    (target, since): (&Target, DateTime<Utc>),
) -> Result<Conversation> {
    let (now, mut row) = (ctx.now(), row);
    if row.reminded_for != Some(since) && target.due_at(since) <= now {
        promise(ctx, tx, (&row, since), LateListener::Conversation).await?;
        row.reminded_for = Some(since);
    }
    if row.escalated_for != Some(since) && target.escalates_at(since).is_some_and(|at| at <= now) {
        for listener in escalation(tx, &target.set).await? {
            promise(ctx, tx, (&row, since), listener).await?;
        }
        row.escalated_for = Some(since);
    }
    Ok(row)
}

async fn escalation(tx: &Tx, target: &ReplyTarget) -> Result<Vec<LateListener>> {
    let member = match target.escalation_user_id {
        Some(user) => members::user_in(tx, user).await?,
        None => None,
    };
    let channel = target.escalation_channel_id.clone().map(LateListener::Channel);
    Ok(channel.into_iter().chain(member.map(|user| LateListener::Member(user.chat_user_id))).collect())
}

async fn promise(ctx: &Ctx, tx: &Tx, (row, since): (&Conversation, DateTime<Utc>), to: LateListener) -> Result<()> {
    let team = workspaces::lock(tx, row.workspace_id).await?.team_id;
    let lane = match &to {
        LateListener::Conversation => row.place().map(|place| outbox::post_lane(&team, &place.channel)),
        LateListener::Channel(channel) => Some(outbox::post_lane(&team, channel)),
        LateListener::Member(_) => Some(outbox::team_lane(&team)),
    };
    let is_inside = to == LateListener::Conversation;
    let mut promise = Promise::new(Task::TellLate { conversation: row.id, since, to }).of(row.workspace_id);
    promise.lane = lane;
    // In the conversation it stands behind the text that it is about.
    let promise = if is_inside { promise.in_order_of(format!("show:{}", row.id)) } else { promise };
    outbox::append(ctx, tx, promise).await
}

/// What is told of a late answer, when the contact still waits since that instant; `url` leads to the conversation.
pub fn late_post(thread: &Thread, since: DateTime<Utc>, to: &LateListener, url: Option<&str>) -> Option<Post> {
    let row = &thread.conversation;
    let due = row.reply_due_at.filter(|_| thread.is_late && row.waiting_since == Some(since))?;
    let place = match to {
        LateListener::Conversation => return Some(reminder(thread, since, due)),
        LateListener::Channel(channel) => channel,
        LateListener::Member(user) => user,
    };
    Some(Post { key: format!("late:{}:{}:{place}", row.id, since.timestamp_micros()), ..escalated(thread, url) })
}

/// In the conversation, where everybody knows whom it is about.
fn reminder(thread: &Thread, since: DateTime<Utc>, due: DateTime<Utc>) -> Post {
    let mut line = match &thread.assignee {
        Some(user) => vec![Span::User(user.chat_user_id.clone()), text(", ")],
        None => Vec::new(),
    };
    line.extend([
        Span::Bold(thread.contact.shown()),
        text(" has been waiting for an answer since "),
        Span::Time(since),
    ]);
    line.extend([text(". It was due "), Span::Time(due), text(".")]);
    let mut parts = vec![Part::Text(line)];
    if thread.assignee.is_none() {
        parts.push(Part::Buttons(vec![assign_to_me(thread, "conversation.assign")]));
    }
    let key = format!("late:{}:{}", thread.conversation.id, since.timestamp_micros());
    Post { key, author: None, parts }
}

/// For those who are not in the conversation: how it stands now, and the way to it.
pub fn escalated(thread: &Thread, url: Option<&str>) -> Post {
    let row = &thread.conversation;
    let mut line = vec![Span::Bold(thread.contact.shown())];
    match (row.waiting_since, row.reply_due_at) {
        (Some(since), Some(due)) => {
            line.extend([text(" has been waiting for an answer since "), Span::Time(since)]);
            line.extend([text(". It was due "), Span::Time(due), text(". ")]);
        }
        _ => line.push(text(" waits for no answer any more. ")),
    }
    match &thread.assignee {
        Some(user) => line.extend([Span::User(user.chat_user_id.clone()), text(" takes care of it. ")]),
        None => line.push(text("Nobody takes care of it. ")),
    }
    line.extend(url.map(|url| Span::Link { url: url.to_owned(), label: "Open".to_owned() }));
    let buttons = Part::Buttons(vec![assign_to_me(thread, "late.assign")]);
    Post { key: String::new(), author: None, parts: vec![Part::Text(line), buttons] }
}

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

/// Where somebody has it already, it is taken over.
fn assign_to_me(thread: &Thread, action: &str) -> Button {
    let assign = posts::assign(thread, action);
    if thread.assignee.is_some() { assign } else { Button { label: "Assign to me".to_owned(), ..assign } }
}

/// The conversations of a workspace whose answers are late, the longest first, at most so many; and how many there are.
pub(crate) async fn late_of(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    limit: u64,
) -> Result<(Vec<Conversation>, u64)> {
    store::late_of(tx, workspace, ctx.now(), limit).await
}
