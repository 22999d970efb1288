//! Beginning a broadcast: a preview first, then exactly that, by its version; and pausing, resuming and ending it.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use domain::{
    broadcasts::{self, Audience, NewBroadcast, Preview},
    ids::{BroadcastId, ContactId, NumberId},
    numbers::Number,
};

use super::{
    access::{self, Owned},
    auth::{Permission, auth, holds},
    broadcast::{Broadcast, BroadcastExclusion},
    context::Ask,
    errors::Refusal,
    number_mutations::read,
    payload::{answer, payload},
    scalars::{E164, Instant, int},
};

/// What a broadcast would be now.
pub(crate) struct BroadcastPreview(Preview);

/// What a broadcast would be now: who gets it, what it costs, how long it takes. `broadcastCreate` sends exactly this, by its version.
#[Object]
impl BroadcastPreview {
    /// Confirms exactly this; it changes with the list, the words and the price.
    async fn version(&self) -> &str {
        &self.0.version
    }

    /// How many get it.
    async fn recipient_count(&self) -> i32 {
        int(self.0.recipient_count.unsigned_abs())
    }

    /// How many do not, by why.
    async fn excluded(&self) -> Vec<BroadcastExclusion> {
        BroadcastExclusion::all(&self.0.excluded)
    }

    /// Segments of the shortest text.
    async fn fewest_segments(&self) -> i32 {
        int(self.0.fewest_segments.unsigned_abs())
    }

    /// Segments of the longest text.
    async fn most_segments(&self) -> i32 {
        int(self.0.most_segments.unsigned_abs())
    }

    /// Segments of all texts.
    async fn segment_count(&self) -> i32 {
        int(self.0.segment_count.unsigned_abs())
    }

    /// Segments that are left this month after it.
    async fn remaining_segment_count(&self) -> i32 {
        int(self.0.left_after().unsigned_abs())
    }

    /// Segments that are missing for it; with any, it cannot begin.
    async fn missing_segment_count(&self) -> i32 {
        int(self.0.missing().unsigned_abs())
    }

    /// How long it takes when nobody sleeps, in seconds.
    async fn duration_seconds(&self) -> i32 {
        int(self.0.takes.num_seconds().unsigned_abs())
    }

    /// How many are in their quiet hours when it begins; they get it later.
    async fn quiet_count(&self) -> i32 {
        int(self.0.asleep_count.unsigned_abs())
    }

    /// When the quiet hours of the last of them end; null when there are none.
    async fn quiet_hours_end_at(&self) -> Option<Instant> {
        self.0.awake_at.map(Instant)
    }

    /// What it says to the first; null when nobody gets it.
    async fn sample(&self) -> Option<&str> {
        self.0.sample.as_deref()
    }
}

/// A broadcast, new.
#[derive(InputObject)]
pub(crate) struct BroadcastInput {
    /// Number of the workspace to send from.
    phone_number_id: ID,
    /// What it says; may hold the fields of templates.
    body: String,
    /// Who gets it.
    audience: BroadcastAudienceInput,
    /// When it begins; at once when left out.
    start_at: Option<Instant>,
}

/// Who gets a broadcast: exactly one.
#[derive(OneofObject)]
pub(crate) enum BroadcastAudienceInput {
    /// Contacts with a tag.
    Tag(String),
    /// Contacts, at most 10,000.
    ContactIds(Vec<ID>),
    /// Numbers, of contacts or not, at most 10,000.
    Numbers(Vec<E164>),
}

payload! {
    /// Answer to what a broadcast would be.
    BroadcastPreviewPayload {
        /// What it would be; null when there are errors.
        preview: BroadcastPreview,
    }
}

payload! {
    /// Answer of mutations of a broadcast.
    BroadcastPayload {
        /// The broadcast; null when there are errors.
        broadcast: Broadcast,
    }
}

/// What a broadcast would be now.
pub(super) async fn preview(
    ctx: &Context<'_>,
    workspace: &ID,
    input: BroadcastInput,
) -> Result<BroadcastPreviewPayload> {
    let preview = look(ctx, workspace, input).await;
    answer(ctx, preview, |preview| BroadcastPreviewPayload::done(BroadcastPreview(preview))).await
}

/// Mutations of broadcasts.
#[derive(Default)]
pub(crate) struct BroadcastMutations;

#[Object]
impl BroadcastMutations {
    /// Begins a broadcast that was looked at. When the list, the words or the price have changed since, nothing is sent. Errors: `UsageLimitError`.
    #[graphql(directive = auth::apply(Permission::BroadcastsManage), guard = "holds(Permission::BroadcastsManage)")]
    async fn broadcast_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that sends.")] workspace_id: ID,
        #[graphql(desc = "Broadcast.")] input: BroadcastInput,
        #[graphql(desc = "Version of the preview.")] version: String,
    ) -> Result<BroadcastPayload> {
        payload(ctx, create(ctx, &workspace_id, input, &version).await).await
    }

    /// Lets a broadcast stand still until it is resumed.
    #[graphql(directive = auth::apply(Permission::BroadcastsManage), guard = "holds(Permission::BroadcastsManage)")]
    async fn broadcast_pause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Broadcast to pause.")] id: ID,
    ) -> Result<BroadcastPayload> {
        payload(ctx, act(ctx, &id, Act::Pause).await).await
    }

    /// Lets a broadcast go on that stands still.
    #[graphql(directive = auth::apply(Permission::BroadcastsManage), guard = "holds(Permission::BroadcastsManage)")]
    async fn broadcast_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Broadcast to resume.")] id: ID,
    ) -> Result<BroadcastPayload> {
        payload(ctx, act(ctx, &id, Act::Resume).await).await
    }

    /// Ends a broadcast: what the carrier has stays, the rest is never sent.
    #[graphql(directive = auth::apply(Permission::BroadcastsManage), guard = "holds(Permission::BroadcastsManage)")]
    async fn broadcast_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Broadcast to end.")] id: ID,
    ) -> Result<BroadcastPayload> {
        payload(ctx, act(ctx, &id, Act::Cancel).await).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<broadcasts::Broadcast, Refusal>) -> Result<BroadcastPayload> {
    answer(ctx, outcome, |broadcast| BroadcastPayload::done(Broadcast(broadcast))).await
}

/// What is done to a broadcast.
enum Act {
    Pause,
    Resume,
    Cancel,
}

async fn act(ctx: &Context<'_>, id: &ID, act: Act) -> Result<broadcasts::Broadcast, Refusal> {
    let permission = Permission::BroadcastsManage;
    let row = access::subject::<BroadcastId, broadcasts::Broadcast>(ctx, id, permission).await?;
    let (domain, by) = (ctx.domain(), ctx.viewer().by());
    Ok(match act {
        Act::Pause => broadcasts::pause(domain, by, row.workspace_id, row.id).await?,
        Act::Resume => broadcasts::resume(domain, by, row.workspace_id, row.id).await?,
        Act::Cancel => broadcasts::cancel(domain, by, row.workspace_id, row.id).await?,
    })
}

async fn look(ctx: &Context<'_>, workspace: &ID, input: BroadcastInput) -> Result<Preview, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::BroadcastsManage).await?;
    let new = wished(ctx, workspace.id, input).await?;
    Ok(broadcasts::preview(ctx.domain(), ctx.viewer().by(), workspace.id, &new).await?)
}

async fn create(
    ctx: &Context<'_>,
    workspace: &ID,
    input: BroadcastInput,
    version: &str,
) -> Result<broadcasts::Broadcast, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::BroadcastsManage).await?;
    let new = wished(ctx, workspace.id, input).await?;
    let begun = broadcasts::create(ctx.domain(), ctx.viewer().by(), workspace.id, &new, version).await;
    begun.map_err(Refusal::of(workspace.id))
}

async fn wished(
    ctx: &Context<'_>,
    workspace: domain::ids::WorkspaceId,
    input: BroadcastInput,
) -> Result<NewBroadcast, Refusal> {
    let from = &["input", "phoneNumberId"];
    let number =
        access::find::<NumberId, Number>(ctx, &input.phone_number_id, from, Permission::BroadcastsManage).await?;
    if number.workspace_id != workspace {
        return Err(Refusal::not_found(from, Number::WHAT));
    }
    let audience = match input.audience {
        BroadcastAudienceInput::Tag(tag) => Audience::Tag(tag),
        BroadcastAudienceInput::ContactIds(ids) => {
            let none = || Refusal::not_found(&["input", "audience", "contactIds"], "contact");
            let contacts =
                ids.iter().map(|id| id.parse::<ContactId>().map_err(|_| none())).collect::<Result<_, _>>()?;
            Audience::List { contacts, numbers: Vec::new() }
        }
        BroadcastAudienceInput::Numbers(typed) => {
            let path = &["input", "audience", "numbers"];
            let numbers = typed.iter().map(|typed| read(typed, path)).collect::<Result<_, _>>()?;
            Audience::List { contacts: Vec::new(), numbers }
        }
    };
    Ok(NewBroadcast { number: number.id, body: input.body, audience, start_at: input.start_at.map(|Instant(at)| at) })
}
