//! Countries, as far as phone numbers go.

use async_graphql::{Enum, Object};
use domain::{
    contracts::carrier::HeldKind,
    phone::{self, NumberKind},
};

use super::scalars::CountryCode;

/// A country that has phone numbers.
pub(crate) struct Country(pub(super) phone::Country);

impl Country {
    /// The country with two letters; none when it has no phone numbers.
    pub(super) fn find(letters: &str) -> Option<Self> {
        phone::Country::find(letters.parse().ok()?).map(Self)
    }

    /// Countries that are enabled for everyone, by name.
    pub(super) fn native() -> Vec<Self> {
        let mut native: Vec<_> = phone::NATIVE_COUNTRIES.iter().filter_map(|letters| Self::find(letters)).collect();
        native.sort_by_key(|country| country.0.name);
        native
    }
}

/// Country, as far as phone numbers go.
#[Object]
impl Country {
    /// Code of the country.
    async fn code(&self) -> CountryCode {
        CountryCode(self.0.code)
    }

    /// Name in English.
    async fn name(&self) -> &str {
        self.0.name
    }

    /// Prefix of its numbers, such as `+44`.
    async fn calling_code(&self) -> String {
        format!("+{}", self.0.calling_code)
    }

    /// How a workspace gets to use it.
    async fn availability(&self) -> CountryAvailability {
        if self.0.code.is_native() { CountryAvailability::Native } else { CountryAvailability::OnRequest }
    }

    /// Types of number that it has.
    async fn number_types(&self) -> Vec<PhoneNumberType> {
        let mut types: Vec<_> = self.0.number_kinds().into_iter().filter_map(PhoneNumberType::of).collect();
        types.dedup();
        types
    }
}

/// How a workspace gets to use a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CountryAvailability {
    /// Enabled for everyone.
    Native,
    /// Enabled by the operators when asked.
    OnRequest,
}

/// Type of a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "HeldKind")]
pub(crate) enum PhoneNumberType {
    /// Belongs to an area.
    Local,
    /// Free for the caller.
    TollFree,
    /// Mobile; the only type that can text in some countries.
    Mobile,
}

impl PhoneNumberType {
    fn of(kind: NumberKind) -> Option<Self> {
        match kind {
            NumberKind::FixedLine | NumberKind::FixedLineOrMobile => Some(Self::Local),
            NumberKind::TollFree => Some(Self::TollFree),
            NumberKind::Mobile => Some(Self::Mobile),
            _ => None,
        }
    }
}
