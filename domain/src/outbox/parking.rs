//! Tasks that wait for a repair, and repairs. A task waits under the name of what is broken, and the repair wakes all that wait under it. A repair
//! that comes while a task is at work must not be missed: each repair is counted for its workspace, a claim takes the count along, and a task
//! that would wait although something was repaired since its claim goes on instead and looks again.

use super::{Lease, Settlement, store};
use crate::{
    Ctx, Result, Tx,
    ids::{ConversationId, WorkspaceId},
};

/// Names of what parked tasks wait for.
pub mod park_key {
    use super::{ConversationId, WorkspaceId};

    /// The connection of a workspace to the chat.
    pub fn installation(workspace: WorkspaceId) -> String {
        format!("installation:{workspace}")
    }

    /// A channel.
    pub fn channel(workspace: WorkspaceId, channel: &str) -> String {
        format!("channel:{workspace}:{channel}")
    }

    /// The shared channel of a workspace that has none yet.
    pub fn shared_channel(workspace: WorkspaceId) -> String {
        format!("shared_channel:{workspace}")
    }

    /// A conversation whose own channel is gone, until somebody chooses where it goes on.
    pub fn choice(conversation: ConversationId) -> String {
        format!("choice:{conversation}")
    }

    /// A conversation whose thread could not be opened.
    pub fn thread(conversation: ConversationId) -> String {
        format!("thread:{conversation}")
    }
}

/// Lets the tasks run that wait for something which is repaired now.
pub(crate) async fn unpark(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, on: &str) -> Result<()> {
    store::count_repairs(tx, workspace, 1).await?;
    store::unpark(ctx, tx, on).await?;
    tx.note_promise();
    Ok(())
}

/// Whether something was repaired for the workspace since the task was claimed: what its turn has found broken may work by now. Until the
/// transaction ends nothing more is repaired.
pub(crate) async fn is_outdated(tx: &Tx, lease: &Lease) -> Result<bool> {
    let Some(workspace) = lease.workspace else { return Ok(false) };
    Ok(store::count_repairs(tx, workspace, 0).await? > lease.repair_count)
}

/// What is settled in place of a wait that would miss its repair.
pub(super) async fn instead_of(
    ctx: &Ctx,
    tx: &Tx,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<Option<Settlement>> {
    let would_wait = matches!(settlement, Settlement::Park { .. });
    Ok(if would_wait && is_outdated(tx, lease).await? { Some(look_again(ctx)) } else { None })
}

/// How a turn ends that has found something broken which may work by now. What it was in doubt about it is in doubt about still.
pub(crate) fn look_again(ctx: &Ctx) -> Settlement {
    Settlement::Snooze { until: ctx.now(), why: "it may have been repaired meanwhile".to_owned() }
}
