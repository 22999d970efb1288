//! Everything that can be read: the viewer, anything by its id, a workspace by the name in its address, and what belongs to no workspace.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::{catalog, phone, workspaces};

use super::{
    auth::{Permission, auth, holds},
    broadcast_mutations::{self, BroadcastInput, BroadcastPreviewPayload},
    context::Ask,
    country::Country,
    node::{self, Node},
    number_mutations::{self, AvailablePhoneNumber, AvailablePhoneNumberFilter},
    plan::Plan,
    platform::Platform,
    sms::{MmsCarrierLimit, SmsPreview},
    viewer::WhoAsks,
    workspace::Workspace,
};

/// Points of the countries: there are more, but they stand in memory.
const COUNTRY_COUNT: usize = 100;

/// Everything that can be read.
#[derive(Default)]
pub struct Query;

/// Everything that can be read.
#[Object]
impl Query {
    /// Who is asking; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<WhoAsks> {
        ctx.viewer().is_signed_in().then_some(WhoAsks)
    }

    /// Any object by its id; null when it does not exist or the viewer may not see it.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id of the object.")] id: ID) -> Result<Option<Node>> {
        node::find(ctx, &id).await
    }

    /// Workspace by the slug in its dashboard URL; null when there is none or the viewer is no member.
    async fn workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Slug of the workspace.")] slug: String,
    ) -> Result<Option<Workspace>> {
        let found = workspaces::by_slug(ctx.domain(), &slug).await?;
        Ok(found.filter(|found| ctx.viewer().may(found.id, Permission::WorkspaceRead)).map(Workspace))
    }

    /// Plans on offer, cheapest first.
    async fn plans(&self) -> Vec<Plan> {
        catalog::plans().into_iter().map(Plan).collect()
    }

    /// Countries we can serve, natively or on request, by name.
    #[graphql(complexity = "COUNTRY_COUNT.saturating_mul(child_complexity) + 1")]
    async fn countries(&self) -> Vec<Country> {
        phone::Country::all().into_iter().map(Country).collect()
    }

    /// Largest MMS attachment that each US carrier is known to pass on.
    async fn mms_carrier_limits(&self, ctx: &Context<'_>) -> Vec<MmsCarrierLimit> {
        MmsCarrierLimit::on(ctx.domain().now().date_naive())
    }

    /// Which standards this installation complies with, and which it does not.
    async fn compliance(&self) -> Vec<ComplianceStatement> {
        ComplianceStatement::all()
    }

    /// How a text would be encoded and counted, before it is sent.
    async fn sms_preview(
        &self,
        #[graphql(desc = "Text of the message.", validator(max_length = 16_384))] body: String,
    ) -> SmsPreview {
        SmsPreview::of(&body)
    }

    /// What a broadcast would be now: who gets it, and what it costs. `broadcastCreate` sends exactly that.
    #[graphql(directive = auth::apply(Permission::BroadcastsManage), guard = "holds(Permission::BroadcastsManage)")]
    async fn broadcast_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that sends.")] workspace_id: ID,
        #[graphql(desc = "Broadcast.")] input: BroadcastInput,
    ) -> Result<BroadcastPreviewPayload> {
        broadcast_mutations::preview(ctx, &workspace_id, input).await
    }

    /// Numbers that the carrier has for sale now. Asks the carrier, so it is slower than the rest, and only for who is signed in.
    async fn available_phone_numbers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to look for.")] filter: AvailablePhoneNumberFilter,
        #[graphql(desc = "How many to return, 1 to 50.", default = 20)] first: i32,
    ) -> Result<Vec<AvailablePhoneNumber>> {
        number_mutations::for_sale(ctx, filter, first).await
    }

    /// What the operators of this installation see; null for everyone else.
    async fn platform(&self, ctx: &Context<'_>) -> Option<Platform> {
        ctx.viewer().is_operator().then_some(Platform)
    }
}

/// Whether this installation complies with a standard.
#[derive(SimpleObject)]
pub(crate) struct ComplianceStatement {
    /// Name of the standard, such as `HIPAA`.
    standard: String,
    /// Whether it does.
    is_compliant: bool,
    /// What that means, in a sentence.
    statement: String,
}

impl ComplianceStatement {
    fn all() -> Vec<Self> {
        let health = |standard: &str, law: &str| Self {
            standard: standard.to_owned(),
            is_compliant: false,
            statement: format!(
                "Clerk does not comply with {standard} ({law}): texts are not encrypted on their way through the carriers, so do not send health information with it."
            ),
        };
        vec![
            health("HIPAA", "the health privacy law of the United States"),
            health("PHIPA", "the health privacy law of Ontario, Canada"),
        ]
    }
}
