//! Tells one member something. What only one member sees cannot be read back, so a whisper whose answer was lost is said once more: a notice that
//! appears twice does less harm than one that never does.

use domain::{
    Result,
    contracts::{
        Answer,
        chat::{ChatRefusal, Place, Post},
    },
    members,
    outbox::{self, Lease, Settlement},
    workspaces,
};

use super::{Turn, asking, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, place: &Place, user: &str, post: &Post) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    if lease.is_ambiguous && lease.read_back_count > 0 {
        return Ok(Turn::End(Settlement::Unknown { why: "the notice may not have been shown".to_owned() }));
    }
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.whisper(&access, place, user, post).await {
        Ok(Answer::Done(())) => Ok(Turn::done()),
        // Nobody is there to read it: nothing waits for that.
        Ok(Answer::Refused(
            ChatRefusal::ChannelGone(code) | ChatRefusal::NotFound(code) | ChatRefusal::Other(code),
        )) => Ok(Turn::End(Settlement::GiveUp { why: format!("the notice could not be shown: {code}") })),
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::post_in_doubt(workers, error)),
    }
}

/// Tells whoever installed the app, in a direct conversation.
pub(super) async fn tell_installer(workers: &Workers, lease: &Lease, post: &Post) -> Result<Turn> {
    let workspace = asking::workspace_of(lease)?;
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let installation = workspaces::installation(&workers.ctx, workspace).await?;
    let Some(installer) = installation.and_then(|row| row.installed_by) else { return Ok(Turn::done()) };
    let Some(user) = members::user(&workers.ctx, &[installer]).await?.pop() else { return Ok(Turn::done()) };
    match workers.chat.open_direct(&access, &user.chat_user_id).await {
        Ok(Answer::Done(channel)) => {
            let place = Place { channel, thread: None };
            let posted = posting::post_once(workers, lease, &place, post).await?;
            Ok(posted.map_or_else(|turn| turn, |_| Turn::done()))
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}
