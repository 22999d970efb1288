//! Texts over the simulated carrier.

use serde_json::{Value, json};

use crate::bench::{Bench, texts};

const MARIA: &str = "+14155550101";
const TOM: &str = "+14155550102";
const OFFICE: &str = "+12125550110";

#[tokio::test]
async fn a_persons_text_reaches_clerk_signed() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;

    let sent = bench.text(MARIA, OFFICE, "Is the doctor in?").await;

    let seen = bench.clerk.wait(1, texts).await;
    assert_eq!(sent["webhook_status"], 200);
    assert_eq!(seen[0].field("MessageSid"), sent["sid"].as_str().unwrap());
    assert_eq!(seen[0].field("Body"), "Is the doctor in?");
    assert_eq!((seen[0].field("From"), seen[0].field("To")), (MARIA.to_owned(), OFFICE.to_owned()));
    assert!(seen[0].is_signed_by_carrier(&format!("{}/webhooks/twilio/messages", bench.clerk_url)));
}

#[tokio::test]
async fn a_number_with_its_own_address_gets_its_texts_there() {
    let bench = Bench::new().await;
    let url = format!("{}/elsewhere?number=1", bench.clerk_url);
    bench.carrier_post("IncomingPhoneNumbers.json", &[("PhoneNumber", OFFICE), ("SmsUrl", &url)]).await;

    bench.text(MARIA, OFFICE, "Hello").await;

    let seen = bench.clerk.wait(1, |seen| seen.path == "/elsewhere?number=1").await;
    assert!(seen[0].is_signed_by_carrier(&url));
}

#[tokio::test]
async fn a_text_to_a_number_that_nobody_bought_is_refused() {
    let bench = Bench::new().await;

    let body = json!({ "from": MARIA, "to": OFFICE, "body": "Hello" });
    let answer = bench.http.post(format!("{}/api/phone/text", bench.control)).json(&body).send().await.unwrap();

    assert_eq!(answer.status(), 422);
}

#[tokio::test]
async fn an_accepted_text_has_the_vendors_shape() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;

    let (status, text) =
        bench.carrier_post("Messages.json", &[("To", MARIA), ("From", OFFICE), ("Body", "Tomorrow at 9")]).await;

    assert_eq!(status, 201);
    assert!(text["sid"].as_str().unwrap().starts_with("SM"));
    assert_eq!((&text["status"], &text["direction"]), (&json!("queued"), &json!("outbound-api")));
    assert_eq!((&text["num_segments"], &text["num_media"]), (&json!("1"), &json!("0")));
    assert_eq!((&text["date_sent"], &text["price"], &text["error_code"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(text["date_created"].as_str().unwrap().ends_with(" +0000"));
    assert!(text["subresource_uris"]["media"].as_str().unwrap().ends_with("/Media.json"));
}

#[tokio::test]
async fn status_callbacks_tell_of_sent_and_delivered() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    let url = format!("{}/webhooks/twilio/status?m=1", bench.clerk_url);

    let form = [("To", MARIA), ("From", OFFICE), ("Body", "Hi"), ("StatusCallback", url.as_str())];
    let (_, text) = bench.carrier_post("Messages.json", &form).await;

    let seen = bench.clerk.wait(2, |seen| seen.path.starts_with("/webhooks/twilio/status")).await;
    let statuses: Vec<String> = seen.iter().map(|seen| seen.field("MessageStatus")).collect();
    assert_eq!(statuses, ["sent", "delivered"]);
    assert_eq!(seen[0].field("MessageSid"), text["sid"].as_str().unwrap());
    assert!(seen[0].is_signed_by_carrier(&url));
}

#[tokio::test]
async fn a_phone_that_is_switched_off_leaves_texts_undelivered() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.order("phone/settings", json!({ "number": MARIA, "reachable": false, "failure_code": "30005" })).await;
    let url = format!("{}/status", bench.clerk_url);

    bench
        .carrier_post("Messages.json", &[("To", MARIA), ("From", OFFICE), ("Body", "Hi"), ("StatusCallback", &url)])
        .await;

    let seen = bench.clerk.wait(1, |seen| seen.field("MessageStatus") == "undelivered").await;
    assert_eq!(seen[0].field("ErrorCode"), "30005");
}

#[tokio::test]
async fn each_bad_text_is_refused_with_the_vendors_code() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.buy("+442079460001").await;
    let long = "a".repeat(1_601);
    let bad: [&[(&str, &str)]; 9] = [
        &[("To", "415-555"), ("From", OFFICE), ("Body", "x")],
        &[("To", MARIA), ("From", "+12125550111"), ("Body", "x")],
        &[("To", MARIA), ("From", "+442079460001"), ("Body", "x")],
        &[("To", MARIA), ("From", OFFICE), ("Body", &long)],
        &[("To", "+33612345678"), ("From", OFFICE), ("Body", "x")],
        &[("To", "+18765551234"), ("From", OFFICE), ("Body", "x")],
        &[("To", MARIA), ("From", OFFICE)],
        &[("From", OFFICE), ("Body", "x")],
        &[("To", OFFICE), ("From", OFFICE), ("Body", "x")],
    ];

    let codes = bench.codes_of_texts(&bad).await;

    assert_eq!(codes, [21211, 21659, 21606, 21617, 21408, 21408, 21602, 21604, 21266]);
}

#[tokio::test]
async fn a_person_who_said_stop_cannot_be_texted_until_start() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.text(MARIA, OFFICE, "STOP").await;
    let form = [("To", MARIA), ("From", OFFICE), ("Body", "Hi")];

    let (status, refused) = bench.carrier_post("Messages.json", &form).await;
    bench.text(MARIA, OFFICE, "start").await;
    let (again, _) = bench.carrier_post("Messages.json", &form).await;

    assert_eq!((status, &refused["code"], again), (400, &json!(21610), 201));
}

#[tokio::test]
async fn a_toll_free_network_answers_stop_itself() {
    let bench = Bench::new().await;
    bench.buy("+18005550110").await;

    bench.text(MARIA, "+18005550110", "STOP").await;

    let listed = bench.carrier_get(&format!("Messages.json?To={}", MARIA.replace('+', "%2B"))).await;
    assert_eq!(listed["messages"][0]["direction"], "outbound-reply");
    bench.clerk.wait(1, texts).await;
}

#[tokio::test]
async fn wrong_credentials_and_unknown_paths_are_refused_and_noted() {
    let bench = Bench::new().await;

    let stranger =
        bench.http.get(bench.carrier_url("Messages.json")).basic_auth("AC1", Some("x")).send().await.unwrap();
    let (lost, _) = bench.carrier_post("Faxes.json", &[]).await;

    let ledger = bench.read("ledger").await;
    assert_eq!((stranger.status().as_u16(), lost), (401, 404));
    assert_eq!(stranger.json::<Value>().await.unwrap()["code"], 20003);
    assert_eq!(ledger["unexpected"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn texts_are_listed_newest_first_by_party_and_page() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.text(TOM, OFFICE, "other").await;
    bench.text(MARIA, OFFICE, "1").await;
    bench.text(MARIA, OFFICE, "2").await;
    bench.text(MARIA, OFFICE, "3").await;

    let first = bench.carrier_get("Messages.json?From=%2B14155550101&PageSize=2").await;
    bench.text(MARIA, OFFICE, "4").await;
    let next = first["next_page_uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let second = bench.carrier_get(&next).await;

    let bodies = |page: &Value| {
        page["messages"].as_array().unwrap().iter().map(|text| text["body"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!((bodies(&first), bodies(&second)), (vec![json!("3"), json!("2")], vec![json!("1")]));
    assert_eq!(second["next_page_uri"], Value::Null);
}

#[tokio::test]
async fn texts_are_listed_by_date() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.text(MARIA, OFFICE, "now").await;

    let since = bench.carrier_get("Messages.json?DateSent%3E=2026-01-01T00:00:00Z").await;
    let before = bench.carrier_get("Messages.json?DateSent%3C=2026-01-01").await;

    assert_eq!(since["messages"].as_array().unwrap().len(), 1);
    assert_eq!(before["messages"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_picture_can_be_listed_and_fetched() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    let order =
        json!({ "from": MARIA, "to": OFFICE, "body": "Look", "media_urls": ["data:image/png;base64,aGVsbG8="] });

    let sent = bench.order("phone/text", order).await;

    let seen = bench.clerk.wait(1, texts).await;
    let listed = bench.carrier_get(&format!("Messages/{}/Media.json", sent["sid"].as_str().unwrap())).await;
    let picture = bench.http.get(seen[0].field("MediaUrl0"));
    let picture = picture.basic_auth(&bench.keys.twilio_account_sid, Some(&bench.keys.twilio_auth_token));
    let elsewhere = picture.send().await.unwrap();
    let picture = bench.http.get(elsewhere.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(
        (seen[0].field("NumMedia"), seen[0].field("MediaContentType0")),
        ("1".to_owned(), "image/png".to_owned())
    );
    assert_eq!(listed["media_list"][0]["content_type"], "image/png");
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.text().await.unwrap(), "hello");
}

#[tokio::test]
async fn a_text_between_two_bought_numbers_arrives_as_a_persons_would() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.buy("+13125550110").await;

    bench.carrier_post("Messages.json", &[("To", "+13125550110"), ("From", OFFICE), ("Body", "Psst")]).await;

    let seen = bench.clerk.wait(1, texts).await;
    assert_eq!((seen[0].field("To"), seen[0].field("Body")), ("+13125550110".to_owned(), "Psst".to_owned()));
}

#[tokio::test]
async fn the_account_is_active() {
    let bench = Bench::new().await;

    let url = format!("{}/2010-04-01/Accounts/{}.json", bench.sandbox.twilio_url(), bench.keys.twilio_account_sid);
    let answer = bench.http.get(url).basic_auth(&bench.keys.twilio_account_sid, Some(&bench.keys.twilio_auth_token));

    let account: Value = answer.send().await.unwrap().json().await.unwrap();
    assert_eq!((&account["status"], &account["type"]), (&json!("active"), &json!("Full")));
}
