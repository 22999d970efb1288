//! Do Not Disturb: numbers whose texts the team does not want. Their texts are kept in the log, not shown and not counted.

use super::{
    Blocked, consent,
    store::{blocked, contacts},
};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{DoNotDisturbId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Someone who texts a workspace.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) address: &'a str,
}

/// Most numbers that are blocked at once.
const AT_ONCE: usize = 100;

/// Blocks senders; those who are blocked already stay so. The entries, in the order of the addresses.
///
/// # Errors
/// [`Error::Invalid`] for none or too many.
pub async fn block(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    addresses: &[String],
    reason: Option<String>,
) -> Result<Vec<Blocked>> {
    if addresses.is_empty() || addresses.len() > AT_ONCE {
        let message = format!("Give 1 to {AT_ONCE} numbers.");
        return Err(Error::invalid("numbers", InvalidReason::TooLarge, message));
    }
    let tx = ctx.database.begin().await?;
    let mut entries = Vec::with_capacity(addresses.len());
    for address in addresses {
        entries.push(block_in(ctx, &tx, by, Sender { workspace, address }, reason.clone()).await?);
    }
    tx.commit().await?;
    Ok(entries)
}

/// The same for one, in a transaction of more.
pub(crate) async fn block_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    sender: Sender<'_>,
    reason: Option<String>,
) -> Result<Blocked> {
    let Sender { workspace, address } = sender;
    if let Some(known) = blocked::by_address(tx, workspace, address).await? {
        return Ok(known);
    }
    let entry = Blocked {
        id: ctx.id(),
        workspace_id: workspace,
        address: address.to_owned(),
        reason,
        created_by: Some(by.actor.code()),
        created_at: ctx.now(),
        blocked_count: 0,
        last_blocked_at: None,
    };
    blocked::insert_if_new(tx, entry.clone()).await?;
    if let Some(contact) = contacts::by_address(tx, workspace, address).await? {
        consent::look_at_waiting(ctx, tx, &contact).await?;
    }
    record(ctx, tx, by, &entry, ("doNotDisturbAdd", "Blocked a number.")).await?;
    Ok(entry)
}

/// Whether a sender is blocked.
pub(crate) async fn is_blocked(tx: &Tx, workspace: WorkspaceId, address: &str) -> Result<bool> {
    Ok(blocked::by_address(tx, workspace, address).await?.is_some())
}

/// Counts a text of a sender that was kept out. False when the sender is not blocked.
pub(crate) async fn note_blocked(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, address: &str) -> Result<bool> {
    blocked::note(ctx, tx, workspace, address).await
}

/// Lets a sender in again.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn unblock(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: DoNotDisturbId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let entries = blocked::by_ids(&tx, &[id]).await?;
    let entry =
        entries.into_iter().find(|entry| entry.workspace_id == workspace).ok_or(Error::NotFound { what: "entry" })?;
    blocked::remove(&tx, id).await?;
    record(ctx, &tx, by, &entry, ("doNotDisturbRemove", "Let a blocked number in again.")).await?;
    tx.commit().await
}

/// Records what was done to an entry: the name of the mutation, and a sentence.
async fn record(ctx: &Ctx, tx: &Tx, by: &By, entry: &Blocked, (action, summary): (&'static str, &str)) -> Result<()> {
    let deed = Deed {
        workspace: Some(entry.workspace_id),
        action,
        summary: summary.to_owned(),
        subject: Some(entry.id.to_string()),
        changes: serde_json::json!({ "reason": entry.reason }),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Entries of senders, in any of these workspaces.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find_blocked(ctx: &Ctx, workspaces: &[WorkspaceId], addresses: &[String]) -> Result<Vec<Blocked>> {
    blocked::by_addresses(ctx.database.reader(), workspaces, addresses).await
}

/// Entries by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn blocked_by_ids(ctx: &Ctx, ids: &[DoNotDisturbId]) -> Result<Vec<Blocked>> {
    blocked::by_ids(ctx.database.reader(), ids).await
}

/// Who is blocked, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list_blocked(
    ctx: &Ctx,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Blocked>> {
    blocked::list(ctx, workspace, search, page).await
}

/// How many are blocked.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count_blocked(ctx: &Ctx, workspace: WorkspaceId, search: Option<&str>) -> Result<u64> {
    blocked::count(ctx, workspace, search).await
}
