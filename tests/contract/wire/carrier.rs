//! Every call of the carrier's contract, as Twilio's OpenAPI file describes it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::contracts::carrier::{Capabilities, Carrier, HeldKind, NumberWish, OutboundText};
use providers::{Rotating, carrier};

use super::{
    super::done,
    ACCOUNT, AUTH_TOKEN, PUBLIC_URL, assert_spotless,
    fake::Fake,
    judge_twilio::{called, judge},
};

fn carrier(fake: &Fake) -> Arc<dyn Carrier> {
    let config = carrier::twilio::Config {
        account_sid: ACCOUNT.to_owned(),
        auth_token: Rotating::only(AUTH_TOKEN.into()),
        api_url: fake.url.clone(),
        media_url: fake.url.clone(),
        public_url: PUBLIC_URL.to_owned(),
    };
    carrier::open(carrier::Settings::Twilio(config)).expect("good settings").calls
}

fn text(body: &str, media_urls: &[&str]) -> OutboundText {
    OutboundText {
        reference: "msg_0193 +&ë".to_owned(),
        from: "+14155552345".parse().expect("a number"),
        to: "+447700900123".parse().expect("a number"),
        body: body.to_owned(),
        media_urls: media_urls.iter().map(|url| (*url).to_owned()).collect(),
    }
}

fn wish(kind: HeldKind) -> NumberWish {
    NumberWish {
        country: "us".to_owned(),
        kind,
        area_code: Some("510".to_owned()),
        contains: Some("CLERK".to_owned()),
        capabilities: Capabilities { sms: true, mms: true, voice: true },
        limit: 50,
    }
}

/// The afternoon of the documented examples.
fn afternoon() -> DateTime<Utc> {
    "2019-05-24T17:00:00.123456Z".parse().expect("a time")
}

#[tokio::test]
async fn a_text_is_sent_as_described() {
    let fake = Fake::twilio().await;

    done(carrier(&fake).send(&text("1+1=2 & ë 👋 \n", &[])).await);

    let sent = fake.only();
    assert_spotless(std::slice::from_ref(&sent), judge);
    let address = "https://clerk.example:8443/webhooks/twilio/status?message=msg_0193+%2B%26%C3%AB";
    let expected =
        [("To", "+447700900123"), ("From", "+14155552345"), ("StatusCallback", address), ("Body", "1+1=2 & ë 👋 \n")];
    assert_eq!(sent.form(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn pictures_are_sent_as_described_with_and_without_words() {
    let fake = Fake::twilio().await;
    let carrier = carrier(&fake);
    let addresses = ["https://clerk.example/media/1?a=b&c=d", "https://clerk.example/media/2"];

    done(carrier.send(&text("two", &addresses)).await);
    done(carrier.send(&text("", &addresses[..1])).await);

    assert_spotless(&fake.recorded(), judge);
    let media = |at: usize| fake.recorded()[at].form().iter().filter(|(name, _)| name == "MediaUrl").count();
    assert_eq!((media(0), media(1)), (2, 1));
}

#[tokio::test]
async fn sent_texts_are_looked_for_as_described_on_every_page() {
    let fake = Fake::twilio().await;

    done(carrier(&fake).find_sent(&text("testing", &[]), afternoon()).await);

    assert_spotless(&fake.recorded(), judge);
    assert_eq!((fake.recorded().len(), called(&fake.recorded())), (2, vec!["ListMessage"]));
}

#[tokio::test]
async fn received_texts_and_their_media_are_listed_as_described() {
    let fake = Fake::twilio().await;

    let received = done(carrier(&fake).list_received(afternoon(), afternoon() + chrono::TimeDelta::hours(49)).await);

    assert_spotless(&fake.recorded(), judge);
    assert_eq!(called(&fake.recorded()), ["ListMedia", "ListMessage"]);
    assert!(!received.is_empty());
}

#[tokio::test]
async fn numbers_of_every_kind_are_searched_as_described() {
    let fake = Fake::twilio().await;
    let carrier = carrier(&fake);

    let local = done(carrier.search_numbers(&wish(HeldKind::Local)).await);
    let mobile = done(carrier.search_numbers(&wish(HeldKind::Mobile)).await);
    let toll_free = done(carrier.search_numbers(&wish(HeldKind::TollFree)).await);

    assert_eq!((local.len(), mobile.len(), toll_free.len()), (1, 1, 1));
    assert_spotless(&fake.recorded(), judge);
    let kinds = ["ListAvailablePhoneNumberLocal", "ListAvailablePhoneNumberMobile", "ListAvailablePhoneNumberTollFree"];
    assert_eq!(called(&fake.recorded()), kinds);
}

#[tokio::test]
async fn a_number_is_bought_found_and_given_back_as_described() {
    let fake = Fake::twilio().await;
    let carrier = carrier(&fake);
    let number = "+18089255327".parse().expect("a number");

    let held = done(carrier.buy_number(&number).await);
    let found = done(carrier.find_number(&number).await);
    done(carrier.release_number(&held.carrier_id).await);

    assert_spotless(&fake.recorded(), judge);
    assert_eq!(found.map(|found| found.carrier_id), Some(held.carrier_id));
    let all = ["CreateIncomingPhoneNumber", "DeleteIncomingPhoneNumber", "ListIncomingPhoneNumber"];
    assert_eq!(called(&fake.recorded()), all);
}

#[tokio::test]
async fn the_credentials_are_checked_as_described() {
    let fake = Fake::twilio().await;

    done(carrier(&fake).check().await);

    assert_spotless(&[fake.only()], judge);
    assert_eq!(called(&fake.recorded()), ["FetchAccount"]);
}

#[tokio::test]
async fn a_request_that_is_not_as_described_is_found() {
    let fake = Fake::twilio().await;
    done(carrier(&fake).send(&text("hello", &[])).await);
    let right = fake.only();
    let with = |change: &dyn Fn(&mut super::Recorded)| {
        let mut request = right.clone();
        change(&mut request);
        judge(&request)
    };
    let body = |text: &str| text.as_bytes().to_vec();

    let wrong = [
        with(&|request| request.method = "PUT".to_owned()),
        with(&|request| request.path = request.path.replace(".json", "")),
        with(&|request| request.path = request.path.replace("ACa", "ACx")),
        with(&|request| request.body = body("to=%2B14155550101&From=%2B14155552345&Body=x")),
        with(&|request| request.body = body("To=0114155550101&From=%2B14155552345&Body=x")),
        with(&|request| request.body = body("To=%2B14155550101&To=%2B14155550101&Body=x")),
        with(&|request| request.body = body("To=%2B14155550101&StatusCallback=clerk.example&Body=x")),
        with(&|request| request.body = body("To=%2B14155550101&Body=x&ProvideFeedback=yes")),
        with(&|request| request.query.push(("PageSize".to_owned(), "1".to_owned()))),
        with(&|request| request.headers.retain(|(name, _)| name != "authorization")),
        with(&|request| request.headers.retain(|(name, _)| name != "content-type")),
        with(&|request| request.headers.retain(|(name, _)| name != "user-agent")),
    ];

    assert!(wrong.iter().all(|complaints| !complaints.is_empty()), "{wrong:#?}");
}
