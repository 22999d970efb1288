//! Working on conversations: the same operation as the buttons and the window in Slack, so the first post shows it at once.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use domain::{
    conversations::{self, ConversationChange},
    ids::{ConversationId, UserId},
    messages,
};

use super::{
    access,
    auth::{Permission, auth, holds},
    contact::change,
    context::Ask,
    conversation::{Conversation, ConversationPlacement, ConversationPriority, ConversationStatus},
    errors::{InputErrorReason, Refusal},
    payload::{answer, payload},
};

/// What can be changed of a conversation.
#[derive(InputObject)]
pub(crate) struct ConversationInput {
    /// How far the team is with it.
    status: Option<ConversationStatus>,
    /// Id of the user who takes care of it; null takes it from whoever does.
    assignee_id: MaybeUndefined<ID>,
    /// How urgent it is.
    priority: Option<ConversationPriority>,
    /// What it is about; null takes it away.
    subject: MaybeUndefined<String>,
    /// Words to find it by; they replace those it has.
    tags: Option<Vec<String>>,
    /// What to note; null takes it away.
    notes: MaybeUndefined<String>,
}

payload! {
    /// Answer of mutations of a conversation.
    ConversationPayload {
        /// The conversation; null when there are errors.
        conversation: Conversation,
    }
}

/// Mutations of conversations.
#[derive(Default)]
pub(crate) struct ConversationMutations;

#[Object]
impl ConversationMutations {
    /// Changes the status, assignee, priority, subject, tags or notes of a conversation.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn conversation_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Conversation to change.")] id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: ConversationInput,
    ) -> Result<ConversationPayload> {
        payload(ctx, update(ctx, &id, input).await).await
    }

    /// Moves a conversation to a direct channel of its own, or back to a thread in the shared channel.
    /// A direct channel is made first where there is none, or where it was archived or deleted; the
    /// conversation moves as soon as it stands.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn conversation_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Conversation to move.")] id: ID,
        #[graphql(desc = "Where it goes.")] placement: ConversationPlacement,
    ) -> Result<ConversationPayload> {
        payload(ctx, move_to(ctx, &id, placement).await).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    outcome: Result<conversations::Conversation, Refusal>,
) -> Result<ConversationPayload> {
    answer(ctx, outcome, |row| ConversationPayload::done(Conversation(row))).await
}

async fn subject(ctx: &Context<'_>, id: &ID) -> Result<conversations::Conversation, Refusal> {
    access::subject::<ConversationId, conversations::Conversation>(ctx, id, Permission::MessagesSend).await
}

async fn update(ctx: &Context<'_>, id: &ID, input: ConversationInput) -> Result<conversations::Conversation, Refusal> {
    let conversation = subject(ctx, id).await?;
    let change = ConversationChange {
        status: input.status.map(Into::into),
        assignee: change(input.assignee_id).map(assignee).transpose()?,
        priority: input.priority.map(Into::into),
        subject: change(input.subject),
        tags: input.tags,
        notes: change(input.notes),
    };
    let (workspace, by) = (conversation.workspace_id, ctx.viewer().by());
    Ok(conversations::update(ctx.domain(), by, workspace, conversation.id, change).await?)
}

async fn move_to(
    ctx: &Context<'_>,
    id: &ID,
    placement: ConversationPlacement,
) -> Result<conversations::Conversation, Refusal> {
    let conversation = subject(ctx, id).await?;
    let (workspace, by) = (conversation.workspace_id, ctx.viewer().by());
    Ok(messages::move_to(ctx.domain(), by, workspace, conversation.id, placement.into()).await?)
}

fn assignee(id: Option<ID>) -> Result<Option<UserId>, Refusal> {
    let unknown = |_| {
        let message = "There is no such member in this workspace.";
        Refusal::input(&["input", "assigneeId"], InputErrorReason::NotFound, message)
    };
    id.map(|id| id.parse().map_err(unknown)).transpose()
}
