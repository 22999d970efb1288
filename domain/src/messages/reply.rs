//! A member writes in a thread: that becomes a text. Whatever forbids it is said to the member alone, with what to do; nothing is said to the
//! customer by mistake.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::{
    Message, Origin, Status, drafts,
    outbound::{self, Draft},
    store, templated,
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        carrier::FailureReason,
        chat::{Button, ButtonStyle, Part, Place, Span},
        inbound::{PostWritten, with_names},
    },
    conversations,
    error::LimitReached,
    members, numbers,
    outbox::{self, Listener},
    workspaces::{self, SendMode, Workspace},
};

/// What keeps a post internal, in any case.
const NOTE: &str = "note:";

/// How long a client may take to repeat the same post under another time stamp.
const CLIENT_REPEAT: TimeDelta = TimeDelta::minutes(10);

/// Within this time after a colleague's answer a second one is asked first.
const COLLISION: TimeDelta = TimeDelta::seconds(10);

/// Makes a text of a post, when it is one. What was done, for the log.
pub(crate) async fn reply(
    ctx: &Ctx,
    tx: &Tx,
    post: &PostWritten,
    names: &HashMap<String, String>,
) -> Result<&'static str> {
    let Some(workspace) = workspaces::in_team(tx, &post.team).await? else { return Ok("no workspace of ours") };
    let at = conversations::at(tx, workspace.id, &post.post.channel, post.thread.as_deref()).await?;
    let Some(conversation) = at else { return Ok("not in a conversation of ours") };
    let text = with_names(&post.text, &post.mentions, names);
    if is_note(&text) {
        return Ok("a note: kept internal");
    }
    if is_repeated(ctx, tx, &workspace, post).await? {
        return Ok("the client repeated itself: sent once");
    }
    let mode = workspaces::send_mode(tx, workspace.id, &post.post.channel).await?;
    if mode == SendMode::Explicit && !post.is_to_app {
        return Ok("kept internal: here only what is addressed to the app is sent");
    }
    if text.trim().is_empty() && post.files.is_empty() {
        return Ok("empty");
    }
    let place = Place { channel: post.post.channel.clone(), thread: post.thread.clone() };
    let moved = conversations::moved_notice(&conversation, &place.channel, place.thread.as_deref());
    if let Some(notice) = moved.filter(|_| !conversation.must_choose()) {
        whisper(ctx, tx, &workspace, (&place, &post.user), notice).await?;
        outbound::promise_not_sent(ctx, tx, &workspace, post.post.clone()).await?;
        return Ok("the conversation has moved: member told");
    }
    let author = members::ensure_member(ctx, tx, workspace.id, &post.team, &post.user).await?;
    let draft = Draft {
        number: numbers::lock(tx, workspace.id, conversation.number_id).await?,
        contact: contacts::lock(tx, workspace.id, conversation.contact_id).await?,
        conversation,
        body: text,
        origin: Origin::Post,
        author: Some(author.id.to_string()),
        not_before: None,
        files: post.files.clone(),
        workspace,
    };
    match say(ctx, tx, draft, post, mode).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            let workspace = workspaces::in_team(tx, &post.team).await?.ok_or(Error::NotFound { what: "workspace" })?;
            whisper(ctx, tx, &workspace, (&place, &post.user), refusal_parts(&refusal)).await?;
            outbound::promise_not_sent(ctx, tx, &workspace, post.post.clone()).await?;
            Ok("refused, member told")
        }
        said => said,
    }
}

/// Sends, unless the author has to be asked first.
async fn say(ctx: &Ctx, tx: &Tx, draft: Draft, post: &PostWritten, mode: SendMode) -> Result<&'static str> {
    let draft = templated::filled(tx, draft, post.is_to_app).await?;
    let question = match mode {
        _ if draft.conversation.must_choose() => Some((drafts::Reason::ChannelGone, channel_gone(&draft))),
        SendMode::Confirm => Some((drafts::Reason::Confirm, confirmation(&draft))),
        SendMode::Auto | SendMode::Explicit => {
            collision(ctx, tx, &draft).await?.map(|question| (drafts::Reason::Collision, question))
        }
    };
    if let Some((reason, question)) = question {
        outbound::check(tx, &draft).await?;
        drafts::ask(ctx, tx, (&draft, post), reason, question).await?;
        return Ok("its author is asked first");
    }
    if draft.origin == Origin::Composed {
        templated::send(ctx, tx, &draft).await?;
        return Ok("sent a template");
    }
    let undo = TimeDelta::seconds(i64::from(draft.number.undo_secs));
    let draft = Draft { not_before: Some(ctx.now() + undo), ..draft };
    let of_post = |message: Message| Message {
        post_channel: Some(post.post.channel.clone()),
        post_ts: Some(post.post.ts.clone()),
        client_id: post.client_id.clone(),
        ..message
    };
    let message = outbound::queue(ctx, tx, &draft, of_post).await?;
    outbound::promise_mark(ctx, tx, &message).await?;
    Ok("sent")
}

fn channel_gone(draft: &Draft) -> Vec<Span> {
    vec![
        Span::Text("The channel with ".to_owned()),
        Span::Bold(draft.contact.shown()),
        Span::Text(" is gone. Where shall this go on?".to_owned()),
    ]
}

fn confirmation(draft: &Draft) -> Vec<Span> {
    vec![Span::Text("Send this to ".to_owned()), Span::Bold(draft.contact.shown()), Span::Text("?".to_owned())]
}

/// What a colleague has just answered, when someone did.
async fn collision(ctx: &Ctx, tx: &Tx, draft: &Draft) -> Result<Option<Vec<Span>>> {
    let Some(last) = draft.conversation.last_message_id else { return Ok(None) };
    let Some(last) = store::messages::by_id(tx, last).await? else { return Ok(None) };
    let age = ctx.now() - last.created_at;
    let is_answer = last.origin == Origin::Post && last.status != Status::Canceled;
    if !is_answer || last.author == draft.author || age > COLLISION {
        return Ok(None);
    }
    let name = drafts::name_of(tx, last.author.as_deref().unwrap_or_default()).await?;
    let ago = match age.num_seconds() {
        ..=1 => "1 second".to_owned(),
        secs => format!("{secs} seconds"),
    };
    let end = if last.body.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    Ok(Some(vec![
        Span::Bold(format!("{name} answered {} {ago} ago: ", draft.contact.shown())),
        Span::Text(format!("“{}”{end} Send yours as well?", last.body)),
    ]))
}

pub(super) fn is_note(text: &str) -> bool {
    let start = text.trim_start();
    start.get(..NOTE.len()).is_some_and(|start| start.eq_ignore_ascii_case(NOTE))
}

async fn is_repeated(ctx: &Ctx, tx: &Tx, workspace: &Workspace, post: &PostWritten) -> Result<bool> {
    if store::messages::by_post(tx, workspace.id, &post.post).await?.is_some() {
        return Ok(true);
    }
    if store::drafts::by_post(tx, workspace.id, &post.post).await?.is_some() {
        return Ok(true);
    }
    let Some(client) = &post.client_id else { return Ok(false) };
    let since = ctx.now() - CLIENT_REPEAT;
    Ok(store::messages::has_client_id(tx, workspace.id, client, since).await?
        || store::drafts::has_client_id(tx, workspace.id, client, since).await?)
}

pub(crate) fn refusal_parts(refusal: &Error) -> Vec<Part> {
    let mut sentence = vec![Span::Bold("Not sent. ".to_owned())];
    match refusal {
        Error::LimitReached(LimitReached { used, limit, wanted, resets_at }) => {
            let left = (limit - used).max(0);
            sentence.push(Span::Text(format!(
                "This text needs {wanted} {}, and {left} of this month’s {limit} are left ({used} used). The allowance starts again on ",
                if *wanted == 1 { "segment" } else { "segments" }
            )));
            sentence.push(Span::Time(*resets_at));
            sentence.push(Span::Text(". Until then an operator can add segments.".to_owned()));
        }
        other => sentence.push(Span::Text(other.to_string())),
    }
    vec![Part::Text(sentence)]
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

pub(super) fn button(label: &str, message: &Message) -> Button {
    Button {
        action: "message.retry".to_owned(),
        value: message.id.to_string(),
        label: label.to_owned(),
        style: ButtonStyle::Primary,
        confirm: None,
    }
}

pub(super) async fn contact_name(tx: &Tx, message: &Message) -> Result<String> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    Ok(contacts::lock(tx, message.workspace_id, conversation.contact_id).await?.shown())
}

/// Tells the author of a message something, where they wrote it.
pub(super) async fn tell_author(ctx: &Ctx, tx: &Tx, message: &Message, parts: Vec<Part>) -> Result<()> {
    let Some((place, user)) = author_place(tx, message).await? else { return Ok(()) };
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    whisper(ctx, tx, &workspace, (&place, &user), parts).await
}

/// Where the author of a message is found in the chat; none for a message that was not written there.
async fn author_place(tx: &Tx, message: &Message) -> Result<Option<(Place, String)>> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let Some(place) = conversation.place() else { return Ok(None) };
    let user = message.author.as_deref().and_then(|author| author.parse().ok());
    let Some(user) = user else { return Ok(None) };
    Ok(members::user_in(tx, user).await?.map(|user| (place, user.chat_user_id)))
}

/// Tells one member something that nobody else sees.
async fn whisper(ctx: &Ctx, tx: &Tx, workspace: &Workspace, to: (&Place, &str), parts: Vec<Part>) -> Result<()> {
    let (place, user) = to;
    let listener = Listener {
        workspace: workspace.id,
        team: workspace.team_id.clone(),
        user: user.to_owned(),
        place: Some(place.clone()),
    };
    outbox::tell(ctx, tx, &listener, parts).await
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
