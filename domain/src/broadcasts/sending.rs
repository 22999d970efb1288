//! How a broadcast goes out: a few texts a second, each made together with the mark on who gets it, so that nobody gets it twice whatever dies. As long as
//! anything of the number waits for its turn, a reply or a scheduled text, no text of a broadcast is made; so at most those of one second are ever before
//! somebody who waits.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Broadcast, Exclusion, PauseReason, Status,
    ops::stand_still,
    progress,
    store::{
        broadcasts,
        recipients::{self, Change},
    },
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    ids::BroadcastId,
    messages::{self, BroadcastText},
    numbers,
    outbox::{self, Lease, Promise, Settlement, Task},
    sending,
    sms::quiet_hours,
    usage, workspaces,
};

/// Time between two steps.
const STEP: TimeDelta = TimeDelta::seconds(1);

/// People that one step looks at, at most, beside those who get their text.
const LOOKS: i32 = 100;

/// Kind of the task of a step.
const KIND: &str = "broadcast.send";

/// What comes after somebody's turn.
enum Next {
    /// They have it.
    Sent,
    /// They do not get it, or not now.
    Passed,
    /// Nobody's turn comes before.
    Later(DateTime<Utc>),
    /// Nobody is left.
    Nobody,
    /// It cannot go on.
    Stuck(PauseReason),
    /// It does not go on, because somebody else has said so.
    Over,
}

/// Promises the next step.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, of: &Broadcast, at: DateTime<Utc>) -> Result<()> {
    let step = Promise::new(Task::SendBroadcast { broadcast: of.id, round: of.round }).of(of.workspace_id);
    outbox::append(ctx, tx, step.in_order_of(format!("broadcast:{}", of.id)).not_before(at)).await
}

/// Takes the next step back; one that has begun finds out by itself.
pub(super) async fn withdraw(ctx: &Ctx, tx: &Tx, of: &Broadcast) -> Result<()> {
    outbox::withdraw(ctx, tx, KIND, &of.id.to_string()).await.map(drop)
}

/// Sends the texts of one second, and promises the next ones.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now; [`Error::Unavailable`] when it is to be tried again.
pub async fn step(ctx: &Ctx, lease: &Lease, (id, round): (BroadcastId, i32)) -> Result<()> {
    let next = take_turns(ctx, (id, round)).await?;
    let tx = ctx.database.begin().await?;
    if let Some(row) = going_on(&tx, (id, round)).await? {
        let row = begun(ctx, &tx, row).await?;
        match next {
            Next::Nobody => end(ctx, &tx, row).await?,
            Next::Stuck(why) => {
                let row = stand_still(ctx, &tx, row, why).await?;
                progress::tell_author(ctx, &tx, &row).await?;
            }
            Next::Later(at) => go_on(ctx, &tx, row, at).await?,
            _ => go_on(ctx, &tx, row, (lease.run_at + STEP).max(ctx.now())).await?,
        }
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// The broadcast, held, when this round of it goes on.
async fn going_on(tx: &Tx, (id, round): (BroadcastId, i32)) -> Result<Option<Broadcast>> {
    let row = broadcasts::hold(tx, id).await?;
    Ok(row.filter(|row| row.status.is_under_way() && row.round == round))
}

async fn begun(ctx: &Ctx, tx: &Tx, row: Broadcast) -> Result<Broadcast> {
    if row.status != Status::Scheduled {
        return Ok(row);
    }
    let row = Broadcast { status: Status::Sending, started_at: Some(ctx.now()), ..row };
    broadcasts::save(tx, &row).await?;
    progress::promise(ctx, tx, &row, None).await?;
    Ok(row)
}

async fn go_on(ctx: &Ctx, tx: &Tx, row: Broadcast, at: DateTime<Utc>) -> Result<()> {
    progress::note(ctx, tx, &row).await?;
    promise(ctx, tx, &row, at).await
}

async fn end(ctx: &Ctx, tx: &Tx, row: Broadcast) -> Result<()> {
    let row = Broadcast { status: Status::Completed, ended_at: Some(ctx.now()), ..row };
    broadcasts::save(tx, &row).await?;
    progress::promise(ctx, tx, &row, None).await?;
    progress::promise_last(ctx, tx, &row).await
}

/// The turns of one second: what comes after them.
async fn take_turns(ctx: &Ctx, of: (BroadcastId, i32)) -> Result<Next> {
    let Some(row) = broadcasts::by_ids(ctx.database.reader(), &[of.0]).await?.pop() else { return Ok(Next::Over) };
    let number = numbers::find(ctx, &[row.number_id]).await?.pop().ok_or(Error::NotFound { what: "number" })?;
    if outbox::is_crowded(ctx, &outbox::sender_lane(number.e164.as_e164())).await? {
        return Ok(Next::Passed);
    }
    let mut sent = 0;
    for _ in 0..row.per_second.saturating_add(LOOKS) {
        match take_turn(ctx, of).await {
            Ok(Next::Sent) => sent += 1,
            Ok(Next::Passed) => {}
            Err(error) if usage::is_contended(&error) => {}
            end => return end,
        }
        if sent >= row.per_second {
            break;
        }
    }
    Ok(Next::Sent)
}

async fn take_turn(ctx: &Ctx, of: (BroadcastId, i32)) -> Result<Next> {
    let tx = ctx.database.begin().await?;
    let Some(row) = going_on(&tx, of).await? else { return Ok(Next::Over) };
    let Some(one) = recipients::next(&tx, row.id, ctx.now()).await? else {
        let later = recipients::next_later(&tx, row.id).await?.and_then(|one| one.not_before);
        return Ok(later.map_or(Next::Nobody, Next::Later));
    };
    let outcome = match give(ctx, &tx, &row, &one).await {
        Ok(change) => {
            let is_sent = matches!(change, Change::Sent(_));
            if !recipients::change(&tx, &one, change).await? {
                return Ok(Next::Passed);
            }
            tx.commit().await?;
            return Ok(if is_sent { Next::Sent } else { Next::Passed });
        }
        Err(error) => refused(error)?,
    };
    // What was begun for a text that is refused is not kept.
    drop(tx);
    match outcome {
        Refused::One(why) => skip(ctx, of, (&one, why)).await,
        Refused::All(why) => Ok(Next::Stuck(why)),
    }
}

async fn skip(ctx: &Ctx, of: (BroadcastId, i32), (one, why): (&recipients::Model, Exclusion)) -> Result<Next> {
    let tx = ctx.database.begin().await?;
    if going_on(&tx, of).await?.is_none() {
        return Ok(Next::Over);
    }
    recipients::change(&tx, one, Change::Skipped(why)).await?;
    tx.commit().await?;
    Ok(Next::Passed)
}

/// Makes somebody's text, or finds out why not.
async fn give(ctx: &Ctx, tx: &Tx, row: &Broadcast, one: &recipients::Model) -> Result<Change> {
    let contact = contacts::lock(tx, row.workspace_id, one.contact_id).await?;
    let Some(number) = contact.number() else { return Ok(Change::Skipped(Exclusion::NotTextable)) };
    if contacts::is_blocked(tx, row.workspace_id, &contact.address).await? {
        return Ok(Change::Skipped(Exclusion::Blocked));
    }
    let keeps_quiet = sending::of_in(ctx, tx, row.workspace_id).await?.broadcasts_keep_quiet_hours;
    if let Some(wait) = quiet_hours::wait(&number, ctx.now()).filter(|_| keeps_quiet) {
        return Ok(Change::Later(wait.until));
    }
    let workspace = workspaces::lock(tx, row.workspace_id).await?;
    let sender = numbers::lock(tx, row.workspace_id, row.number_id).await?;
    let text = BroadcastText {
        workspace: &workspace,
        number: &sender,
        contact: &contact,
        author: &row.author,
        body: &one.body,
    };
    messages::send_broadcast_text(ctx, tx, &text).await.map(Change::Sent)
}

/// Whom a refusal is about.
enum Refused {
    One(Exclusion),
    All(PauseReason),
}

fn refused(error: Error) -> Result<Refused> {
    Ok(match error {
        Error::OptedOut { .. } => Refused::One(Exclusion::OptedOut),
        Error::CountryNotEnabled { .. } => Refused::One(Exclusion::CountryNotEnabled),
        Error::Invalid { field: "body", .. } => Refused::One(Exclusion::TooLong),
        Error::Invalid { .. } => Refused::One(Exclusion::NotTextable),
        Error::LimitReached(_) => Refused::All(PauseReason::Limit),
        Error::Conflict { .. } => Refused::All(PauseReason::CannotSend),
        error => return Err(error),
    })
}
