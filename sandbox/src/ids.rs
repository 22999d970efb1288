//! Ids in the vendors' forms, all made from one serial number.
//!
//! The serial is the time in microseconds, pushed forward by one when two are drawn at once. So ids never repeat,
//! not even after a reset or when the state file is deleted while Clerk remembers what it has seen.

use crate::clock;

const BASE36: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The source of all ids; strictly increasing.
#[derive(Debug, Default)]
pub(crate) struct Serial(u64);

impl Serial {
    /// The next serial number: the current microsecond, or one more than the last.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = clock::micros().max(self.0 + 1);
        self.0
    }

    /// Keeps later numbers above `seen`, which came from a file.
    pub(crate) fn raise(&mut self, seen: u64) {
        self.0 = self.0.max(seen);
    }
}

/// A bijection that makes neighbours look unrelated (the finaliser of SplitMix64).
pub(crate) fn mix(serial: u64) -> u64 {
    let mut z = serial.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A fraction in `0.0..1.0` drawn from a serial number.
pub(crate) fn fraction(serial: u64) -> f64 {
    f64::from(u32::try_from(mix(serial) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// A carrier's id: two letters and 32 hexadecimal digits.
pub(crate) fn sid(prefix: &str, serial: u64) -> String {
    format!("{prefix}{:016x}{:016x}", mix(serial), mix(!serial))
}

/// A Slack id: a prefix and ten letters or digits.
pub(crate) fn slack(prefix: &str, serial: u64) -> String {
    let mut digits = [b'0'; 10];
    let mut rest = serial;
    for digit in digits.iter_mut().rev() {
        *digit = BASE36[usize::try_from(rest % 36).unwrap_or_default()];
        rest /= 36;
    }
    format!("{prefix}{}", String::from_utf8_lossy(&digits))
}

/// A UUID in its usual form.
pub(crate) fn uuid(serial: u64) -> String {
    let (high, low) = (mix(serial), mix(!serial));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// A bot token in Slack's form.
pub(crate) fn bot_token(serial: u64) -> String {
    format!(
        "xoxb-{:013}-{:013}-{:016x}{:08x}",
        mix(serial) % 10_u64.pow(13),
        mix(serial ^ 1) % 10_u64.pow(13),
        mix(!serial),
        mix(!serial ^ 1) >> 32
    )
}

/// A Slack timestamp, `1700000000.000100`.
pub(crate) fn ts(serial: u64) -> String {
    format!("{}.{:06}", serial / 1_000_000, serial % 1_000_000)
}

/// The serial number behind a Slack timestamp; `None` if it is not one.
pub(crate) fn parse_ts(text: &str) -> Option<u64> {
    let (secs, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 6 {
        return None;
    }
    let micros: u64 = format!("{fraction:0<6}").parse().ok()?;
    secs.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_never_repeat() {
        let mut serial = Serial::default();

        let drawn: Vec<u64> = (0..1_000).map(|_| serial.next()).collect();

        assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_slack_timestamp_can_be_read_back() {
        let written = ts(1_700_000_000_000_100);

        assert_eq!(written, "1700000000.000100");
        assert_eq!(parse_ts(&written), Some(1_700_000_000_000_100));
        assert_eq!(parse_ts("yesterday"), None);
    }

    #[test]
    fn a_uuid_has_its_five_groups() {
        let groups: Vec<usize> = uuid(7).split('-').map(str::len).collect();

        assert_eq!(groups, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn a_sid_has_thirty_four_characters() {
        assert_eq!(sid("SM", 7).len(), 34);
    }
}
