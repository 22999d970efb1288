//! Texts that wait and are not wanted any more: their contact opted out, in whatever way, or the team wants nothing from them. They are withdrawn at
//! once and not only when their time comes, so that nobody counts on them; who scheduled one is told why.

use super::{Message, Origin, notices, outbound, scheduled, store};
use crate::{
    Ctx, Error, Result, Tx,
    contacts::{self, Contact},
    contracts::carrier::FailureReason,
    conversations,
    ids::{ContactId, WorkspaceId},
    outbox::{self, Lease, Settlement},
};

/// Looks at what waits to be sent to a contact, and withdraws what is not wanted any more.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn withdraw_unwanted(ctx: &Ctx, lease: &Lease, contact: ContactId) -> Result<()> {
    let workspace = lease.workspace.ok_or_else(|| Error::internal("a contact has no workspace"))?;
    let tx = ctx.database.begin().await?;
    withdraw_in(ctx, &tx, workspace, contact).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// The same inside a transaction.
pub(super) async fn withdraw_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, contact: ContactId) -> Result<()> {
    let contact = contacts::lock(tx, workspace, contact).await?;
    for message in store::messages::queued_to(tx, workspace, contact.id).await? {
        let is_answer = message.origin == Origin::Automatic;
        if !is_answer
            && opted_out(tx, &message, &contact).await?.is_some()
            && outbox::withdraw(ctx, tx, "message.send", &message.id.to_string()).await?
        {
            outbound::withdrawn(ctx, tx, &message).await?;
        }
    }
    for id in store::scheduled::to(tx, workspace, contact.id).await? {
        let Some(message) = store::scheduled::hold(tx, id).await? else { continue };
        let Some((reason, sentence)) = cause(tx, &message, &contact).await? else { continue };
        scheduled::withdraw(ctx, tx, &message, Some(reason)).await?;
        notices::tell_withdrawn(ctx, tx, &message, sentence).await?;
    }
    Ok(())
}

/// Why a text is not wanted any more, for the log and for its author; none when it is.
async fn cause(tx: &Tx, message: &Message, contact: &Contact) -> Result<Option<(FailureReason, &'static str)>> {
    if let Some(opt_out) = opted_out(tx, message, contact).await? {
        let sentence = match opt_out.keyword {
            Some(_) => "The contact replied STOP and gets no texts until they reply START. You need not do anything.",
            None => "It was recorded that the contact does not want texts. They get none until they reply START.",
        };
        return Ok(Some((FailureReason::OptedOut, sentence)));
    }
    let is_blocked = contacts::is_blocked(tx, contact.workspace_id, &contact.address).await?;
    let sentence = "The contact is on the Do Not Disturb list now. If they are to get it all the same, write it again.";
    Ok(is_blocked.then_some((FailureReason::Blocked, sentence)))
}

async fn opted_out(tx: &Tx, message: &Message, contact: &Contact) -> Result<Option<contacts::OptOut>> {
    let number = conversations::lock(tx, message.conversation_id).await?.number_id;
    contacts::opted_out(tx, contact.workspace_id, contact.id, number).await
}
