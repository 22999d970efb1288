//! What the app may do in a team, against what it needs: an installation of an older version may lack something, and an admin may have taken
//! something back. Whoever installed the app is told once for each new lack, with the link that mends it; what needs the scope waits meanwhile.

use std::collections::BTreeSet;

use super::{Installation, store};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Part, Post, Span},
    ids::WorkspaceId,
    outbox::{self, Promise, Task},
};

impl Installation {
    /// What it may not do of what is needed.
    pub fn lacks<'a>(&self, needed: &[&'a str]) -> Vec<&'a str> {
        missing(&self.scopes, needed)
    }
}

/// Working installations, a page of them in the order of their workspaces.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn to_check(ctx: &Ctx, after: Option<WorkspaceId>, at_most: u64) -> Result<Vec<Installation>> {
    store::installations::working(ctx.database.reader(), after, at_most).await
}

/// Compares what an installation may do with what is needed, and tells the installer of a new lack. What it lacks.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn check_scopes(
    ctx: &Ctx,
    workspace: WorkspaceId,
    needed: &[&str],
    install_url: &str,
) -> Result<Vec<String>> {
    let tx = ctx.database.begin().await?;
    let Some(row) = store::installations::of(&tx, workspace).await? else { return Ok(Vec::new()) };
    let missing = tell_missing(ctx, &tx, &row, needed, install_url).await?;
    tx.commit().await?;
    Ok(missing)
}

/// The chat refused a call for lack of one of these scopes, whatever it granted at the installation.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn scope_missing(
    ctx: &Ctx,
    workspace: WorkspaceId,
    (refused, needed): (&str, &[&str]),
    install_url: &str,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let Some(row) = store::installations::of(&tx, workspace).await? else { return Ok(()) };
    let refused: Vec<&str> = refused.split([',', ' ']).filter(|scope| needed.contains(scope)).collect();
    let is_granted = |scope: &&&str| row.scopes.split(' ').any(|granted| granted == **scope);
    // One of several would do, so it cannot be one that is granted, unless there is no other.
    let lacking: Vec<&str> = match refused.iter().filter(|scope| !is_granted(scope)).copied().collect::<Vec<_>>() {
        ours if ours.is_empty() && refused.len() == 1 => refused,
        ours => ours,
    };
    let granted: Vec<&str> = row.scopes.split(' ').filter(|scope| !lacking.contains(scope)).collect();
    let row = Installation { scopes: granted.join(" "), ..row };
    tell_missing(ctx, &tx, &row, needed, install_url).await?;
    tx.commit().await
}

async fn tell_missing(
    ctx: &Ctx,
    tx: &Tx,
    row: &Installation,
    needed: &[&str],
    install_url: &str,
) -> Result<Vec<String>> {
    let missing = row.lacks(needed);
    let told: BTreeSet<&str> = row.told_scopes.split_whitespace().collect();
    let is_news = missing.iter().any(|scope| !told.contains(scope));
    store::installations::set_scopes(tx, row.workspace_id, &row.scopes, &missing.join(" ")).await?;
    if is_news {
        let notice = notice(row.workspace_id, &missing, install_url);
        let tell = Promise::new(Task::TellInstaller { post: notice }).of(row.workspace_id);
        outbox::append(ctx, tx, tell).await?;
    }
    Ok(missing.into_iter().map(str::to_owned).collect())
}

fn missing<'a>(granted: &str, needed: &[&'a str]) -> Vec<&'a str> {
    let granted: BTreeSet<&str> = granted.split_whitespace().collect();
    needed.iter().filter(|scope| !granted.contains(**scope)).copied().collect()
}

fn notice(workspace: WorkspaceId, missing: &[&str], install_url: &str) -> Post {
    let text = |text: &str| Span::Text(text.to_owned());
    Post {
        key: format!("scopes:{workspace}:{}", missing.join(" ")),
        author: None,
        parts: vec![
            Part::Text(vec![
                text("I need permissions that this workspace has not given me yet: "),
                Span::Bold(missing.join(", ")),
                text(". What needs them waits until then, and no text is lost."),
            ]),
            Part::Text(vec![
                text("To give them, "),
                Span::Link { url: install_url.to_owned(), label: "install Clerk again".to_owned() },
                text(". Numbers, conversations and settings stay as they are."),
            ]),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn what_is_needed_and_not_granted_is_missing() {
        assert_eq!(missing("chat:write users:read", &["users:read", "im:write", "chat:write"]), ["im:write"]);
        assert_eq!(missing("", &["im:write"]), ["im:write"]);
    }

    #[test]
    fn what_is_granted_beyond_need_is_no_lack() {
        assert_eq!(missing("chat:write pins:write", &["chat:write"]), Vec::<&str>::new());
    }
}
