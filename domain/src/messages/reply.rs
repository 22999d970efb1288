//! A member writes in a thread: that becomes a text. Whatever forbids it is said to the member alone, with what to do; nothing is said to the
//! customer by mistake.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::{
    Message, Origin,
    outbound::{self, Draft},
    store,
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        carrier::FailureReason,
        chat::{Button, ButtonStyle, Part, Place, Post, Span},
        inbound::{PostChanged, PostWritten},
    },
    conversations::{self, Conversation},
    error::LimitReached,
    members, numbers,
    outbox::{self, Promise, Task},
    workspaces::{self, Workspace},
};

/// What keeps a post internal, in any case.
const NOTE: &str = "note:";

/// How long a client may take to repeat the same post under another time stamp.
const CLIENT_REPEAT: TimeDelta = TimeDelta::minutes(10);

/// Makes a text of a post, when it is one. What was done, for the log.
pub(crate) async fn reply(
    ctx: &Ctx,
    tx: &Tx,
    post: &PostWritten,
    names: &HashMap<String, String>,
) -> Result<&'static str> {
    let Some(workspace) = workspaces::in_team(tx, &post.team).await? else { return Ok("no workspace of ours") };
    let Some(thread) = &post.thread else { return Ok("not in a thread: not a text") };
    let Some(conversation) = conversations::by_thread(tx, workspace.id, &post.post.channel, thread).await? else {
        return Ok("not in a thread of ours");
    };
    let text = with_names(post, names);
    if is_note(&text) {
        return Ok("a note: kept internal");
    }
    if is_repeated(ctx, tx, &workspace, post).await? {
        return Ok("the client repeated itself: sent once");
    }
    let place = Place { channel: post.post.channel.clone(), thread: Some(thread.clone()) };
    if post.file_count > 0 {
        let sorry = "Files cannot be sent yet, so nothing was sent. Send the text without the file.";
        whisper(ctx, tx, &workspace, (&place, &post.user), vec![Part::Text(vec![Span::Text(sorry.to_owned())])])
            .await?;
        return Ok("has files: refused");
    }
    if text.trim().is_empty() {
        return Ok("empty");
    }
    match send(ctx, tx, (&workspace, conversation), post, text).await {
        Ok(()) => Ok("sent"),
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            whisper(ctx, tx, &workspace, (&place, &post.user), refusal_parts(&refusal)).await?;
            Ok("refused, member told")
        }
    }
}

fn with_names(post: &PostWritten, names: &HashMap<String, String>) -> String {
    post.mentions.iter().fold(post.text.clone(), |text, mention| {
        let name = names.get(&mention.user).map_or("someone", String::as_str);
        text.replace(&mention.placeholder, &format!("@{name}"))
    })
}

fn is_note(text: &str) -> bool {
    let start = text.trim_start();
    start.get(..NOTE.len()).is_some_and(|start| start.eq_ignore_ascii_case(NOTE))
}

async fn is_repeated(ctx: &Ctx, tx: &Tx, workspace: &Workspace, post: &PostWritten) -> Result<bool> {
    if store::messages::by_post(tx, workspace.id, &post.post).await?.is_some() {
        return Ok(true);
    }
    let Some(client) = &post.client_id else { return Ok(false) };
    store::messages::has_client_id(tx, workspace.id, client, ctx.now() - CLIENT_REPEAT).await
}

async fn send(ctx: &Ctx, tx: &Tx, place: (&Workspace, Conversation), post: &PostWritten, body: String) -> Result<()> {
    let (workspace, conversation) = place;
    let author = members::ensure_member(ctx, tx, workspace.id, &post.team, &post.user).await?;
    let draft = Draft {
        workspace: workspace.clone(),
        number: numbers::lock(tx, workspace.id, conversation.number_id).await?,
        contact: contacts::lock(tx, workspace.id, conversation.contact_id).await?,
        conversation,
        body,
        origin: Origin::Post,
        author: Some(author.id.to_string()),
    };
    let of_post = |message: Message| Message {
        post_channel: Some(post.post.channel.clone()),
        post_ts: Some(post.post.ts.clone()),
        client_id: post.client_id.clone(),
        ..message
    };
    let message = outbound::queue(ctx, tx, &draft, of_post).await?;
    outbound::promise_mark(ctx, tx, &message).await
}

fn refusal_parts(refusal: &Error) -> Vec<Part> {
    let mut sentence = vec![Span::Bold("Not sent. ".to_owned())];
    match refusal {
        Error::LimitReached(LimitReached { used, limit, wanted, resets_at }) => {
            let left = (limit - used).max(0);
            sentence.push(Span::Text(format!(
                "This text needs {wanted} {}, and {left} of this month's {limit} are left ({used} used). The allowance starts again on ",
                if *wanted == 1 { "segment" } else { "segments" }
            )));
            sentence.push(Span::Time(*resets_at));
            sentence.push(Span::Text(". Until then an operator can add segments.".to_owned()));
        }
        other => sentence.push(Span::Text(other.to_string())),
    }
    vec![Part::Text(sentence)]
}

/// A post was changed or deleted. A text cannot be taken back, so its author is told.
pub(crate) async fn edited(ctx: &Ctx, tx: &Tx, change: &PostChanged) -> Result<&'static str> {
    let Some(workspace) = workspaces::in_team(tx, &change.team).await? else { return Ok("no workspace of ours") };
    let Some(message) = store::messages::by_post(tx, workspace.id, &change.post).await? else {
        return Ok("not a text of ours");
    };
    let Some((place, user)) = author_place(tx, &message).await? else { return Ok("its author is unknown") };
    let verb = if change.text.is_some() { "editing" } else { "deleting" };
    let sorry = format!("The text had already gone, so {verb} your post does not change what the contact got.");
    whisper(ctx, tx, &workspace, (&place, &user), vec![Part::Text(vec![Span::Text(sorry)])]).await?;
    Ok("already sent, member told")
}

/// Tells the author of a message that it did not arrive, why, and what to do.
pub(super) async fn tell_failure(ctx: &Ctx, tx: &Tx, message: &Message, reason: FailureReason) -> Result<()> {
    let contact = contact_name(tx, message).await?;
    let mut parts = vec![Part::Text(vec![
        Span::Bold(format!("Your text to {contact} did not arrive. ")),
        Span::Text(reason.sentence().to_owned()),
    ])];
    if reason.is_retryable() {
        parts.push(Part::Buttons(vec![button("Retry", message)]));
    }
    tell_author(ctx, tx, message, parts).await
}

/// Tells the author of a message that nobody knows whether it was sent.
pub(super) async fn tell_unconfirmed(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let contact = contact_name(tx, message).await?;
    let what = format!("The carrier never confirmed your text to {contact}. It may have arrived. ");
    let parts = vec![
        Part::Text(vec![Span::Bold(what), Span::Text("Send it again only if a double does no harm.".to_owned())]),
        Part::Buttons(vec![button("Send again", message)]),
    ];
    tell_author(ctx, tx, message, parts).await
}

fn button(label: &str, message: &Message) -> Button {
    Button {
        action: "message.retry".to_owned(),
        value: message.id.to_string(),
        label: label.to_owned(),
        style: ButtonStyle::Primary,
        confirm: None,
    }
}

async fn contact_name(tx: &Tx, message: &Message) -> Result<String> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    Ok(contacts::lock(tx, message.workspace_id, conversation.contact_id).await?.shown())
}

async fn tell_author(ctx: &Ctx, tx: &Tx, message: &Message, parts: Vec<Part>) -> Result<()> {
    let Some((place, user)) = author_place(tx, message).await? else { return Ok(()) };
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    whisper(ctx, tx, &workspace, (&place, &user), parts).await
}

/// Where the author of a message is found in the chat; none for a message that was not written there.
async fn author_place(tx: &Tx, message: &Message) -> Result<Option<(Place, String)>> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let (Some(channel), Some(ts)) = (conversation.channel_id, conversation.thread_ts) else { return Ok(None) };
    let user = message.author.as_deref().and_then(|author| author.parse().ok());
    let Some(user) = user else { return Ok(None) };
    let place = Place { channel, thread: Some(ts) };
    Ok(members::user_in(tx, user).await?.map(|user| (place, user.chat_user_id)))
}

/// Tells one member something that nobody else sees.
async fn whisper(ctx: &Ctx, tx: &Tx, workspace: &Workspace, to: (&Place, &str), parts: Vec<Part>) -> Result<()> {
    let (place, user) = to;
    let post = Post { parts, ..Post::default() };
    let tell = Promise::new(Task::Whisper { place: place.clone(), user: user.to_owned(), post }).of(workspace.id);
    outbox::append(ctx, tx, tell.in_lane(outbox::team_lane(&workspace.team_id))).await
}

#[cfg(test)]
mod tests {
    use super::is_note;

    #[test]
    fn a_note_is_recognised_however_it_is_written() {
        assert!(["note: call her", "NOTE:call her", "  Note: x"].iter().all(|text| is_note(text)));
    }

    #[test]
    fn a_text_that_only_mentions_a_note_is_none() {
        assert!(["please note: we close at 5", "notes", "not", "ñote:"].iter().all(|text| !is_note(text)));
    }
}
