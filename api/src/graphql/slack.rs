//! The connection to the chat as the API shows it, and the addresses under which places in the chat open in a browser.

use async_graphql::{Context, Object, Result};
use domain::{
    contracts::chat::Place,
    workspaces::{self, Status},
};

use super::{
    context::Ask,
    loaders::InstallationOf,
    scalars::{Instant, Url},
    slack_problem::SlackProblem,
    user::User,
};

/// Where a team opens in a browser.
pub(super) const CLIENT: &str = "https://app.slack.com/client";

/// Path at which the installation begins.
const INSTALL_PATH: &str = "/slack/install";

/// Connection of a workspace, when it ever had one.
pub(crate) struct SlackInstallation {
    workspace: workspaces::Workspace,
    connection: Option<workspaces::Installation>,
}

impl SlackInstallation {
    /// Connection of a workspace.
    pub(super) async fn of(ctx: &Context<'_>, workspace: &workspaces::Workspace) -> Result<Self> {
        let connection = ctx.load(InstallationOf(workspace.id)).await?;
        Ok(Self { workspace: workspace.clone(), connection })
    }

    fn missing<'a>(&self, ctx: &Context<'a>) -> Vec<&'a str> {
        let granted = self.connection.as_ref().map_or("", |connection| connection.scopes.as_str());
        let has = |scope: &&String| granted.split(' ').any(|one| one == scope.as_str());
        ctx.state().settings.chat_scopes.iter().filter(|scope| !has(scope)).map(String::as_str).collect()
    }
}

/// Connection of a workspace to Slack.
#[Object]
impl SlackInstallation {
    /// Id of the team in Slack.
    async fn team_id(&self) -> &str {
        &self.workspace.team_id
    }

    /// Address of the team in Slack.
    async fn team_url(&self) -> Url {
        Url(format!("{CLIENT}/{}", self.workspace.team_id))
    }

    /// Whether the token works.
    async fn is_connected(&self) -> bool {
        let works = self.connection.as_ref().is_some_and(|connection| connection.broken_reason.is_none());
        works && self.workspace.status != Status::Disconnected
    }

    /// Who installed the app; null when the user is gone.
    async fn installed_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(user) = self.connection.as_ref().and_then(|connection| connection.installed_by) else {
            return Ok(None);
        };
        Ok(ctx.load(user).await?.map(User))
    }

    /// When the app was last installed.
    async fn installed_at(&self) -> Instant {
        let installed_at = self.connection.as_ref().map(|connection| connection.installed_at);
        Instant(installed_at.unwrap_or(self.workspace.created_at))
    }

    /// Permissions of the app that the installed version lacks; empty when it is up to date.
    async fn missing_scopes<'a>(&self, ctx: &Context<'a>) -> Vec<&'a str> {
        self.missing(ctx)
    }

    /// What is wrong with the connection and what to do; null when nothing is.
    async fn problem(&self, ctx: &Context<'_>) -> Option<SlackProblem> {
        SlackProblem::of(&self.workspace, self.connection.as_ref(), &self.missing(ctx))
    }

    /// Where to install the app again.
    async fn install_url(&self, ctx: &Context<'_>) -> Url {
        Url(format!("{}{INSTALL_PATH}", ctx.state().settings.public_url))
    }
}

/// Address of a thread, or of a channel.
pub(super) fn place_url(team: &str, place: &Place) -> Url {
    let channel = &place.channel;
    Url(match &place.thread {
        Some(post) => format!("{CLIENT}/{team}/{channel}/thread/{channel}-{post}"),
        None => format!("{CLIENT}/{team}/{channel}"),
    })
}
