//! The first post of a conversation shows how it stands now. Whoever changes a conversation promises to show it; several changes at once are one
//! promise, because what is shown is read when it is drawn. A first post that is gone does no harm.

use super::{Conversation, ops, store};
use crate::{
    By, Ctx, Result, Tx,
    contacts::{self, Contact, ContactChange},
    ids::{ContactId, ConversationId, WorkspaceId},
    outbox::{self, Lease, Promise, Settlement, Task},
    workspaces::{self, Workspace},
};

/// Promises that the first post shows the conversation as it is now. One that does not stand yet will.
pub(super) async fn show(ctx: &Ctx, tx: &Tx, conversation: &Conversation) -> Result<()> {
    if conversation.head().is_none() {
        return Ok(());
    }
    let team = workspaces::lock(tx, conversation.workspace_id).await?.team_id;
    let update = Promise::new(Task::UpdateParent { conversation: conversation.id }).of(conversation.workspace_id);
    let update =
        update.in_order_of(format!("parent:{}", conversation.id)).in_lane(outbox::method_lane(&team, "update"));
    outbox::append_unless_waiting(ctx, tx, update).await
}

/// Promises that the first post of the place that a conversation has left says where it goes on now.
pub(super) async fn show_left(ctx: &Ctx, tx: &Tx, workspace: &Workspace, id: ConversationId) -> Result<()> {
    let leave = Promise::new(Task::LeaveThread { conversation: id }).of(workspace.id);
    let leave = leave.in_order_of(format!("parent:{id}")).in_lane(outbox::method_lane(&workspace.team_id, "update"));
    outbox::append(ctx, tx, leave).await
}

/// The first post stands, and shows a conversation as it was when it was drawn: what changed since then is shown next.
pub(super) async fn stands(ctx: &Ctx, tx: &Tx, shown: &Conversation) -> Result<()> {
    store::set_shown(tx, shown.id, shown.version).await?;
    let now = ops::locked(tx, shown.id).await?;
    if now.version == shown.version { Ok(()) } else { show(ctx, tx, &now).await }
}

/// Another post is the first one from now on, drawn at some moment before: it shows the conversation as it is now.
pub(super) async fn changed_place(ctx: &Ctx, tx: &Tx, id: ConversationId) -> Result<()> {
    show(ctx, tx, &ops::locked(tx, id).await?).await
}

/// The first post shows a version of the conversation.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn parent_shown(ctx: &Ctx, lease: &Lease, id: ConversationId, version: i32) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_shown(&tx, id, version).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// A channel is back: first posts in it show what changed while it was away.
pub(crate) async fn refresh_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<()> {
    for conversation in store::stale_in(tx, workspace, channel).await? {
        show(ctx, tx, &conversation).await?;
    }
    Ok(())
}

/// Changes a contact, and what the first posts of its conversations call it.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] when a value cannot be.
pub async fn update_contact(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: ContactId,
    change: ContactChange,
) -> Result<Contact> {
    let tx = ctx.database.begin().await?;
    let contact = update_contact_in(ctx, &tx, by, (workspace, id), change).await?;
    tx.commit().await?;
    Ok(contact)
}

/// Changes a contact, and what the first posts of its conversations call it.
pub(crate) async fn update_contact_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, ContactId),
    change: ContactChange,
) -> Result<Contact> {
    let before = contacts::lock(tx, workspace, id).await?;
    let after = contacts::update_in(ctx, tx, by, &before, change).await?;
    if after.name != before.name {
        renamed(ctx, tx, id).await?;
    }
    Ok(after)
}

/// Takes away what a contact was called. The conversations stay, under the bare number.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn delete_contact(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: ContactId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    contacts::delete_in(ctx, &tx, by, workspace, id).await?;
    renamed(ctx, &tx, id).await?;
    tx.commit().await
}

/// A contact is called something else: the first posts of its conversations show it.
pub(super) async fn renamed(ctx: &Ctx, tx: &Tx, contact: ContactId) -> Result<()> {
    for id in store::ids_of_contact(tx, contact).await? {
        let row = ops::locked(tx, id).await?;
        let row = Conversation { version: row.version + 1, ..row };
        store::save_work(tx, &row).await?;
        show(ctx, tx, &row).await?;
        if row.left_head().is_some() {
            show_left(ctx, tx, &workspaces::lock(tx, row.workspace_id).await?, id).await?;
        }
    }
    Ok(())
}
