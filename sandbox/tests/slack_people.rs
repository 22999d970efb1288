//! Guests, other bots, other companies, private channels, and what the app hears of them.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

async fn shared(bench: &Bench) -> (String, String) {
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    (token, channel)
}

async fn add(bench: &Bench, kind: &str, channel: &str) -> Value {
    bench.order("slack/member", json!({ "name": "Gus", "kind": kind, "channels": [channel] })).await["user"].clone()
}

#[tokio::test]
async fn a_guest_in_a_channel_is_told_and_known_as_one() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;

    let guest = add(&bench, "single_channel_guest", &channel).await;

    let joined = bench.clerk.wait(2, event("member_joined_channel")).await;
    let user = bench.slack(&token, "users.info", json!({ "user": guest })).await["user"].clone();
    assert!(joined.iter().any(|seen| seen.json()["event"]["user"] == guest));
    assert_eq!((&user["is_restricted"], &user["is_ultra_restricted"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn another_bot_speaks_as_a_bot() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;
    let bot = add(&bench, "bot", &channel).await;

    bench.order("slack/post", json!({ "user": bot, "channel": channel, "text": "Build passed" })).await;

    let said = bench.clerk.wait(1, event("message")).await[0].json()["event"].clone();
    let user = bench.slack(&token, "users.info", json!({ "user": bot })).await["user"].clone();
    assert!(said["bot_id"].as_str().unwrap().starts_with('B') && said["app_id"] != bench.keys.slack_app_id);
    assert_eq!((&user["is_bot"], &user["profile"]["bot_id"]), (&json!(true), &said["bot_id"]));
}

#[tokio::test]
async fn a_channel_shared_with_another_company_says_so_everywhere() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;

    let stranger = add(&bench, "stranger", &channel).await;
    bench.order("slack/post", json!({ "user": "gus", "channel": "texts", "text": "Hello from outside" })).await;

    let said = bench.clerk.wait(1, event("message")).await[0].json();
    let told = bench.clerk.wait(1, event("channel_shared")).await[0].json();
    let info =
        bench.slack(&token, "conversations.info", json!({ "channel": channel, "include_num_members": true })).await;
    let user = bench.slack(&token, "users.info", json!({ "user": stranger })).await["user"].clone();
    assert_eq!((&info["channel"]["is_ext_shared"], &info["channel"]["num_members"]), (&json!(true), &json!(2)));
    assert_eq!((&user["is_stranger"], &user["team_id"]), (&json!(true), &said["event"]["user_team"]));
    assert_eq!((&said["is_ext_shared_channel"], &told["event"]["connected_team_id"]), (&json!(true), &user["team_id"]));
}

#[tokio::test]
async fn a_share_can_be_ended() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;
    let act = |action: &str| json!({ "user": "ana", "channel": channel, "action": action });
    bench.order("slack/channel", act("share")).await;

    bench.order("slack/channel", act("unshare")).await;

    bench.clerk.wait(1, event("channel_unshared")).await;
    let info = bench.slack(&token, "conversations.info", json!({ "channel": channel })).await;
    let members = bench.slack(&token, "conversations.members", json!({ "channel": channel })).await;
    assert_eq!((&info["channel"]["is_shared"], members["members"].as_array().unwrap().len()), (&json!(false), 1));
}

#[tokio::test]
async fn a_renamed_person_is_told() {
    let bench = Bench::new().await;
    let (token, _) = shared(&bench).await;
    let ben = bench.read("state").await["slack"]["users"][1]["id"].clone();

    bench.order("slack/user", json!({ "user": "ben", "real_name": "Benjamin Carter" })).await;

    let told = bench.clerk.wait(1, event("user_change")).await[0].json();
    bench.clerk.wait(1, event("user_profile_changed")).await;
    let info = bench.slack(&token, "users.info", json!({ "user": ben })).await;
    assert_eq!((&told["event"]["user"]["id"], &told["event"]["user"]["real_name"]), (&ben, &json!("Benjamin Carter")));
    assert_eq!(info["user"]["profile"]["real_name"], "Benjamin Carter");
}

#[tokio::test]
async fn a_private_channel_has_events_and_scopes_of_its_own() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let made = bench.slack(&token, "conversations.create", json!({ "name": "vip", "is_private": true })).await;
    let channel = made["channel"]["id"].clone();
    let act = |action: &str| json!({ "user": "ana", "channel": channel, "action": action, "name": "vip-2" });

    for action in ["rename", "archive", "unarchive", "kick_app", "join_app", "delete"] {
        bench.order("slack/channel", act(action)).await;
    }

    for kind in ["group_rename", "group_archive", "group_unarchive", "group_left", "group_deleted"] {
        bench.clerk.wait(1, event(kind)).await;
    }
    assert_eq!((&made["channel"]["is_private"], &made["channel"]["is_group"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn a_public_channel_may_become_private_under_its_id() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;

    bench.order("slack/channel", json!({ "user": "ana", "channel": channel, "action": "make_private" })).await;

    bench.clerk.wait(1, event("message.channel_convert_to_private")).await;
    let info = bench.slack(&token, "conversations.info", json!({ "channel": channel })).await;
    assert_eq!((&info["channel"]["id"], &info["channel"]["is_private"]), (&json!(channel), &json!(true)));
}

#[tokio::test]
async fn a_private_channel_is_out_of_reach_without_its_scopes() {
    let bench = Bench::new().await;
    let scopes = "channels:read,channels:manage,channels:history,chat:write";
    let token = bench.exchange(&bench.consent(&[("scope", scopes)]).await).await["access_token"].clone();
    let token = token.as_str().unwrap();
    let channel = bench.channel(token, "texts").await;
    bench.order("slack/channel", json!({ "user": "ana", "channel": channel, "action": "make_private" })).await;

    let private = bench.slack(token, "conversations.create", json!({ "name": "vip", "is_private": true })).await;
    let info = bench.slack(token, "conversations.info", json!({ "channel": channel })).await;
    let history = bench.slack(token, "conversations.history", json!({ "channel": channel })).await;

    assert_eq!((&private["error"], &private["needed"]), (&json!("missing_scope"), &json!("groups:write")));
    assert_eq!((&info["needed"], &history["needed"]), (&json!("groups:read"), &json!("groups:history")));
}

#[tokio::test]
async fn members_come_page_by_page() {
    let bench = Bench::new().await;
    let (token, channel) = shared(&bench).await;
    for number in 0..3 {
        bench.order("slack/member", json!({ "name": format!("m{number}"), "channels": [channel] })).await;
    }

    let first = bench.slack(&token, "conversations.members", json!({ "channel": channel, "limit": 3 })).await;
    let cursor = first["response_metadata"]["next_cursor"].clone();
    let second =
        bench.slack(&token, "conversations.members", json!({ "channel": channel, "limit": 3, "cursor": cursor })).await;

    let count = |page: &Value| page["members"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (3, 1));
    assert_eq!(second["response_metadata"]["next_cursor"], "");
}
