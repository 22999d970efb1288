//! The app's home of a member: late answers, numbers, what was used, recent conversations, and what is still to be set up.

use super::{overview, parts::paragraph, targets};
use crate::{
    Ctx, Result,
    contracts::{chat::Part, view::View},
    ids::WorkspaceId,
    workspaces,
};

/// Conversations that the home shows.
const RECENT: u64 = 10;

/// What a member sees as the app's home.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn home(ctx: &Ctx, workspace: WorkspaceId) -> Result<View> {
    let tx = ctx.database.begin().await?;
    let workspace = workspaces::lock(&tx, workspace).await?;
    let mut parts = targets::late(ctx, &tx, &workspace).await?;
    parts.push(Part::Heading("Numbers".to_owned()));
    parts.extend(overview::numbers_of(&tx, &workspace).await?);
    parts.push(overview::buttons(&tx, &workspace).await?);
    parts.push(Part::Heading("This month".to_owned()));
    parts.extend(overview::usage_of(ctx, &tx, &workspace).await?);
    parts.push(Part::Heading("Recent conversations".to_owned()));
    parts.extend(overview::latest(&tx, &workspace, RECENT).await?);
    parts.push(Part::Divider);
    parts.push(paragraph("Answer a contact by writing in their thread. Begin with “note:” to keep something among yourselves. “/clerk help” tells the rest."));
    tx.commit().await?;
    Ok(View { purpose: "home".to_owned(), state: String::new(), title: "Clerk".to_owned(), submit: None, parts })
}
