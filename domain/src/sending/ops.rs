//! Reading and changing how a workspace sends.

use super::{MOST_PER_SECOND, Settings, SettingsChange, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    error::InvalidReason,
    ids::WorkspaceId,
};

/// How a workspace sends.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn of(ctx: &Ctx, workspace: WorkspaceId) -> Result<Settings> {
    let known = store::of(ctx.database.reader(), workspace).await?;
    Ok(known.unwrap_or_else(|| Settings::unset(workspace, ctx.now())))
}

/// The same inside a transaction.
pub(crate) async fn of_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId) -> Result<Settings> {
    Ok(store::of(tx, workspace).await?.unwrap_or_else(|| Settings::unset(workspace, ctx.now())))
}

/// Changes how a workspace sends.
///
/// # Errors
/// [`Error::Invalid`] for a pace that no carrier grants.
pub async fn update(ctx: &Ctx, by: &By, workspace: WorkspaceId, change: SettingsChange) -> Result<Settings> {
    let tx = ctx.database.begin().await?;
    let settings = update_in(ctx, &tx, by, workspace, change).await?;
    tx.commit().await?;
    Ok(settings)
}

/// The same inside a transaction.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    change: SettingsChange,
) -> Result<Settings> {
    let before = of_in(ctx, tx, workspace).await?;
    if let Some(pace) = change.broadcast_per_second.filter(|pace| !(1..=MOST_PER_SECOND).contains(pace)) {
        let message = format!("{pace} texts per second cannot be. Give 1 to {MOST_PER_SECOND}.");
        return Err(Error::invalid("broadcast_per_second", InvalidReason::Invalid, message));
    }
    let after = Settings {
        keeps_quiet_hours: change.keeps_quiet_hours.unwrap_or(before.keeps_quiet_hours),
        broadcasts_keep_quiet_hours: change.broadcasts_keep_quiet_hours.unwrap_or(before.broadcasts_keep_quiet_hours),
        broadcast_per_second: change.broadcast_per_second.unwrap_or(before.broadcast_per_second),
        tells_how_to_opt_out: change.tells_how_to_opt_out.unwrap_or(before.tells_how_to_opt_out),
        updated_at: ctx.now(),
        ..before
    };
    store::save(tx, after.clone()).await?;
    let values = |settings: &Settings| {
        serde_json::json!({
            "keepsQuietHours": settings.keeps_quiet_hours,
            "broadcastsKeepQuietHours": settings.broadcasts_keep_quiet_hours,
            "broadcastPerSecond": settings.broadcast_per_second,
            "tellsHowToOptOut": settings.tells_how_to_opt_out,
        })
    };
    let deed = Deed {
        workspace: Some(workspace),
        action: "workspaceSendingUpdate",
        summary: "Changed how texts are sent that nobody waits for.".to_owned(),
        subject: Some(workspace.to_string()),
        changes: serde_json::json!({ "before": values(&before), "after": values(&after) }),
    };
    audit::record(ctx, tx, by, deed).await?;
    Ok(after)
}
