//! Makes sure that a workspace has its shared channel and that the app and whoever installed it are in it. A channel that somebody else made under the
//! same name is left alone: ours gets a number behind its name.

use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{Channel, ChatAccess, ChatRefusal},
    },
    ids::WorkspaceId,
    members,
    outbox::{self, Lease},
    workspaces::{self, DEFAULT_CHANNEL, Workspace},
};

use super::{Turn, asking};
use crate::Workers;

/// How many names are tried.
const NAMES_TO_TRY: u32 = 20;

/// How a step ended: with something, or with the turn.
type Step<T> = Result<T, Turn>;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: WorkspaceId) -> Result<Turn> {
    let Some(workspace) = workspaces::find(&workers.ctx, &[id]).await?.pop() else { return Ok(Turn::done()) };
    let access = match asking::access(workers, id).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    let channel = match known(workers, lease, &access, &workspace).await? {
        Ok(Some(channel)) => channel,
        Ok(None) => match create(workers, lease, &access).await? {
            Ok(channel) => channel,
            Err(turn) => return Ok(turn),
        },
        Err(turn) => return Ok(turn),
    };
    if let Err(turn) = invite_installer(workers, &access, id, &channel).await? {
        return Ok(turn);
    }
    workspaces::channel_prepared(&workers.ctx, lease, &workspace, &channel).await?;
    Ok(Turn::Settled)
}

/// The channel that the workspace had, when it can still be used: a re-install takes up there.
async fn known(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    workspace: &Workspace,
) -> Result<Step<Option<Channel>>> {
    let Some(id) = &workspace.default_channel_id else { return Ok(Ok(None)) };
    match workers.chat.channel(access, id).await {
        Ok(Answer::Done(channel)) if channel.is_archived => Ok(Ok(None)),
        Ok(Answer::Done(channel)) => match workers.chat.join_channel(access, id).await {
            Ok(Answer::Done(())) => Ok(Ok(Some(channel))),
            Ok(Answer::Refused(refusal)) => Ok(Err(asking::refused(workers, lease, None, refusal).await?)),
            Err(error) => Ok(Err(asking::repeatable(error))),
        },
        Ok(Answer::Refused(ChatRefusal::ChannelGone(_) | ChatRefusal::NotFound(_))) => Ok(Ok(None)),
        Ok(Answer::Refused(refusal)) => Ok(Err(asking::refused(workers, lease, None, refusal).await?)),
        Err(error) => Ok(Err(asking::repeatable(error))),
    }
}

async fn create(workers: &Workers, lease: &Lease, access: &ChatAccess) -> Result<Step<Channel>> {
    for number in 1..=NAMES_TO_TRY {
        let name = if number == 1 { DEFAULT_CHANNEL.to_owned() } else { format!("{DEFAULT_CHANNEL}-{number}") };
        match workers.chat.create_channel(access, &name).await {
            Ok(Answer::Done(channel)) => return Ok(Ok(channel)),
            Ok(Answer::Refused(ChatRefusal::NameTaken)) => match ours(workers, access, &name).await {
                Ok(Some(channel)) => return Ok(Ok(channel)),
                Ok(None) => {}
                Err(error) => return Ok(Err(asking::repeatable(error))),
            },
            Ok(Answer::Refused(refusal)) => return Ok(Err(asking::refused(workers, lease, None, refusal).await?)),
            // A creation in doubt is repeated: the name is taken then, and the channel is found to be ours.
            Err(error) => return Ok(Err(asking::repeatable(error))),
        }
    }
    let why = format!("every name from {DEFAULT_CHANNEL} to {DEFAULT_CHANNEL}-{NAMES_TO_TRY} is taken");
    Ok(Err(Turn::End(outbox::Settlement::GiveUp { why })))
}

/// The channel of that name, when the app is in it: who creates a channel is in it, and nobody else adds the app to one of that name.
async fn ours(workers: &Workers, access: &ChatAccess, name: &str) -> Result<Option<Channel>, CallError> {
    match workers.chat.find_channel(access, name).await? {
        Answer::Done(channel) => Ok(channel.filter(|channel| channel.is_member && !channel.is_archived)),
        Answer::Refused(_) => Ok(None),
    }
}

async fn invite_installer(
    workers: &Workers,
    access: &ChatAccess,
    id: WorkspaceId,
    channel: &Channel,
) -> Result<Step<()>> {
    let installation = workspaces::installation(&workers.ctx, id).await?;
    let Some(installer) = installation.and_then(|row| row.installed_by) else { return Ok(Ok(())) };
    let Some(user) = members::user(&workers.ctx, &[installer]).await?.pop() else { return Ok(Ok(())) };
    match workers.chat.invite(access, &channel.id, std::slice::from_ref(&user.chat_user_id)).await {
        Ok(Answer::Done(())) => Ok(Ok(())),
        Ok(Answer::Refused(refusal)) => {
            tracing::warn!(
                code = refusal.code(),
                "whoever installed the app could not be invited to the shared channel"
            );
            Ok(Ok(()))
        }
        Err(error) => Ok(Err(asking::repeatable(error))),
    }
}
