//! Fetches a file of contacts that a member attached to a post, and has it looked at or imported. A file that cannot be had is told to the member.

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{Answer, chat::ChatRefusal},
    outbox::{ImportFile, Lease},
    panel,
};

use super::{Turn, asking};
use crate::Workers;

/// How long a member waits for the answer.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

pub(super) async fn run(workers: &Workers, lease: &Lease, wanted: &ImportFile) -> Result<Turn> {
    let workspace = asking::workspace_of(lease)?;
    let access = match asking::access(workers, workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(turn),
    };
    let not_had = |why: &str| Err(format!("The file could not be fetched: {why}. Attach it again."));
    let fetched = match workers.chat.download(&access, &wanted.file, panel::MOST_FETCHED).await {
        Ok(Answer::Done(bytes)) => Ok(bytes),
        Ok(Answer::Refused(refusal @ ChatRefusal::AccessLost(_))) => {
            return asking::refused(workers, lease, None, refusal).await;
        }
        Ok(Answer::Refused(ChatRefusal::Unpostable(_))) => not_had("it is larger than was said"),
        Ok(Answer::Refused(_)) => not_had("it is not handed out"),
        Err(_) if workers.ctx.now() - lease.created_at > PATIENCE => not_had("where it lies, nobody answers"),
        Err(error) => return Ok(asking::repeatable(error)),
    };
    panel::import_fetched(&workers.ctx, lease, workspace, wanted, fetched).await?;
    Ok(Turn::Settled)
}
