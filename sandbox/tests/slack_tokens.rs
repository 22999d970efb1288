//! Tokens that expire, scopes that were not granted, organisations.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

async fn rotating(bench: &Bench, life_s: u64) -> Value {
    bench.order("slack/settings", json!({ "rotation": true, "token_life_s": life_s })).await;
    bench.exchange(&bench.consent(&[("scope", "chat:write,users:read")]).await).await
}

fn word<'v>(answer: &'v Value, name: &str) -> &'v str {
    answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"))
}

#[tokio::test]
async fn a_rotated_token_is_renewed_once_with_each_refresh_token() {
    let bench = Bench::new().await;
    let first = rotating(&bench, 43_200).await;
    let refresh = |token: &str| {
        let form =
            [("grant_type".to_owned(), "refresh_token".to_owned()), ("refresh_token".to_owned(), token.to_owned())];
        let bench = &bench;
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            bench.oauth(&form).await
        }
    };

    let second = refresh(word(&first, "refresh_token")).await;
    let again = refresh(word(&first, "refresh_token")).await;
    let third = refresh(word(&second, "refresh_token")).await;

    assert!(
        word(&first, "access_token").starts_with("xoxe.xoxb-") && word(&first, "refresh_token").starts_with("xoxe-")
    );
    assert_eq!((&first["expires_in"], &second["token_type"]), (&json!(43_200), &json!("bot")));
    assert_eq!((&again["error"], &third["ok"]), (&json!("invalid_refresh_token"), &json!(true)));
    assert_eq!(bench.slack(word(&third, "access_token"), "auth.test", json!({})).await["ok"], true);
    assert_eq!(bench.read("state").await["slack"]["settings"]["refreshes"], 2);
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let bench = Bench::new().await;
    let installed = rotating(&bench, 0).await;

    let refused = bench.slack(word(&installed, "access_token"), "auth.test", json!({})).await;

    assert_eq!(refused["error"], "token_expired");
}

#[tokio::test]
async fn a_team_may_grant_less_than_was_asked_for() {
    let bench = Bench::new().await;
    bench.order("slack/settings", json!({ "grant": "users:read" })).await;
    let installed = bench.exchange(&bench.consent(&[("scope", "chat:write,users:read")]).await).await;

    let post = json!({ "channel": "general", "text": "x" });
    let refused = bench.slack(word(&installed, "access_token"), "chat.postMessage", post).await;

    assert_eq!(installed["scope"], "users:read");
    assert_eq!((&refused["needed"], &refused["provided"]), (&json!("chat:write"), &json!("users:read")));
}

#[tokio::test]
async fn every_method_of_the_app_needs_its_scope() {
    let bench = Bench::new().await;
    bench.order("slack/settings", json!({ "grant": "team:read" })).await;
    let installed = bench.exchange(&bench.consent(&[("scope", "chat:write")]).await).await;
    let methods = [
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "chat.postEphemeral",
        "reactions.add",
        "reactions.remove",
        "reactions.get",
        "conversations.create",
        "conversations.list",
        "conversations.info",
        "conversations.archive",
        "conversations.unarchive",
        "conversations.rename",
        "conversations.join",
        "conversations.invite",
        "conversations.leave",
        "conversations.kick",
        "conversations.members",
        "conversations.open",
        "conversations.history",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
        "files.info",
        "users.info",
        "users.list",
    ];

    let mut open = Vec::new();
    for method in methods {
        let answer = bench.slack(word(&installed, "access_token"), method, json!({})).await;
        if answer["error"] != "missing_scope" {
            open.push(method);
        }
    }

    assert!(open.is_empty(), "{open:?} ask for no scope");
}

#[tokio::test]
async fn an_organisation_installs_once_for_all_its_teams() {
    let bench = Bench::new().await;
    let org = bench.order("slack/org", json!({ "name": "Northwind Group", "org_wide": true })).await;

    let installed = bench.exchange(&bench.consent(&[("scope", "chat:write,channels:manage,commands")]).await).await;
    let token = word(&installed, "access_token");
    let made = bench.slack(token, "conversations.create", json!({ "name": "texts", "team_id": org["teams"][0] })).await;
    let channel = &made["channel"]["id"];
    bench.order("slack/post", json!({ "user": "ana", "channel": channel, "text": "Hello" })).await;

    let told = bench.clerk.wait(1, event("message")).await[0].json();
    let command = bench.command("general", 1).await;
    let who = bench.slack(token, "auth.test", json!({})).await;
    assert_eq!((&installed["team"], &installed["is_enterprise_install"]), (&Value::Null, &json!(true)));
    assert_eq!(installed["enterprise"], json!({ "id": org["id"], "name": "Northwind Group" }));
    assert_eq!((&told["enterprise_id"], &told["authorizations"][0]["team_id"]), (&org["id"], &Value::Null));
    assert_eq!(
        (&told["authorizations"][0]["is_enterprise_install"], &told["team_id"]),
        (&json!(true), &org["teams"][0])
    );
    assert_eq!((&who["is_enterprise_install"], &who["enterprise_id"]), (&json!(true), &org["id"]));
    assert_eq!(
        (command.field("is_enterprise_install"), command.field("team_id")),
        ("true".to_owned(), org["teams"][0].as_str().unwrap().to_owned())
    );
}
