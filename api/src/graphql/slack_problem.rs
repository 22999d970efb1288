//! What keeps a workspace from its Slack, in a sentence that says what to do. Nothing is lost meanwhile: what waits is done after the repair.

use async_graphql::{Enum, SimpleObject};
use domain::workspaces::{Installation, Status, Workspace};

use super::scalars::Instant;

/// What is wrong with a connection, and what to do.
#[derive(SimpleObject)]
pub(crate) struct SlackProblem {
    /// What is wrong.
    kind: SlackProblemKind,
    /// Slack's word for it, such as `token_revoked`; null when Slack has none.
    code: Option<String>,
    /// What is wrong, what follows from it and what to do, in sentences to show.
    message: String,
    /// Since when; null when nobody noted it.
    started_at: Option<Instant>,
}

/// What is wrong with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum SlackProblemKind {
    /// The app was removed from the team.
    AppRemoved,
    /// Slack does not take the app's token any more.
    TokenRefused,
    /// The app lacks permissions that it needs.
    PermissionsMissing,
}

impl SlackProblem {
    /// What is wrong; the worst, when it is several things.
    pub(super) fn of(workspace: &Workspace, connection: Option<&Installation>, missing: &[&str]) -> Option<Self> {
        let code = connection.and_then(|connection| connection.broken_reason.clone());
        let started_at = connection.and_then(|connection| connection.broken_at).map(Instant);
        let repair = "Texts that come in are kept and shown as soon as somebody installs the app again.";
        if workspace.status == Status::Disconnected {
            let message = format!("The app was removed from Slack. {repair}");
            return Some(Self { kind: SlackProblemKind::AppRemoved, code, message, started_at });
        }
        if let Some(word) = &code {
            let message = format!("Slack no longer accepts the app's token ({word}). {repair}");
            return Some(Self { kind: SlackProblemKind::TokenRefused, code, message, started_at });
        }
        let what = match missing {
            [] => return None,
            [one] => format!("the permission {one}"),
            many => format!("the permissions {}", many.join(", ")),
        };
        let message = format!(
            "The app lacks {what}. What needs it waits; everything else goes on. Install the app again to grant it."
        );
        Some(Self { kind: SlackProblemKind::PermissionsMissing, code: None, message, started_at: None })
    }
}
