//! Signposts: posts that say where a conversation goes on, with buttons to change that. A signpost is kept for as long as its question is open; whoever
//! answers it, there or elsewhere, it then loses its buttons and says how it was, so that nobody presses what means nothing any more.

use super::{posts, store};
use crate::{
    Ctx, Result, Tx, contacts,
    contracts::chat::{Place, Post, PostRef},
    conversations::{Conversation, ops},
    ids::ConversationId,
    outbox::{self, Lease, Promise, Settlement, Sign, Signpost, Task},
    workspaces::{self, Workspace},
};

/// Promises a signpost.
pub(super) async fn put(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    signpost: Signpost,
    (place, post): (Place, Post),
) -> Result<()> {
    let lane = outbox::post_lane(&workspace.team_id, &place.channel);
    let put = Promise::new(Task::PutSignpost { signpost, place, post }).of(workspace.id).in_lane(lane);
    outbox::append(ctx, tx, put).await
}

/// A signpost stands.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn signpost_stands(ctx: &Ctx, lease: &Lease, signpost: &Signpost, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    stands(ctx, &tx, signpost, at).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// A signpost stands; its question may have been answered before it did.
pub(super) async fn stands(ctx: &Ctx, tx: &Tx, signpost: &Signpost, at: &PostRef) -> Result<()> {
    let conversation = ops::locked(tx, signpost.conversation).await?;
    let row = store::sign::Model {
        workspace_id: conversation.workspace_id,
        channel_id: at.channel.clone(),
        ts: at.ts.clone(),
        conversation_id: conversation.id,
        sign: signpost.sign,
        own_channel_id: signpost.own_channel.clone(),
    };
    store::insert_signpost(tx, row).await?;
    retire(ctx, tx, conversation.id).await
}

/// A conversation moved, or it was decided where it goes on: signposts whose question that answers are replaced.
pub(super) async fn retire(ctx: &Ctx, tx: &Tx, id: ConversationId) -> Result<()> {
    let conversation = ops::locked(tx, id).await?;
    let rows = store::signposts_of(tx, id).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let contact = contacts::lock(tx, conversation.workspace_id, conversation.contact_id).await?;
    let team = workspaces::lock(tx, conversation.workspace_id).await?.team_id;
    for row in rows.into_iter().filter(|row| !is_open(&row.signpost(), &conversation)) {
        let (at, post) = (row.at(), posts::retired(&row.signpost(), &contact));
        let order = format!("post:{}:{}", at.channel, at.ts);
        let replace = Promise::new(Task::Replace { at, post }).of(conversation.workspace_id).in_order_of(order);
        outbox::append(ctx, tx, replace.in_lane(outbox::method_lane(&team, "update"))).await?;
        store::delete_signpost(tx, row).await?;
    }
    Ok(())
}

fn is_open(signpost: &Signpost, conversation: &Conversation) -> bool {
    let is_own = conversation.own_channel_id.as_ref() == Some(&signpost.own_channel);
    match signpost.sign {
        Sign::Pointer => is_own && conversation.is_direct(),
        Sign::Farewell => is_own && !conversation.is_direct(),
        Sign::Fallback => is_own && conversation.must_choose(),
    }
}
