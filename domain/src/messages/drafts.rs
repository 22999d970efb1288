//! Texts that wait for their author's word: in a channel where everything is confirmed, when a colleague has just answered, and when the channel
//! of a conversation is gone. A draft is kept whole, so that nothing has to be written again; it goes out once, or is discarded.

use super::{
    Message, Origin, files,
    outbound::{self, Draft},
    reply,
    store::drafts::{self, Files},
    templated,
};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        chat::{Button, ButtonStyle, Part, Place, PostRef, Span},
        inbound::{PostChanged, PostWritten},
    },
    ids::{DraftId, UserId, WorkspaceId},
    members,
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
        is_template: draft.origin == Origin::Composed,
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
    let to = listener(draft, &post.user, (&post.post, &post.thread));
    show(ctx, tx, draft, (id, reason, question), &to).await?;
    Ok(id)
}

fn listener(draft: &Draft, user: &str, (post, thread): (&PostRef, &Option<String>)) -> Listener {
    Listener {
        workspace: draft.workspace.id,
        team: draft.workspace.team_id.clone(),
        user: user.to_owned(),
        place: Some(Place { channel: post.channel.clone(), thread: thread.clone() }),
    }
}

/// Shows the author what would go out, with what it costs.
async fn show(
    ctx: &Ctx,
    tx: &Tx,
    draft: &Draft,
    (id, reason, question): (DraftId, Reason, Vec<Span>),
    to: &Listener,
) -> Result<()> {
    let parts = vec![
        Part::Text(question),
        Part::Text(vec![Span::Text(files::shown(&draft.body, &draft.files))]),
        Part::Note(vec![Span::Text(cost(ctx, tx, draft).await?)]),
        Part::Buttons(buttons(id, reason)),
    ];
    outbox::tell(ctx, tx, to, parts).await
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
    let draft = draft_of(tx, &row, &row.body).await?;
    if row.is_template {
        let message = templated::send(ctx, tx, &Draft { origin: Origin::Composed, ..draft }).await?;
        drafts::decide(ctx, tx, id, Decision::Sent).await?;
        return Ok(message);
    }
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

/// The text that a draft would be with these words.
async fn draft_of(tx: &Tx, row: &drafts::Model, body: &str) -> Result<Draft> {
    let (text, by) = ((body.to_owned(), row.files.0.clone()), (Origin::Post, Some(row.author_id.to_string())));
    outbound::draft_in(tx, row.conversation_id, text, by).await
}

/// Discards a draft.
///
/// # Errors
/// [`Error::Conflict`] when it was decided already.
pub(crate) async fn discard(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: DraftId, user: UserId) -> Result<()> {
    let row = open(tx, (workspace, id, user)).await?;
    discarded(ctx, tx, &row).await
}

async fn discarded(ctx: &Ctx, tx: &Tx, row: &drafts::Model) -> Result<()> {
    drafts::decide(ctx, tx, row.id, Decision::Discarded).await?;
    let workspace = workspaces::lock(tx, row.workspace_id).await?;
    let at = PostRef { channel: row.post_channel.clone(), ts: row.post_ts.clone() };
    outbound::promise_not_sent(ctx, tx, &workspace, at).await
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
    change: &PostChanged,
) -> Result<Option<&'static str>> {
    let row = drafts::by_post(tx, workspace, &change.post).await?;
    let Some(row) = row.filter(|row| row.decision.is_none()) else { return Ok(None) };
    match &change.text {
        Some(text) if templated::is_wanted(change.is_to_app, text) => {
            refill(ctx, tx, &row, (change, text)).await.map(Some)
        }
        Some(text) if !reply::is_note(text) => {
            drafts::set_body(tx, row.id, text, false).await?;
            Ok(Some("the draft was changed with its post"))
        }
        _ => {
            drafts::decide(ctx, tx, row.id, Decision::Discarded).await?;
            Ok(Some("the draft went with its post"))
        }
    }
}

/// The post of an open draft asks for a template now: the author sees what it says, and decides about that.
async fn refill(ctx: &Ctx, tx: &Tx, row: &drafts::Model, (change, text): (&PostChanged, &str)) -> Result<&'static str> {
    let draft = draft_of(tx, row, text).await?;
    let author = members::user_in(tx, row.author_id).await?.ok_or_else(unsigned)?.chat_user_id;
    let to = listener(&draft, &author, (&change.post, &change.thread));
    let refusal = match filled(ctx, tx, draft, row, &to).await {
        Ok(()) => return Ok("the draft says what the template says that its post asks for now"),
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => refusal,
    };
    discarded(ctx, tx, row).await?;
    outbox::tell(ctx, tx, &to, reply::refusal_parts(&refusal)).await?;
    Ok("the draft asks for a template that cannot be sent: discarded, member told")
}

async fn filled(ctx: &Ctx, tx: &Tx, draft: Draft, row: &drafts::Model, to: &Listener) -> Result<()> {
    let draft = templated::filled(tx, draft, true).await?;
    outbound::check(tx, &draft).await?;
    drafts::set_body(tx, row.id, &draft.body, true).await?;
    let question = vec![
        Span::Text("You changed your post. This is what goes to ".to_owned()),
        Span::Bold(draft.contact.shown()),
        Span::Text(" now. Send it?".to_owned()),
    ];
    show(ctx, tx, &draft, (row.id, row.reason, question), to).await
}

/// Name of a member, for a question.
pub(super) async fn name_of(tx: &Tx, author: &str) -> Result<String> {
    let Ok(id) = author.parse() else { return Ok("A program".to_owned()) };
    Ok(members::user_in(tx, id).await?.map_or_else(|| "A colleague".to_owned(), |user| user.display_name))
}
