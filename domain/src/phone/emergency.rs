//! Emergency and crisis codes. A text to one would be lost while someone waits for help, so they are told apart from
//! every other mistake and refused at once, wherever the writer is. The three-digit codes are those that some numbering
//! plan gives to police, fire, ambulance or a crisis line; none of them is a valid number anywhere, so nobody is
//! refused wrongly.

use super::CountryCode;

/// Codes that are known far beyond the places that use them. They are also found behind a country code, and after a
/// plus.
const EVERYWHERE: [&str; 4] = ["112", "911", "988", "999"];

/// Country codes behind which people look for them.
const COUNTRY_CODES: [&str; 2] = ["1", "44"];

/// Codes that some country uses, sorted.
const SOMEWHERE: [&str; 96] = [
    "000", "060", "066", "080", "085", "088", "100", "101", "102", "103", "104", "105", "106", "107", "108", "110",
    "111", "112", "113", "114", "115", "116", "117", "118", "119", "120", "122", "123", "124", "125", "127", "128",
    "129", "130", "131", "132", "133", "140", "144", "15", "150", "151", "155", "156", "157", "158", "159", "16",
    "160", "166", "17", "170", "171", "172", "175", "177", "18", "180", "188", "19", "190", "191", "192", "193", "194",
    "195", "197", "198", "199", "333", "90", "901", "902", "903", "91", "911", "912", "913", "917", "919", "92", "922",
    "93", "933", "94", "955", "988", "990", "991", "992", "993", "995", "996", "997", "998", "999",
];

/// Crisis lines that are longer: elsewhere the same digits can be a number, so they count in their own country only.
const CRISIS_LINES: [(CountryCode, &str); 6] = [
    (CountryCode::US, "741741"),
    (CountryCode::CA, "686868"),
    (CountryCode::CA, "741741"),
    (CountryCode::GB, "85258"),
    (CountryCode::GB, "116123"),
    (CountryCode::GB, "116111"),
];

/// The emergency or crisis code that a text is, if it is one.
///
/// `digits` are all digits of it, `has_plus` says whether it begins a country code, `country` is where its writer is.
pub(super) fn code_of(digits: &str, has_plus: bool, country: Option<CountryCode>) -> Option<&'static str> {
    if let Some(code) = EVERYWHERE
        .into_iter()
        .find(|code| *code == digits || COUNTRY_CODES.iter().any(|country| digits.strip_prefix(country) == Some(code)))
    {
        return Some(code);
    }
    // A number that is begun with + and a country code, such as +91, is no code of a fire brigade.
    if has_plus {
        return None;
    }
    let local = CRISIS_LINES.into_iter().find(|(place, code)| Some(*place) == country && *code == digits);
    local.map(|(_, code)| code).or_else(|| SOMEWHERE.binary_search(&digits).ok().map(|found| SOMEWHERE[found]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(SOMEWHERE.is_sorted());
        assert!(EVERYWHERE.iter().all(|code| SOMEWHERE.contains(code)));
    }

    #[test]
    fn a_code_is_found_alone_and_behind_a_country_code() {
        for digits in ["911", "1911", "44999", "112", "988", "000", "91"] {
            assert!(code_of(digits, false, None).is_some(), "{digits}");
        }
        for digits in ["", "1", "9111", "1000", "9119111234", "441234"] {
            assert_eq!(code_of(digits, false, None), None, "{digits}");
        }
    }

    #[test]
    fn a_country_code_is_not_mistaken_for_an_emergency_code() {
        assert_eq!(code_of("91", true, None), None);
        assert_eq!(code_of("1911", true, None), Some("911"));
        assert_eq!(code_of("112", true, None), Some("112"));
    }

    #[test]
    fn a_longer_crisis_line_counts_in_its_own_country() {
        assert_eq!(code_of("741741", false, Some(CountryCode::US)), Some("741741"));
        assert_eq!(code_of("741741", false, Some(CountryCode::GB)), None);
        assert_eq!(code_of("116123", false, Some(CountryCode::GB)), Some("116123"));
    }
}
