//! What `clerk check` says of the teams that have the app: whether their token works, and what they have not allowed yet that this version needs.

use anyhow::Result;
use domain::{
    Ctx,
    clock::Clock,
    contracts::{Answer, chat::Chat},
    page::PageRequest,
    workspaces::{self, Opening, Workspace, WorkspaceFilter},
};

use super::{commands::Check, database};
use crate::config::{Config, Keys};

/// Workspaces that are looked at; each costs a call.
const MOST: u64 = 50;

/// A line for each team with something to mend, or one that says that there is none; nothing when the database does not answer, which is said elsewhere.
pub(super) async fn check(config: &Config, keys: &Keys, chat: &dyn Chat, public_url: &str) -> Vec<Check> {
    let Ok(ctx) = database::context(config, keys, Clock::default()).await else { return Vec::new() };
    let checks = look(&ctx, chat, public_url).await.unwrap_or_default();
    ctx.database.close().await;
    checks
}

async fn look(ctx: &Ctx, chat: &dyn Chat, public_url: &str) -> Result<Vec<Check>> {
    let page = workspaces::list(ctx, &WorkspaceFilter::default(), &PageRequest::first(MOST)).await?;
    let mut wrong = Vec::new();
    let count = page.items.len();
    for (_, workspace) in page.items {
        let again = format!("Install the app again at {public_url}{}.", api::INSTALL_PATH);
        if let Some(what) = complaint(ctx, chat, &workspace).await? {
            wrong.push(Check { subject: "Installation", result: Err(format!("{}: {what} {again}", workspace.name)) });
        }
    }
    if wrong.is_empty() && count > 0 {
        let sentence = format!("The app works in {count} workspaces and may do all that it needs.");
        wrong.push(Check { subject: "Installations", result: Ok(sentence) });
    }
    Ok(wrong)
}

async fn complaint(ctx: &Ctx, chat: &dyn Chat, workspace: &Workspace) -> Result<Option<String>> {
    let Some(installation) = workspaces::installation(ctx, workspace.id).await? else {
        return Ok(Some("the app is not installed.".to_owned()));
    };
    if let Some(reason) = &installation.broken_reason {
        return Ok(Some(format!("the connection is broken ({reason}).")));
    }
    let missing = installation.lacks(chat.scopes());
    if !missing.is_empty() {
        return Ok(Some(format!("the permissions {} are missing.", missing.join(", "))));
    }
    Ok(match workspaces::opening(ctx, workspace.id).await? {
        Opening::Closed => Some("the app was removed.".to_owned()),
        // A worker renews it with its next call; asking here with a token that ended would say nothing.
        Opening::Renew { .. } => None,
        Opening::Open(access) => match chat.check(&access).await {
            Ok(Answer::Done(())) => None,
            Ok(Answer::Refused(refusal)) => Some(format!("Slack refuses its token ({}).", refusal.code())),
            Err(error) => Some(format!("Slack does not answer: {error}.")),
        },
    })
}
