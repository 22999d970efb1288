//! Conversations: what a number and a contact wrote each other, and where that is in the chat.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::{
    conversations::{self, Placement, Priority, Status},
    ids::UserId,
    messages::{self, MessageFilter},
};

use super::{
    auth::{Permission, auth, holds_in},
    connection::{Listing, connection, page, points},
    contact::Contact,
    context::Ask,
    message::{Message, MessageConnection},
    phone_number::PhoneNumber,
    scalars::{Instant, Url},
    slack,
    slack_channel::SlackChannel,
    user::User,
};

/// A conversation.
pub(crate) struct Conversation(pub(super) conversations::Conversation);

/// What one number of the workspace and one outside number wrote each other.
#[Object]
impl Conversation {
    /// Id of the conversation.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Number of the workspace.
    async fn phone_number(&self, ctx: &Context<'_>) -> Result<PhoneNumber> {
        Ok(PhoneNumber(ctx.must(self.0.number_id, "number").await?))
    }

    /// Who is on the other side.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(ctx.must(self.0.contact_id, "contact").await?))
    }

    /// Where it is in Slack.
    async fn placement(&self) -> ConversationPlacement {
        self.0.placement.into()
    }

    /// Channel that it is in; null before its thread is opened.
    async fn slack_channel(&self, ctx: &Context<'_>) -> Result<Option<SlackChannel>> {
        match self.0.place() {
            Some(place) => Ok(Some(SlackChannel::of(ctx, self.0.workspace_id, &place.channel).await?)),
            None => Ok(None),
        }
    }

    /// Address of its thread or channel; null before its thread is opened.
    async fn slack_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        let Some(place) = self.0.place() else { return Ok(None) };
        let team = ctx.must(self.0.workspace_id, "workspace").await?.team_id;
        Ok(Some(slack::place_url(&team, &place)))
    }

    /// How far the team is with it.
    async fn status(&self) -> ConversationStatus {
        self.0.status.into()
    }

    /// Who takes care of it; null when nobody does.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(user) = self.0.assignee_id else { return Ok(None) };
        Ok(ctx.load(user).await?.map(User))
    }

    /// What it is about; null when nobody said.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// Words to find it by.
    async fn tags(&self) -> &[String] {
        &self.0.tags.0
    }

    /// How urgent it is.
    async fn priority(&self) -> ConversationPriority {
        self.0.priority.into()
    }

    /// What members noted; null when nobody did.
    #[graphql(
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// When the contact began to wait for an answer; null when they do not.
    async fn waiting_started_at(&self) -> Option<Instant> {
        self.0.waiting_since.map(Instant)
    }

    /// When an answer is due; null when nobody waits, and without a reply target.
    async fn reply_due_at(&self) -> Option<Instant> {
        self.0.reply_due_at.map(Instant)
    }

    /// Whether the contact waits longer than the reply target allows.
    async fn is_late(&self, ctx: &Context<'_>) -> bool {
        self.0.is_late(ctx.domain().now())
    }

    /// Latest message; null before the first.
    #[graphql(
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn last_message(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(message) = self.0.last_message_id else { return Ok(None) };
        Ok(ctx.load(message).await?.map(Message))
    }

    /// Its messages.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<MessageConnection> {
        let (page, domain, workspace) = (page(first, after)?, ctx.domain(), self.0.workspace_id);
        let filter = MessageFilter { conversation: Some(self.0.id), ..MessageFilter::default() };
        let found = messages::list(domain, workspace, &filter, &page).await?;
        let domain = domain.clone();
        let count = async move { messages::count(&domain, workspace, &filter).await };
        Ok(Listing::new(&page, found.map(Message), count).into())
    }

    /// When it began.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// Where a conversation is in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Placement")]
pub(crate) enum ConversationPlacement {
    /// In a thread of the shared channel.
    SharedThread,
    /// In a channel of its own.
    DirectChannel,
}

/// How far the team is with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub(crate) enum ConversationStatus {
    /// Nobody has looked at it.
    New,
    /// Someone takes care of it.
    Open,
    /// The contact is to answer.
    Pending,
    /// It is answered; a text opens it again.
    Solved,
    /// It is over; a text makes it new.
    Closed,
}

/// How urgent a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Priority")]
pub(crate) enum ConversationPriority {
    /// It can wait.
    Low,
    /// Like most.
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

/// Which conversations.
#[derive(Default, InputObject)]
pub(crate) struct ConversationFilter {
    /// How far the team is with it.
    status: Option<ConversationStatus>,
    /// Who takes care of it.
    assignee_id: Option<ID>,
    /// Whether somebody takes care of it.
    is_assigned: Option<bool>,
    /// Whether the contact waits for an answer.
    is_waiting: Option<bool>,
    /// Whether the contact waits longer than the reply target allows.
    is_late: Option<bool>,
    /// Part of a name or number.
    search: Option<String>,
    /// Number of the workspace.
    phone_number_id: Option<ID>,
    /// Where it is in Slack.
    placement: Option<ConversationPlacement>,
}

impl ConversationFilter {
    /// The same for the domain; none when it can match nothing.
    pub(super) fn read(self) -> Option<conversations::ConversationFilter> {
        Some(conversations::ConversationFilter {
            status: self.status.map(Status::from),
            assignee: self.assignee_id.map(|id| id.parse::<UserId>()).transpose().ok()?,
            is_assigned: self.is_assigned,
            is_waiting: self.is_waiting,
            is_late: self.is_late,
            search: self.search,
            number: self.phone_number_id.map(|id| id.parse()).transpose().ok()?,
            contact: None,
            placement: self.placement.map(Placement::from),
        })
    }
}

connection! {
    /// Page of conversations.
    ConversationConnection,
    /// Item of a `ConversationConnection`.
    ConversationEdge: Conversation
}
