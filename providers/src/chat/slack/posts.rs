//! Posting, finding a post again, changing it, whispering, and marking.
//!
//! Slack has no key against doubles, so a post carries ours as metadata; whoever does not know whether a post happened
//! looks for that key before posting again.

use chrono::{DateTime, Utc};
use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{ChatAccess, ChatRefusal, Mark, Place, Post, PostRef},
};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::api::{SlackApiReactionsAddRequest, SlackApiReactionsRemoveRequest};
use slack_morphism::{SlackReactionName, SlackTs};

use super::{
    Slack,
    answers::{Repeat, map, settle, settled_by},
    marks,
    render::{render, shortened},
};

/// Type of the metadata that carries our key.
const EVENT_TYPE: &str = "clerk_post";
/// Slack's limit on the name of an author.
const LONGEST_AUTHOR: usize = 80;
/// Posts per page when looking for one.
const PAGE_SIZE: u32 = 100;
/// Pages that are looked at: the caller says since when, so few are enough.
const MOST_PAGES: usize = 5;

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
    let body = body(place, post);
    let posted = slack.call::<Posted>(access, "chat.postMessage", &body).await;
    match settle(posted, Repeat::Never)? {
        // A direct conversation may be addressed by the member and answered with the channel.
        Answer::Done(posted) if posted.channel != place.channel && !place.channel.starts_with('U') => {
            Err(CallError::Ambiguous { why: "Slack answered about another channel".to_owned() })
        }
        Answer::Done(posted) => Ok(Answer::Done(PostRef { channel: posted.channel, ts: posted.ts })),
        Answer::Refused(refusal) => Ok(Answer::Refused(refusal)),
    }
}

pub(super) async fn update(slack: &Slack, access: &ChatAccess, at: &PostRef, post: &Post) -> Outcome<(), ChatRefusal> {
    let mut body = content(post);
    body["channel"] = json!(at.channel);
    body["ts"] = json!(at.ts);
    let updated = slack.call::<Value>(access, "chat.update", &body).await;
    map(settle(updated, Repeat::Harmless), |_| ())
}

pub(super) async fn whisper(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    user: &str,
    post: &Post,
) -> Outcome<(), ChatRefusal> {
    let mut body = placed(place, post);
    body["user"] = json!(user);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("metadata");
    }
    let whispered = slack.call::<Value>(access, "chat.postEphemeral", &body).await;
    map(settle(whispered, Repeat::Never), |_| ())
}

/// Post, place and the switches that only a new post for everybody has.
fn body(place: &Place, post: &Post) -> Value {
    let mut body = placed(place, post);
    for switch in ["mrkdwn", "unfurl_links", "unfurl_media"] {
        body[switch] = json!(false);
    }
    body
}

/// Post and place.
fn placed(place: &Place, post: &Post) -> Value {
    let mut body = content(post);
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
fn content(post: &Post) -> Value {
    let rendered = render(post);
    let mut body = json!({
        "text": rendered.text,
        "blocks": rendered.blocks,
        "parse": "none",
        "link_names": false,
    });
    if !post.key.is_empty() {
        body["metadata"] = json!({ "event_type": EVENT_TYPE, "event_payload": { "key": post.key } });
    }
    body
}

pub(super) async fn find_post(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    key: &str,
    since: DateTime<Utc>,
) -> Outcome<Option<PostRef>, ChatRefusal> {
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let page = page(slack, access, place, since, cursor).await;
        let page = match settle(page, Repeat::Harmless)? {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        if let Some(found) = page.messages.iter().find(|message| message.has_key(key)) {
            return Ok(Answer::Done(Some(PostRef { channel: place.channel.clone(), ts: found.ts.clone() })));
        }
        cursor = page.next();
        if cursor.is_none() {
            return Ok(Answer::Done(None));
        }
    }
    Err(CallError::Unavailable { why: "too many posts since then to look through".to_owned() })
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Found>,
    #[serde(default)]
    response_metadata: Option<Continuation>,
}

impl Page {
    fn next(self) -> Option<String> {
        self.response_metadata?.next_cursor.filter(|cursor| !cursor.is_empty())
    }
}

/// Where the next page begins.
#[derive(Deserialize)]
pub(super) struct Continuation {
    #[serde(default)]
    pub(super) next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    ts: String,
    #[serde(default)]
    metadata: Value,
}

impl Found {
    fn has_key(&self, key: &str) -> bool {
        self.metadata["event_type"] == EVENT_TYPE && self.metadata["event_payload"]["key"] == key
    }
}

async fn page(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    since: DateTime<Utc>,
    cursor: Option<String>,
) -> slack_morphism::ClientResult<Page> {
    let method = match place.thread {
        Some(_) => "conversations.replies",
        None => "conversations.history",
    };
    let query = vec![
        ("channel", Some(place.channel.clone())),
        ("ts", place.thread.clone()),
        ("oldest", Some(time_stamp(since))),
        ("inclusive", Some("true".to_owned())),
        ("include_all_metadata", Some("true".to_owned())),
        ("limit", Some(PAGE_SIZE.to_string())),
        ("cursor", cursor),
    ];
    slack.ask(access, method, query).await
}

/// Slack's way of writing an instant.
fn time_stamp(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

pub(super) async fn add_mark(slack: &Slack, access: &ChatAccess, at: &PostRef, mark: Mark) -> Outcome<(), ChatRefusal> {
    let request = SlackApiReactionsAddRequest::new(
        at.channel.clone().into(),
        SlackReactionName(marks::reaction(mark).to_owned()),
        SlackTs(at.ts.clone()),
    );
    let added = slack.call::<Value>(access, "reactions.add", &request).await;
    settled_by(settle(added, Repeat::Harmless), &["already_reacted"])
}

pub(super) async fn remove_mark(
    slack: &Slack,
    access: &ChatAccess,
    at: &PostRef,
    mark: Mark,
) -> Outcome<(), ChatRefusal> {
    let name = SlackReactionName(marks::reaction(mark).to_owned());
    let request = SlackApiReactionsRemoveRequest::new(name)
        .with_channel(at.channel.clone().into())
        .with_timestamp(SlackTs(at.ts.clone()));
    let removed = slack.call::<Value>(access, "reactions.remove", &request).await;
    settled_by(settle(removed, Repeat::Harmless), &["no_reaction"])
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

        let body = body(&place, &example());

        assert_eq!(body["metadata"], json!({ "event_type": "clerk_post", "event_payload": { "key": "task_1" } }));
        assert_eq!([&body["channel"], &body["thread_ts"], &body["username"]], ["C1", "1.000001", "Maria Lopez"]);
        assert_eq!([&body["parse"], &body["text"]], ["none", "@here hi"]);
        let off = ["link_names", "unfurl_links", "unfurl_media", "mrkdwn"].map(|name| &body[name]);
        assert_eq!(off, [false; 4]);
    }

    #[test]
    fn a_post_is_known_by_our_type_and_key_only() {
        let found =
            |metadata: Value| serde_json::from_value::<Found>(json!({ "ts": "1.0", "metadata": metadata })).unwrap();

        let ours = json!({ "event_type": "clerk_post", "event_payload": { "key": "task_1" } });
        let other = json!({ "event_type": "other", "event_payload": { "key": "task_1" } });
        assert!(found(ours.clone()).has_key("task_1"));
        assert!(!found(ours).has_key("task_2"));
        assert!(!found(other).has_key("task_1"));
        assert!(!found(Value::Null).has_key("task_1"));
    }

    #[test]
    fn instants_are_written_with_six_digits() {
        let at = DateTime::from_timestamp(1_700_000_000, 4_000).unwrap();

        assert_eq!(time_stamp(at), "1700000000.000004");
    }
}
