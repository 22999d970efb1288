//! Buttons with which a team works on a conversation, on its first post and on announcements. Whoever presses second is told who was first.

use super::presses::Pressed;
use crate::{
    Ctx, Error, Result, Tx,
    contracts::chat::{Part, PostRef, Span},
    conversations::{self, Conversation, Status, Taken},
    ids::{ConversationId, UserId},
    members,
    outbox::{self, Promise, Task},
};

/// Solves a conversation, or opens it again.
pub(super) async fn set_status(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>, status: Status) -> Result<String> {
    let (conversation, _) = subject(tx, pressed).await?;
    conversations::set_status(ctx, tx, &pressed.by, &conversation, status).await?;
    Ok(format!("conversation is {status}"))
}

/// Whoever presses takes care of the conversation.
pub(super) async fn assign(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let (conversation, seen) = subject(tx, pressed).await?;
    match conversations::take(ctx, tx, &pressed.by, &conversation, seen).await? {
        Taken::Yes => Ok("conversation assigned".to_owned()),
        Taken::By(other) => {
            tell_who(ctx, tx, pressed, other).await?;
            Ok("somebody else has it, member told".to_owned())
        }
    }
}

/// Whoever presses takes care of the conversation, and its announcement says who does.
pub(super) async fn assign_announced(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let outcome = assign(ctx, tx, pressed).await?;
    let (conversation, _) = subject(tx, pressed).await?;
    if let Some(at) = pressed.press.post.clone() {
        let update = Task::UpdateAnnouncement { conversation: conversation.id, at: at.clone() };
        promise(ctx, tx, pressed, (update, &at), "update").await?;
    }
    Ok(outcome)
}

/// Whoever presses takes care of a conversation whose answer is late, and the post that told of it says who does.
pub(super) async fn assign_late(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let outcome = assign(ctx, tx, pressed).await?;
    let (conversation, _) = subject(tx, pressed).await?;
    if let Some(at) = pressed.press.post.clone() {
        let update = Task::UpdateLate { conversation: conversation.id, at: at.clone() };
        promise(ctx, tx, pressed, (update, &at), "update").await?;
    }
    Ok(outcome)
}

/// The announcement is removed for everybody.
pub(super) async fn hide(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let at = pressed.press.post.clone().ok_or(Error::NotFound { what: "announcement" })?;
    promise(ctx, tx, pressed, (Task::Remove { at: at.clone() }, &at), "delete").await?;
    Ok("announcement hidden".to_owned())
}

/// Opens the window with everything that can be changed.
pub(super) async fn details(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let (conversation, _) = subject(tx, pressed).await?;
    let Some(trigger) = pressed.press.trigger.clone() else {
        return Err(Error::conflict("The window could not be opened. Press Details again."));
    };
    let place = pressed.listener.place.clone();
    let view = conversations::details_window(tx, &conversation, place.as_ref()).await?;
    let open = Task::OpenView { trigger, user: pressed.press.user.clone(), place, view };
    outbox::append(ctx, tx, Promise::new(open).of(pressed.workspace.id)).await?;
    Ok("details shown".to_owned())
}

/// The conversation that a button is about, and whom the member saw taking care of it.
async fn subject(tx: &Tx, pressed: &Pressed<'_>) -> Result<(Conversation, Option<UserId>)> {
    let unknown = || Error::NotFound { what: "conversation" };
    let (id, seen) = pressed.press.value.split_once('/').unwrap_or((&pressed.press.value, ""));
    let id: ConversationId = id.parse().map_err(|_| unknown())?;
    let conversation = conversations::lock(tx, id).await?;
    if conversation.workspace_id == pressed.workspace.id {
        Ok((conversation, seen.parse().ok()))
    } else {
        Err(unknown())
    }
}

async fn tell_who(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>, other: UserId) -> Result<()> {
    let who = match members::user_in(tx, other).await? {
        Some(user) => Span::User(user.chat_user_id),
        None => Span::Text("A colleague".to_owned()),
    };
    let rest = " takes care of this already. To take it over, open Details.".to_owned();
    outbox::tell(ctx, tx, &pressed.listener, vec![Part::Text(vec![who, Span::Text(rest)])]).await
}

/// Changes of one announcement follow one another.
async fn promise(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>, (task, at): (Task, &PostRef), method: &str) -> Result<()> {
    let promise = Promise::new(task).of(pressed.workspace.id).in_order_of(format!("post:{}:{}", at.channel, at.ts));
    outbox::append(ctx, tx, promise.in_lane(outbox::method_lane(&pressed.workspace.team_id, method))).await
}
