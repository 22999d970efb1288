//! What a post looks like in Slack's form.

use serde_json::Value;

use super::*;

fn post(parts: Vec<Part>) -> Post {
    Post { parts, ..Post::default() }
}

fn blocks(parts: Vec<Part>) -> Value {
    serde_json::to_value(render(&post(parts)).blocks).unwrap()
}

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

fn button(action: &str, value: &str) -> Button {
    Button {
        action: action.to_owned(),
        value: value.to_owned(),
        label: "Retry".to_owned(),
        style: ButtonStyle::Danger,
        confirm: Some(Question::new("Send it again?", "It may arrive twice.", ["Send again", "Leave it"])),
    }
}

#[test]
fn text_from_outside_is_shown_character_by_character_and_calls_nobody() {
    let hostile = "<!channel> <@U1> *bold* :smile: &amp; > quote";

    let rendered = render(&post(vec![Part::Text(vec![text(hostile)])]));

    let blocks = serde_json::to_value(&rendered.blocks).unwrap();
    let section = json!({ "type": "rich_text_section", "elements": [{ "type": "text", "text": hostile }] });
    assert_eq!(blocks, json!([{ "type": "rich_text", "elements": [section] }]));
    assert_eq!(rendered.text, "&lt;!channel&gt; &lt;@U1&gt; *bold* :smile: &amp;amp; &gt; quote");
}

#[test]
fn names_links_and_times_are_slacks_own() {
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let spans = vec![
        Span::Bold("Maria".to_owned()),
        Span::User("U1".to_owned()),
        Span::Channel("C1".to_owned()),
        Span::Link { url: "https://a.example/?x=1&y=2".to_owned(), label: "here".to_owned() },
        Span::Time(at),
    ];

    let rendered = render(&post(vec![Part::Text(spans)]));

    let blocks = serde_json::to_value(&rendered.blocks).unwrap();
    assert_eq!(
        blocks[0]["elements"][0]["elements"],
        json!([
            { "type": "text", "text": "Maria", "style": { "bold": true } },
            { "type": "user", "user_id": "U1" },
            { "type": "channel", "channel_id": "C1" },
            { "type": "link", "url": "https://a.example/?x=1&y=2", "text": "here" },
            {
                "type": "date",
                "timestamp": 1_700_000_000,
                "format": TIME_FORMAT,
                "fallback": "2023-11-14 22:13 UTC",
            },
        ])
    );
    assert_eq!(
        rendered.text,
        "Maria<@U1><#C1><https://a.example/?x=1&amp;y=2|here>\
         <!date^1700000000^{date_short_pretty} at {time}|2023-11-14 22:13 UTC>"
    );
}

#[test]
fn an_instant_inside_a_sentence_begins_with_a_small_letter() {
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let after = |words: &str| blocks(vec![Part::Text(vec![text(words), Span::Time(at)])]);

    let formats = ["waiting since ", "Maria  ", "Solved · "]
        .map(|words| after(words)[0]["elements"][0]["elements"][1]["format"].clone());

    assert_eq!(formats, [TIME_IN_SENTENCE, TIME_FORMAT, TIME_FORMAT].map(Value::from));
}

#[test]
fn a_link_that_slack_would_refuse_is_shown_as_its_label() {
    let link = Span::Link { url: "javascript:alert(1)".to_owned(), label: "x".to_owned() };

    let blocks = blocks(vec![Part::Text(vec![link])]);

    assert_eq!(blocks[0]["elements"][0]["elements"], json!([{ "type": "text", "text": "x" }]));
}

#[test]
fn paragraphs_share_a_block_and_small_print_has_its_own() {
    let parts = vec![
        Part::Text(vec![text("one")]),
        Part::Text(vec![text("two")]),
        Part::Note(vec![text("received "), Span::User("U1".to_owned())]),
    ];

    let blocks = blocks(parts);

    assert_eq!(blocks[0]["elements"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        blocks[1],
        json!({ "type": "context", "elements": [
            { "type": "mrkdwn", "text": "received <@U1>", "verbatim": true },
        ]})
    );
}

#[test]
fn a_button_asks_before_it_acts() {
    let blocks = blocks(vec![Part::Buttons(vec![button("message.retry", "msg_1")])]);

    assert_eq!(
        blocks[0]["elements"][0],
        json!({
            "type": "button",
            "action_id": "message.retry",
            "value": "msg_1",
            "style": "danger",
            "text": { "type": "plain_text", "text": "Retry", "emoji": true },
            "confirm": {
                "title": { "type": "plain_text", "text": "Send it again?", "emoji": false },
                "text": { "type": "plain_text", "text": "It may arrive twice.", "emoji": false },
                "confirm": { "type": "plain_text", "text": "Send again", "emoji": true },
                "deny": { "type": "plain_text", "text": "Leave it", "emoji": true },
                "style": "danger",
            },
        })
    );
}

#[test]
fn buttons_of_the_same_action_get_ids_of_their_own_that_lead_back_to_it() {
    let same = vec![button("choose", "a"), button("choose", "b"), button("other", "c")];

    let blocks = blocks(vec![Part::Buttons(same)]);

    let ids = [0, 1, 2].map(|index| blocks[0]["elements"][index]["action_id"].clone());
    assert_eq!(ids, ["choose", "choose#1", "other"].map(Value::from));
    assert_eq!([action("choose#1"), action("choose"), action("a#b")], ["choose", "choose", "a#b"]);
}

#[test]
fn a_long_text_is_cut_into_elements_and_nothing_of_it_is_lost() {
    let long = "😀".repeat(7_000);

    let blocks = blocks(vec![Part::Text(vec![text(&long)])]);

    let elements = blocks[0]["elements"][0]["elements"].as_array().unwrap();
    let whole: String = elements.iter().map(|element| element["text"].as_str().unwrap()).collect();
    assert_eq!(elements.len(), 3);
    assert_eq!(whole, long);
}

#[test]
fn what_is_too_long_for_blocks_is_shown_as_text_in_pieces() {
    let rendered = render(&post(vec![Part::Text(vec![text(&"a".repeat(13_000))])]));

    let pieces = rendered.pieces();
    assert!(rendered.is_too_long && pieces.len() == 4 && pieces.iter().all(|piece| piece.blocks.is_empty()));
    let whole: String = pieces.iter().map(|piece| piece.text.split_once(") ").unwrap().1).collect();
    assert_eq!(whole.len(), 13_000);
}

#[test]
fn the_buttons_of_what_is_too_long_stand_below_the_last_piece() {
    let parts =
        vec![Part::Text(vec![text(&"a".repeat(13_000))]), Part::Buttons(vec![button("message.retry", "msg_1")])];

    let pieces = render(&post(parts)).pieces();

    let last = serde_json::to_value(&pieces[4].blocks).unwrap();
    assert_eq!((pieces.len(), &last[0]["elements"][0]["action_id"]), (5, &json!("message.retry")));
}

#[test]
fn headings_and_lines_across_are_slacks_own() {
    let blocks = blocks(vec![Part::Heading("Usage".to_owned()), Part::Divider, Part::Heading(" ".to_owned())]);

    let heading = json!({ "type": "header", "text": { "type": "plain_text", "text": "Usage", "emoji": false } });
    assert_eq!(blocks, json!([heading, { "type": "divider" }]));
}

#[test]
fn empty_texts_make_no_elements_and_control_characters_are_left_off() {
    let none = blocks(vec![Part::Text(vec![text("")]), Part::Note(vec![text(" ")])]);
    let some = blocks(vec![Part::Text(vec![text("a\0b\r\nc\u{1b}d")])]);

    assert_eq!(none, json!([]));
    assert_eq!(some[0]["elements"][0]["elements"][0]["text"], "ab\ncd");
}

#[test]
fn shortening_says_that_something_was_left_off() {
    assert_eq!([shortened("abcd", 4), shortened("abcde", 4)], ["abcd", "abc…"]);
}

#[test]
fn what_slack_may_count_for_more_than_one_is_counted_so() {
    assert_eq!([shortened("👋👋👋", 5), shortened("a&b", 6), shortened("a<b", 6)], ["👋👋…", "a…", "a<b"]);
}
