//! Channels that cannot be posted to. What is meant for one waits, parked and in order; whoever installed the app is told once, with a way to choose
//! another channel.

use chrono::{DateTime, Utc};

use super::{KnownChannel, store};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Button, ButtonStyle, Part, Post, Span},
    ids::WorkspaceId,
    outbox::{self, Lease, Listener, Promise, Settlement, Task, park_key},
};

/// The chat says that a channel is gone. Tells the installer once.
pub(crate) async fn channel_lost(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    reason: &str,
) -> Result<&'static str> {
    let Some(row) = store::channels::by_id(tx, workspace, channel).await? else { return Ok("not a channel of ours") };
    if row.lost_reason.is_some() {
        return Ok("known already");
    }
    let name = row.name.clone().unwrap_or_else(|| channel.to_owned());
    let lost = KnownChannel { lost_reason: Some(reason.to_owned()), lost_at: Some(ctx.now()), ..row };
    store::channels::set_lost(tx, &lost).await?;
    let key = format!("channel_lost:{workspace}:{channel}:{}", ctx.now().timestamp_micros());
    let tell = Promise::new(Task::TellInstaller { post: news(&name, channel, reason, key) }).of(workspace);
    outbox::append(ctx, tx, tell).await?;
    Ok("channel marked as lost, installer told")
}

fn news(name: &str, channel: &str, reason: &str, key: String) -> Post {
    let line = vec![
        Span::Text("I cannot post to ".to_owned()),
        Span::Bold(format!("#{name}")),
        Span::Text(format!(
            " any more ({}). No text is lost: they wait, in order. Choose another channel, or bring this one back: unarchive it, or invite me with /invite.",
            reason.replace('_', " ")
        )),
    ];
    let button = |action: &str, label: &str, style| Button {
        action: action.to_owned(),
        value: channel.to_owned(),
        label: label.to_owned(),
        style,
        confirm: None,
    };
    let buttons = vec![
        button("channel.choose", "Choose another channel", ButtonStyle::Primary),
        button("channel.retry", "Try again", ButtonStyle::Plain),
    ];
    Post { key, author: None, parts: vec![Part::Text(line), Part::Buttons(buttons)] }
}

/// A channel is gone, and nobody has to be told.
pub(crate) async fn note_lost(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str, reason: &str) -> Result<()> {
    let known = store::channels::by_id(tx, workspace, channel).await?.filter(|row| row.lost_reason.is_none());
    let Some(row) = known else { return Ok(()) };
    let lost = KnownChannel { lost_reason: Some(reason.to_owned()), lost_at: Some(ctx.now()), ..row };
    store::channels::set_lost(tx, &lost).await
}

/// The chat itself has told that a channel is gone, so somebody wanted it.
pub(crate) async fn note_told(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<()> {
    match store::channels::lock(tx, workspace, channel).await? {
        Some(row) => store::channels::set_lost(tx, &KnownChannel { is_loss_told: true, ..row }).await,
        None => Ok(()),
    }
}

/// A post found the channel gone: the same as the event, which may come later or never.
pub(crate) async fn report_channel_gone(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    reason: &str,
) -> Result<()> {
    store::channels::insert_if_new(tx, KnownChannel::new(workspace, channel, None)).await?;
    channel_lost(ctx, tx, workspace, channel, reason).await.map(drop)
}

/// The chat says that a channel is back: what waits for it is posted, in order.
pub(crate) async fn channel_back(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<&'static str> {
    let Some(row) = store::channels::by_id(tx, workspace, channel).await? else { return Ok("not a channel of ours") };
    store::channels::set_lost(tx, &KnownChannel { lost_reason: None, lost_at: None, is_loss_told: false, ..row })
        .await?;
    outbox::unpark(ctx, tx, workspace, &park_key::channel(workspace, channel)).await?;
    Ok("channel is back")
}

/// Whether a channel cannot be posted to, inside a transaction.
pub(crate) async fn is_lost(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    Ok(store::channels::by_id(tx, workspace, channel).await?.is_some_and(|row| row.lost_reason.is_some()))
}

/// Why a channel cannot be posted to; it stays as it is until the transaction ends.
pub(crate) async fn lost_reason(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<Option<String>> {
    Ok(store::channels::lock(tx, workspace, channel).await?.and_then(|row| row.lost_reason))
}

/// The channel that somebody chose cannot be used: they are told why; whoever installed the app, when it was chosen elsewhere than in the chat.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn choice_refused(
    ctx: &Ctx,
    lease: &Lease,
    workspace: WorkspaceId,
    user: Option<&str>,
    why: &str,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let team = super::lock(&tx, workspace).await?.team_id;
    let sentence = vec![Span::Bold("This channel cannot be used yet. ".to_owned()), Span::Text(why.to_owned())];
    let parts = vec![Part::Text(sentence)];
    match user {
        Some(user) => {
            let listener = Listener { workspace, team, user: user.to_owned(), place: None };
            outbox::tell(ctx, &tx, &listener, parts).await?;
        }
        None => {
            let post = Post { key: format!("choice_refused:{}", lease.id), author: None, parts };
            outbox::append(ctx, &tx, Promise::new(Task::TellInstaller { post }).of(workspace)).await?;
        }
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Whether a channel is one that a workspace uses or used.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn is_known(ctx: &Ctx, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    Ok(store::channels::by_id(ctx.database.reader(), workspace, channel).await?.is_some())
}

/// Channels that were lost since an instant, the last one first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn lost_since(ctx: &Ctx, since: DateTime<Utc>, at_most: u64) -> Result<Vec<KnownChannel>> {
    store::channels::lost_since(ctx.database.reader(), since, at_most).await
}

/// Whether a channel is known not to be posted to.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn is_known_lost(ctx: &Ctx, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    let row = store::channels::by_id(ctx.database.reader(), workspace, channel).await?;
    Ok(row.is_some_and(|row| row.lost_reason.is_some()))
}
