//! A post in Slack's form. Text from outside stands in `rich_text` and `plain_text`, which show every character as it is:
//! no bold, no emoji code, no quote, and nobody who could be called by it. Only where Slack knows nothing but its own
//! markup (the fallback text, a link in small print) is text escaped.
//!
//! The fallback text is always there: it is what notifications and readers of the screen use.

use chrono::{DateTime, Utc};
use domain::contracts::chat::{Button, ButtonStyle, Part, Post, Span};
use serde_json::json;
use slack_morphism::blocks::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockMarkDownText, SlackBlockPlainText, SlackBlockPlainTextOnly, SlackContextBlock,
    SlackContextBlockElement, SlackRichTextBlock, SlackRichTextChannel, SlackRichTextElement,
    SlackRichTextInlineElement, SlackRichTextLink, SlackRichTextSection, SlackRichTextText, SlackRichTextUser,
};
use slack_morphism::{SlackActionId, SlackRelaxedUrl};

/// How Slack shows an instant, in the reader's own time zone.
const TIME_FORMAT: &str = "{date_short_pretty} at {time}";
/// Slack refuses longer elements of text.
const LONGEST_ELEMENT: usize = 3_000;
/// What stands on a link in small print: five times as much, when all of it has to be escaped, still leaves room for an address.
const LONGEST_LABEL: usize = 300;
/// Slack refuses more blocks.
const MOST_BLOCKS: usize = 50;
/// Slack refuses more elements in small print.
const MOST_IN_NOTE: usize = 10;
/// Slack refuses more buttons in a row.
const MOST_BUTTONS: usize = 25;
/// Slack refuses blocks of about 13,200 characters altogether, which is written down nowhere (bolt-js#2509).
const LONGEST_IN_BLOCKS: usize = 12_000;

/// What goes into a call.
pub(super) struct Rendered {
    /// Fallback, escaped.
    pub(super) text: String,
    /// What is shown; empty when the text is too long for blocks and is shown itself.
    pub(super) blocks: Vec<SlackBlock>,
}

/// Renders a post.
pub(super) fn render(post: &Post) -> Rendered {
    let lines: Vec<String> = post.parts.iter().filter_map(fallback).collect();
    let text = lines.join("\n");
    let mut blocks = Vec::new();
    for part in &post.parts {
        match part {
            Part::Text(spans) => push_paragraph(&mut blocks, spans),
            Part::Note(spans) => blocks.extend(notes(spans)),
            Part::Buttons(buttons) => blocks.extend(rows(buttons)),
        }
    }
    if blocks.len() > MOST_BLOCKS || text.chars().count() > LONGEST_IN_BLOCKS {
        blocks.clear();
    }
    Rendered { text, blocks }
}

/// Makes text harmless where Slack reads its markup.
pub(super) fn escape(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Without what cannot be seen and only confuses: control characters other than line breaks and tabs.
fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect()
}

/// An id of Slack's; it consists of letters and digits, so it cannot end the mark-up around it.
fn id(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn fallback(part: &Part) -> Option<String> {
    match part {
        Part::Text(spans) | Part::Note(spans) => Some(spans.iter().map(marked_up).collect()),
        Part::Buttons(_) => None,
    }
}

fn marked_up(span: &Span) -> String {
    match span {
        Span::Text(text) | Span::Bold(text) => escape(text),
        Span::User(user) => format!("<@{}>", id(user)),
        Span::Channel(channel) => format!("<#{}>", id(channel)),
        Span::Link { url, label } => match link(url) {
            Some(url) => format!("<{}|{}>", escape(&url).replace('|', "%7C"), escape(label)),
            None => escape(label),
        },
        Span::Time(at) => format!("<!date^{}^{TIME_FORMAT}|{}>", at.timestamp(), escape(&written(*at))),
    }
}

/// An address that Slack takes; it refuses the whole post for any other.
fn link(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    matches!(parsed.scheme(), "http" | "https" | "mailto" | "tel").then(|| parsed.to_string())
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// Paragraphs that follow one another share a block.
fn push_paragraph(blocks: &mut Vec<SlackBlock>, spans: &[Span]) {
    let elements: Vec<_> = spans.iter().flat_map(inline).collect();
    if elements.is_empty() {
        return;
    }
    let section = SlackRichTextElement::Section(SlackRichTextSection::new(elements));
    match blocks.last_mut() {
        Some(SlackBlock::RichText(block)) => block.elements.push(section),
        _ => blocks.push(SlackRichTextBlock::new(vec![section]).into()),
    }
}

fn inline(span: &Span) -> Vec<SlackRichTextInlineElement> {
    match span {
        Span::Text(text) => texts(text).map(|text| text.into()).collect(),
        Span::Bold(text) => texts(text).map(|text| text.bold().into()).collect(),
        Span::User(user) => vec![SlackRichTextUser::new(id(user).into()).into()],
        Span::Channel(channel) => vec![SlackRichTextChannel::new(id(channel).into()).into()],
        Span::Link { url, label } => match link(url) {
            Some(url) => {
                let label = Some(visible(label)).filter(|label| !label.is_empty());
                vec![SlackRichTextLink::new(SlackRelaxedUrl(url)).opt_text(label).into()]
            }
            None => texts(label).map(|text| text.into()).collect(),
        },
        Span::Time(at) => vec![SlackRichTextInlineElement::Unknown(json!({
            "type": "date",
            "timestamp": at.timestamp(),
            "format": TIME_FORMAT,
            "fallback": written(*at),
        }))],
    }
}

/// Text in elements that are not too long; none for no text, which Slack refuses.
fn texts(text: &str) -> impl Iterator<Item = SlackRichTextText> {
    pieces(&visible(text), LONGEST_ELEMENT).into_iter().map(SlackRichTextText::new)
}

fn pieces(text: &str, longest: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(longest).map(|piece| piece.iter().collect()).collect()
}

fn notes(spans: &[Span]) -> Vec<SlackBlock> {
    let elements: Vec<SlackContextBlockElement> = spans.iter().flat_map(small).collect();
    elements.chunks(MOST_IN_NOTE).map(|elements| SlackContextBlock::new(elements.to_vec()).into()).collect()
}

fn small(span: &Span) -> Vec<SlackContextBlockElement> {
    match span {
        Span::Text(text) | Span::Bold(text) => pieces(visible(text).trim(), LONGEST_ELEMENT)
            .into_iter()
            .map(|text| SlackBlockPlainText::new(text).with_emoji(false).into())
            .collect(),
        Span::Link { url, label } => {
            let label = shortened(label, LONGEST_LABEL);
            let link = marked_up(&Span::Link { url: url.clone(), label });
            vec![SlackBlockMarkDownText::new(link).with_verbatim(true).into()]
        }
        other => vec![SlackBlockMarkDownText::new(marked_up(other)).with_verbatim(true).into()],
    }
}

fn rows(buttons: &[Button]) -> Vec<SlackBlock> {
    let elements: Vec<SlackActionBlockElement> =
        buttons.iter().enumerate().map(|(index, each)| button(buttons, index, each)).collect();
    elements.chunks(MOST_BUTTONS).map(|row| SlackActionsBlock::new(row.to_vec()).into()).collect()
}

fn button(all: &[Button], index: usize, button: &Button) -> SlackActionBlockElement {
    let element = SlackBlockButtonElement::new(label(&button.label, 75))
        .with_action_id(action_id(all, index, button))
        .opt_value(Some(button.value.clone()).filter(|value| !value.is_empty()))
        .opt_style(match button.style {
            ButtonStyle::Plain => None,
            ButtonStyle::Primary => Some(SlackBlockButtonStyle::Primary),
            ButtonStyle::Danger => Some(SlackBlockButtonStyle::Danger),
        })
        .opt_confirm(button.confirm.as_deref().map(|question| confirm(button, question)));
    element.into()
}

/// Slack refuses two buttons of the same action side by side, so the second one gets a number
/// behind it that [`action`] takes off again.
fn action_id(all: &[Button], index: usize, button: &Button) -> SlackActionId {
    let earlier = all.iter().take(index).filter(|other| other.action == button.action).count();
    match earlier {
        0 => button.action.clone().into(),
        count => format!("{}#{count}", button.action).into(),
    }
}

/// What a button does, from the id that Slack gives back.
pub(super) fn action(action_id: &str) -> &str {
    match action_id.rsplit_once('#') {
        Some((action, count)) if count.parse::<u32>().is_ok() => action,
        _ => action_id,
    }
}

fn confirm(button: &Button, question: &str) -> SlackBlockConfirmItem {
    let style = (button.style == ButtonStyle::Danger).then(|| "danger".to_owned());
    SlackBlockConfirmItem::new(
        "Are you sure?".into(),
        SlackBlockPlainText::new(shortened(question, 300)).with_emoji(false).into(),
        label(&button.label, 30),
        "Cancel".into(),
    )
    .opt_style(style)
}

fn label(text: &str, longest: usize) -> SlackBlockPlainTextOnly {
    SlackBlockPlainText::new(shortened(text, longest)).with_emoji(true).into()
}

/// At most so many characters, the last one an ellipsis when something was left off.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    let text = visible(text);
    if text.chars().count() <= longest {
        return text;
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
