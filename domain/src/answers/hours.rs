//! Business hours: when in a week somebody is there, by the clock on the wall. An instant always has one time on that wall, so days on which the clocks
//! change need no rule of their own: the hour that comes twice is open twice, the one that is skipped is not missed.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, error::InvalidReason};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Most openings of a week.
const MOST: usize = 50;

/// How hours are written.
const EXAMPLE: &str = "Write lines like “Mon-Fri 9:00-17:00”.";

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

crate::codes!(Day {
    Monday = "monday",
    Tuesday = "tuesday",
    Wednesday = "wednesday",
    Thursday = "thursday",
    Friday = "friday",
    Saturday = "saturday",
    Sunday = "sunday",
});

impl Day {
    fn at(index: usize) -> Self {
        Self::all()[index % 7]
    }

    fn index(self) -> usize {
        Self::all().iter().position(|day| *day == self).unwrap_or_default()
    }

    /// `Mon`.
    fn short(self) -> String {
        let code = self.code();
        format!("{}{}", code[..1].to_uppercase(), &code[1..3])
    }
}

/// A time in a week during which somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opening {
    /// Day on which it begins.
    pub day: Day,
    /// When it begins, in minutes from midnight.
    pub from_minute: u16,
    /// When it ends, in minutes from midnight, at most 1,440; not later than the beginning: on the next day.
    pub to_minute: u16,
}

impl Opening {
    fn holds(self, day: Day, minute: u16) -> bool {
        if self.from_minute < self.to_minute {
            return self.day == day && (self.from_minute..self.to_minute).contains(&minute);
        }
        let is_first_day = self.day == day && minute >= self.from_minute;
        is_first_day || (Day::at(self.day.index() + 1) == day && minute < self.to_minute)
    }
}

/// Whether somebody is there at an instant.
pub fn is_open(openings: &[Opening], at: DateTime<Utc>, zone: Tz) -> bool {
    let local = at.with_timezone(&zone);
    let day = Day::at(usize::try_from(local.weekday().num_days_from_monday()).unwrap_or_default());
    let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default();
    openings.iter().any(|opening| opening.holds(day, minute))
}

/// Reads hours as people write them, a line for each kind of day: `Mon-Fri 9:00-17:00`.
///
/// # Errors
/// [`Error::Invalid`] for a line that cannot be read, with how it is written.
pub fn read(text: &str) -> Result<Vec<Opening>> {
    let mut openings = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let found = read_line(line).ok_or_else(|| {
            let shown: String = line.trim().chars().take(40).collect();
            refused(format!("“{shown}” cannot be read as business hours. {EXAMPLE}"))
        })?;
        openings.extend(found);
    }
    checked(openings)
}

/// Hours that can be: sorted, each once.
///
/// # Errors
/// [`Error::Invalid`] for times that no day has, or too many of them.
pub(super) fn checked(mut openings: Vec<Opening>) -> Result<Vec<Opening>> {
    let is_wrong = |one: &Opening| {
        one.from_minute >= DAY_MINUTES || one.to_minute > DAY_MINUTES || one.from_minute == one.to_minute
    };
    if openings.iter().any(is_wrong) {
        return Err(refused("Business hours begin and end between 0:00 and 24:00, at different times.".to_owned()));
    }
    openings.sort();
    openings.dedup();
    if openings.len() > MOST {
        return Err(refused(format!("A week has at most {MOST} business hours.")));
    }
    Ok(openings)
}

fn refused(message: String) -> Error {
    Error::invalid("business_hours", InvalidReason::Invalid, message)
}

fn read_line(line: &str) -> Option<Vec<Opening>> {
    let joined = line.to_lowercase().replace(['\u{2013}', '\u{2014}'], "-").replace(" to ", "-");
    let joined = joined.split('-').map(str::trim).collect::<Vec<_>>().join("-");
    let words = joined.split([' ', '\t', ',', ';', ':']).filter(|word| !word.is_empty());
    // The colon of a time is part of it; one behind a day is not.
    let is_day = |word: &str| word.starts_with(|sign: char| sign.is_ascii_alphabetic());
    let days: Vec<Day> = words.take_while(|word| is_day(word)).map(days_of).collect::<Option<Vec<_>>>()?.concat();
    let first_digit = joined.find(|sign: char| sign.is_ascii_digit())?;
    let spans = joined[first_digit..].split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
    let spans: Vec<(u16, u16)> = spans.map(span_of).collect::<Option<_>>()?;
    if days.is_empty() || spans.is_empty() {
        return None;
    }
    let of_day = |day: Day| {
        let opening = move |(from_minute, to_minute): &(u16, u16)| Opening {
            day,
            from_minute: *from_minute,
            to_minute: *to_minute,
        };
        spans.iter().map(opening).collect::<Vec<_>>()
    };
    Some(days.into_iter().flat_map(of_day).collect())
}

fn days_of(word: &str) -> Option<Vec<Day>> {
    if word == "daily" {
        return Some(Day::all().to_vec());
    }
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let (first, last) = (day_of(first)?.index(), day_of(last)?.index());
    let count = (last + 7 - first) % 7;
    Some((first..=first + count).map(Day::at).collect())
}

/// A day by its first three letters or more.
fn day_of(word: &str) -> Option<Day> {
    let word = word.trim_end_matches('.');
    Day::all().iter().copied().find(|day| word.len() >= 3 && day.code().starts_with(word))
}

fn span_of(word: &str) -> Option<(u16, u16)> {
    let (from, to) = word.split_once('-')?;
    Some((minute(from)?, minute(to)?))
}

/// A time as minutes from midnight: `9`, `9:30`, `9am`, `5:30pm`, `24:00`.
pub fn minute(time: &str) -> Option<u16> {
    let (time, half) = match (time.strip_suffix("am"), time.strip_suffix("pm")) {
        (Some(time), _) => (time, Some(0)),
        (_, Some(time)) => (time, Some(12)),
        _ => (time, None),
    };
    let (hour, past) = time.split_once(':').unwrap_or((time, "0"));
    let (hour, past): (u16, u16) = (hour.parse().ok()?, past.parse().ok()?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let minutes = hour.checked_mul(60)?.checked_add(past)?;
    (past < 60 && minutes <= DAY_MINUTES).then_some(minutes)
}

/// Hours as people write them: days that follow each other with the same times in one line.
pub fn written(openings: &[Opening]) -> String {
    let times_of = |day: Day| {
        let of_day = openings.iter().filter(|opening| opening.day == day);
        let times = of_day.map(|one| format!("{}-{}", clock(one.from_minute), clock(one.to_minute)));
        times.collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<(Day, Day, String)> = Vec::new();
    for day in Day::all() {
        let times = times_of(*day);
        match lines.last_mut() {
            Some((_, last, same)) if *same == times && last.index() + 1 == day.index() => *last = *day,
            _ => lines.push((*day, *day, times)),
        }
    }
    let shown = lines.iter().filter(|(_, _, times)| !times.is_empty()).map(|(first, last, times)| {
        if first == last {
            format!("{} {times}", first.short())
        } else {
            format!("{}-{} {times}", first.short(), last.short())
        }
    });
    shown.collect::<Vec<_>>().join("\n")
}

fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(hours: &str, at: &str, zone: Tz) -> bool {
        is_open(&read(hours).expect("hours"), at.parse().expect("a time"), zone)
    }

    #[test]
    fn hours_are_by_the_clock_on_the_wall_before_and_after_the_clocks_change() {
        let (hours, zone) = ("daily 9:00-17:00", Tz::America__New_York);
        // On 8 March 2026 New York goes from five to four hours behind Greenwich.
        assert!(!open(hours, "2026-03-07T13:59:59Z", zone) && open(hours, "2026-03-07T14:00:00Z", zone));
        assert!(!open(hours, "2026-03-08T12:59:59Z", zone) && open(hours, "2026-03-08T13:00:00Z", zone));
        assert!(open(hours, "2026-03-08T20:59:59Z", zone) && !open(hours, "2026-03-08T21:00:00Z", zone));
    }

    #[test]
    fn an_hour_that_comes_twice_is_open_twice() {
        let (hours, zone) = ("Sun 1:00-2:00", Tz::America__New_York);
        // On 1 November 2026 the hour from one to two comes twice.
        let instants = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"];
        assert_eq!(instants.map(|at| open(hours, at, zone)), [true, true, false]);
    }

    #[test]
    fn hours_that_begin_in_a_skipped_hour_hold_from_its_end_on() {
        let (hours, zone) = ("Sun 2:30-4:00", Tz::America__New_York);
        assert!(!open(hours, "2026-03-08T06:59:59Z", zone) && open(hours, "2026-03-08T07:00:00Z", zone));
    }

    #[test]
    fn a_night_ends_on_the_next_day() {
        let hours = "Fri 22:00-6:00";
        let instants = ["2026-03-06T21:59:00Z", "2026-03-06T22:00:00Z", "2026-03-07T05:59:00Z", "2026-03-07T06:00:00Z"];
        assert_eq!(instants.map(|at| open(hours, at, Tz::UTC)), [false, true, true, false]);
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        // Monday morning in Auckland is Sunday evening in Greenwich.
        assert!(open("Mon 9-17", "2026-03-08T21:00:00Z", Tz::Pacific__Auckland));
        assert!(!open("Sun 9-17", "2026-03-08T21:00:00Z", Tz::Pacific__Auckland));
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        let same =
            ["Mon-Fri 9:00-17:00", "monday – friday: 9am - 5pm", "Mon, Tue, Wed-Fri 9 to 17", "mon-fri  9:00 - 5:00pm"];
        let expected = read(same[0]).expect("hours");

        assert_eq!(expected.len(), 5);
        assert!(same.iter().all(|text| read(text).expect("hours") == expected));
        assert_eq!(read("Sat-Mon 12am-12pm").expect("hours").len(), 3);
    }

    #[test]
    fn hours_that_make_no_sense_are_refused() {
        let wrong =
            ["9-17", "Mon", "Mon 9", "Mon 25-26", "Mon 9:60-10", "Mon 9-9", "Mo 9-17", "Mon 13pm-2pm", "weekdays 9-17"];
        assert!(wrong.iter().all(|text| read(text).is_err()), "{:?}", wrong.map(|text| read(text).is_err()));
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let text = "Mon-Thu 9:00-12:00 13:00-17:00\nFri 9:00-12:00\nSun 22:00-24:00";
        assert_eq!(written(&read(text).expect("hours")), text);
        assert_eq!(written(&[]), "");
    }
}
