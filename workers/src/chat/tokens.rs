//! A token that lives. One that is near its end is renewed before it is used, by one worker of all nodes; the others go on with the present
//! one while it works, and wait a moment when it does not.

use std::time::Duration;

use domain::{
    Ctx, Error, Result,
    contracts::{
        Answer,
        chat::{Chat, ChatAccess, Renewal},
    },
    ids::WorkspaceId,
    workspaces::{self, Opening, Renewing},
};

/// Tries to keep a renewed pair, and the pause between two: nobody else has it.
const KEEP_TRIES: u32 = 20;
const KEEP_PAUSE: Duration = Duration::from_secs(1);

/// What opens the chat of a workspace.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// This.
    Open(ChatAccess),
    /// Nothing for a moment: the token is being renewed.
    Soon,
    /// Nothing, until the app is installed again.
    Closed,
}

/// What opens the chat of a workspace; renews it when that is due.
pub(crate) async fn live(ctx: &Ctx, chat: &dyn Chat, node: &str, workspace: WorkspaceId) -> Result<Access> {
    let living = match workspaces::opening(ctx, workspace).await? {
        Opening::Open(access) => return Ok(Access::Open(access)),
        Opening::Closed => return Ok(Access::Closed),
        Opening::Renew { living } => living.map_or(Access::Soon, Access::Open),
    };
    match workspaces::begin_renewal(ctx, workspace, node).await? {
        Some(renewing) if renew(ctx, chat, &renewing).await? => match workspaces::opening(ctx, workspace).await? {
            Opening::Open(access) => Ok(Access::Open(access)),
            Opening::Closed => Ok(Access::Closed),
            Opening::Renew { .. } => Ok(Access::Soon),
        },
        // Somebody else renews it, has just done so, or the chat is away.
        _ => Ok(living),
    }
}

/// Exchanges the pair, and keeps the new one before anybody may use it. Whether the chat has spoken.
async fn renew(ctx: &Ctx, chat: &dyn Chat, renewing: &Renewing) -> Result<bool> {
    let answer = chat.renew(&renewing.refresh_token).await;
    let outcome = match &answer {
        Ok(Answer::Done(_)) => "renewed",
        Ok(Answer::Refused(_)) => "refused",
        Err(_) => "postponed",
    };
    metrics::counter!("clerk_token_renewals_total", "outcome" => outcome).increment(1);
    match answer {
        Ok(Answer::Done(renewal)) => keep(ctx, renewing, &renewal).await?,
        Ok(Answer::Refused(refusal)) => {
            tracing::error!(code = refusal.code(), "a token could not be renewed: the app has to be installed again");
            workspaces::renewal_refused(ctx, renewing, refusal.code()).await?;
        }
        Err(error) => {
            tracing::warn!(%error, "a token could not be renewed yet; trying again in a moment");
            workspaces::renewal_postponed(ctx, renewing).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn keep(ctx: &Ctx, renewing: &Renewing, renewal: &Renewal) -> Result<()> {
    for _ in 1..KEEP_TRIES {
        match workspaces::renewed(ctx, renewing, renewal).await {
            Err(error @ Error::Unavailable { .. }) => {
                tracing::warn!(cause = %error.cause(), "a renewed token could not be stored yet");
                tokio::time::sleep(KEEP_PAUSE).await;
            }
            ended => return ended.map(drop),
        }
    }
    workspaces::renewed(ctx, renewing, renewal).await.map(drop)
}
