//! Small pieces that the panel, the home and the windows are made of.

use crate::contracts::chat::{Button, ButtonStyle, Part, Span};

/// Width of the bar of usage, in characters.
const BAR_WIDTH: i64 = 20;

/// A sentence as a paragraph.
pub(super) fn paragraph(sentence: impl Into<String>) -> Part {
    Part::Text(vec![Span::Text(sentence.into())])
}

/// Small print.
pub(super) fn note(sentence: impl Into<String>) -> Part {
    Part::Note(vec![Span::Text(sentence.into())])
}

/// A button.
pub(super) fn button(action: &str, value: impl Into<String>, label: &str) -> Button {
    Button {
        action: action.to_owned(),
        value: value.into(),
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        confirm: None,
    }
}

/// The button that is the thing to do.
pub(super) fn primary(action: &str, value: impl Into<String>, label: &str) -> Button {
    Button { style: ButtonStyle::Primary, ..button(action, value, label) }
}

/// How much of something is used, as a bar.
pub(super) fn bar(used: i64, limit: i64) -> String {
    let full = if limit > 0 { (used.clamp(0, limit) * BAR_WIDTH + limit / 2) / limit } else { BAR_WIDTH };
    // What is used at all is seen, and what is left at all too.
    let full = full.max(i64::from(used > 0)).min(BAR_WIDTH - i64::from(used < limit));
    (0..BAR_WIDTH).map(|step| if step < full { '█' } else { '░' }).collect()
}

/// `1 segment`, `2 segments`.
pub(super) fn counted(count: i64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_nothing_is_left_and_empty_only_when_nothing_is_used() {
        let full = |used, limit| bar(used, limit).chars().filter(|step| *step == '█').count();

        assert_eq!([full(0, 10), full(5, 10), full(10, 10), full(12, 10)], [0, 10, 20, 20]);
        assert_eq!([full(1, 1_000), full(999, 1_000), full(0, 0)], [1, 19, 20]);
    }
}
