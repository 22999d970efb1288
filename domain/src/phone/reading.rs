//! Reading a number from what people type: national or international, with spaces, brackets, dots, invisible marks,
//! digits of other scripts, `tel:` links, trunk zeros and exit codes. It reads as libphonenumber does, letters on the
//! keypad included (1-800-FLOWERS), and differs on purpose in four rules: emergency codes are refused first and by
//! name; an extension is refused, because a text cannot reach one; more than 15 digits are not E.164; the fictional
//! British mobiles are valid.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, ValidationError};

use super::{CountryCode, NumberKind, PhoneNumber, emergency};

/// Why a text is not a number that can be used. Each is a sentence for who typed it, and none repeats what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("Write a phone number.")]
    Empty,
    /// There is no number in it.
    #[error("This is not a phone number.")]
    NotANumber,
    /// It is an emergency or crisis code.
    #[error("Texts from here cannot reach emergency services; call {code} from a phone.")]
    Emergency {
        /// The code.
        code: &'static str,
    },
    /// It is written the national way and nobody said of which country.
    #[error("Begin the number with + and the code of its country, such as +1 or +44.")]
    CountryNeeded,
    /// It begins with a country code that does not exist.
    #[error("There is no country with the code that this number begins with.")]
    UnknownCallingCode,
    /// It has too few digits.
    #[error("This number is too short. Write it with its area code.")]
    TooShort,
    /// It has too many digits.
    #[error("This number is too long.")]
    TooLong,
    /// It has a possible length, but no such number is in use.
    #[error("This number does not exist. Check its digits.")]
    Invalid,
    /// It has an extension.
    #[error("A text cannot reach an extension. Write the number without it.")]
    Extension,
    /// It cannot be texted because of its kind.
    #[error("This is {}. It cannot be texted.", kind.words())]
    NotTextable {
        /// Its kind.
        kind: NumberKind,
    },
    /// It belongs to no country.
    #[error("Numbers of no country, such as satellite phones and international freephone, cannot be texted.")]
    NoCountry,
}

impl PhoneNumber {
    /// Reads what a person typed. A number without a country code is read as in `default_country`, with that country's
    /// exit code (`011`, `00`) and trunk prefix.
    ///
    /// # Errors
    /// One of [`PhoneError`], except [`PhoneError::NotTextable`] and [`PhoneError::NoCountry`]: such numbers exist and
    /// can be kept, blocked and looked up. Whether one may be texted says [`PhoneNumber::can_be_texted`].
    pub fn parse(input: &str, default_country: Option<CountryCode>) -> Result<Self, PhoneError> {
        let text = input.trim();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let digits = PHONE_NUMBER_UTIL.normalize_digits_only(text);
        if let Some(code) = emergency::code_of(&digits, has_plus(text), default_country) {
            return Err(PhoneError::Emergency { code });
        }
        let read = PHONE_NUMBER_UTIL
            .parse(text, default_country.and_then(CountryCode::region))
            .map_err(|error| why_unread(&error, text))?;
        checked(&read)
    }
}

fn has_plus(text: &str) -> bool {
    text.contains(['+', '\u{ff0b}'])
}

fn checked(read: &rlibphonenumber::PhoneNumber) -> Result<PhoneNumber, PhoneError> {
    // E.164 as it is written here has no extension; one that was read is refused below.
    let number: PhoneNumber = read.to_string().parse().map_err(|_| PhoneError::TooLong)?;
    if !read.is_valid() && !number.is_fictional_mobile() {
        return Err(why_not_valid(read));
    }
    if read.extension.is_some() {
        return Err(PhoneError::Extension);
    }
    Ok(number)
}

fn why_unread(error: &ParseError, text: &str) -> PhoneError {
    match error {
        ParseError::InvalidCountryCode if has_plus(text) => PhoneError::UnknownCallingCode,
        ParseError::InvalidCountryCode => PhoneError::CountryNeeded,
        ParseError::NotANumber(_) => PhoneError::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneError::TooShort,
        ParseError::TooLongNsn => PhoneError::TooLong,
    }
}

fn why_not_valid(read: &rlibphonenumber::PhoneNumber) -> PhoneError {
    match read.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => PhoneError::Invalid,
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => PhoneError::TooShort,
        Err(ValidationError::TooLong) => PhoneError::TooLong,
        Err(ValidationError::InvalidCountryCode) => PhoneError::UnknownCallingCode,
        Err(ValidationError::InvalidLength) => PhoneError::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: Option<CountryCode> = Some(CountryCode::US);
    const GB: Option<CountryCode> = Some(CountryCode::GB);

    fn read(text: &str, country: Option<CountryCode>) -> Result<String, PhoneError> {
        PhoneNumber::parse(text, country).map(|number| number.as_e164().to_owned())
    }

    #[test]
    fn what_people_type_is_read() {
        for (text, country, e164) in [
            ("(415) 555-2671", US, "+14155552671"),
            ("1.415.555.2671", US, "+14155552671"),
            ("tel:+1-415-555-2671", None, "+14155552671"),
            ("011 44 20 7946 0958", US, "+442079460958"),
            ("0044 20 7946 0958", GB, "+442079460958"),
            ("+44 (0)20 7946 0958", US, "+442079460958"),
            ("020 7946 0958", GB, "+442079460958"),
            ("\u{ff0b}\u{ff14}\u{ff14} 20 7946 0958", None, "+442079460958"),
            ("٤١٥ ٥٥٥ ٢٦٧١", US, "+14155552671"),
            ("\u{202a}+1 415\u{2011}555\u{2011}2671\u{202c}", None, "+14155552671"),
            ("1-800-FLOWERS", US, "+18003569377"),
            ("07700 900123", GB, "+447700900123"),
        ] {
            assert_eq!(read(text, country).as_deref(), Ok(e164), "{text}");
        }
    }

    #[test]
    fn emergency_and_crisis_codes_are_refused_by_name() {
        for (text, code) in [
            ("911", "911"),
            ("9-1-1", "911"),
            ("+1 911", "911"),
            (" 988 ", "988"),
            ("112", "112"),
            ("999", "999"),
            ("call 911!", "911"),
        ] {
            assert_eq!(read(text, US), Err(PhoneError::Emergency { code }), "{text}");
        }
        assert_eq!(
            PhoneError::Emergency { code: "911" }.to_string(),
            "Texts from here cannot reach emergency services; call 911 from a phone."
        );
    }

    #[test]
    fn an_extension_is_refused_with_what_to_do() {
        for text in ["415-555-2671 x22", "415-555-2671 ext. 22", "tel:+14155552671;ext=22", "415 555 2671,,22"] {
            assert_eq!(read(text, US), Err(PhoneError::Extension), "{text}");
        }
        assert_eq!(PhoneError::Extension.to_string(), "A text cannot reach an extension. Write the number without it.");
    }

    #[test]
    fn every_mistake_has_its_own_reason() {
        for (text, country, reason) in [
            ("", US, PhoneError::Empty),
            ("\u{a0} ", US, PhoneError::Empty),
            ("hello", US, PhoneError::NotANumber),
            ("415 555 2671", None, PhoneError::CountryNeeded),
            ("415 555 2671", Some(CountryCode::UNKNOWN), PhoneError::CountryNeeded),
            ("+999 123 456 789", US, PhoneError::UnknownCallingCode),
            ("555-2671", US, PhoneError::TooShort),
            ("12345", US, PhoneError::TooShort),
            ("415 555 26711", US, PhoneError::TooLong),
            ("+49 30 1234567890123", None, PhoneError::TooLong),
            ("123 456 7890", US, PhoneError::Invalid),
            ("07700 901000", GB, PhoneError::Invalid),
        ] {
            assert_eq!(read(text, country), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn numbers_that_exist_are_read_even_when_they_may_not_be_texted() {
        assert_eq!(read("900 234 5678", US).as_deref(), Ok("+19002345678"));
        assert_eq!(read("+870 773 111 632", None).as_deref(), Ok("+870773111632"));
        assert_eq!(
            PhoneError::NotTextable { kind: NumberKind::PremiumRate }.to_string(),
            "This is a premium-rate number. It cannot be texted."
        );
    }
}
