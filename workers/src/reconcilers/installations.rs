//! Looks after the installations of the app that nobody may have used for hours: a token near its end is renewed, one that died without a word is
//! noticed, and what the app may do is compared with what it needs. One call for each, one after another: nobody waits for it.

use std::sync::Arc;

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{Chat, ChatRefusal},
    },
    ids::WorkspaceId,
    workspaces::{self, Installation},
};

use super::Report;
use crate::{
    Workers,
    chat::{
        TurnChat, Waits,
        tokens::{self, Access},
    },
};

pub(super) const NAME: &str = "installations.check";

/// Installations that are read at a time.
const PAGE: u64 = 100;

/// What was found.
#[derive(Default)]
struct Found {
    checked: usize,
    lost: usize,
    lacking: usize,
}

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let waits = Arc::new(Waits::default());
    let mut found = Found::default();
    let mut after: Option<WorkspaceId> = None;
    loop {
        let page = workspaces::to_check(&workers.ctx, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.workspace_id);
        for installation in &page {
            if let Err(error) = check(workers, &waits, installation, &mut found).await {
                tracing::warn!(workspace = %installation.workspace_id, cause = %error.cause(), "an installation could not be checked");
            }
        }
    }
    let Found { checked, lost, lacking } = found;
    Ok(format!("{checked} installations checked, {lost} no longer work, {lacking} lack permissions."))
}

async fn check(workers: &Workers, waits: &Arc<Waits>, installation: &Installation, found: &mut Found) -> Result<()> {
    let (ctx, workspace) = (&workers.ctx, installation.workspace_id);
    let chat = TurnChat::new(workers.chat.clone(), ctx.clone(), &workers.settings.node, waits.clone());
    let chat = chat.of(Some(workspace));
    found.checked += 1;
    match tokens::live(ctx, &chat, &workers.settings.node, workspace).await? {
        Access::Open(access) => match chat.check(&access).await {
            Ok(Answer::Done(())) => workspaces::trusted(ctx, workspace).await?,
            Ok(Answer::Refused(ChatRefusal::AccessLost(code))) => {
                workspaces::connection_lost(ctx, workspace, &code).await?;
                found.lost += 1;
                return Ok(());
            }
            Ok(Answer::Refused(refusal)) => tracing::warn!(code = refusal.code(), "the chat refuses to verify a token"),
            Err(error) => tracing::info!(%error, "a token could not be verified now"),
        },
        Access::Soon => {}
        Access::Closed => {
            found.lost += 1;
            return Ok(());
        }
    }
    let missing = workspaces::check_scopes(ctx, workspace, chat.scopes(), &workers.install_url()).await?;
    found.lacking += usize::from(!missing.is_empty());
    Ok(())
}
