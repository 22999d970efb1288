//! What the chat shows of a conversation itself: the first post of its thread, and the line that announces a text after a silence.

use chrono::{DateTime, Utc};

use super::Conversation;
use crate::{
    contacts::Contact,
    contracts::chat::{Button, ButtonStyle, Part, Post, Span},
    ids::MessageId,
    numbers::Number,
};

/// The first post of a thread: it names the contact.
pub fn parent(conversation: &Conversation, contact: &Contact, number: &Number) -> Post {
    let mut title = vec![Span::Bold(contact.shown())];
    if contact.name.is_some() {
        title.push(Span::Text(format!("  {}", contact.shown_number())));
    }
    let hint = match contact.number() {
        Some(_) => format!(
            "Texts with {}. What you write in this thread is sent to them; begin with “note:” to keep it here.",
            number.shown()
        ),
        None => format!("Texts to {}. This sender is no phone number, so it cannot be answered.", number.shown()),
    };
    let block = Button {
        action: "contact.block".to_owned(),
        value: contact.id.to_string(),
        label: "Block".to_owned(),
        style: ButtonStyle::Danger,
        confirm: Some(format!(
            "Texts from {} will no longer be shown to anyone. An owner can undo it.",
            contact.shown()
        )),
    };
    Post {
        key: conversation.id.to_string(),
        author: None,
        parts: vec![Part::Text(title), Part::Note(vec![Span::Text(hint)]), Part::Buttons(vec![block])],
    }
}

/// The line at the bottom of the channel that announces a text after a silence.
pub(crate) fn notification(message: MessageId, contact: &Contact) -> Post {
    let line = vec![
        Span::Text("New text from ".to_owned()),
        Span::Bold(contact.shown()),
        Span::Text(". It is in their thread.".to_owned()),
    ];
    Post { key: format!("notification:{message}"), author: None, parts: vec![Part::Text(line)] }
}

/// Small print under a text that was found later than it came.
pub(crate) fn quiet_note(received_at: DateTime<Utc>) -> Part {
    Part::Note(vec![Span::Text("received ".to_owned()), Span::Time(received_at)])
}
