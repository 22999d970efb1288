//! What the operators of the installation see: the same types as everybody's, of all workspaces.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::TimeDelta;
use domain::{
    inbox, members,
    numbers::{self, NumberFilter},
    outbox, schedules, workspaces,
};

use super::{
    audit::{self, AuditEntryConnection, AuditFilter},
    connection::{Listing, page, points},
    context::Ask,
    health::Health,
    phone_number::{PhoneNumber, PhoneNumberConnection, PhoneNumberFilter},
    provider_event::{ProviderEvent, ProviderEventConnection, ProviderEventFilter},
    scalars::int,
    schedule::Schedule,
    task::{Task, TaskConnection, TaskFilter},
    user::{User, UserConnection},
    workspace::{Workspace, WorkspaceConnection, WorkspaceStatus},
};

/// How long before its end a number counts as expiring.
const EXPIRING_WITHIN: TimeDelta = TimeDelta::days(7);

/// Points of the schedules.
const SCHEDULE_COUNT: usize = 10;

/// The installation.
pub(crate) struct Platform;

/// What the operators of this installation see.
#[Object]
impl Platform {
    /// Figures of the installation.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<PlatformMetrics> {
        let domain = ctx.domain();
        let active = workspaces::WorkspaceFilter { status: Some(workspaces::Status::Active), search: None };
        let expiring = NumberFilter {
            statuses: numbers::Status::all().iter().copied().filter(|status| status.is_in_use()).collect(),
            expires_before: Some(domain.now() + EXPIRING_WITHIN),
            ..NumberFilter::default()
        };
        Ok(PlatformMetrics {
            active_workspace_count: int(workspaces::count(domain, &active).await?),
            phone_number_count: int(numbers::count(domain).await?),
            expiring_number_count: int(numbers::count_filtered(domain, None, &expiring).await?),
        })
    }

    /// All workspaces.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn workspaces(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which workspaces.")] filter: Option<WorkspaceFilter>,
    ) -> Result<WorkspaceConnection> {
        let (page, domain) = (page(first, after)?, ctx.domain().clone());
        let filter = workspaces::WorkspaceFilter::from(filter.unwrap_or_default());
        let found = workspaces::list(&domain, &filter, &page).await?;
        let count = async move { workspaces::count(&domain, &filter).await };
        Ok(Listing::new(&page, found.map(Workspace), count).into())
    }

    /// All users, by name.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Part of a name or e-mail address.")] search: Option<String>,
    ) -> Result<UserConnection> {
        let (page, domain) = (page(first, after)?, ctx.domain().clone());
        let found = members::list_users(&domain, search.as_deref(), &page).await?;
        let count = async move { members::count_users(&domain, search.as_deref()).await };
        Ok(Listing::new(&page, found.map(User), count).into())
    }

    /// All numbers.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn phone_numbers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which numbers.")] filter: Option<PhoneNumberFilter>,
    ) -> Result<PhoneNumberConnection> {
        let (page, domain) = (page(first, after)?, ctx.domain().clone());
        let filter = NumberFilter::from(filter.unwrap_or_default());
        let found = numbers::list(&domain, None, &filter, &page).await?;
        let count = async move { numbers::count_filtered(&domain, None, &filter).await };
        Ok(Listing::new(&page, found.map(PhoneNumber), count).into())
    }

    /// Who did what, everywhere.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which entries.")] filter: Option<AuditFilter>,
    ) -> Result<AuditEntryConnection> {
        audit::list(ctx, None, filter, page(first, after)?).await
    }

    /// What Slack, the carrier and the payment provider sent us.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn provider_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which events.")] filter: Option<ProviderEventFilter>,
    ) -> Result<ProviderEventConnection> {
        let (page, domain) = (page(first, after)?, ctx.domain().clone());
        let filter = inbox::EventFilter::from(filter.unwrap_or_default());
        let found = inbox::list(&domain, &filter, &page).await?;
        let count = async move { inbox::count(&domain, &filter).await };
        Ok(Listing::new(&page, found.map(ProviderEvent), count).into())
    }

    /// What the workers have to do: texts to send, posts to Slack.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Which tasks.")] filter: Option<TaskFilter>,
    ) -> Result<TaskConnection> {
        let (page, domain) = (page(first, after)?, ctx.domain().clone());
        let Some(filter) = filter.unwrap_or_default().read() else { return Ok(Listing::nothing(&page).into()) };
        let found = outbox::list(&domain, &filter, &page).await?;
        let count = async move { outbox::count(&domain, &filter).await };
        Ok(Listing::new(&page, found.map(Task), count).into())
    }

    /// What runs by the clock, by name.
    #[graphql(complexity = "SCHEDULE_COUNT.saturating_mul(child_complexity) + 1")]
    async fn schedules(&self, ctx: &Context<'_>) -> Result<Vec<Schedule>> {
        Ok(schedules::list(ctx.domain()).await?.into_iter().map(Schedule).collect())
    }

    /// State of the installation.
    async fn health(&self, ctx: &Context<'_>) -> Result<Health> {
        Health::look(ctx).await
    }
}

/// Figures of the installation.
#[derive(SimpleObject)]
pub(crate) struct PlatformMetrics {
    /// Workspaces whose traffic flows.
    active_workspace_count: i32,
    /// Numbers in use.
    phone_number_count: i32,
    /// Numbers that are taken back within seven days.
    expiring_number_count: i32,
}

/// Which workspaces.
#[derive(Default, InputObject)]
pub(crate) struct WorkspaceFilter {
    /// Part of the name, slug or Slack team id.
    search: Option<String>,
    /// Status of the workspace.
    status: Option<WorkspaceStatus>,
}

impl From<WorkspaceFilter> for workspaces::WorkspaceFilter {
    fn from(filter: WorkspaceFilter) -> Self {
        Self { search: filter.search, status: filter.status.map(workspaces::Status::from) }
    }
}
