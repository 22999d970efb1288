//! The judge finds what it is for, and nothing in what is right.

use super::*;

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text })
}

fn option(value: &str) -> Value {
    json!({ "text": plain("Choice"), "value": value })
}

fn button(id: &str) -> Value {
    json!({ "type": "button", "action_id": id, "text": plain("Open"), "value": "x" })
}

fn select() -> Value {
    json!({ "type": "static_select", "action_id": "a", "options": [option("1"), option("2")], "initial_option": option("2") })
}

fn input(id: &str, element: Value) -> Value {
    json!({ "type": "input", "block_id": id, "label": plain("To"), "element": element, "optional": true })
}

fn modal(blocks: Vec<Value>) -> Value {
    json!({ "type": "modal", "title": plain("Text"), "submit": plain("Send"), "blocks": blocks, "private_metadata": "" })
}

fn with(mut value: Value, pointer: &str, other: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = value.pointer_mut(parent).expect("a place");
    match parent {
        Value::Array(items) => items[name.parse::<usize>().expect("an index")] = other,
        parent => parent[name] = other,
    }
    value
}

fn right() -> Value {
    modal(vec![
        json!({ "type": "header", "text": plain("Who") }),
        json!({ "type": "divider" }),
        input("from", select()),
        input("text", json!({ "type": "plain_text_input", "action_id": "a", "max_length": 10, "initial_value": "hi" })),
        input("when", json!({ "type": "datetimepicker", "action_id": "a", "initial_date_time": 1_700_000_000 })),
        input("files", json!({ "type": "file_input", "action_id": "a", "max_files": 10 })),
        input(
            "flags",
            json!({ "type": "checkboxes", "action_id": "a", "options": [option("1")], "initial_options": [option("1")] }),
        ),
        json!({ "type": "actions", "elements": [button("a"), button("b")] }),
    ])
}

#[test]
fn nothing_is_found_in_what_is_right() {
    let post = json!([
        { "type": "section", "text": plain("x") },
        { "type": "actions", "elements": [button("a"), button("b")] },
        { "type": "actions", "elements": [button("a")] },
    ]);
    let home = json!({ "type": "home", "blocks": [{ "type": "divider" }] });

    let found = [right(), post, home].map(|shown| lint_blocks(&shown)).concat();

    assert_eq!(found, [] as [String; 0]);
}

#[test]
fn each_mistake_in_a_window_is_found() {
    let wrong = [
        with(right(), "/type", json!("window")),
        with(right(), "/title/text", json!("t".repeat(25))),
        with(right(), "/title/text", json!("")),
        with(right(), "/submit", Value::Null),
        with(right(), "/private_metadata", json!("m".repeat(3_001))),
        with(right(), "/blocks", json!(vec![json!({ "type": "divider" }); 101])),
        with(right(), "/blocks/0/text/text", json!("h".repeat(151))),
        with(right(), "/blocks/0/text/type", json!("mrkdwn")),
        with(right(), "/blocks/1/type", json!("line")),
        with(right(), "/blocks/2/block_id", json!("text")),
        with(right(), "/blocks/2/element/options", json!([])),
        with(right(), "/blocks/2/element/options", json!(vec![option("2"); 101])),
        with(right(), "/blocks/2/element/options/0/value", json!("2")),
        with(right(), "/blocks/2/element/options/0/value", json!("v".repeat(151))),
        with(right(), "/blocks/2/element/options/0/text/text", json!("l".repeat(76))),
        with(right(), "/blocks/2/element/initial_option", option("3")),
        with(right(), "/blocks/3/element/max_length", json!(3_001)),
        with(right(), "/blocks/3/element/initial_value", json!("v".repeat(11))),
        with(right(), "/blocks/3/element/unknown", json!(1)),
        with(right(), "/blocks/4/element/initial_date_time", json!(5)),
        with(right(), "/blocks/5/element/max_files", json!(11)),
        with(
            right(),
            "/blocks/6/element/options",
            json!((0..11).map(|at| option(&at.to_string())).collect::<Vec<_>>()),
        ),
        with(right(), "/blocks/7/elements/1/action_id", json!("a")),
        with(right(), "/blocks/7/elements/1/action_id", json!("a".repeat(256))),
        with(right(), "/blocks/7/elements/1/value", json!("v".repeat(2_001))),
        with(right(), "/blocks/7/elements", json!((0..26).map(|at| button(&at.to_string())).collect::<Vec<_>>())),
    ];

    let missed: Vec<&Value> = wrong.iter().filter(|view| lint_blocks(view).is_empty()).collect();

    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn each_mistake_in_a_post_is_found() {
    let wrong = [
        json!(vec![json!({ "type": "divider" }); 51]),
        json!([input("a", select())]),
        json!([{ "type": "section", "text": plain("") }]),
        json!([{ "type": "section", "text": plain(&"x".repeat(3_001)) }]),
        json!([{ "type": "context", "elements": [] }]),
        json!([{ "type": "context", "elements": vec![plain("x"); 11] }]),
        json!(vec![json!({ "type": "section", "text": plain(&"x".repeat(2_900)) }); 5]),
        json!([{ "type": "actions", "elements": [with(button("a"), "/text/text", json!("l".repeat(76)))] }]),
    ];

    let missed: Vec<&Value> = wrong.iter().filter(|blocks| lint_blocks(blocks).is_empty()).collect();

    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn files_in_the_home_are_found() {
    let home = json!({ "type": "home", "blocks": [input("f", json!({ "type": "file_input", "action_id": "a" }))] });

    assert!(!lint_blocks(&home).is_empty());
}
