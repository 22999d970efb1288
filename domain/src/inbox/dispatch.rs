//! Which operation an event calls for: one arm for each thing that the outside can say.

use std::collections::HashMap;

use super::{Event, acts, apart, moved_channels, moving, presses};
use crate::{
    Ctx, Result, Tx,
    contracts::inbound::Inbound,
    conversations,
    ids::{EventId, WorkspaceId},
    members,
    messages::{self, Reported},
    panel,
    workspaces::{self, Workspace},
};

/// What acting on an event came to.
pub(super) enum Handled {
    /// It was acted on.
    Done {
        /// Workspace that it was about.
        workspace: Option<WorkspaceId>,
        /// What was done, in a few words.
        outcome: String,
    },
    /// It is about something that we do not know yet.
    TooEarly,
}

/// Acts on an event.
pub(super) async fn dispatch(ctx: &Ctx, tx: &Tx, event: &Event, names: &HashMap<String, String>) -> Result<Handled> {
    let inbound = event.inbound()?;
    let Some(team) = inbound.team() else { return of_no_team(ctx, tx, event, inbound).await };
    let Some(workspace) = workspaces::in_team(tx, team).await? else {
        return Ok(done(None, "no workspace of ours"));
    };
    let outcome = of_team(ctx, tx, (&workspace, event.id), &inbound, names).await?;
    Ok(done(Some(workspace.id), outcome))
}

fn done(workspace: Option<WorkspaceId>, outcome: impl Into<String>) -> Handled {
    Handled::Done { workspace, outcome: outcome.into() }
}

/// What a carrier says, and what nobody understands.
async fn of_no_team(ctx: &Ctx, tx: &Tx, event: &Event, inbound: Inbound) -> Result<Handled> {
    Ok(match inbound {
        Inbound::TextReceived(text) => {
            done(None, apart(|| messages::receive(ctx, tx, &text, event.received_at)).await?)
        }
        Inbound::DeliveryReported(report) => match messages::report(ctx, tx, &report).await? {
            Reported::Done(outcome) => done(None, outcome),
            Reported::Unknown => Handled::TooEarly,
        },
        Inbound::Ignored { why } => done(None, format!("ignored: {why}")),
        _ => done(None, "not understood: kept for a person to look at"),
    })
}

/// What the chat says of a team.
async fn of_team(
    ctx: &Ctx,
    tx: &Tx,
    (workspace, event): (&Workspace, EventId),
    inbound: &Inbound,
    names: &HashMap<String, String>,
) -> Result<String> {
    let id = workspace.id;
    let outcome = match inbound {
        Inbound::PostWritten(post) => match apart(|| acts::said(ctx, tx, workspace, event, post)).await? {
            Some(outcome) => return Ok(outcome),
            None => apart(|| messages::reply(ctx, tx, post, names)).await?,
        },
        Inbound::PostEdited(change) | Inbound::PostDeleted(change) => {
            apart(|| messages::edited(ctx, tx, change, names)).await?
        }
        Inbound::ButtonPressed(press) => return apart(|| presses::pressed(ctx, tx, workspace, press)).await,
        Inbound::CommandGiven(given) => return apart(|| panel::command(ctx, tx, workspace, event, given)).await,
        Inbound::ShortcutUsed(used) => return apart(|| panel::shortcut(ctx, tx, workspace, used, names)).await,
        Inbound::ViewSubmitted(submitted) => {
            return apart(|| acts::submitted(ctx, tx, workspace, event, submitted)).await;
        }
        Inbound::HomeOpened(opened) => acts::home_opened(ctx, tx, workspace, opened).await?,
        Inbound::ChannelRenamed(renamed) => {
            workspaces::channel_renamed(tx, id, &renamed.channel, &renamed.name).await?
        }
        Inbound::ChannelMoved(moved) => moved_channels::moved(ctx, tx, id, (&moved.from, &moved.to)).await?,
        Inbound::CompanyChanged(change) => workspaces::company_changed(ctx, tx, workspace, &change.channel).await?,
        Inbound::PersonChanged(change) => members::changed(ctx, tx, &change.team, &change.person).await?,
        Inbound::ChannelLost(change) => {
            conversations::channel_lost(ctx, tx, workspace, &change.channel, &change.what).await?
        }
        Inbound::ChannelBack(change) => moving::channel_back(ctx, tx, workspace, &change.channel).await?,
        Inbound::TeamJoined(_) => workspaces::team_joined(ctx, tx, id).await?,
        Inbound::AccessLost(lost) => workspaces::access_lost(ctx, tx, &lost.team, lost.at, lost.is_uninstall).await?,
        Inbound::TextReceived(_)
        | Inbound::DeliveryReported(_)
        | Inbound::Ignored { .. }
        | Inbound::NotUnderstood { .. } => "about no team",
    };
    Ok(outcome.to_owned())
}
