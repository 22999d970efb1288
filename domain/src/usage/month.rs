//! A calendar month of a time zone: `2026-11`. A text belongs to the month in which it was received or accepted.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of an instant in a time zone.
    pub fn of(instant: DateTime<Utc>, zone: Tz) -> Self {
        let local = instant.with_timezone(&zone);
        Self { year: local.year(), month: local.month() }
    }

    /// The month behind it.
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// Its first instant in a time zone. Where the clocks skip midnight it is the first instant that exists.
    pub fn starts_at(self, zone: Tz) -> DateTime<Utc> {
        start_of(self.first_day(), zone)
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).expect("a month has a first day")
    }

    /// Its days, each with its first instant in a time zone.
    pub fn days(self, zone: Tz) -> Vec<(NaiveDate, DateTime<Utc>)> {
        let next_month = self.next().first_day();
        self.first_day().iter_days().take_while(|day| *day < next_month).map(|day| (day, start_of(day, zone))).collect()
    }
}

/// First instant of a day in a time zone.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_hms_opt(0, 0, 0).expect("a day has a midnight");
    let quarter_hours = (0..=8).map(|quarter| midnight + chrono::TimeDelta::minutes(15 * quarter));
    let first = quarter_hours.map(|local| zone.from_local_datetime(&local).earliest()).find_map(|found| found);
    first.map_or_else(|| Utc.from_utc_datetime(&midnight), |local| local.with_timezone(&Utc))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('-').and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
        let valid = parts.filter(|(year, month)| NaiveDate::from_ymd_opt(*year, *month, 1).is_some());
        valid.map(|(year, month)| Self { year, month }).ok_or_else(|| format!("`{text}` is no month like 2026-11"))
    }
}

impl crate::Stored for Month {
    fn to_stored(&self) -> String {
        self.to_string()
    }

    fn from_stored(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

crate::stored_as_text!(Month);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn the_last_millisecond_of_february_still_belongs_to_it_in_a_leap_year() {
        assert_eq!(Month::of(at("2028-02-29T23:59:59.999Z"), Tz::UTC).to_string(), "2028-02");
    }

    #[test]
    fn midnight_comes_later_in_the_west() {
        let zone = Tz::America__Los_Angeles;
        assert_eq!(Month::of(at("2026-12-01T07:59:59Z"), zone).to_string(), "2026-11");
        assert_eq!(Month::of(at("2026-12-01T08:00:00Z"), zone).to_string(), "2026-12");
    }

    #[test]
    fn the_days_of_a_month_fill_it_also_where_the_clocks_change() {
        let zone = Tz::America__New_York;
        let days = Month::of(at("2026-11-15T00:00:00Z"), zone).days(zone);
        let hours: Vec<_> = days.windows(2).map(|pair| (pair[1].1 - pair[0].1).num_hours()).collect();
        assert_eq!((days.len(), hours[0], hours.iter().sum::<i64>()), (30, 25, 29 * 24 + 1));
    }

    #[test]
    fn a_month_starts_where_the_one_before_it_ends() {
        let december = Month::of(at("2026-11-15T00:00:00Z"), Tz::UTC).next();
        assert_eq!(december.starts_at(Tz::UTC), at("2026-12-01T00:00:00Z"));
        assert_eq!(december.next().to_string(), "2027-01");
    }
}
