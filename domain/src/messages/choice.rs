//! Where a conversation goes on whose own channel is gone: its next sender chooses, and what was to be sent waits until then. A reply waits as a
//! draft of its author, a text from a window or the API as a task; both go out with the choice, whichever it is, in the order in which they came.

use super::{
    Origin, drafts,
    drafts::Reason,
    outbound::Draft,
    reply,
    store::{drafts as rows, waiting},
};
use crate::{
    By, Ctx, Error, Result, Tx,
    contracts::chat::{Button, ButtonStyle, Part, Place, Span},
    conversations::{self, Conversation, Placement},
    ids::{ConversationId, DraftId, WorkspaceId},
    members,
    outbox::{self, Listener, Promise, Task, park_key},
    workspaces::{self, Workspace},
};

/// The conversation that a button is about: its own id, or that of a draft which waits.
///
/// # Errors
/// [`Error::NotFound`] for neither.
pub(crate) async fn conversation_of(tx: &Tx, workspace: &Workspace, value: &str) -> Result<ConversationId> {
    if let Ok(id) = value.parse() {
        return Ok(id);
    }
    let missing = || Error::NotFound { what: "conversation" };
    let draft: DraftId = value.parse().map_err(|_| missing())?;
    Ok(rows::by_id(tx, workspace.id, draft).await?.ok_or_else(missing)?.conversation_id)
}

/// It goes on in the thread, and what waited is sent.
///
/// # Errors
/// [`Error::NotFound`] for a conversation of nobody.
pub(crate) async fn use_thread(ctx: &Ctx, tx: &Tx, workspace: &Workspace, id: ConversationId) -> Result<&'static str> {
    let outcome = conversations::stay_in_thread(ctx, tx, workspace, id).await?;
    go_on(ctx, tx, workspace, id).await?;
    Ok(outcome)
}

/// It gets a new channel, and what waited is sent.
///
/// # Errors
/// [`Error::NotFound`] for a conversation of nobody; [`Error::Conflict`] when it has a channel.
pub(crate) async fn recreate(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (id, asked_by): (ConversationId, &str),
) -> Result<&'static str> {
    let outcome = conversations::ask_for_channel(ctx, tx, workspace, id, Some(asked_by)).await?;
    go_on(ctx, tx, workspace, id).await?;
    Ok(outcome)
}

/// Moves a conversation to a channel of its own, which is made first where there is none, or back to its thread. Where a choice was waited for, this
/// is it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn move_to(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: ConversationId,
    placement: Placement,
) -> Result<Conversation> {
    let tx = ctx.database.begin().await?;
    let moved = conversations::move_in(ctx, &tx, by, (workspace, id), placement).await?;
    let owner = workspaces::lock(&tx, workspace).await?;
    go_on(ctx, &tx, &owner, id).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Sends what waited for the choice.
pub(crate) async fn go_on(ctx: &Ctx, tx: &Tx, workspace: &Workspace, id: ConversationId) -> Result<()> {
    outbox::unpark(ctx, tx, workspace.id, &park_key::choice(id)).await?;
    for message in waiting::asking(tx, id).await? {
        let redraw = Promise::new(Task::RedrawMessage { message }).of(workspace.id);
        let lane = outbox::method_lane(&workspace.team_id, "update");
        outbox::append(ctx, tx, redraw.in_order_of(format!("redraw:{message}")).in_lane(lane)).await?;
    }
    for row in rows::open_for(tx, id, Reason::ChannelGone).await? {
        match drafts::send(ctx, tx, workspace.id, row.id, row.author_id).await {
            Ok(_) => {}
            Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
            Err(refusal) => tell_author(ctx, tx, workspace, &row, &refusal).await?,
        }
    }
    Ok(())
}

async fn tell_author(ctx: &Ctx, tx: &Tx, workspace: &Workspace, row: &rows::Model, refusal: &Error) -> Result<()> {
    let Some(author) = members::user_in(tx, row.author_id).await? else { return Ok(()) };
    let conversation = conversations::lock(tx, row.conversation_id).await?;
    let place = conversation.thread().filter(|thread| thread.channel == row.post_channel);
    let listener = Listener {
        workspace: workspace.id,
        team: workspace.team_id.clone(),
        user: author.chat_user_id,
        place: place.or_else(|| Some(Place { channel: row.post_channel.clone(), thread: None })),
    };
    outbox::tell(ctx, tx, &listener, reply::refusal_parts(refusal)).await
}

/// Whether a text waits for the choice: one from a window or the API, since the channel was lost. A reply waits as a draft, before it gets here.
pub(super) async fn must_wait(tx: &Tx, draft: &Draft) -> Result<bool> {
    let is_asked = matches!(draft.origin, Origin::Api | Origin::Composed) && draft.conversation.must_choose();
    // Asked again, and held: somebody may be choosing at this moment, and then nobody would wake the task.
    Ok(is_asked && conversations::locked(tx, draft.conversation.id).await?.must_choose())
}

/// Said with a text that waits, where everybody sees it.
pub(super) fn question(conversation: &Conversation) -> Vec<Part> {
    let button = |action: &str, label: &str, style| Button {
        action: action.to_owned(),
        value: conversation.id.to_string(),
        label: label.to_owned(),
        style,
        confirm: None,
    };
    let line = "Not sent yet: the channel of this conversation is gone. Choose where it goes on, and the text is sent.";
    vec![
        Part::Text(vec![Span::Text(line.to_owned())]),
        Part::Buttons(vec![
            button("conversation.use_thread", "Send in this thread", ButtonStyle::Primary),
            button("conversation.recreate_channel", "Create a new channel and send", ButtonStyle::Plain),
        ]),
    ]
}
