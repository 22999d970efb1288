//! Channels of the chat: what we know of them, and which posts in them go out as texts.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, Result};
use domain::{
    Error,
    ids::WorkspaceId,
    workspaces::{self, KnownChannel},
};

use super::{
    access,
    auth::{Permission, auth, holds},
    connection::connection,
    context::Ask,
    errors::Refusal,
    loaders::ChannelOf,
    payload::{answer, payload},
    scalars::Url,
    slack::CLIENT,
};

/// A channel of a workspace, with what we know of it.
pub(crate) struct SlackChannel {
    team: String,
    id: String,
    known: Option<KnownChannel>,
}

impl SlackChannel {
    /// A channel by its id in the chat.
    pub(super) async fn of(ctx: &Context<'_>, workspace: WorkspaceId, id: &str) -> Result<Self> {
        let team = ctx.must(workspace, "workspace").await?.team_id;
        let known = ctx.load(ChannelOf(workspace, id.to_owned())).await?;
        Ok(Self { team, id: id.to_owned(), known })
    }

    /// A channel that we know, of a team.
    pub(super) fn known(team: &str, known: KnownChannel) -> Self {
        Self { team: team.to_owned(), id: known.channel_id.clone(), known: Some(known) }
    }
}

/// Channel in Slack.
#[Object]
impl SlackChannel {
    /// Id of the channel in Slack, such as `C0123ABCD`.
    async fn channel_id(&self) -> &str {
        &self.id
    }

    /// Name without `#`; null when Slack does not tell.
    async fn name(&self) -> Option<&str> {
        self.known.as_ref().and_then(|known| known.name.as_deref())
    }

    /// Whether it is archived or deleted; null when Slack does not answer.
    async fn is_archived(&self) -> Option<bool> {
        self.known.as_ref().map(|known| known.lost_reason.is_some())
    }

    /// Address of the channel.
    async fn url(&self) -> Url {
        Url(format!("{CLIENT}/{}/{}", self.team, self.id))
    }

    /// Which posts of members in it go out as texts.
    async fn send_mode(&self) -> SendMode {
        self.known.as_ref().map_or_else(Default::default, KnownChannel::effective_mode).into()
    }

    /// Why it is this one.
    async fn send_mode_reason(&self) -> SendModeReason {
        match &self.known {
            Some(known) if known.send_mode.is_some() => SendModeReason::Chosen,
            Some(known) if known.company() != workspaces::Company::default() => SendModeReason::Company,
            _ => SendModeReason::TeamOnly,
        }
    }

    /// Who reads along besides the members of the team; empty when nobody does.
    async fn company(&self) -> Vec<SlackCompany> {
        let company = self.known.as_ref().map(KnownChannel::company).unwrap_or_default();
        let found = [
            (SlackCompany::Guests, company.has_guests),
            (SlackCompany::OtherCompanies, company.is_shared),
            (SlackCompany::OtherApps, company.has_other_apps),
        ];
        found.into_iter().filter(|(_, is_there)| *is_there).map(|(company, _)| company).collect()
    }
}

/// Which posts in a channel go out as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "workspaces::SendMode")]
pub(crate) enum SendMode {
    /// All.
    #[graphql(name = "ALL")]
    Auto,
    /// Those that mention the app.
    #[graphql(name = "MENTION")]
    Explicit,
    /// Those that their author confirms.
    #[graphql(name = "CONFIRM")]
    Confirm,
}

/// Why a channel has its send mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum SendModeReason {
    /// Somebody chose it.
    Chosen,
    /// Only members of the team read it.
    TeamOnly,
    /// Others read along, so that nothing goes out by mistake.
    Company,
}

/// Who may read a channel besides the members of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum SlackCompany {
    /// Guests of the team.
    Guests,
    /// People of other companies.
    OtherCompanies,
    /// Other apps.
    OtherApps,
}

connection! {
    /// Page of channels.
    SlackChannelConnection,
    /// Item of a `SlackChannelConnection`.
    SlackChannelEdge: SlackChannel
}

/// What can be changed of a channel.
#[derive(InputObject)]
pub(crate) struct SlackChannelInput {
    /// Which posts in it go out as texts; null leaves it to who reads along.
    send_mode: MaybeUndefined<SendMode>,
}

payload! {
    /// Answer of mutations of a channel.
    SlackChannelPayload {
        /// The channel; null when there are errors.
        slack_channel: SlackChannel,
    }
}

/// Mutations of channels.
#[derive(Default)]
pub(crate) struct SlackChannelMutations;

#[Object]
impl SlackChannelMutations {
    /// Changes which posts in a channel go out as texts.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn slack_channel_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace whose texts go to the channel.")] workspace_id: ID,
        #[graphql(desc = "Id of the channel in Slack.")] channel_id: String,
        #[graphql(desc = "New values; what is left out stays.")] input: SlackChannelInput,
    ) -> Result<SlackChannelPayload> {
        let updated = update(ctx, &workspace_id, &channel_id, input).await;
        answer(ctx, updated, SlackChannelPayload::done).await
    }
}

async fn update(
    ctx: &Context<'_>,
    workspace: &ID,
    channel: &str,
    input: SlackChannelInput,
) -> Result<SlackChannel, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::SettingsManage).await?;
    let unknown = || Refusal::not_found(&["channelId"], "channel");
    let mode = match input.send_mode {
        MaybeUndefined::Undefined => {
            let known = ctx.load(ChannelOf(workspace.id, channel.to_owned())).await?.ok_or_else(unknown)?;
            return Ok(SlackChannel::known(&workspace.team_id, known));
        }
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(mode) => Some(mode.into()),
    };
    match workspaces::set_send_mode(ctx.domain(), ctx.viewer().by(), workspace.id, channel, mode).await {
        Ok(known) => Ok(SlackChannel::known(&workspace.team_id, known)),
        Err(Error::NotFound { .. }) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}
