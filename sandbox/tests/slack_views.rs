//! Modals and home tabs as the app makes them.

use serde_json::{Value, json};

use crate::bench::{Bench, event};

fn text(words: &str) -> Value {
    json!({ "type": "plain_text", "text": words })
}

fn input(block_id: &str) -> Value {
    let element = json!({ "type": "plain_text_input", "action_id": "value" });
    json!({ "type": "input", "block_id": block_id, "label": text("Label"), "element": element })
}

fn modal(title: &str, blocks: Value) -> Value {
    json!({ "type": "modal", "callback_id": "c", "title": text(title), "submit": text("Send"), "blocks": blocks })
}

#[tokio::test]
async fn an_opened_view_comes_back_whole() {
    let bench = Bench::new().await;
    let token = bench.install().await;

    let view = bench.modal(&token, modal("Send text", json!([input("to"), { "type": "divider" }]))).await;

    let nothing = json!({ "to": { "value": { "type": "plain_text_input", "value": null } } });
    let seen = bench.read("slack/views?user=ana").await;
    assert_eq!((&view["root_view_id"], &view["previous_view_id"]), (&view["id"], &Value::Null));
    assert_eq!((&view["state"]["values"], &view["callback_id"]), (&nothing, &json!("c")));
    assert!(view["blocks"][1]["block_id"].is_string() && view["hash"].as_str().unwrap().contains('.'));
    assert_eq!((&seen["modals"][0]["id"], seen["modals"].as_array().unwrap().len()), (&view["id"], 1));
}

#[tokio::test]
async fn a_view_that_breaks_a_limit_is_refused_with_its_place() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let trigger = bench.command("general", 1).await.field("trigger_id");
    let long = modal("A title of too many letters", json!([input("a"), input("a")]));

    let refused = bench.slack(&token, "views.open", json!({ "trigger_id": trigger, "view": long })).await;
    let right = modal("Short", json!([input("a")]));
    let opened = bench.slack(&token, "views.open", json!({ "trigger_id": trigger, "view": right })).await;

    let lines = refused["response_metadata"]["messages"].clone();
    assert_eq!(refused["error"], "invalid_arguments");
    assert!(lines[0].as_str().unwrap().contains("/view/blocks/1/block_id"), "{lines}");
    assert!(lines[1].as_str().unwrap().contains("must be less than 25 characters"), "{lines}");
    assert_eq!(opened["ok"], true, "a refused view does not use up its trigger");
}

#[tokio::test]
async fn a_change_must_know_the_last_hash_and_keeps_what_was_filled_in() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let mut first = modal("One", json!([input("to"), input("body")]));
    first["external_id"] = json!("mine");
    let view = bench.modal(&token, first).await;
    bench.order("slack/view/fill", json!({ "user": "ana", "values": { "to": { "value": "Maria" } } })).await;
    let changed = modal("Two", json!([{ "type": "divider" }, input("to")]));
    let update = async |mut by: Value| {
        by["view"] = changed.clone();
        bench.slack(&token, "views.update", by).await
    };

    let second = update(json!({ "view_id": view["id"], "hash": view["hash"] })).await;
    let stale = update(json!({ "view_id": view["id"], "hash": view["hash"] })).await;
    let by_own_id = update(json!({ "external_id": "mine" })).await;
    let nowhere = update(json!({ "view_id": "V0" })).await;

    let kept = json!({ "to": { "value": { "type": "plain_text_input", "value": "Maria" } } });
    assert_eq!((&second["view"]["state"]["values"], &second["view"]["title"]["text"]), (&kept, &json!("Two")));
    assert_eq!(stale["error"], "hash_conflict");
    assert_eq!(by_own_id["error"], "not_found", "the id went with the view that had it");
    assert_eq!(nowhere["error"], "not_found");
}

#[tokio::test]
async fn an_own_id_belongs_to_one_view() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let mut view = modal("One", json!([input("a")]));
    view["external_id"] = json!("mine");
    bench.modal(&token, view.clone()).await;
    bench.order("slack/command", json!({ "user": "ben", "channel": "general", "command": "/clerk", "text": "" })).await;
    let seen = bench.clerk.wait(2, |seen| seen.path.ends_with("/commands")).await;

    let trigger = seen[1].field("trigger_id");
    let refused = bench.slack(&token, "views.open", json!({ "trigger_id": trigger, "view": view })).await;

    assert_eq!(refused["error"], "duplicate_external_id");
}

#[tokio::test]
async fn views_are_stacked_three_high_from_within() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let more = json!({ "type": "button", "action_id": "more", "text": text("More") });
    let view = modal("Level", json!([{ "type": "actions", "block_id": "b", "elements": [more] }]));
    let root = bench.modal(&token, view.clone()).await;
    let mut answers = Vec::new();
    for number in 1..=3 {
        bench.order("slack/view/act", json!({ "user": "ana", "action_id": "more" })).await;
        let trigger = bench.payloads(number, "block_actions").await[number - 1]["trigger_id"].clone();
        answers.push(bench.slack(&token, "views.push", json!({ "trigger_id": trigger, "view": view })).await);
    }
    let outside = bench.command("general", 2).await.field("trigger_id");
    let from_outside = bench.slack(&token, "views.push", json!({ "trigger_id": outside, "view": view })).await;

    assert_eq!(answers[1]["view"]["root_view_id"], root["id"]);
    assert_eq!(answers[1]["view"]["previous_view_id"], answers[0]["view"]["id"]);
    assert_eq!(answers[2]["error"], "push_limit_reached");
    assert_eq!(from_outside["error"], "not_found");
}

#[tokio::test]
async fn a_home_tab_is_published_opened_and_used() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let ana = bench.read("state").await["slack"]["users"][0]["id"].clone();
    let button = json!({ "type": "button", "action_id": "send", "value": "v", "text": text("Send text") });
    let view = json!({ "type": "home", "blocks": [{ "type": "actions", "block_id": "b", "elements": [button] }] });
    bench.order("slack/home", json!({ "user": "ana" })).await;

    let published = bench.slack(&token, "views.publish", json!({ "user_id": ana, "view": view })).await;
    bench.order("slack/home", json!({ "user": "ana" })).await;
    bench.order("slack/view/act", json!({ "user": "ana", "view_id": "home", "action_id": "send" })).await;

    let opened = bench.clerk.wait(2, event("app_home_opened")).await;
    let pressed = bench.payloads(1, "block_actions").await.remove(0);
    let stale = bench.slack(&token, "views.publish", json!({ "user_id": ana, "view": view, "hash": "1.old" })).await;
    assert_eq!((&opened[0].json()["event"]["tab"], &opened[0].json()["event"]["view"]), (&json!("home"), &Value::Null));
    assert_eq!(opened[1].json()["event"]["view"]["id"], published["view"]["id"]);
    assert_eq!((&pressed["container"]["type"], &pressed["view"]["type"]), (&json!("view"), &json!("home")));
    assert_eq!(pressed["actions"][0]["value"], "v");
    assert_eq!(stale["error"], "hash_conflict");
}

#[tokio::test]
async fn a_conversation_select_can_begin_with_the_channel_of_the_command() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let element = json!({ "type": "conversations_select", "action_id": "c", "default_to_current_conversation": true, "response_url_enabled": true });
    let block = json!({ "type": "input", "block_id": "where", "label": text("Where"), "element": element });

    bench.modal(&token, modal("Where", json!([block]))).await;
    bench.order("slack/view/submit", json!({ "user": "ana" })).await;

    let payload = bench.payloads(1, "view_submission").await.remove(0);
    let general = bench.read("state").await["slack"]["channels"][0]["id"].clone();
    let entry = &payload["view"]["state"]["values"]["where"]["c"];
    assert_eq!(*entry, json!({ "type": "conversations_select", "selected_conversation": general }));
    assert_eq!(payload["response_urls"][0]["channel_id"], general);
    assert!(payload["response_urls"][0]["response_url"].as_str().unwrap().contains("/actions/"));
}
