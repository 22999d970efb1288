//! Moving a conversation on behalf of the API or the dashboard, where a member in the chat presses a button: the same moves, recorded.

use super::{Conversation, Placement, ops, places, work};
use crate::{
    By, Ctx, Result, Tx,
    audit::{self, Deed},
    ids::{ConversationId, WorkspaceId},
    workspaces,
};

/// Moves a conversation to a channel of its own, which is made first where there is none, or back to its thread. One that is there stays.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub(crate) async fn move_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, ConversationId),
    placement: Placement,
) -> Result<Conversation> {
    let before = work::of_workspace(tx, workspace, id).await?;
    let is_wanted_direct = placement == Placement::DirectChannel;
    if before.is_direct() == is_wanted_direct && !before.must_choose() {
        return Ok(before);
    }
    let owner = workspaces::lock(tx, workspace).await?;
    if is_wanted_direct {
        places::ask_for_channel(ctx, tx, &owner, id, None).await?;
    } else if before.must_choose() {
        places::stay_in_thread(ctx, tx, &owner, id).await?;
    } else {
        places::move_back(ctx, tx, &owner, id).await?;
    }
    let deed = Deed {
        workspace: Some(workspace),
        action: "conversationMove",
        summary: "Moved a conversation.".to_owned(),
        subject: Some(id.to_string()),
        changes: serde_json::json!({ "placement": { "before": before.placement.code(), "after": placement.code() } }),
    };
    audit::record(ctx, tx, by, deed).await?;
    ops::locked(tx, id).await
}
