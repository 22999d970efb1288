//! Importing contacts from a file: what the first posts of their conversations call them changes with it. The file is kept whole or not at all, but
//! for lines that cannot be read, which are given back.

use super::parents;
use crate::{
    By, Ctx, Error, Result, Tx,
    contacts::{
        self, Import,
        sheet::{self, Reading, Sheet},
    },
    ids::WorkspaceId,
    numbers,
    phone::CountryCode,
};

/// Imports contacts from the text of a file, or only tells what it would do.
///
/// # Errors
/// [`Error::Invalid`] when the file cannot be read as a whole, with what to do.
pub async fn import_contacts(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    csv: String,
    is_dry_run: bool,
) -> Result<Import> {
    let sheet = read(ctx, workspace, csv).await?;
    let tx = ctx.database.begin().await?;
    let report = import_contacts_in(ctx, &tx, by, workspace, (sheet, is_dry_run)).await?;
    if !is_dry_run {
        tx.commit().await?;
    }
    Ok(report)
}

/// The same for a file that was read, in a transaction of more.
pub(crate) async fn import_contacts_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    (sheet, is_dry_run): (Sheet, bool),
) -> Result<Import> {
    let (report, renamed) = contacts::import_in(ctx, tx, by, workspace, (sheet, is_dry_run)).await?;
    if !is_dry_run {
        for contact in renamed {
            parents::renamed(ctx, tx, contact).await?;
        }
    }
    Ok(report)
}

/// Reads a file, with numbers that are written the national way as those of the workspace's own country.
///
/// # Errors
/// [`Error::Invalid`] when it cannot be read as a whole.
pub(crate) async fn read(ctx: &Ctx, workspace: WorkspaceId, csv: String) -> Result<Sheet> {
    let how = Reading { country: Some(country(ctx, workspace).await?), now: ctx.now() };
    // Thousands of numbers take a while to read; meanwhile others want to be answered.
    let read = tokio::task::spawn_blocking(move || sheet::read(&csv, how));
    read.await.map_err(Error::internal)?
}

/// The country of the workspace's oldest number in use.
async fn country(ctx: &Ctx, workspace: WorkspaceId) -> Result<CountryCode> {
    let numbers = numbers::of_workspace(ctx, workspace).await?;
    let in_use = numbers.iter().filter(|number| number.status.is_in_use()).min_by_key(|number| number.id);
    Ok(in_use.and_then(|number| number.country.parse().ok()).unwrap_or(CountryCode::US))
}
