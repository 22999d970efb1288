//! Finding messages.

use super::{Attachment, Message, MessageFilter, store};
use crate::{
    Ctx, Result,
    ids::{MessageId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Messages by their ids.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[MessageId]) -> Result<Vec<Message>> {
    store::messages::by_ids(ctx.database.reader(), ids).await
}

/// Files that came with messages.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn attachments_of(ctx: &Ctx, messages: &[MessageId]) -> Result<Vec<Attachment>> {
    store::attachments::of(ctx.database.reader(), messages).await
}

/// Messages of a workspace, newest first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &MessageFilter,
    page: &PageRequest,
) -> Result<Page<Message>> {
    store::messages::list(ctx, workspace, filter, page).await
}

/// How many messages a filter matches.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &MessageFilter) -> Result<u64> {
    store::messages::count(ctx, workspace, filter).await
}
