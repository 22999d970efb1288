//! The table of rules, as sentences; each time stands there in UTC with what the clock on the wall shows beside it.

use chrono::{DateTime, Utc};

use super::{is_allowed, next_allowed, wait};
use crate::phone::PhoneNumber;

/// Numbers of places.
const SAN_FRANCISCO: &str = "+14155550101";
const NEW_YORK: &str = "+12125550101";
const CONNECTICUT: &str = "+12035550101";
const MIAMI: &str = "+13055550101";
const PENSACOLA: &str = "+18505550101";
const RHODE_ISLAND: &str = "+14015550101";
const DALLAS: &str = "+12145550101";
const LONDON: &str = "+447700900123";
const TORONTO: &str = "+14165550101";
const TOLL_FREE: &str = "+18335550123";
const UNKNOWN: &str = "+18765550123";

fn number(text: &str) -> PhoneNumber {
    text.parse().expect("a number")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// Whether a text is allowed at each of two times.
fn allowed(to: &str, times: [&str; 2]) -> [bool; 2] {
    times.map(|time| is_allowed(&number(to), at(time)))
}

/// The next time at which a text is allowed.
fn next(to: &str, from: &str) -> String {
    next_allowed(&number(to), at(from)).format("%Y-%m-%dT%H:%MZ").to_string()
}

#[test]
fn the_federal_day_is_from_eight_until_before_nine_in_the_evening() {
    // 7:59 and 8:00 in San Francisco, in winter eight hours behind.
    assert_eq!(allowed(SAN_FRANCISCO, ["2026-01-13T15:59:59Z", "2026-01-13T16:00:00Z"]), [false, true]);
    // 20:59 and 21:00.
    assert_eq!(allowed(SAN_FRANCISCO, ["2026-01-14T04:59:59Z", "2026-01-14T05:00:00Z"]), [true, false]);
    assert_eq!(next(SAN_FRANCISCO, "2026-01-14T05:00:00Z"), "2026-01-14T16:00Z");
}

#[test]
fn what_is_allowed_need_not_wait() {
    assert_eq!(next(SAN_FRANCISCO, "2026-01-13T20:34:00Z"), "2026-01-13T20:34Z");
}

#[test]
fn a_day_is_counted_where_somebody_is_and_not_where_we_are() {
    // One instant: 7:30 in San Francisco, 10:30 in New York.
    assert!(!is_allowed(&number(SAN_FRANCISCO), at("2026-01-13T15:30:00Z")));
    assert!(is_allowed(&number(NEW_YORK), at("2026-01-13T15:30:00Z")));
}

#[test]
fn connecticut_begins_at_nine_and_ends_at_eight() {
    assert_eq!(allowed(CONNECTICUT, ["2026-01-13T13:59:00Z", "2026-01-13T14:00:00Z"]), [false, true]);
    assert_eq!(allowed(CONNECTICUT, ["2026-01-14T00:59:00Z", "2026-01-14T01:00:00Z"]), [true, false]);
}

#[test]
fn five_states_end_at_eight_in_the_evening() {
    // Miami, Baltimore, Jackson, Newark, Tulsa: 19:59 and 20:00 by their clocks.
    for (to, hour) in [(MIAMI, 1), ("+14105550101", 1), ("+17695550101", 2), ("+19735550101", 1), ("+19185550101", 2)] {
        let (before, after) = (format!("2026-01-14T0{}:59:00Z", hour - 1), format!("2026-01-14T0{hour}:00:00Z"));
        assert_eq!(allowed(to, [&before, &after]), [true, false], "{to}");
    }
}

#[test]
fn rhode_island_has_a_short_day_and_a_shorter_weekend() {
    // Tuesday 9 to 18.
    assert_eq!(allowed(RHODE_ISLAND, ["2026-01-13T13:59:00Z", "2026-01-13T14:00:00Z"]), [false, true]);
    assert_eq!(allowed(RHODE_ISLAND, ["2026-01-13T22:59:00Z", "2026-01-13T23:00:00Z"]), [true, false]);
    // Saturday 10 to 17.
    assert_eq!(allowed(RHODE_ISLAND, ["2026-01-17T14:59:00Z", "2026-01-17T15:00:00Z"]), [false, true]);
    assert_eq!(allowed(RHODE_ISLAND, ["2026-01-17T21:59:00Z", "2026-01-17T22:00:00Z"]), [true, false]);
    // Friday evening waits until Saturday at ten.
    assert_eq!(next(RHODE_ISLAND, "2026-01-16T23:30:00Z"), "2026-01-17T15:00Z");
}

#[test]
fn texas_begins_at_nine_and_on_sunday_at_noon() {
    assert_eq!(allowed(DALLAS, ["2026-01-17T14:59:00Z", "2026-01-17T15:00:00Z"]), [false, true]);
    assert_eq!(allowed(DALLAS, ["2026-01-18T17:59:00Z", "2026-01-18T18:00:00Z"]), [false, true]);
    assert_eq!(next(DALLAS, "2026-01-18T04:00:00Z"), "2026-01-18T18:00Z");
}

#[test]
fn britain_sleeps_an_hour_longer_at_the_weekend() {
    assert_eq!(allowed(LONDON, ["2026-01-13T07:59:00Z", "2026-01-13T08:00:00Z"]), [false, true]);
    assert_eq!(allowed(LONDON, ["2026-01-17T08:59:00Z", "2026-01-17T09:00:00Z"]), [false, true]);
    assert_eq!(allowed(LONDON, ["2026-01-18T20:59:00Z", "2026-01-18T21:00:00Z"]), [true, false]);
}

#[test]
fn canada_keeps_the_same_day_by_its_own_clocks() {
    assert_eq!(allowed(TORONTO, ["2026-01-13T12:59:00Z", "2026-01-13T13:00:00Z"]), [false, true]);
}

#[test]
fn an_area_code_of_two_zones_waits_for_the_later_and_ends_with_the_earlier() {
    // 850: Tallahassee on Eastern, Pensacola on Central time; Florida's day is 8 to 20. In UTC 13 to 1 and 14 to 2.
    assert_eq!(allowed(PENSACOLA, ["2026-01-13T13:30:00Z", "2026-01-13T14:00:00Z"]), [false, true]);
    assert_eq!(allowed(PENSACOLA, ["2026-01-14T00:59:00Z", "2026-01-14T01:00:00Z"]), [true, false]);
}

#[test]
fn of_a_toll_free_or_unknown_number_it_must_be_day_from_hawaii_to_newfoundland() {
    // Begins at 8:00 in the outer Aleutians and Hawaii, ends at 18:00 in Rhode Island.
    for to in [TOLL_FREE, UNKNOWN] {
        assert_eq!(allowed(to, ["2026-01-13T17:59:00Z", "2026-01-13T18:00:00Z"]), [false, true], "{to}");
        assert_eq!(allowed(to, ["2026-01-13T22:59:00Z", "2026-01-13T23:00:00Z"]), [true, false], "{to}");
    }
    // At the weekend it ends at 17:00 in Rhode Island; Texas wakes at noon, which is the same instant as eight in Hawaii.
    assert_eq!(next(TOLL_FREE, "2026-01-16T23:00:00Z"), "2026-01-17T18:00Z");
    assert_eq!(allowed(TOLL_FREE, ["2026-01-17T21:59:00Z", "2026-01-17T22:00:00Z"]), [true, false]);
}

#[test]
fn in_summer_the_day_begins_an_hour_earlier_in_utc() {
    // Clocks go forward on 8 March 2026: 8:00 is 16:00Z the day before and 15:00Z that day.
    assert_eq!(next(SAN_FRANCISCO, "2026-03-07T10:00:00Z"), "2026-03-07T16:00Z");
    assert_eq!(next(SAN_FRANCISCO, "2026-03-08T06:00:00Z"), "2026-03-08T15:00Z");
}

#[test]
fn in_winter_it_begins_an_hour_later_again() {
    // Clocks go back on 1 November 2026 in the US, on 25 October in the United Kingdom.
    assert_eq!(next(SAN_FRANCISCO, "2026-11-01T05:00:00Z"), "2026-11-01T16:00Z");
    assert_eq!(next(LONDON, "2026-10-24T22:00:00Z"), "2026-10-25T09:00Z");
    assert_eq!(next(LONDON, "2026-10-23T22:00:00Z"), "2026-10-24T08:00Z");
}

#[test]
fn arizona_never_changes_its_clocks() {
    let phoenix = "+16025550101";
    assert_eq!(next(phoenix, "2026-01-13T10:00:00Z"), "2026-01-13T15:00Z");
    assert_eq!(next(phoenix, "2026-07-13T10:00:00Z"), "2026-07-13T15:00Z");
}

#[test]
fn what_is_said_is_the_clock_of_whoever_would_be_woken() {
    let waiting = wait(&number(SAN_FRANCISCO), at("2026-01-14T06:10:00Z")).expect("it is late there");
    assert_eq!((waiting.clock_now(), waiting.clock_until()), ("22:10".to_owned(), "8:00".to_owned()));
}
