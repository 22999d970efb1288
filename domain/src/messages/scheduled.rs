//! Texts that are sent later. Each is checked when it is scheduled and again when its time comes, and counted only then, in the month in which it goes
//! out. What is refused at that time is said to its author, who had no reason to watch it. An edit, a withdrawal and the time itself each hold
//! the row first, so a text goes out once or not at all.

use chrono::{DateTime, Months, Utc};

use super::{
    Direction, Message, QuietHours, Status, files, notices,
    outbound::{self, Draft, NewText},
    quiet, receive, store,
    store::scheduled::Change,
};
use crate::{
    By, Ctx, Error, Result, Tx,
    contracts::{carrier::FailureReason, chat::PostRef, view::FileRef},
    conversations,
    error::InvalidReason,
    ids::{MessageId, WorkspaceId},
    outbox::{self, Lease, Promise, Settlement, Task},
    sms,
    usage::{self, Consumption},
};

/// How far ahead a text may be scheduled.
const FARTHEST: Months = Months::new(12);

/// What is changed of a scheduled text. None: stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ScheduledChange {
    /// What it says.
    pub body: Option<String>,
    /// When it is sent.
    pub send_at: Option<DateTime<Utc>>,
}

/// Schedules a text, and shows in its thread that it will be sent.
///
/// # Errors
/// [`Error::Invalid`] for a time that has passed or is more than a year ahead; and everything that forbids sending but the allowance, which
/// is asked when the time comes.
pub async fn schedule(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    text: &NewText,
    send_at: DateTime<Utc>,
) -> Result<Message> {
    schedule_with(ctx, by, workspace, (text, &[]), send_at).await
}

/// The same with files, which are fetched at once and kept until then.
///
/// # Errors
/// The same; also for files that cannot be sent with it.
pub async fn schedule_with(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    (text, files): (&NewText, &[FileRef]),
    send_at: DateTime<Utc>,
) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let draft = Draft { files: files.to_vec(), ..outbound::draft(ctx, &tx, by, workspace, text).await? };
    check_time(ctx.now(), send_at)?;
    let message = outbound::send_draft(ctx, &tx, &draft, (Some(send_at), text.ignores_quiet_hours)).await?;
    tx.commit().await?;
    Ok(message)
}

/// The same inside a transaction. What it says has no links in it until it goes out: only then is it known how long they are good.
pub(super) async fn schedule_draft(
    ctx: &Ctx,
    tx: &Tx,
    draft: &Draft,
    (send_at, quiet_hours): (DateTime<Utc>, QuietHours),
) -> Result<Message> {
    check_time(ctx.now(), send_at)?;
    outbound::check(tx, draft).await?;
    let plan = files::plan(ctx, draft)?;
    let message = Message {
        status: Status::Scheduled,
        send_at: Some(send_at),
        quiet_hours,
        body: draft.body.clone(),
        ..outbound::planned(outbound::new_message(ctx, draft), &plan)
    };
    store::messages::insert(tx, message.clone()).await?;
    receive::ensure_thread(ctx, tx, &draft.workspace, &draft.number, &draft.conversation).await?;
    files::promise(ctx, tx, &message, plan).await?;
    promise_due(ctx, tx, &message).await?;
    notices::promise(ctx, tx, &message).await?;
    Ok(message)
}

fn check_time(now: DateTime<Utc>, send_at: DateTime<Utc>) -> Result<()> {
    let refused = |message: &str| Err(Error::invalid("send_at", InvalidReason::Invalid, message));
    if send_at <= now {
        return refused("That time has passed. Choose one that is still to come.");
    }
    let farthest = now.checked_add_months(FARTHEST).unwrap_or(now);
    if send_at > farthest {
        return refused("A text can be scheduled up to a year ahead. Choose an earlier time.");
    }
    Ok(())
}

async fn promise_due(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let due = Promise::new(Task::SendScheduled { message: message.id }).of(message.workspace_id);
    outbox::append(ctx, tx, due.not_before(message.send_at.unwrap_or_else(|| ctx.now()))).await
}

/// The scheduled text, held for this transaction.
async fn hold(tx: &Tx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let known = store::messages::by_id(tx, id).await?.filter(|message| message.workspace_id == workspace);
    known.ok_or(Error::NotFound { what: "message" })?;
    let too_late = "This text is no longer scheduled: it has gone, or was withdrawn.";
    store::scheduled::hold(tx, id).await?.ok_or_else(|| Error::conflict(too_late))
}

/// Changes what a scheduled text says, or when it is sent.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is scheduled no more; and what forbids a text with these words at this time.
pub async fn update(ctx: &Ctx, workspace: WorkspaceId, id: MessageId, change: ScheduledChange) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let message = update_in(ctx, &tx, workspace, id, change).await?;
    tx.commit().await?;
    Ok(message)
}

/// The same inside a transaction.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    id: MessageId,
    change: ScheduledChange,
) -> Result<Message> {
    let before = hold(tx, workspace, id).await?;
    if let Some(send_at) = change.send_at.filter(|at| Some(*at) != before.send_at) {
        check_time(ctx.now(), send_at)?;
    }
    let body = change.body.map_or_else(|| before.body.clone(), |body| body.replace('\0', ""));
    let draft = Draft { body: body.clone(), ..draft_of(tx, &before).await? };
    outbound::check(tx, &draft).await?;
    let plan = files::reworded(ctx, tx, &before, (&body, ctx.now())).await?;
    let wished = (change.send_at.or(before.send_at), before.quiet_hours == QuietHours::Ignored);
    let (send_at, quiet_hours) = quiet::placed(ctx, tx, &draft, wished).await?;
    let after = Message {
        body,
        encoding: sms::measure(&plan.body).encoding,
        segment_count: plan.segment_count,
        send_at,
        quiet_hours,
        ..before
    };
    let new = Change {
        body: &after.body,
        encoding: after.encoding,
        segment_count: after.segment_count,
        send_at: after.send_at.unwrap_or_else(|| ctx.now()),
        quiet_hours,
    };
    store::scheduled::change(tx, id, &new).await?;
    outbox::withdraw(ctx, tx, DUE, &id.to_string()).await?;
    promise_due(ctx, tx, &after).await?;
    notices::promise(ctx, tx, &after).await?;
    Ok(after)
}

/// Kind of the task that sends a scheduled text.
const DUE: &str = "message.due";

/// Sends a scheduled text at once.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is scheduled no more; and everything that forbids sending.
pub async fn send_now(ctx: &Ctx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    match send_now_once(ctx, workspace, id).await {
        Err(error) if usage::is_contended(&error) => send_now_once(ctx, workspace, id).await,
        done => done,
    }
}

async fn send_now_once(ctx: &Ctx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let tx = ctx.database.begin().await?;
    let message = send_now_in(ctx, &tx, workspace, id).await?;
    tx.commit().await?;
    Ok(message)
}

/// The same inside a transaction.
pub(crate) async fn send_now_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let message = hold(tx, workspace, id).await?;
    go_out(ctx, tx, &message).await?;
    outbox::withdraw(ctx, tx, DUE, &id.to_string()).await?;
    Ok(Message { status: Status::Queued, ..message })
}

/// A text that waits for the end of quiet hours goes out all the same: when it was wished, or now.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it waits no more; and everything that forbids sending.
pub(crate) async fn ignore_quiet_hours(
    ctx: &Ctx,
    tx: &Tx,
    (workspace, id): (WorkspaceId, MessageId),
    wished: Option<DateTime<Utc>>,
) -> Result<()> {
    let Some(at) = wished.filter(|at| *at > ctx.now()) else {
        return send_now_in(ctx, tx, workspace, id).await.map(drop);
    };
    let message = hold(tx, workspace, id).await?;
    outbox::withdraw(ctx, tx, DUE, &id.to_string()).await?;
    move_to(ctx, tx, Message { send_at: Some(at), quiet_hours: QuietHours::Ignored, ..message }).await
}

/// A text that is held goes out at another time.
async fn move_to(ctx: &Ctx, tx: &Tx, later: Message) -> Result<()> {
    store::scheduled::put_off(tx, &later).await?;
    promise_due(ctx, tx, &later).await?;
    notices::promise(ctx, tx, &later).await
}

/// Withdraws a scheduled text.
pub(crate) async fn cancel_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    let message = hold(tx, workspace, id).await?;
    withdraw(ctx, tx, &message, None).await?;
    Ok(Message { status: Status::Canceled, ..message })
}

/// Withdraws a scheduled text that is held; none when somebody wished it so and needs no reason.
pub(super) async fn withdraw(ctx: &Ctx, tx: &Tx, message: &Message, why: Option<FailureReason>) -> Result<()> {
    end(ctx, tx, message, (Status::Canceled, why)).await
}

/// A file of a scheduled text that is held cannot be had, so it does not go out, and its author is told while there is time.
pub(super) async fn without_its_file(ctx: &Ctx, tx: &Tx, message: &Message, why: FailureReason) -> Result<()> {
    end(ctx, tx, message, (Status::Failed, Some(why))).await?;
    notices::tell_withdrawn(ctx, tx, message, why.sentence()).await
}

/// Ends the wait of a text that is held and does not go out.
async fn end(ctx: &Ctx, tx: &Tx, message: &Message, (to, why): (Status, Option<FailureReason>)) -> Result<()> {
    store::scheduled::end(tx, message.id, to, why).await?;
    files::dropped(ctx, tx, message).await?;
    outbox::withdraw(ctx, tx, DUE, &message.id.to_string()).await?;
    notices::promise(ctx, tx, message).await
}

/// The time of a scheduled text has come: it goes out, or its author is told why not.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now; [`Error::Unavailable`] when it is to be tried again.
pub async fn due(ctx: &Ctx, lease: &Lease, id: MessageId) -> Result<()> {
    match due_once(ctx, lease, id).await {
        Err(error) if usage::is_contended(&error) => due_once(ctx, lease, id).await,
        done => done,
    }
}

async fn due_once(ctx: &Ctx, lease: &Lease, id: MessageId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let waiting = store::scheduled::hold(&tx, id).await?;
    // One that was put off meanwhile has a task of its own for its new time.
    if let Some(message) = waiting.filter(|message| message.send_at.is_some_and(|at| at <= ctx.now())) {
        match on_time(ctx, &tx, &message).await {
            Ok(()) => {}
            Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
            Err(refusal) => {
                end(ctx, &tx, &message, (Status::Failed, Some(reason(&refusal)))).await?;
                notices::tell_refused(ctx, &tx, &message, &refusal).await?;
            }
        }
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// A scheduled text that is held goes out, unless it comes so late that it would wake somebody: then it waits for the morning.
async fn on_time(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let draft = draft_of(tx, message).await?;
    let wished = (None, message.quiet_hours == QuietHours::Ignored);
    let (Some(send_at), quiet_hours) = quiet::placed(ctx, tx, &draft, wished).await? else {
        return go_out(ctx, tx, message).await;
    };
    move_to(ctx, tx, Message { send_at: Some(send_at), quiet_hours, ..message.clone() }).await
}

fn reason(refusal: &Error) -> FailureReason {
    match refusal {
        Error::LimitReached(_) => FailureReason::Allowance,
        Error::OptedOut { .. } => FailureReason::OptedOut,
        Error::CountryNotEnabled { .. } => FailureReason::CountryNotEnabled,
        Error::Invalid { field: "body", .. } => FailureReason::TooLong,
        Error::Invalid { .. } => FailureReason::BadNumber,
        _ => FailureReason::SenderNotOurs,
    }
}

/// Checks, counts and promises a scheduled text that is held. What is refused has changed nothing.
async fn go_out(ctx: &Ctx, tx: &Tx, waiting: &Message) -> Result<()> {
    let draft = draft_of(tx, waiting).await?;
    outbound::check(tx, &draft).await?;
    let plan = files::reworded(ctx, tx, waiting, (&waiting.body, ctx.now())).await?;
    let message = &outbound::planned(waiting.clone(), &plan);
    let consumption = Consumption {
        message: message.id,
        number: draft.number.id,
        direction: Direction::Outbound.code(),
        segments: i64::from(message.segment_count),
        is_mms: message.media_count > 0,
        at: ctx.now(),
    };
    usage::consume(ctx, tx, &draft.workspace, &consumption).await?;
    store::scheduled::end(tx, message.id, Status::Queued, None).await?;
    files::going_out(ctx, tx, message).await?;
    store::messages::set_body(tx, message.id, &message.body, (message.encoding, message.segment_count)).await?;
    outbound::promise_sending(ctx, tx, message, &draft).await?;
    receive::ensure_thread(ctx, tx, &draft.workspace, &draft.number, &draft.conversation).await?;
    receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, message).await?;
    notices::promise(ctx, tx, message).await?;
    conversations::note_outbound(ctx, tx, draft.conversation.id, message.id).await
}

async fn draft_of(tx: &Tx, message: &Message) -> Result<Draft> {
    let text = (message.body.clone(), files::of_waiting(tx, message).await?);
    outbound::draft_in(tx, message.conversation_id, text, (message.origin, message.author.clone())).await
}

/// Scheduled texts of a workspace, the next first, at most so many; and how many there are.
pub(crate) async fn upcoming(tx: &Tx, workspace: WorkspaceId, limit: u64) -> Result<(Vec<Message>, u64)> {
    let rows = store::scheduled::upcoming(tx, workspace, limit).await?;
    Ok((rows, store::scheduled::count(tx, workspace).await?))
}

/// Texts of a workspace that were scheduled for later and do not go out, the next first, at most so many.
pub(crate) async fn not_to_go(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, limit: u64) -> Result<Vec<Message>> {
    store::scheduled::not_to_go(tx, workspace, (ctx.now(), limit)).await
}

/// What a scheduled text says and what goes with it, as members see it.
pub(crate) async fn shown_scheduled(tx: &Tx, message: &Message) -> Result<String> {
    Ok(files::shown(&message.body, &files::of_waiting(tx, message).await?))
}

/// What goes with a scheduled text, as a sentence; empty when nothing does.
pub(crate) async fn files_of_scheduled(tx: &Tx, message: &Message) -> Result<String> {
    let with = files::shown("", &files::of_waiting(tx, message).await?);
    Ok(if with.is_empty() { with } else { format!("{with}.") })
}

/// A scheduled text, for a window that changes it.
pub(crate) async fn find_scheduled(tx: &Tx, workspace: WorkspaceId, id: MessageId) -> Result<Message> {
    hold(tx, workspace, id).await
}

/// Where the post stands that announces a scheduled text.
pub(crate) async fn notice_of(tx: &Tx, id: MessageId) -> Result<Option<PostRef>> {
    let message = store::messages::by_id(tx, id).await?;
    let at = message.and_then(|message| message.notice_channel.zip(message.notice_ts));
    Ok(at.map(|(channel, ts)| PostRef { channel, ts }))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2027-03-14T09:00:00Z".parse().expect("a time")
    }

    #[test]
    fn the_present_moment_has_passed() {
        assert!(check_time(now(), now()).is_err());
        assert!(check_time(now(), now() + TimeDelta::seconds(1)).is_ok());
    }

    #[test]
    fn a_year_ahead_is_the_farthest() {
        let in_a_year: DateTime<Utc> = "2028-03-14T09:00:00Z".parse().expect("a time");
        assert!(check_time(now(), in_a_year).is_ok());
        assert!(check_time(now(), in_a_year + TimeDelta::seconds(1)).is_err());
    }
}
