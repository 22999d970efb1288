//! What a phone number says about itself: whether it is one, its country, its place, what it can do.

/// Area codes of +1 outside the United States and Canada.
const ELSEWHERE: [&str; 21] = [
    "242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809",
    "829", "849", "868", "869", "876",
];
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];
/// Area codes with numbers for sale: code, place, region, country.
pub(crate) const AREAS: [(&str, &str, &str, &str); 58] = [
    ("201", "Jersey City", "NJ", "US"),
    ("202", "Washington", "DC", "US"),
    ("203", "New Haven", "CT", "US"),
    ("205", "Birmingham", "AL", "US"),
    ("206", "Seattle", "WA", "US"),
    ("207", "Portland", "ME", "US"),
    ("208", "Boise", "ID", "US"),
    ("210", "San Antonio", "TX", "US"),
    ("212", "New York", "NY", "US"),
    ("213", "Los Angeles", "CA", "US"),
    ("214", "Dallas", "TX", "US"),
    ("215", "Philadelphia", "PA", "US"),
    ("216", "Cleveland", "OH", "US"),
    ("303", "Denver", "CO", "US"),
    ("305", "Miami", "FL", "US"),
    ("312", "Chicago", "IL", "US"),
    ("313", "Detroit", "MI", "US"),
    ("314", "St. Louis", "MO", "US"),
    ("317", "Indianapolis", "IN", "US"),
    ("401", "Providence", "RI", "US"),
    ("402", "Omaha", "NE", "US"),
    ("404", "Atlanta", "GA", "US"),
    ("405", "Oklahoma City", "OK", "US"),
    ("408", "San Jose", "CA", "US"),
    ("412", "Pittsburgh", "PA", "US"),
    ("414", "Milwaukee", "WI", "US"),
    ("415", "San Francisco", "CA", "US"),
    ("502", "Louisville", "KY", "US"),
    ("503", "Portland", "OR", "US"),
    ("504", "New Orleans", "LA", "US"),
    ("505", "Albuquerque", "NM", "US"),
    ("510", "Oakland", "CA", "US"),
    ("512", "Austin", "TX", "US"),
    ("602", "Phoenix", "AZ", "US"),
    ("612", "Minneapolis", "MN", "US"),
    ("615", "Nashville", "TN", "US"),
    ("617", "Boston", "MA", "US"),
    ("619", "San Diego", "CA", "US"),
    ("702", "Las Vegas", "NV", "US"),
    ("704", "Charlotte", "NC", "US"),
    ("713", "Houston", "TX", "US"),
    ("718", "Brooklyn", "NY", "US"),
    ("801", "Salt Lake City", "UT", "US"),
    ("808", "Honolulu", "HI", "US"),
    ("816", "Kansas City", "MO", "US"),
    ("901", "Memphis", "TN", "US"),
    ("907", "Anchorage", "AK", "US"),
    ("919", "Raleigh", "NC", "US"),
    ("204", "Winnipeg", "MB", "CA"),
    ("306", "Regina", "SK", "CA"),
    ("403", "Calgary", "AB", "CA"),
    ("416", "Toronto", "ON", "CA"),
    ("514", "Montreal", "QC", "CA"),
    ("604", "Vancouver", "BC", "CA"),
    ("613", "Ottawa", "ON", "CA"),
    ("780", "Edmonton", "AB", "CA"),
    ("902", "Halifax", "NS", "CA"),
    ("506", "Moncton", "NB", "CA"),
];
/// Canadian area codes without numbers for sale.
const CANADA: [&str; 32] = [
    "226", "236", "249", "250", "263", "289", "343", "354", "365", "367", "368", "382", "418", "428", "431", "437",
    "438", "450", "468", "474", "519", "548", "579", "581", "584", "587", "639", "647", "672", "683", "705", "709",
];

/// What a number can carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capabilities {
    pub(crate) sms: bool,
    pub(crate) mms: bool,
    pub(crate) voice: bool,
}

/// Whether this is a telephone number in E.164, with the lengths of +1 and +44 checked.
pub(crate) fn is_valid(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else { return false };
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let at = |position: usize| digits.as_bytes()[position];
    match at(0) {
        b'0' => false,
        b'1' => digits.len() == 11 && at(1) >= b'2' && at(4) >= b'2',
        _ if digits.starts_with("44") => (11..=12).contains(&digits.len()) && at(2) != b'0',
        _ => true,
    }
}

/// The country, if it is one of the three that are enabled.
pub(crate) fn country(number: &str) -> Option<&'static str> {
    if number.starts_with("+44") {
        return Some("GB");
    }
    let area = area(number)?;
    if ELSEWHERE.contains(&area) {
        return None;
    }
    match place(number) {
        Some((.., country)) => Some(country),
        None if CANADA.contains(&area) => Some("CA"),
        None => Some("US"),
    }
}

/// Place, region and country of a North American number, if its area code is known.
pub(crate) fn place(number: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let area = area(number)?;
    AREAS.iter().find(|(code, ..)| *code == area).map(|(_, place, region, country)| (*place, *region, *country))
}

/// Whether the number is toll-free.
pub(crate) fn is_toll_free(number: &str) -> bool {
    area(number).is_some_and(|area| TOLL_FREE.contains(&area))
}

/// The toll-free codes, for the inventory.
pub(crate) fn toll_free_codes() -> [&'static str; 7] {
    TOLL_FREE
}

/// What a number can carry, by its kind.
pub(crate) fn capabilities(number: &str) -> Capabilities {
    match number.strip_prefix("+44") {
        Some(rest) => Capabilities { sms: rest.starts_with('7'), mms: false, voice: true },
        None => Capabilities { sms: true, mms: true, voice: true },
    }
}

/// The way people write it: `(415) 555-0110`, or as it is.
pub(crate) fn friendly(number: &str) -> String {
    match number.strip_prefix("+1") {
        Some(rest) if rest.len() == 10 => format!("({}) {}-{}", &rest[..3], &rest[3..6], &rest[6..]),
        _ => number.to_owned(),
    }
}

fn area(number: &str) -> Option<&str> {
    number.strip_prefix("+1")?.get(..3)
}
