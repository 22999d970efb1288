//! Looks at channels that were lost: the word that one is back may have come before the word that it was gone, or not at all, and what waits for it
//! would wait for ever. An app that is removed and installed again is in no channel: it comes back into those that are open to all, unless the chat
//! has told that somebody took it out. Only channels lost in the last day: after that somebody has seen that nothing comes, and presses *Try again*.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{Answer, chat::Chat},
    inbox,
    workspaces::{self, KnownChannel},
};

use super::Report;
use crate::{
    Workers,
    chat::{
        TurnChat, Waits,
        tokens::{self, Access},
    },
};

pub(super) const NAME: &str = "channels.check";

/// How long a lost channel is looked after.
const LOOKED_AFTER: TimeDelta = TimeDelta::days(1);

/// Channels that are looked at in a run, the last lost first.
const AT_MOST: u64 = 1_000;

pub(super) async fn run(workers: &Workers) -> Result<Report> {
    let waits = Arc::new(Waits::default());
    let since = workers.ctx.now() - LOOKED_AFTER;
    let lost = workspaces::lost_since(&workers.ctx, since, AT_MOST).await?;
    let mut found = 0;
    for channel in &lost {
        match is_back(workers, &waits, channel).await {
            Ok(true) => {
                inbox::channel_found(&workers.ctx, channel.workspace_id, &channel.channel_id).await?;
                found += 1;
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(workspace = %channel.workspace_id, cause = %error.cause(), "a lost channel could not be looked at")
            }
        }
    }
    Ok(format!("{} channels were lost today; {found} are back.", lost.len()))
}

async fn is_back(workers: &Workers, waits: &Arc<Waits>, lost: &KnownChannel) -> Result<bool> {
    let (ctx, workspace) = (&workers.ctx, lost.workspace_id);
    let chat = TurnChat::new(workers.chat.clone(), ctx.clone(), &workers.settings.node, waits.clone());
    let chat = chat.of(Some(workspace));
    let Access::Open(access) = tokens::live(ctx, &chat, &workers.settings.node, workspace).await? else {
        return Ok(false);
    };
    Ok(match chat.channel(&access, &lost.channel_id).await {
        Ok(Answer::Done(channel)) if channel.is_archived => false,
        Ok(Answer::Done(channel)) if channel.is_member => true,
        Ok(Answer::Done(channel)) if !channel.is_private && is_of_removal(workers, lost).await? => {
            matches!(chat.join_channel(&access, &lost.channel_id).await, Ok(Answer::Done(())))
        }
        // Gone still, or a broken connection, which is somebody else's to note.
        Ok(Answer::Done(_) | Answer::Refused(_)) => false,
        Err(error) => {
            tracing::info!(%error, "a lost channel could not be looked at now");
            false
        }
    })
}

/// Whether nothing but a removal of the whole app has taken it out of a channel.
async fn is_of_removal(workers: &Workers, lost: &KnownChannel) -> Result<bool> {
    let installation = workspaces::installation(&workers.ctx, lost.workspace_id).await?;
    let is_since = installation.is_some_and(|row| lost.lost_at.is_some_and(|lost_at| row.installed_at <= lost_at));
    Ok(is_since && !lost.is_loss_told)
}
