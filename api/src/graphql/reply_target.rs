//! Reply targets: within which time contacts are to be answered, and who is told when they were not. They are set for all numbers of a workspace, and for a
//! number that is different.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use domain::{
    error::InvalidReason,
    ids::{NumberId, UserId},
    numbers::Number,
    reply_targets::{self, TargetChange},
    workspaces,
};

use super::{
    access::{self, Owned},
    auth::{Permission, auth, holds},
    contact,
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    phone_number::PhoneNumber,
    scalars::Instant,
    slack_channel::SlackChannel,
    user::User,
};

/// Within which time contacts are to be answered.
pub(crate) struct ReplyTarget(reply_targets::ReplyTarget);

/// Within which time contacts are to be answered: on a number, or on all numbers that have no target of their own. Only the business hours of the automatic
/// answers count; where there are none, every hour does.
#[Object]
impl ReplyTarget {
    /// Number that it is for; null for all numbers that have no target of their own.
    async fn phone_number(&self, ctx: &Context<'_>) -> Result<Option<PhoneNumber>> {
        match self.0.number_id {
            Some(number) => Ok(Some(PhoneNumber(ctx.must(number, "number").await?))),
            None => Ok(None),
        }
    }

    /// Within how many minutes an answer is due; null when there is no target. When it is late, the conversation says so.
    async fn minutes(&self) -> Option<i32> {
        self.0.minutes
    }

    /// How many minutes after that somebody else is told.
    async fn escalation_minutes(&self) -> i32 {
        self.0.escalation_minutes
    }

    /// Channel that is told then; null when none is.
    async fn escalation_channel(&self, ctx: &Context<'_>) -> Result<Option<SlackChannel>> {
        match &self.0.escalation_channel_id {
            Some(channel) => Ok(Some(SlackChannel::of(ctx, self.0.workspace_id, channel).await?)),
            None => Ok(None),
        }
    }

    /// Member who is told then; null when nobody is.
    async fn escalation_user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(user) = self.0.escalation_user_id else { return Ok(None) };
        Ok(ctx.load(user).await?.map(User))
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Instant {
        Instant(self.0.updated_at)
    }
}

/// What can be changed of a reply target.
#[derive(InputObject)]
pub(crate) struct ReplyTargetInput {
    /// Number that is to be different from the others; all others when left out.
    phone_number_id: Option<ID>,
    /// Within how many minutes an answer is due, 1 to 10,080; null for no target.
    minutes: MaybeUndefined<i32>,
    /// How many minutes after that somebody else is told, 0 to 10,080.
    escalation_minutes: Option<i32>,
    /// Id of the channel in Slack that is told then; null for none.
    escalation_channel_id: MaybeUndefined<String>,
    /// Member who is told then; null for nobody.
    escalation_user_id: MaybeUndefined<ID>,
}

payload! {
    /// Answer of mutations of reply targets.
    ReplyTargetPayload {
        /// The target; null when there are errors.
        reply_target: ReplyTarget,
    }
}

/// Reply targets of a workspace, that for all numbers first.
pub(super) async fn list(ctx: &Context<'_>, workspace: &workspaces::Workspace) -> Result<Vec<ReplyTarget>> {
    Ok(reply_targets::list(ctx.domain(), workspace.id).await?.into_iter().map(ReplyTarget).collect())
}

/// Mutations of reply targets.
#[derive(Default)]
pub(crate) struct ReplyTargetMutations;

#[Object]
impl ReplyTargetMutations {
    /// Sets within which time contacts are to be answered. It holds for those who wait now, too.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn reply_target_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that answers.")] workspace_id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: ReplyTargetInput,
    ) -> Result<ReplyTargetPayload> {
        answer(ctx, update(ctx, &workspace_id, input).await, ReplyTargetPayload::done).await
    }

    /// Takes a number's own target away. That for all numbers holds for it again; it is returned.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn reply_target_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number that is to be like the others.")] phone_number_id: ID,
    ) -> Result<ReplyTargetPayload> {
        answer(ctx, delete(ctx, &phone_number_id).await, ReplyTargetPayload::done).await
    }
}

async fn delete(ctx: &Context<'_>, number: &ID) -> Result<ReplyTarget, Refusal> {
    let permission = Permission::SettingsManage;
    let number = access::find::<NumberId, Number>(ctx, number, &["phoneNumberId"], permission).await?;
    let removed = reply_targets::remove(ctx.domain(), ctx.viewer().by(), number.workspace_id, number.id).await?;
    Ok(ReplyTarget(removed))
}

async fn update(ctx: &Context<'_>, workspace: &ID, input: ReplyTargetInput) -> Result<ReplyTarget, Refusal> {
    let permission = Permission::SettingsManage;
    let workspace = access::home(ctx, workspace, permission).await?;
    let number = match &input.phone_number_id {
        Some(id) => {
            let path = &["input", "phoneNumberId"];
            let number = access::find::<NumberId, Number>(ctx, id, path, permission).await?;
            let is_own = number.workspace_id == workspace.id;
            Some(is_own.then_some(number.id).ok_or_else(|| Refusal::not_found(path, Number::WHAT))?)
        }
        None => None,
    };
    let change = TargetChange {
        minutes: contact::change(input.minutes),
        escalation_minutes: input.escalation_minutes,
        escalation_channel_id: contact::change(input.escalation_channel_id),
        escalation_user_id: contact::change(input.escalation_user_id).map(|id| id.map(user).transpose()).transpose()?,
    };
    let target = reply_targets::update(ctx.domain(), ctx.viewer().by(), workspace.id, number, change).await?;
    Ok(ReplyTarget(target))
}

fn user(id: ID) -> Result<UserId, domain::Error> {
    let message = "There is no such member in this workspace.";
    id.parse().map_err(|_| domain::Error::invalid("escalation_user_id", InvalidReason::NotFound, message))
}
