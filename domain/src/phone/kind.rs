//! What the numbering plans say about a number: its country, what kind it is, how people write it, and whether a text
//! can be sent to it.
//!
//! The country comes from the whole number and not from its prefix: +1 is about 25 countries and +44 is four. Validity,
//! country and kind are libphonenumber's, with one exception: the mobiles that Ofcom keeps for drama (07700 900000 to
//! 900999) are no valid numbers there but are here, as British mobiles, because the sandbox and the tests live on
//! numbers that can never ring at someone's.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

use super::{CountryCode, PhoneError, PhoneNumber};

/// Kind of a number, as far as its numbering plan tells. In North America it does not tell mobiles from fixed lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// Belongs to a place.
    FixedLine,
    /// A mobile.
    Mobile,
    /// One or the other: the plan does not say.
    FixedLineOrMobile,
    /// Free for who calls.
    TollFree,
    /// Costs who calls more than a call.
    PremiumRate,
    /// Its cost is shared between both sides.
    SharedCost,
    /// Voice over IP, of no place.
    Voip,
    /// Follows a person over several lines, at the caller's cost.
    PersonalNumber,
    /// A pager.
    Pager,
    /// A company's one number for everywhere (universal access number).
    Uan,
    /// Access to a mailbox.
    Voicemail,
    /// The plan does not know it.
    Unknown,
}

codes!(NumberKind {
    FixedLine = "fixed_line",
    Mobile = "mobile",
    FixedLineOrMobile = "fixed_line_or_mobile",
    TollFree = "toll_free",
    PremiumRate = "premium_rate",
    SharedCost = "shared_cost",
    Voip = "voip",
    PersonalNumber = "personal_number",
    Pager = "pager",
    Uan = "uan",
    Voicemail = "voicemail",
    Unknown = "unknown",
});

impl NumberKind {
    /// In words, for a sentence: "a premium-rate number".
    pub fn words(self) -> &'static str {
        match self {
            Self::FixedLine => "a landline",
            Self::Mobile => "a mobile number",
            Self::FixedLineOrMobile => "a local number",
            Self::TollFree => "a toll-free number",
            Self::PremiumRate => "a premium-rate number",
            Self::SharedCost => "a shared-cost number",
            Self::Voip => "an internet phone number",
            Self::PersonalNumber => "a personal (follow-me) number",
            Self::Pager => "a pager",
            Self::Uan => "a company number",
            Self::Voicemail => "a voicemail number",
            Self::Unknown => "a number of an unknown kind",
        }
    }
}

impl From<PhoneNumberType> for NumberKind {
    fn from(of_plan: PhoneNumberType) -> Self {
        match of_plan {
            PhoneNumberType::FixedLine => Self::FixedLine,
            PhoneNumberType::Mobile => Self::Mobile,
            PhoneNumberType::FixedLineOrMobile => Self::FixedLineOrMobile,
            PhoneNumberType::TollFree => Self::TollFree,
            PhoneNumberType::PremiumRate => Self::PremiumRate,
            PhoneNumberType::SharedCost => Self::SharedCost,
            PhoneNumberType::VoIP => Self::Voip,
            PhoneNumberType::PersonalNumber => Self::PersonalNumber,
            PhoneNumberType::Pager => Self::Pager,
            PhoneNumberType::UAN => Self::Uan,
            PhoneNumberType::VoiceMail => Self::Voicemail,
            PhoneNumberType::Unknown => Self::Unknown,
        }
    }
}

impl PhoneNumber {
    /// Country of it by the numbering data; [`CountryCode::UNKNOWN`] for satellite phones, international freephone, and
    /// numbers that no plan knows.
    pub fn country(&self) -> CountryCode {
        if self.is_fictional_mobile() {
            return CountryCode::GB;
        }
        self.region().map_or(CountryCode::UNKNOWN, CountryCode::of)
    }

    /// Kind of it by the numbering data.
    pub fn kind(&self) -> NumberKind {
        if self.is_fictional_mobile() {
            return NumberKind::Mobile;
        }
        self.described().map_or(NumberKind::Unknown, |number| PHONE_NUMBER_UTIL.get_number_type(&number).into())
    }

    /// As people write it in its own country: `(415) 555-2671`.
    pub fn national(&self) -> String {
        self.written(PhoneNumberFormat::National)
    }

    /// As people write it abroad: `+1 415-555-2671`.
    pub fn international(&self) -> String {
        self.written(PhoneNumberFormat::International)
    }

    /// Whether it is kept for stories and tests, so that nobody has it: +1 NXX 555 0100 to 0199, 07700 900000 to 900999
    /// and 020 7946 0000 to 0999.
    pub fn is_fictional(&self) -> bool {
        self.is_fictional_american() || self.is_fictional_mobile() || self.has_form("44207946", 4, "0")
    }

    /// Whether a text may be sent to it.
    ///
    /// # Errors
    /// [`PhoneError::NotTextable`] for premium-rate, shared-cost, personal, pager and voicemail numbers, which cost too
    /// much or lead to no phone; [`PhoneError::NoCountry`] for satellite phones and others of no country. A number that
    /// no plan knows may: plans grow faster than data, and the carrier has the last word.
    pub fn can_be_texted(&self) -> Result<(), PhoneError> {
        if self.region() == Some(Region::World) {
            return Err(PhoneError::NoCountry);
        }
        let kind = self.kind();
        match kind {
            NumberKind::PremiumRate
            | NumberKind::SharedCost
            | NumberKind::PersonalNumber
            | NumberKind::Pager
            | NumberKind::Voicemail => Err(PhoneError::NotTextable { kind }),
            NumberKind::FixedLine
            | NumberKind::Mobile
            | NumberKind::FixedLineOrMobile
            | NumberKind::TollFree
            | NumberKind::Voip
            | NumberKind::Uan
            | NumberKind::Unknown => Ok(()),
        }
    }

    /// Mobiles that Ofcom keeps for drama and libphonenumber does not know.
    pub(super) fn is_fictional_mobile(&self) -> bool {
        self.has_form("447700", 6, "900")
    }

    fn is_fictional_american(&self) -> bool {
        let digits = self.digits();
        digits.len() == 11 && digits.starts_with('1') && digits[4..].starts_with("55501")
    }

    /// Whether its digits are `prefix` and then so many more, which begin with `then`.
    fn has_form(&self, prefix: &str, more: usize, then: &str) -> bool {
        self.digits().strip_prefix(prefix).is_some_and(|rest| rest.len() == more && rest.starts_with(then))
    }

    fn written(&self, format: PhoneNumberFormat) -> String {
        self.described().map_or_else(|| self.as_e164().to_owned(), |number| number.format_as(format).into_owned())
    }

    fn region(&self) -> Option<Region> {
        PHONE_NUMBER_UTIL.get_region_for_number(&self.described()?)
    }

    fn described(&self) -> Option<rlibphonenumber::PhoneNumber> {
        PHONE_NUMBER_UTIL.parse(self.as_e164(), None).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        text.parse().expect("the test gives E.164")
    }

    #[test]
    fn the_country_is_decided_by_the_area_code_and_not_by_the_prefix() {
        for (text, letters) in [
            ("+14155552671", "US"),
            ("+14169671111", "CA"),
            ("+18765552345", "JM"),
            ("+16585552345", "JM"),
            ("+18095552345", "DO"),
            ("+18295552345", "DO"),
            ("+18495552345", "DO"),
            ("+17875552345", "PR"),
            ("+442079460958", "GB"),
            ("+447400123456", "GB"),
            ("+447911123456", "GG"),
            ("+447781123456", "GG"),
            ("+441534456789", "JE"),
            ("+447624456789", "IM"),
            ("+447700900123", "GB"),
            ("+8816123456789", "ZZ"),
            ("+15555550123", "ZZ"),
        ] {
            assert_eq!(number(text).country().as_str(), letters, "{text}");
        }
    }

    #[test]
    fn the_kind_is_told_apart() {
        use NumberKind::{
            FixedLine, FixedLineOrMobile, Mobile, Pager, PersonalNumber, PremiumRate, SharedCost, TollFree, Uan,
            Unknown,
        };
        for (text, kind) in [
            ("+14155552671", FixedLineOrMobile),
            ("+18005550199", TollFree),
            ("+18335550142", TollFree),
            ("+19002345678", PremiumRate),
            ("+442079460958", FixedLine),
            ("+447911123456", Mobile),
            ("+447700900123", Mobile),
            ("+447012345678", PersonalNumber),
            ("+447640123456", Pager),
            ("+448712345678", PremiumRate),
            ("+448454640000", PremiumRate),
            ("+611300123456", SharedCost),
            ("+443301234567", Uan),
            ("+15555550123", Unknown),
        ] {
            assert_eq!(number(text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn people_read_a_number_the_way_they_write_it() {
        assert_eq!(number("+14155552671").national(), "(415) 555-2671");
        assert_eq!(number("+14155552671").international(), "+1 415-555-2671");
        assert_eq!(number("+447700900123").national(), "07700 900123");
        assert_eq!(number("+442079460958").international(), "+44 20 7946 0958");
        assert_eq!(number("+999123").international(), "+999123");
    }

    #[test]
    fn what_costs_the_recipient_or_reaches_nobody_is_not_texted() {
        for text in [
            "+19002345678",
            "+611300123456",
            "+448454640000",
            "+447012345678",
            "+447640123456",
            "+448712345678",
            "+15002345678",
        ] {
            let refused = number(text).can_be_texted();
            assert!(matches!(refused, Err(PhoneError::NotTextable { .. })), "{text}: {refused:?}");
        }
        for text in ["+8816123456789", "+870773111632", "+80012345678", "+882161234567"] {
            assert_eq!(number(text).can_be_texted(), Err(PhoneError::NoCountry), "{text}");
        }
    }

    #[test]
    fn what_may_have_a_phone_behind_it_is_texted() {
        for text in [
            "+14155552671",
            "+18005550199",
            "+447911123456",
            "+442079460958",
            "+447700900123",
            "+443301234567",
            "+15555550123",
        ] {
            assert_eq!(number(text).can_be_texted(), Ok(()), "{text}");
        }
    }

    #[test]
    fn numbers_kept_for_stories_are_known() {
        for text in ["+14155550100", "+18005550199", "+447700900000", "+447700900999", "+442079460000", "+442079460999"]
        {
            assert!(number(text).is_fictional(), "{text}");
        }
        for text in
            ["+14155550200", "+14155550099", "+447700901000", "+447700899999", "+442079461000", "+4477009001234"]
        {
            assert!(!number(text).is_fictional(), "{text}");
        }
    }
}
