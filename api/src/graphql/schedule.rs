//! What runs by the clock, as operators see it.

use async_graphql::{Context, Object, Result};
use domain::{operations, schedules};

use super::{
    auth::{Permission, auth, holds},
    context::Ask,
    payload::{answer, payload},
    scalars::{Instant, int},
};

/// A schedule.
pub(crate) struct Schedule(pub(super) schedules::Schedule);

impl Schedule {
    fn about<'a>(&self, ctx: &Context<'a>) -> Option<&'a crate::Schedule> {
        ctx.state().settings.schedules.iter().find(|known| known.name == self.0.name)
    }
}

/// What runs by the clock. It finds by itself what there is to do, so running it twice does no harm.
#[Object]
impl Schedule {
    /// Name of the schedule, such as `numbers.expire`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it does.
    async fn description<'a>(&self, ctx: &Context<'a>) -> &'a str {
        self.about(ctx).map_or("", |about| about.description.as_str())
    }

    /// How often it runs, in seconds.
    async fn interval_seconds(&self, ctx: &Context<'_>) -> i32 {
        self.about(ctx).map_or(0, |about| int(about.every.as_secs()))
    }

    /// When it runs next.
    async fn next_run_at(&self) -> Instant {
        Instant(self.0.next_run_at)
    }

    /// When it last ran; null before the first run.
    async fn last_run_at(&self) -> Option<Instant> {
        self.0.last_run_at.map(Instant)
    }

    /// What its last run did, in a sentence; null before the first run.
    async fn last_report(&self) -> Option<&str> {
        self.0.last_report.as_deref()
    }

    /// Why its last run failed; null when it did not.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }
}

payload! {
    /// Answer of `scheduleRun`.
    SchedulePayload {
        /// The schedule, due now; null when there are errors.
        schedule: Schedule,
    }
}

/// Mutations of schedules.
#[derive(Default)]
pub(crate) struct ScheduleMutations;

#[Object]
impl ScheduleMutations {
    /// Runs a schedule now, out of turn. It does nothing that it would not do in turn.
    #[graphql(directive = auth::apply(Permission::PlatformOperate), guard = "holds(Permission::PlatformOperate)")]
    async fn schedule_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name of the schedule.")] name: String,
    ) -> Result<SchedulePayload> {
        let run = operations::run_schedule(ctx.domain(), ctx.viewer().by(), &name).await;
        answer(ctx, run.map_err(Into::into), |schedule| SchedulePayload::done(Schedule(schedule))).await
    }
}
