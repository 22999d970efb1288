//! What providers told us, as operators see it: everything but what people wrote.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::{contracts, ids::EventId, inbox};

use super::{
    auth::{Permission, auth, holds},
    connection::connection,
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    redact::without_words,
    scalars::{Instant, Json},
    workspace::Workspace,
};

/// An event of a provider.
pub(crate) struct ProviderEvent(pub(super) inbox::Event);

/// What a provider sent us.
#[Object]
impl ProviderEvent {
    /// Id of the event.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What the provider does for us.
    async fn provider_kind(&self) -> ProviderKind {
        self.0.kind.into()
    }

    /// Name of the provider, such as `stripe`.
    async fn provider_name(&self) -> &str {
        &self.0.provider
    }

    /// Id that the provider gave it.
    async fn external_id(&self) -> &str {
        &self.0.event_key
    }

    /// Type that the provider gave it, such as `invoice.paid`.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &str {
        &self.0.event_type
    }

    /// Workspace that it is about; null when it is about none.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let Some(workspace) = self.0.workspace_id else { return Ok(None) };
        Ok(ctx.load(workspace).await?.map(Workspace))
    }

    /// What was sent, with texts and secrets left out.
    async fn payload(&self) -> Json {
        Json(without_words(&self.0.event))
    }

    /// Why it could not be handled; null when it could.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// When it came.
    async fn received_at(&self) -> Instant {
        Instant(self.0.received_at)
    }

    /// When it was handled; null until then.
    async fn handled_at(&self) -> Option<Instant> {
        self.0.handled_at.map(Instant)
    }
}

/// What a provider does for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contracts::ProviderKind")]
pub(crate) enum ProviderKind {
    /// It carries texts and calls.
    Carrier,
    /// It shows conversations to the team: Slack.
    Chat,
    /// It takes payments.
    Payment,
}

/// Which events.
#[derive(Default, InputObject)]
pub(crate) struct ProviderEventFilter {
    /// What the provider does for us.
    provider_kind: Option<ProviderKind>,
    /// Type that the provider gave it.
    #[graphql(name = "type")]
    event_type: Option<String>,
    /// Whether it waits to be handled or could not be.
    is_unhandled: Option<bool>,
}

impl From<ProviderEventFilter> for inbox::EventFilter {
    fn from(filter: ProviderEventFilter) -> Self {
        Self {
            kind: filter.provider_kind.map(contracts::ProviderKind::from),
            event_type: filter.event_type,
            is_unhandled: filter.is_unhandled,
        }
    }
}

connection! {
    /// Page of provider events.
    ProviderEventConnection,
    /// Item of a `ProviderEventConnection`.
    ProviderEventEdge: ProviderEvent
}

payload! {
    /// Answer of mutations of a provider's event.
    ProviderEventPayload {
        /// The event; null when there are errors.
        provider_event: ProviderEvent,
    }
}

/// Mutations of what providers told us.
#[derive(Default)]
pub(crate) struct ProviderEventMutations;

#[Object]
impl ProviderEventMutations {
    /// Handles an event of a provider again.
    #[graphql(directive = auth::apply(Permission::PlatformOperate), guard = "holds(Permission::PlatformOperate)")]
    async fn provider_event_replay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Event to handle.")] id: ID,
    ) -> Result<ProviderEventPayload> {
        let replayed = replay(ctx, &id).await;
        answer(ctx, replayed, |event| ProviderEventPayload::done(ProviderEvent(event))).await
    }
}

async fn replay(ctx: &Context<'_>, id: &ID) -> Result<inbox::Event, Refusal> {
    let id: EventId = id.parse().map_err(|_| Refusal::not_found(&["id"], "event"))?;
    Ok(inbox::replay(ctx.domain(), ctx.viewer().by(), id).await?)
}
