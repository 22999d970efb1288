//! Where a month will end if it goes on as it began: a straight line through what was used so far.

use async_graphql::SimpleObject;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    usage::{self, Period},
    workspaces::Workspace,
};

use super::scalars::{Date, int};

/// Where a period will end if it goes on so.
#[derive(Debug, PartialEq, Eq, SimpleObject)]
pub(crate) struct UsageForecast {
    /// Segments by the end.
    segments: i32,
    /// Day on which the limit is reached; null when it will not be.
    limit_reached_on: Option<Date>,
}

impl UsageForecast {
    /// The forecast of a month at an instant; none once the month is over.
    pub(super) fn of(workspace: &Workspace, period: &Period, now: DateTime<Utc>) -> Option<Self> {
        let (starts_at, ends_at) = usage::span(workspace, period.month);
        if now >= ends_at {
            return None;
        }
        let elapsed_secs = (now - starts_at).num_seconds().max(1);
        let segments = projected(period.used, elapsed_secs, (ends_at - starts_at).num_seconds());
        let reached_at =
            reached_after(period, elapsed_secs).map(|secs| (starts_at + TimeDelta::seconds(secs)).max(now));
        let in_time = reached_at.filter(|instant| *instant < ends_at);
        Some(Self {
            segments: int(segments),
            limit_reached_on: in_time.map(|instant| Date(usage::day_of(workspace, instant))),
        })
    }
}

/// What will be used in so many seconds, when so much was used in the first ones.
fn projected(used: i64, elapsed_secs: i64, all_secs: i64) -> i64 {
    let projected = i128::from(used) * i128::from(all_secs) / i128::from(elapsed_secs);
    i64::try_from(projected).unwrap_or(i64::MAX)
}

/// Seconds from the beginning of the month until its limit is used up; none when nothing is used.
fn reached_after(period: &Period, elapsed_secs: i64) -> Option<i64> {
    let secs = i128::from(period.limit()) * i128::from(elapsed_secs);
    let secs = secs.checked_div(i128::from(period.used))?;
    i64::try_from(secs).ok().filter(|secs| *secs < TimeDelta::days(366).num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(used: i64, limit: i64, now: &str) -> Option<UsageForecast> {
        let workspace = Workspace {
            id: "ws_00000000000000000000000001".parse().expect("an id"),
            slug: "north".to_owned(),
            name: "North".to_owned(),
            team_id: "T1".to_owned(),
            status: domain::workspaces::Status::Active,
            suspension_reason: None,
            time_zone: "UTC".to_owned(),
            plan: "free".to_owned(),
            default_channel_id: None,
            created_at: DateTime::UNIX_EPOCH,
        };
        let month = "2026-11".parse().expect("a month");
        let id = "per_00000000000000000000000002".parse().expect("an id");
        let period = Period { id, workspace_id: workspace.id, month, used, included: limit, granted: 0 };
        UsageForecast::of(&workspace, &period, now.parse().expect("a time"))
    }

    #[test]
    fn a_month_that_goes_on_as_it_began_ends_at_its_pace() {
        let found = forecast(5, 10, "2026-11-11T00:00:00Z").expect("the month goes on");
        let day = found.limit_reached_on.map(|date| date.0.to_string());
        assert_eq!((found.segments, day.as_deref()), (15, Some("2026-11-21")));
    }

    #[test]
    fn a_slow_month_does_not_reach_its_limit() {
        let found = forecast(3, 10, "2026-11-16T00:00:00Z").expect("the month goes on");
        assert_eq!((found.segments, found.limit_reached_on), (6, None));
    }

    #[test]
    fn an_unused_month_stays_unused_and_a_past_one_has_no_forecast() {
        assert_eq!(
            forecast(0, 10, "2026-11-16T00:00:00Z"),
            Some(UsageForecast { segments: 0, limit_reached_on: None })
        );
        assert_eq!(forecast(3, 10, "2026-12-01T00:00:00Z"), None);
    }
}
