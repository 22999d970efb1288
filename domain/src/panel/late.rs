//! A window that could not be opened in time: the chat allows three seconds.

use crate::{
    Ctx, Result,
    contracts::chat::{Part, Place, Span},
    error::Error,
    outbox::{self, Lease, Listener, Settlement},
    workspaces,
};

/// Tells a member that the window did not open.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn too_late(ctx: &Ctx, lease: &Lease, user: &str, place: Option<&Place>) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let workspace = lease.workspace.ok_or_else(|| Error::internal("a window has no workspace"))?;
    let team = workspaces::lock(&tx, workspace).await?.team_id;
    let listener = Listener { workspace, team, user: user.to_owned(), place: place.cloned() };
    let sorry = "The window could not be opened in time. Nothing was lost: please try again.";
    outbox::tell(ctx, &tx, &listener, vec![Part::Text(vec![Span::Text(sorry.to_owned())])]).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}
