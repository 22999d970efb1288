//! Posts of the app: written, changed, removed, read back.

use serde_json::{Value, json};

use crate::bench::{Bench, event};
use sandbox::Pace;

#[tokio::test]
async fn a_post_has_a_timestamp_an_author_and_an_event() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;

    let posted = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Hello" })).await;

    let seen = bench.clerk.wait(1, event("message")).await;
    let told = &seen[0].json()["event"];
    assert_eq!((&posted["ok"], &posted["channel"]), (&json!(true), &json!(channel)));
    assert_eq!(
        (&told["ts"], &told["text"], &told["channel_type"]),
        (&posted["ts"], &json!("Hello"), &json!("channel"))
    );
    assert!(told["bot_id"].as_str().unwrap().starts_with('B') && told["subtype"].is_null());
    assert!(seen[0].is_signed_by_slack());
}

#[tokio::test]
async fn a_form_is_as_good_as_json() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let form = [("channel", channel.as_str()), ("text", "Hi"), ("blocks", r#"[{"type":"divider"}]"#)];

    let url = format!("{}chat.postMessage", bench.sandbox.slack_url());
    let posted: Value =
        bench.http.post(url).bearer_auth(&token).form(&form).send().await.unwrap().json().await.unwrap();

    assert_eq!(posted["message"]["blocks"][0]["type"], "divider");
}

#[tokio::test]
async fn metadata_is_read_back_only_when_asked_for() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let metadata = json!({ "event_type": "text", "event_payload": { "id": "msg_1" } });
    bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "Hello", "metadata": metadata })).await;

    let without = bench.slack(&token, "conversations.history", json!({ "channel": channel })).await;
    let with =
        bench.slack(&token, "conversations.history", json!({ "channel": channel, "include_all_metadata": true })).await;

    assert_eq!(without["messages"][0]["metadata"], Value::Null);
    assert_eq!(with["messages"][0]["metadata"], metadata);
}

#[tokio::test]
async fn a_thread_has_its_root_first_and_counts_its_replies() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let root = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "root" })).await;
    bench
        .slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "by the app", "thread_ts": root["ts"] }))
        .await;
    bench
        .order("slack/post", json!({ "user": "ana", "channel": channel, "text": "by Ana", "thread_ts": root["ts"] }))
        .await;

    let replies = bench.slack(&token, "conversations.replies", json!({ "channel": channel, "ts": root["ts"] })).await;
    let history = bench.slack(&token, "conversations.history", json!({ "channel": channel })).await;

    let said: Vec<&Value> = replies["messages"].as_array().unwrap().iter().map(|post| &post["text"]).collect();
    assert_eq!(said, ["root", "by the app", "by Ana"]);
    assert_eq!(
        (&history["messages"][0]["reply_count"], &history["messages"][0]["thread_ts"]),
        (&json!(2), &root["ts"])
    );
    assert_eq!(history["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn each_bad_post_is_refused_with_slacks_code() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let archived = bench.channel(&token, "old").await;
    bench.slack(&token, "conversations.archive", json!({ "channel": archived })).await;
    let general = bench.read("state").await["slack"]["channels"][0]["id"].clone();
    let bad = [
        json!({ "channel": "C404", "text": "x" }),
        json!({ "channel": archived, "text": "x" }),
        json!({ "channel": general, "text": "x" }),
        json!({ "channel": channel }),
        json!({ "channel": channel, "text": "x".repeat(40_001) }),
        json!({ "channel": channel, "blocks": vec![json!({ "type": "divider" }); 51] }),
        json!({ "channel": channel, "text": "x", "thread_ts": "1.000001" }),
    ];

    let codes = bench.codes_of_posts(&token, &bad).await;

    let unseen = ["channel_not_found", "is_archived", "not_in_channel"];
    let unsaid = ["no_text", "msg_too_long", "invalid_blocks", "thread_not_found"];
    assert_eq!((&codes[..3], &codes[3..]), (&unseen.map(Value::from)[..], &unsaid.map(Value::from)[..]));
}

#[tokio::test]
async fn a_changed_and_a_deleted_post_are_told() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let posted = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "one" })).await;
    let place = json!({ "channel": channel, "ts": posted["ts"], "text": "two" });

    let updated = bench.slack(&token, "chat.update", place.clone()).await;
    let deleted = bench.slack(&token, "chat.delete", place.clone()).await;
    let gone = bench.slack(&token, "chat.update", place).await;

    let changed = bench.clerk.wait(1, event("message.message_changed")).await[0].json();
    bench.clerk.wait(1, event("message.message_deleted")).await;
    assert_eq!(
        (&updated["text"], &deleted["ok"], &gone["error"]),
        (&json!("two"), &json!(true), &json!("message_not_found"))
    );
    assert_eq!(changed["event"]["previous_message"]["text"], "one");
    assert_eq!(bench.read("ledger").await["posts"][0]["text"], "one");
}

#[tokio::test]
async fn a_reaction_is_added_once_and_told() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let posted = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "x" })).await;
    let place = json!({ "channel": channel, "timestamp": posted["ts"], "name": "white_check_mark" });

    let first = bench.slack(&token, "reactions.add", place.clone()).await;
    let second = bench.slack(&token, "reactions.add", place.clone()).await;
    let shown = bench.slack(&token, "reactions.get", place.clone()).await;
    bench.slack(&token, "reactions.remove", place.clone()).await;
    let fourth = bench.slack(&token, "reactions.remove", place).await;

    bench.clerk.wait(1, event("reaction_added")).await;
    assert_eq!(
        (&first["ok"], &second["error"], &fourth["error"]),
        (&json!(true), &json!("already_reacted"), &json!("no_reaction"))
    );
    assert_eq!(shown["message"]["reactions"][0]["count"], 1);
}

#[tokio::test]
async fn the_sixth_post_at_once_to_a_channel_must_wait() {
    let bench = Bench::with(Pace { enforce_limits: true, ..Pace::brisk() }, None).await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let url = format!("{}chat.postMessage", bench.sandbox.slack_url());
    let body = json!({ "channel": channel, "text": "x" });

    let five = bench.codes_of_posts(&token, &vec![body.clone(); 5]).await;
    let sixth = bench.http.post(&url).bearer_auth(&token).json(&body).send().await.unwrap();

    assert_eq!(five, vec![Value::Null; 5]);
    assert_eq!((sixth.status().as_u16(), &sixth.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    assert_eq!(sixth.json::<Value>().await.unwrap()["error"], "ratelimited");
}

#[tokio::test]
async fn an_ephemeral_is_shown_to_one_member_only() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let users = bench.read("state").await["slack"]["users"].clone();
    bench.slack(&token, "conversations.invite", json!({ "channel": channel, "users": users[0]["id"] })).await;

    let seen = bench
        .slack(&token, "chat.postEphemeral", json!({ "channel": channel, "user": users[0]["id"], "text": "psst" }))
        .await;
    let outside = bench
        .slack(&token, "chat.postEphemeral", json!({ "channel": channel, "user": users[1]["id"], "text": "psst" }))
        .await;

    let notices = bench.read("state").await["slack"]["ephemerals"].clone();
    assert_eq!((&seen["message_ts"], &outside["error"]), (&notices[0]["ts"], &json!("user_not_in_channel")));
}

#[tokio::test]
async fn a_file_is_uploaded_in_three_steps() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let wanted =
        bench.slack(&token, "files.getUploadURLExternal", json!({ "filename": "x-ray.png", "length": 5 })).await;

    bench.http.post(wanted["upload_url"].as_str().unwrap()).body("bytes").send().await.unwrap();
    let files = json!({ "files": [{ "id": wanted["file_id"], "title": "X-ray" }], "channel_id": channel });
    let done = bench.slack(&token, "files.completeUploadExternal", files).await;

    let bytes =
        bench.http.get(done["files"][0]["url_private"].as_str().unwrap()).bearer_auth(&token).send().await.unwrap();
    let history = bench.slack(&token, "conversations.history", json!({ "channel": channel })).await;
    assert_eq!(bytes.text().await.unwrap(), "bytes");
    assert_eq!(history["messages"][0]["files"][0]["title"], "X-ray");
}
