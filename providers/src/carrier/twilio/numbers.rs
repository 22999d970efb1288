//! Numbers: for sale, bought, found, given back.

use std::collections::HashMap;

use domain::contracts::{
    Answer, Outcome,
    carrier::{AvailableNumber, Capabilities, CarrierRefusal, FailureReason, HeldKind, HeldNumber, NumberWish},
};
use domain::phone::PhoneNumber;
use serde::Deserialize;

use super::{
    MESSAGES_PATH, VOICE_PATH, VOICE_STATUS_PATH,
    calls::{Api, is_sid},
};

/// "The resource does not exist": a kind of number that a country does not have, or a number that is gone.
const NOT_FOUND: &[&str] = &["20404", "http_404"];

/// Twilio writes the names of capabilities in capitals in one list and small in the other.
#[derive(Deserialize, Default)]
#[serde(from = "HashMap<String, serde_json::Value>")]
struct Can(Capabilities);

impl From<HashMap<String, serde_json::Value>> for Can {
    fn from(named: HashMap<String, serde_json::Value>) -> Self {
        let can = |name: &str| named.iter().any(|(key, value)| key.eq_ignore_ascii_case(name) && *value == true);
        Self(Capabilities { sms: can("sms"), mms: can("mms"), voice: can("voice") })
    }
}

#[derive(Deserialize)]
struct Held {
    sid: String,
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    capabilities: Can,
}

impl From<Held> for HeldNumber {
    fn from(held: Held) -> Self {
        Self { carrier_id: held.sid, capabilities: held.capabilities.0 }
    }
}

pub(super) async fn search(api: &Api, wish: &NumberWish) -> Outcome<Vec<AvailableNumber>, CarrierRefusal> {
    #[derive(Deserialize)]
    struct Page {
        available_phone_numbers: Vec<ForSale>,
    }
    let country = wish.country.to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(Answer::Refused(CarrierRefusal {
            code: "bad_country".to_owned(),
            reason: FailureReason::CountryNotEnabled,
        }));
    }
    let kind = match wish.kind {
        HeldKind::Local => "Local",
        HeldKind::Mobile => "Mobile",
        HeldKind::TollFree => "TollFree",
    };
    let path = api.path(&format!("/AvailablePhoneNumbers/{country}/{kind}.json"));
    Ok(match api.get::<Page>(&path, &query(wish)).await? {
        Answer::Done(page) => {
            let numbers = page.available_phone_numbers.into_iter();
            Answer::Done(numbers.filter_map(|number| number.available(wish.kind)).collect())
        }
        Answer::Refused(refusal) if is_absent(&refusal) => Answer::Done(Vec::new()),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

fn query(wish: &NumberWish) -> Vec<(&'static str, String)> {
    let mut query = vec![("PageSize", wish.limit.clamp(1, 50).to_string())];
    query.extend(wish.area_code.clone().map(|code| ("AreaCode", code)));
    query.extend(wish.contains.clone().map(|text| ("Contains", text)));
    let wanted = [
        ("SmsEnabled", wish.capabilities.sms),
        ("MmsEnabled", wish.capabilities.mms),
        ("VoiceEnabled", wish.capabilities.voice),
    ];
    let wanted = wanted.into_iter().filter(|(_, is_wanted)| *is_wanted);
    query.extend(wanted.map(|(name, _)| (name, "true".to_owned())));
    query
}

#[derive(Deserialize)]
struct ForSale {
    phone_number: String,
    #[serde(default)]
    locality: Option<String>,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    capabilities: Can,
}

impl ForSale {
    fn available(self, kind: HeldKind) -> Option<AvailableNumber> {
        let places = [self.locality, self.region];
        let places: Vec<String> = places.into_iter().flatten().filter(|place| !place.is_empty()).collect();
        Some(AvailableNumber {
            number: self.phone_number.parse().ok()?,
            kind,
            locality: (!places.is_empty()).then(|| places.join(", ")),
            capabilities: self.capabilities.0,
        })
    }
}

pub(super) async fn buy(api: &Api, public_url: &str, number: &PhoneNumber) -> Outcome<HeldNumber, CarrierRefusal> {
    let form = [
        ("PhoneNumber", number.as_e164().to_owned()),
        ("SmsUrl", format!("{public_url}{MESSAGES_PATH}")),
        ("SmsMethod", "POST".to_owned()),
        ("VoiceUrl", format!("{public_url}{VOICE_PATH}")),
        ("VoiceMethod", "POST".to_owned()),
        // On a number this one is about calls; texts name theirs when they are sent.
        ("StatusCallback", format!("{public_url}{VOICE_STATUS_PATH}")),
        ("StatusCallbackMethod", "POST".to_owned()),
    ];
    let answer = api.post::<Held>(&api.path("/IncomingPhoneNumbers.json"), &form).await?;
    Ok(match answer {
        Answer::Done(held) => Answer::Done(held.into()),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

pub(super) async fn find(api: &Api, number: &PhoneNumber) -> Outcome<Option<HeldNumber>, CarrierRefusal> {
    #[derive(Deserialize)]
    struct Page {
        incoming_phone_numbers: Vec<Held>,
    }
    let query = [("PhoneNumber", number.as_e164().to_owned())];
    let answer = api.get::<Page>(&api.path("/IncomingPhoneNumbers.json"), &query).await?;
    Ok(match answer {
        Answer::Done(page) => {
            let mut numbers = page.incoming_phone_numbers.into_iter();
            let ours = numbers.find(|held| held.phone_number == number.as_e164());
            Answer::Done(ours.map(HeldNumber::from))
        }
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

pub(super) async fn release(api: &Api, carrier_id: &str) -> Outcome<(), CarrierRefusal> {
    if !is_sid(carrier_id) {
        return Ok(Answer::Refused(CarrierRefusal {
            code: "bad_carrier_id".to_owned(),
            reason: FailureReason::SenderNotOurs,
        }));
    }
    let path = api.path(&format!("/IncomingPhoneNumbers/{carrier_id}.json"));
    Ok(match api.delete(&path).await? {
        Answer::Refused(refusal) if is_absent(&refusal) => Answer::Done(()),
        answer => answer,
    })
}

fn is_absent(refusal: &CarrierRefusal) -> bool {
    NOT_FOUND.contains(&refusal.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_capabilities_are_read() {
        let read = |text: &str| serde_json::from_str::<Can>(text).unwrap().0;

        let all = Capabilities { sms: true, mms: true, voice: true };
        assert_eq!(read(r#"{"voice":true,"SMS":true,"MMS":true}"#), all);
        assert_eq!(read(r#"{"voice":true,"sms":true,"mms":true,"fax":null}"#), all);
        assert_eq!(read(r#"{"voice":true,"SMS":true,"sms":true,"MMS":true}"#), all);
    }

    #[test]
    fn only_what_is_wished_for_is_asked() {
        let wish = NumberWish {
            country: "US".to_owned(),
            kind: HeldKind::Local,
            area_code: Some("415".to_owned()),
            contains: None,
            capabilities: Capabilities { sms: true, mms: false, voice: false },
            limit: 900,
        };

        let query = query(&wish);

        let expected = [("PageSize", "50"), ("AreaCode", "415"), ("SmsEnabled", "true")];
        assert_eq!(query, expected.map(|(key, value)| (key, value.to_owned())));
    }
}
