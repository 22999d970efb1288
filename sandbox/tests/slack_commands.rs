//! Slash commands, triggers, shortcuts, and the addresses for delayed answers.

use serde_json::{Value, json};

use crate::bench::{Bench, until};

fn modal() -> Value {
    json!({ "type": "modal", "title": { "type": "plain_text", "text": "Clerk" }, "blocks": [{ "type": "divider" }] })
}

async fn notices(bench: &Bench) -> Value {
    bench.read("state").await["slack"]["ephemerals"].clone()
}

#[tokio::test]
async fn a_command_comes_with_everything_that_slack_sends() {
    let bench = Bench::new().await;
    bench.install().await;

    let seen = bench.command("general", 1).await;

    let state = bench.read("state").await;
    let said = ["command", "channel_name", "user_name", "is_enterprise_install", "api_app_id", "team_domain"];
    assert_eq!(
        said.map(|name| seen.field(name)),
        ["/clerk", "general", "ana", "false", &bench.keys.slack_app_id, "northwind-dental"].map(str::to_owned)
    );
    assert_eq!(state["slack"]["channels"][0]["id"], seen.field("channel_id"));
    assert!(seen.field("response_url").starts_with("http://") && seen.field("trigger_id").split('.').count() == 3);
    assert!(seen.is_signed_by_slack() && seen.field("enterprise_id").is_empty());
}

#[tokio::test]
async fn a_command_in_an_organisation_names_it() {
    let bench = Bench::new().await;
    bench.order("slack/org", json!({ "name": "Northwind Group" })).await;
    bench.install().await;

    let seen = bench.command("general", 1).await;

    assert!(seen.field("enterprise_id").starts_with('E'));
    assert_eq!(seen.field("enterprise_name"), "Northwind Group");
}

#[tokio::test]
async fn a_trigger_opens_one_view_and_only_for_a_short_time() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let trigger = bench.command("general", 1).await.field("trigger_id");
    let open = |trigger: &str| bench.slack(&token, "views.open", json!({ "trigger_id": trigger, "view": modal() }));

    let first = open(&trigger).await;
    let again = open(&trigger).await;
    let made_up = open("1.2.3").await;
    bench.order("slack/settings", json!({ "trigger_ms": 0 })).await;
    let late = open(&bench.command("general", 2).await.field("trigger_id")).await;

    assert_eq!(first["ok"], true);
    assert_eq!(
        [&again, &made_up, &late].map(|answer| answer["error"].as_str().unwrap()),
        ["exchanged_trigger_id", "invalid_trigger_id", "expired_trigger_id"]
    );
}

#[tokio::test]
async fn a_command_does_not_work_in_a_thread() {
    let bench = Bench::new().await;
    bench.install().await;

    let order = json!({ "user": "ana", "channel": "general", "command": "/clerk", "text": "", "thread_ts": "1.0" });

    assert!(bench.refused("slack/command", order).await.contains("not supported in threads"));
}

#[tokio::test]
async fn a_command_that_fails_is_told_to_its_member_alone() {
    let bench = Bench::new().await;
    bench.install().await;
    bench.clerk.will_answer(&[(500, "")]);

    bench.command("general", 1).await;
    until(async || !notices(&bench).await.as_array().unwrap().is_empty()).await;

    assert!(notices(&bench).await[0]["text"].as_str().unwrap().starts_with("/clerk failed with the error"));
}

#[tokio::test]
async fn an_address_for_answers_is_good_five_times_and_for_a_while() {
    let bench = Bench::new().await;
    bench.install().await;
    let url = bench.command("general", 1).await.field("response_url");
    let answer = async |body: Value| {
        let sent = bench.http.post(&url).json(&body).send().await.unwrap();
        (sent.status().as_u16(), sent.text().await.unwrap())
    };

    let mut statuses = Vec::new();
    for number in 0..6 {
        statuses.push(answer(json!({ "text": format!("note {number}") })).await);
    }
    bench.order("slack/settings", json!({ "response_url_ms": 0 })).await;
    let late = answer(json!({ "text": "late" })).await;

    assert!(statuses[..5].iter().all(|(status, body)| *status == 200 && body == "ok"));
    assert!(statuses[5].0 == 404 && statuses[5].1.contains("used_url"));
    assert!(late.0 == 404 && late.1.contains("expired_url"));
    assert_eq!(notices(&bench).await.as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_private_post_is_replaced_and_deleted_through_its_button() {
    let bench = Bench::new().await;
    bench.install().await;
    let button = json!({ "type": "button", "action_id": "hide", "text": { "type": "plain_text", "text": "Hide" } });
    let blocks = json!([{ "type": "actions", "elements": [button] }]);
    let words = json!({ "response_type": "ephemeral", "text": "First", "blocks": blocks }).to_string();
    bench.clerk.will_answer(&[(200, &words)]);
    bench.command("general", 1).await;
    until(async || !notices(&bench).await.as_array().unwrap().is_empty()).await;
    let ts = notices(&bench).await[0]["ts"].clone();
    let press = json!({ "user": "ana", "channel": "general", "message_ts": ts, "action_id": "hide" });

    bench.order("slack/press", press.clone()).await;
    let payload = bench.payloads(1, "block_actions").await.remove(0);
    let url = payload["response_url"].as_str().unwrap();
    bench.http.post(url).json(&json!({ "replace_original": true, "text": "Second" })).send().await.unwrap();
    let replaced = notices(&bench).await;
    bench.http.post(url).json(&json!({ "delete_original": true })).send().await.unwrap();

    assert_eq!((&payload["container"]["is_ephemeral"], &payload["message"]), (&json!(true), &Value::Null));
    assert_eq!((replaced.as_array().unwrap().len(), &replaced[0]["text"]), (1, &json!("Second")));
    assert!(notices(&bench).await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_shortcut_of_a_post_brings_the_post_and_can_open_a_view() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let posted = bench.order("slack/post", json!({ "user": "ben", "channel": channel, "text": "Call her" })).await;

    let order = json!({ "user": "ana", "channel": channel, "message_ts": posted["ts"], "callback_id": "as_text" });
    bench.order("slack/shortcut", order).await;

    let payload = bench.payloads(1, "message_action").await.remove(0);
    let opened =
        bench.slack(&token, "views.open", json!({ "trigger_id": payload["trigger_id"], "view": modal() })).await;
    assert_eq!((&payload["callback_id"], &payload["message"]["text"]), (&json!("as_text"), &json!("Call her")));
    assert_eq!((&payload["message_ts"], &payload["channel"]["id"]), (&posted["ts"], &json!(channel)));
    assert!(payload["response_url"].is_string() && opened["ok"] == true);
}

#[tokio::test]
async fn a_global_shortcut_knows_no_channel() {
    let bench = Bench::new().await;
    bench.install().await;

    bench.order("slack/shortcut", json!({ "user": "ana", "callback_id": "send_text" })).await;

    let payload = bench.payloads(1, "shortcut").await.remove(0);
    assert_eq!((&payload["callback_id"], &payload["channel"]), (&json!("send_text"), &Value::Null));
    assert!(payload["trigger_id"].is_string() && payload["team"]["domain"] == "northwind-dental");
}

#[tokio::test]
async fn the_menus_of_the_app_can_be_arranged_with_its_manifest() {
    let bench = Bench::new().await;
    let features = json!({
        "slash_commands": [{ "command": "/text", "description": "Send a text" }],
        "shortcuts": [{ "name": "Send as text", "type": "message", "callback_id": "as_text" }],
    });

    bench.order("slack/app", json!({ "features": features })).await;

    let slack = bench.read("state").await["slack"].clone();
    assert_eq!((&slack["commands"], &slack["shortcuts"]), (&features["slash_commands"], &features["shortcuts"]));
}
