//! Buttons that move conversations between threads and channels of their own, and those that mend a channel that is gone.

use super::presses::Pressed;
use crate::{
    Ctx, Error, Result, Tx,
    contracts::chat::{Part, Span},
    contracts::{
        inbound::ViewSubmitted,
        view::{Fault, Field, Input, View},
    },
    conversations,
    ids::WorkspaceId,
    messages,
    outbox::{self, Adopted, Promise, Task},
    workspaces::{self, Workspace},
};

/// The window in which another channel is chosen.
pub(super) const CHOOSE: &str = "channel.choose";

/// Its only input.
const CHANNEL: &str = "channel";

/// The conversation gets a channel of its own.
pub(super) async fn create_channel(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let (workspace, user) = (pressed.workspace, pressed.press.user.as_str());
    let conversation = messages::conversation_of(tx, workspace, &pressed.press.value).await?;
    Ok(conversations::ask_for_channel(ctx, tx, workspace, conversation, Some(user)).await?.to_owned())
}

/// The conversation goes back to its thread.
pub(super) async fn move_back(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let conversation = messages::conversation_of(tx, pressed.workspace, &pressed.press.value).await?;
    Ok(conversations::move_back(ctx, tx, pressed.workspace, conversation).await?.to_owned())
}

/// The conversation whose channel is gone goes on in its thread.
pub(super) async fn use_thread(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let conversation = messages::conversation_of(tx, pressed.workspace, &pressed.press.value).await?;
    let outcome = messages::use_thread(ctx, tx, pressed.workspace, conversation).await?;
    clear_notice(ctx, tx, pressed, conversation).await?;
    Ok(outcome.to_owned())
}

/// The conversation whose channel is gone gets a new one.
pub(super) async fn recreate_channel(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let (workspace, user) = (pressed.workspace, pressed.press.user.as_str());
    let conversation = messages::conversation_of(tx, workspace, &pressed.press.value).await?;
    let outcome = messages::recreate(ctx, tx, workspace, (conversation, user)).await?;
    clear_notice(ctx, tx, pressed, conversation).await?;
    Ok(outcome.to_owned())
}

/// What only the member saw goes with the answer; what everybody sees stays.
async fn clear_notice(
    ctx: &Ctx,
    tx: &Tx,
    pressed: &Pressed<'_>,
    conversation: crate::ids::ConversationId,
) -> Result<()> {
    if pressed.press.value == conversation.to_string() { Ok(()) } else { pressed.clear(ctx, tx).await }
}

/// Opens the window in which another channel is chosen.
pub(super) async fn choose(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let Some(trigger) = pressed.press.trigger.clone() else {
        return Err(Error::conflict("The window could not be opened. Press the button again."));
    };
    let open = Task::OpenView {
        trigger,
        user: pressed.press.user.clone(),
        place: pressed.listener.place.clone(),
        view: window(&pressed.press.value),
    };
    outbox::append(ctx, tx, Promise::new(open).of(pressed.workspace.id)).await?;
    Ok("channels shown to choose from".to_owned())
}

fn window(lost: &str) -> View {
    let hint = "A private channel works too: invite me there with /invite first.";
    let channel = Input {
        id: CHANNEL.to_owned(),
        label: "Where texts arrive from now on".to_owned(),
        hint: Some(hint.to_owned()),
        is_optional: false,
        is_live: false,
        field: Field::Channel { chosen: None },
    };
    let line = "What waits is posted there at once, in order. Each conversation goes on in a new thread.";
    View {
        purpose: CHOOSE.to_owned(),
        state: lost.to_owned(),
        title: "Choose a channel".to_owned(),
        submit: Some("Choose".to_owned()),
        parts: vec![Part::Text(vec![Span::Text(line.to_owned())]), Part::Input(channel)],
    }
}

/// What is wrong with the window at first sight.
pub(super) fn faults(submitted: &ViewSubmitted) -> Vec<Fault> {
    match submitted.entries.text(CHANNEL) {
        Some(_) => Vec::new(),
        None => vec![Fault { input: CHANNEL.to_owned(), sentence: "Choose a channel.".to_owned() }],
    }
}

/// A member chose another channel.
pub(super) async fn chosen(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let Some(channel) = submitted.entries.text(CHANNEL) else { return Ok("no channel was chosen".to_owned()) };
    let adopt = Task::AdoptChannel {
        channel: channel.to_owned(),
        whose: Adopted::InsteadOf(submitted.view.state.clone()),
        user: Some(submitted.user.clone()),
    };
    let adopt = Promise::new(adopt).of(workspace.id).in_lane(outbox::team_lane(&workspace.team_id));
    outbox::append(ctx, tx, adopt.in_order_of(format!("workspace:{}", workspace.id))).await?;
    Ok("another channel is taken".to_owned())
}

/// A member says that a channel can be posted to again.
pub(super) async fn retry(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    Ok(workspaces::channel_back(ctx, tx, pressed.workspace.id, &pressed.press.value).await?.to_owned())
}

/// A look at a channel has found that it is back, whatever the chat has told or not told of it.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn channel_found(ctx: &Ctx, workspace: WorkspaceId, channel: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let workspace = workspaces::lock(&tx, workspace).await?;
    channel_back(ctx, &tx, &workspace, channel).await?;
    tx.commit().await
}

/// The chat says that a channel is back: a conversation may go back to it, and then what waited for a choice is sent.
pub(super) async fn channel_back(ctx: &Ctx, tx: &Tx, workspace: &Workspace, channel: &str) -> Result<&'static str> {
    let (outcome, moved) = conversations::channel_back(ctx, tx, workspace, channel).await?;
    if let Some(conversation) = moved {
        messages::go_on(ctx, tx, workspace, conversation).await?;
    }
    Ok(outcome)
}
