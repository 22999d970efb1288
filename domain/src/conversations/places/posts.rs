//! What is said when a conversation moves: in the place that it leaves, in the place that it comes to, and to whoever writes in the wrong one.

use super::Conversation;
use crate::{
    contacts::Contact,
    contracts::chat::{Button, ButtonStyle, Part, Post, Span},
    outbox::{Sign, Signpost},
};

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

fn button(action: &str, conversation: &Conversation, label: &str) -> Button {
    Button {
        action: action.to_owned(),
        value: conversation.id.to_string(),
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        confirm: None,
    }
}

/// Says in the thread that the conversation came back to it, because its own channel is gone.
pub fn fallback_note(conversation: &Conversation, contact: &Contact) -> Post {
    let channel = conversation.own_channel_id.clone().unwrap_or_default();
    let line = vec![
        text("The channel of "),
        Span::Bold(contact.shown()),
        text(" is gone, so their texts arrive in this thread. Before the next text goes out I ask where to go on."),
    ];
    let buttons = vec![
        button("conversation.recreate_channel", conversation, "Re-create channel"),
        button("conversation.use_thread", conversation, "Go on here"),
    ];
    let key = format!("fallback:{}:{channel}", conversation.id);
    Post { key, author: None, parts: vec![Part::Text(line), Part::Buttons(buttons)] }
}

/// Says in the thread that the conversation goes on in its own channel.
pub(super) fn pointer(conversation: &Conversation, channel: &str, key: String) -> Post {
    let line = vec![
        text("This conversation goes on in "),
        Span::Channel(channel.to_owned()),
        text(". What is written in this thread from now on is not sent."),
    ];
    let back = button("conversation.move_back", conversation, "Move back to this thread");
    Post { key, author: None, parts: vec![Part::Text(line), Part::Buttons(vec![back])] }
}

/// Says in the own channel that the conversation went back to its thread.
pub(super) fn farewell(conversation: &Conversation, key: String) -> Post {
    let mut line = vec![text("This conversation went back to "), thread_of(conversation)];
    line.push(text(". What is written in this channel from now on is not sent."));
    let again = button("conversation.create_channel", conversation, "Go on in this channel");
    Post { key, author: None, parts: vec![Part::Text(line), Part::Buttons(vec![again])] }
}

/// Says in the thread that the conversation goes on there.
pub(super) fn welcome_back(channel: &str, key: String) -> Post {
    let line = vec![
        text("This conversation goes on here. What was said meanwhile is in "),
        Span::Channel(channel.to_owned()),
        text("."),
    ];
    Post { key, author: None, parts: vec![Part::Note(line)] }
}

/// What a signpost says once its question is answered, whichever way: how it was, and nothing to press.
pub(super) fn retired(signpost: &Signpost, contact: &Contact) -> Post {
    let line = match signpost.sign {
        Sign::Pointer => vec![
            text("This conversation went on in "),
            Span::Channel(signpost.own_channel.clone()),
            text(". What was written in this thread meanwhile was not sent."),
        ],
        Sign::Farewell => {
            vec![text("This conversation was in its thread. What was written in this channel meanwhile was not sent.")]
        }
        Sign::Fallback => vec![
            text("The channel of "),
            Span::Bold(contact.shown()),
            text(" was gone, so their texts arrived in this thread."),
        ],
    };
    Post { parts: vec![Part::Text(line)], ..Post::default() }
}

/// Says in the own channel that the conversation goes on there again.
pub(super) fn resumed(key: String) -> Post {
    let line = vec![text("This conversation goes on in this channel again. What is written here is sent.")];
    Post { key, author: None, parts: vec![Part::Text(line)] }
}

/// The thread of a conversation, as a link where its address is known.
pub(crate) fn thread_of(conversation: &Conversation) -> Span {
    match (&conversation.thread_url, &conversation.channel_id) {
        (Some(url), _) => Span::Link { url: url.clone(), label: "its thread".to_owned() },
        (None, Some(channel)) => Span::Channel(channel.clone()),
        (None, None) => text("its thread"),
    }
}

/// Told to whoever writes where the conversation is no more; none where it is.
pub(crate) fn moved_notice(conversation: &Conversation, channel: &str, thread: Option<&str>) -> Option<Vec<Part>> {
    if conversation.is_at(channel, thread) {
        return None;
    }
    let place = match (&conversation.own_channel_id, conversation.is_direct()) {
        (Some(own), true) => Span::Channel(own.clone()),
        _ => thread_of(conversation),
    };
    Some(vec![Part::Text(vec![
        Span::Bold("Not sent. ".to_owned()),
        text("This conversation goes on in "),
        place,
        text(". Write there, and it is sent."),
    ])])
}

/// The transcript with which an own channel begins: `lines` in order, grouped so that each post stays within the chat's limits.
pub(crate) fn transcript_posts(
    conversation: &Conversation,
    earlier_count: u64,
    lines: Vec<(Vec<Span>, usize)>,
    key: &str,
) -> Vec<Post> {
    let mut posts: Vec<Post> = Vec::new();
    let mut weight = usize::MAX;
    for (line, length) in lines {
        if weight.saturating_add(length) > POST_WEIGHT
            || posts.last().is_some_and(|post| post.parts.len() >= POST_LINES)
        {
            posts.push(Post { key: format!("{key}:{}", posts.len()), author: None, parts: Vec::new() });
            weight = 0;
        }
        weight += length;
        if let Some(post) = posts.last_mut() {
            post.parts.push(Part::Text(line));
        }
    }
    if let Some(first) = posts.first_mut() {
        first.parts.insert(0, Part::Note(preface(conversation, earlier_count)));
    }
    posts
}

/// Characters of a post of a transcript, at most, and texts.
const POST_WEIGHT: usize = 6_000;
const POST_LINES: usize = 10;

fn preface(conversation: &Conversation, earlier_count: u64) -> Vec<Span> {
    match earlier_count {
        0 => vec![text("What was said so far in "), thread_of(conversation)],
        1 => vec![text("What was said last. One earlier text is in "), thread_of(conversation)],
        count => {
            vec![Span::Text(format!("What was said last. {count} earlier texts are in ")), thread_of(conversation)]
        }
    }
}
