//! What the thread shows of a text that is sent later: a post that says when, with buttons to change it. When the text goes out, the post makes room
//! for the text itself; when it is withdrawn or refused, the post says so. What is shown is decided when it is shown.

use super::{Message, Status, files, receive, reply, store};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        carrier::FailureReason,
        chat::{Button, ButtonStyle, Part, Post, PostRef, Question, Span},
    },
    conversations::{self, Thread},
    ids::{MessageId, UserId},
    members, numbers,
    outbox::{self, Lease, Listener, Settlement, Task},
    workspaces,
};

/// What has to change in the thread.
#[derive(Clone, Debug)]
pub enum Announcing {
    /// Post this.
    Post(Box<Thread>, Post),
    /// Replace what stands there.
    Change(PostRef, Post),
    /// Take it away.
    Remove(PostRef),
}

/// Promises that the thread shows how a scheduled text stands.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    let number = numbers::lock(tx, workspace.id, conversation.number_id).await?;
    let announce = Task::AnnounceScheduled { message: message.id };
    receive::promise_shown(ctx, tx, (&workspace, &number), conversation.id, announce).await
}

/// What has to change in the thread of a scheduled text; none when it shows what is so.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_announce(ctx: &Ctx, id: MessageId) -> Result<Option<Announcing>> {
    let Some(message) = store::messages::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    let Some(thread) = conversations::thread(ctx, message.conversation_id).await? else { return Ok(None) };
    let at = message.notice_channel.clone().zip(message.notice_ts.clone());
    let at = at.map(|(channel, ts)| PostRef { channel, ts });
    let was_never_sent = message.post_ts.is_none() && message.sent_at.is_none();
    Ok(match (message.status, at) {
        (Status::Scheduled, at) => {
            let author = author_name(ctx, &message).await?.unwrap_or_else(|| "the API".to_owned());
            let shown = files::shown_with(&message.body, store::attachments::of(ctx.database.reader(), &[id]).await?);
            let post = scheduled((&message, shown), &thread, &author);
            Some(match at {
                None => Announcing::Post(Box::new(thread), post),
                Some(at) => Announcing::Change(at, post),
            })
        }
        (Status::Canceled, Some(at)) => {
            let how = format!("It was withdrawn and not sent. {}", why_not_sent(&message));
            Some(Announcing::Change(at, ended(&message, &how)))
        }
        (Status::Failed, at) if was_never_sent && message.send_at.is_some() => {
            let post = ended(&message, &format!("It was not sent. {}", why_not_sent(&message)));
            Some(match at {
                // It failed before anything announced it: its file could not be had.
                None => Announcing::Post(Box::new(thread), post),
                Some(at) => Announcing::Change(at, post),
            })
        }
        (_, Some(at)) => Some(Announcing::Remove(at)),
        (_, None) => None,
    })
}

/// Why a scheduled text did not go out; nothing when somebody wished it so.
pub(crate) fn why_not_sent(message: &Message) -> &'static str {
    match message.failure_reason {
        None => "",
        // They may have said so in other ways than by STOP.
        Some(FailureReason::OptedOut) => "The contact opted out of texts.",
        Some(reason) => reason.sentence(),
    }
}

/// Name of the member who wrote a message; none for a program.
pub(super) async fn author_name(ctx: &Ctx, message: &Message) -> Result<Option<String>> {
    let user: Option<UserId> = message.author.as_deref().and_then(|author| author.parse().ok());
    let known = match user {
        Some(user) => members::user(ctx, &[user]).await?.pop(),
        None => None,
    };
    Ok(known.map(|user| user.display_name))
}

fn scheduled((message, shown): (&Message, String), thread: &Thread, author: &str) -> Post {
    let mut when = vec![Span::Text("Scheduled for ".to_owned())];
    when.extend(message.send_at.map(Span::Time));
    when.push(Span::Text(format!(", to {}, by {author}. It is counted when it goes out.", thread.contact.shown())));
    if message.is_put_off() {
        when.push(Span::Text(" Until then it is too late or too early in the day where they are.".to_owned()));
    }
    let parts = vec![Part::Text(vec![Span::Text(shown)]), Part::Note(when), Part::Buttons(buttons(message.id))];
    Post { key: key(message.id), author: None, parts }
}

fn key(message: MessageId) -> String {
    format!("{message}:scheduled")
}

/// Buttons that change a scheduled text.
pub(crate) fn buttons(message: MessageId) -> Vec<Button> {
    let button = |action: &str, label: &str, style, confirm| Button {
        action: action.to_owned(),
        value: message.to_string(),
        label: label.to_owned(),
        style,
        confirm,
    };
    let withdraw = Question::new("Withdraw this text?", "It is not sent, and costs nothing.", ["Withdraw", "Keep it"]);
    vec![
        button("scheduled.edit", "Edit", ButtonStyle::Plain, None),
        button("scheduled.send_now", "Send now", ButtonStyle::Plain, None),
        button("scheduled.cancel", "Withdraw", ButtonStyle::Danger, Some(withdraw)),
    ]
}

fn ended(message: &Message, how: &str) -> Post {
    let mut line = vec![Span::Text("A text was scheduled for ".to_owned())];
    line.extend(message.send_at.map(Span::Time));
    line.push(Span::Text(format!(". {}", how.trim_end())));
    Post { key: key(message.id), author: None, parts: vec![Part::Note(line)] }
}

/// The announcement of a scheduled text stands in its thread, or stands there no more.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn announced(ctx: &Ctx, lease: &Lease, id: MessageId, at: Option<&PostRef>) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::scheduled::set_notice(&tx, id, at).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Tells the author of a scheduled text why it did not go out, and what to do.
pub(super) async fn tell_refused(ctx: &Ctx, tx: &Tx, message: &Message, refusal: &Error) -> Result<()> {
    let mut line = opening(tx, message, "was not sent").await?;
    line.push(Span::Text(refusal.to_string()));
    let mut parts = vec![Part::Text(line), quoted(tx, message).await?];
    let is_worth_a_try = matches!(refusal, Error::LimitReached(_) | Error::Conflict { .. });
    if is_worth_a_try {
        let what = "When there is room again, send it from here.";
        parts.push(Part::Note(vec![Span::Text(what.to_owned())]));
        parts.push(Part::Buttons(vec![reply::button("Send", message)]));
    }
    tell(ctx, tx, message, parts).await
}

/// Tells the author of a scheduled text why it does not go out.
pub(super) async fn tell_withdrawn(ctx: &Ctx, tx: &Tx, message: &Message, why: &str) -> Result<()> {
    let mut line = opening(tx, message, "was withdrawn").await?;
    line.push(Span::Text(why.to_owned()));
    let quoted = quoted(tx, message).await?;
    tell(ctx, tx, message, vec![Part::Text(line), quoted]).await
}

async fn opening(tx: &Tx, message: &Message, what: &str) -> Result<Vec<Span>> {
    let mut line =
        vec![Span::Bold(format!("Your text to {}, scheduled for ", reply::contact_name(tx, message).await?))];
    line.extend(message.send_at.map(Span::Time));
    line.push(Span::Bold(format!(", {what}. ")));
    Ok(line)
}

async fn quoted(tx: &Tx, message: &Message) -> Result<Part> {
    let shown = files::shown_with(&message.body, store::attachments::of(tx, &[message.id]).await?);
    Ok(Part::Note(vec![Span::Text(format!("“{shown}”"))]))
}

/// Tells the author alone, wherever they are; for one who is no member, the thread.
async fn tell(ctx: &Ctx, tx: &Tx, message: &Message, parts: Vec<Part>) -> Result<()> {
    let user: Option<UserId> = message.author.as_deref().and_then(|author| author.parse().ok());
    let member = match user {
        Some(user) => members::user_in(tx, user).await?,
        None => None,
    };
    let workspace = workspaces::lock(tx, message.workspace_id).await?;
    if let Some(member) = member {
        let listener =
            Listener { workspace: workspace.id, team: workspace.team_id, user: member.chat_user_id, place: None };
        return outbox::tell(ctx, tx, &listener, parts).await;
    }
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let number = numbers::lock(tx, workspace.id, conversation.number_id).await?;
    let post = Post { key: format!("{}:ended", message.id), author: None, parts };
    let note = Task::PublishInThread { conversation: conversation.id, post };
    receive::promise_shown(ctx, tx, (&workspace, &number), conversation.id, note).await
}
