//! Keeping files, handing them out, and forgetting them.

use chrono::{DateTime, Utc};

use super::store;
use crate::{
    Ctx, Error, Result, Tx,
    ids::{AttachmentId, WorkspaceId},
};

/// A file to hand out.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for File {
    /// What is in it belongs in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// Keeps a file, in the place of an earlier one of the same attachment.
pub(crate) async fn keep(
    ctx: &Ctx,
    tx: &Tx,
    (workspace, id): (WorkspaceId, AttachmentId),
    file: &File,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let row = store::Model {
        attachment_id: id,
        workspace_id: workspace,
        name: file.name.clone(),
        content_type: file.content_type.clone(),
        byte_count: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        sealed: ctx.vault.seal_bytes(&place(id), &file.bytes),
        expires_at,
        created_at: ctx.now(),
    };
    store::replace(tx, row).await
}

/// Keeps files until another instant; those that are not there stay away.
pub(crate) async fn keep_until(tx: &Tx, ids: &[AttachmentId], expires_at: DateTime<Utc>) -> Result<()> {
    store::set_expiry(tx, ids, expires_at).await
}

/// A file that is kept; none when there is none, or no longer.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn kept(ctx: &Ctx, id: AttachmentId) -> Result<Option<File>> {
    let row = store::by_id(ctx.database.reader(), id).await?;
    let Some(row) = row.filter(|row| ctx.now() < row.expires_at) else { return Ok(None) };
    let bytes = ctx.vault.open_bytes(&place(id), row.sealed).map_err(Error::internal)?;
    Ok(Some(File { name: row.name, content_type: row.content_type, bytes }))
}

/// Forgets files that have expired, at most so many. How many.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn forget(ctx: &Ctx, at_most: u64) -> Result<u64> {
    store::forget(ctx, at_most).await
}

/// What the bytes are sealed for.
fn place(id: AttachmentId) -> String {
    format!("media.sealed.{id}")
}
