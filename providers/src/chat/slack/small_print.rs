//! Small print in Slack's form. Slack sets the elements of it apart, so a sentence is one element whatever stands in it. With a name, a link or an
//! instant in it that is Slack's own markup, escaped, in which Slack makes no link or mention of plain words (`verbatim`). Text with signs that
//! markup would take for its own cannot stand there: it is an element of its own, which shows every character as it is.

use domain::contracts::chat::Span;
use slack_morphism::blocks::{
    SlackBlock, SlackBlockMarkDownText, SlackBlockPlainText, SlackContextBlock, SlackContextBlockElement,
};

use super::render::{LONGEST_ELEMENT, line, marked_up, pieces, shortened, visible, with_formats};

/// What stands on a link: five times as much, when all of it has to be escaped, still leaves room for an address.
const LONGEST_LABEL: usize = 300;
/// Slack refuses more elements.
const MOST_ELEMENTS: usize = 10;

/// Draws it; nothing where there is nothing to see.
pub(super) fn blocks(spans: &[Span]) -> Vec<SlackBlock> {
    let text: String = spans.iter().filter_map(words).collect();
    let is_plain = spans.iter().all(|span| matches!(span, Span::Text(_) | Span::Bold(_)));
    let elements = if is_plain {
        plain(&text)
    } else {
        let whole = line(spans);
        let is_short = whole.encode_utf16().count() <= LONGEST_ELEMENT;
        if is_short && is_unmarked(&text) { vec![marked(whole)] } else { apart(spans) }
    };
    elements.chunks(MOST_ELEMENTS).map(|elements| SlackContextBlock::new(elements.to_vec()).into()).collect()
}

fn words(span: &Span) -> Option<&str> {
    match span {
        Span::Text(text) | Span::Bold(text) | Span::Link { label: text, .. } => Some(text),
        Span::User(_) | Span::Channel(_) | Span::Time(_) => None,
    }
}

/// Whether nothing in a text could be taken for emphasis, code, an emoji or a quote.
fn is_unmarked(text: &str) -> bool {
    let has_emoji = text.matches(':').count() > 1;
    let has_quote = text.lines().any(|line| line.trim_start().starts_with('>'));
    !text.contains(['*', '_', '~', '`']) && !has_emoji && !has_quote
}

fn apart(spans: &[Span]) -> Vec<SlackContextBlockElement> {
    let each = with_formats(spans).map(|(span, format)| match span {
        Span::Text(text) | Span::Bold(text) => plain(text),
        Span::Link { url, label } => {
            let label = shortened(label, LONGEST_LABEL);
            vec![marked(marked_up(&Span::Link { url: url.clone(), label }, format))]
        }
        other => vec![marked(marked_up(other, format))],
    });
    each.flatten().collect()
}

fn plain(text: &str) -> Vec<SlackContextBlockElement> {
    let pieces = pieces(visible(text).trim(), LONGEST_ELEMENT).into_iter();
    pieces.map(|text| SlackBlockPlainText::new(text).with_emoji(false).into()).collect()
}

fn marked(text: String) -> SlackContextBlockElement {
    SlackBlockMarkDownText::new(text).with_verbatim(true).into()
}

#[cfg(test)]
#[path = "small_print_tests.rs"]
mod tests;
