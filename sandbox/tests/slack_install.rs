//! Consent, tokens, and their end.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

#[tokio::test]
async fn consent_gives_a_code_and_the_code_a_token_once() {
    let bench = Bench::new().await;
    let code = bench.consent(&[("scope", "chat:write")]).await;

    let installed = bench.exchange(&code).await;
    let again = bench.exchange(&code).await;

    let state = bench.read("state").await;
    assert_eq!(
        (&installed["ok"], &installed["token_type"], &installed["enterprise"]),
        (&json!(true), &json!("bot"), &Value::Null)
    );
    assert!(installed["access_token"].as_str().unwrap().starts_with("xoxb-"));
    assert_eq!(installed["team"]["name"], "Northwind Dental");
    assert_eq!(installed["bot_user_id"], state["slack"]["app"]["bot_user_id"]);
    assert_eq!(installed["authed_user"]["id"], state["slack"]["users"][0]["id"]);
    assert_eq!(again["error"], "invalid_code");
}

#[tokio::test]
async fn the_consent_page_asks_and_can_be_refused() {
    let bench = Bench::new().await;
    let query = [
        ("client_id", bench.keys.slack_client_id.as_str()),
        ("scope", "chat:write"),
        ("state", "s/1"),
        ("redirect_uri", "http://clerk.test/back?x=1"),
    ];

    let page = bench.http.get(bench.sandbox.slack_authorize_url()).query(&query).send().await.unwrap();
    let refused = bench
        .http
        .get(bench.sandbox.slack_authorize_url())
        .query(&query)
        .query(&[("decision", "cancel")])
        .send()
        .await
        .unwrap();

    let html = page.text().await.unwrap();
    assert!(html.contains("Clerk wants") && html.contains("Ana Ruiz") && html.contains("chat:write"));
    assert_eq!(refused.headers()["location"], "http://clerk.test/back?x=1&error=access_denied&state=s%2F1");
}

#[tokio::test]
async fn tokens_are_checked() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let url = format!("{}auth.test", bench.sandbox.slack_url());

    let none: Value = bench.http.post(&url).send().await.unwrap().json().await.unwrap();
    let wrong = bench.slack("xoxb-1", "auth.test", json!({})).await;
    let right = bench.slack(&token, "auth.test", json!({})).await;

    assert_eq!((&none["error"], &wrong["error"]), (&json!("not_authed"), &json!("invalid_auth")));
    assert_eq!((&right["team"], &right["user"]), (&json!("Northwind Dental"), &json!("clerk")));
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let bench = Bench::new().await;
    let installed = bench.exchange(&bench.consent(&[("scope", "users:read")]).await).await;

    let refused = bench.slack(installed["access_token"].as_str().unwrap(), "conversations.list", json!({})).await;

    assert_eq!(
        (&refused["error"], &refused["needed"], &refused["provided"]),
        (&json!("missing_scope"), &json!("channels:read"), &json!("users:read"))
    );
}

#[tokio::test]
async fn uninstalling_ends_the_token_and_tells_clerk() {
    let bench = Bench::new().await;
    let token = bench.install().await;

    bench.order("slack/uninstall", json!({})).await;

    bench.clerk.wait(1, event("tokens_revoked")).await;
    bench.clerk.wait(1, event("app_uninstalled")).await;
    assert_eq!(bench.slack(&token, "auth.test", json!({})).await["error"], "account_inactive");
    assert_eq!(bench.read("state").await["slack"]["installed"], false);
}

#[tokio::test]
async fn installing_again_keeps_the_token_until_it_was_revoked() {
    let bench = Bench::new().await;
    let first = bench.install().await;
    let second = bench.install().await;

    bench.slack(&second, "auth.revoke", json!({})).await;
    let third = bench.install().await;

    assert_eq!(first, second);
    assert_ne!(second, third);
    assert_eq!(bench.slack(&first, "auth.test", json!({})).await["error"], "token_revoked");
}

#[tokio::test]
async fn the_app_may_be_installed_in_a_second_team() {
    let bench = Bench::new().await;
    let north = bench.install().await;

    let installed = bench.exchange(&bench.consent(&[("scope", "channels:manage"), ("team", "Southwind")]).await).await;

    let south = installed["access_token"].as_str().unwrap();
    assert_eq!(bench.slack(south, "auth.test", json!({})).await["team"], "Southwind");
    assert_eq!(bench.slack(&north, "auth.test", json!({})).await["team"], "Northwind Dental");
    assert_eq!(bench.read("state?team=southwind").await["slack"]["team"]["name"], "Southwind");
}

#[tokio::test]
async fn a_person_can_sign_in_without_installing() {
    let bench = Bench::new().await;
    let code = bench.consent(&[("user_scope", "identity.basic"), ("user", "ben")]).await;

    let signed_in = bench.exchange(&code).await;
    let token = signed_in["authed_user"]["access_token"].as_str().unwrap();

    assert_eq!(signed_in["access_token"], Value::Null);
    assert_eq!(bench.slack(token, "users.identity", json!({})).await["user"]["name"], "Ben Carter");
    assert_eq!(bench.read("state").await["slack"]["installed"], false);
}
