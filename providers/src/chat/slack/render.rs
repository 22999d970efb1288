//! A post in Slack's form. Text from outside stands in `rich_text` and `plain_text`, which show every character as it is:
//! no bold, no emoji code, no quote, and nobody who could be called by it. Only where Slack knows nothing but its own
//! markup (the fallback text, a link in small print) is text escaped.
//!
//! The fallback text is always there: it is what notifications and readers of the screen use.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::contracts::chat::{Button, ButtonStyle, Part, Post, Question, Span};
use serde_json::json;
use slack_morphism::blocks::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockPlainText, SlackBlockPlainTextOnly, SlackDividerBlock, SlackHeaderBlock,
    SlackRichTextBlock, SlackRichTextChannel, SlackRichTextElement, SlackRichTextInlineElement, SlackRichTextLink,
    SlackRichTextSection, SlackRichTextText, SlackRichTextUser,
};
use slack_morphism::{SlackActionId, SlackRelaxedUrl};

use super::{posts, small_print};

/// How Slack shows an instant, in the reader's own time zone. It writes the first letter of it as a capital.
const TIME_FORMAT: &str = "{date_short_pretty} at {time}";
/// The same inside a sentence: a space without width is the first letter then, so that no capital stands in the middle.
const TIME_IN_SENTENCE: &str = "\u{200b}{date_short_pretty} at {time}";
/// Slack refuses longer elements of text.
pub(super) const LONGEST_ELEMENT: usize = 3_000;
/// Slack refuses more blocks.
const MOST_BLOCKS: usize = 50;
/// Slack refuses longer labels of buttons.
const LONGEST_ON_BUTTON: usize = 75;
/// Slack refuses longer titles of questions, longer explanations below, and longer words on their buttons.
const LONGEST_ASKED: usize = 100;
const LONGEST_MEANING: usize = 300;
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
            Part::Note(spans) => self.blocks.extend(small_print::blocks(spans)),
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
pub(super) fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect()
}

/// An id of Slack's; it consists of letters and digits, so it cannot end the mark-up around it.
fn id(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn fallback(part: &Part) -> Option<String> {
    match part {
        Part::Text(spans) | Part::Note(spans) => Some(line(spans)),
        Part::Heading(text) => Some(escape(text.trim())),
        Part::Buttons(_) | Part::Divider | Part::Input(_) => None,
    }
}

/// Spans in Slack's markup.
pub(super) fn line(spans: &[Span]) -> String {
    with_formats(spans).map(|(span, format)| marked_up(span, format)).collect()
}

/// Spans, each with how an instant is written there: inside a sentence when a word and one space stand in front of it.
pub(super) fn with_formats(spans: &[Span]) -> impl Iterator<Item = (&Span, &'static str)> {
    let before = std::iter::once(None).chain(spans.iter().map(Some));
    spans.iter().zip(before).map(|(span, before)| {
        let words = match before {
            Some(Span::Text(text) | Span::Bold(text)) => text.strip_suffix(' '),
            _ => None,
        };
        let is_in_sentence = words.is_some_and(|words| words.ends_with(char::is_alphabetic));
        (span, if is_in_sentence { TIME_IN_SENTENCE } else { TIME_FORMAT })
    })
}

/// A span in Slack's markup; `format` is how an instant is written.
pub(super) fn marked_up(span: &Span, format: &str) -> String {
    match span {
        Span::Text(text) | Span::Bold(text) => escape(text),
        Span::User(user) => format!("<@{}>", id(user)),
        Span::Channel(channel) => format!("<#{}>", id(channel)),
        Span::Link { url, label } => match link(url) {
            Some(url) => format!("<{}|{}>", escape(&url).replace('|', "%7C"), escape(label)),
            None => escape(label),
        },
        Span::Time(at) => format!("<!date^{}^{format}|{}>", at.timestamp(), escape(&written(*at))),
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
    let elements: Vec<_> = with_formats(spans).flat_map(|(span, format)| inline(span, format)).collect();
    if elements.is_empty() {
        return;
    }
    let section = SlackRichTextElement::Section(SlackRichTextSection::new(elements));
    match blocks.last_mut() {
        Some(SlackBlock::RichText(block)) => block.elements.push(section),
        _ => blocks.push(SlackRichTextBlock::new(vec![section]).into()),
    }
}

fn inline(span: &Span, format: &str) -> Vec<SlackRichTextInlineElement> {
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
            "format": format,
            "fallback": written(*at),
        }))],
    }
}

/// Text in elements that are not too long; none for no text, which Slack refuses.
fn texts(text: &str) -> impl Iterator<Item = SlackRichTextText> {
    pieces(&visible(text), LONGEST_ELEMENT).into_iter().map(SlackRichTextText::new)
}

/// Text in pieces of at most so many characters.
pub(super) fn pieces(text: &str, longest: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(longest).map(|piece| piece.iter().collect()).collect()
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
        .opt_confirm(button.confirm.as_ref().map(|question| confirm(button, question)));
    element.into()
}

/// What a button does, from the id that Slack gives back.
pub(super) fn action(action_id: &str) -> &str {
    match action_id.rsplit_once('#') {
        Some((action, count)) if count.parse::<u32>().is_ok() => action,
        _ => action_id,
    }
}

fn confirm(button: &Button, question: &Question) -> SlackBlockConfirmItem {
    let style = (button.style == ButtonStyle::Danger).then(|| "danger".to_owned());
    let written = |text, longest| SlackBlockPlainText::new(shown(text, longest)).with_emoji(false);
    SlackBlockConfirmItem::new(
        written(&question.asked, LONGEST_ASKED).into(),
        written(&question.meaning, LONGEST_MEANING).into(),
        label(&question.agree, LONGEST_IN_QUESTION),
        label(&question.deny, LONGEST_IN_QUESTION),
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
