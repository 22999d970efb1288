//! When so much time of business hours has passed. It is counted by the clock on the wall, as the hours themselves are: what is open counts, what is
//! closed does not, and where the clocks change it goes by the minute, so that an hour that comes twice counts twice and a skipped one not at all.

use chrono::{DateTime, DurationRound, Offset, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::answers::{self, Opening};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// The instant at which a time has passed since an instant, of which only business hours count. Without any hours, every hour counts.
pub(crate) fn due_at(since: DateTime<Utc>, time: TimeDelta, (hours, zone): (&[Opening], Tz)) -> DateTime<Utc> {
    let (mut at, mut left) = (since, time);
    while !hours.is_empty() {
        let next = next_change(at, hours, zone);
        if answers::is_open(hours, at, zone) {
            if left <= next - at {
                break;
            }
            left -= next - at;
        }
        at = next;
    }
    at + left
}

/// The first instant behind another from which on somebody may be there or not.
fn next_change(at: DateTime<Utc>, hours: &[Opening], zone: Tz) -> DateTime<Utc> {
    let local = at.with_timezone(&zone);
    let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default();
    let ends = hours.iter().flat_map(|opening| [opening.from_minute, opening.to_minute]);
    let end = ends.filter(|end| *end > minute).min().unwrap_or(DAY_MINUTES);
    let this_minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
    let next = this_minute + TimeDelta::minutes(i64::from(end - minute));
    let offset = |at: DateTime<Utc>| at.with_timezone(&zone).offset().fix();
    if offset(next) == offset(at) { next } else { this_minute + TimeDelta::minutes(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: &str = "Mon-Fri 9:00-17:00";

    fn due(hours: &str, zone: Tz, since: &str, minutes: i64) -> String {
        let hours = answers::read(hours).expect("hours");
        let at = due_at(since.parse().expect("a time"), TimeDelta::minutes(minutes), (&hours, zone));
        at.format("%a %FT%T").to_string()
    }

    #[test]
    fn without_hours_every_hour_counts() {
        assert_eq!(due("", Tz::UTC, "2026-03-07T23:50:00Z", 30), "Sun 2026-03-08T00:20:00");
    }

    #[test]
    fn within_a_day_it_is_plain_time_to_the_second() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-10T09:05:17Z", 30), "Tue 2026-03-10T09:35:17");
    }

    #[test]
    fn what_is_left_in_the_evening_is_counted_in_the_morning() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-10T16:50:30Z", 30), "Wed 2026-03-11T09:20:30");
    }

    #[test]
    fn the_last_minute_of_the_day_is_still_of_the_day() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-10T16:30:00Z", 30), "Tue 2026-03-10T17:00:00");
    }

    #[test]
    fn at_night_it_begins_in_the_morning() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-10T22:13:45Z", 30), "Wed 2026-03-11T09:30:00");
    }

    #[test]
    fn a_weekend_does_not_count() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-06T16:45:00Z", 30), "Mon 2026-03-09T09:15:00");
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-07T12:00:00Z", 30), "Mon 2026-03-09T09:30:00");
    }

    #[test]
    fn a_target_that_is_longer_than_a_day_goes_over_several() {
        assert_eq!(due(OFFICE, Tz::UTC, "2026-03-05T10:00:00Z", 20 * 60), "Mon 2026-03-09T14:00:00");
        assert_eq!(due("Mon 9:00-9:01", Tz::UTC, "2026-03-09T09:00:00Z", 3), "Mon 2026-03-23T09:01:00");
    }

    #[test]
    fn a_break_at_noon_does_not_count() {
        assert_eq!(due("daily 9-12 13-17", Tz::UTC, "2026-03-10T11:50:00Z", 20), "Tue 2026-03-10T13:10:00");
    }

    #[test]
    fn hours_that_overlap_count_once() {
        assert_eq!(due("daily 9-12\nTue 11-13", Tz::UTC, "2026-03-10T11:30:00Z", 60), "Tue 2026-03-10T12:30:00");
    }

    #[test]
    fn a_night_shift_goes_over_midnight() {
        assert_eq!(due("Fri 22:00-6:00", Tz::UTC, "2026-03-06T23:30:00Z", 60), "Sat 2026-03-07T00:30:00");
        assert_eq!(due("Fri 22:00-6:00", Tz::UTC, "2026-03-07T05:30:00Z", 60), "Fri 2026-03-13T22:30:00");
    }

    #[test]
    fn the_morning_comes_an_hour_earlier_after_the_clocks_went_forward() {
        // On 8 March 2026 New York goes from five to four hours behind Greenwich.
        let due = |since| due("daily 9:00-17:00", Tz::America__New_York, since, 30);
        assert_eq!(due("2026-03-07T21:45:00Z"), "Sun 2026-03-08T13:15:00");
        assert_eq!(due("2026-03-08T20:45:00Z"), "Mon 2026-03-09T13:15:00");
    }

    #[test]
    fn a_skipped_hour_does_not_count() {
        assert_eq!(due("Sun 0:00-6:00", Tz::America__New_York, "2026-03-08T06:30:00Z", 60), "Sun 2026-03-08T07:30:00");
        assert_eq!(due("Sun 2:00-3:30", Tz::America__New_York, "2026-03-08T06:30:00Z", 31), "Sun 2026-03-15T06:01:00");
    }

    #[test]
    fn an_hour_that_comes_twice_counts_twice() {
        // On 1 November 2026 the hour from one to two comes twice.
        assert_eq!(due("Sun 1:00-2:00", Tz::America__New_York, "2026-11-01T05:00:00Z", 90), "Sun 2026-11-01T06:30:00");
        assert_eq!(due("Sun 0:00-1:30", Tz::America__New_York, "2026-11-01T05:00:00Z", 45), "Sun 2026-11-01T06:15:00");
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        // Monday morning in Auckland is Sunday evening in Greenwich.
        assert_eq!(due("Mon 9-17", Tz::Pacific__Auckland, "2026-03-08T19:00:00Z", 30), "Sun 2026-03-08T20:30:00");
    }
}
