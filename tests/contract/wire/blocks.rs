//! Whatever a person writes, what we post keeps Slack's limits: shapes of blocks, lengths, counts, nothing empty. The posts are long, empty and
//! odd in every way that texts of contacts, names and labels can be.

use domain::contracts::chat::{Button, ButtonStyle, Part, Post, Question, Span};

use super::{
    super::done,
    Recorded, assert_spotless,
    chat::{access, channel, chat, thread},
    fake::Fake,
    judge_slack::judge,
};

/// Texts that have been trouble somewhere; the longest is what Slack takes when every character of it has to be escaped.
pub(super) fn odd_texts() -> Vec<String> {
    let one = [
        "a",
        " ",
        "\n",
        "\u{0}x",
        "&<>",
        "👨‍👩‍👧‍👦",
        "é\u{301}\u{327}",
        "مرحبا\u{202e}",
        "```*_~`> @here <!channel> :smile:",
        "|^}{\"'\\",
    ];
    let long = ["x", "&", "👋🏽", "first\nsecond ", "<@U1> "];
    let of_length = [75, 76, 150, 1_600, 3_000, 3_001, 7_900];
    let repeated = long.iter().flat_map(|text| of_length.map(|length| text.chars().cycle().take(length).collect()));
    one.iter().map(|text| (*text).to_owned()).chain(repeated).collect()
}

fn said(parts: Vec<Part>) -> Post {
    Post { key: "task_1".to_owned(), author: None, parts }
}

fn button(label: &str, value: &str) -> Button {
    Button {
        action: "message.retry".to_owned(),
        value: value.to_owned(),
        label: label.to_owned(),
        style: ButtonStyle::Danger,
        confirm: Some(Question::new(format!("{label}?"), label, [label, label])),
    }
}

/// Posts, changes and whispers each post; what arrived.
async fn recorded(posts: impl IntoIterator<Item = Post>) -> Vec<Recorded> {
    let fake = Fake::slack().await;
    let chat = chat(&fake);
    for post in posts {
        let at = done(chat.post(&access(), &thread(), &post).await);
        done(chat.update(&access(), &at, &post).await);
        done(chat.whisper(&access(), &channel(), "U123ABC456", &post).await);
    }
    fake.recorded()
}

/// Spans of every kind with a text.
fn spans(text: &str) -> Vec<Span> {
    vec![
        Span::Text(text.to_owned()),
        Span::Bold(text.to_owned()),
        Span::User("U123ABC456".to_owned()),
        Span::Channel("C123ABC456".to_owned()),
        Span::Link { url: "https://clerk.example/a?b=c&d=|e".to_owned(), label: text.to_owned() },
        Span::Link { url: "no address".to_owned(), label: text.to_owned() },
        Span::Time("2026-03-10T15:04:05Z".parse().expect("a time")),
    ]
}

/// Odd texts that a person could send: what a carrier takes at most.
fn odd_texts_of_people() -> impl Iterator<Item = String> {
    odd_texts().into_iter().filter(|text| text.chars().count() <= 1_600)
}

#[tokio::test]
async fn odd_texts_keep_every_limit_in_paragraphs() {
    let posts =
        odd_texts().into_iter().map(|text| said(vec![Part::Text(vec![Span::Text(text)]), Part::Text(spans("x"))]));

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn odd_texts_keep_every_limit_in_spans_of_every_kind() {
    let posts = odd_texts_of_people().map(|text| said(vec![Part::Text(spans(&text))]));

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn odd_texts_keep_every_limit_in_small_print() {
    let x = || Part::Text(vec![Span::Text("x".to_owned())]);
    let texts = odd_texts().into_iter().map(|text| said(vec![Part::Note(vec![Span::Text(text)]), x()]));
    let of_every_kind = odd_texts_of_people().map(|text| said(vec![Part::Note(spans(&text)), x()]));

    assert_spotless(&recorded(texts.chain(of_every_kind)).await, judge);
}

#[tokio::test]
async fn odd_labels_keep_every_limit_on_links_in_small_print() {
    let link = |label| Span::Link { url: "https://clerk.example/a?b=c&d=|e".to_owned(), label };
    let posts = odd_texts().into_iter().map(|text| said(vec![Part::Note(vec![link(text)]), Part::Text(spans("x"))]));

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn odd_texts_keep_every_limit_on_buttons_and_in_their_questions() {
    let posts = odd_texts().into_iter().map(|text| {
        let buttons = vec![button(&text, "msg_1"), button("Again", ""), button("Later", &"7".repeat(2_000))];
        said(vec![Part::Text(vec![Span::Text("x".to_owned())]), Part::Buttons(buttons)])
    });

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn odd_names_keep_every_limit() {
    let posts = odd_texts().into_iter().map(|text| Post { author: Some(text), ..said(vec![Part::Text(spans("x"))]) });

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn very_many_parts_keep_every_limit() {
    let many = |part: Part| said(std::iter::repeat_n(part, 60).collect());
    let note = Part::Note((0..25).map(|_| Span::Text("x".to_owned())).collect());
    let buttons = Part::Buttons((0..60).map(|at| button("Again", &format!("msg_{at}"))).collect());
    let one_row = said(vec![Part::Text(spans("x")), buttons]);

    let posts = [many(Part::Text(spans("x"))), many(note), one_row];

    assert_spotless(&recorded(posts).await, judge);
}

#[tokio::test]
async fn parts_without_anything_leave_no_empty_block() {
    let empty =
        [Part::Text(vec![]), Part::Note(vec![]), Part::Buttons(vec![]), Part::Text(vec![Span::Text(String::new())])];
    let with_words = empty.iter().cloned().chain([Part::Text(vec![Span::Text("x".to_owned())])]).collect();
    let odd = vec![
        Part::Note(vec![Span::Text("\u{0}".to_owned()), Span::Bold("  ".to_owned())]),
        Part::Text(spans("\u{7}x")),
    ];

    assert_spotless(&recorded([said(with_words), said(odd)]).await, judge);
}
