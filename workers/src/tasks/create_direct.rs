//! Gives a conversation a channel of its own, once: creates it, invites who asked for it, and posts what it begins with, one post a step. A name that
//! somebody else has gets a number behind it; a channel whose creation was in doubt is found again and taken, never made twice.

use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{Channel, ChatAccess, ChatRefusal, Place, PostRef},
    },
    conversations::{self, Opening, Thread},
    ids::{ConversationId, MessageId, UserId},
    members, messages,
    outbox::{self, Lease},
    workspaces,
};

use super::{Turn, asking, posting};
use crate::Workers;

/// How many names are tried.
const NAMES_TO_TRY: u32 = 20;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: ConversationId, asked_by: Option<&str>) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    match conversations::opening(&workers.ctx, &thread.conversation).await? {
        Opening::Over => Ok(Turn::done()),
        Opening::Wanted => create(workers, lease, &thread, asked_by).await,
        Opening::Made { channel, step, until } => post_next(workers, lease, &thread, (channel, step, until)).await,
    }
}

async fn create(workers: &Workers, lease: &Lease, thread: &Thread, asked_by: Option<&str>) -> Result<Turn> {
    let access = match asking::access(workers, asking::workspace_of(lease)?).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    outbox::calling(&workers.ctx, lease).await?;
    let channel = match named(workers, lease, &access, thread).await? {
        Ok(channel) => channel,
        Err(Ended::Turn(turn)) => return Ok(turn),
        Err(Ended::Refused(why)) => {
            conversations::channel_refused(&workers.ctx, lease, &thread.conversation, asked_by, &why).await?;
            return Ok(Turn::Settled);
        }
    };
    if let Err(turn) = invite(workers, &access, thread, (&channel, asked_by)).await? {
        return Ok(turn);
    }
    let url = match way_back(workers, &access, thread).await {
        Ok(url) => url,
        Err(error) => return Ok(asking::repeatable(error)),
    };
    conversations::channel_made(&workers.ctx, lease, thread, &channel, (asked_by, url.as_deref())).await?;
    Ok(Turn::Settled)
}

/// How the making ended without a channel.
enum Ended {
    Turn(Turn),
    /// The chat will not have it, and why.
    Refused(String),
}

/// Creates the channel under the first name that is free.
async fn named(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    thread: &Thread,
) -> Result<Result<Channel, Ended>> {
    let (prefix, contact) = (&thread.number.direct_prefix, &thread.contact);
    let mut base = conversations::name_of(prefix, contact.name.as_deref(), &contact.address);
    let plain = conversations::digits_name(prefix, &contact.address);
    let mut number = 1;
    while number <= NAMES_TO_TRY {
        let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        match workers.chat.create_channel(access, &name).await {
            Ok(Answer::Done(channel)) => return Ok(Ok(channel)),
            Ok(Answer::Refused(ChatRefusal::NameTaken)) => match ours(workers, lease, access, &name).await? {
                Ok(Some(channel)) => return Ok(Ok(channel)),
                Ok(None) => number += 1,
                Err(error) => return Ok(Err(Ended::Turn(asking::post_in_doubt(workers, error)))),
            },
            // Letters that this chat does not take: digits it takes always.
            Ok(Answer::Refused(ChatRefusal::Unpostable(_))) if base != plain => (base, number) = (plain.clone(), 1),
            Ok(Answer::Refused(refusal @ ChatRefusal::AccessLost(_))) => {
                return Ok(Err(Ended::Turn(asking::refused(workers, lease, None, refusal).await?)));
            }
            Ok(Answer::Refused(ChatRefusal::NotAllowed { needed: Some(scope), .. })) => {
                let why = format!("The app lacks the permission {scope}: install it again to grant it.");
                return Ok(Err(Ended::Refused(why)));
            }
            Ok(Answer::Refused(refusal)) => {
                let why = format!("The app may not do it ({}): ask an admin of your team.", refusal.code());
                return Ok(Err(Ended::Refused(why)));
            }
            Err(error) => return Ok(Err(Ended::Turn(asking::post_in_doubt(workers, error)))),
        }
    }
    Ok(Err(Ended::Refused(format!("Every name from {base} to {base}-{NAMES_TO_TRY} is taken."))))
}

/// The channel of a name that is taken, when an earlier try of ours made it: the app created it, is in it, and uses it for nothing else.
async fn ours(
    workers: &Workers,
    lease: &Lease,
    access: &ChatAccess,
    name: &str,
) -> Result<Result<Option<Channel>, CallError>> {
    if !lease.is_ambiguous {
        return Ok(Ok(None));
    }
    let found = match workers.chat.find_channel(access, name).await {
        Ok(Answer::Done(found)) => found.filter(|channel| channel.is_member && !channel.is_archived),
        Ok(Answer::Refused(_)) => None,
        Err(error) => return Ok(Err(error)),
    };
    let Some(channel) = found else { return Ok(Ok(None)) };
    let workspace = asking::workspace_of(lease)?;
    let is_known = workspaces::is_known(&workers.ctx, workspace, &channel.id).await?;
    let own = workspaces::installation(&workers.ctx, workspace).await?.map(|row| row.bot_user_id);
    let is_by_us = channel.creator.is_none() || channel.creator == own;
    Ok(Ok((is_by_us && !is_known).then_some(channel)))
}

/// Invites whoever asked and whoever takes care of the conversation; without either, whoever installed the app. One who cannot be invited keeps
/// nobody out.
async fn invite(
    workers: &Workers,
    access: &ChatAccess,
    thread: &Thread,
    (channel, asked_by): (&Channel, Option<&str>),
) -> Result<Result<(), Turn>> {
    let mut users: Vec<String> = asked_by.map(str::to_owned).into_iter().collect();
    users.extend(thread.assignee.iter().map(|user| user.chat_user_id.clone()));
    if users.is_empty() {
        let installation = workspaces::installation(&workers.ctx, thread.conversation.workspace_id).await?;
        let installer: Vec<UserId> = installation.and_then(|row| row.installed_by).into_iter().collect();
        users.extend(members::user(&workers.ctx, &installer).await?.into_iter().map(|user| user.chat_user_id));
    }
    users.dedup();
    for user in users {
        match workers.chat.invite(access, &channel.id, std::slice::from_ref(&user)).await {
            Ok(Answer::Done(())) => {}
            Ok(Answer::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "somebody could not be invited to a conversation's channel");
            }
            Err(error) => return Ok(Err(asking::post_in_doubt(workers, error))),
        }
    }
    Ok(Ok(()))
}

/// Address of the thread that the conversation leaves; none when there is none, or the chat does not tell.
async fn way_back(workers: &Workers, access: &ChatAccess, thread: &Thread) -> Result<Option<String>, CallError> {
    let Some(Place { channel, thread: Some(ts) }) = thread.conversation.thread() else { return Ok(None) };
    Ok(match workers.chat.link(access, &PostRef { channel, ts }).await? {
        Answer::Done(url) => Some(url),
        Answer::Refused(_) => None,
    })
}

async fn post_next(
    workers: &Workers,
    lease: &Lease,
    thread: &Thread,
    (channel, step, until): (String, usize, Option<MessageId>),
) -> Result<Turn> {
    let (ctx, id) = (&workers.ctx, thread.conversation.id);
    let posts = messages::beginning(ctx, thread, until).await?;
    let Some(post) = posts.get(step) else {
        conversations::stepped(ctx, lease, thread, (step, None, true)).await?;
        return Ok(Turn::Settled);
    };
    match posting::post_once(workers, lease, &Place { channel, thread: None }, post).await? {
        Ok(at) => {
            conversations::stepped(ctx, lease, thread, (step + 1, Some(&at), step + 1 >= posts.len())).await?;
            tracing::debug!(conversation = %id, step, "a post of a conversation's channel stands");
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}
