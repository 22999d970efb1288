//! How webhooks are delivered: attempts, repetitions, copies, losses.

use sandbox::Pace;
use serde_json::{Value, json};

use crate::bench::{Bench, event, serve, texts};

const MARIA: &str = "+14155550101";
const OFFICE: &str = "+12125550110";

fn attempts(ledger: &Value, key: &str) -> Vec<Value> {
    let deliveries = ledger["webhook_deliveries"].as_array().unwrap();
    let found = deliveries.iter().find(|delivery| delivery["key"] == key).unwrap();
    found["attempts"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_carrier_tries_twice_when_nobody_answers_the_door() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.sandbox.set_clerk_url("http://127.0.0.1:1".to_owned());

    let sent = bench.text(MARIA, OFFICE, "Hello?").await;

    let ledger = bench.read("ledger").await;
    let tried = attempts(&ledger, sent["sid"].as_str().unwrap());
    assert_eq!(sent["webhook_status"], Value::Null);
    assert_eq!(tried.len(), 2);
    assert!(tried.iter().all(|attempt| attempt["error"].is_string()));
}

#[tokio::test]
async fn the_carrier_does_not_repeat_what_was_answered_with_an_error() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.clerk.will_answer(&[(503, "")]);

    let sent = bench.text(MARIA, OFFICE, "Hello?").await;

    let ledger = bench.read("ledger").await;
    assert_eq!(sent["webhook_status"], 503);
    assert_eq!(attempts(&ledger, sent["sid"].as_str().unwrap()).len(), 1);
}

#[tokio::test]
async fn slack_repeats_an_event_three_times_with_number_and_reason() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    bench.clerk.wait(2, |_| true).await;
    bench.clerk.will_answer(&[(500, ""), (500, ""), (500, ""), (500, "")]);

    bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "Hi" })).await;

    let seen = bench.clerk.wait(4, event("message")).await;
    let numbers: Vec<&str> = seen.iter().map(|seen| seen.header("x-slack-retry-num")).collect();
    let seen_first = seen[0].body.clone();
    assert_eq!(numbers, ["", "1", "2", "3"]);
    assert_eq!(seen[3].header("x-slack-retry-reason"), "http_error");
    assert!(seen.iter().all(|seen| seen.body == seen_first && seen.is_signed_by_slack()));
}

#[tokio::test]
async fn slack_stops_repeating_when_asked_to() {
    let bench = Bench::with(Pace { slack_retry_ms: [0; 3], ..Pace::brisk() }, None).await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let stubborn = serve(poem::endpoint::make_sync(|_| {
        poem::Response::builder()
            .status(poem::http::StatusCode::INTERNAL_SERVER_ERROR)
            .header("X-Slack-No-Retry", "1")
            .finish()
    }));
    bench.sandbox.set_clerk_url(stubborn.await);

    let posted = bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "Hi" })).await;
    bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "A second, to let time pass" })).await;

    let ledger = bench.read("ledger").await;
    let failed: Vec<&Value> = ledger["webhook_deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["attempts"][0]["status"] == 500)
        .collect();
    assert_eq!(posted["webhook_status"], 500);
    assert!(failed.iter().all(|line| line["attempts"].as_array().unwrap().len() == 1));
}

#[tokio::test]
async fn copies_of_a_webhook_are_equal_and_all_delivered() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.order("webhooks", json!({ "vendor": "twilio", "duplicate": 4 })).await;

    bench.text(MARIA, OFFICE, "Five times").await;

    let seen = bench.clerk.wait(5, texts).await;
    let sids: std::collections::BTreeSet<String> = seen.iter().map(|seen| seen.field("MessageSid")).collect();
    let tokens: std::collections::BTreeSet<&str> =
        seen.iter().map(|seen| seen.header("i-twilio-idempotency-token")).collect();
    assert_eq!((sids.len(), tokens.len()), (1, 1));
}

#[tokio::test]
async fn a_lost_webhook_leaves_the_text_to_be_found_by_listing() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.order("webhooks", json!({ "vendor": "twilio", "lose": true })).await;

    let sent = bench.text(MARIA, OFFICE, "Nobody hears me").await;

    let listed = bench.carrier_get("Messages.json?To=%2B12125550110").await;
    assert_eq!(sent["webhook_status"], Value::Null);
    assert_eq!(listed["messages"][0]["sid"], sent["sid"]);
    assert!(bench.clerk.so_far(texts).is_empty());
}

#[tokio::test]
async fn texts_in_the_answer_to_a_webhook_are_sent() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.clerk.will_answer(&[(200, "<Response><Message>We are closed</Message></Response>")]);

    bench.text(MARIA, OFFICE, "Open?").await;

    let ledger = bench.read("ledger").await;
    assert_eq!(ledger["texts_out"][0]["body"], "We are closed");
    assert_eq!(ledger["texts_out"][0]["to"], MARIA);
}

#[tokio::test]
async fn anything_can_be_sent_to_clerk_unsigned() {
    let bench = Bench::new().await;
    bench.clerk.will_answer(&[(401, "")]);

    let order = json!({ "path": "/webhooks/slack/events", "content_type": "text/plain", "body": "boo", "headers": { "X-Odd": "1" } });
    let answer = bench.order("raw", order).await;

    let seen = bench.clerk.wait(1, |seen| seen.body == "boo").await;
    assert_eq!(answer["webhook_status"], 401);
    assert_eq!((seen[0].header("x-odd"), seen[0].header("x-slack-signature")), ("1", ""));
}
