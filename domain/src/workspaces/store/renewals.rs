//! Columns of installations that renew their tokens. Every write names the token that it replaces, so one that comes late changes nothing.

use sea_orm::{FromQueryResult, Value};

use crate::{
    Ctx, Result, Tx,
    ids::WorkspaceId,
    store::{Sql, now_ms},
    workspaces::renewal::Terms,
};

/// Why an installation is broken whose refresh token the chat refused. A pair that comes late all the same mends it.
pub(crate) const REFUSED: &str = "renewal_refused";

#[derive(FromQueryResult)]
struct Taken {
    refresh_token: String,
}

/// Takes the lease of a renewal that is due; the sealed refresh token.
pub(crate) async fn take(ctx: &Ctx, workspace: WorkspaceId, node: &str, lease_ms: i64) -> Result<Option<String>> {
    let db = ctx.database.writer();
    let sql = format!(
        "UPDATE installations SET renewal_owner = $1, renewal_until = {now} + $2
         WHERE workspace_id = $3 AND refresh_token IS NOT NULL AND broken_reason IS NULL AND token_renew_at <= $4
           AND (renewal_until IS NULL OR renewal_until < {now})
         RETURNING refresh_token",
        now = now_ms(db)
    );
    let values: [Value; 4] = [node.into(), lease_ms.into(), workspace.into(), ctx.now().into()];
    Ok(Sql::new(sql, values).all::<Taken>(db).await?.pop().map(|row| row.refresh_token))
}

/// Replaces the pair whose refresh token is `old`. False when it stands there no more.
pub(crate) async fn keep(tx: &Tx, workspace: WorkspaceId, old: &str, new: (&str, &Terms)) -> Result<bool> {
    let (token, terms) = new;
    let sql = format!(
        "UPDATE installations SET bot_token = $1, refresh_token = $2, token_renew_at = $3, token_expires_at = $4,
            renewal_owner = NULL, renewal_until = NULL,
            broken_at = CASE WHEN broken_reason = '{REFUSED}' THEN NULL ELSE broken_at END,
            broken_reason = CASE WHEN broken_reason = '{REFUSED}' THEN NULL ELSE broken_reason END
         WHERE workspace_id = $5 AND refresh_token = $6"
    );
    let values: [Value; 6] = [
        token.into(),
        terms.refresh_token.as_str().into(),
        terms.renew_at.into(),
        terms.expires_at.into(),
        workspace.into(),
        old.into(),
    ];
    Ok(Sql::new(sql, values).execute(tx).await? == 1)
}

/// Nobody renews for a while.
pub(crate) async fn pause(ctx: &Ctx, workspace: WorkspaceId, old: &str, pause_ms: i64) -> Result<()> {
    let db = ctx.database.writer();
    let sql = format!(
        "UPDATE installations SET renewal_owner = NULL, renewal_until = {} + $1 WHERE workspace_id = $2 AND refresh_token = $3",
        now_ms(db)
    );
    Sql::new(sql, [pause_ms.into(), workspace.into(), old.into()]).execute(db).await?;
    Ok(())
}

/// Doubts a token that renews itself, so that it is renewed next. False when it was renewed for a doubt, is another by now, or cannot be renewed.
pub(crate) async fn doubt(ctx: &Ctx, workspace: WorkspaceId, token: &str) -> Result<bool> {
    let sql = "UPDATE installations SET is_doubted = true, token_renew_at = $1
        WHERE workspace_id = $2 AND bot_token = $3 AND refresh_token IS NOT NULL AND (NOT is_doubted OR token_renew_at <= $1)";
    Ok(Sql::new(sql, [ctx.now().into(), workspace.into(), token.into()]).execute(ctx.database.writer()).await? == 1)
}

/// Doubts no more.
pub(crate) async fn trust(ctx: &Ctx, workspace: WorkspaceId) -> Result<()> {
    let sql = "UPDATE installations SET is_doubted = false WHERE workspace_id = $1 AND is_doubted";
    Sql::new(sql, [workspace.into()]).execute(ctx.database.writer()).await?;
    Ok(())
}
