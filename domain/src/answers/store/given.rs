//! Rows of answers that were given: one for each contact and kind, so that two nodes cannot both give one.

use chrono::{DateTime, Utc};

use crate::{
    Result, Tx,
    answers::Kind,
    ids::{ContactId, WorkspaceId},
    store::Sql,
};

/// Notes that an answer is given now. False when one was given since an instant already.
pub(crate) async fn note(
    tx: &Tx,
    (workspace, contact): (WorkspaceId, ContactId),
    kind: Kind,
    (now, since): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    let sql = "INSERT INTO given_answers (workspace_id, contact_id, kind, given_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, contact_id, kind) DO UPDATE SET given_at = excluded.given_at
        WHERE given_answers.given_at <= $5";
    let values = [workspace.into(), contact.into(), kind.into(), now.into(), since.into()];
    Ok(Sql::new(sql, values).execute(tx).await? == 1)
}
