//! What members do, and how Clerk hears of it.

use serde_json::{Value, json};

use crate::bench::{Bench, Seen, event, events};

async fn shared(bench: &Bench) -> (String, String) {
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    (token, channel)
}

async fn read_until(stream: &mut reqwest::Response, words: [&str; 2]) -> String {
    let mut heard = String::new();
    while !words.iter().all(|word| heard.contains(word)) {
        heard.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
    }
    heard
}

fn payload(seen: &Seen) -> Value {
    serde_json::from_str(&seen.field("payload")).unwrap()
}

#[tokio::test]
async fn a_members_post_comes_in_slacks_envelope() {
    let bench = Bench::new().await;
    let (_, channel) = shared(&bench).await;

    let posted = bench
        .order(
            "slack/post",
            json!({ "user": "ana", "channel": channel, "text": "We are <@U1>", "client_msg_id": "c-1" }),
        )
        .await;

    let seen = bench.clerk.wait(1, event("message")).await;
    let body = seen[0].json();
    let state = bench.read("state").await;
    assert_eq!(posted["webhook_status"], 200);
    assert_eq!(
        (&body["type"], &body["team_id"], &body["api_app_id"]),
        (&json!("event_callback"), &state["slack"]["team"]["id"], &json!(bench.keys.slack_app_id))
    );
    assert_eq!((&body["event"]["ts"], &body["event"]["client_msg_id"]), (&posted["ts"], &json!("c-1")));
    assert_eq!(body["authorizations"][0]["user_id"], state["slack"]["app"]["bot_user_id"]);
    assert!(body["event_id"].as_str().unwrap().starts_with("Ev") && seen[0].is_signed_by_slack());
}

#[tokio::test]
async fn what_is_said_where_the_app_is_not_stays_unheard() {
    let bench = Bench::new().await;
    bench.install().await;

    let posted = bench.order("slack/post", json!({ "user": "ana", "channel": "general", "text": "Lunch?" })).await;

    assert_eq!(posted["webhook_status"], Value::Null);
    assert!(bench.clerk.so_far(events).is_empty());
}

#[tokio::test]
async fn a_mention_is_told_twice_for_one_post() {
    let bench = Bench::new().await;
    let (_, channel) = shared(&bench).await;
    let bot = bench.read("state").await["slack"]["app"]["bot_user_id"].as_str().unwrap().to_owned();

    bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": format!("<@{bot}> help") })).await;

    let mention = bench.clerk.wait(1, event("app_mention")).await;
    let message = bench.clerk.wait(1, event("message")).await;
    assert_eq!(mention[0].json()["event"]["ts"], message[0].json()["event"]["ts"]);
}

#[tokio::test]
async fn edits_and_deletions_of_members_are_told() {
    let bench = Bench::new().await;
    let (_, channel) = shared(&bench).await;
    let posted = bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "one" })).await;
    let place = json!({ "user": "ana", "channel": channel, "ts": posted["ts"], "text": "two" });

    bench.order("slack/edit", place.clone()).await;
    bench.order("slack/delete", place).await;

    let changed = bench.clerk.wait(1, event("message.message_changed")).await[0].json();
    let deleted = bench.clerk.wait(1, event("message.message_deleted")).await[0].json();
    assert_eq!(
        (&changed["event"]["message"]["text"], &changed["event"]["previous_message"]["text"]),
        (&json!("two"), &json!("one"))
    );
    assert_eq!(deleted["event"]["deleted_ts"], posted["ts"]);
}

#[tokio::test]
async fn a_pressed_button_comes_with_its_post_and_an_address_to_answer() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;
    let button = json!({ "type": "button", "text": { "type": "plain_text", "text": "Keep" }, "action_id": "keep", "value": "num_1" });
    let blocks = json!([{ "type": "actions", "block_id": "b9", "elements": [button] }]);
    let posted = bench
        .slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Keep it?", "blocks": blocks }))
        .await;

    let press =
        json!({ "user": "ana", "channel": channel, "message_ts": posted["ts"], "action_id": "keep", "value": "num_1" });
    bench.order("slack/press", press).await;
    let seen = bench.clerk.wait(1, |seen| seen.path == "/webhooks/slack/interactions").await;
    let told = payload(&seen[0]);
    let answer = json!({ "replace_original": true, "text": "Kept" });
    bench.http.post(told["response_url"].as_str().unwrap()).json(&answer).send().await.unwrap();

    let history = bench.slack(&token, "conversations.history", json!({ "channel": channel })).await;
    assert!(seen[0].is_signed_by_slack());
    assert_eq!((&told["actions"][0]["action_id"], &told["actions"][0]["block_id"]), (&json!("keep"), &json!("b9")));
    assert_eq!((&told["message"]["ts"], &told["user"]["username"]), (&posted["ts"], &json!("ana")));
    assert_eq!((&history["messages"][0]["text"], &history["messages"][0]["blocks"]), (&json!("Kept"), &Value::Null));
}

#[tokio::test]
async fn a_command_is_answered_privately() {
    let bench = Bench::new().await;
    let (_, channel) = shared(&bench).await;
    bench.clerk.wait(2, events).await;
    bench.clerk.will_answer(&[(200, r#"{"response_type":"ephemeral","text":"Texting Maria"}"#)]);

    bench
        .order("slack/command", json!({ "user": "ana", "channel": channel, "command": "/text", "text": "Maria hi" }))
        .await;

    let seen = bench.clerk.wait(1, |seen| seen.path == "/webhooks/slack/commands").await;
    let notices = bench.read("state").await["slack"]["ephemerals"].clone();
    assert_eq!((seen[0].field("command"), seen[0].field("text")), ("/text".to_owned(), "Maria hi".to_owned()));
    assert_eq!(notices[0]["text"], "Texting Maria");
}

#[tokio::test]
async fn a_raw_event_can_be_repeated_and_badly_signed() {
    let bench = Bench::new().await;
    bench.install().await;

    let order = json!({ "event": { "type": "brand_new" }, "event_id": "Ev1", "retry_num": 2, "copies": 3, "headers": { "X-Slack-Signature": "v0=bad" } });
    let sent = bench.order("slack/event", order).await;

    let seen = bench.clerk.wait(3, event("brand_new")).await;
    assert_eq!(sent["deliveries"].as_array().unwrap().len(), 3);
    assert!(seen.iter().all(|seen| seen.json()["event_id"] == "Ev1"
        && seen.header("x-slack-retry-num") == "2"
        && !seen.is_signed_by_slack()));
}

#[tokio::test]
async fn an_url_verification_has_no_envelope() {
    let bench = Bench::new().await;
    bench.clerk.will_answer(&[(200, r#"{"challenge":"c1"}"#)]);

    let sent = bench
        .order("slack/event", json!({ "event": { "type": "url_verification", "challenge": "c1", "token": "t" } }))
        .await;

    let seen = bench.clerk.wait(1, events).await;
    assert_eq!((&seen[0].json()["type"], &seen[0].json()["challenge"]), (&json!("url_verification"), &json!("c1")));
    assert_eq!(sent["deliveries"][0]["webhook_body"], r#"{"challenge":"c1"}"#);
}

#[tokio::test]
async fn the_page_hears_of_everything_as_it_happens() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;
    let mut stream = bench.http.get(format!("{}/api/events", bench.control)).send().await.unwrap();

    bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Seen live" })).await;

    let heard = read_until(&mut stream, ["Seen live", "\"type\":\"request\""]).await;
    assert!(heard.contains("\"type\":\"slack.message\"") && heard.contains("\nid: "));
}
