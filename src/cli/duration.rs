//! Lengths of time as people write them at the command line: a whole number and a unit, `30d`.

use chrono::TimeDelta;

/// Units, as a letter and their seconds.
const UNITS: &[(char, i64)] = &[('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// Longest time that can be asked for, in seconds: a hundred years.
const LONGEST_SECS: i64 = 36_525 * 86_400;

/// Reads `90m`, `12h`, `30d` or `4w`.
pub(super) fn parse(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "expected a whole number and m, h, d or w, such as 30d".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let (_, unit_secs) = UNITS.iter().find(|(letter, _)| *letter == unit).ok_or_else(wrong)?;
    let count: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let secs = i64::from(count) * unit_secs;
    match secs {
        0 => Err("expected a time that is longer than nothing".to_owned()),
        secs if secs > LONGEST_SECS => Err("expected at most a hundred years".to_owned()),
        secs => Ok(TimeDelta::seconds(secs)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read() {
        let read: Vec<_> = ["90m", "12h", "30d", "4w"].into_iter().map(parse).collect();
        assert_eq!(
            read,
            [Ok(TimeDelta::minutes(90)), Ok(TimeDelta::hours(12)), Ok(TimeDelta::days(30)), Ok(TimeDelta::weeks(4))]
        );
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        let refused = ["", "d", "30", "30 d", "-1d", "0d", "1.5h", "30y", "4294967295w", "3é"];
        assert!(refused.into_iter().all(|text| parse(text).is_err()));
    }
}
