//! Sending again what did not arrive, and withdrawing what has not gone. A repetition is a message of its own, so each status still only goes
//! forward; the member's post shows the latest.

use super::{Direction, Message, Origin, Status, files, outbound, receive, scheduled, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    ids::{MessageId, WorkspaceId},
    outbox, usage,
};

/// Sends a message again that did not arrive, or that nobody could confirm.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for one that is on its way or arrived; and everything that forbids sending.
pub async fn retry(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    match retry_once(ctx, by, workspace, id).await {
        Err(error) if usage::is_contended(&error) => retry_once(ctx, by, workspace, id).await,
        done => done,
    }
}

async fn retry_once(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let message = retry_in(ctx, &tx, by, workspace, id).await?;
    tx.commit().await?;
    Ok(message)
}

/// The same from a button in the chat. What was done, for the log.
pub(crate) async fn retry_from_post(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, id: MessageId) -> Result<()> {
    retry_in(ctx, tx, by, workspace, id).await.map(drop)
}

async fn retry_in(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let failed = store::messages::by_id(tx, id).await?.filter(|message| message.workspace_id == workspace);
    let failed = failed.ok_or(Error::NotFound { what: "message" })?;
    let can_repeat =
        matches!(failed.status, Status::Failed | Status::Unconfirmed) && failed.direction == Direction::Outbound;
    if !can_repeat {
        return Err(Error::conflict(format!("The message is {}, so there is nothing to send again.", failed.status)));
    }
    if store::messages::is_repeated(tx, id).await? {
        return Err(Error::conflict("The message was sent again already."));
    }
    let text = files::again(ctx, tx, &failed).await?;
    let by = (Origin::Retry, Some(by.actor.code()));
    let draft = outbound::draft_in(tx, failed.conversation_id, text, by).await?;
    let repeated = |message: Message| Message {
        post_channel: failed.post_channel.clone(),
        post_ts: failed.post_ts.clone(),
        shown_mark: failed.shown_mark,
        retry_of: Some(failed.id),
        ..message
    };
    let message = outbound::queue(ctx, tx, &draft, repeated).await?;
    if message.post_ts.is_none() {
        // It failed before its thread showed it.
        receive::ensure_thread(ctx, tx, &draft.workspace, &draft.number, &draft.conversation).await?;
        receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &message).await?;
    }
    outbound::promise_mark(ctx, tx, &message).await?;
    Ok(message)
}

/// Withdraws a message that no worker has taken yet.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is too late.
pub async fn cancel(ctx: &Ctx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let message = store::messages::by_id(&tx, id).await?.filter(|message| message.workspace_id == workspace);
    let message = message.ok_or(Error::NotFound { what: "message" })?;
    if message.status == Status::Scheduled {
        let withdrawn = scheduled::cancel_in(ctx, &tx, workspace, id).await?;
        tx.commit().await?;
        return Ok(withdrawn);
    }
    if !outbox::withdraw(ctx, &tx, "message.send", &id.to_string()).await? {
        return Err(Error::conflict("The text has already gone, so it cannot be withdrawn."));
    }
    outbound::withdrawn(ctx, &tx, &message).await?;
    tx.commit().await?;
    Ok(Message { status: Status::Canceled, ..message })
}
