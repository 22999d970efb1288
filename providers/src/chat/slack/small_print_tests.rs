//! What small print looks like in Slack's form.

use chrono::DateTime;
use serde_json::{Value, json};

use super::*;

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

fn elements(spans: &[Span]) -> Value {
    json!(blocks(spans))[0]["elements"].clone()
}

#[test]
fn a_sentence_with_an_instant_and_a_channel_is_one_element_in_which_nothing_becomes_a_link_by_itself() {
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();

    let drawn =
        elements(&[text("Until "), Span::Time(at), text(" it is in "), Span::Channel("C1".to_owned()), text(".")]);

    let date = "<!date^1700000000^\u{200b}{date_short_pretty} at {time}|2023-11-14 22:13 UTC>";
    assert_eq!(drawn, json!([{ "type": "mrkdwn", "text": format!("Until {date} it is in <#C1>."), "verbatim": true }]));
}

#[test]
fn words_alone_are_shown_as_they_are() {
    let drawn = elements(&[text("*one* "), Span::Bold("<!here>".to_owned())]);

    assert_eq!(drawn, json!([{ "type": "plain_text", "text": "*one* <!here>", "emoji": false }]));
}

#[test]
fn text_from_outside_calls_nobody_beside_a_name() {
    let drawn = elements(&[text("<!channel> & <@U9> to "), Span::User("U1".to_owned())]);

    assert_eq!(drawn[0]["text"], "&lt;!channel&gt; &amp; &lt;@U9&gt; to <@U1>");
}

#[test]
fn text_that_could_be_markup_stands_beside_a_name_as_it_is() {
    let outside = ["*Maria*", "so_me_", "~no~", "`code`", ":smile:", "> quote", "one\n> two"];

    let drawn = outside.map(|outside| elements(&[text(outside), Span::User("U1".to_owned())]));

    let apart = outside.map(|outside| {
        let words = json!({ "type": "plain_text", "text": outside, "emoji": false });
        json!([words, { "type": "mrkdwn", "text": "<@U1>", "verbatim": true }])
    });
    assert_eq!(drawn, apart);
}

#[test]
fn what_is_too_long_for_one_element_is_drawn_in_several_and_nothing_is_lost() {
    let drawn = elements(&[text(&"a".repeat(3_000)), Span::User("U1".to_owned())]);

    assert_eq!(drawn.as_array().map(Vec::len), Some(2));
}
