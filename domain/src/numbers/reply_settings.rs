//! How replies of a number work: after which silence a text is announced again, and how long a reply can be taken back.

use super::{Number, lock, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{NumberId, WorkspaceId},
};

/// Longest silence that can be chosen, in seconds: a day.
const LONGEST_QUIET_SECS: i32 = 24 * 60 * 60;

/// Longest undo window that can be chosen, in seconds.
const LONGEST_UNDO_SECS: i32 = 60;

/// How replies of a number work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplySettings {
    /// Silence after which a text is announced again, in seconds, at most a day.
    pub quiet_secs: i32,
    /// How long a reply can be taken back, in seconds, at most a minute.
    pub undo_secs: i32,
}

impl ReplySettings {
    fn check(self) -> Result<()> {
        let limits =
            [("quiet_secs", self.quiet_secs, LONGEST_QUIET_SECS), ("undo_secs", self.undo_secs, LONGEST_UNDO_SECS)];
        match limits.into_iter().find(|(_, value, longest)| !(0..=*longest).contains(value)) {
            Some((field, _, longest)) => {
                Err(Error::invalid(field, InvalidReason::TooLarge, format!("Choose 0 to {longest} seconds.")))
            }
            None => Ok(()),
        }
    }
}

/// Numbers that a workspace holds, the first one first.
pub(crate) async fn held_by(tx: &Tx, workspace: WorkspaceId) -> Result<Vec<Number>> {
    store::held_of(tx, workspace).await
}

/// Changes how replies of a number work.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a time that is too long.
pub async fn set_reply_settings(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: NumberId,
    settings: ReplySettings,
) -> Result<Number> {
    let tx = ctx.database.begin().await?;
    let number = set_reply_settings_in(ctx, &tx, by, (workspace, id), settings).await?;
    tx.commit().await?;
    Ok(number)
}

/// The same, in a transaction of more.
pub(crate) async fn set_reply_settings_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, NumberId),
    settings: ReplySettings,
) -> Result<Number> {
    settings.check()?;
    let number = lock(tx, workspace, id).await?;
    store::set_reply_settings(tx, id, settings).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberUpdate",
        summary: "Changed how replies of a number work.".to_owned(),
        subject: Some(id.to_string()),
        changes: serde_json::json!({
            "quietSecs": [number.quiet_secs, settings.quiet_secs],
            "undoSecs": [number.undo_secs, settings.undo_secs],
        }),
    };
    audit::record(ctx, tx, by, deed).await?;
    Ok(Number { quiet_secs: settings.quiet_secs, undo_secs: settings.undo_secs, ..number })
}
