//! How messages look in their thread: a text of the contact under their name; a text that was not written in the thread, with who sent it; a
//! held text as a line that says why. And the mark on a member's own post.

use super::{
    Attachment, Direction, HoldReason, Message, Origin, Route, Status, choice, files, incoming, notices, outbound,
    store,
};
use crate::{
    Ctx, Error, Result,
    contracts::chat::{Mark, Part, Post, PostRef, Span},
    conversations::{self, Thread},
    ids::MessageId,
    outbox::{self, Lease, Settlement},
};

/// A message that is to be posted in its thread.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The thread.
    pub thread: Thread,
    /// What is posted.
    pub post: Post,
}

/// What is to be posted of a message; none when there is nothing to show.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_post(ctx: &Ctx, id: MessageId) -> Result<Option<Posting>> {
    let Some(message) = store::messages::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let Some(thread) = conversations::thread(ctx, message.conversation_id).await? else { return Ok(None) };
    let attachments = store::attachments::of(ctx.database.reader(), &[id]).await?;
    let post = match (message.direction, message.status) {
        (Direction::Inbound, Status::Held) => held(&message, &thread),
        (Direction::Inbound, _) => inbound(&message, &thread, &attachments),
        (Direction::Outbound, _) => outbound_post(ctx, &message, &thread, attachments).await?,
    };
    Ok(Some(Posting { thread, post }))
}

fn inbound(message: &Message, thread: &Thread, attachments: &[Attachment]) -> Post {
    let mut parts = Vec::new();
    if !message.body.is_empty() {
        parts.push(Part::Text(vec![Span::Text(message.body.clone())]));
    }
    if !attachments.is_empty() {
        parts.push(Part::Note(vec![Span::Text(incoming::announcement(attachments))]));
    }
    if parts.is_empty() {
        parts.push(Part::Note(vec![Span::Text("An empty text.".to_owned())]));
    }
    if message.is_late {
        parts.push(conversations::quiet_note(message.created_at));
    }
    Post { key: message.id.to_string(), author: Some(thread.contact.shown()), parts }
}

fn held(message: &Message, thread: &Thread) -> Post {
    let why = match message.hold_reason {
        Some(HoldReason::DoNotDisturb) => "the sender is blocked",
        _ => "this month’s allowance is used up",
    };
    let line = vec![
        Span::Bold(thread.contact.shown()),
        Span::Text(format!(
            " sent a text. It is held because {why}, and appears here as soon as there is room. Nothing is lost."
        )),
    ];
    Post { key: format!("{}:held", message.id), author: None, parts: vec![Part::Text(line)] }
}

async fn outbound_post(ctx: &Ctx, message: &Message, thread: &Thread, files: Vec<Attachment>) -> Result<Post> {
    let contact = thread.contact.shown();
    let note = match message.origin {
        Origin::Automatic => format!("Answered automatically to {contact}."),
        Origin::Away => format!("Answered automatically to {contact}: nobody is there at this hour."),
        Origin::Broadcast => format!("Sent to {contact} in a broadcast, before they wrote."),
        Origin::Greeting => format!("Answered automatically to {contact}: it was their first text."),
        _ => {
            let who = notices::author_name(ctx, message).await?.unwrap_or_else(|| "the API".to_owned());
            let when = if message.send_at.is_some() { ", as scheduled" } else { "" };
            format!("Sent by {who} to {contact}{when}.")
        }
    };
    let with = files.into_iter().filter(|file| file.route == Some(Route::Mms)).collect();
    let mut parts = vec![Part::Text(vec![Span::Text(files::shown_with(&message.body, with))])];
    let is_asked = message.status == Status::Queued && thread.conversation.must_choose();
    if is_asked && matches!(message.origin, Origin::Api | Origin::Composed) {
        parts.extend(choice::question(&thread.conversation));
    } else {
        parts.push(Part::Note(vec![Span::Text(note)]));
    }
    Ok(Post { key: message.id.to_string(), author: None, parts })
}

/// The post of a message and how it looks now; none for a message without one.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_redraw(ctx: &Ctx, id: MessageId) -> Result<Option<(PostRef, Post)>> {
    let Some(message) = store::messages::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let at = message.post_channel.zip(message.post_ts).map(|(channel, ts)| PostRef { channel, ts });
    Ok(at.zip(to_post(ctx, id).await?.map(|posting| posting.post)))
}

/// A message stands in its thread.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn posted(ctx: &Ctx, lease: &Lease, id: MessageId, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let message = store::messages::by_id(&tx, id).await?.ok_or(Error::NotFound { what: "message" })?;
    let is_shown = message.status != Status::Held;
    if is_shown {
        store::messages::set_post(&tx, id, at).await?;
        let shown = Message { post_channel: Some(at.channel.clone()), post_ts: Some(at.ts.clone()), ..message };
        outbound::promise_mark(ctx, &tx, &shown).await?;
        incoming::promise(ctx, &tx, &shown).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// The mark that the post of a message has, and the one that it should have; none when they are the same.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_mark(ctx: &Ctx, id: MessageId) -> Result<Option<Marking>> {
    let Some(message) = store::messages::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let (Some(channel), Some(ts)) = (message.post_channel, message.post_ts) else { return Ok(None) };
    let wanted = message.status.mark();
    if wanted == message.shown_mark || store::messages::is_repeated(ctx.database.reader(), id).await? {
        return Ok(None);
    }
    Ok(Some(Marking { at: PostRef { channel, ts }, shown: message.shown_mark, wanted }))
}

/// A mark that has to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    /// The post.
    pub at: PostRef,
    /// What it shows.
    pub shown: Option<Mark>,
    /// What it should show.
    pub wanted: Option<Mark>,
}

/// The post of a message shows a mark.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn mark_shown(ctx: &Ctx, lease: &Lease, id: MessageId, mark: Option<Mark>) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::messages::set_mark(&tx, id, mark).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}
