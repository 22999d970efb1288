//! Beginning a broadcast, pausing it, letting it go on and ending it. Each holds its row, so that none of them acts on it while its next text is made.

use super::{
    Audience, Broadcast, NewBroadcast, PauseReason, RecipientState, Status, Tally,
    plan::{self, Plan},
    progress, sending,
    store::{
        broadcasts::{self, Excluded, Wanted},
        recipients,
    },
};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    contacts,
    error::{InvalidReason, LimitReached},
    ids::{BroadcastId, WorkspaceId},
    messages,
    page::{Page, PageRequest},
    usage, workspaces,
};

/// Begins a broadcast that somebody has looked at.
///
/// # Errors
/// [`Error::Conflict`] when it would be another one by now than they looked at; [`Error::LimitReached`] when the allowance does not suffice for all of
/// it; [`Error::Invalid`] for a time that has passed or a list of nobody.
pub async fn create(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    new: &NewBroadcast,
    version: &str,
) -> Result<Broadcast> {
    let tx = ctx.database.begin().await?;
    let draft = draft_in(ctx, &tx, by, workspace, new).await?;
    let begun = begin(ctx, &tx, by, draft, version).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Keeps what somebody looks at, until they confirm or discard it.
pub(crate) async fn draft_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    new: &NewBroadcast,
) -> Result<Broadcast> {
    let row = Broadcast {
        id: ctx.id(),
        workspace_id: workspace,
        number_id: new.number,
        author: by.actor.code(),
        body: new.body.replace('\0', ""),
        audience: Wanted(new.audience.clone()),
        status: Status::Draft,
        pause_reason: None,
        version: String::new(),
        recipient_count: 0,
        segment_count: 0,
        excluded: Excluded::default(),
        per_second: 0,
        round: 0,
        start_at: new.start_at,
        shown_percent: 0,
        post_channel: None,
        post_ts: None,
        created_at: ctx.now(),
        started_at: None,
        ended_at: None,
    };
    broadcasts::insert(tx, row.clone()).await?;
    Ok(row)
}

impl Broadcast {
    /// What it was wished to be.
    pub(crate) fn wished(&self) -> NewBroadcast {
        let audience: Audience = self.audience.0.clone();
        NewBroadcast { number: self.number_id, body: self.body.clone(), audience, start_at: self.start_at }
    }
}

/// Begins a broadcast that was kept for its author to look at.
///
/// # Errors
/// As [`create`].
pub(crate) async fn confirm_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, BroadcastId),
    version: &str,
) -> Result<Broadcast> {
    let draft = draft_of(tx, workspace, id).await?;
    begin(ctx, tx, by, draft, version).await
}

/// Discards what somebody looked at. One that was begun goes on.
pub(crate) async fn discard_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, id: BroadcastId) -> Result<()> {
    let draft = draft_of(tx, workspace, id).await?;
    broadcasts::save(tx, &Broadcast { status: Status::Canceled, ended_at: Some(ctx.now()), ..draft }).await
}

async fn begin(ctx: &Ctx, tx: &Tx, by: &By, draft: Broadcast, version: &str) -> Result<Broadcast> {
    if draft.start_at.is_some_and(|at| at <= ctx.now()) {
        let message = "That time has passed. Choose one that is still to come.";
        return Err(Error::invalid("start_at", InvalidReason::Invalid, message));
    }
    let plan = plan::plan(ctx, tx, by, draft.workspace_id, &draft.wished()).await?;
    if plan.recipients.is_empty() {
        return Err(Error::invalid("audience", InvalidReason::NotFound, "Nobody would get it. Choose others."));
    }
    if plan.version() != version {
        let message = "The list or the price has changed since you looked at it. Look at it again, then confirm.";
        return Err(Error::conflict(message));
    }
    suffices(ctx, tx, &plan).await?;
    let row = Broadcast {
        status: if draft.start_at.is_some() { Status::Scheduled } else { Status::Sending },
        version: version.to_owned(),
        recipient_count: i32::try_from(plan.recipients.len()).unwrap_or(i32::MAX),
        segment_count: plan.segment_count(),
        excluded: Excluded(plan.excluded.iter().map(|(why, count)| (*why, *count)).collect()),
        per_second: plan.settings.broadcast_per_second,
        started_at: draft.start_at.is_none().then(|| ctx.now()),
        ..draft
    };
    broadcasts::save(tx, &row).await?;
    keep_recipients(ctx, tx, &row, plan).await?;
    sending::promise(ctx, tx, &row, row.start_at.unwrap_or_else(|| ctx.now())).await?;
    progress::promise(ctx, tx, &row, None).await?;
    record(ctx, tx, by, &row, ("broadcastCreate", "Began a broadcast.")).await?;
    Ok(row)
}

/// A broadcast is not begun when the allowance does not suffice for all of it.
async fn suffices(ctx: &Ctx, tx: &Tx, plan: &Plan) -> Result<()> {
    let (left, limit) = usage::left(ctx, tx, &plan.workspace).await?;
    let wanted = plan.segment_count();
    if wanted <= left {
        return Ok(());
    }
    let resets_at = usage::renews_at(ctx, &plan.workspace);
    Err(Error::LimitReached(LimitReached { used: limit - left, limit, wanted, resets_at }))
}

async fn keep_recipients(ctx: &Ctx, tx: &Tx, row: &Broadcast, plan: Plan) -> Result<()> {
    let mut rows = Vec::with_capacity(plan.recipients.len());
    for (position, one) in (1..).zip(plan.recipients) {
        let contact = match one.contact {
            Some(known) => known,
            None => contacts::ensure(ctx, tx, row.workspace_id, one.number.as_e164()).await?.id,
        };
        rows.push(recipients::Model {
            workspace_id: row.workspace_id,
            broadcast_id: row.id,
            contact_id: contact,
            position,
            body: one.body,
            segment_count: i32::try_from(one.segment_count).unwrap_or(i32::MAX),
            state: RecipientState::Waiting,
            not_before: None,
            reason: None,
            message_id: None,
        });
    }
    recipients::insert(tx, rows).await
}

/// The broadcast of a workspace, held for this transaction.
async fn held(tx: &Tx, workspace: WorkspaceId, id: BroadcastId) -> Result<Broadcast> {
    let row = broadcasts::hold(tx, id).await?.filter(|row| row.workspace_id == workspace);
    row.ok_or(Error::NotFound { what: "broadcast" })
}

/// What somebody looks at, held for this transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it was begun or discarded.
pub(crate) async fn draft_of(tx: &Tx, workspace: WorkspaceId, id: BroadcastId) -> Result<Broadcast> {
    let row = held(tx, workspace, id).await?;
    match row.status {
        Status::Draft => Ok(row),
        _ => Err(Error::conflict("This broadcast was begun or discarded already.")),
    }
}

macro_rules! committed {
    ($($(#[$doc:meta])* $name:ident = $inner:ident;)+) => {
        $(
            $(#[$doc])*
            pub async fn $name(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: BroadcastId) -> Result<Broadcast> {
                let tx = ctx.database.begin().await?;
                let row = $inner(ctx, &tx, by, (workspace, id)).await?;
                tx.commit().await?;
                Ok(row)
            }
        )+
    };
}

committed! {
    /// Lets a broadcast stand still until somebody lets it go on.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it is not under way.
    pause = pause_in;
    /// Lets a broadcast go on that stands still.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it does not stand still.
    resume = resume_in;
    /// Ends a broadcast: what the carrier has stays, the rest is never sent.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it has ended already.
    cancel = cancel_in;
}

/// The same inside a transaction.
pub(crate) async fn pause_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, BroadcastId),
) -> Result<Broadcast> {
    let row = held(tx, workspace, id).await?;
    if !row.status.is_under_way() {
        return Err(Error::conflict("Only a broadcast that is under way can be paused."));
    }
    let row = stand_still(ctx, tx, row, PauseReason::Member).await?;
    record(ctx, tx, by, &row, ("broadcastPause", "Paused a broadcast.")).await?;
    Ok(row)
}

/// It stands still from now on.
pub(super) async fn stand_still(ctx: &Ctx, tx: &Tx, row: Broadcast, why: PauseReason) -> Result<Broadcast> {
    let row = Broadcast { status: Status::Paused, pause_reason: Some(why), ..row };
    broadcasts::save(tx, &row).await?;
    sending::withdraw(ctx, tx, &row).await?;
    progress::promise(ctx, tx, &row, None).await?;
    Ok(row)
}

/// The same inside a transaction.
pub(crate) async fn resume_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, BroadcastId),
) -> Result<Broadcast> {
    let row = held(tx, workspace, id).await?;
    if row.status != Status::Paused {
        return Err(Error::conflict("Only a broadcast that is paused can go on."));
    }
    let later = row.start_at.filter(|at| row.started_at.is_none() && *at > ctx.now());
    let status = if later.is_some() { Status::Scheduled } else { Status::Sending };
    let row = Broadcast { status, pause_reason: None, round: row.round + 1, ..row };
    let row = Broadcast { started_at: row.started_at.or_else(|| later.is_none().then(|| ctx.now())), ..row };
    broadcasts::save(tx, &row).await?;
    sending::promise(ctx, tx, &row, later.unwrap_or_else(|| ctx.now())).await?;
    progress::promise(ctx, tx, &row, None).await?;
    record(ctx, tx, by, &row, ("broadcastResume", "Let a broadcast go on.")).await?;
    Ok(row)
}

/// The same inside a transaction.
pub(crate) async fn cancel_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, BroadcastId),
) -> Result<Broadcast> {
    let row = held(tx, workspace, id).await?;
    if row.status.is_over() {
        return Err(Error::conflict("This broadcast has ended already."));
    }
    let row = Broadcast { status: Status::Canceled, pause_reason: None, ended_at: Some(ctx.now()), ..row };
    broadcasts::save(tx, &row).await?;
    sending::withdraw(ctx, tx, &row).await?;
    recipients::cancel(tx, id).await?;
    for message in recipients::queued(tx, id).await? {
        messages::withdraw_broadcast_text(ctx, tx, message).await?;
    }
    progress::promise(ctx, tx, &row, None).await?;
    record(ctx, tx, by, &row, ("broadcastCancel", "Ended a broadcast.")).await?;
    Ok(row)
}

/// Lets broadcasts go on that stand still for a used-up allowance, where there is room again. How many.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn resume_where_there_is_room(ctx: &Ctx) -> Result<u64> {
    let mut resumed = 0;
    for row in broadcasts::paused_for(ctx.database.reader(), PauseReason::Limit).await? {
        let tx = ctx.database.begin().await?;
        let row = held(&tx, row.workspace_id, row.id).await?;
        let workspace = workspaces::lock(&tx, row.workspace_id).await?;
        let (left, _) = usage::left(ctx, &tx, &workspace).await?;
        let next = recipients::next(&tx, row.id, ctx.now()).await?;
        let wanted = next.map_or(1, |next| i64::from(next.segment_count));
        if row.pause_reason == Some(PauseReason::Limit) && left >= wanted {
            resume_in(ctx, &tx, &By::default(), (row.workspace_id, row.id)).await?;
            resumed += 1;
        }
        tx.commit().await?;
    }
    Ok(resumed)
}

async fn record(ctx: &Ctx, tx: &Tx, by: &By, of: &Broadcast, (action, summary): (&'static str, &str)) -> Result<()> {
    let deed = Deed {
        workspace: Some(of.workspace_id),
        action,
        summary: summary.to_owned(),
        subject: Some(of.id.to_string()),
        changes: serde_json::json!({ "recipients": of.recipient_count, "segments": of.segment_count }),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Broadcasts by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[BroadcastId]) -> Result<Vec<Broadcast>> {
    broadcasts::by_ids(ctx.database.reader(), ids).await
}

/// Broadcasts of a workspace, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Broadcast>> {
    broadcasts::list(ctx, workspace, page).await
}

/// How many broadcasts a workspace has.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    broadcasts::count(ctx, workspace).await
}

/// How far the texts of a broadcast are.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn tally(ctx: &Ctx, id: BroadcastId) -> Result<Tally> {
    recipients::tally(ctx.database.reader(), id).await
}
