//! A text that a member wrote in a window or behind the command: it goes out like any other, and stands in the conversation with who sent it.

use chrono::{DateTime, Utc};

use super::{
    Message, Origin,
    outbound::{self, NewText},
};
use crate::{By, Ctx, Result, Tx, contracts::view::FileRef, conversations, ids::WorkspaceId};

/// A text that a member wrote.
#[derive(Clone, Debug)]
pub(crate) struct Composed {
    /// From which number, to whom, and what it says.
    pub(crate) text: NewText,
    /// What goes with it.
    pub(crate) files: Vec<FileRef>,
    /// Channel in which the thread begins when there is none yet; the number's own when none is chosen.
    pub(crate) channel: Option<String>,
    /// When it is sent; none: now.
    pub(crate) send_at: Option<DateTime<Utc>>,
}

/// Sends it, or schedules it.
///
/// # Errors
/// Everything that forbids sending.
pub(crate) async fn compose(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    composed: &Composed,
) -> Result<Message> {
    let mut draft = outbound::draft(ctx, tx, by, workspace, &composed.text).await?;
    draft.origin = Origin::Composed;
    draft.files.clone_from(&composed.files);
    if let (Some(channel), None) = (&composed.channel, &draft.conversation.thread_ts) {
        conversations::begin_in(tx, draft.conversation.id, channel).await?;
        draft.conversation = conversations::lock(tx, draft.conversation.id).await?;
    }
    outbound::send_draft(ctx, tx, &draft, (composed.send_at, composed.text.ignores_quiet_hours)).await
}
