//! Since when a contact waits for an answer, and until when they are to have one. Both are kept with the conversation, and so is when somebody has to look
//! at it next; so a change of the target is counted once, and what is late is found without looking at all that wait.

use chrono::{DateTime, Utc};

use super::{Conversation, ops, parents, store};
use crate::{
    Ctx, Result, Tx,
    ids::{ConversationId, WorkspaceId},
    outbox::{self, Lease, Settlement},
    reply_targets::{self, Target},
};

impl Conversation {
    /// Whether the contact waits longer than the reply target allows.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.reply_due_at.is_some_and(|due| due <= now)
    }
}

/// The contact waits since an instant.
pub(super) async fn begun(ctx: &Ctx, tx: &Tx, row: Conversation, since: DateTime<Utc>) -> Result<Conversation> {
    let target = reply_targets::effective(tx, row.workspace_id, row.number_id).await?;
    Ok(counted(Conversation { waiting_since: Some(since), ..row }, target.as_ref(), ctx.now()))
}

/// The contact waits no more.
pub(super) fn ended(row: Conversation) -> Conversation {
    Conversation { waiting_since: None, reply_due_at: None, reply_check_at: None, ..row }
}

/// The same, noted.
pub(crate) async fn waits_no_more(ctx: &Ctx, tx: &Tx, id: ConversationId) -> Result<()> {
    let before = ops::locked(tx, id).await?;
    save(ctx, tx, &before, ended(before.clone())).await
}

/// With the times that follow from a target. What was told already of this waiting is not told again, however the target changes.
pub(super) fn counted(row: Conversation, target: Option<&Target>, now: DateTime<Utc>) -> Conversation {
    let (Some(since), Some(target)) = (row.waiting_since, target) else {
        return Conversation { reply_due_at: None, reply_check_at: None, ..row };
    };
    let due = target.due_at(since);
    let stages = [(Some(due), row.reminded_for), (target.escalates_at(since), row.escalated_for)];
    let ahead = stages.into_iter().filter(|(at, told)| *told != Some(since) || at.is_some_and(|at| at > now));
    let next = ahead.filter_map(|(at, _)| at).min();
    Conversation { reply_due_at: Some(due), reply_check_at: next, ..row }
}

/// Counts anew until when those who wait in a workspace are to have an answer. Each is counted by itself, so that nobody waits for all.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn recount(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId) -> Result<()> {
    for id in store::waiting_of(ctx.database.reader(), workspace).await? {
        recount_one(ctx, id).await?;
    }
    let tx = ctx.database.begin().await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

async fn recount_one(ctx: &Ctx, id: ConversationId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let before = ops::locked(&tx, id).await?;
    let target = reply_targets::effective(&tx, before.workspace_id, before.number_id).await?;
    let after = counted(before.clone(), target.as_ref(), ctx.now());
    save(ctx, &tx, &before, after).await?;
    tx.commit().await
}

/// Keeps what changed, and promises that the first post shows it.
pub(super) async fn save(ctx: &Ctx, tx: &Tx, before: &Conversation, after: Conversation) -> Result<()> {
    if after == *before {
        return Ok(());
    }
    let after = Conversation { version: before.version + 1, ..after };
    store::save_work(tx, &after).await?;
    parents::show(ctx, tx, &after).await
}
