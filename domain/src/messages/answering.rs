//! Answering a text by itself: outside business hours, and the first text of somebody. It is decided apart from taking the text in, so that a text is
//! never held up by its answer. Nothing is answered to machines, to short codes, to who opted out or is blocked, nor while somebody of the
//! team is answering; and a conversation that runs hot gets no answer, so that two machines cannot talk for ever.

use chrono::TimeDelta;

use super::{
    Message, Origin, automatic,
    outbound::{self, Draft},
    receive, store,
};
use crate::{
    Ctx, Error, Result, Tx,
    answers::{self, Kind},
    contacts, conversations,
    ids::MessageId,
    numbers::{self, Number},
    outbox::{self, Lease, Promise, Settlement, Task},
    sms::keywords,
    usage, workspaces,
};

/// A text that is older is not answered automatically any more: by then it would puzzle whoever gets it.
const STALE: TimeDelta = TimeDelta::minutes(15);

/// After an answer of the team there is somebody, whatever the hour.
const ATTENDED: TimeDelta = TimeDelta::minutes(30);

/// Promises to look whether a text is answered, when anything is answered on its number at all.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, number: &Number, message: &Message) -> Result<()> {
    if answers::looks_automatic(&message.body) || keywords::reads_like_opt_out(&message.body) {
        return Ok(());
    }
    if answers::effective(tx, number).await?.is_none() {
        return Ok(());
    }
    let answer = Promise::new(Task::AnswerText { message: message.id }).of(message.workspace_id);
    outbox::append(ctx, tx, answer.in_order_of(format!("answer:{}", message.conversation_id))).await
}

/// Answers a text, when an answer is due.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn answer(ctx: &Ctx, lease: &Lease, id: MessageId) -> Result<()> {
    let done = match answer_once(ctx, lease, id).await {
        Err(error) if usage::is_contended(&error) => answer_once(ctx, lease, id).await,
        done => done,
    };
    match done {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. } | Error::LeaseLost)) => Err(error),
        // What forbids a text forbids its answer: nothing was given, and nobody needs to know.
        Err(refusal) => {
            tracing::debug!(message = %id, cause = %refusal.cause(), "a text is not answered automatically");
            let tx = ctx.database.begin().await?;
            outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
            tx.commit().await
        }
        Ok(()) => Ok(()),
    }
}

async fn answer_once(ctx: &Ctx, lease: &Lease, id: MessageId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    if let Some(message) = store::messages::by_id(&tx, id).await? {
        give(ctx, &tx, &message).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

async fn give(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    let number = numbers::lock(tx, workspace.id, conversation.number_id).await?;
    let contact = contacts::lock(tx, workspace.id, conversation.contact_id).await?;
    let Some(settings) = answers::effective(tx, &number).await? else { return Ok(()) };
    let is_first = store::answered::is_first(tx, contact.id, message.id).await?;
    let Some(kind) = settings.due(&workspace, message.created_at, is_first) else { return Ok(()) };
    if ctx.now() - message.created_at > STALE || !is_wanted(ctx, tx, message).await? {
        return Ok(());
    }
    if !answers::give(ctx, tx, &contact, kind).await? {
        return Ok(());
    }
    let body = answers::filled(&settings, kind, &workspace, &number)?;
    let origin = match kind {
        Kind::Away => Origin::Away,
        Kind::Greeting => Origin::Greeting,
    };
    let draft = Draft {
        workspace,
        number,
        contact,
        conversation,
        body,
        origin,
        author: None,
        not_before: None,
        files: Vec::new(),
    };
    let answer = outbound::queue(ctx, tx, &draft, |answer| answer).await?;
    receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &answer).await
}

/// Whether nobody of the team is answering, and the conversation does not run hot.
async fn is_wanted(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<bool> {
    if automatic::runs_hot(ctx, tx, message.conversation_id).await? {
        return Ok(false);
    }
    Ok(!store::answered::is_attended(tx, message.conversation_id, ctx.now() - ATTENDED).await?)
}
