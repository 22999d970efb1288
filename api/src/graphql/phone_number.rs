//! Numbers of workspaces: how they are shown and searched. What is done to them is in `number_mutations`.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::{
    Error,
    contracts::carrier::Capabilities,
    conversations,
    numbers::{self, NumberFilter, Status},
};

use super::{
    connection::{Listing, connection, page, points},
    context::Ask,
    conversation::ConversationPlacement,
    country::{Country, PhoneNumberType},
    scalars::{CountryCode, E164, Instant, int},
    slack_channel::{SlackChannel, SlackChannelConnection},
    workspace::Workspace,
};

/// A number of a workspace.
pub(crate) struct PhoneNumber(pub(super) numbers::Number);

/// Phone number of a workspace.
#[Object]
impl PhoneNumber {
    /// Id of the number.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Workspace that has it.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Ok(Workspace(ctx.must(self.0.workspace_id, "workspace").await?))
    }

    /// The number itself.
    async fn number(&self) -> E164 {
        self.0.e164.into()
    }

    /// Name that the workspace gave it; null when it gave none.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Country of the number.
    async fn country(&self) -> Result<Country> {
        Ok(Country::find(&self.0.country).ok_or(Error::NotFound { what: "country" })?)
    }

    /// Type of the number.
    #[graphql(name = "type")]
    async fn kind(&self) -> PhoneNumberType {
        self.0.kind.into()
    }

    /// What it can carry.
    async fn capabilities(&self) -> Vec<PhoneNumberCapability> {
        PhoneNumberCapability::of(self.0.capabilities())
    }

    /// Whether it is in use.
    async fn status(&self) -> PhoneNumberStatus {
        PhoneNumberStatus::of(self.0.status)
    }

    /// When the workspace got it.
    async fn claimed_at(&self) -> Instant {
        Instant(self.0.claimed_at)
    }

    /// When it will be taken back, because the plan is free or ended; null when it stays.
    async fn expires_at(&self) -> Option<Instant> {
        self.0.expires_at.map(Instant)
    }

    /// When its workspace lost it; null while it is in use.
    async fn released_at(&self) -> Option<Instant> {
        self.0.released_at.map(Instant)
    }

    /// Why its workspace lost it; null while it is in use.
    async fn release_reason(&self) -> Option<ReleaseReason> {
        self.0.release_reason.map(ReleaseReason::from)
    }

    /// Where its texts go in Slack.
    async fn routing(&self) -> Routing {
        Routing(self.0.clone())
    }

    /// Channels in which its texts are read and answered.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn slack_channels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<SlackChannelConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let team = ctx.must(self.0.workspace_id, "workspace").await?.team_id;
        let found = conversations::channels_of(&domain, &self.0, &page).await?;
        let count = async move { conversations::count_channels_of(&domain, id).await };
        Ok(Listing::new(&page, found.map(|known| SlackChannel::known(&team, known)), count).into())
    }
}

/// What a phone number can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PhoneNumberCapability {
    /// Texts.
    Sms,
    /// Texts with attachments.
    Mms,
    /// Calls.
    Voice,
}

impl PhoneNumberCapability {
    pub(super) fn of(capabilities: Capabilities) -> Vec<Self> {
        let held = [(Self::Sms, capabilities.sms), (Self::Mms, capabilities.mms), (Self::Voice, capabilities.voice)];
        held.into_iter().filter(|(_, is_held)| *is_held).map(|(capability, _)| capability).collect()
    }

    pub(super) fn wish(wanted: &[Self]) -> Capabilities {
        let wants = |capability| wanted.contains(&capability);
        Capabilities { sms: wants(Self::Sms), mms: wants(Self::Mms), voice: wants(Self::Voice) }
    }
}

/// Whether a phone number is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PhoneNumberStatus {
    /// Ordered from the carrier, not ready yet.
    Pending,
    /// In use.
    Active,
    /// Given back to the carrier.
    Released,
    /// The carrier did not sell it.
    Failed,
}

impl PhoneNumberStatus {
    fn of(status: Status) -> Self {
        match status {
            Status::Claiming => Self::Pending,
            Status::Active | Status::Expiring => Self::Active,
            Status::Releasing | Status::Released => Self::Released,
            Status::Failed => Self::Failed,
        }
    }
}

/// Why a workspace lost a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "numbers::ReleaseReason")]
pub(crate) enum ReleaseReason {
    /// An owner gave it back.
    ByOwner,
    /// Its time on the free plan was over.
    Expired,
    /// It was ported to another provider.
    PortedOut,
    /// An operator took it back.
    ByOperator,
}

/// Where the texts of a number go.
pub(crate) struct Routing(numbers::Number);

/// Where the texts of a number go in Slack.
#[Object]
impl Routing {
    /// Channel for threads, and for texts whose direct channel is gone; null before the first one is known.
    async fn shared_channel(&self, ctx: &Context<'_>) -> Result<Option<SlackChannel>> {
        let workspace = ctx.must(self.0.workspace_id, "workspace").await?;
        match self.0.shared_channel_id.as_deref().or(workspace.default_channel_id.as_deref()) {
            Some(channel) => Ok(Some(SlackChannel::of(ctx, workspace.id, channel).await?)),
            None => Ok(None),
        }
    }

    /// Where a new conversation starts.
    async fn default_placement(&self) -> ConversationPlacement {
        self.0.starts_in.into()
    }

    /// Start of the names of direct channels, such as `sms-`.
    async fn direct_channel_prefix(&self) -> &str {
        &self.0.direct_prefix
    }

    /// Silence after which a text is announced in the channel again, in seconds.
    async fn quiet_seconds(&self) -> i32 {
        int(self.0.quiet_secs)
    }

    /// How long a reply can be taken back before it is sent, in seconds.
    async fn undo_seconds(&self) -> i32 {
        int(self.0.undo_secs)
    }
}

/// Which numbers.
#[derive(Default, InputObject)]
pub(crate) struct PhoneNumberFilter {
    /// Part of the number or label.
    search: Option<String>,
    /// Status of the number.
    status: Option<PhoneNumberStatus>,
    /// Country of the number.
    country: Option<CountryCode>,
    /// Only those that are taken back before this instant.
    expires_before: Option<Instant>,
}

impl From<PhoneNumberFilter> for NumberFilter {
    fn from(filter: PhoneNumberFilter) -> Self {
        let has = |wanted: PhoneNumberStatus| move |status: &Status| PhoneNumberStatus::of(*status) == wanted;
        let statuses = filter.status.map(|wanted| Status::all().iter().copied().filter(has(wanted)).collect());
        Self {
            search: filter.search,
            statuses: statuses.unwrap_or_default(),
            country: filter.country.map(|country| country.0.to_string()),
            expires_before: filter.expires_before.map(|instant| instant.0),
        }
    }
}

connection! {
    /// Page of phone numbers.
    PhoneNumberConnection,
    /// Item of a `PhoneNumberConnection`.
    PhoneNumberEdge: PhoneNumber
}
