//! Numbers for sale: the ranges that are reserved for fiction, so that no real phone can ever ring.
//!
//! +1 NXX 555 0110 to 0199 in many area codes, the same of the toll-free codes, London 020 7946 0XXX and British
//! mobiles 07700 900XXX. 0100 to 0109 are left to people.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{BASE, error, geography, paging};
use crate::{
    options::ACCOUNT_SID,
    wire::{call::Call, reply::Reply},
    world::World,
};

/// Results when the search does not say how many.
const DEFAULT_SIZE: usize = 50;
/// Results at most.
const MAX_SIZE: usize = 1_000;

/// `GET AvailablePhoneNumbers/{country}/{kind}.json`.
pub(crate) fn search(world: &Arc<World>, call: &Call, (country, kind): (&str, &str)) -> Result<Reply, Reply> {
    let offers = offers(country, kind).ok_or_else(|| error::not_found(&call.path))?;
    let size = call.number("PageSize", DEFAULT_SIZE).clamp(1, MAX_SIZE);
    let pattern = call.filled("Contains").map(|text| digits_of_pattern(&text));
    let area = call.filled("AreaCode");
    let data = world.data();
    let found: Vec<Value> = offers
        .filter(|number| {
            area.as_deref().is_none_or(|area| number.strip_prefix("+1").is_some_and(|rest| rest.starts_with(area)))
        })
        .filter(|number| pattern.as_deref().is_none_or(|pattern| contains(number, pattern)))
        .filter(|number| can_what_is_asked(call, number))
        .filter(|number| !data.carrier.numbers.contains_key(number))
        .take(size)
        .map(|number| offer(&number, country))
        .collect();
    let here = format!("{BASE}/{ACCOUNT_SID}/AvailablePhoneNumbers/{country}/{kind}.json");
    let page = paging::Page { number: 0, size, count: found.len(), next_token: None };
    Ok(Reply::json(200, page.wrap("available_phone_numbers", found, &here, &[])))
}

/// Whether a number may be bought at all: it stands in one of the fictional ranges.
pub(crate) fn is_for_sale(number: &str) -> bool {
    let digits = number.strip_prefix("+1").unwrap_or_default();
    let north_american = digits.len() == 10 && digits.get(3..8) == Some("55501") && !digits.starts_with("415555010");
    north_american || (number.len() == 13 && (number.starts_with("+442079460") || number.starts_with("+447700900")))
}

/// The first number for sale in an area code that `is_free`.
pub(crate) fn first_in_area(area: &str, is_free: impl Fn(&str) -> bool) -> Option<String> {
    local(area).find(|number| is_free(number))
}

fn offers(country: &str, kind: &str) -> Option<Box<dyn Iterator<Item = String>>> {
    let codes = move || geography::AREAS.iter().filter(move |(.., of)| (*of == "US") == (country == "US"));
    match (country, kind) {
        ("US" | "CA", "Local") => {
            let codes: Vec<&'static str> = codes().map(|(code, ..)| *code).collect();
            // One of each area first, so that a short answer shows many places.
            Some(Box::new(
                (110..200)
                    .flat_map(move |line| codes.clone().into_iter().map(move |code| format!("+1{code}5550{line}"))),
            ))
        }
        ("US" | "CA", "TollFree") => Some(Box::new(geography::toll_free_codes().into_iter().flat_map(local))),
        ("GB", "Local") => Some(Box::new((0..1_000).map(|line| format!("+442079460{line:03}")))),
        ("GB", "Mobile") => Some(Box::new((0..1_000).map(|line| format!("+447700900{line:03}")))),
        _ => None,
    }
}

fn local(area: &str) -> impl Iterator<Item = String> + use<> {
    let area = area.to_owned();
    (110..200).map(move |line| format!("+1{area}5550{line}"))
}

fn offer(number: &str, country: &str) -> Value {
    let can = geography::capabilities(number);
    let place = geography::place(number);
    let london = number.starts_with("+4420").then_some("London");
    json!({
        "friendly_name": geography::friendly(number),
        "phone_number": number,
        "lata": null,
        "locality": place.map(|(locality, ..)| locality).or(london),
        "rate_center": place.map(|(locality, ..)| locality.to_uppercase()),
        "latitude": null,
        "longitude": null,
        "region": place.map(|(_, region, _)| region),
        "postal_code": null,
        "iso_country": country,
        "address_requirements": "none",
        "beta": false,
        "capabilities": { "voice": can.voice, "SMS": can.sms, "MMS": can.mms, "sms": can.sms, "mms": can.mms, "fax": false },
    })
}

fn can_what_is_asked(call: &Call, number: &str) -> bool {
    let can = geography::capabilities(number);
    let asked = |name: &str, has: bool| call.text(name).is_none_or(|wanted| (wanted == "true") == has);
    asked("SmsEnabled", can.sms) && asked("MmsEnabled", can.mms) && asked("VoiceEnabled", can.voice)
}

/// A pattern with letters turned into the digits of a keypad; `*` stays, punctuation falls out.
fn digits_of_pattern(pattern: &str) -> Vec<u8> {
    pattern
        .bytes()
        .filter_map(|byte| match byte.to_ascii_lowercase() {
            digit @ (b'0'..=b'9' | b'*') => Some(digit),
            b'a'..=b'c' => Some(b'2'),
            b'd'..=b'f' => Some(b'3'),
            b'g'..=b'i' => Some(b'4'),
            b'j'..=b'l' => Some(b'5'),
            b'm'..=b'o' => Some(b'6'),
            b'p'..=b's' => Some(b'7'),
            b't'..=b'v' => Some(b'8'),
            b'w'..=b'z' => Some(b'9'),
            _ => None,
        })
        .collect()
}

fn contains(number: &str, pattern: &[u8]) -> bool {
    pattern.is_empty()
        || number.as_bytes()[1..]
            .windows(pattern.len())
            .any(|window| window.iter().zip(pattern).all(|(digit, wanted)| *wanted == b'*' || digit == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_offered_is_fictional_and_valid() {
        let kinds = [("US", "Local"), ("CA", "Local"), ("US", "TollFree"), ("GB", "Local"), ("GB", "Mobile")];

        let numbers: Vec<String> = kinds.iter().flat_map(|(country, kind)| offers(country, kind).unwrap()).collect();

        assert!(numbers.len() > 7_000);
        assert!(numbers.iter().all(|number| is_for_sale(number) && geography::is_valid(number)));
    }

    #[test]
    fn letters_of_a_pattern_are_those_of_a_keypad() {
        assert!(contains("+14155550123", &digits_of_pattern("jkl-0*23")));
        assert!(!contains("+14155550123", &digits_of_pattern("555-9")));
    }

    #[test]
    fn there_are_no_american_mobile_numbers() {
        assert!(offers("US", "Mobile").is_none());
        assert!(offers("FR", "Local").is_none());
    }
}
