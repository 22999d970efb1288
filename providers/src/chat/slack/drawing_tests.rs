//! What a window and the home look like in Slack's form.

use domain::contracts::{
    chat::{Button, ButtonStyle, Span},
    view::{Field, Input},
};

use super::*;

fn view(parts: Vec<Part>) -> View {
    View {
        purpose: "text.send".to_owned(),
        state: "{\"to\":1}".to_owned(),
        title: "Send a text to somebody else".to_owned(),
        submit: Some("Send".to_owned()),
        parts,
    }
}

fn input(id: &str) -> Part {
    let field = Field::Member { chosen: None };
    let input =
        Input { id: id.to_owned(), label: "Who".to_owned(), hint: None, is_optional: true, is_live: false, field };
    Part::Input(input)
}

fn button(value: &str) -> Button {
    Button {
        action: "conversation.open".to_owned(),
        value: value.to_owned(),
        label: "Open".to_owned(),
        style: ButtonStyle::Plain,
        confirm: None,
    }
}

fn text(text: &str) -> Part {
    Part::Text(vec![Span::Text(text.to_owned())])
}

#[test]
fn a_window_says_what_it_is_for_and_keeps_our_state() {
    let drawn = window(&view(vec![Part::Heading("To".to_owned()), Part::Divider, input("who")]));

    assert_eq!(
        [&drawn["type"], &drawn["callback_id"], &drawn["private_metadata"]],
        ["modal", "text.send", "{\"to\":1}"]
    );
    assert_eq!(drawn["title"], json!({ "type": "plain_text", "text": "Send a text to somebody…", "emoji": true }));
    assert_eq!([&drawn["close"]["text"], &drawn["submit"]["text"]], ["Cancel", "Send"]);
    assert_eq!(drawn["notify_on_close"], false);
    let kinds: Vec<&Value> = drawn["blocks"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["header", "divider", "input"]);
}

#[test]
fn a_window_with_something_to_fill_in_can_always_be_submitted() {
    let submit = |parts| window(&View { submit: None, ..view(parts) })["submit"]["text"].clone();

    assert_eq!([submit(vec![input("who")]), submit(vec![text("x")])], [json!("Done"), Value::Null]);
}

#[test]
fn the_home_has_no_title_and_nothing_to_submit() {
    let drawn = home(&view(vec![text("x")]));

    let names: Vec<&String> = drawn.as_object().unwrap().keys().collect();
    assert_eq!(names, ["blocks", "callback_id", "private_metadata", "type"]);
    assert_eq!(drawn["type"], "home");
}

#[test]
fn the_same_action_further_below_has_an_id_of_its_own() {
    let drawn = home(&view(vec![Part::Buttons(vec![button("a")]), text("x"), Part::Buttons(vec![button("b")])]));

    let ids = [0, 2].map(|block| drawn["blocks"][block]["elements"][0]["action_id"].clone());
    assert_eq!(ids, ["conversation.open", "conversation.open#1"].map(Value::from));
}

#[test]
fn more_than_fits_is_left_out_and_said_so() {
    let blocks = |count: usize| {
        let parts = std::iter::repeat_n(Part::Divider, count).collect();
        window(&view(parts))["blocks"].as_array().unwrap().clone()
    };

    assert!(blocks(100).iter().all(|block| block["type"] == "divider"));
    assert_eq!((blocks(101).len(), &blocks(101)[99]["type"]), (100, &json!("context")));
}

#[test]
fn a_window_without_a_title_gets_a_dash() {
    assert_eq!(window(&View::default())["title"]["text"], "–");
}
