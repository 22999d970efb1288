//! Numbers of the simulated carrier: searched, bought, changed, released.

use serde_json::{Value, json};

use crate::bench::Bench;

const OFFICE: &str = "+12125550110";

fn numbers(found: &Value) -> Vec<String> {
    let listed = found["available_phone_numbers"].as_array().unwrap();
    listed.iter().map(|number| number["phone_number"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn numbers_are_found_by_area_code_and_by_letters() {
    let bench = Bench::new().await;

    let area = bench.carrier_get("AvailablePhoneNumbers/US/Local.json?AreaCode=512&PageSize=3").await;
    let letters = bench.carrier_get("AvailablePhoneNumbers/US/Local.json?Contains=512-JKL-01*7").await;

    assert_eq!(numbers(&area), ["+15125550110", "+15125550111", "+15125550112"]);
    assert!(!numbers(&letters).is_empty());
    assert!(numbers(&letters).iter().all(|number| number.starts_with("+151255501") && number.ends_with('7')));
    assert_eq!(area["available_phone_numbers"][0]["locality"], "Austin");
}

#[tokio::test]
async fn british_mobiles_text_and_london_numbers_do_not() {
    let bench = Bench::new().await;

    let mobiles = bench.carrier_get("AvailablePhoneNumbers/GB/Mobile.json?SmsEnabled=true&PageSize=1").await;
    let london = bench.carrier_get("AvailablePhoneNumbers/GB/Local.json?SmsEnabled=true").await;

    assert_eq!(numbers(&mobiles), ["+447700900000"]);
    assert!(numbers(&london).is_empty());
}

#[tokio::test]
async fn a_bought_number_is_listed_and_no_longer_for_sale() {
    let bench = Bench::new().await;

    let bought = bench.buy(OFFICE).await;

    let listed = bench.carrier_get("IncomingPhoneNumbers.json?PhoneNumber=%2B12125550110").await;
    let search = bench.carrier_get("AvailablePhoneNumbers/US/Local.json?AreaCode=212").await;
    assert_eq!(listed["incoming_phone_numbers"][0]["sid"], bought["sid"]);
    assert_eq!(bought["capabilities"]["sms"], true);
    assert!(!numbers(&search).contains(&OFFICE.to_owned()));
}

#[tokio::test]
async fn a_number_cannot_be_bought_twice_nor_a_real_one_at_all() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;

    let (_, twice) = bench.carrier_post("IncomingPhoneNumbers.json", &[("PhoneNumber", OFFICE)]).await;
    let (_, real) = bench.carrier_post("IncomingPhoneNumbers.json", &[("PhoneNumber", "+12124567890")]).await;

    assert_eq!((&twice["code"], &real["code"]), (&json!(21422), &json!(21422)));
}

#[tokio::test]
async fn a_number_can_be_changed_and_released() {
    let bench = Bench::new().await;
    let sid = bench.buy(OFFICE).await["sid"].as_str().unwrap().to_owned();
    let path = format!("IncomingPhoneNumbers/{sid}.json");

    let (_, changed) =
        bench.carrier_post(&path, &[("SmsUrl", "http://clerk.test/a"), ("FriendlyName", "Front desk")]).await;
    let released = bench.carrier(reqwest::Method::DELETE, &path).send().await.unwrap();

    let gone = bench.carrier(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!((&changed["sms_url"], &changed["friendly_name"]), (&json!("http://clerk.test/a"), &json!("Front desk")));
    assert_eq!((released.status().as_u16(), gone.status().as_u16()), (204, 404));
    bench.buy(OFFICE).await;
}
