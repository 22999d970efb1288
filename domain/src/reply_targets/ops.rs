//! Setting reply targets, and finding the one that holds for a number.

use super::{ReplyTarget, Target, TargetChange, store};
use crate::{
    By, Ctx, Error, Result, Tx, answers,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{NumberId, UserId, WorkspaceId},
    members, numbers, workspaces,
};

/// Longest time that can be chosen, in minutes: a week of all hours.
const LONGEST_MINUTES: i32 = 7 * 24 * 60;

/// When somebody else is told, unless another time is chosen, in minutes.
const ESCALATION_MINUTES: i32 = 15;

/// Reply targets of a workspace, its own first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<ReplyTarget>> {
    store::all(ctx.database.reader(), workspace).await
}

/// Changes a reply target: of a number, or of all numbers that have none of their own. It holds for whoever waits now.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a time that cannot be, or somebody who is no member.
pub async fn update(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    number: Option<NumberId>,
    change: TargetChange,
) -> Result<ReplyTarget> {
    let tx = ctx.database.begin().await?;
    let target = update_in(ctx, &tx, by, (workspace, number), change).await?;
    tx.commit().await?;
    Ok(target)
}

/// The same inside a transaction.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, number): (WorkspaceId, Option<NumberId>),
    change: TargetChange,
) -> Result<ReplyTarget> {
    if let Some(number) = number {
        numbers::lock(tx, workspace, number).await?;
    }
    let before = of_scope(ctx, tx, workspace, number).await?;
    let minutes = change.minutes.unwrap_or(before.minutes);
    let escalation_minutes = change.escalation_minutes.unwrap_or(before.escalation_minutes);
    let row = ReplyTarget {
        minutes: minutes.map(|minutes| checked_minutes("minutes", minutes, 1)).transpose()?,
        escalation_minutes: checked_minutes("escalation_minutes", escalation_minutes, 0)?,
        escalation_channel_id: change.escalation_channel_id.unwrap_or(before.escalation_channel_id),
        escalation_user_id: change.escalation_user_id.unwrap_or(before.escalation_user_id),
        updated_at: ctx.now(),
        ..before
    };
    check_member(tx, workspace, row.escalation_user_id).await?;
    store::save(tx, row.clone()).await?;
    let changes = serde_json::json!({
        "minutes": row.minutes,
        "escalationMinutes": row.escalation_minutes,
        "escalationChannel": row.escalation_channel_id,
        "escalationUser": row.escalation_user_id,
    });
    let said = ("replyTargetUpdate", "Changed how soon contacts are to be answered.");
    changed(ctx, tx, by, (workspace, number), (said, changes)).await?;
    Ok(row)
}

/// Takes a number's own target away, so that that of the workspace holds for it again; it is returned.
///
/// # Errors
/// [`Error::NotFound`] when the number has none of its own.
pub async fn remove(ctx: &Ctx, by: &By, workspace: WorkspaceId, number: NumberId) -> Result<ReplyTarget> {
    let tx = ctx.database.begin().await?;
    let general = remove_in(ctx, &tx, by, workspace, number).await?;
    tx.commit().await?;
    Ok(general)
}

/// The same inside a transaction.
pub(crate) async fn remove_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    number: NumberId,
) -> Result<ReplyTarget> {
    if !store::remove(tx, workspace, number).await? {
        return Err(Error::NotFound { what: "target of this number alone" });
    }
    let said = ("replyTargetDelete", "Took a number's own reply target away.");
    changed(ctx, tx, by, (workspace, Some(number)), (said, serde_json::json!({}))).await?;
    of_scope(ctx, tx, workspace, None).await
}

/// Records a change, and has it hold for those who wait now.
async fn changed(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, number): (WorkspaceId, Option<NumberId>),
    ((action, summary), changes): ((&'static str, &str), serde_json::Value),
) -> Result<()> {
    answers::recount_waiting(ctx, tx, workspace).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action,
        summary: summary.to_owned(),
        subject: Some(number.map_or_else(|| workspace.to_string(), |number| number.to_string())),
        changes,
    };
    audit::record(ctx, tx, by, deed).await
}

/// A time that can be chosen.
pub(crate) fn checked_minutes(field: &'static str, minutes: i32, shortest: i32) -> Result<i32> {
    if (shortest..=LONGEST_MINUTES).contains(&minutes) {
        return Ok(minutes);
    }
    Err(Error::invalid(field, InvalidReason::Invalid, format!("Choose {shortest} to {LONGEST_MINUTES} minutes.")))
}

async fn check_member(tx: &Tx, workspace: WorkspaceId, user: Option<UserId>) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    if members::is_member(tx, workspace, user).await? {
        return Ok(());
    }
    let message = "There is no such member in this workspace.";
    Err(Error::invalid("escalation_user_id", InvalidReason::NotFound, message))
}

/// The target of exactly this scope; as it is before anybody has set one when there is none.
pub(crate) async fn of_scope(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    number: Option<NumberId>,
) -> Result<ReplyTarget> {
    let known = store::for_number(tx, workspace, number).await?.into_iter().find(|row| row.number_id == number);
    Ok(known.unwrap_or_else(|| ReplyTarget {
        id: ctx.id(),
        workspace_id: workspace,
        number_id: number,
        minutes: None,
        escalation_minutes: ESCALATION_MINUTES,
        escalation_channel_id: None,
        escalation_user_id: None,
        updated_at: ctx.now(),
    }))
}

/// The target of a number that is set apart.
pub(crate) async fn own(tx: &Tx, workspace: WorkspaceId, number: NumberId) -> Result<Option<ReplyTarget>> {
    Ok(store::for_number(tx, workspace, Some(number)).await?.into_iter().find(|row| row.number_id.is_some()))
}

/// What holds for a number, when an answer is due on it at all.
pub(crate) async fn effective(tx: &Tx, workspace: WorkspaceId, number: NumberId) -> Result<Option<Target>> {
    let rows = store::for_number(tx, workspace, Some(number)).await?;
    let Some(set) = rows.into_iter().max_by_key(|row| row.number_id.is_some()) else { return Ok(None) };
    let Some(minutes) = set.minutes else { return Ok(None) };
    let (hours, zone) = answers::hours_of(tx, &workspaces::lock(tx, workspace).await?, Some(number)).await?;
    Ok(Some(Target { set, minutes, hours, zone }))
}
