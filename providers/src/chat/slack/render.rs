//! A post in Slack's form. Text from outside stands in `rich_text` and `plain_text`, which show every character as it is:
//! no bold, no emoji code, no quote, and nobody who could be called by it. Only where Slack knows nothing but its own
//! markup (the fallback text, a link in small print) is text escaped.
//!
//! The fallback text is always there: it is what notifications and readers of the screen use.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::contracts::chat::{Button, ButtonStyle, Part, Post, Span};
use serde_json::json;
use slack_morphism::blocks::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockMarkDownText, SlackBlockPlainText, SlackBlockPlainTextOnly, SlackContextBlock,
    SlackContextBlockElement, SlackDividerBlock, SlackHeaderBlock, SlackRichTextBlock, SlackRichTextChannel,
    SlackRichTextElement, SlackRichTextInlineElement, SlackRichTextLink, SlackRichTextSection, SlackRichTextText,
    SlackRichTextUser,
};
use slack_morphism::{SlackActionId, SlackRelaxedUrl};

use super::posts;

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
/// Slack refuses longer labels of buttons.
const LONGEST_ON_BUTTON: usize = 75;
/// Slack refuses longer questions, and longer words on their buttons.
const LONGEST_QUESTION: usize = 300;
const LONGEST_IN_QUESTION: usize = 30;
/// Slack refuses longer headings.
const LONGEST_HEADING: usize = 150;
/// Slack refuses more buttons in a row.
const MOST_BUTTONS: usize = 25;
/// Slack refuses blocks of about 13,200 characters altogether, which is written down nowhere (bolt-js#2509).
const LONGEST_IN_BLOCKS: usize = 12_000;

/// What goes into a call.
#[derive(Clone)]
pub(super) struct Rendered {
    /// Fallback, escaped.
    pub(super) text: String,
    /// What is shown; empty when the text is shown itself.
    pub(super) blocks: Vec<SlackBlock>,
    /// Whether there is more than Slack takes in one post.
    pub(super) is_too_long: bool,
}

impl Rendered {
    /// The same as plain text, in as many pieces as it needs; the buttons stand below the last one.
    pub(super) fn pieces(&self) -> Vec<Self> {
        let piece = |text, blocks| Self { text, blocks, is_too_long: false };
        let mut pieces: Vec<Self> = posts::pieces(&self.text).into_iter().map(|text| piece(text, Vec::new())).collect();
        let is_row = |block: &&SlackBlock| matches!(block, SlackBlock::Actions(_));
        let rows: Vec<SlackBlock> = self.blocks.iter().filter(is_row).take(MOST_BLOCKS).cloned().collect();
        // Where Slack refused the blocks themselves, the buttons go with them.
        if self.is_too_long && !rows.is_empty() {
            pieces.push(piece("…".to_owned(), rows));
        }
        pieces
    }

    /// As much of it as one plain text holds.
    pub(super) fn plain(&self) -> Self {
        self.pieces().swap_remove(0)
    }
}

/// Renders a post.
pub(super) fn render(post: &Post) -> Rendered {
    let lines: Vec<String> = post.parts.iter().filter_map(fallback).collect();
    let text = lines.join("\n");
    let mut drawing = Drawing::default();
    post.parts.iter().for_each(|part| drawing.push(part));
    let is_too_long = drawing.blocks.len() > MOST_BLOCKS || text.chars().count() > LONGEST_IN_BLOCKS;
    Rendered { text, blocks: drawing.blocks, is_too_long }
}

/// Blocks, from top to bottom.
#[derive(Default)]
pub(super) struct Drawing {
    /// What was drawn so far.
    pub(super) blocks: Vec<SlackBlock>,
    /// How many buttons there are of each action.
    actions: BTreeMap<String, usize>,
}

impl Drawing {
    /// Draws a part below the others. An input belongs into a window: a post with one is a mistake of ours, and goes without it.
    pub(super) fn push(&mut self, part: &Part) {
        match part {
            Part::Text(spans) => push_paragraph(&mut self.blocks, spans),
            Part::Note(spans) => self.blocks.extend(notes(spans)),
            Part::Buttons(buttons) => self.push_buttons(buttons),
            Part::Heading(text) => self.blocks.extend(heading(text)),
            Part::Divider => self.blocks.push(SlackDividerBlock::new().into()),
            Part::Input(_) => debug_assert!(false, "an input outside of a window"),
        }
    }

    fn push_buttons(&mut self, buttons: &[Button]) {
        let elements: Vec<SlackActionBlockElement> =
            buttons.iter().map(|each| button(each, self.action_id(&each.action))).collect();
        self.blocks.extend(elements.chunks(MOST_BUTTONS).map(|row| SlackActionsBlock::new(row.to_vec()).into()));
    }

    /// Slack refuses two buttons of the same action side by side, so the second one gets a number
    /// behind it that [`action`] takes off again.
    fn action_id(&mut self, action: &str) -> SlackActionId {
        let earlier = self.actions.entry(action.to_owned()).or_default();
        *earlier += 1;
        match *earlier {
            1 => action.to_owned().into(),
            count => format!("{action}#{}", count - 1).into(),
        }
    }
}

fn heading(text: &str) -> Option<SlackBlock> {
    let text = shortened(text.trim(), LONGEST_HEADING);
    let block = |text| SlackHeaderBlock::new(SlackBlockPlainText::new(text).with_emoji(false).into()).into();
    (!text.is_empty()).then(|| block(text))
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
        Part::Heading(text) => Some(escape(text.trim())),
        Part::Buttons(_) | Part::Divider | Part::Input(_) => None,
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

fn button(button: &Button, action_id: SlackActionId) -> SlackActionBlockElement {
    let element = SlackBlockButtonElement::new(label(&button.label, LONGEST_ON_BUTTON))
        .with_action_id(action_id)
        .opt_value(Some(button.value.clone()).filter(|value| !value.is_empty()))
        .opt_style(match button.style {
            ButtonStyle::Plain => None,
            ButtonStyle::Primary => Some(SlackBlockButtonStyle::Primary),
            ButtonStyle::Danger => Some(SlackBlockButtonStyle::Danger),
        })
        .opt_confirm(button.confirm.as_deref().map(|question| confirm(button, question)));
    element.into()
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
        SlackBlockPlainText::new(shown(question, LONGEST_QUESTION)).with_emoji(false).into(),
        label(&button.label, LONGEST_IN_QUESTION),
        "Go back".into(),
    )
    .opt_style(style)
}

/// A label, button or title.
pub(super) fn label(text: &str, longest: usize) -> SlackBlockPlainTextOnly {
    SlackBlockPlainText::new(shown(text, longest)).with_emoji(true).into()
}

/// A text that is only shown. Slack refuses one without any character, so that one is a dash.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let text = shortened(text.trim(), longest);
    if text.is_empty() { "–".to_owned() } else { text }
}

/// At most so many characters by the way of counting that gives the most, the last one an ellipsis when something was left off.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    let text = visible(text);
    if text.chars().map(weight).sum::<usize>() <= longest {
        return text;
    }
    let mut room = longest - 1;
    let fits = |character: &char| {
        let left = room.checked_sub(weight(*character));
        room = left.unwrap_or_default();
        left.is_some()
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// For how many characters Slack may take one: it counts its own escapes in some places, and halves of pairs in others.
fn weight(character: char) -> usize {
    match character {
        '&' => "&amp;".len(),
        '<' | '>' => "&lt;".len(),
        other => other.len_utf16(),
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
