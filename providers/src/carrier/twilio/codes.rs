//! What Twilio's codes mean: the one table. It serves refusals of a request and failures of a delivery alike; a code
//! that stands nowhere here is [`FailureReason::Unknown`] and keeps its number, so that a person can look it up.
//!
//! Source: Twilio's error and warning dictionary.

use domain::contracts::carrier::{CarrierRefusal, FailureReason};

/// Each reason with the codes that mean it.
const TABLE: &[(FailureReason, &[u32])] = &[
    (FailureReason::BadNumber, &[21201, 21211, 21217, 21266, 21421, 21604, 21624]),
    (FailureReason::CountryNotEnabled, &[21215, 21408, 21631]),
    (FailureReason::OptedOut, &[21610]),
    (FailureReason::NotMobile, &[21612, 21614]),
    (FailureReason::TooLong, &[21605, 21617]),
    (FailureReason::Unreachable, &[30003]),
    (FailureReason::UnknownSubscriber, &[30005]),
    (FailureReason::Landline, &[21635, 30006]),
    (FailureReason::Filtered, &[30004, 30007, 30029]),
    (FailureReason::DailyCap, &[30023, 30027, 63038]),
    (FailureReason::TollFreeNotVerified, &[30031, 30032]),
    (FailureReason::NotRegistered, &[30018, 30024, 30033, 30034, 30035]),
    (FailureReason::SenderNotOurs, &[21603, 21606, 21616, 21618, 21659, 21660, 21661]),
    (FailureReason::Account, &[20003, 20004, 20005, 20006, 20008, 20403, 20404, 21608, 30002, 90010]),
    (FailureReason::NumberTaken, &[21422, 21452, 21404]),
    (FailureReason::Pumping, &[30450, 30453, 60410]),
];

/// Codes that only say "slower": too many requests, the sender's queue is full.
const SLOWER: &[u32] = &[14107, 20429, 21611, 30001, 30022];

/// The reason behind a code.
pub(super) fn reason(code: u32) -> FailureReason {
    TABLE.iter().find(|(_, codes)| codes.contains(&code)).map_or(FailureReason::Unknown, |(reason, _)| *reason)
}

/// Whether the code of a refused request only asks us to wait.
pub(super) fn asks_to_wait(code: u32) -> bool {
    SLOWER.contains(&code)
}

/// A refusal with this code.
pub(super) fn refusal(code: u32) -> CarrierRefusal {
    CarrierRefusal { code: code.to_string(), reason: reason(code) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_codes_that_the_product_explains_have_their_reasons() {
        let reasons =
            [21211, 21408, 21610, 21614, 21617, 30003, 30005, 30006, 30007, 30008, 30023, 30032, 30034].map(reason);

        assert_eq!(
            reasons,
            [
                FailureReason::BadNumber,
                FailureReason::CountryNotEnabled,
                FailureReason::OptedOut,
                FailureReason::NotMobile,
                FailureReason::TooLong,
                FailureReason::Unreachable,
                FailureReason::UnknownSubscriber,
                FailureReason::Landline,
                FailureReason::Filtered,
                FailureReason::Unknown,
                FailureReason::DailyCap,
                FailureReason::TollFreeNotVerified,
                FailureReason::NotRegistered,
            ]
        );
    }

    #[test]
    fn refusals_of_a_request_have_their_reasons() {
        let reasons = [21606, 21659, 21612, 20003, 20404, 30450, 30453, 21422].map(reason);

        assert_eq!(
            reasons,
            [
                FailureReason::SenderNotOurs,
                FailureReason::SenderNotOurs,
                FailureReason::NotMobile,
                FailureReason::Account,
                FailureReason::Account,
                FailureReason::Pumping,
                FailureReason::Pumping,
                FailureReason::NumberTaken,
            ]
        );
    }

    #[test]
    fn a_code_that_nobody_knows_keeps_its_number() {
        let refused = refusal(99999);

        assert_eq!((refused.code.as_str(), refused.reason), ("99999", FailureReason::Unknown));
    }

    #[test]
    fn no_code_has_two_meanings() {
        let all: Vec<u32> = TABLE.iter().flat_map(|(_, codes)| *codes).chain(SLOWER).copied().collect();

        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
