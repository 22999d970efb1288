//! What a workspace used in a month. The entries are the truth; every figure here is a sum of them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    ids::WorkspaceId,
    numbers,
    usage::{self, Sum},
    workspaces,
};
use tokio::sync::OnceCell;

use super::{
    access,
    auth::{Permission, auth, holds},
    connection::{Listing, connection, page, points},
    context::Ask,
    errors::Refusal,
    forecast::UsageForecast,
    loaders::CurrentMonthOf,
    node::{self, Node},
    payload::{answer, payload},
    phone_number::PhoneNumber,
    scalars::{Date, Instant, int},
    time_range::TimeRange,
    workspace::Workspace,
};

/// Points of the days of a month.
const DAY_COUNT: usize = 31;

/// Points of the numbers of a workspace.
const NUMBER_COUNT: usize = 10;

/// A month of a workspace.
pub(crate) struct UsagePeriod {
    workspace: workspaces::Workspace,
    period: usage::Period,
    sums: OnceCell<Vec<Sum>>,
}

impl UsagePeriod {
    /// A month, with the workspace whose time zone it is in.
    pub(super) fn new(workspace: workspaces::Workspace, period: usage::Period) -> Self {
        Self { workspace, period, sums: OnceCell::new() }
    }

    /// The current month of a workspace.
    pub(super) async fn current(ctx: &Context<'_>, workspace: WorkspaceId) -> Result<Self> {
        let workspace = ctx.must(workspace, "workspace").await?;
        let period = match ctx.load(CurrentMonthOf(workspace.id)).await? {
            Some(period) => period,
            None => usage::current(ctx.domain(), &workspace).await?,
        };
        Ok(Self::new(workspace, period))
    }

    async fn sums(&self, ctx: &Context<'_>) -> Result<&Vec<Sum>> {
        Ok(self.sums.get_or_try_init(|| usage::sums(ctx.domain(), &self.workspace, &self.period)).await?)
    }

    /// Sum of what matches, of the counts or of the amounts.
    async fn total(&self, ctx: &Context<'_>, of: impl Fn(&Sum) -> i64) -> Result<i32> {
        Ok(int(self.sums(ctx).await?.iter().map(of).sum::<i64>().max(0)))
    }
}

/// What a workspace used in a calendar month of its time zone.
#[Object]
impl UsagePeriod {
    /// Id of the period.
    pub(crate) async fn id(&self) -> ID {
        self.period.id.to_string().into()
    }

    /// Workspace that used it.
    async fn workspace(&self) -> Workspace {
        Workspace(self.workspace.clone())
    }

    /// The month.
    async fn period(&self) -> TimeRange {
        let (starts_at, ends_at) = usage::span(&self.workspace, self.period.month);
        TimeRange { starts_at: Instant(starts_at), ends_at: Instant(ends_at) }
    }

    /// When the allowance starts again: the first day of the next month; null when it is for life.
    async fn resets_at(&self) -> Option<Instant> {
        Some(Instant(usage::span(&self.workspace, self.period.month).1))
    }

    /// Segments of text, in and out. A text is one segment or more; these are what the plan limits.
    async fn segments(&self) -> Meter {
        Meter::limited(self.period.used, self.period.limit())
    }

    /// Texts with attachments, in and out.
    async fn mms(&self, ctx: &Context<'_>) -> Result<Meter> {
        let used = self.total(ctx, |sum| if sum.meter == usage::Meter::Mms { sum.used } else { 0 }).await?;
        Ok(Meter { used, limit: None, remaining: None, overage: 0 })
    }

    /// How many messages were sent.
    async fn sent_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.total(ctx, |sum| if is_text(sum, false) { sum.message_count } else { 0 }).await
    }

    /// How many messages came in.
    async fn received_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.total(ctx, |sum| if is_text(sum, true) { sum.message_count } else { 0 }).await
    }

    /// Days so far, oldest first.
    #[graphql(complexity = "DAY_COUNT.saturating_mul(child_complexity) + 1")]
    async fn days(&self, ctx: &Context<'_>) -> Result<Vec<DailyUsage>> {
        let (starts_at, ends_at) = usage::span(&self.workspace, self.period.month);
        let now = ctx.domain().now();
        let first = usage::day_of(&self.workspace, starts_at);
        let behind = usage::day_of(&self.workspace, ends_at);
        let today = usage::day_of(&self.workspace, now);
        let sums = self.sums(ctx).await?;
        Ok(first
            .iter_days()
            .take_while(|day| *day < behind && *day <= today)
            .map(|day| DailyUsage::of(sums, day))
            .collect())
    }

    /// Numbers of the workspace, busiest first.
    #[graphql(complexity = "NUMBER_COUNT.saturating_mul(child_complexity) + 1")]
    async fn phone_numbers(&self, ctx: &Context<'_>) -> Result<Vec<PhoneNumberUsage>> {
        let sums = self.sums(ctx).await?;
        let held = numbers::of_workspace(ctx.domain(), self.workspace.id).await?;
        let mut ids: Vec<_> =
            sums.iter().filter_map(|sum| sum.number).chain(held.iter().map(|number| number.id)).collect();
        ids.sort();
        ids.dedup();
        let rows = numbers::find(ctx.domain(), &ids).await?;
        let mut used: Vec<_> = rows.into_iter().map(|number| PhoneNumberUsage::of(sums, number)).collect();
        used.sort_by_key(|usage| std::cmp::Reverse(usage.segments));
        Ok(used)
    }

    /// What the figures are made of: the sum of these entries is what the meters show.
    #[graphql(complexity = "points(first, child_complexity)")]
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size, 1 to 100.", default = 50)] first: i32,
        #[graphql(desc = "Cursor of the item before the page.")] after: Option<String>,
        #[graphql(desc = "Meter that they count for.")] meter: Option<UsageMeter>,
    ) -> Result<UsageEntryConnection> {
        let (page, domain, period) = (page(first, after)?, ctx.domain(), self.period.clone());
        let meter = meter.map(usage::Meter::from);
        let found = usage::entries(domain, &period, meter, &page).await?;
        let domain = domain.clone();
        let count = async move { usage::count_entries(&domain, &period, meter).await };
        Ok(Listing::new(&page, found.map(UsageEntry), count).into())
    }

    /// Where it will end if it goes on so; null once it is over.
    async fn forecast(&self, ctx: &Context<'_>) -> Option<UsageForecast> {
        UsageForecast::of(&self.workspace, &self.period, ctx.domain().now())
    }
}

fn is_text(sum: &Sum, is_inbound: bool) -> bool {
    sum.meter == usage::Meter::Segments && sum.is_inbound == Some(is_inbound)
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "usage::Meter")]
pub(crate) enum UsageMeter {
    /// Segments of text.
    Segments,
    /// Texts with attachments.
    Mms,
}

/// An entry of the ledger.
pub(crate) struct UsageEntry(pub(super) usage::Entry);

/// Something that counted. Entries are never changed; a correction is another entry.
#[Object]
impl UsageEntry {
    /// Id of the entry.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it counts for.
    async fn meter(&self) -> UsageMeter {
        self.0.meter.into()
    }

    /// What was used; less than zero for a correction.
    async fn used(&self) -> i32 {
        int(self.0.used)
    }

    /// What was added to the allowance, by a pack or a grant.
    async fn granted(&self) -> i32 {
        int(self.0.granted)
    }

    /// Message, call or invoice that it comes from; null when an operator made it, or the viewer may not see it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match &self.0.source_id {
            Some(id) => node::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Why; null when the source says it all.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it counted.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// Count against an allowance.
#[derive(SimpleObject)]
pub(crate) struct Meter {
    /// What was used.
    used: i32,
    /// What the plan and grants allow; null when it is not limited.
    limit: Option<i32>,
    /// What is left; null when it is not limited.
    remaining: Option<i32>,
    /// What was used beyond what the plan includes, and is invoiced.
    overage: i32,
}

impl Meter {
    fn limited(used: i64, limit: i64) -> Self {
        Self { used: int(used), limit: Some(int(limit)), remaining: Some(int((limit - used).max(0))), overage: 0 }
    }
}

/// What was used on a day.
#[derive(SimpleObject)]
pub(crate) struct DailyUsage {
    /// The day, in the time zone of the workspace.
    date: Date,
    /// Segments sent.
    sent_segments: i32,
    /// Segments that came in.
    received_segments: i32,
    /// Texts with attachments, in and out.
    mms: i32,
}

impl DailyUsage {
    fn of(sums: &[Sum], day: NaiveDate) -> Self {
        let of_day = |matches: &dyn Fn(&Sum) -> bool| {
            int(sums.iter().filter(|sum| sum.day == day && matches(sum)).map(|sum| sum.used).sum::<i64>())
        };
        Self {
            date: Date(day),
            sent_segments: of_day(&|sum| is_text(sum, false)),
            received_segments: of_day(&|sum| is_text(sum, true)),
            mms: of_day(&|sum| sum.meter == usage::Meter::Mms),
        }
    }
}

/// What a number used.
#[derive(SimpleObject)]
pub(crate) struct PhoneNumberUsage {
    /// The number.
    phone_number: PhoneNumber,
    /// Segments, in and out.
    segments: i32,
    /// Texts with attachments, in and out.
    mms: i32,
}

impl PhoneNumberUsage {
    fn of(sums: &[Sum], number: numbers::Number) -> Self {
        let of_meter = |meter| {
            let own = sums.iter().filter(|sum| sum.number == Some(number.id) && sum.meter == meter);
            int(own.map(|sum| sum.used).sum::<i64>())
        };
        Self {
            segments: of_meter(usage::Meter::Segments),
            mms: of_meter(usage::Meter::Mms),
            phone_number: PhoneNumber(number),
        }
    }
}

connection! {
    /// Page of usage periods.
    UsagePeriodConnection,
    /// Item of a `UsagePeriodConnection`.
    UsagePeriodEdge: UsagePeriod
}

connection! {
    /// Page of usage entries.
    UsageEntryConnection,
    /// Item of a `UsageEntryConnection`.
    UsageEntryEdge: UsageEntry
}

/// Segments given to a workspace.
#[derive(InputObject)]
pub(crate) struct UsageGrantInput {
    /// How many.
    segments: i32,
    /// Kept in the audit log.
    reason: String,
}

payload! {
    /// Answer of mutations of usage.
    UsagePayload {
        /// The current period; null when there are errors.
        usage: UsagePeriod,
    }
}

/// Mutations of usage.
#[derive(Default)]
pub(crate) struct UsageMutations;

#[Object]
impl UsageMutations {
    /// Gives a workspace more segments in its current period.
    #[graphql(directive = auth::apply(Permission::PlatformOperate), guard = "holds(Permission::PlatformOperate)")]
    async fn usage_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that gets them.")] workspace_id: ID,
        #[graphql(desc = "What is given, and why.")] input: UsageGrantInput,
    ) -> Result<UsagePayload> {
        let granted = grant(ctx, &workspace_id, input).await;
        answer(ctx, granted, UsagePayload::done).await
    }
}

async fn grant(ctx: &Context<'_>, workspace: &ID, input: UsageGrantInput) -> Result<UsagePeriod, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::PlatformOperate).await?;
    let (by, segments) = (ctx.viewer().by(), i64::from(input.segments));
    let period = usage::grant(ctx.domain(), by, workspace.id, segments, &input.reason).await?;
    Ok(UsagePeriod::new(workspace, period))
}
