//! What members do in modals, and what the app's answers do to them.

use serde_json::{Value, json};

use crate::bench::Bench;

fn text(words: &str) -> Value {
    json!({ "type": "plain_text", "text": words })
}

fn option(value: &str) -> Value {
    json!({ "text": text(value), "value": value })
}

fn input(element: Value) -> Value {
    json!({ "type": "input", "block_id": element["type"], "optional": true, "label": text("Label"), "element": element })
}

fn modal(blocks: Value) -> Value {
    json!({ "type": "modal", "title": text("Form"), "submit": text("Send"), "notify_on_close": true, "blocks": blocks })
}

fn one_input() -> Value {
    modal(
        json!([{ "type": "input", "block_id": "body", "label": text("Text"), "element": { "type": "plain_text_input", "action_id": "a" } }]),
    )
}

async fn open_count(bench: &Bench) -> usize {
    bench.read("slack/views?user=ana").await["modals"].as_array().unwrap().len()
}

#[tokio::test]
async fn every_kind_of_input_comes_in_slacks_shape() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let file = bench.order("slack/upload", json!({ "user": "ana", "name": "a.png", "content_base64": "aGk=" })).await;
    let (options, actions) = (json!([option("low"), option("high")]), json!("a"));
    let element =
        |kind: &str| json!({ "type": kind, "action_id": actions, "options": options, "is_decimal_allowed": false });
    let kinds = [
        "plain_text_input",
        "static_select",
        "multi_static_select",
        "users_select",
        "multi_users_select",
        "conversations_select",
        "channels_select",
        "checkboxes",
        "radio_buttons",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "file_input",
        "number_input",
    ];
    bench.modal(&token, modal(kinds.iter().map(|kind| input(element(kind))).collect())).await;
    let state = bench.read("state").await["slack"].clone();
    let (ana, general) = (state["users"][0]["id"].clone(), state["channels"][0]["id"].clone());
    let given = [
        json!("Hi"),
        json!("high"),
        json!(["low", "high"]),
        json!("ana"),
        json!(["ana"]),
        json!("#general"),
        json!("general"),
        json!(["low"]),
        json!("low"),
        json!("2026-11-23"),
        json!("09:30"),
        json!(1_795_500_000),
        json!([file["id"]]),
        json!("42"),
    ];
    let entries = kinds.iter().zip(given).map(|(kind, value)| ((*kind).to_owned(), json!({ "a": value })));
    let values: Value = entries.collect();

    bench.order("slack/view/submit", json!({ "user": "ana", "values": values })).await;

    let payload = bench.payloads(1, "view_submission").await.remove(0);
    let entry = |kind: &str| payload["view"]["state"]["values"][kind]["a"].clone();
    assert_eq!(entry("plain_text_input"), json!({ "type": "plain_text_input", "value": "Hi" }));
    assert_eq!(entry("static_select"), json!({ "type": "static_select", "selected_option": option("high") }));
    assert_eq!(entry("multi_static_select")["selected_options"], options);
    assert_eq!(entry("users_select"), json!({ "type": "users_select", "selected_user": ana }));
    assert_eq!(entry("multi_users_select")["selected_users"], json!([ana]));
    assert_eq!(entry("conversations_select")["selected_conversation"], general);
    assert_eq!(entry("channels_select")["selected_channel"], general);
    assert_eq!(entry("checkboxes")["selected_options"], json!([option("low")]));
    assert_eq!(entry("radio_buttons")["selected_option"], option("low"));
    assert_eq!(
        (&entry("datepicker")["selected_date"], &entry("timepicker")["selected_time"]),
        (&json!("2026-11-23"), &json!("09:30"))
    );
    assert_eq!(
        (&entry("datetimepicker")["selected_date_time"], &entry("number_input")["value"]),
        (&json!(1_795_500_000), &json!("42"))
    );
    assert_eq!(
        (&entry("file_input")["files"][0]["id"], &entry("file_input")["files"][0]["mimetype"]),
        (&file["id"], &json!("image/png"))
    );
    assert_eq!(open_count(&bench).await, 0);
}

#[tokio::test]
async fn slack_itself_asks_for_what_is_missing() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench.modal(&token, one_input()).await;

    let sent = bench.order("slack/view/submit", json!({ "user": "ana" })).await;

    assert_eq!((&sent["outcome"], &sent["webhook_status"]), (&json!("incomplete"), &Value::Null));
    assert!(sent["errors"]["body"].is_string());
    assert_eq!(open_count(&bench).await, 1);
}

#[tokio::test]
async fn the_answer_to_a_form_decides_what_becomes_of_it() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench.modal(&token, one_input()).await;
    let answers = [
        json!({ "response_action": "errors", "errors": { "body": "Too long" } }).to_string(),
        json!({ "response_action": "errors", "errors": { "nowhere": "?" } }).to_string(),
        json!({ "response_action": "update", "view": modal(json!([{ "type": "divider" }])) }).to_string(),
        json!({ "response_action": "push", "view": one_input() }).to_string(),
        json!({ "response_action": "push", "view": { "type": "modal" } }).to_string(),
        String::new(),
        json!({ "response_action": "clear" }).to_string(),
    ];
    let mut became = Vec::new();
    for answer in &answers {
        bench.clerk.will_answer(&[(200, answer)]);
        let values = json!({ "body": { "a": "Hi" } });
        let has_input = bench.read("slack/views?user=ana").await["modals"].as_array().unwrap().last().unwrap()["blocks"]
            [0]["type"]
            == "input";
        let order = if has_input { json!({ "user": "ana", "values": values }) } else { json!({ "user": "ana" }) };
        let sent = bench.order("slack/view/submit", order).await;
        became.push((sent["outcome"].as_str().unwrap().to_owned(), open_count(&bench).await));
    }

    let wanted =
        [("errors", 1), ("trouble", 1), ("updated", 1), ("pushed", 2), ("trouble", 2), ("closed", 1), ("cleared", 0)];
    assert_eq!(became, wanted.map(|(word, count)| (word.to_owned(), count)));
}

#[tokio::test]
async fn a_late_or_wrong_answer_leaves_the_form_open() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench.modal(&token, one_input()).await;
    bench.clerk.will_answer(&[(500, "")]);

    let sent = bench.order("slack/view/submit", json!({ "user": "ana", "values": { "body": { "a": "Hi" } } })).await;

    let view = bench.read("slack/views?user=ana").await["modals"][0].clone();
    assert_eq!((&sent["outcome"], &sent["webhook_status"]), (&json!("trouble"), &json!(500)));
    assert!(view["errors"][""].as_str().unwrap().contains("trouble connecting"));
}

#[tokio::test]
async fn closing_is_told_to_those_who_asked() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench.modal(&token, one_input()).await;

    let closed = bench.order("slack/view/close", json!({ "user": "ana" })).await;

    let payload = bench.payloads(1, "view_closed").await.remove(0);
    assert_eq!((&closed["told"], &payload["is_cleared"]), (&json!(1), &json!(false)));
    assert_eq!((&payload["view"]["title"]["text"], open_count(&bench).await), (&json!("Form"), 0));
}

#[tokio::test]
async fn an_input_tells_the_app_only_what_it_asked_to_hear() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let field =
        |config: Value| json!({ "type": "plain_text_input", "action_id": "a", "dispatch_action_config": config });
    let block = |id: &str, element: Value| json!({ "type": "input", "block_id": id, "dispatch_action": id != "quiet", "label": text("x"), "element": element });
    let letters = json!({ "trigger_actions_on": ["on_character_entered"] });
    let quiet = json!({ "type": "plain_text_input", "action_id": "a" });
    let menu = json!({ "type": "static_select", "action_id": "a", "options": [option("one")] });
    let view = modal(json!([
        block("letters", field(letters)),
        block("enter", quiet.clone()),
        block("quiet", quiet),
        block("menu", menu)
    ]));
    bench.modal(&token, view).await;
    let act = async |block: &str, value: &str, typing: &str| {
        let order = json!({ "user": "ana", "block_id": block, "action_id": "a", "value": value, "typing": typing });
        bench.order("slack/view/act", order).await["told"].clone()
    };

    let told = [
        act("letters", "M", "on_character_entered").await,
        act("letters", "M", "on_enter_pressed").await,
        act("enter", "M", "on_character_entered").await,
        act("enter", "Ma", "on_enter_pressed").await,
        act("quiet", "M", "on_enter_pressed").await,
        act("menu", "one", "").await,
    ];

    let payloads = bench.payloads(3, "block_actions").await;
    assert_eq!(told, [true, false, false, true, false, true].map(Value::from));
    assert_eq!(
        (&payloads[0]["actions"][0]["value"], &payloads[0]["actions"][0]["type"]),
        (&json!("M"), &json!("plain_text_input"))
    );
    assert_eq!(payloads[1]["view"]["state"]["values"]["letters"]["a"]["value"], "M");
    assert_eq!(payloads[2]["actions"][0]["selected_option"], option("one"));
    assert!(payloads[0]["container"]["view_id"].is_string() && payloads[0]["trigger_id"].is_string());
}

#[tokio::test]
async fn options_are_asked_for_while_typing_and_can_then_be_chosen() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    bench
        .modal(
            &token,
            modal(json!([input(json!({ "type": "external_select", "action_id": "a", "min_query_length": 1 }))])),
        )
        .await;
    bench.clerk.will_answer(&[(200, &json!({ "options": [option("Maria")] }).to_string())]);

    let offered = bench.order("slack/view/suggest", json!({ "user": "ana", "action_id": "a", "value": "Ma" })).await;
    bench.order("slack/view/submit", json!({ "user": "ana", "values": { "external_select": { "a": "Maria" } } })).await;

    let asked = bench.payloads(1, "block_suggestion").await.remove(0);
    let sent = bench.payloads(1, "view_submission").await.remove(0);
    assert_eq!((&asked["value"], &asked["block_id"]), (&json!("Ma"), &json!("external_select")));
    assert_eq!(offered["options"], json!([option("Maria")]));
    assert_eq!(sent["view"]["state"]["values"]["external_select"]["a"]["selected_option"], option("Maria"));
}

#[tokio::test]
async fn nobody_uses_the_modal_of_somebody_else_or_an_element_that_is_not_there() {
    let bench = Bench::new().await;
    let token = bench.install().await;
    let view = bench.modal(&token, one_input()).await;

    let foreign =
        bench.refused("slack/view/submit", json!({ "user": "ben", "view_id": view["id"], "values": {} })).await;
    let missing = bench.refused("slack/view/act", json!({ "user": "ana", "action_id": "b", "value": "x" })).await;
    let nothing = bench.refused("slack/view/close", json!({ "user": "ben" })).await;

    assert!(foreign.contains("has no view") && missing.contains("no element") && nothing.contains("No modal"));
}
