//! Messages: what was written, and how far it got. The words are for the members of the workspace; not for who operates the platform, and not for
//! anyone while a text is held for a used-up limit.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use domain::{
    contracts::carrier::HeldKind,
    ids::NumberId,
    messages::{self, HoldReason as Hold, Status},
    sms::media::{self, SenderKind},
};

use super::{
    actor::{self, Actor},
    auth::{Permission, auth, holds_in},
    connection::connection,
    context::Ask,
    conversation::Conversation,
    loaders::AttachmentsOf,
    scalars::{Instant, Url, int},
    sms::{MmsCarrierLimit, SmsEncoding},
    time_range::TimeRangeFilter,
};

/// A message.
pub(crate) struct Message(pub(super) messages::Message);

/// Text, in or out.
#[Object]
impl Message {
    /// Id of the message.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Conversation that it belongs to.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        Ok(Conversation(ctx.must(self.0.conversation_id, "conversation").await?))
    }

    /// Which way it went.
    async fn direction(&self) -> Direction {
        self.0.direction.into()
    }

    /// Text of the message; null while it is held for a used-up limit.
    #[graphql(
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn body(&self) -> Option<&str> {
        (self.0.hold_reason != Some(Hold::Limit)).then_some(self.0.body.as_str())
    }

    /// What came or goes with it; empty while it is held for a used-up limit.
    #[graphql(
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        let is_held_back = self.0.hold_reason == Some(Hold::Limit);
        let rows = if is_held_back { None } else { ctx.load(AttachmentsOf(self.0.id)).await? };
        let conversation = self.0.conversation_id;
        Ok(rows.unwrap_or_default().into_iter().map(|row| Attachment { row, conversation }).collect())
    }

    /// How the text was encoded.
    async fn encoding(&self) -> SmsEncoding {
        self.0.encoding.into()
    }

    /// How many segments it counts for.
    async fn segment_count(&self) -> i32 {
        self.0.segment_count
    }

    /// How far it got.
    async fn status(&self) -> MessageStatus {
        MessageStatus::of(self.0.status)
    }

    /// Why it did not arrive, or was withdrawn; null when it did arrive, may yet, or when somebody withdrew it.
    async fn failure(&self) -> Option<MessageFailure> {
        let reason = self.0.failure_reason.filter(|_| matches!(self.0.status, Status::Failed | Status::Canceled))?;
        Some(MessageFailure {
            message: reason.sentence().to_owned(),
            carrier_code: self.0.failure_code.clone(),
            is_retryable: reason.is_retryable(),
        })
    }

    /// Why it is held; null when it is not.
    async fn hold_reason(&self) -> Option<HoldReason> {
        self.0.hold_reason.map(HoldReason::from)
    }

    /// Who sent it; null when it came in, or when Clerk answered by itself.
    async fn sent_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, self.0.author.as_deref()).await
    }

    /// When we got it, from either side.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// When it is to be sent; null when at once.
    async fn send_at(&self) -> Option<Instant> {
        self.0.send_at.map(Instant)
    }

    /// Whether it waits, later than was wished, for the end of the quiet hours of who gets it.
    async fn is_put_off(&self) -> bool {
        self.0.is_put_off()
    }

    /// When the carrier delivered it; null when it does not tell.
    async fn delivered_at(&self) -> Option<Instant> {
        self.0.delivered_at.map(Instant)
    }
}

/// Which way a message or call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "messages::Direction")]
pub(crate) enum Direction {
    /// From outside to the workspace.
    Inbound,
    /// From the workspace to outside.
    Outbound,
}

/// How far a message got. It never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MessageStatus {
    /// It waits for the time that it is to be sent at.
    Scheduled,
    /// It waits for the carrier.
    Queued,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// It did not arrive.
    Failed,
    /// The carrier never said whether it arrived.
    Unconfirmed,
    /// It was withdrawn before it was sent.
    Canceled,
    /// It came in and was posted to Slack.
    Received,
    /// It came in and is held.
    Held,
}

impl MessageStatus {
    fn of(status: Status) -> Self {
        match status {
            Status::Scheduled => Self::Scheduled,
            Status::Queued => Self::Queued,
            Status::Accepted | Status::Sent => Self::Sent,
            Status::Delivered => Self::Delivered,
            Status::Failed => Self::Failed,
            Status::Unconfirmed => Self::Unconfirmed,
            Status::Canceled => Self::Canceled,
            Status::Received => Self::Received,
            Status::Held => Self::Held,
        }
    }
}

/// Why a message is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Hold")]
pub(crate) enum HoldReason {
    /// The allowance is used up. It is posted when there is allowance again.
    Limit,
    /// The sender is on the Do Not Disturb list.
    DoNotDisturb,
}

/// Why a message did not arrive.
#[derive(SimpleObject)]
pub(crate) struct MessageFailure {
    /// Sentence to show.
    message: String,
    /// Code of the carrier; null when we stopped it ourselves.
    carrier_code: Option<String>,
    /// Whether `messageRetry` can help.
    is_retryable: bool,
}

/// A file that came with a message.
pub(crate) struct Attachment {
    row: messages::Attachment,
    conversation: domain::ids::ConversationId,
}

/// File that came with a message.
#[Object]
impl Attachment {
    /// Where to get it; valid for an hour.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        Url(messages::file_address(ctx.domain(), self.row.id))
    }

    /// Media type, such as `image/png`.
    async fn content_type(&self) -> &str {
        &self.row.content_type
    }

    /// Size in bytes; null when the carrier did not tell.
    async fn byte_count(&self) -> Option<i32> {
        self.row.byte_count.map(int)
    }

    /// Carriers that are known not to pass on files of this size.
    async fn too_large_for(&self, ctx: &Context<'_>) -> Result<Vec<MmsCarrierLimit>> {
        let Some(bytes) = self.row.byte_count.and_then(|bytes| u64::try_from(bytes).ok()) else {
            return Ok(Vec::new());
        };
        let conversation = ctx.must(self.conversation, "conversation").await?;
        let number = ctx.must(conversation.number_id, "number").await?;
        let sender = if number.kind == HeldKind::TollFree { SenderKind::TollFree } else { SenderKind::LongCode };
        Ok(media::too_large_for(bytes, sender).into_iter().map(MmsCarrierLimit::from).collect())
    }
}

/// Which messages.
#[derive(Default, InputObject)]
pub(crate) struct MessageFilter {
    /// Part of the text, a name or a number.
    search: Option<String>,
    /// Number of the workspace.
    phone_number_id: Option<ID>,
    /// Which way it went.
    direction: Option<Direction>,
    /// How far it got.
    statuses: Option<Vec<MessageStatus>>,
    /// When it was.
    created_at: Option<TimeRangeFilter>,
}

impl MessageFilter {
    /// The same for the domain; none when it can match nothing.
    pub(super) fn read(self) -> Option<messages::MessageFilter> {
        let number: Option<NumberId> = self.phone_number_id.map(|id| id.parse()).transpose().ok()?;
        let wanted = self.statuses.unwrap_or_default();
        let statuses = Status::all().iter().copied().filter(|status| wanted.contains(&MessageStatus::of(*status)));
        let range = self.created_at.unwrap_or_default();
        Some(messages::MessageFilter {
            search: self.search,
            number,
            conversation: None,
            direction: self.direction.map(messages::Direction::from),
            statuses: statuses.collect(),
            since: range.since(),
            until: range.until(),
        })
    }
}

connection! {
    /// Page of messages.
    MessageConnection,
    /// Item of a `MessageConnection`.
    MessageEdge: Message
}
