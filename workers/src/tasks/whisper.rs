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
use secrecy::ExposeSecret;

use super::{Turn, asking, posting};
use crate::Workers;

pub(super) async fn run(
    workers: &Workers,
    lease: &Lease,
    (place, user, answer_url): (&Place, &str, Option<&str>),
    post: &Post,
) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    if lease.is_ambiguous && lease.read_back_count > 0 {
        return Ok(Turn::End(Settlement::Unknown { why: "the notice may not have been shown".to_owned() }));
    }
    outbox::calling(&workers.ctx, lease).await?;
    if let Some(turn) = answered(workers, answer_url, post).await {
        return Ok(turn);
    }
    match workers.chat.whisper(&access, place, user, post).await {
        Ok(Answer::Done(())) => Ok(Turn::done()),
        // Where the app or the member is not, such as in the channel that a command was given in, it is said in their direct conversation.
        Ok(Answer::Refused(ChatRefusal::ChannelGone(_) | ChatRefusal::NotFound(_) | ChatRefusal::Other(_))) => {
            tell_member(workers, lease, user, post).await
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::post_in_doubt(workers, error)),
    }
}

/// Says it at the address that came with what the member did. None when there is none, or when it is good no longer.
async fn answered(workers: &Workers, answer_url: Option<&str>, post: &Post) -> Option<Turn> {
    let address = outbox::answer_address(&workers.ctx, answer_url?)?;
    match workers.chat.respond(address.expose_secret(), post).await {
        Ok(Answer::Done(())) => Some(Turn::done()),
        Ok(Answer::Refused(_)) => None,
        Err(error) => Some(asking::post_in_doubt(workers, error)),
    }
}

/// Tells one member something in their direct conversation with the app.
pub(super) async fn tell_member(workers: &Workers, lease: &Lease, user: &str, post: &Post) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    match workers.chat.open_direct(&access, user).await {
        Ok(Answer::Done(channel)) => {
            let place = Place { channel, thread: None };
            let posted = posting::post_once(workers, lease, &place, post).await?;
            Ok(posted.map_or_else(|turn| turn, |_| Turn::done()))
        }
        Ok(Answer::Refused(refusal)) => asking::refused(workers, lease, None, refusal).await,
        Err(error) => Ok(asking::repeatable(error)),
    }
}

/// Tells whoever installed the app, in a direct conversation.
pub(super) async fn tell_installer(workers: &Workers, lease: &Lease, post: &Post) -> Result<Turn> {
    let installation = workspaces::installation(&workers.ctx, asking::workspace_of(lease)?).await?;
    let Some(installer) = installation.and_then(|row| row.installed_by) else { return Ok(Turn::done()) };
    let Some(user) = members::user(&workers.ctx, &[installer]).await?.pop() else { return Ok(Turn::done()) };
    tell_member(workers, lease, &user.chat_user_id, post).await
}

/// Replaces or removes what only one member sees. Nothing waits for it: it is a courtesy to whoever pressed something on it.
pub(super) async fn answer(workers: &Workers, lease: &Lease, url: &str, post: Option<&Post>) -> Result<Turn> {
    let Some(address) = outbox::answer_address(&workers.ctx, url) else { return Ok(Turn::done()) };
    outbox::calling(&workers.ctx, lease).await?;
    match workers.chat.answer(address.expose_secret(), post).await {
        Ok(_) => Ok(Turn::done()),
        Err(error) => Ok(asking::repeatable(error)),
    }
}
