//! Whatever stands in a window or the home, what we send keeps Slack's limits: every kind of input, with odd and long texts, too many choices,
//! nothing at all.

use chrono::DateTime;
use domain::contracts::{
    chat::{Button, ButtonStyle, Part, Question, Span},
    view::{Choice, Field, Input, View},
};

use super::{
    super::done,
    assert_spotless,
    blocks::odd_texts,
    chat::{access, chat, said},
    fake::Fake,
    judge_slack::judge,
};

fn input(id: &str, text: &str, field: Field) -> Part {
    let (label, hint) = (text.to_owned(), Some(text.to_owned()));
    Part::Input(Input { id: id.to_owned(), label, hint, is_optional: true, is_live: true, field })
}

fn choices(count: usize, text: &str) -> Vec<Choice> {
    (0..count).map(|at| Choice { value: format!("num_{at}"), label: text.to_owned() }).collect()
}

/// Everything that can be filled in, with a text wherever one can stand.
fn inputs(text: &str, count: usize) -> Vec<Part> {
    let words = Field::Text {
        value: Some(text.to_owned()),
        is_multiline: true,
        longest: 1_600,
        placeholder: Some(text.to_owned()),
    };
    let last = format!("num_{}", count.saturating_sub(1));
    vec![
        input("words", text, words),
        input("choice", text, Field::Choice { choices: choices(count, text), chosen: Some(last.clone()) }),
        input("checks", text, Field::Checks { choices: choices(count, text), chosen: vec![last] }),
        input("member", text, Field::Member { chosen: Some("U123ABC456".to_owned()) }),
        input("channel", text, Field::Channel { chosen: Some("C123ABC456".to_owned()) }),
        input("moment", text, Field::Moment { chosen: DateTime::from_timestamp(1_773_155_045, 0) }),
    ]
}

fn view(text: &str, parts: Vec<Part>) -> View {
    View {
        purpose: "text.send".to_owned(),
        state: "s".repeat(3_000),
        title: text.to_owned(),
        submit: Some(text.to_owned()),
        parts,
    }
}

/// What is only shown, with a text wherever one can stand.
fn words(text: &str) -> Vec<Part> {
    let button = |value: &str| Button {
        action: "conversation.open".to_owned(),
        value: value.to_owned(),
        label: text.to_owned(),
        style: ButtonStyle::Primary,
        confirm: Some(Question::new(text, text, [text, text])),
    };
    vec![
        Part::Heading(text.to_owned()),
        Part::Divider,
        Part::Text(vec![Span::Text(text.to_owned())]),
        Part::Buttons(vec![button("a"), button("b")]),
        Part::Note(vec![Span::Bold(text.to_owned())]),
        Part::Buttons(vec![button("c")]),
    ]
}

#[tokio::test]
async fn windows_and_the_home_are_shown_as_described() {
    let files = || input("files", "Files", Field::Files { most: 10 });
    let parts = || [inputs("To", 3), words("hello")].concat();

    let called = said(async |chat| {
        let with_files = view("Send text", [parts(), vec![files()]].concat());
        done(chat.open_view(&access(), "156772938.1827394", &with_files).await);
        done(chat.update_view(&access(), "VMHU10V25", Some("156772938.1827394"), &with_files).await);
        done(chat.update_view(&access(), "VMHU10V25", None, &View { submit: None, ..with_files }).await);
        done(chat.publish_home(&access(), "U123ABC456", &view("", parts())).await);
    });

    assert_eq!(called.await, ["views.open", "views.publish", "views.update"]);
}

#[tokio::test]
async fn odd_texts_keep_every_limit_in_windows() {
    let fake = Fake::slack().await;
    let chat = chat(&fake);

    for text in odd_texts().into_iter().chain([String::new()]) {
        let parts = [inputs(&text, 2), words(&text)].concat();
        done(chat.open_view(&access(), "156772938.1827394", &view(&text, parts.clone())).await);
        done(chat.publish_home(&access(), "U123ABC456", &view(&text, parts)).await);
    }

    assert_spotless(&fake.recorded(), judge);
}

#[tokio::test]
async fn any_number_of_choices_and_parts_keeps_every_limit() {
    let fake = Fake::slack().await;
    let chat = chat(&fake);
    let many = std::iter::repeat_n(words("x"), 60).flatten().collect();

    for count in [0, 1, 10, 11, 100, 101, 500] {
        done(chat.open_view(&access(), "156772938.1827394", &view("x", inputs("x", count))).await);
    }
    done(chat.publish_home(&access(), "U123ABC456", &view("x", many)).await);
    done(chat.publish_home(&access(), "U123ABC456", &view("x", Vec::new())).await);

    assert_spotless(&fake.recorded(), judge);
}
