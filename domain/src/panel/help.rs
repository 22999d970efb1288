//! What a member can do, in a few sentences: told when they ask for it, and when what they wrote was not understood.

use super::parts::{button, counted, paragraph, primary};
use crate::{
    Result, Tx,
    contracts::chat::{Part, Span},
    numbers,
    workspaces::Workspace,
};

/// Characters of what was not understood that are repeated.
const REPEATED: usize = 60;

/// All that there is; `unknown` is what was not understood.
pub(super) async fn all(tx: &Tx, workspace: &Workspace, unknown: Option<&str>) -> Result<Vec<Part>> {
    let numbers = numbers::held_by(tx, workspace.id).await?;
    let mut windows: Vec<i32> = numbers.iter().map(|number| number.undo_secs).collect();
    windows.dedup();
    Ok(sentences(&windows, unknown))
}

/// `windows`: for how many seconds a text can be taken back, once for each that differs.
fn sentences(windows: &[i32], unknown: Option<&str>) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(word) = unknown {
        let word: String = word.chars().take(REPEATED).collect();
        parts.push(paragraph(format!("I do not know what “{word}” means. This is what I understand:")));
    }
    let mut say = |bold: &str, text: &str| {
        parts.push(Part::Text(vec![Span::Bold(bold.to_owned()), Span::Text(text.to_owned())]));
    };
    let note = "write in their thread or channel. Begin with “note:” to keep something among yourselves.";
    say("To answer a contact, ", note);
    if let Some(how_long) = how_long(windows) {
        say("To take a text back, ", &format!("delete your post within {how_long}; to change it, edit the post."));
    }
    let anywhere = " sends a text to anybody. In a channel that I am in, “send …” does the same.";
    say("/clerk send +1 415 555 0101 See you at nine", anywhere);
    let words = "conversations, contacts, usage, scheduled, templates, broadcast, answers, targets and settings";
    say("/clerk", &format!(" opens the panel. With one of these words behind it you are there at once: {words}."));
    let verbs = " with “assign me”, “solve”, “pending”, “note …” or “template NAME” does what it says.";
    say("In a conversation, @clerk", verbs);
    parts.push(Part::Buttons(vec![primary("panel.send_text", "", "Send text"), button("panel.open", "", "Panel")]));
    parts
}

/// None where a text goes out at once.
fn how_long(windows: &[i32]) -> Option<String> {
    match windows {
        [0] => None,
        [secs] => Some(counted(i64::from(*secs), "second")),
        _ => Some("a few seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(windows: &[i32]) -> String {
        format!("{:?}", sentences(windows, None))
    }

    #[test]
    fn the_time_for_taking_a_text_back_is_that_of_the_number() {
        assert!(said(&[30]).contains("within 30 seconds"));
        assert!(said(&[5, 30]).contains("within a few seconds"));
        assert!(!said(&[0]).contains("take a text back"));
    }
}
