//! How large the media of a text may be. The carriers publish limits that differ by carrier and by kind of sender, and
//! change them; so they are rows with the day from which they count. Which carrier a contact has is mostly unknown:
//! then the smallest limit gives a warning, and only what no carrier platform takes at all (ten media, 5 MB together)
//! is refused.
//!
//! A megabyte is a million bytes here: carriers do not say which they mean, and the smaller one is safe under both.

use chrono::NaiveDate;

use crate::phone::{CountryCode, NumberKind};

/// Most media of one text.
pub const MAX_MEDIA_COUNT: usize = 10;

/// Most bytes of all media of one text together.
pub const MAX_TOTAL_BYTES: u64 = 5 * MB;

/// What every carrier passes on, from every sender.
pub const SAFE_BYTES: u64 = 600 * KB;

const KB: u64 = 1_000;
const MB: u64 = 1_000 * KB;

/// Types that carriers shrink when they are too large for a phone; others arrive as they are or not at all.
const ADAPTED: [&str; 3] = ["image/jpeg", "image/png", "image/gif"];

/// What kind of number a text with media is sent from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderKind {
    /// A local or mobile number.
    LongCode,
    /// A toll-free number.
    TollFree,
    /// Five or six digits.
    ShortCode,
}

impl From<NumberKind> for SenderKind {
    fn from(kind: NumberKind) -> Self {
        if kind == NumberKind::TollFree { Self::TollFree } else { Self::LongCode }
    }
}

/// Where a limit was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The carriers' limits as the carrier platform publishes them today.
    Platform,
    /// The older table that customers still quote, which does not tell senders apart.
    OlderFaq,
}

/// Largest text with media that a carrier passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarrierLimit {
    /// Carrier of the recipient.
    pub carrier: &'static str,
    /// Kind of the sender.
    pub sender: SenderKind,
    /// Largest size in bytes.
    pub limit_bytes: u64,
    /// First day on which it counts.
    pub valid_from: NaiveDate,
    /// Where it was read.
    pub source: Source,
}

/// Day on which the limits of today were read.
const TODAYS: NaiveDate = day(2026, 11, 1);

/// Day before all others, for limits of which only the age is known.
const OLDER: NaiveDate = day(2000, 1, 1);

/// Every limit that counts or has counted. A newer row of the same carrier and sender takes the place of an older one.
pub const LIMITS: [CarrierLimit; 16] = [
    limit("AT&T", SenderKind::LongCode, MB),
    limit("AT&T", SenderKind::TollFree, 600 * KB),
    limit("AT&T", SenderKind::ShortCode, 600 * KB),
    limit("Verizon", SenderKind::LongCode, MB),
    limit("Verizon", SenderKind::TollFree, 600 * KB),
    limit("Verizon", SenderKind::ShortCode, 1_200 * KB),
    limit("T-Mobile", SenderKind::LongCode, 1_500 * KB),
    limit("T-Mobile", SenderKind::TollFree, 600 * KB),
    limit("T-Mobile", SenderKind::ShortCode, MB),
    limit("Sprint (now T-Mobile)", SenderKind::LongCode, 1_500 * KB),
    limit("Sprint (now T-Mobile)", SenderKind::TollFree, 600 * KB),
    limit("Sprint (now T-Mobile)", SenderKind::ShortCode, MB),
    older("AT&T", MB),
    older("Verizon", 1_500 * KB),
    older("T-Mobile", MB),
    older("Sprint (now T-Mobile)", 2 * MB),
];

const fn limit(carrier: &'static str, sender: SenderKind, limit_bytes: u64) -> CarrierLimit {
    CarrierLimit { carrier, sender, limit_bytes, valid_from: TODAYS, source: Source::Platform }
}

const fn older(carrier: &'static str, limit_bytes: u64) -> CarrierLimit {
    CarrierLimit { carrier, sender: SenderKind::LongCode, limit_bytes, valid_from: OLDER, source: Source::OlderFaq }
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the day is written out below and exists")
}

/// The limits that count on a day for a sender, one for each carrier.
pub fn limits_on(date: NaiveDate, sender: SenderKind) -> Vec<CarrierLimit> {
    let counts = |limit: &CarrierLimit| limit.sender == sender && limit.valid_from <= date;
    let is_replaced = |old: &CarrierLimit| {
        LIMITS.iter().any(|new| counts(new) && new.carrier == old.carrier && new.valid_from > old.valid_from)
    };
    LIMITS.into_iter().filter(|limit| counts(limit) && !is_replaced(limit)).collect()
}

/// Limits of today that media of so many bytes in all exceed, when sent from such a number; the smallest first. Empty:
/// every carrier takes it. A reason to warn or to shrink, never to refuse.
pub fn too_large_for(bytes: u64, sender: impl Into<SenderKind>) -> Vec<CarrierLimit> {
    let mut exceeded = limits_on(NaiveDate::MAX, sender.into());
    exceeded.retain(|limit| bytes > limit.limit_bytes);
    exceeded.sort_by_key(|limit| limit.limit_bytes);
    exceeded
}

/// Why media cannot be sent with one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// There are too many.
    #[error("A text can have {MAX_MEDIA_COUNT} attachments; this one has {count}.")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// They are too large together.
    #[error("The attachments of a text can have 5 MB together; these have {:.1} MB.", *bytes as f64 / MB as f64)]
    TooLarge {
        /// Bytes of all of them.
        bytes: u64,
    },
}

/// Checks what no carrier platform takes.
///
/// # Errors
/// [`MediaError`] for more than ten media, or more than 5 MB together.
pub fn check(sizes_bytes: &[u64]) -> Result<(), MediaError> {
    if sizes_bytes.len() > MAX_MEDIA_COUNT {
        return Err(MediaError::TooMany { count: sizes_bytes.len() });
    }
    let bytes = sizes_bytes.iter().fold(0_u64, |sum, size| sum.saturating_add(*size));
    if bytes > MAX_TOTAL_BYTES { Err(MediaError::TooLarge { bytes }) } else { Ok(()) }
}

/// Whether carriers shrink media of this type for the phone.
pub fn is_adapted(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ADAPTED.iter().any(|adapted| adapted.eq_ignore_ascii_case(essence))
}

/// Whether media can go from a number of one country to one of another: within the United States and Canada. Elsewhere
/// a link goes in the text.
pub fn can_travel(from: CountryCode, to: CountryCode) -> bool {
    let has_mms = |country| [CountryCode::US, CountryCode::CA].contains(&country);
    has_mms(from) && has_mms(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(limits: &[CarrierLimit]) -> Vec<&'static str> {
        limits.iter().map(|limit| limit.carrier).collect()
    }

    #[test]
    fn a_small_picture_is_safe_everywhere() {
        assert_eq!(too_large_for(SAFE_BYTES, NumberKind::TollFree), []);
        assert_eq!(too_large_for(MB, NumberKind::FixedLineOrMobile), []);
        assert_eq!(too_large_for(SAFE_BYTES, SenderKind::ShortCode), []);
    }

    #[test]
    fn a_larger_one_names_the_carriers_that_will_not_take_it() {
        assert_eq!(names(&too_large_for(MB + 1, NumberKind::Mobile)), ["AT&T", "Verizon"]);
        assert_eq!(
            names(&too_large_for(600_001, NumberKind::TollFree)),
            ["AT&T", "Verizon", "T-Mobile", "Sprint (now T-Mobile)"]
        );
        assert_eq!(
            names(&too_large_for(1_100_000, SenderKind::ShortCode)),
            ["AT&T", "T-Mobile", "Sprint (now T-Mobile)"]
        );
    }

    #[test]
    fn the_limits_of_a_day_are_those_that_counted_then() {
        let before = limits_on(day(2020, 1, 1), SenderKind::LongCode);
        let after = limits_on(day(2026, 11, 1), SenderKind::LongCode);

        assert_eq!(before.iter().map(|limit| limit.limit_bytes).collect::<Vec<_>>(), [MB, 1_500_000, MB, 2 * MB]);
        assert_eq!(after.iter().map(|limit| limit.limit_bytes).collect::<Vec<_>>(), [MB, MB, 1_500_000, 1_500_000]);
        assert!(limits_on(day(2020, 1, 1), SenderKind::TollFree).is_empty());
    }

    #[test]
    fn ten_media_and_5_mb_together_are_the_most() {
        assert_eq!(check(&[500_000; 10]), Ok(()));
        assert_eq!(check(&[1; 11]), Err(MediaError::TooMany { count: 11 }));
        let refused = check(&[2_500_000, 2_750_001]).expect_err("more than 5 MB together is too much");
        assert_eq!(refused.to_string(), "The attachments of a text can have 5 MB together; these have 5.3 MB.");
        assert_eq!(check(&[u64::MAX, u64::MAX]), Err(MediaError::TooLarge { bytes: u64::MAX }));
    }

    #[test]
    fn pictures_are_adapted_and_other_files_are_not() {
        assert!(["image/jpeg", "IMAGE/PNG", "image/gif; q=1"].iter().all(|kind| is_adapted(kind)));
        assert!(["image/webp", "video/mp4", "application/pdf", "", "image/"].iter().all(|kind| !is_adapted(kind)));
    }

    #[test]
    fn media_travel_only_within_the_united_states_and_canada() {
        assert!(can_travel(CountryCode::US, CountryCode::CA));
        assert!(!can_travel(CountryCode::US, CountryCode::GB));
        assert!(!can_travel(CountryCode::GB, CountryCode::GB));
    }
}
