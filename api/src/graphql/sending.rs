//! How a workspace sends what nobody waits for: quiet hours, the pace of broadcasts, and how they tell of opting out.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::sending::{self, Settings, SettingsChange};

use super::{
    access,
    auth::{Permission, auth, holds},
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    scalars::Instant,
};

/// How a workspace sends.
pub(crate) struct SendingSettings(pub(super) Settings);

/// How a workspace sends what nobody waits for: new texts, scheduled texts and broadcasts. Answers in a conversation are exempt from quiet hours.
#[Object]
impl SendingSettings {
    /// Whether new and scheduled texts wait for the end of the quiet hours of who gets them.
    async fn has_quiet_hours(&self) -> bool {
        self.0.keeps_quiet_hours
    }

    /// Whether texts of a broadcast do.
    async fn has_broadcast_quiet_hours(&self) -> bool {
        self.0.broadcasts_keep_quiet_hours
    }

    /// Texts per second of a number in a broadcast.
    async fn broadcast_per_second(&self) -> i32 {
        self.0.broadcast_per_second
    }

    /// Whether the first text of a broadcast to somebody says how to opt out.
    async fn has_opt_out_line(&self) -> bool {
        self.0.tells_how_to_opt_out
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Instant {
        Instant(self.0.updated_at)
    }
}

/// What can be changed of how a workspace sends.
#[derive(InputObject)]
pub(crate) struct SendingSettingsInput {
    /// Whether new and scheduled texts wait for the end of the quiet hours of who gets them.
    has_quiet_hours: Option<bool>,
    /// Whether texts of a broadcast do.
    has_broadcast_quiet_hours: Option<bool>,
    /// Texts per second of a number in a broadcast, 1 to 75. More than one needs a registered campaign.
    broadcast_per_second: Option<i32>,
    /// Whether the first text of a broadcast to somebody says how to opt out.
    has_opt_out_line: Option<bool>,
}

payload! {
    /// Answer of mutations of how a workspace sends.
    SendingSettingsPayload {
        /// How it sends; null when there are errors.
        sending_settings: SendingSettings,
    }
}

/// Mutations of how a workspace sends.
#[derive(Default)]
pub(crate) struct SendingMutations;

#[Object]
impl SendingMutations {
    /// Changes how a workspace sends what nobody waits for.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn workspace_sending_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that sends.")] workspace_id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: SendingSettingsInput,
    ) -> Result<SendingSettingsPayload> {
        let updated = update(ctx, &workspace_id, &input).await;
        answer(ctx, updated, |settings| SendingSettingsPayload::done(SendingSettings(settings))).await
    }
}

async fn update(ctx: &Context<'_>, workspace: &ID, input: &SendingSettingsInput) -> Result<Settings, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::SettingsManage).await?;
    let change = SettingsChange {
        keeps_quiet_hours: input.has_quiet_hours,
        broadcasts_keep_quiet_hours: input.has_broadcast_quiet_hours,
        broadcast_per_second: input.broadcast_per_second,
        tells_how_to_opt_out: input.has_opt_out_line,
    };
    Ok(sending::update(ctx.domain(), ctx.viewer().by(), workspace.id, change).await?)
}
