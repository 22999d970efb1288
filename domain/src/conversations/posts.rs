//! What the chat shows of a conversation itself: the first post of its thread or the head of its channel, and the line that announces a text after a
//! silence. Both are drawn from how the conversation stands at that moment.

use chrono::{DateTime, Utc};

use super::{Placement, Priority, Thread, places};
use crate::{
    contracts::chat::{Button, ButtonStyle, Part, Post, PostRef, Question, Span},
    ids::{ConversationId, MessageId},
};

/// The first post: it names the contact and says how far the team is.
pub fn parent(thread: &Thread) -> Post {
    let conversation = &thread.conversation;
    let mut parts = vec![title(thread)];
    if let Some(subject) = &conversation.subject {
        parts.push(Part::Text(vec![Span::Text(subject.clone())]));
    }
    parts.push(Part::Text(standing(thread)));
    parts.push(Part::Note(vec![Span::Text(hint(thread))]));
    parts.push(Part::Buttons(buttons(thread)));
    Post { key: conversation.id.to_string(), author: None, parts }
}

/// The first post of the place that a conversation has left, its thread or its own channel: it says where it goes on. None for a conversation that
/// has left none.
pub fn left(thread: &Thread) -> Option<(PostRef, Post)> {
    let conversation = &thread.conversation;
    let first = conversation.left_head()?;
    let number = thread.number.shown();
    let (elsewhere, here, back) = match conversation.own_channel_id.clone().filter(|_| conversation.is_direct()) {
        Some(channel) => {
            let back = plain("conversation.move_back", conversation.id, "Move back to thread");
            (Span::Channel(channel), "thread", back)
        }
        None => {
            let back = plain("conversation.create_channel", conversation.id, "Go on in this channel");
            (places::thread_of(conversation), "channel", back)
        }
    };
    let hint = format!("Texts with {number} go on there. What is written in this {here} is not sent.");
    let parts = vec![
        title(thread),
        Part::Text(vec![Span::Text("This conversation goes on in ".to_owned()), elsewhere, Span::Text(".".to_owned())]),
        Part::Note(vec![Span::Text(hint)]),
        Part::Buttons(vec![back]),
    ];
    Some((first, Post { key: conversation.id.to_string(), author: None, parts }))
}

/// Who the contact is.
fn title(thread: &Thread) -> Part {
    let mut title = vec![Span::Bold(thread.contact.shown())];
    if thread.contact.name.is_some() {
        title.push(Span::Text(format!("  {}", thread.contact.shown_number())));
    }
    Part::Text(title)
}

/// Status, who takes care of it, since when the contact waits, priority and tags, in a line.
fn standing(thread: &Thread) -> Vec<Span> {
    let (conversation, text) = (&thread.conversation, |text: &str| Span::Text(text.to_owned()));
    let mut line = vec![Span::Bold(conversation.status.shown().to_owned())];
    match &thread.assignee {
        Some(user) => line.extend([text(" · "), Span::User(user.chat_user_id.clone())]),
        None => line.push(text(" · nobody’s yet")),
    }
    if let Some(since) = conversation.waiting_since {
        line.extend([text(" · waiting since "), Span::Time(since)]);
    }
    if let Some(due) = conversation.reply_due_at {
        line.extend([text(if thread.is_late { " · late since " } else { " · answer due " }), Span::Time(due)]);
    }
    if conversation.priority != Priority::Normal {
        line.push(Span::Text(format!(" · priority {}", conversation.priority)));
    }
    if !conversation.tags.0.is_empty() {
        line.push(Span::Text(format!(" · {}", conversation.tags.0.join(", "))));
    }
    line
}

fn hint(thread: &Thread) -> String {
    let number = thread.number.shown();
    match (thread.contact.number(), thread.conversation.placement) {
        (None, _) => format!("Texts to {number}. This sender is no phone number, so it cannot be answered."),
        (Some(_), Placement::SharedThread) => format!(
            "Texts with {number}. What you write in this thread is sent to them; begin with “note:” to keep it here."
        ),
        (Some(_), Placement::DirectChannel) => format!(
            "Texts with {number}. What you write in this channel is sent to them; begin with “note:” to keep it here."
        ),
    }
}

fn buttons(thread: &Thread) -> Vec<Button> {
    let conversation = &thread.conversation;
    let (solve, label) = if conversation.status.is_over() {
        ("conversation.reopen", "Re-open")
    } else {
        ("conversation.solve", "Solve")
    };
    let mut buttons = vec![
        assign(thread, "conversation.assign"),
        plain(solve, conversation.id, label),
        details_button(conversation.id),
    ];
    if conversation.placement == Placement::SharedThread {
        buttons.push(plain("conversation.create_channel", conversation.id, "Create channel"));
    } else {
        buttons.push(plain("conversation.move_back", conversation.id, "Move back to thread"));
    }
    let name = thread.contact.shown();
    buttons.push(Button {
        action: "contact.block".to_owned(),
        value: thread.contact.id.to_string(),
        label: "Block".to_owned(),
        style: ButtonStyle::Danger,
        confirm: Some(Question::new(
            format!("Block {name}?"),
            "Their texts are no longer shown to anyone. An owner can undo it.",
            ["Block", "Do not block"],
        )),
    });
    buttons
}

/// Takes care of it. Where somebody does already it asks first; its value says whom the member saw.
pub(super) fn assign(thread: &Thread, action: &str) -> Button {
    let id = thread.conversation.id;
    let assignee = thread.assignee.as_ref();
    let value = assignee.map_or_else(|| id.to_string(), |user| format!("{id}/{}", user.id));
    let confirm = assignee.map(|user| {
        let is_named = user.display_name != user.chat_user_id;
        let who = if is_named { user.display_name.as_str() } else { "A colleague" };
        Question::new("Take this over?", format!("{who} takes care of it now."), ["Take over", "Leave it"])
    });
    let label = if assignee.is_some() { "Take over" } else { "Assign" };
    Button { value, confirm, ..plain(action, id, label) }
}

/// Opens the window with everything that can be changed.
pub(super) fn details_button(conversation: ConversationId) -> Button {
    plain("conversation.details", conversation, "Details")
}

fn plain(action: &str, conversation: ConversationId, label: &str) -> Button {
    Button {
        action: action.to_owned(),
        value: conversation.to_string(),
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        confirm: None,
    }
}

/// The line at the bottom of the channel that announces a text after a silence; `url` leads to the thread.
pub fn notification(thread: &Thread, message: Option<MessageId>, url: Option<&str>) -> Post {
    let text = |text: &str| Span::Text(text.to_owned());
    let mut line = vec![text("New text from "), Span::Bold(thread.contact.shown()), text(". ")];
    if let Some(user) = &thread.assignee {
        line.extend([Span::User(user.chat_user_id.clone()), text(" takes care of it. ")]);
    }
    match url {
        Some(url) => line.push(Span::Link { url: url.to_owned(), label: "Open".to_owned() }),
        None => line.push(text("It is in their thread.")),
    }
    let hide = plain("notification.hide", thread.conversation.id, "Hide");
    let buttons = match thread.assignee {
        Some(_) => vec![hide],
        None => vec![assign(thread, "notification.assign"), hide],
    };
    let key = message.map(|message| format!("notification:{message}")).unwrap_or_default();
    Post { key, author: None, parts: vec![Part::Text(line), Part::Buttons(buttons)] }
}

/// Small print under a text that was found later than it came.
pub(crate) fn quiet_note(received_at: DateTime<Utc>) -> Part {
    Part::Note(vec![Span::Text("received ".to_owned()), Span::Time(received_at)])
}
