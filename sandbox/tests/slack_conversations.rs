//! Channels: made, named, joined, listed, lost.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

#[tokio::test]
async fn a_new_channel_has_the_app_in_it_and_its_name_is_taken() {
    let bench = Bench::new().await;
    let token = bench.install().await;

    let made = bench.slack(&token, "conversations.create", json!({ "name": "maria-lopez" })).await;
    let again = bench.slack(&token, "conversations.create", json!({ "name": "maria-lopez" })).await;

    assert_eq!((&made["channel"]["name"], &made["channel"]["is_member"]), (&json!("maria-lopez"), &json!(true)));
    assert_eq!(again["error"], "name_taken");
    bench.clerk.wait(1, event("channel_created")).await;
    bench.clerk.wait(1, event("member_joined_channel")).await;
}

#[tokio::test]
async fn installing_puts_the_app_into_no_channel() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let general = bench.read("state").await["slack"]["channels"][0].clone();

    let before = bench.slack(&token, "conversations.history", json!({ "channel": general["id"] })).await;
    bench.slack(&token, "conversations.join", json!({ "channel": general["id"] })).await;
    let after = bench.slack(&token, "conversations.history", json!({ "channel": general["id"] })).await;

    assert_eq!(general["is_member"], false);
    assert_eq!((&before["error"], &after["ok"]), (&json!("not_in_channel"), &json!(true)));
}

#[tokio::test]
async fn a_list_goes_on_where_the_cursor_says() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench.channel(&token, "one").await;
    bench.channel(&token, "two").await;

    let first = bench.slack(&token, "conversations.list", json!({ "limit": 2 })).await;
    let second = bench
        .slack(&token, "conversations.list", json!({ "limit": 2, "cursor": first["response_metadata"]["next_cursor"] }))
        .await;

    let names = |page: &Value| {
        page["channels"].as_array().unwrap().iter().map(|channel| channel["name"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!((names(&first), names(&second)), (vec![json!("general"), json!("one")], vec![json!("two")]));
    assert_eq!(second["response_metadata"]["next_cursor"], "");
}

#[tokio::test]
async fn a_renamed_channel_frees_its_old_name() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "old-name").await;

    let renamed = bench.slack(&token, "conversations.rename", json!({ "channel": channel, "name": "new-name" })).await;
    let reused = bench.slack(&token, "conversations.create", json!({ "name": "old-name" })).await;

    let seen = bench.clerk.wait(1, event("channel_rename")).await;
    assert_eq!((&renamed["channel"]["name"], &reused["ok"]), (&json!("new-name"), &json!(true)));
    assert_eq!(seen[0].json()["event"]["channel"]["name"], "new-name");
}

#[tokio::test]
async fn members_are_invited_once_and_listed() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let users = bench.read("state").await["slack"]["users"].clone();
    let invite = json!({ "channel": channel, "users": format!("{},{}", users[0]["id"].as_str().unwrap(), users[1]["id"].as_str().unwrap()) });

    let invited = bench.slack(&token, "conversations.invite", invite.clone()).await;
    let again = bench.slack(&token, "conversations.invite", invite).await;

    let members = bench.slack(&token, "conversations.members", json!({ "channel": channel })).await;
    assert_eq!((&invited["ok"], &again["error"]), (&json!(true), &json!("already_in_channel")));
    assert_eq!(members["members"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_channel_can_be_archived_deleted_or_closed_to_the_app_by_people() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let (one, two, three) =
        (bench.channel(&token, "one").await, bench.channel(&token, "two").await, bench.channel(&token, "three").await);
    let act = async |channel: &str, action: &str| {
        bench.order("slack/channel", json!({ "user": "ana", "channel": channel, "action": action })).await
    };

    act(&one, "archive").await;
    act(&two, "delete").await;
    act(&three, "kick_app").await;

    let posts = [&one, &two, &three].map(|channel| json!({ "channel": channel, "text": "x" }));
    let codes = bench.codes_of_posts(&token, &posts).await;
    assert_eq!(codes, ["is_archived", "channel_not_found", "not_in_channel"]);
    bench.clerk.wait(1, event("channel_archive")).await;
    bench.clerk.wait(1, event("channel_deleted")).await;
    bench.clerk.wait(1, event("channel_left")).await;
}

#[tokio::test]
async fn a_direct_channel_is_opened_once_per_member() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let ana = bench.read("state").await["slack"]["users"][0]["id"].clone();

    let opened = bench.slack(&token, "conversations.open", json!({ "users": ana })).await;
    let posted = bench.slack(&token, "chat.postMessage", json!({ "channel": ana, "text": "Hello Ana" })).await;

    assert_eq!(opened["channel"]["id"], posted["channel"]);
    assert!(posted["channel"].as_str().unwrap().starts_with('D'));
}

#[tokio::test]
async fn people_of_the_team_are_known() {
    let bench = Bench::new().await;
    let token = bench.install().await;

    let listed = bench.slack(&token, "users.list", json!({})).await;
    let first = listed["members"].as_array().unwrap().iter().find(|user| user["name"] == "ana").unwrap().clone();
    let info = bench.slack(&token, "users.info", json!({ "user": first["id"] })).await;

    assert_eq!((&info["user"]["real_name"], &info["user"]["is_owner"]), (&json!("Ana Ruiz"), &json!(true)));
    assert_eq!(bench.slack(&token, "users.info", json!({ "user": "U404" })).await["error"], "user_not_found");
    assert_eq!(bench.slack(&token, "team.info", json!({})).await["team"]["domain"], "northwind-dental");
}
