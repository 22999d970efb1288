//! What was entered, as Slack tells it (docs.slack.dev/reference/interaction-payloads/view-interactions-payload).

use serde_json::json;

use super::*;

#[test]
fn every_kind_of_input_is_read_by_the_id_of_its_block() {
    let option = |value: &str| json!({ "text": { "type": "plain_text", "text": "x" }, "value": value });
    let state = json!({ "values": {
        "text": { "input.changed": { "type": "plain_text_input", "value": "Hi :wave: &amp; *you* <3" } },
        "from": { "input.changed": { "type": "static_select", "selected_option": option("num_1") } },
        "flags": { "input.changed": { "type": "checkboxes", "selected_options": [option("a"), option("b")] } },
        "who": { "input.changed": { "type": "users_select", "selected_user": "U1" } },
        "where": { "input.changed": { "type": "conversations_select", "selected_conversation": "C1" } },
        "when": { "input.changed": { "type": "datetimepicker", "selected_date_time": 1_700_000_000 } },
        "files": { "input.changed": { "type": "file_input", "files": [{
            "id": "F1", "name": "cat.png", "mimetype": "image/png", "size": 7, "url_private": "https://files.slack.com/a",
        }] } },
    } });

    let entries = entries(&state);

    assert_eq!(entries.text("text"), Some("Hi 👋 & *you* <3"));
    assert_eq!(
        [entries.text("from"), entries.text("who"), entries.text("where")],
        [Some("num_1"), Some("U1"), Some("C1")]
    );
    assert_eq!(entries.several("flags"), ["a", "b"]);
    assert_eq!(entries.moment("when").map(|at| at.timestamp()), Some(1_700_000_000));
    let file = FileRef {
        id: "F1".to_owned(),
        name: "cat.png".to_owned(),
        content_type: "image/png".to_owned(),
        byte_count: 7,
        url: "https://files.slack.com/a".to_owned(),
    };
    assert_eq!(entries.files("files"), [file]);
}

#[test]
fn what_is_empty_is_missing() {
    let state = json!({ "values": {
        "text": { "a": { "type": "plain_text_input", "value": null } },
        "blank": { "a": { "type": "plain_text_input", "value": "" } },
        "from": { "a": { "type": "static_select", "selected_option": null } },
        "flags": { "a": { "type": "checkboxes", "selected_options": [] } },
        "when": { "a": { "type": "datetimepicker", "selected_date_time": null } },
        "files": { "a": { "type": "file_input", "files": [] } },
        "odd": { "a": { "type": "brand_new", "value": "x" } },
    } });

    assert_eq!([entries(&state), entries(&Value::Null)], [Entries::default(), Entries::default()]);
}

#[test]
fn a_file_of_which_only_the_id_is_told_is_kept_without_an_address() {
    let files = files(&json!([{ "id": "F1", "file_access": "check_file_info" }, { "name": "no id" }]));

    assert_eq!(files.len(), 1);
    assert_eq!((files[0].id.as_str(), files[0].name.as_str(), files[0].url.as_str()), ("F1", "F1", ""));
}

#[test]
fn a_view_is_known_by_id_hash_purpose_and_state() {
    let read =
        view(&json!({ "id": "V1", "hash": "h", "callback_id": "text.send", "private_metadata": "s", "type": "modal" }));

    let expected = ViewRef {
        id: "V1".to_owned(),
        hash: Some("h".to_owned()),
        purpose: "text.send".to_owned(),
        state: "s".to_owned(),
    };
    assert_eq!(read, Some(expected));
    assert_eq!(view(&Value::Null), None);
}
