//! Finding workspaces and their connections.

use super::{Installation, Workspace, WorkspaceFilter, store};
use crate::{
    Ctx, Error, Result, Tx,
    ids::WorkspaceId,
    page::{Page, PageRequest},
};

/// Workspaces by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[WorkspaceId]) -> Result<Vec<Workspace>> {
    store::workspaces::by_ids(ctx.database.reader(), ids).await
}

/// A workspace by the name in its addresses.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn by_slug(ctx: &Ctx, slug: &str) -> Result<Option<Workspace>> {
    store::workspaces::by_slug(ctx.database.reader(), slug).await
}

/// A workspace by its team in the chat.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn by_team(ctx: &Ctx, team: &str) -> Result<Option<Workspace>> {
    store::workspaces::by_team(ctx.database.reader(), team).await
}

/// Workspaces, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, filter: &WorkspaceFilter, page: &PageRequest) -> Result<Page<Workspace>> {
    store::workspaces::list(ctx.database.reader(), filter, page).await
}

/// How many workspaces a filter matches.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, filter: &WorkspaceFilter) -> Result<u64> {
    store::workspaces::count(ctx.database.reader(), filter).await
}

/// Connection of a workspace to its chat.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn installation(ctx: &Ctx, workspace: WorkspaceId) -> Result<Option<Installation>> {
    store::installations::of(ctx.database.reader(), workspace).await
}

/// Connections of workspaces to their chats.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn installations(ctx: &Ctx, workspaces: &[WorkspaceId]) -> Result<Vec<Installation>> {
    store::installations::by_workspaces(ctx.database.reader(), workspaces).await
}

/// Where a token stands, for its seal.
pub(super) fn token_place(workspace: WorkspaceId) -> String {
    format!("installations.bot_token.{workspace}")
}

/// The workspace of a team, inside a transaction.
pub(crate) async fn in_team(tx: &Tx, team: &str) -> Result<Option<Workspace>> {
    store::workspaces::by_team(tx, team).await
}

/// A workspace, inside a transaction.
pub(crate) async fn lock(tx: &Tx, id: WorkspaceId) -> Result<Workspace> {
    store::workspaces::by_id(tx, id).await?.ok_or(Error::NotFound { what: "workspace" })
}
