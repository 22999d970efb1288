//! Channels that are gone. A conversation whose own channel is gone comes back to its thread in the same delivery, told by an event or by the failing
//! post, whichever is first; what was to be posted into a shared channel waits, in order, until the channel is back or another one is chosen.

use super::{moving, signposts, store, store::Turnout};
use crate::{
    By, Ctx, Result, Tx,
    audit::{self, Deed},
    contracts::chat::{Channel, PostRef},
    conversations::{Conversation, Placement, parents},
    ids::{ConversationId, NumberId, WorkspaceId},
    numbers,
    outbox::{self, Adopted, Lease, Promise, Settlement, Sign, Signpost, Task, park_key},
    workspaces::{self, Workspace},
};

/// The chat says that a channel is gone. What was done, for the log.
pub(crate) async fn channel_lost(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    channel: &str,
    reason: &str,
) -> Result<&'static str> {
    let outcome = if own_channel_lost(ctx, tx, workspace.id, channel, reason).await? {
        "conversation goes on in its thread"
    } else if is_used(tx, workspace, channel).await? {
        workspaces::channel_lost(ctx, tx, workspace.id, channel, reason).await?
    } else {
        workspaces::note_lost(ctx, tx, workspace.id, channel, reason).await?;
        "nothing goes to this channel"
    };
    workspaces::note_told(tx, workspace.id, channel).await?;
    Ok(outcome)
}

/// Whether texts go to a shared channel, or threads stand there.
async fn is_used(tx: &Tx, workspace: &Workspace, channel: &str) -> Result<bool> {
    if workspace.default_channel_id.as_deref() == Some(channel) {
        return Ok(true);
    }
    let numbers = numbers::held_by(tx, workspace.id).await?;
    let is_of_number = numbers.iter().any(|number| number.shared_channel_id.as_deref() == Some(channel));
    Ok(is_of_number || !store::with_thread_in(tx, workspace.id, channel).await?.is_empty())
}

/// Takes a conversation back to its thread. False for a channel that is no conversation's own.
async fn own_channel_lost(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str, reason: &str) -> Result<bool> {
    let Some(direct) = store::direct_by_channel(tx, workspace, channel).await? else { return Ok(false) };
    workspaces::note_lost(ctx, tx, workspace, channel, reason).await?;
    let conversation = store::lock(tx, direct.conversation_id).await?;
    if let Some(conversation) =
        conversation.filter(|row| row.is_direct() && row.own_channel_id.as_deref() == Some(channel))
    {
        let to = Turnout {
            placement: Some(Placement::SharedThread),
            is_lost: Some(true),
            is_fallback_due: Some(true),
            asked_at: Some(None),
            ..Turnout::default()
        };
        moving::turn(ctx, tx, conversation.id, to).await?;
        parents::changed_place(ctx, tx, conversation.id).await?;
    }
    Ok(true)
}

/// The chat says that a channel is back. What was done, for the log, and the conversation that went back to it, if any.
pub(crate) async fn channel_back(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    channel: &str,
) -> Result<(&'static str, Option<ConversationId>)> {
    let outcome = workspaces::channel_back(ctx, tx, workspace.id, channel).await?;
    parents::refresh_in(ctx, tx, workspace.id, channel).await?;
    let Some(direct) = store::direct_by_channel(tx, workspace.id, channel).await? else { return Ok((outcome, None)) };
    let waits = |row: &Conversation| row.is_own_channel_lost && row.own_channel_id.as_deref() == Some(channel);
    let Some(conversation) = store::lock(tx, direct.conversation_id).await?.filter(waits) else {
        return Ok((outcome, None));
    };
    moving::go_to_channel(ctx, tx, workspace, &conversation, channel).await?;
    Ok(("conversation went back to its channel", Some(conversation.id)))
}

/// A post found its channel gone. A conversation's own: the task goes on at once, to the thread. A shared one: the task waits until the channel is
/// back, and whoever installed the app is told.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_gone(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId, channel: &str, reason: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    workspaces::lost_reason(&tx, workspace, channel).await?;
    let end = if outbox::is_outdated(&tx, lease).await? {
        // The channel may be back since the post was refused.
        outbox::look_again(ctx)
    } else if own_channel_lost(ctx, &tx, workspace, channel, reason).await? {
        // What was meant for that channel alone has no other place.
        if matches!(lease.task, Task::Publish { .. } | Task::PutSignpost { .. }) {
            Settlement::Done
        } else {
            Settlement::Step
        }
    } else {
        workspaces::report_channel_gone(ctx, &tx, workspace, channel, reason).await?;
        waiting(workspace, channel, reason)
    };
    outbox::settle(ctx, &tx, lease, &end).await?;
    tx.commit().await
}

fn waiting(workspace: WorkspaceId, channel: &str, reason: &str) -> Settlement {
    let why = format!("the channel cannot be posted to ({reason})");
    Settlement::Park { on: park_key::channel(workspace, channel), why }
}

/// Lets a task wait for a channel that is known to be gone. False when it is not gone.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn wait_for_channel(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    if !workspaces::is_known_lost(ctx, workspace, channel).await? {
        return Ok(false);
    }
    let tx = ctx.database.begin().await?;
    // Asked again, and held: it may be back by now, and then nobody would wake the task.
    let end = match workspaces::lost_reason(&tx, workspace, channel).await? {
        Some(reason) => waiting(workspace, channel, &reason),
        None => outbox::look_again(ctx),
    };
    outbox::settle(ctx, &tx, lease, &end).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether a channel is gone and nothing goes there any more, because another one took its place.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn is_left(ctx: &Ctx, workspace: WorkspaceId, channel: &str) -> Result<bool> {
    if !workspaces::is_known_lost(ctx, workspace, channel).await? {
        return Ok(false);
    }
    let row = workspaces::find(ctx, &[workspace]).await?.pop();
    let is_default = row.is_some_and(|row| row.default_channel_id.as_deref() == Some(channel));
    let numbers = numbers::of_workspace(ctx, workspace).await?;
    Ok(!is_default && !numbers.iter().any(|number| number.shared_channel_id.as_deref() == Some(channel)))
}

/// The thread was told that its conversation came back.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn fallback_told(ctx: &Ctx, lease: &Lease, conversation: &Conversation, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let own_channel = conversation.own_channel_id.clone().unwrap_or_default();
    let signpost = Signpost { conversation: conversation.id, sign: Sign::Fallback, own_channel };
    signposts::stands(ctx, &tx, &signpost, at).await?;
    store::turn(&tx, conversation.id, Turnout { is_fallback_due: Some(false), ..Turnout::default() }).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Step).await?;
    tx.commit().await
}

/// Texts go to another channel. Instead of one that is gone: in new threads, and what waited is posted. Those of a number: its new conversations, and
/// those whose thread is gone.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn shared_channel_chosen(
    ctx: &Ctx,
    lease: &Lease,
    workspace: WorkspaceId,
    whose: &Adopted,
    channel: &Channel,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    workspaces::channel_in_use(ctx, &tx, workspace, &channel.id, Some(&channel.name)).await?;
    let left = match whose {
        Adopted::InsteadOf(gone) => {
            workspaces::replace_default_channel(&tx, workspace, gone, &channel.id).await?;
            numbers::replace_shared_channel(&tx, workspace, gone, &channel.id).await?;
            Some((gone.clone(), None))
        }
        Adopted::Number(number) => leave_lost(&tx, workspace, *number, &channel.id).await?,
    };
    if let Some((gone, of)) = left.filter(|(gone, _)| *gone != channel.id) {
        for conversation in store::with_thread_in(&tx, workspace, &gone).await? {
            if of.is_none_or(|number| conversation.number_id == number) {
                store::give_up_thread(ctx, &tx, &conversation).await?;
            }
        }
        outbox::unpark(ctx, &tx, workspace, &park_key::channel(workspace, &gone)).await?;
    }
    outbox::unpark(ctx, &tx, workspace, &park_key::channel(workspace, &channel.id)).await?;
    outbox::unpark(ctx, &tx, workspace, &park_key::shared_channel(workspace)).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// A number's texts go to a channel. The one that they went to, when that is gone.
async fn leave_lost(
    tx: &Tx,
    workspace: WorkspaceId,
    number: NumberId,
    channel: &str,
) -> Result<Option<(String, Option<NumberId>)>> {
    let before = numbers::lock(tx, workspace, number).await?;
    let default = workspaces::lock(tx, workspace).await?.default_channel_id;
    numbers::set_shared_channel(tx, number, channel).await?;
    match before.shared_channel_id.or(default) {
        Some(old) if workspaces::is_lost(tx, workspace, &old).await? => Ok(Some((old, Some(number)))),
        _ => Ok(None),
    }
}

/// Lets the texts of a number go to another channel, as soon as the app is in it.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn route_to(ctx: &Ctx, by: &By, workspace: WorkspaceId, number: NumberId, channel: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let before = numbers::lock(&tx, workspace, number).await?.shared_channel_id;
    let team = workspaces::lock(&tx, workspace).await?.team_id;
    let adopt = Task::AdoptChannel { channel: channel.to_owned(), whose: Adopted::Number(number), user: None };
    let adopt = Promise::new(adopt).of(workspace).in_lane(outbox::team_lane(&team));
    outbox::append(ctx, &tx, adopt.in_order_of(format!("workspace:{workspace}"))).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberUpdate",
        summary: "Chose another channel for a number.".to_owned(),
        subject: Some(number.to_string()),
        changes: serde_json::json!({ "sharedChannelId": { "before": before, "after": channel } }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await
}
