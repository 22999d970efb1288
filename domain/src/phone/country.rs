//! Countries as far as phone numbers go: their two letters, which of them are native, and what numbers each has.
//! Calling codes and kinds come from the numbering data; only the English names are ours.

use std::{fmt, str::FromStr};

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType, Region};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{NumberKind, country_names::NAMES};

/// Countries that are enabled for everyone; the others are enabled by an operator on request.
pub const NATIVE: [CountryCode; 3] = [CountryCode::US, CountryCode::CA, CountryCode::GB];

/// Letters of [`NATIVE`], for where a country is a text.
pub const NATIVE_COUNTRIES: [&str; 3] = [NATIVE[0].as_str(), NATIVE[1].as_str(), NATIVE[2].as_str()];

/// Types of number that a workspace could hold, in the order in which they are offered.
const HELD_TYPES: [PhoneNumberType; 3] =
    [PhoneNumberType::FixedLine, PhoneNumberType::TollFree, PhoneNumberType::Mobile];

/// Two capital letters of ISO 3166-1. Any two letters have the form; [`CountryCode::name`] tells whether there is such
/// a country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Canada.
    pub const CA: Self = Self(*b"CA");
    /// United Kingdom without the crown dependencies, which are countries of their own here.
    pub const GB: Self = Self(*b"GB");
    /// United States.
    pub const US: Self = Self(*b"US");
    /// No country: satellite phones, international freephone, and numbers that no plan knows. ISO leaves these letters
    /// to users, so no country will ever have them, and it is enabled for nobody.
    pub const UNKNOWN: Self = Self(*b"ZZ");

    /// The letters.
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(&self.0) {
            Ok(letters) => letters,
            Err(_) => unreachable!(),
        }
    }

    /// English name; none for letters that no country with phone numbers has.
    pub fn name(self) -> Option<&'static str> {
        country_name(self.as_str())
    }

    /// Whether it is enabled for everyone.
    pub fn is_native(self) -> bool {
        NATIVE.contains(&self)
    }

    pub(super) fn region(self) -> Option<Region> {
        self.as_str().parse().ok()
    }

    pub(super) fn of(region: Region) -> Self {
        region.as_region_str().as_str().parse().unwrap_or(Self::UNKNOWN)
    }
}

/// Why a text is not a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A country code is two letters, such as US.")]
pub struct NotACountryCode;

impl FromStr for CountryCode {
    type Err = NotACountryCode;

    /// Reads two letters, large or small.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
            }
            _ => Err(NotACountryCode),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A country that has phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// Its letters.
    pub code: CountryCode,
    /// Its English name.
    pub name: &'static str,
    /// Prefix of its numbers without the plus: 44. Several countries can share one.
    pub calling_code: u16,
}

impl Country {
    /// The country with these letters; none when it has no phone numbers.
    pub fn find(code: CountryCode) -> Option<Self> {
        let name = code.name()?;
        let calling_code = PHONE_NUMBER_UTIL.get_country_code_for_region(code.region()?)?;
        Some(Self { code, name, calling_code: u16::try_from(calling_code).ok()? })
    }

    /// Every country, by name.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<_> = NAMES.iter().filter_map(|(letters, _)| Self::find(letters.parse().ok()?)).collect();
        all.sort_by_key(|country| country.name);
        all
    }

    /// Kinds of number that one could hold there: fixed line, toll-free, mobile. Where a plan does not tell fixed lines
    /// from mobiles, as in North America, both together are one kind.
    pub fn number_kinds(&self) -> Vec<NumberKind> {
        let Some(region) = self.code.region() else { return Vec::new() };
        let examples = HELD_TYPES
            .iter()
            .filter_map(|held| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, *held).ok());
        let mut kinds: Vec<NumberKind> = Vec::new();
        for kind in examples.map(|example| example.get_type().into()) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }
}

/// English name of the country with these two capital letters; none when no country with phone numbers has them.
pub fn country_name(letters: &str) -> Option<&'static str> {
    let found = NAMES.binary_search_by_key(&letters, |(code, _)| code).ok()?;
    Some(NAMES[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(letters: &str) -> Country {
        Country::find(letters.parse().expect("the test gives two letters")).expect("the test names a country")
    }

    #[test]
    fn every_country_of_the_numbering_data_has_a_name_and_no_other_has() {
        let mut known: Vec<String> = PHONE_NUMBER_UTIL
            .get_supported_regions()
            .map(|region| region.as_region_str().as_str().to_owned())
            .collect();
        known.sort();
        assert_eq!(NAMES.map(|(letters, _)| letters.to_owned()).to_vec(), known);
    }

    #[test]
    fn countries_are_listed_by_name_with_their_calling_codes() {
        let all = Country::all();
        assert_eq!(all.len(), NAMES.len());
        assert!(all.is_sorted_by_key(|country| country.name));
        assert_eq!(
            [country("US"), country("GB"), country("JM"), country("JE"), country("IE")].map(|found| found.calling_code),
            [1, 44, 1, 44, 353]
        );
    }

    #[test]
    fn a_country_knows_the_kinds_of_number_that_it_has() {
        use NumberKind::{FixedLine, FixedLineOrMobile, Mobile, TollFree};
        assert_eq!(country("US").number_kinds(), [FixedLineOrMobile, TollFree]);
        assert_eq!(country("GB").number_kinds(), [FixedLine, TollFree, Mobile]);
    }

    #[test]
    fn three_countries_are_native_and_no_country_is_not() {
        assert_eq!(NATIVE_COUNTRIES, ["US", "CA", "GB"]);
        assert!(CountryCode::GB.is_native());
        assert!(!CountryCode::UNKNOWN.is_native());
        assert_eq!(CountryCode::UNKNOWN.name(), None);
    }

    #[test]
    fn a_code_is_two_letters() {
        assert_eq!("gb".parse(), Ok(CountryCode::GB));
        for bad in ["", "G", "GBR", "G1", "é"] {
            assert_eq!(bad.parse::<CountryCode>(), Err(NotACountryCode), "{bad:?}");
        }
        assert_eq!(serde_json::to_string(&CountryCode::US).ok().as_deref(), Some("\"US\""));
    }
}
