//! How long a vendor asks us to wait. The header holds seconds or a date, and in practice also nothing, zero, negative
//! or absurd values; whatever it holds, the wait lies between [`SHORTEST`] and [`LONGEST`], so that no answer of a vendor
//! can make us hammer it or fall asleep for ever. A date is counted from the date of the answer itself: that is the
//! vendor's clock, and ours need not agree with it.

use std::time::Duration;

use chrono::DateTime;

/// Below this nothing is gained by asking again.
pub(crate) const SHORTEST: Duration = Duration::from_secs(1);
/// Above this we ask again all the same.
pub(crate) const LONGEST: Duration = Duration::from_secs(3_600);
/// When the vendor does not say, or not in a form that we know.
pub(crate) const UNSAID: Duration = Duration::from_secs(30);

/// The wait that a `Retry-After` header asks for (RFC 9110, section 10.2.3); `date` is the header of that name.
pub(crate) fn wait(header: Option<&str>, date: Option<&str>) -> Duration {
    let Some(text) = header.map(str::trim).filter(|text| !text.is_empty()) else {
        return UNSAID;
    };
    if let Ok(secs) = text.parse::<f64>() {
        return bounded(secs);
    }
    let until = DateTime::parse_from_rfc2822(text).ok();
    let now = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    match (until, now) {
        (Some(until), Some(now)) => bounded((until - now).as_seconds_f64()),
        _ => UNSAID,
    }
}

fn bounded(secs: f64) -> Duration {
    if secs.is_nan() {
        return UNSAID;
    }
    Duration::from_secs_f64(secs.clamp(SHORTEST.as_secs_f64(), LONGEST.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: Option<&str> = Some("Mon, 23 Nov 2026 10:00:00 GMT");

    fn secs(header: Option<&str>) -> u64 {
        wait(header, DATE).as_secs()
    }

    #[test]
    fn seconds_are_taken_as_they_are() {
        assert_eq!([secs(Some("7")), secs(Some(" 90 "))], [7, 90]);
    }

    #[test]
    fn a_date_is_counted_from_the_date_of_the_answer() {
        assert_eq!(secs(Some("Mon, 23 Nov 2026 10:01:30 GMT")), 90);
        assert_eq!(wait(Some("Mon, 23 Nov 2026 10:01:30 GMT"), None), UNSAID);
    }

    #[test]
    fn zero_negative_and_past_values_become_the_shortest_wait() {
        let past = "Mon, 23 Nov 2026 09:00:00 GMT";

        assert_eq!([secs(Some("0")), secs(Some("-5")), secs(Some(past))], [1, 1, 1]);
    }

    #[test]
    fn huge_values_become_the_longest_wait() {
        let texts = ["86400", "99999999999999999999999999", "inf"];

        assert_eq!(texts.map(|text| secs(Some(text))), [3_600; 3]);
    }

    #[test]
    fn what_is_missing_or_not_understood_becomes_thirty_seconds() {
        assert_eq!([secs(None), secs(Some("")), secs(Some("soon")), secs(Some("NaN"))], [30; 4]);
    }
}
