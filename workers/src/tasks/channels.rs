//! Channels that texts go to: looked at who is in them, and taken in place of one that is gone.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Place},
    },
    conversations,
    outbox::{Adopted, Lease},
    workspaces,
};

use super::{Turn, asking};
use crate::Workers;

/// Looks who is in a channel besides the members of the team.
pub(super) async fn inspect(workers: &Workers, lease: &Lease, channel: &str) -> Result<Turn> {
    let workspace = asking::workspace_of(lease)?;
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    match workers.chat.company(&access, channel).await {
        Ok(Answer::Done(company)) => {
            workspaces::channel_inspected(&workers.ctx, lease, workspace, channel, company).await?;
            Ok(Turn::Settled)
        }
        // Nobody reads along in a channel that is gone; it is looked at again when it comes back into use.
        Ok(Answer::Refused(ChatRefusal::ChannelGone(_) | ChatRefusal::NotFound(_))) => Ok(Turn::done()),
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}

/// Lets texts go to another channel: joins it when it is open to all, and asks for an invitation when it is not.
pub(super) async fn adopt(
    workers: &Workers,
    lease: &Lease,
    (id, whose): (&str, &Adopted),
    user: Option<&str>,
) -> Result<Turn> {
    let (ctx, workspace) = (&workers.ctx, asking::workspace_of(lease)?);
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let closed = "It is private, or it does not exist: invite me there with /invite first, then choose it again.";
    let channel = match workers.chat.channel(&access, id).await {
        Ok(Answer::Done(channel)) => channel,
        Ok(Answer::Refused(ChatRefusal::ChannelGone(_) | ChatRefusal::NotFound(_))) => {
            return told(workers, lease, user, closed).await;
        }
        Ok(Answer::Refused(refusal)) => return asking::refused(workers, lease, None, refusal).await,
        Err(error) => return Ok(asking::repeatable(error)),
    };
    if channel.is_archived {
        return told(workers, lease, user, "It is archived: unarchive it, or choose another one.").await;
    }
    if !channel.is_member && channel.is_private {
        return told(workers, lease, user, closed).await;
    }
    if !channel.is_member {
        match workers.chat.join_channel(&access, id).await {
            Ok(Answer::Done(())) => {}
            Ok(Answer::Refused(ChatRefusal::AccessLost(code))) => {
                return asking::refused(workers, lease, None, ChatRefusal::AccessLost(code)).await;
            }
            Ok(Answer::Refused(_)) => return told(workers, lease, user, closed).await,
            Err(error) => return Ok(asking::repeatable(error)),
        }
    }
    conversations::shared_channel_chosen(ctx, lease, workspace, whose, &channel).await?;
    Ok(Turn::Settled)
}

async fn told(workers: &Workers, lease: &Lease, user: Option<&str>, why: &str) -> Result<Turn> {
    workspaces::choice_refused(&workers.ctx, lease, asking::workspace_of(lease)?, user, why).await?;
    Ok(Turn::Settled)
}

/// Whether a post is for a channel that texts went to before another one took its place: nobody looks there any more.
pub(super) async fn is_left(workers: &Workers, lease: &Lease, place: &Place) -> Result<bool> {
    let Some(workspace) = lease.workspace else { return Ok(false) };
    conversations::is_left(&workers.ctx, workspace, &place.channel).await
}
