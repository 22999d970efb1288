//! Quiet hours: when a text that is no reply may reach somebody, by their likely clock. Federal rules of the US, those of its states that are stricter,
//! and good practice in the United Kingdom. A number tells where somebody was when they got it: where that could be several places, it must be
//! allowed in all of them. Pure arithmetic of numbers and times; the rules are the table in telecom.md of the design: TCPA 47 CFR 64.1200(c)(1), the
//! states' own laws, and the British code of practice.

mod areas;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::phone::{CountryCode, NumberKind, PhoneNumber};

/// How often it is looked for an instant that suits all places: far more often than they can disagree.
const LOOKS: usize = 64;

/// When texts are allowed, in hours of the day: from the first until before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hours {
    /// Monday to Friday.
    weekday: (u32, u32),
    saturday: (u32, u32),
    sunday: (u32, u32),
}

const fn daily(from: u32, to: u32) -> Hours {
    Hours { weekday: (from, to), saturday: (from, to), sunday: (from, to) }
}

/// The federal rule of the US; Canada's is no stricter.
const FEDERAL: Hours = daily(8, 21);

/// Good practice in the United Kingdom: none from 21 to 8, at the weekend none before 9.
const BRITISH: Hours = Hours { weekday: (8, 21), saturday: (9, 21), sunday: (9, 21) };

/// The rule of a state or province.
fn rule_of(place: &str) -> Hours {
    match place {
        "CT" => daily(9, 20),
        "FL" | "MD" | "MS" | "NJ" | "OK" => daily(8, 20),
        "RI" => Hours { weekday: (9, 18), saturday: (10, 17), sunday: (10, 17) },
        "TX" => Hours { weekday: (9, 21), saturday: (9, 21), sunday: (12, 21) },
        _ => FEDERAL,
    }
}

impl Hours {
    fn on(self, day: Weekday) -> (u32, u32) {
        match day {
            Weekday::Sat => self.saturday,
            Weekday::Sun => self.sunday,
            _ => self.weekday,
        }
    }
}

/// Where somebody may be: the clock there, and the rule.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    zone: Tz,
    hours: Hours,
}

impl Candidate {
    /// The next instant from one on at which a text is allowed there.
    fn next(self, from: DateTime<Utc>) -> DateTime<Utc> {
        let local = from.with_timezone(&self.zone).naive_local();
        let (opens, closes) = self.hours.on(local.weekday());
        let (opens, closes) = (at(local, opens), at(local, closes));
        if local < opens {
            return self.instant(opens);
        }
        if local < closes {
            return from;
        }
        let tomorrow = local + TimeDelta::days(1);
        self.instant(at(tomorrow, self.hours.on(tomorrow.weekday()).0))
    }

    /// An instant by the clock on the wall there. No clock is put forward in daytime; one that is shows the time an hour later.
    fn instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        let found = local.and_local_timezone(self.zone).earliest();
        let found = found.or_else(|| (local + TimeDelta::hours(1)).and_local_timezone(self.zone).earliest());
        found.map_or_else(|| local.and_utc(), |local| local.with_timezone(&Utc))
    }
}

/// A time on the day of another.
fn at(day: NaiveDateTime, hour: u32) -> NaiveDateTime {
    day.date().and_time(NaiveTime::from_hms_opt(hour, 0, 0).expect("every rule names hours of a day"))
}

/// Everywhere that the holder of a number may be.
fn candidates(number: &PhoneNumber) -> Vec<Candidate> {
    if number.country() == CountryCode::GB {
        return vec![Candidate { zone: Tz::Europe__London, hours: BRITISH }];
    }
    let in_area = |area: &areas::Area| {
        let hours = rule_of(area.place);
        area.zones.iter().map(|zone| Candidate { zone: *zone, hours }).collect::<Vec<_>>()
    };
    let digits = number.as_e164().strip_prefix("+1").filter(|_| number.kind() != NumberKind::TollFree);
    let code = digits.and_then(|digits| digits.get(..3)).and_then(|code| code.parse().ok());
    match code.and_then(areas::of) {
        Some(area) => in_area(area),
        None => areas::all().iter().flat_map(in_area).collect(),
    }
}

/// A text that comes at a quiet hour, and when it may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The first instant at which it is allowed.
    pub until: DateTime<Utc>,
    /// What the clock showed there.
    pub local_now: NaiveDateTime,
    /// What the clock shows there then.
    pub local_until: NaiveDateTime,
}

impl Wait {
    /// The time of day there: `22:10`.
    pub fn clock_now(&self) -> String {
        self.local_now.format("%-H:%M").to_string()
    }

    /// The time of day at which it is allowed: `8:00`, or `12:00 on Sunday` when that is neither today nor tomorrow.
    pub fn clock_until(&self) -> String {
        let is_soon = self.local_until.date() - self.local_now.date() <= TimeDelta::days(1);
        let form = if is_soon { "%-H:%M" } else { "%-H:%M on %A" };
        self.local_until.format(form).to_string()
    }
}

/// How long a text to a number has to wait that would come at an instant; none when it need not.
pub fn wait(number: &PhoneNumber, at: DateTime<Utc>) -> Option<Wait> {
    let candidates = candidates(number);
    let objects = candidates.iter().find(|candidate| candidate.next(at) > at)?;
    let until = suiting_all(&candidates, at);
    let local = |instant: DateTime<Utc>| instant.with_timezone(&objects.zone).naive_local();
    Some(Wait { until, local_now: local(at), local_until: local(until) })
}

/// The next instant that suits everywhere: each objection moves it on until there is none.
fn suiting_all(candidates: &[Candidate], from: DateTime<Utc>) -> DateTime<Utc> {
    let mut instant = from;
    for _ in 0..LOOKS {
        let later = candidates.iter().map(|candidate| candidate.next(instant)).max().unwrap_or(instant);
        if later == instant {
            break;
        }
        instant = later;
    }
    instant
}

/// The next instant from one on at which a text to a number is allowed.
pub fn next_allowed(number: &PhoneNumber, from: DateTime<Utc>) -> DateTime<Utc> {
    wait(number, from).map_or(from, |wait| wait.until)
}

/// Whether a text to a number is allowed at an instant.
pub fn is_allowed(number: &PhoneNumber, at: DateTime<Utc>) -> bool {
    wait(number, at).is_none()
}

#[cfg(test)]
mod tests;
