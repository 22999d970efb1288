//! Taking a file over from where its author has put it.

use super::{FileState, Route, file_of, plan, waiting::KEPT_WAITING};
use crate::{
    Ctx, Error, Result,
    contracts::{
        carrier::{CarrierRefusal, FailureReason},
        view::FileRef,
    },
    ids::{AttachmentId, WorkspaceId},
    media::{self, File, KEPT},
    messages::{Attachment, Status, outbound, scheduled, store, store::messages::StatusChange},
    outbox::{self, Lease, Settlement},
    sms::media::MAX_TOTAL_BYTES,
    usage,
};

/// A file that has to be taken over.
#[derive(Clone, Debug)]
pub struct ToTake {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The file, where it lies; without an id it is no file of the chat.
    pub file: FileRef,
    /// How it travels.
    pub route: Route,
    /// Most bytes that it may have in the end; a picture that goes with the text is made smaller.
    pub most_bytes: u64,
    /// Most bytes that are fetched of it.
    pub longest: u64,
}

/// A file to take over; none when its text is not to be sent any more, or it is there already.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_take(ctx: &Ctx, id: AttachmentId) -> Result<Option<ToTake>> {
    let Some(row) = store::attachments::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let message = store::messages::by_id(ctx.database.reader(), row.message_id).await?;
    let is_wanted = message.is_some_and(|message| matches!(message.status, Status::Queued | Status::Scheduled));
    let (FileState::Waiting, Some(route), true) = (row.state, row.route, is_wanted) else { return Ok(None) };
    let most_bytes = row.most_bytes.and_then(|most| u64::try_from(most).ok()).unwrap_or(plan::MAX_LINKED_BYTES);
    Ok(Some(ToTake {
        workspace: row.workspace_id,
        file: file_of(row),
        route,
        most_bytes,
        longest: plan::MAX_LINKED_BYTES,
    }))
}

/// A file is there, as it will be handed out.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn taken(ctx: &Ctx, lease: &Lease, id: AttachmentId, file: &File) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let row = store::attachments::by_id(&tx, id).await?.ok_or(Error::NotFound { what: "file" })?;
    // Held, so that whoever sends it or withdraws it at this moment finds the file, and says how long it is kept.
    let waits = store::scheduled::hold(&tx, row.message_id).await?.is_some();
    let message = store::messages::by_id(&tx, row.message_id).await?.ok_or(Error::NotFound { what: "message" })?;
    if is_too_much(&tx, &row, file).await? {
        drop(tx);
        return gave_up(ctx, lease, id, FailureReason::FileUnfit, "more than 5 MB go with one text").await;
    }
    if message.status != Status::Canceled {
        let kept = if waits { KEPT_WAITING } else { KEPT };
        media::keep(ctx, &tx, (row.workspace_id, id), file, message.created_at.max(ctx.now()) + kept).await?;
    }
    store::attachments::set_ready(&tx, id, &file.content_type, file.bytes.len()).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Whether all that goes with the text is more than carriers take together, whatever was said before.
async fn is_too_much(tx: &crate::Tx, row: &Attachment, file: &File) -> Result<bool> {
    let rows = store::attachments::of(tx, &[row.message_id]).await?;
    let is_there =
        |other: &&Attachment| other.id != row.id && other.route == Some(Route::Mms) && other.state == FileState::Ready;
    let others: i64 = rows.iter().filter(is_there).filter_map(|other| other.byte_count).sum();
    let all = u64::try_from(others).unwrap_or(u64::MAX).saturating_add(file.bytes.len() as u64);
    Ok(row.route == Some(Route::Mms) && all > MAX_TOTAL_BYTES)
}

/// A file cannot be had, so its text does not go out: it costs nothing, and its author is told.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn gave_up(ctx: &Ctx, lease: &Lease, id: AttachmentId, reason: FailureReason, why: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let row = store::attachments::by_id(&tx, id).await?.ok_or(Error::NotFound { what: "file" })?;
    store::attachments::set_failed(&tx, id, why).await?;
    if let Some(message) = store::scheduled::hold(&tx, row.message_id).await? {
        scheduled::without_its_file(ctx, &tx, &message, reason).await?;
        outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
        return tx.commit().await;
    }
    let refusal = CarrierRefusal { code: reason.code().to_owned(), reason };
    let change = StatusChange { failure: Some(refusal), ..StatusChange::to(Status::Failed) };
    if store::messages::advance(ctx, &tx, row.message_id, change).await? {
        usage::give_back(ctx, &tx, row.message_id).await?;
        outbound::advanced(ctx, &tx, row.message_id).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}
