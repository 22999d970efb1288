//! A demo survives a restart.

use sandbox::Pace;
use serde_json::json;

use crate::bench::{Bench, until};

const MARIA: &str = "+14155550101";
const OFFICE: &str = "+12125550110";

#[tokio::test]
async fn numbers_texts_tokens_and_posts_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let first = Bench::with(Pace::brisk(), Some(file.clone())).await;
    first.buy(OFFICE).await;
    first.text(MARIA, OFFICE, "Remember me").await;
    let token = first.install().await;
    let channel = first.channel(&token, "texts").await;
    let posted = first.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Kept" })).await;
    first.sandbox.stop().await;

    let second = Bench::with(Pace::brisk(), Some(file)).await;

    let listed = second.carrier_get("Messages.json").await;
    let history = second.slack(&token, "conversations.history", json!({ "channel": channel })).await;
    let newer = second.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "New" })).await;
    assert_eq!(listed["messages"][0]["body"], "Remember me");
    assert_eq!(history["messages"][0]["text"], "Kept");
    assert!(newer["ts"].as_str().unwrap() > posted["ts"].as_str().unwrap());
}

#[tokio::test]
async fn changes_are_saved_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let bench = Bench::with(Pace::brisk(), Some(file.clone())).await;

    bench.buy(OFFICE).await;

    until(async || std::fs::read_to_string(&file).is_ok_and(|text| text.contains(OFFICE))).await;
}

#[tokio::test]
async fn a_reset_forgets_everything_but_ids_go_on() {
    let bench = Bench::new().await;
    bench.buy(OFFICE).await;
    let before = bench.text(MARIA, OFFICE, "One").await;

    bench.order("reset", json!({})).await;
    bench.buy(OFFICE).await;
    let after = bench.text(MARIA, OFFICE, "One").await;

    assert_ne!(before["sid"], after["sid"]);
    assert_eq!(bench.read("ledger").await["texts_in"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_state_file_that_is_not_understood_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    std::fs::write(&file, "{\"slack\": 3}").unwrap();

    let refused = sandbox::start(sandbox::Options {
        listen: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        twilio_port: 0,
        slack_port: 0,
        clerk_url: String::new(),
        state_file: Some(file.clone()),
        pace: Pace::brisk(),
    });

    let sentence = refused.await.unwrap_err().to_string();
    assert!(sentence.contains(&file.display().to_string()) && sentence.contains("Delete it"), "{sentence}");
}
