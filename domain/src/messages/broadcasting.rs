//! Texts of a broadcast: checked, counted and sent like any other, but they answer nobody, begin no thread and leave a conversation as it is. A thread
//! shows them as soon as the contact writes, before what was written, so that thousands of texts never become thousands of threads.

use super::{
    Message, Origin,
    outbound::{self, Draft},
    receive, store,
};
use crate::{
    Ctx, Result, Tx,
    contacts::Contact,
    conversations,
    ids::{ConversationId, MessageId},
    numbers::Number,
    outbox::{self, Task},
    workspaces::Workspace,
};

/// A text of a broadcast.
pub(crate) struct BroadcastText<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) number: &'a Number,
    pub(crate) contact: &'a Contact,
    pub(crate) author: &'a str,
    pub(crate) body: &'a str,
}

/// Sends it.
///
/// # Errors
/// Everything that forbids sending.
pub(crate) async fn send_broadcast_text(ctx: &Ctx, tx: &Tx, text: &BroadcastText<'_>) -> Result<MessageId> {
    let conversation = conversations::ensure_quiet(ctx, tx, text.number, text.contact.id).await?;
    let draft = Draft {
        workspace: text.workspace.clone(),
        number: text.number.clone(),
        contact: text.contact.clone(),
        conversation,
        body: text.body.to_owned(),
        origin: Origin::Broadcast,
        author: Some(text.author.to_owned()),
        not_before: None,
        files: Vec::new(),
    };
    Ok(outbound::queue(ctx, tx, &draft, |message| message).await?.id)
}

/// Withdraws a text that the carrier does not have yet. One that it has by now goes its way.
pub(crate) async fn withdraw_broadcast_text(ctx: &Ctx, tx: &Tx, id: MessageId) -> Result<()> {
    let Some(message) = store::messages::by_id(tx, id).await? else { return Ok(()) };
    if outbox::withdraw(ctx, tx, "message.send", &id.to_string()).await? {
        outbound::withdrawn(ctx, tx, &message).await?;
    }
    Ok(())
}

/// The contact wrote: what they got of broadcasts before is shown first, each text once.
pub(super) async fn show_earlier(
    ctx: &Ctx,
    tx: &Tx,
    whose: (&Workspace, &Number),
    conversation: ConversationId,
) -> Result<()> {
    for Message { id, .. } in store::messages::unshown_of_broadcasts(tx, conversation).await? {
        let show = receive::to_be_shown(tx, whose, conversation, Task::PostMessage { message: id }).await?;
        outbox::append(ctx, tx, show.once(format!("shown:{id}"))).await?;
    }
    Ok(())
}
