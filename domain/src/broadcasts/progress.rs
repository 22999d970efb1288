//! Where the team sees how far a broadcast is: one post in the number's channel, drawn anew at a few moments and not with each text, with buttons to pause
//! and to end it; and a word to its author when it cannot go on.

use chrono::TimeDelta;

use super::{
    Broadcast, Exclusion, PauseReason, Status, Tally,
    store::{broadcasts, recipients},
};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Button, ButtonStyle, Part, Place, Post, PostRef, Question, Span},
    ids::{BroadcastId, UserId},
    members, numbers,
    outbox::{self, Lease, Listener, Promise, Settlement, Task},
    workspaces,
};

/// How long after its end it is drawn for the last time: by then the carrier has told of most texts.
const LAST_LOOK: TimeDelta = TimeDelta::minutes(1);

/// How often it is drawn while it goes out: with each quarter.
const QUARTERS: i64 = 4;

/// Characters of the text that are shown.
const EXCERPT: usize = 300;

/// What has to be shown.
#[derive(Clone, Debug)]
pub enum Showing {
    /// Post this.
    Post(Place, Post),
    /// Replace what stands there.
    Change(PostRef, Post),
}

/// Promises that its post shows how far it is.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, of: &Broadcast, later: Option<TimeDelta>) -> Result<()> {
    let show = Promise::new(Task::ShowBroadcast { broadcast: of.id }).of(of.workspace_id);
    let show = show.in_order_of(format!("broadcast.show:{}", of.id));
    let show = match later {
        Some(later) => show.not_before(ctx.now() + later),
        None => show,
    };
    outbox::append(ctx, tx, show).await
}

/// Promises the last look, when the carrier has told how most texts fared.
pub(super) async fn promise_last(ctx: &Ctx, tx: &Tx, of: &Broadcast) -> Result<()> {
    promise(ctx, tx, of, Some(LAST_LOOK)).await
}

/// Promises a look when another quarter of it is done.
pub(super) async fn note(ctx: &Ctx, tx: &Tx, row: &Broadcast) -> Result<()> {
    let done = recipients::tally(tx, row.id).await?.done();
    let quarters = done * QUARTERS / i64::from(row.recipient_count.max(1));
    let percent = i32::try_from(quarters * 100 / QUARTERS).unwrap_or(100);
    if percent <= row.shown_percent {
        return Ok(());
    }
    broadcasts::save(tx, &Broadcast { shown_percent: percent, ..row.clone() }).await?;
    promise(ctx, tx, row, None).await
}

/// What has to be shown of a broadcast; none where there is no channel to show it in.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn to_show(ctx: &Ctx, id: BroadcastId) -> Result<Option<Showing>> {
    let db = ctx.database.reader();
    let Some(row) = broadcasts::by_ids(db, &[id]).await?.pop() else { return Ok(None) };
    let Some(number) = numbers::find(ctx, &[row.number_id]).await?.pop() else { return Ok(None) };
    let tally = recipients::tally(db, id).await?;
    let author = match row.author.parse::<UserId>() {
        Ok(user) => members::user(ctx, &[user]).await?.pop().map(|user| user.display_name),
        Err(_) => None,
    };
    let post = post(&row, &tally, (&number.shown(), author.as_deref().unwrap_or("the API")));
    if let Some((channel, ts)) = row.post_channel.clone().zip(row.post_ts.clone()) {
        return Ok(Some(Showing::Change(PostRef { channel, ts }, post)));
    }
    let workspace = workspaces::find(ctx, &[row.workspace_id]).await?.pop();
    let default = workspace.and_then(|workspace| workspace.default_channel_id);
    let channel = number.shared_channel_id.or(default);
    Ok(channel.map(|channel| Showing::Post(Place { channel, thread: None }, post)))
}

/// Its post stands.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn shown(ctx: &Ctx, lease: &Lease, id: BroadcastId, at: &PostRef) -> Result<()> {
    let tx = ctx.database.begin().await?;
    broadcasts::set_post(&tx, id, at).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

fn post(row: &Broadcast, tally: &Tally, (number, author): (&str, &str)) -> Post {
    let mut headline = vec![Span::Bold(standing(row))];
    if let (Status::Scheduled, Some(at)) = (row.status, row.start_at) {
        headline.extend([text(" It begins on "), Span::Time(at), text(".")]);
    }
    let note = format!("From {number}, by {author}. Who answers appears in a thread of their own.");
    let mut parts = vec![
        Part::Text(headline),
        Part::Text(vec![text(excerpt(&row.body))]),
        Part::Text(vec![text(figures(row, tally))]),
        Part::Note(vec![text(note)]),
    ];
    let buttons = buttons(row);
    if !buttons.is_empty() {
        parts.push(Part::Buttons(buttons));
    }
    Post { key: format!("broadcast:{}", row.id), author: None, parts }
}

/// How far it is, in a sentence.
fn standing(row: &Broadcast) -> String {
    let people = people(i64::from(row.recipient_count));
    match (row.status, row.pause_reason) {
        (Status::Scheduled | Status::Draft, _) => format!("A broadcast to {people} is scheduled."),
        (Status::Sending, _) => format!("A broadcast to {people} goes out."),
        (Status::Paused, Some(PauseReason::Limit)) => format!(
            "A broadcast to {people} stands still: this month’s allowance is used up. It goes on as soon as there is room."
        ),
        (Status::Paused, Some(PauseReason::CannotSend)) => {
            format!("A broadcast to {people} stands still: its number cannot send now.")
        }
        (Status::Paused, _) => format!("A broadcast to {people} is paused."),
        (Status::Canceled, _) => format!("A broadcast to {people} was ended early."),
        (Status::Completed, _) => format!("A broadcast to {people} is done."),
    }
}

/// `1 person`, `2 people`.
pub(crate) fn people(count: i64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// The counts that are not zero, with what they mean.
fn figures(row: &Broadcast, tally: &Tally) -> String {
    let sent = tally.queued + tally.sent + tally.delivered + tally.failed;
    let mut words = vec![format!("{sent} of {} sent", row.recipient_count)];
    let counts = [
        (tally.delivered, "delivered"),
        (tally.failed, "failed"),
        (tally.skipped, "left out"),
        (tally.canceled, "not sent any more"),
        (tally.opted_out, "opted out since"),
    ];
    words.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    format!("{}.", words.join(", "))
}

/// Who does not get it, by why: `3 opted out, 1 blocked (Do Not Disturb)`.
pub(crate) fn left_out(excluded: &[(Exclusion, u64)]) -> String {
    let words: Vec<String> = excluded.iter().map(|(why, count)| format!("{count} {}", why.words())).collect();
    words.join(", ")
}

/// The beginning of what it says.
pub(crate) fn excerpt(body: &str) -> String {
    match body.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", body[..end].trim_end()),
        None => body.to_owned(),
    }
}

fn buttons(row: &Broadcast) -> Vec<Button> {
    let button = |action: &str, label: &str, style| Button {
        action: action.to_owned(),
        value: row.id.to_string(),
        label: label.to_owned(),
        style,
        confirm: None,
    };
    let mut buttons = Vec::new();
    if row.status.is_under_way() {
        buttons.push(button("broadcast.pause", "Pause", ButtonStyle::Plain));
    }
    if row.status == Status::Paused {
        buttons.push(button("broadcast.resume", "Resume", ButtonStyle::Primary));
    }
    if !row.status.is_over() {
        let words = ["End it", "Let it go on"];
        let confirm = Some(Question::new("End the broadcast?", "Who has it keeps it; nobody else gets it.", words));
        buttons.push(Button { confirm, ..button("broadcast.cancel", "Cancel", ButtonStyle::Danger) });
    }
    buttons
}

/// Tells the author that it stands still.
pub(super) async fn tell_author(ctx: &Ctx, tx: &Tx, row: &Broadcast) -> Result<()> {
    let Ok(user) = row.author.parse::<UserId>() else { return Ok(()) };
    let Some(user) = members::user_in(tx, user).await? else { return Ok(()) };
    let team = workspaces::lock(tx, row.workspace_id).await?.team_id;
    let listener = Listener { workspace: row.workspace_id, team, user: user.chat_user_id, place: None };
    let tally = recipients::tally(tx, row.id).await?;
    let line = vec![text(format!("{} {}", standing(row), figures(row, &tally)))];
    let mut parts = vec![Part::Text(line), Part::Text(vec![text(excerpt(&row.body))])];
    parts.push(Part::Buttons(buttons(row)));
    outbox::tell(ctx, tx, &listener, parts).await
}
