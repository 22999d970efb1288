//! A workspace, and everything that belongs to it. Whoever holds one of these may read it; what needs more says so with `@auth`.

use async_graphql::{Context, Enum, ID, Object, Result};
use domain::{
    broadcasts, contacts, conversations, members, messages,
    numbers::{self, NumberFilter},
    sending, templates, usage, workspaces,
};

use super::{
    audit::{self, AuditEntryConnection, AuditFilter},
    auth::{Permission, auth, holds_in},
    automatic_answers::{self, AutomaticAnswers},
    blocking::{DoNotDisturbEntry, DoNotDisturbEntryConnection, OptOut, OptOutConnection},
    broadcast::{Broadcast, BroadcastConnection},
    connection::{Listing, connection, page, points},
    contact::{Contact, ContactConnection, ContactFilter},
    contact_files::{CsvFile, FILE_POINTS},
    context::Ask,
    conversation::{Conversation, ConversationConnection, ConversationFilter},
    country::Country,
    message::{Message, MessageConnection, MessageFilter},
    phone_number::{PhoneNumber, PhoneNumberConnection, PhoneNumberFilter},
    reply_target::{self, ReplyTarget},
    scalars::Instant,
    sending::SendingSettings,
    slack::SlackInstallation,
    template::Template,
    token::ApiToken,
    usage::{UsagePeriod, UsagePeriodConnection},
    user::{Membership, MembershipConnection},
};

/// Points of the templates of a workspace.
const TEMPLATE_COUNT: usize = 10;

/// Points of the tokens of a workspace.
const TOKEN_COUNT: usize = 10;

/// A workspace.
pub(crate) struct Workspace(pub(super) workspaces::Workspace);

/// Slack workspace that has the app, and all that belongs to it.
#[Object]
impl Workspace {
    /// Id of the workspace.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name in dashboard URLs.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether traffic flows.
    async fn status(&self) -> WorkspaceStatus {
        self.0.status.into()
    }

    /// Why it is suspended; null when it is not.
    async fn suspension_reason(&self) -> Option<&str> {
        self.0.suspension_reason.as_deref()
    }

    /// IANA time zone for days in charts, such as `America/New_York`.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Connection to Slack.
    async fn slack(&self, ctx: &Context<'_>) -> Result<SlackInstallation> {
        SlackInstallation::of(ctx, &self.0).await
    }

    /// What the viewer may do here.
    async fn viewer_permissions(&self, ctx: &Context<'_>) -> Vec<Permission> {
        ctx.viewer().permissions_in(self.0.id)
    }

    /// When the app was first installed.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// Its people, by name.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<MembershipConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = members::list(&domain, id, &page).await?;
        let count = async move { members::count(&domain, id).await };
        Ok(Listing::new(&page, found.map(Membership), count).into())
    }

    /// What it used in the current period.
    async fn usage(&self, ctx: &Context<'_>) -> Result<UsagePeriod> {
        UsagePeriod::current(ctx, self.0.id).await
    }

    /// Current and past periods.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn usage_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 12)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<UsagePeriodConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = usage::periods(&domain, id, &page).await?;
        let count = async move { usage::count_periods(&domain, id).await };
        let with_zone = |period| UsagePeriod::new(self.0.clone(), period);
        Ok(Listing::new(&page, found.map(with_zone), count).into())
    }

    /// Its numbers, those that are gone last.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn phone_numbers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which numbers.")] filter: Option<PhoneNumberFilter>,
    ) -> Result<PhoneNumberConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), Some(self.0.id));
        let filter = NumberFilter::from(filter.unwrap_or_default());
        let found = numbers::list(&domain, id, &filter, &page).await?;
        let count = async move { numbers::count_filtered(&domain, id, &filter).await };
        Ok(Listing::new(&page, found.map(PhoneNumber), count).into())
    }

    /// Countries that it may claim numbers of and text to, by name.
    async fn countries(&self) -> Vec<Country> {
        Country::native()
    }

    /// Its conversations, by latest message.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which conversations.")] filter: Option<ConversationFilter>,
    ) -> Result<ConversationConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let Some(filter) = filter.unwrap_or_default().read() else { return Ok(Listing::nothing(&page).into()) };
        let found = conversations::list(&domain, id, &filter, &page).await?;
        let count = async move { conversations::count(&domain, id, &filter).await };
        Ok(Listing::new(&page, found.map(Conversation), count).into())
    }

    /// Messages of all its conversations.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which messages.")] filter: Option<MessageFilter>,
    ) -> Result<MessageConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let Some(filter) = filter.unwrap_or_default().read() else { return Ok(Listing::nothing(&page).into()) };
        let found = messages::list(&domain, id, &filter, &page).await?;
        let count = async move { messages::count(&domain, id, &filter).await };
        Ok(Listing::new(&page, found.map(Message), count).into())
    }

    /// Its templates, by name.
    #[graphql(
        complexity = "TEMPLATE_COUNT.saturating_mul(child_complexity) + 1",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn templates(&self, ctx: &Context<'_>) -> Result<Vec<Template>> {
        Ok(templates::list(ctx.domain(), self.0.id).await?.into_iter().map(Template).collect())
    }

    /// Its broadcasts, newest first.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn broadcasts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
    ) -> Result<BroadcastConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = broadcasts::list(&domain, id, &page).await?;
        let count = async move { broadcasts::count(&domain, id).await };
        Ok(Listing::new(&page, found.map(Broadcast), count).into())
    }

    /// How it sends what nobody waits for: quiet hours, the pace of broadcasts.
    async fn sending_settings(&self, ctx: &Context<'_>) -> Result<SendingSettings> {
        Ok(SendingSettings(sending::of(ctx.domain(), self.0.id).await?))
    }

    /// What is answered automatically: first for all numbers, then for those that are different.
    async fn automatic_answers(&self, ctx: &Context<'_>) -> Result<Vec<AutomaticAnswers>> {
        automatic_answers::list(ctx, &self.0).await
    }

    /// Within which time contacts are to be answered: first on all numbers, then on those that are different.
    async fn reply_targets(&self, ctx: &Context<'_>) -> Result<Vec<ReplyTarget>> {
        reply_target::list(ctx, &self.0).await
    }

    /// Its contacts, by name.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilter>,
    ) -> Result<ContactConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let filter = contacts::ContactFilter::from(filter.unwrap_or_default());
        let found = contacts::list(&domain, id, &filter, &page).await?;
        let count = async move { contacts::count(&domain, id, &filter).await };
        Ok(Listing::new(&page, found.map(Contact), count).into())
    }

    /// Its contacts as a file that can be imported again, by name.
    #[graphql(
        complexity = "FILE_POINTS",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn contacts_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cursor of the file before this one.")] after: Option<String>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilter>,
    ) -> Result<CsvFile> {
        let filter = filter.unwrap_or_default().into();
        Ok(contacts::export(ctx.domain(), self.0.id, &filter, after).await?.into())
    }

    /// The ledger of consent of all its contacts as a file, oldest first.
    #[graphql(
        complexity = "FILE_POINTS",
        directive = auth::apply(Permission::ConversationsRead),
        guard = "holds_in(self.0.id, Permission::ConversationsRead)"
    )]
    async fn consents_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cursor of the file before this one.")] after: Option<String>,
    ) -> Result<CsvFile> {
        Ok(contacts::export_consents(ctx.domain(), self.0.id, after).await?.into())
    }

    /// Numbers whose texts and calls are not let in.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ContactsManage),
        guard = "holds_in(self.0.id, Permission::ContactsManage)"
    )]
    async fn do_not_disturb(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Part of a number or reason.")] search: Option<String>,
    ) -> Result<DoNotDisturbEntryConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = contacts::list_blocked(&domain, id, search.as_deref(), &page).await?;
        let count = async move { contacts::count_blocked(&domain, id, search.as_deref()).await };
        Ok(Listing::new(&page, found.map(DoNotDisturbEntry), count).into())
    }

    /// Contacts who do not want texts.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::ContactsManage),
        guard = "holds_in(self.0.id, Permission::ContactsManage)"
    )]
    async fn opt_outs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Part of a number or name.")] search: Option<String>,
    ) -> Result<OptOutConnection> {
        let (page, domain, id) = (page(first, after)?, ctx.domain().clone(), self.0.id);
        let found = contacts::list_opt_outs(&domain, id, search.as_deref(), &page).await?;
        let count = async move { contacts::count_opt_outs(&domain, id, search.as_deref()).await };
        Ok(Listing::new(&page, found.map(OptOut), count).into())
    }

    /// Its API tokens, newest first.
    #[graphql(
        complexity = "TOKEN_COUNT.saturating_mul(child_complexity) + 1",
        directive = auth::apply(Permission::SettingsManage),
        guard = "holds_in(self.0.id, Permission::SettingsManage)"
    )]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
        Ok(members::tokens(ctx.domain(), self.0.id).await?.into_iter().map(ApiToken).collect())
    }

    /// Who did what here.
    #[graphql(
        complexity = "points(first, child_complexity)",
        directive = auth::apply(Permission::AuditRead),
        guard = "holds_in(self.0.id, Permission::AuditRead)"
    )]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which entries.")] filter: Option<AuditFilter>,
    ) -> Result<AuditEntryConnection> {
        audit::list(ctx, Some(self.0.id), filter, page(first, after)?).await
    }
}

/// Whether the traffic of a workspace flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "workspaces::Status")]
pub(crate) enum WorkspaceStatus {
    /// Texts and calls flow.
    Active,
    /// An operator stopped it.
    Suspended,
    /// The app was removed from Slack. Numbers are kept until they expire.
    Disconnected,
}

connection! {
    /// Page of workspaces.
    WorkspaceConnection,
    /// Item of a `WorkspaceConnection`.
    WorkspaceEdge: Workspace
}
