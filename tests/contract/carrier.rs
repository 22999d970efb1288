//! What every carrier keeps: when it is too fast for it, when it refuses, when nobody can know, and what it says about texts and numbers.

use std::time::Duration;

use chrono::TimeDelta;
use domain::contracts::{
    CallError,
    carrier::{DeliveryStatus, FailureReason},
    inbound::Inbound,
};
use serde_json::{Value, json};

use super::{Stage, bought, done, each_carrier, maria, now, refused, status, text};

/// Some seconds before now, as the read-back uses it.
fn a_moment_ago() -> chrono::DateTime<chrono::Utc> {
    now() - TimeDelta::seconds(30)
}

#[tokio::test]
async fn a_text_is_accepted_and_found_again_under_the_same_id() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello 👋");

        let sent = done(carrier.send(&text).await);

        assert!(sent.status <= DeliveryStatus::Sent);
        let found = done(carrier.find_sent(&text, a_moment_ago()).await);
        assert_eq!(found.iter().map(|found| &found.carrier_id).collect::<Vec<_>>(), [&sent.carrier_id]);
        let ledger = stage.read("ledger").await;
        assert_eq!(ledger["texts_out"][0]["body"], "hello 👋");
    })
    .await;
}

#[tokio::test]
async fn only_the_same_text_since_then_is_found() {
    each_carrier(async |carrier, _| {
        let mine = text(bought(carrier).await, "hello");
        done(carrier.send(&mine).await);
        let mut other = mine.clone();
        other.body = "hello again".to_owned();

        assert_eq!(done(carrier.find_sent(&other, a_moment_ago()).await), []);
        assert_eq!(done(carrier.find_sent(&mine, now() + TimeDelta::seconds(5)).await), []);
    })
    .await;
}

#[tokio::test]
async fn a_carrier_that_is_too_busy_is_waited_for_and_for_a_sane_time() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello");
        let headers = [json!("7"), json!("0"), json!("-3"), json!("999999999"), json!("soon"), Value::Null];

        let mut waits = Vec::new();
        for header in headers {
            let fault = json!({ "effect": "status", "status": 429, "retry_after": header });
            stage.fault(carrier.name(), "messages.create", fault).await;
            waits.push(carrier.send(&text).await.err());
        }

        let secs = |secs| Some(CallError::Throttled { wait: Duration::from_secs(secs) });
        assert_eq!(waits, [secs(7), secs(1), secs(1), secs(3_600), secs(30), secs(30)]);
    })
    .await;
}

#[tokio::test]
async fn a_carrier_that_cannot_prove_who_it_is_gets_no_text() {
    let stage = Stage::begin().await;
    let [carrier] = stage.carriers().try_into().ok().expect("one carrier");
    let text = text(bought(carrier.calls.as_ref()).await, "hello");
    let without_certificate = stage.sandbox.twilio_url().replace("http://", "https://");

    for carrier in stage.carriers_at(&without_certificate) {
        let answer = carrier.calls.send(&text).await;
        assert!(answer.as_ref().is_err_and(|error| !error.is_ambiguous()), "{answer:?}");
    }

    assert_eq!(stage.read("ledger").await["texts_out"], json!([]));
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_a_text_ambiguous_and_unsent() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello");
        let faults = [status(500), status(503), json!({ "effect": "garbage" }), json!({ "effect": "reset_before" })];

        for fault in faults {
            stage.fault(carrier.name(), "messages.create", fault).await;
            assert!(carrier.send(&text).await.is_err_and(|error| error.is_ambiguous()));
        }

        assert_eq!(done(carrier.find_sent(&text, a_moment_ago()).await), []);
    })
    .await;
}

#[tokio::test]
async fn a_text_whose_answer_was_lost_is_ambiguous_and_found() {
    each_carrier(async |carrier, stage| {
        let from = bought(carrier).await;

        for effect in ["reset_after", "truncate"] {
            let text = text(from, effect);
            stage.fault(carrier.name(), "messages.create", json!({ "effect": effect })).await;
            assert!(carrier.send(&text).await.is_err_and(|error| error.is_ambiguous()), "{effect}");
            assert_eq!(done(carrier.find_sent(&text, a_moment_ago()).await).len(), 1, "{effect}");
        }
    })
    .await;
}

#[tokio::test]
async fn fields_that_nobody_knows_change_nothing() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello");
        stage.fault(carrier.name(), "messages.create", json!({ "effect": "unknown_fields" })).await;

        done(carrier.send(&text).await);
    })
    .await;
}

#[tokio::test]
async fn reading_is_repeated_later_and_never_ambiguous() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello");

        for fault in [status(500), json!({ "effect": "reset_after" }), json!({ "effect": "garbage" })] {
            stage.fault(carrier.name(), "messages.list", fault).await;
            let found = carrier.find_sent(&text, a_moment_ago()).await;
            assert!(matches!(found, Err(CallError::Unavailable { .. })), "{found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_carrier_that_cannot_be_reached_had_no_effect() {
    each_carrier(async |carrier, stage| {
        let text = text(bought(carrier).await, "hello");
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = nobody.local_addr().expect("an address");
        drop(nobody);
        let same_elsewhere = stage.carriers_at(&format!("http://{address}"));
        let gone = same_elsewhere.iter().find(|other| other.name == carrier.name()).expect("the same carrier");

        let sent = gone.calls.send(&text).await;

        assert!(matches!(sent, Err(CallError::Unavailable { .. })), "{sent:?}");
    })
    .await;
}

#[tokio::test]
async fn a_contact_who_opted_out_gets_nothing() {
    each_carrier(async |carrier, stage| {
        let from = bought(carrier).await;
        let stop = json!({ "from": maria().as_e164(), "to": from.as_e164(), "body": "STOP" });
        stage.order("phone/text", stop).await;

        let refusal = refused(carrier.send(&text(from, "hello")).await);

        assert_eq!((refusal.code.as_str(), refusal.reason), ("21610", FailureReason::OptedOut));
    })
    .await;
}

#[tokio::test]
async fn only_a_number_of_ours_can_send() {
    each_carrier(async |carrier, _| {
        let foreign = "+14155550199".parse().expect("a number");

        let refusal = refused(carrier.send(&text(foreign, "hello")).await);

        assert_eq!(refusal.reason, FailureReason::SenderNotOurs);
    })
    .await;
}

#[tokio::test]
async fn texts_that_came_in_are_listed_oldest_first_with_what_came_with_them() {
    each_carrier(async |carrier, stage| {
        let to = bought(carrier).await;
        stage.order("webhooks", json!({ "vendor": carrier.name(), "lose": true })).await;
        let began = now() - TimeDelta::seconds(2);
        let picture = "https://example.org/cat.png";
        for (body, media) in [("one", vec![]), (" two ", vec![picture]), ("three", vec![])] {
            let order = json!({ "from": maria().as_e164(), "to": to.as_e164(), "body": body, "media_urls": media });
            stage.order("phone/text", order).await;
        }

        let listed = done(carrier.list_received(began, now() + TimeDelta::seconds(5)).await);

        let texts: Vec<_> = listed
            .iter()
            .map(|envelope| match &envelope.event {
                Inbound::TextReceived(text) => text,
                other => panic!("no text: {other:?}"),
            })
            .collect();
        assert_eq!(texts.iter().map(|text| text.body.as_str()).collect::<Vec<_>>(), ["one", " two ", "three"]);
        assert_eq!(texts.iter().map(|text| text.media.len()).collect::<Vec<_>>(), [0, 1, 0]);
        assert!(texts.iter().all(|text| text.from == Some(maria()) && text.to == to && text.received_at.is_some()));
        assert!(listed.iter().zip(&texts).all(|(envelope, text)| envelope.key == text.carrier_id));
        assert_eq!(done(carrier.list_received(began - TimeDelta::hours(1), began).await), []);
    })
    .await;
}

#[tokio::test]
async fn a_number_is_bought_found_and_given_back_once() {
    each_carrier(async |carrier, stage| {
        let number = bought(carrier).await;

        let held = done(carrier.find_number(&number).await).expect("it is ours");
        assert!(held.capabilities.sms);
        let again = refused(carrier.buy_number(&number).await);
        assert_eq!(again.reason, FailureReason::NumberTaken);
        done(carrier.release_number(&held.carrier_id).await);
        done(carrier.release_number(&held.carrier_id).await);
        assert_eq!(done(carrier.find_number(&number).await), None);

        let requests = stage.read("requests?method=incomingPhoneNumbers.create").await;
        let form = &requests[0]["form"];
        let expected = format!("{}/webhooks/twilio/messages", stage.clerk_url);
        assert_eq!(form["SmsUrl"], expected, "{requests}");
    })
    .await;
}

#[tokio::test]
async fn a_purchase_whose_answer_was_lost_is_ambiguous_and_found() {
    each_carrier(async |carrier, stage| {
        let number = bought(carrier).await;
        let held = done(carrier.find_number(&number).await).expect("it is ours");
        done(carrier.release_number(&held.carrier_id).await);
        stage.fault(carrier.name(), "incomingPhoneNumbers.create", json!({ "effect": "reset_after" })).await;

        let purchase = carrier.buy_number(&number).await;

        assert!(purchase.is_err_and(|error| error.is_ambiguous()));
        assert!(done(carrier.find_number(&number).await).is_some());
    })
    .await;
}

#[tokio::test]
async fn credentials_are_verified_without_an_effect() {
    each_carrier(async |carrier, stage| {
        done(carrier.check().await);
        stage.fault(carrier.name(), "accounts.fetch", status(401)).await;

        assert_eq!(refused(carrier.check().await).reason, FailureReason::Account);
    })
    .await;
}
