//! Sending, repeating and withdrawing texts.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use domain::{
    contacts::Contact,
    ids::{ContactId, MessageId, NumberId},
    messages::{self, NewText, ScheduledChange},
    numbers::Number,
    phone::PhoneNumber,
};

use super::{
    access,
    auth::{Permission, auth, holds},
    context::Ask,
    errors::{InputErrorReason, Refusal},
    message::Message,
    number_mutations::read,
    payload::{answer, payload},
    scalars::{E164, Instant, Url},
};

/// Message to send.
#[derive(InputObject)]
pub(crate) struct MessageSendInput {
    /// Number of the workspace to send from.
    phone_number_id: ID,
    /// Who gets it.
    to: RecipientInput,
    /// Text of the message; may be empty when there are attachments.
    #[graphql(default)]
    body: String,
    /// Where to get the attachments: at most 10, of at most 25 MB each. They are fetched at once, also for a message that is sent later.
    #[graphql(default)]
    media_urls: Vec<Url>,
    /// When to send it; at once when left out.
    send_at: Option<Instant>,
    /// Whether it goes out also in the quiet hours of who gets it. Otherwise it is scheduled for their end, unless it answers somebody who wrote within
    /// a day.
    #[graphql(default)]
    ignore_quiet_hours: bool,
}

/// What can be changed of a message that is scheduled.
#[derive(InputObject)]
pub(crate) struct MessageInput {
    /// Text of the message.
    body: Option<String>,
    /// When to send it.
    send_at: Option<Instant>,
}

/// Who gets a message: exactly one.
#[derive(OneofObject)]
pub(crate) enum RecipientInput {
    /// Any number.
    Number(E164),
    /// Contact.
    ContactId(ID),
}

payload! {
    /// Answer of mutations of a message.
    MessagePayload {
        /// The message; null when there are errors.
        message: Message,
    }
}

/// Mutations of messages.
#[derive(Default)]
pub(crate) struct MessageMutations;

#[Object]
impl MessageMutations {
    /// Sends a text. Errors: `UsageLimitError`, `OptedOutError`, `MediaTooLargeError`, `CountryNotEnabledError`.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn message_send(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that sends.")] workspace_id: ID,
        #[graphql(desc = "Message to send.")] input: MessageSendInput,
    ) -> Result<MessagePayload> {
        payload(ctx, send(ctx, &workspace_id, input).await).await
    }

    /// Sends a message again whose delivery failed.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn message_retry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Message that failed.")] id: ID,
    ) -> Result<MessagePayload> {
        payload(ctx, retry(ctx, &id).await).await
    }

    /// Changes a message that is scheduled.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn message_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Message to change.")] id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: MessageInput,
    ) -> Result<MessagePayload> {
        payload(ctx, update(ctx, &id, input).await).await
    }

    /// Sends a message now that is scheduled. Errors: `UsageLimitError`, `OptedOutError`, `CountryNotEnabledError`.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn message_send_now(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Message to send.")] id: ID,
    ) -> Result<MessagePayload> {
        payload(ctx, send_now(ctx, &id).await).await
    }

    /// Withdraws a message that is not sent yet.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn message_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Message to withdraw.")] id: ID,
    ) -> Result<MessagePayload> {
        payload(ctx, cancel(ctx, &id).await).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<messages::Message, Refusal>) -> Result<MessagePayload> {
    answer(ctx, outcome, |message| MessagePayload::done(Message(message))).await
}

async fn send(ctx: &Context<'_>, workspace: &ID, input: MessageSendInput) -> Result<messages::Message, Refusal> {
    let permission = Permission::MessagesSend;
    let workspace = access::home(ctx, workspace, permission).await?;
    let from = &["input", "phoneNumberId"];
    let number = access::find::<NumberId, Number>(ctx, &input.phone_number_id, from, permission).await?;
    if number.workspace_id != workspace.id {
        return Err(Refusal::not_found(from, "number"));
    }
    let to = match &input.to {
        RecipientInput::Number(typed) => read(typed, &["input", "to", "number"])?,
        RecipientInput::ContactId(id) => recipient(ctx, workspace.id, id).await?,
    };
    let text = NewText { number: number.id, to, body: input.body, ignores_quiet_hours: input.ignore_quiet_hours };
    let (domain, by) = (ctx.domain(), ctx.viewer().by());
    let media_urls: Vec<String> = input.media_urls.into_iter().map(|url| url.0).collect();
    let files = messages::of_web(&*ctx.state().web, &media_urls).await.map_err(Refusal::of(workspace.id))?;
    let done = match input.send_at {
        Some(Instant(send_at)) => messages::schedule_with(domain, by, workspace.id, (&text, &files), send_at).await,
        None => messages::send_with(domain, by, workspace.id, text, &files).await,
    };
    done.map_err(Refusal::of(workspace.id))
}

async fn recipient(ctx: &Context<'_>, workspace: domain::ids::WorkspaceId, id: &ID) -> Result<PhoneNumber, Refusal> {
    let path = &["input", "to", "contactId"];
    let contact = access::find::<ContactId, Contact>(ctx, id, path, Permission::MessagesSend).await?;
    if contact.workspace_id != workspace {
        return Err(Refusal::not_found(path, "contact"));
    }
    contact.number().ok_or_else(|| {
        Refusal::input(
            path,
            InputErrorReason::Invalid,
            "This sender is no phone number, so it cannot be answered by text.",
        )
    })
}

async fn retry(ctx: &Context<'_>, id: &ID) -> Result<messages::Message, Refusal> {
    let message = access::subject::<MessageId, messages::Message>(ctx, id, Permission::MessagesSend).await?;
    let workspace = message.workspace_id;
    messages::retry(ctx.domain(), ctx.viewer().by(), workspace, message.id).await.map_err(Refusal::of(workspace))
}

async fn update(ctx: &Context<'_>, id: &ID, input: MessageInput) -> Result<messages::Message, Refusal> {
    let message = access::subject::<MessageId, messages::Message>(ctx, id, Permission::MessagesSend).await?;
    let change = ScheduledChange { body: input.body, send_at: input.send_at.map(|Instant(at)| at) };
    Ok(messages::update(ctx.domain(), message.workspace_id, message.id, change).await?)
}

async fn send_now(ctx: &Context<'_>, id: &ID) -> Result<messages::Message, Refusal> {
    let message = access::subject::<MessageId, messages::Message>(ctx, id, Permission::MessagesSend).await?;
    let workspace = message.workspace_id;
    messages::send_now(ctx.domain(), workspace, message.id).await.map_err(Refusal::of(workspace))
}

async fn cancel(ctx: &Context<'_>, id: &ID) -> Result<messages::Message, Refusal> {
    let message = access::subject::<MessageId, messages::Message>(ctx, id, Permission::MessagesSend).await?;
    Ok(messages::cancel(ctx.domain(), message.workspace_id, message.id).await?)
}
