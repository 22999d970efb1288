//! A text that a member wrote in a window or behind the command: it goes out like any other, and stands in the conversation with who sent it.

use chrono::{DateTime, Utc};

use super::{
    Message, Origin, files,
    outbound::{self, NewText},
    receive, scheduled,
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
    if let Some(send_at) = composed.send_at {
        files::none_for_later(&composed.files)?;
        return scheduled::schedule_in(ctx, tx, by, workspace, (&composed.text, send_at)).await;
    }
    let mut draft = outbound::draft(ctx, tx, by, workspace, &composed.text).await?;
    draft.origin = Origin::Composed;
    draft.files.clone_from(&composed.files);
    if let (Some(channel), None) = (&composed.channel, &draft.conversation.thread_ts) {
        conversations::begin_in(tx, draft.conversation.id, channel).await?;
        draft.conversation = conversations::lock(tx, draft.conversation.id).await?;
    }
    let message = outbound::queue(ctx, tx, &draft, |message| message).await?;
    receive::ensure_thread(ctx, tx, &draft.workspace, &draft.number, &draft.conversation).await?;
    receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &message).await?;
    Ok(message)
}
