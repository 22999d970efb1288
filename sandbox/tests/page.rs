//! The page and the manners of the control API.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

#[tokio::test]
async fn the_page_lies_in_its_own_folder() {
    let bench = Bench::new().await;

    let without_slash = bench.http.get(&bench.control).send().await.unwrap();
    let page = bench.http.get(format!("{}/", bench.control)).send().await.unwrap();
    let script = bench.http.get(format!("{}/assets/app.js", bench.control)).send().await.unwrap();
    let nothing = bench.http.get(format!("{}/assets/none.js", bench.control)).send().await.unwrap();

    assert_eq!(
        (without_slash.status().as_u16(), &without_slash.headers()["location"]),
        (308, &"sandbox/".parse().unwrap())
    );
    assert!(page.text().await.unwrap().starts_with("<!doctype html>"));
    assert!(script.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    assert_eq!(nothing.status(), 404);
}

#[tokio::test]
async fn an_order_that_is_not_json_is_refused() {
    let bench = Bench::new().await;
    bench.buy("+12125550110").await;

    let url = format!("{}/api/reset", bench.control);
    let form = bench.http.post(&url).form(&[("a", "b")]).send().await.unwrap();
    let wrong = bench
        .http
        .post(format!("{}/api/faults", bench.control))
        .json(&json!({ "vendor": "fax" }))
        .send()
        .await
        .unwrap();

    assert_eq!((form.status().as_u16(), wrong.status().as_u16()), (415, 422));
    assert!(wrong.json::<Value>().await.unwrap()["error"].as_str().unwrap().contains("fax"));
    assert_eq!(bench.read("state").await["carrier"]["numbers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_snapshot_has_people_phones_and_what_was_ordered() {
    let bench = Bench::new().await;
    bench.order("webhooks", json!({ "vendor": "slack", "duplicate": 2 })).await;

    let state = bench.read("state").await;

    assert_eq!(state["clerk_url"], bench.clerk_url);
    assert_eq!(state["slack"]["install_url"], format!("{}/slack/install", bench.clerk_url));
    assert_eq!(
        (state["slack"]["users"].as_array().unwrap().len(), state["carrier"]["phones"].as_array().unwrap().len()),
        (4, 5)
    );
    assert_eq!(
        (&state["webhooks"]["slack"]["duplicate"], &state["webhooks"]["twilio"]["duplicate"]),
        (&json!(2), &json!(0))
    );
}

#[tokio::test]
async fn a_member_who_reacts_is_told_and_shown() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let channel = bench.channel(&token, "texts").await;
    let posted = bench.slack(&token, "chat.postMessage", json!({ "channel": channel, "text": "x" })).await;

    bench.order("slack/react", json!({ "user": "ben", "channel": channel, "ts": posted["ts"], "name": "eyes" })).await;

    let seen = bench.clerk.wait(1, event("reaction_added")).await;
    assert_eq!(
        (&seen[0].json()["event"]["reaction"], &seen[0].json()["event"]["item"]["ts"]),
        (&json!("eyes"), &posted["ts"])
    );
}
