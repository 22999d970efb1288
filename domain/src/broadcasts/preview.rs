//! What somebody looks at before a broadcast is sent: how many get it, who does not and why, what it costs and how long it takes. The price is bound to
//! its version: what is confirmed is what was looked at, or it is looked at again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Exclusion, NewBroadcast,
    plan::{self, Plan},
};
use crate::{By, Ctx, Result, Tx, ids::WorkspaceId, sms::quiet_hours, usage};

/// What a broadcast would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Confirms exactly this.
    pub version: String,
    /// How many get it.
    pub recipient_count: i64,
    /// How many do not, by why.
    pub excluded: Vec<(Exclusion, u64)>,
    /// Segments of the shortest text.
    pub fewest_segments: i64,
    /// Segments of the longest text.
    pub most_segments: i64,
    /// Segments of all texts.
    pub segment_count: i64,
    /// Segments that are left this month before it.
    pub left: i64,
    /// Segments of this month.
    pub limit: i64,
    /// How long it takes when nobody sleeps.
    pub takes: TimeDelta,
    /// How many sleep when it begins; they get it later.
    pub asleep_count: i64,
    /// When the last of those wakes up; none when nobody sleeps.
    pub awake_at: Option<DateTime<Utc>>,
    /// What it says to the first.
    pub sample: Option<String>,
}

impl Preview {
    /// Segments that are left this month after it; none are missing.
    pub fn left_after(&self) -> i64 {
        (self.left - self.segment_count).max(0)
    }

    /// Segments that are missing for it.
    pub fn missing(&self) -> i64 {
        (self.segment_count - self.left).max(0)
    }
}

/// What a broadcast would be now. Nothing is kept of it.
///
/// # Errors
/// [`crate::Error::Invalid`] for a text or a list that cannot be; [`crate::Error::Conflict`] when nothing can be sent.
pub async fn preview(ctx: &Ctx, by: &By, workspace: WorkspaceId, new: &NewBroadcast) -> Result<Preview> {
    let tx = ctx.database.begin().await?;
    let preview = preview_in(ctx, &tx, by, workspace, new).await?;
    tx.commit().await?;
    Ok(preview)
}

/// The same inside a transaction.
pub(crate) async fn preview_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    new: &NewBroadcast,
) -> Result<Preview> {
    let plan = plan::plan(ctx, tx, by, workspace, new).await?;
    of(ctx, tx, &plan, new.start_at.unwrap_or_else(|| ctx.now())).await
}

async fn of(ctx: &Ctx, tx: &Tx, plan: &Plan, start: DateTime<Utc>) -> Result<Preview> {
    let (left, limit) = usage::left(ctx, tx, &plan.workspace).await?;
    let segments = || plan.recipients.iter().map(|one| one.segment_count);
    let count = i64::try_from(plan.recipients.len()).unwrap_or(i64::MAX);
    let are_woken = !plan.settings.broadcasts_keep_quiet_hours;
    let sleepers = plan.recipients.iter().filter(|_| !are_woken);
    let awake: Vec<DateTime<Utc>> =
        sleepers.filter_map(|one| quiet_hours::wait(&one.number, start)).map(|wait| wait.until).collect();
    Ok(Preview {
        version: plan.version(),
        recipient_count: count,
        excluded: plan.excluded.iter().map(|(why, count)| (*why, *count)).collect(),
        fewest_segments: segments().min().unwrap_or_default(),
        most_segments: segments().max().unwrap_or_default(),
        segment_count: plan.segment_count(),
        left,
        limit,
        takes: TimeDelta::seconds((count - 1).max(0) / i64::from(plan.settings.broadcast_per_second.max(1))),
        asleep_count: i64::try_from(awake.len()).unwrap_or(i64::MAX),
        awake_at: awake.into_iter().max(),
        sample: plan.recipients.first().map(|one| one.body.clone()),
    })
}
