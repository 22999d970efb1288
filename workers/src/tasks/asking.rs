//! What the answers of providers mean for a task: one table for the carrier, one for the chat.

use chrono::TimeDelta;
use domain::{
    Error, Result,
    contracts::{CallError, chat::ChatAccess, chat::ChatRefusal},
    conversations,
    ids::WorkspaceId,
    outbox::{Lease, Settlement, park_key},
    workspaces,
};

use super::Turn;
use crate::{
    Workers,
    chat::tokens::{self, Access},
};

/// Pause before the first read-back at the chat, and before each further one.
pub(super) const READ_BACK_FIRST: TimeDelta = TimeDelta::seconds(1);
pub(super) const READ_BACK_AGAIN: TimeDelta = TimeDelta::seconds(10);

/// A call that can be repeated without harm did not succeed.
pub(super) fn repeatable(error: CallError) -> Turn {
    Turn::End(match error {
        CallError::Throttled { wait } => Settlement::Throttled { wait },
        CallError::Unavailable { why } | CallError::Ambiguous { why } => Settlement::Retry { why },
    })
}

/// A post did not clearly succeed.
pub(super) fn post_in_doubt(workers: &Workers, error: CallError) -> Turn {
    Turn::End(match error {
        CallError::Throttled { wait } => Settlement::Throttled { wait },
        CallError::Unavailable { why } => Settlement::Retry { why },
        CallError::Ambiguous { why } => {
            Settlement::Ambiguous { read_back_at: workers.ctx.now() + READ_BACK_FIRST, why }
        }
    })
}

/// The workspace of a task that cannot be without one.
pub(super) fn workspace_of(lease: &Lease) -> Result<WorkspaceId> {
    lease.workspace.ok_or_else(|| Error::internal("a task of the chat has no workspace"))
}

/// What opens the chat, renewed when that is due; or the turn ends, because the connection is broken: no call is made, everything waits for the
/// repair.
pub(super) async fn access(workers: &Workers, workspace: WorkspaceId) -> Result<Result<ChatAccess, Turn>> {
    let live = tokens::live(&workers.ctx, &*workers.chat, &workers.settings.node, workspace).await?;
    Ok(match live {
        Access::Open(access) => Ok(access),
        Access::Soon => Err(Turn::Soon(workspace)),
        Access::Closed => Err(Turn::End(workspaces::disconnected(workspace))),
    })
}

/// The chat refused something: lost access and lost channels are noted and waited for, the rest is for a person.
pub(super) async fn refused(
    workers: &Workers,
    lease: &Lease,
    channel: Option<&str>,
    refusal: ChatRefusal,
) -> Result<Turn> {
    let workspace = workspace_of(lease)?;
    let ctx = &workers.ctx;
    match (refusal, channel) {
        (ChatRefusal::AccessLost(code), _) => {
            workspaces::call_refused(ctx, lease, workspace, &code).await?;
            Ok(Turn::Settled)
        }
        (ChatRefusal::ChannelGone(code), Some(channel)) => {
            conversations::channel_gone(ctx, lease, workspace, channel, &code).await?;
            Ok(Turn::Settled)
        }
        (ChatRefusal::NotAllowed { code, needed }, _) => {
            let why = match needed {
                Some(scope) => {
                    let link = workers.install_url();
                    workspaces::scope_missing(ctx, workspace, (&scope, workers.chat.scopes()), &link).await?;
                    format!("the chat refuses it ({code}): install the app again to grant {scope}")
                }
                None => format!("the chat refuses it ({code}): an admin of the team has to allow it"),
            };
            Ok(Turn::End(Settlement::Park { on: park_key::installation(workspace), why }))
        }
        (ChatRefusal::NotFound(code) | ChatRefusal::Unpostable(code), _) => {
            Ok(Turn::End(Settlement::GiveUp { why: code }))
        }
        (other, _) => Ok(Turn::End(Settlement::Failed { why: format!("the chat refused: {}", other.code()) })),
    }
}
