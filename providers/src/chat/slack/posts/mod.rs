//! Posting, finding a post again, changing it, taking it away, and whispering.
//!
//! Slack has no key against doubles, so a post carries ours as metadata; whoever does not know whether a post happened
//! looks for that key before posting again.

mod long;
mod lookup;
mod split;

use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{ChatAccess, ChatRefusal, Place, Post, PostRef},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Slack,
    answers::{Repeat, map, settle, settled_by},
    methods::Method,
    render::{Rendered, render, shortened},
};

pub(super) use lookup::{Continuation, find_post};
pub(super) use split::pieces;

/// Type of the metadata that carries our key.
const EVENT_TYPE: &str = "clerk_post";
/// Slack's limit on the name of an author.
const LONGEST_AUTHOR: usize = 80;

#[derive(Deserialize)]
struct Posted {
    channel: String,
    ts: String,
}

pub(super) async fn post(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    post: &Post,
) -> Outcome<PostRef, ChatRefusal> {
    let rendered = render(post);
    if rendered.is_too_long {
        return long::post(slack, access, place, post, &rendered).await;
    }
    let posted = send(slack, access, &body(place, post, &rendered)).await?;
    match posted {
        Answer::Refused(refusal) if is_about_form(&refusal) => long::post(slack, access, place, post, &rendered).await,
        posted => Ok(posted),
    }
}

/// Posts what was made of a post.
async fn send(slack: &Slack, access: &ChatAccess, body: &Value) -> Outcome<PostRef, ChatRefusal> {
    let posted = slack.call::<Posted>(access, Method::ChatPostMessage, body).await;
    let place = body["channel"].as_str().unwrap_or_default();
    match settle(posted, Repeat::Never)? {
        // A direct conversation may be addressed by the member and answered with the channel.
        Answer::Done(posted) if posted.channel != place && !place.starts_with('U') => {
            Err(CallError::Ambiguous { why: "Slack answered about another channel".to_owned() })
        }
        Answer::Done(posted) => Ok(Answer::Done(PostRef { channel: posted.channel, ts: posted.ts })),
        Answer::Refused(refusal) => Ok(Answer::Refused(refusal)),
    }
}

/// Whether the same words may be taken as plain text, or in smaller pieces.
fn is_about_form(refusal: &ChatRefusal) -> bool {
    matches!(refusal.code(), "msg_too_long" | "msg_blocks_too_long" | "invalid_blocks" | "invalid_blocks_format")
}

pub(super) async fn update(slack: &Slack, access: &ChatAccess, at: &PostRef, post: &Post) -> Outcome<(), ChatRefusal> {
    let rendered = render(post);
    let attempts = if rendered.is_too_long { vec![rendered.plain()] } else { vec![rendered.plain(), rendered] };
    replace(slack, access, at, post, attempts).await
}

/// Tries one way of showing a post after the other, beginning with the last, until one is taken.
async fn replace(
    slack: &Slack,
    access: &ChatAccess,
    at: &PostRef,
    post: &Post,
    mut attempts: Vec<Rendered>,
) -> Outcome<(), ChatRefusal> {
    loop {
        let rendered = attempts.pop().expect("there is at least one way");
        let mut body = content(post, &rendered);
        body["channel"] = json!(at.channel);
        body["ts"] = json!(at.ts);
        let updated = slack.call::<Value>(access, Method::ChatUpdate, &body).await;
        match settle(updated, Repeat::Harmless)? {
            Answer::Refused(refusal) if is_about_form(&refusal) && !attempts.is_empty() => {}
            answer => return map(Ok(answer), |_| ()),
        }
    }
}

pub(super) async fn delete(slack: &Slack, access: &ChatAccess, at: &PostRef) -> Outcome<(), ChatRefusal> {
    let body = json!({ "channel": at.channel, "ts": at.ts });
    let deleted = slack.call::<Value>(access, Method::ChatDelete, &body).await;
    settled_by(settle(deleted, Repeat::Harmless), &["message_not_found"])
}

pub(super) async fn link(slack: &Slack, access: &ChatAccess, at: &PostRef) -> Outcome<String, ChatRefusal> {
    #[derive(Deserialize)]
    struct Found {
        permalink: String,
    }
    let query = vec![("channel", Some(at.channel.clone())), ("message_ts", Some(at.ts.clone()))];
    let found = slack.ask::<Found>(access, Method::ChatGetPermalink, query).await;
    map(settle(found, Repeat::Harmless), |found| found.permalink)
}

pub(super) async fn whisper(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    user: &str,
    post: &Post,
) -> Outcome<(), ChatRefusal> {
    let rendered = render(post);
    if rendered.is_too_long {
        return long::whisper(slack, access, (place, user), post, &rendered).await;
    }
    let whispered = tell(slack, access, user, placed(place, post, &rendered)).await?;
    match whispered {
        Answer::Refused(refusal) if is_about_form(&refusal) => {
            long::whisper(slack, access, (place, user), post, &rendered).await
        }
        whispered => Ok(whispered),
    }
}

/// Shows one member what was made of a post.
async fn tell(slack: &Slack, access: &ChatAccess, user: &str, mut body: Value) -> Outcome<(), ChatRefusal> {
    body["user"] = json!(user);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("metadata");
    }
    let whispered = slack.call::<Value>(access, Method::ChatPostEphemeral, &body).await;
    map(settle(whispered, Repeat::Never), |_| ())
}

/// Post, place and the switches that only a new post for everybody has.
fn body(place: &Place, post: &Post, rendered: &Rendered) -> Value {
    let mut body = placed(place, post, rendered);
    for switch in ["mrkdwn", "unfurl_links", "unfurl_media"] {
        body[switch] = json!(false);
    }
    body
}

/// Post and place.
fn placed(place: &Place, post: &Post, rendered: &Rendered) -> Value {
    let mut body = content(post, rendered);
    body["channel"] = json!(place.channel);
    if let Some(thread) = &place.thread {
        body["thread_ts"] = json!(thread);
    }
    if let Some(author) = &post.author {
        body["username"] = json!(shortened(author, LONGEST_AUTHOR));
    }
    body
}

/// What every kind of post takes: the content, and the switches that keep Slack from reading anything into a text.
fn content(post: &Post, rendered: &Rendered) -> Value {
    let mut body = shown(rendered);
    body["parse"] = json!("none");
    body["link_names"] = json!(false);
    if !post.key.is_empty() {
        body["metadata"] = json!({ "event_type": EVENT_TYPE, "event_payload": { "key": post.key } });
    }
    body
}

/// What can be seen.
pub(super) fn shown(rendered: &Rendered) -> Value {
    json!({ "text": rendered.text, "blocks": rendered.blocks })
}

#[cfg(test)]
mod tests {
    use domain::contracts::chat::{Part, Span};

    use super::*;

    fn example() -> Post {
        Post {
            key: "task_1".to_owned(),
            author: Some("Maria Lopez".to_owned()),
            parts: vec![Part::Text(vec![Span::Text("@here hi".to_owned())])],
        }
    }

    #[test]
    fn a_post_carries_its_key_and_nothing_in_it_is_read_as_markup() {
        let place = Place { channel: "C1".to_owned(), thread: Some("1.000001".to_owned()) };

        let post = example();
        let body = body(&place, &post, &render(&post));

        assert_eq!(body["metadata"], json!({ "event_type": "clerk_post", "event_payload": { "key": "task_1" } }));
        assert_eq!([&body["channel"], &body["thread_ts"], &body["username"]], ["C1", "1.000001", "Maria Lopez"]);
        assert_eq!([&body["parse"], &body["text"]], ["none", "@here hi"]);
        let off = ["link_names", "unfurl_links", "unfurl_media", "mrkdwn"].map(|name| &body[name]);
        assert_eq!(off, [false; 4]);
    }
}
