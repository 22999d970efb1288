//! Channels that texts go to. A channel that is gone holds its posts parked, in order, until it is back or another one is chosen; whoever
//! installed the app is told once.

use super::{KnownChannel, Workspace, store};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Button, ButtonStyle, Channel, Part, Place, Post, Span},
    ids::WorkspaceId,
    outbox::{self, Lease, Promise, Settlement, Task, park_key},
};

/// The workspace's shared channel exists and the app is in it: remembers it, and greets in it the first time.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_prepared(ctx: &Ctx, lease: &Lease, workspace: &Workspace, channel: &Channel) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let row = KnownChannel {
        workspace_id: workspace.id,
        channel_id: channel.id.clone(),
        name: Some(channel.name.clone()),
        lost_reason: None,
        lost_at: None,
    };
    store::channels::save(&tx, row).await?;
    if workspace.default_channel_id.as_deref() != Some(channel.id.as_str()) {
        store::workspaces::set_default_channel(&tx, workspace.id, &channel.id).await?;
        let place = Place { channel: channel.id.clone(), thread: None };
        let greet = Promise::new(Task::Publish { place, post: greeting(workspace.id) }).of(workspace.id);
        outbox::append(ctx, &tx, greet.once(format!("greeting:{}:{}", workspace.id, channel.id))).await?;
    }
    outbox::unpark(ctx, &tx, &park_key::channel(workspace.id, &channel.id)).await?;
    outbox::unpark(ctx, &tx, &park_key::shared_channel(workspace.id)).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

fn greeting(workspace: WorkspaceId) -> Post {
    let text = |text: &str| Span::Text(text.to_owned());
    let button = Button {
        action: "number.find".to_owned(),
        value: workspace.to_string(),
        label: "Get a number".to_owned(),
        style: ButtonStyle::Primary,
        confirm: None,
    };
    Post {
        key: format!("greeting:{workspace}"),
        author: None,
        parts: vec![
            Part::Text(vec![
                Span::Bold("Welcome to Clerk.".to_owned()),
                text(
                    " Texts from your customers will arrive in this channel, each person in a thread of their own. Answer in the thread and they get a text.",
                ),
            ]),
            Part::Text(vec![text("First you need a phone number. The free plan has one, with 10 segments a month.")]),
            Part::Buttons(vec![button]),
        ],
    }
}

/// Channels that we know of workspaces.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list_channels(ctx: &Ctx, workspaces: &[WorkspaceId]) -> Result<Vec<KnownChannel>> {
    store::channels::of(ctx.database.reader(), workspaces).await
}

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
    let post = Post {
        key: format!("channel_lost:{workspace}:{channel}:{}", ctx.now().timestamp_micros()),
        author: None,
        parts: vec![Part::Text(vec![
            Span::Text("I cannot post to ".to_owned()),
            Span::Bold(format!("#{name}")),
            Span::Text(format!(
                " any more ({}). No text is lost: they wait, in order. Bring the channel back: unarchive it, or invite me with /invite.",
                reason.replace('_', " ")
            )),
        ])],
    };
    let tell = Promise::new(Task::TellInstaller { post }).of(workspace);
    outbox::append(ctx, tx, tell).await?;
    Ok("channel marked as lost, installer told")
}

/// A post found the channel gone: the same as the event, which may come later or never.
pub(crate) async fn report_channel_gone(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    reason: &str,
) -> Result<()> {
    channel_lost(ctx, tx, workspace, channel, reason).await.map(drop)
}

/// The chat says that a channel is back: what waits for it is posted, in order.
pub(crate) async fn channel_back(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<&'static str> {
    let Some(row) = store::channels::by_id(tx, workspace, channel).await? else { return Ok("not a channel of ours") };
    store::channels::set_lost(tx, &KnownChannel { lost_reason: None, lost_at: None, ..row }).await?;
    outbox::unpark(ctx, tx, &park_key::channel(workspace, channel)).await?;
    Ok("channel is back")
}
