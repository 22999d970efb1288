//! A channel that has another id from now on: an organisation took the team in, or the channel changed hands. Everything that names it names it
//! anew, in one transaction, and what was parked because the old id led nowhere runs. One list of columns, because the ids have to change together.

use crate::{
    Ctx, Result, Tx,
    ids::WorkspaceId,
    outbox::{self, park_key},
    store::Sql,
};

/// Tables and their columns that name a channel, behind the channel's own row.
const NAMES: &[(&str, &str)] = &[
    ("direct_channels", "channel_id"),
    ("past_threads", "channel_id"),
    ("conversations", "channel_id"),
    ("conversations", "own_channel_id"),
    ("numbers", "shared_channel_id"),
    ("messages", "post_channel"),
    ("messages", "notice_channel"),
    ("drafts", "post_channel"),
];

/// The chat says that a channel has another id. What was done, for the log.
pub(super) async fn moved(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    (from, to): (&str, &str),
) -> Result<&'static str> {
    let copy = "INSERT INTO channels (workspace_id, channel_id, name, lost_reason, lost_at, is_loss_told, send_mode, company)
        SELECT workspace_id, $1, name, NULL, NULL, false, send_mode, company FROM channels WHERE workspace_id = $2 AND channel_id = $3
        ON CONFLICT (workspace_id, channel_id) DO NOTHING";
    Sql::new(copy, [to.into(), workspace.into(), from.into()]).execute(tx).await?;
    for (table, column) in NAMES {
        let change = format!("UPDATE {table} SET {column} = $1 WHERE workspace_id = $2 AND {column} = $3");
        Sql::new(change, [to.into(), workspace.into(), from.into()]).execute(tx).await?;
    }
    let default = "UPDATE workspaces SET default_channel_id = $1 WHERE id = $2 AND default_channel_id = $3";
    Sql::new(default, [to.into(), workspace.into(), from.into()]).execute(tx).await?;
    let gone = "DELETE FROM channels WHERE workspace_id = $1 AND channel_id = $2";
    if Sql::new(gone, [workspace.into(), from.into()]).execute(tx).await? == 0 {
        return Ok("not a channel of ours");
    }
    outbox::unpark(ctx, tx, workspace, &park_key::channel(workspace, from)).await?;
    Ok("channel has another id")
}
