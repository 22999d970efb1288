//! Rows of installations that were begun: each state is good for one return within ten minutes.

use chrono::{DateTime, Utc};

use crate::{Ctx, Result, store::Sql};

pub(crate) async fn insert(ctx: &Ctx, fingerprint: &str) -> Result<()> {
    let sql = "INSERT INTO install_attempts (fingerprint, created_at) VALUES ($1, $2)";
    Sql::new(sql, [fingerprint.into(), ctx.now().into()]).execute(ctx.database.writer()).await?;
    Ok(())
}

/// Uses an attempt up. False when it is unknown, too old or used already.
pub(crate) async fn use_up(ctx: &Ctx, fingerprint: &str, begun_after: DateTime<Utc>) -> Result<bool> {
    let sql =
        "UPDATE install_attempts SET used_at = $1 WHERE fingerprint = $2 AND used_at IS NULL AND created_at >= $3";
    let values = [ctx.now().into(), fingerprint.into(), begun_after.into()];
    Ok(Sql::new(sql, values).execute(ctx.database.writer()).await? == 1)
}

/// Forgets the attempts that are over.
pub(crate) async fn forget(ctx: &Ctx, begun_before: DateTime<Utc>) -> Result<u64> {
    Sql::new("DELETE FROM install_attempts WHERE created_at < $1", [begun_before.into()])
        .execute(ctx.database.writer())
        .await
}
