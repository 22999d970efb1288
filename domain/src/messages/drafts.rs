//! Texts that wait for their author's word: in a channel where everything is confirmed, when a colleague has just answered, and when the channel
//! of a conversation is gone. A draft is kept whole, so that nothing has to be written again; it goes out once, or is discarded.

use super::{
    Message, Origin, files,
    outbound::{self, Draft},
    reply,
    store::drafts::{self, Files},
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        chat::{Button, ButtonStyle, Part, Place, Span},
        inbound::PostWritten,
    },
    conversations,
    ids::{DraftId, UserId, WorkspaceId},
    members, numbers,
    outbox::{self, Listener},
    usage, workspaces,
};

/// Why a text waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// In its channel everything is confirmed.
    Confirm,
    /// A colleague has just answered.
    Collision,
    /// The conversation's own channel is gone.
    ChannelGone,
}

crate::codes!(Reason { Confirm = "confirm", Collision = "collision", ChannelGone = "channel_gone" });

/// What the author said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It went out.
    Sent,
    /// It did not.
    Discarded,
}

crate::codes!(Decision { Sent = "sent", Discarded = "discarded" });

/// Keeps a text until its author has decided. `question` stands above it, `buttons` below.
pub(super) async fn ask(
    ctx: &Ctx,
    tx: &Tx,
    (draft, post): (&Draft, &PostWritten),
    reason: Reason,
    question: Vec<Span>,
) -> Result<DraftId> {
    let author: UserId = draft.author.as_deref().and_then(|author| author.parse().ok()).ok_or_else(unsigned)?;
    let row = drafts::Model {
        id: ctx.id(),
        workspace_id: draft.workspace.id,
        conversation_id: draft.conversation.id,
        author_id: author,
        body: draft.body.clone(),
        files: Files(post.files.clone()),
        reason,
        post_channel: post.post.channel.clone(),
        post_ts: post.post.ts.clone(),
        client_id: post.client_id.clone(),
        created_at: ctx.now(),
        decision: None,
        decided_at: None,
    };
    let id = row.id;
    drafts::insert(tx, row).await?;
    let parts = vec![
        Part::Text(question),
        Part::Text(vec![Span::Text(files::preview(draft))]),
        Part::Note(vec![Span::Text(cost(ctx, tx, draft).await?)]),
        Part::Buttons(buttons(id, reason)),
    ];
    let listener = Listener {
        workspace: draft.workspace.id,
        team: draft.workspace.team_id.clone(),
        user: post.user.clone(),
        place: Some(Place { channel: post.post.channel.clone(), thread: post.thread.clone() }),
    };
    outbox::tell(ctx, tx, &listener, parts).await?;
    Ok(id)
}

fn unsigned() -> Error {
    Error::internal("a draft has no author")
}

/// What a text costs, and what is left afterwards.
async fn cost(ctx: &Ctx, tx: &Tx, draft: &Draft) -> Result<String> {
    let count = i64::from(files::plan(ctx, draft)?.segment_count).max(1);
    let (left, limit) = usage::left(ctx, tx, &draft.workspace).await?;
    let noun = if count == 1 { "segment" } else { "segments" };
    let after = left - count;
    Ok(format!("{count} {noun}; {} of {limit} left this month afterwards. Only you see this.", after.max(0)))
}

fn buttons(id: DraftId, reason: Reason) -> Vec<Button> {
    let button = |action: &str, label: &str, style| Button {
        action: action.to_owned(),
        value: id.to_string(),
        label: label.to_owned(),
        style,
        confirm: None,
    };
    let discard = button("draft.discard", "Discard", ButtonStyle::Plain);
    match reason {
        Reason::Confirm => vec![button("draft.send", "Send", ButtonStyle::Primary), discard],
        Reason::Collision => vec![button("draft.send", "Send anyway", ButtonStyle::Primary), discard],
        Reason::ChannelGone => vec![
            button("conversation.use_thread", "Send in the thread", ButtonStyle::Primary),
            button("conversation.recreate_channel", "Create a new channel and send", ButtonStyle::Plain),
            discard,
        ],
    }
}

/// Sends a draft. Its author wanted it so, in whatever state the conversation is by now.
///
/// # Errors
/// [`Error::Conflict`] when it was decided already; and everything that forbids sending.
pub(crate) async fn send(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: DraftId, user: UserId) -> Result<Message> {
    let row = open(tx, (workspace, id, user)).await?;
    let conversation = conversations::lock(tx, row.conversation_id).await?;
    let draft = Draft {
        workspace: workspaces::lock(tx, workspace).await?,
        number: numbers::lock(tx, workspace, conversation.number_id).await?,
        contact: contacts::lock(tx, workspace, conversation.contact_id).await?,
        conversation,
        body: row.body.clone(),
        origin: Origin::Post,
        author: Some(row.author_id.to_string()),
        not_before: None,
        files: row.files.0.clone(),
    };
    let of_post = |message: Message| Message {
        post_channel: Some(row.post_channel.clone()),
        post_ts: Some(row.post_ts.clone()),
        client_id: row.client_id.clone(),
        ..message
    };
    let message = outbound::queue(ctx, tx, &draft, of_post).await?;
    outbound::promise_mark(ctx, tx, &message).await?;
    // Last: what is refused can be sent once the reason is gone.
    drafts::decide(ctx, tx, id, Decision::Sent).await?;
    Ok(message)
}

/// Discards a draft.
///
/// # Errors
/// [`Error::Conflict`] when it was decided already.
pub(crate) async fn discard(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: DraftId, user: UserId) -> Result<()> {
    let row = open(tx, (workspace, id, user)).await?;
    drafts::decide(ctx, tx, row.id, Decision::Discarded).await.map(drop)
}

/// A draft that is not decided yet; nobody else decides it until the transaction ends.
async fn open(tx: &Tx, (workspace, id, user): (WorkspaceId, DraftId, UserId)) -> Result<drafts::Model> {
    let is_open = drafts::hold(tx, id).await?;
    let row = drafts::by_id(tx, workspace, id).await?.filter(|row| row.author_id == user);
    let row = row.ok_or(Error::NotFound { what: "draft" })?;
    match row.decision {
        None if is_open => Ok(row),
        Some(Decision::Discarded) => {
            Err(Error::conflict("This text was discarded already. Write it again to send it."))
        }
        _ => Err(Error::conflict("This text was sent already.")),
    }
}

/// The post of an open draft was changed or deleted: the draft follows. None when the post has no open draft.
pub(super) async fn follow(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    change: &crate::contracts::inbound::PostChanged,
) -> Result<Option<&'static str>> {
    let row = drafts::by_post(tx, workspace, &change.post).await?;
    let Some(row) = row.filter(|row| row.decision.is_none()) else { return Ok(None) };
    match &change.text {
        Some(text) if !reply::is_note(text) => {
            drafts::set_body(tx, row.id, text).await?;
            Ok(Some("the draft was changed with its post"))
        }
        _ => {
            drafts::decide(ctx, tx, row.id, Decision::Discarded).await?;
            Ok(Some("the draft went with its post"))
        }
    }
}

/// Name of a member, for a question.
pub(super) async fn name_of(tx: &Tx, author: &str) -> Result<String> {
    let Ok(id) = author.parse() else { return Ok("A program".to_owned()) };
    Ok(members::user_in(tx, id).await?.map_or_else(|| "A colleague".to_owned(), |user| user.display_name))
}
