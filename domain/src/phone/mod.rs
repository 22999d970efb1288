//! Phone numbers: one small value in E.164, read from what people type and described by the numbering plans. A number
//! that is written down was valid when it was read; plans change, so a stored or received number need only have the
//! form of E.164.
//!
//! A number is personal data: `Display` and `Debug` hide its middle, so that no log line can hold a whole one by
//! accident. The numbering data is libphonenumber's, by the crate that agrees with the reference on every row of the
//! oracle (see `agreement`).

#[cfg(test)]
mod agreement;
pub mod country;
mod country_names;
mod emergency;
mod kind;
mod reading;
mod stored;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use country::{Country, CountryCode, NATIVE_COUNTRIES, country_name};
pub use kind::NumberKind;
pub use reading::PhoneError;

/// Most digits of an E.164 number, country code included (ITU-T E.164, 6.1).
const MAX_DIGITS: usize = 15;

/// Digits at the start that are shown when a number is hidden: a country code and an area.
const SHOWN_AT_START: usize = 4;

/// Digits at the end that are shown when a number is hidden.
const SHOWN_AT_END: usize = 2;

/// Digits in between that are always hidden, even if then fewer are shown at the start.
const HIDDEN_AT_LEAST: usize = 4;

/// A phone number in E.164: a plus and at most 15 digits. Sixteen bytes, so it is copied like an integer; ordered as
/// its text is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber([u8; MAX_DIGITS + 1]);

impl PhoneNumber {
    /// All of it, as carriers want it: `+14155552671`. Not for logs.
    pub fn as_e164(&self) -> &str {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        std::str::from_utf8(&self.0[..length]).expect("a number holds nothing but a plus and ASCII digits")
    }

    fn digits(&self) -> &str {
        &self.as_e164()[1..]
    }
}

/// Why a text is not an E.164 number. It does not repeat the text, which may be a number of someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a phone number in E.164, such as +14155552671.")]
pub struct NotE164;

impl FromStr for PhoneNumber {
    type Err = NotE164;

    /// Reads E.164 and nothing else: a plus, then 1 to 15 digits of which the first is not 0. What people type is read
    /// by [`PhoneNumber::parse`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('+').ok_or(NotE164)?;
        let has_form = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !has_form || digits.starts_with('0') {
            return Err(NotE164);
        }
        let mut bytes = [0; MAX_DIGITS + 1];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(bytes))
    }
}

impl fmt::Display for PhoneNumber {
    /// Hides the middle: `+1415*****09`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let end = digits.len() - SHOWN_AT_END.min(digits.len());
        let start = SHOWN_AT_START.min(end.saturating_sub(HIDDEN_AT_LEAST));
        write!(f, "+{}{}{}", &digits[..start], "*".repeat(end - start), &digits[end..])
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_e164())
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        text.parse().expect("the test gives E.164")
    }

    #[test]
    fn e164_and_nothing_else_is_read_strictly() {
        for good in ["+14155552671", "+442079460958", "+1", "+123456789012345"] {
            assert_eq!(good.parse::<PhoneNumber>().map(|read| read.as_e164().to_owned()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "+",
            "14155552671",
            "+0415555267",
            "+1 4155552671",
            "+1415555267a",
            "+1234567890123456",
            "+١٢٣",
            " +14155552671",
        ] {
            assert_eq!(bad.parse::<PhoneNumber>(), Err(NotE164), "{bad:?}");
        }
    }

    #[test]
    fn what_is_shown_in_logs_hides_the_middle() {
        assert_eq!(number("+14155552609").to_string(), "+1415*****09");
        assert_eq!(number("+447911123456").to_string(), "+4479******56");
        assert_eq!(format!("{:?}", Some(number("+14155552609"))), "Some(+1415*****09)");
    }

    #[test]
    fn of_a_short_number_less_is_shown_but_never_more() {
        assert_eq!(number("+6834000").to_string(), "+6****00");
        assert_eq!(number("+683400").to_string(), "+****00");
        assert_eq!(number("+12").to_string(), "+12");
    }

    #[test]
    fn numbers_are_ordered_as_their_text_is() {
        let mut numbers = [number("+2"), number("+14155552671"), number("+1415")];
        numbers.sort();
        assert_eq!(numbers.map(|number| number.as_e164().to_owned()), ["+1415", "+14155552671", "+2"]);
    }

    #[test]
    fn json_holds_e164_and_refuses_what_is_not() {
        let json = serde_json::to_string(&number("+14155552671")).expect("a number is a string in JSON");
        assert_eq!(json, "\"+14155552671\"");
        assert_eq!(serde_json::from_str::<PhoneNumber>(&json).ok(), Some(number("+14155552671")));
        assert!(serde_json::from_str::<PhoneNumber>("\"415 555 2671\"").is_err());
    }
}
