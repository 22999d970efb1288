//! A member changes or deletes the post that became a text. While the text waits for the end of its undo window, it follows the post; afterwards it has
//! gone, and its author is told that the contact has what stood there before.

use std::collections::HashMap;

use super::{Message, Status, drafts, files, outbound, reply, store, templated};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        chat::{Part, Span},
        inbound::{PostChanged, with_names},
    },
    outbox, sms, usage,
    workspaces::{self, Workspace},
};

/// A post was changed or deleted. What was done, for the log.
pub(crate) async fn edited(
    ctx: &Ctx,
    tx: &Tx,
    change: &PostChanged,
    names: &HashMap<String, String>,
) -> Result<&'static str> {
    let text = change.text.as_deref().map(|text| with_names(text, &change.mentions, names));
    let change = &PostChanged { text, ..change.clone() };
    let Some(workspace) = workspaces::in_team(tx, &change.team).await? else { return Ok("no workspace of ours") };
    if let Some(followed) = drafts::follow(ctx, tx, workspace.id, change).await? {
        return Ok(followed);
    }
    let Some(message) = store::messages::by_post(tx, workspace.id, &change.post).await? else {
        return Ok("not a text of ours");
    };
    if message.status == Status::Canceled {
        return Ok("was taken back already");
    }
    let is_held =
        message.status == Status::Queued && outbox::hold_back(tx, "message.send", &message.id.to_string()).await?;
    if !is_held {
        return too_late(ctx, tx, &workspace, &message, change).await;
    }
    match &change.text {
        Some(text) if !reply::is_note(text) => match follow(ctx, tx, &workspace, &message, (change, text)).await {
            Ok(()) => Ok("changed before it was sent"),
            Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
            Err(refusal) => {
                take_back(ctx, tx, &message).await?;
                reply::tell_author(ctx, tx, &message, reply::refusal_parts(&refusal)).await?;
                Ok("refused as it stands now, member told")
            }
        },
        changed => {
            take_back(ctx, tx, &message).await?;
            if changed.is_none() {
                // The marks went with the post.
                store::messages::set_mark(tx, message.id, None).await?;
            }
            let taken = vec![Span::Bold("Not sent. ".to_owned()), Span::Text("You took it back in time.".to_owned())];
            reply::tell_author(ctx, tx, &message, vec![Part::Text(taken)]).await?;
            Ok("taken back before it was sent")
        }
    }
}

/// The text says what its post says now. A template goes out in its place, as if it had been asked for at first.
async fn follow(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    message: &Message,
    (change, text): (&PostChanged, &str),
) -> Result<()> {
    if !templated::is_wanted(change.is_to_app, text) {
        return revise(ctx, tx, workspace, message, text).await;
    }
    let (_, files) = files::again(ctx, tx, message).await?;
    let (text, by) = ((text.to_owned(), files), (message.origin, message.author.clone()));
    let draft = outbound::draft_in(tx, message.conversation_id, text, by).await?;
    let draft = templated::filled(tx, draft, true).await?;
    take_back(ctx, tx, message).await?;
    templated::send(ctx, tx, &draft).await.map(drop)
}

async fn revise(ctx: &Ctx, tx: &Tx, workspace: &Workspace, message: &Message, text: &str) -> Result<()> {
    let files::Plan { body, segment_count, .. } = files::reworded(ctx, tx, message, (text, message.created_at)).await?;
    usage::revise(ctx, tx, workspace, message.id, i64::from(segment_count)).await?;
    store::messages::set_body(tx, message.id, &body, (sms::measure(&body).encoding, segment_count)).await
}

async fn take_back(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    outbox::withdraw(ctx, tx, "message.send", &message.id.to_string()).await?;
    outbound::withdrawn(ctx, tx, message).await
}

async fn too_late(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    message: &Message,
    change: &PostChanged,
) -> Result<&'static str> {
    let verb = if change.text.is_some() { "editing" } else { "deleting" };
    let sorry = format!("The text had already gone, so {verb} your post does not change what the contact got.");
    tracing::debug!(workspace = %workspace.id, message = %message.id, "a post was changed after its text had gone");
    reply::tell_author(ctx, tx, message, vec![Part::Text(vec![Span::Text(sorry)])]).await?;
    Ok("already sent, member told")
}
