//! What each input looks like in Slack's form.

use serde_json::{Value, json};

use super::*;

fn drawn(field: Field) -> Value {
    live(field, false)
}

fn live(field: Field, is_live: bool) -> Value {
    let input = Input {
        id: "to".to_owned(),
        label: "To".to_owned(),
        hint: Some("A name or a number".to_owned()),
        is_optional: false,
        is_live,
        field,
    };
    serde_json::to_value(block(&input)).unwrap()
}

fn text(value: Option<&str>, longest: u16) -> Field {
    Field::Text { value: value.map(str::to_owned), is_multiline: true, longest, placeholder: Some("Text".to_owned()) }
}

fn choices(count: usize) -> Vec<Choice> {
    (0..count).map(|at| Choice { value: format!("v{at}"), label: format!("Choice {at}") }).collect()
}

#[test]
fn a_text_has_its_limit_and_tells_each_character_only_when_it_is_live() {
    let element = json!({
        "type": "plain_text_input", "action_id": "input.changed", "multiline": true, "max_length": 1_600,
        "placeholder": { "type": "plain_text", "text": "Text", "emoji": true }, "initial_value": "hi",
    });
    let mut live_element = element.clone();
    live_element["dispatch_action_config"] = json!({ "trigger_actions_on": ["on_character_entered"] });

    let quiet = drawn(text(Some("hi"), 1_600));
    let live = live(text(Some("hi"), 1_600), true);

    assert_eq!(quiet["element"], element);
    assert_eq!(live["element"], live_element);
    assert_eq!(
        [&quiet["block_id"], &quiet["label"]["text"], &quiet["hint"]["text"]],
        ["to", "To", "A name or a number"]
    );
    assert_eq!([&quiet["dispatch_action"], &quiet["optional"], &live["dispatch_action"]], [false, false, true]);
}

#[test]
fn a_text_that_is_longer_than_it_may_be_is_kept_for_the_member_to_shorten() {
    let element = drawn(text(Some(&"a".repeat(1_700)), 1_600))["element"].clone();
    let cut = drawn(text(Some(&"a".repeat(3_100)), 9_000))["element"].clone();

    assert_eq!(element["max_length"], 1_700);
    assert_eq!((&cut["max_length"], cut["initial_value"].as_str().map(str::len)), (&json!(3_000), Some(3_000)));
}

#[test]
fn an_empty_text_is_no_value_at_all() {
    assert_eq!(drawn(text(Some(""), 0))["element"].get("initial_value"), None);
}

#[test]
fn a_choice_begins_with_the_one_that_was_chosen() {
    let element = drawn(Field::Choice { choices: choices(2), chosen: Some("v1".to_owned()) })["element"].clone();
    let unknown = drawn(Field::Choice { choices: choices(2), chosen: Some("v9".to_owned()) })["element"].clone();

    assert_eq!((&element["type"], element["options"].as_array().map(Vec::len)), (&json!("static_select"), Some(2)));
    assert_eq!(element["initial_option"], element["options"][1]);
    assert_eq!(unknown.get("initial_option"), None);
}

#[test]
fn of_too_many_choices_the_chosen_one_stays() {
    let select = drawn(Field::Choice { choices: choices(150), chosen: Some("v149".to_owned()) })["element"].clone();
    let checks = drawn(Field::Checks { choices: choices(12), chosen: vec!["v11".to_owned()] })["element"].clone();

    assert_eq!((select["options"].as_array().unwrap().len(), &select["options"][99]["value"]), (100, &json!("v149")));
    assert_eq!((checks["options"].as_array().unwrap().len(), &checks["options"][9]["value"]), (10, &json!("v11")));
    assert_eq!(checks["initial_options"], json!([checks["options"][9]]));
}

#[test]
fn choices_that_slack_would_refuse_are_left_out_and_empty_labels_get_a_dash() {
    let odd = vec![
        Choice { value: String::new(), label: "none".to_owned() },
        Choice { value: "a".repeat(151), label: "long".to_owned() },
        Choice { value: "a".to_owned(), label: " ".to_owned() },
        Choice { value: "a".to_owned(), label: "again".to_owned() },
        Choice { value: "b".to_owned(), label: "l".repeat(76) },
    ];

    let options = drawn(Field::Choice { choices: odd, chosen: None })["element"]["options"].clone();

    let shown: Vec<(&str, usize)> = options
        .as_array()
        .unwrap()
        .iter()
        .map(|option| (option["value"].as_str().unwrap(), option["text"]["text"].as_str().unwrap().chars().count()))
        .collect();
    assert_eq!(shown, [("a", 1), ("b", 75)]);
}

#[test]
fn a_choice_among_nothing_is_told_instead_of_asked() {
    let none = [
        drawn(Field::Choice { choices: Vec::new(), chosen: None }),
        drawn(Field::Checks { choices: Vec::new(), chosen: Vec::new() }),
    ];

    for block in none {
        assert_eq!(
            (&block["type"], &block["elements"][0]["text"]),
            (&json!("context"), &json!("To: there is nothing to choose from."))
        );
    }
}

#[test]
fn members_channels_moments_and_files_have_menus_of_slacks_own() {
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let elements = [
        drawn(Field::Member { chosen: Some("U1".to_owned()) }),
        drawn(Field::Channel { chosen: Some("C1".to_owned()) }),
        drawn(Field::Moment { chosen: Some(at) }),
        drawn(Field::Files { most: 12 }),
    ]
    .map(|block| block["element"].clone());

    let filter = json!({ "include": ["public", "private"], "exclude_bot_users": true });
    let id = "input.changed";
    assert_eq!(elements[0], json!({ "type": "users_select", "action_id": id, "initial_user": "U1" }));
    assert_eq!(
        elements[1],
        json!({ "type": "conversations_select", "action_id": id, "initial_conversation": "C1", "filter": filter })
    );
    assert_eq!(elements[2], json!({ "type": "datetimepicker", "action_id": id, "initial_date_time": 1_700_000_000 }));
    assert_eq!(elements[3], json!({ "type": "file_input", "action_id": id, "max_files": 10 }));
}

#[test]
fn files_are_never_live_and_a_moment_that_slack_cannot_write_is_left_open() {
    let files = live(Field::Files { most: 1 }, true);
    let moment = drawn(Field::Moment { chosen: DateTime::from_timestamp(5, 0) });

    assert_eq!(files["dispatch_action"], false);
    assert_eq!(moment["element"].get("initial_date_time"), None);
}
