//! Every fault, as a client of the vendors sees it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, until};

const MARIA: &str = "+14155550101";
const OFFICE: &str = "+12125550110";

async fn bench_with(fault: Value) -> Bench {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    bench.order("faults", fault).await;
    bench
}

fn text(bench: &Bench) -> reqwest::RequestBuilder {
    bench.carrier(reqwest::Method::POST, "Messages.json").form(&[("To", MARIA), ("From", OFFICE), ("Body", "Hi")])
}

async fn sent_count(bench: &Bench) -> usize {
    bench.read("ledger").await["texts_out"].as_array().unwrap().len()
}

fn order(effect: &str) -> Value {
    json!({ "vendor": "twilio", "method": "messages.create", "effect": effect, "times": 1 })
}

#[tokio::test]
async fn a_reset_before_drops_the_connection_without_effect() {
    let bench = bench_with(order("reset_before")).await;

    let error = text(&bench).send().await.unwrap_err();

    assert!(error.is_request() && !error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_eq!(sent_count(&bench).await, 0);
}

#[tokio::test]
async fn a_reset_after_drops_the_connection_with_effect() {
    let bench = bench_with(order("reset_after")).await;

    let error = text(&bench).send().await.unwrap_err();

    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(sent_count(&bench).await, 1);
}

#[tokio::test]
async fn a_timeout_after_holds_the_answer_back_with_effect() {
    let mut fault = order("timeout_after");
    fault["delay_ms"] = json!(5_000);
    let bench = bench_with(fault).await;

    let error = text(&bench).timeout(Duration::from_millis(300)).send().await.unwrap_err();

    assert!(error.is_timeout());
    assert_eq!(sent_count(&bench).await, 1);
}

#[tokio::test]
async fn a_truncated_answer_breaks_in_the_middle_with_effect() {
    let bench = bench_with(order("truncate")).await;

    let answer = text(&bench).send().await.unwrap();
    let status = answer.status();
    let body = answer.text().await;

    assert_eq!(status, 201);
    assert!(body.is_err());
    assert_eq!(sent_count(&bench).await, 1);
}

#[tokio::test]
async fn unknown_fields_come_beside_the_known_ones() {
    let bench = bench_with(order("unknown_fields")).await;

    let answer: Value = text(&bench).send().await.unwrap().json().await.unwrap();

    assert_eq!(answer["status"], "queued");
    assert!(answer["brand_new_field"].is_object());
}

#[tokio::test]
async fn garbage_is_a_success_that_is_not_json_and_has_no_effect() {
    let bench = bench_with(order("garbage")).await;

    let answer = text(&bench).send().await.unwrap();

    assert_eq!(answer.status(), 200);
    assert!(answer.json::<Value>().await.is_err());
    assert_eq!(sent_count(&bench).await, 0);
}

#[tokio::test]
async fn a_status_comes_with_any_retry_after() {
    let mut fault = order("status");
    fault["status"] = json!(429);
    fault["retry_after"] = json!("Wed, 21 Oct 2037 07:28:00 GMT");
    let bench = bench_with(fault).await;

    let answer = text(&bench).send().await.unwrap();

    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"Wed, 21 Oct 2037 07:28:00 GMT".parse().unwrap())
    );
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], 20429);
}

#[tokio::test]
async fn a_delayed_call_is_late_and_succeeds() {
    let mut fault = order("delay");
    fault["delay_ms"] = json!(200);
    let bench = bench_with(fault).await;
    let began = Instant::now();

    let answer = text(&bench).send().await.unwrap();

    assert_eq!(answer.status(), 201);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_delayed_call_takes_effect_after_its_client_has_gone() {
    let mut fault = order("delay");
    fault["delay_ms"] = json!(300);
    let bench = bench_with(fault).await;

    let error = text(&bench).timeout(Duration::from_millis(50)).send().await.unwrap_err();
    let before = sent_count(&bench).await;
    until(async || sent_count(&bench).await == 1).await;

    assert!(error.is_timeout());
    assert_eq!(before, 0);
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_ordered_and_only_what_it_matches() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let (quiet, loud) = (bench.channel(&token, "quiet").await, bench.channel(&token, "loud").await);
    bench
        .order("faults", json!({ "vendor": "slack", "method": "chat.postMessage", "effect": "slack_error", "error": "is_archived", "times": 1, "match": { "channel": loud } }))
        .await;
    let post =
        async |channel: &str| bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "x" })).await;

    let answers = [post(&quiet).await, post(&loud).await, post(&loud).await];

    assert_eq!(answers.map(|answer| answer["ok"] == true), [true, false, true]);
    assert!(bench.read("state").await["faults"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn clearing_the_faults_ends_them_all() {
    let bench = bench_with(json!({ "vendor": "twilio", "effect": "garbage" })).await;

    bench.http.delete(format!("{}/api/faults", bench.control)).send().await.unwrap();

    assert_eq!(text(&bench).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn requests_are_logged_with_their_fault_and_without_secrets() {
    let bench = bench_with(order("reset_after")).await;
    text(&bench).send().await.unwrap_err();

    let log = bench.read("requests?vendor=twilio&method=messages.create").await;

    assert_eq!((&log[0]["fault"], &log[0]["form"]["Body"]), (&json!("reset_after"), &json!("Hi")));
    assert!(!log.to_string().contains(&bench.keys.twilio_auth_token) && log[0]["headers"]["authorization"].is_null());
}
