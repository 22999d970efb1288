//! Contacts: who is on the other side. What a contact is called is for who manages contacts; what was said is for who reads conversations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use domain::{
    contacts::{self, ContactChange},
    conversations,
    ids::ContactId,
};

use super::{
    access,
    auth::{Permission, auth, holds, holds_in},
    blocking::{DoNotDisturbEntry, OptOut},
    connection::{Listing, connection, page, points},
    consent::{ContactConsent, ContactConsentConnection},
    context::Ask,
    conversation::Conversation,
    errors::{InputErrorReason, Refusal},
    loaders::{BlockOf, ConversationsOf, OptOutsOf},
    number_mutations::read,
    payload::{answer, payload},
    scalars::{E164, Instant},
};

/// Points of the conversations of a contact: one for each number of the workspace.
const CONVERSATION_COUNT: usize = 5;

/// A contact.
pub(crate) struct Contact(pub(super) contacts::Contact);

/// Who is on the other side.
#[Object]
impl Contact {
    /// Id of the contact.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Number of the contact. A sender that is no phone number, such as a short code, stands as the carrier gave it.
    async fn number(&self) -> E164 {
        E164(self.0.address.clone())
    }

    /// Name of the contact; null when nobody gave one.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Where they work; null when nobody said.
    async fn company(&self) -> Option<&str> {
        self.0.company.as_deref()
    }

    /// E-mail address; null when nobody gave one.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// What members noted; null when nobody did.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// Words to find it by.
    async fn tags(&self) -> &[String] {
        &self.0.tags.0
    }

    /// Entry on the Do Not Disturb list; null when texts are let in.
    async fn do_not_disturb(&self, ctx: &Context<'_>) -> Result<Option<DoNotDisturbEntry>> {
        let entry = ctx.load(BlockOf(self.0.workspace_id, self.0.address.clone())).await?;
        Ok(entry.map(DoNotDisturbEntry))
    }

    /// What the contact opted out of.
    async fn opt_outs(&self, ctx: &Context<'_>) -> Result<Vec<OptOut>> {
        let rows = ctx.load(OptOutsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(OptOut).collect())
    }

    /// What the contact agreed to or took back, newest first.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn consents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<ContactConsentConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = contacts::list_consents(&domain, id, &page).await?;
        let count = async move { contacts::count_consents(&domain, id).await };
        Ok(Listing::new(&page, found.map(ContactConsent), count).into())
    }

    /// Conversations with the contact, one for each number of the workspace.
    #[graphql(
        complexity = "CONVERSATION_COUNT.saturating_mul(child_complexity) + 1",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.workspace_id, Permission::ConversationsRead)"
    )]
    async fn conversations(&self, ctx: &Context<'_>) -> Result<Vec<Conversation>> {
        let rows = ctx.load(ConversationsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Conversation).collect())
    }

    /// When it was added, by hand or by its first message.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// Contact, new or changed.
#[derive(InputObject)]
pub(crate) struct ContactInput {
    /// Number of the contact. It cannot be changed afterwards.
    number: Option<E164>,
    /// Name of the contact; null takes it away.
    name: MaybeUndefined<String>,
    /// Where they work; null takes it away.
    company: MaybeUndefined<String>,
    /// E-mail address; null takes it away.
    email: MaybeUndefined<String>,
    /// What to note; null takes it away.
    notes: MaybeUndefined<String>,
    /// Words to find it by; they replace those it has.
    tags: Option<Vec<String>>,
}

/// What is left out stays as it is.
pub(super) fn change<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl From<ContactInput> for ContactChange {
    fn from(input: ContactInput) -> Self {
        Self {
            name: change(input.name),
            company: change(input.company),
            email: change(input.email),
            notes: change(input.notes),
            tags: input.tags,
        }
    }
}

/// Which contacts.
#[derive(Default, InputObject)]
pub(crate) struct ContactFilter {
    /// Part of the name, number, company or e-mail address.
    search: Option<String>,
    /// Tag that it has.
    tag: Option<String>,
}

impl From<ContactFilter> for contacts::ContactFilter {
    fn from(filter: ContactFilter) -> Self {
        Self { search: filter.search, tag: filter.tag }
    }
}

connection! {
    /// Page of contacts.
    ContactConnection,
    /// Item of a `ContactConnection`.
    ContactEdge: Contact
}

payload! {
    /// Answer of mutations of a contact.
    ContactPayload {
        /// The contact; null when there are errors.
        contact: Contact,
    }
}

payload! {
    /// Answer of mutations that delete.
    DeletePayload {
        /// Id of what was deleted; null when there are errors.
        deleted_id: ID,
    }
}

impl DeletePayload {
    /// The answer when something was deleted.
    pub(super) fn of(id: ID) -> Self {
        Self::done(id)
    }
}

/// Mutations of contacts.
#[derive(Default)]
pub(crate) struct ContactMutations;

#[Object]
impl ContactMutations {
    /// Adds a contact.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn contact_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that gets the contact.")] workspace_id: ID,
        #[graphql(desc = "Contact; `number` is required.")] input: ContactInput,
    ) -> Result<ContactPayload> {
        payload(ctx, create(ctx, &workspace_id, input).await).await
    }

    /// Changes a contact.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn contact_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Contact to change.")] id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: ContactInput,
    ) -> Result<ContactPayload> {
        payload(ctx, update(ctx, &id, input).await).await
    }

    /// Deletes a contact. Its conversations stay, under the bare number.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn contact_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Contact to delete.")] id: ID,
    ) -> Result<DeletePayload> {
        let deleted = delete(ctx, &id).await;
        answer(ctx, deleted, |()| DeletePayload::done(id)).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<contacts::Contact, Refusal>) -> Result<ContactPayload> {
    answer(ctx, outcome, |contact| ContactPayload::done(Contact(contact))).await
}

/// The contact that a mutation acts on.
pub(super) async fn subject(ctx: &Context<'_>, id: &ID) -> Result<contacts::Contact, Refusal> {
    access::subject::<ContactId, contacts::Contact>(ctx, id, Permission::ContactsManage).await
}

async fn create(ctx: &Context<'_>, workspace: &ID, input: ContactInput) -> Result<contacts::Contact, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::ContactsManage).await?;
    let path = &["input", "number"];
    let typed = input.number.as_ref();
    let typed =
        typed.ok_or_else(|| Refusal::input(path, InputErrorReason::Required, "Write the number of the contact."))?;
    let number = read(typed, path)?;
    Ok(contacts::create(ctx.domain(), ctx.viewer().by(), workspace.id, &number, input.into()).await?)
}

async fn update(ctx: &Context<'_>, id: &ID, input: ContactInput) -> Result<contacts::Contact, Refusal> {
    let contact = subject(ctx, id).await?;
    if let Some(typed) = &input.number {
        let path = &["input", "number"];
        if read(typed, path)?.as_e164() != contact.address {
            let message = "The number of a contact cannot be changed. Add another contact instead.";
            return Err(Refusal::input(path, InputErrorReason::Invalid, message));
        }
    }
    let (workspace, by) = (contact.workspace_id, ctx.viewer().by());
    Ok(conversations::update_contact(ctx.domain(), by, workspace, contact.id, input.into()).await?)
}

async fn delete(ctx: &Context<'_>, id: &ID) -> Result<(), Refusal> {
    let contact = subject(ctx, id).await?;
    Ok(conversations::delete_contact(ctx.domain(), ctx.viewer().by(), contact.workspace_id, contact.id).await?)
}
