//! Finding a post of ours again by the key that it carries as metadata. A post that became several pieces is there when its first and its last
//! piece are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{ChatAccess, ChatRefusal, Place, PostRef},
};
use serde::Deserialize;
use serde_json::Value;
use slack_morphism::ClientResult;

use super::EVENT_TYPE;
use crate::chat::slack::{
    Slack,
    answers::{Repeat, map, settle},
    methods::Method,
};

/// Posts per page when looking for one.
const PAGE_SIZE: u32 = 100;
/// Pages that are looked at: the caller says since when, so few are enough.
const MOST_PAGES: usize = 5;
/// Slack's most posts per page.
const LARGEST_PAGE: u32 = 999;

pub(in crate::chat::slack) async fn find_post(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    key: &str,
    since: DateTime<Utc>,
) -> Outcome<Option<PostRef>, ChatRefusal> {
    let mut seen = Seen::default();
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let query = vec![
            ("oldest", Some(time_stamp(since))),
            ("inclusive", Some("true".to_owned())),
            ("limit", Some(PAGE_SIZE.to_string())),
            ("cursor", cursor),
        ];
        let page = match settle(page(slack, access, place, query).await, Repeat::Harmless)? {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        };
        seen.take(page.messages);
        if let Some(ts) = seen.whole(key) {
            return Ok(Answer::Done(Some(PostRef { channel: place.channel.clone(), ts })));
        }
        cursor = page.response_metadata.and_then(Continuation::next);
        if cursor.is_none() {
            return Ok(Answer::Done(None));
        }
    }
    Err(CallError::Unavailable { why: "too many posts since then to look through".to_owned() })
}

/// What stands at a place, as much as one call tells.
pub(super) async fn newest(slack: &Slack, access: &ChatAccess, place: &Place) -> Outcome<Seen, ChatRefusal> {
    let page = page(slack, access, place, vec![("limit", Some(LARGEST_PAGE.to_string()))]).await;
    map(settle(page, Repeat::Harmless), |page| {
        let mut seen = Seen::default();
        seen.take(page.messages);
        seen
    })
}

/// Key of a piece of a post; the first has the post's own.
pub(super) fn piece_key(key: &str, at: usize) -> String {
    if at == 0 || key.is_empty() { key.to_owned() } else { format!("{key}/{}", at + 1) }
}

/// Posts of ours that were seen, by their keys.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<String, Key>);

impl Seen {
    fn take(&mut self, messages: Vec<Found>) {
        for message in messages {
            if let Some(key) = message.key() {
                let pieces = message.metadata["event_payload"]["pieces"].as_u64().unwrap_or(1);
                self.0.entry(key.to_owned()).or_insert(Key { ts: message.ts.clone(), pieces });
            }
        }
    }

    /// The post or piece with this key.
    pub(super) fn post(&self, key: &str) -> Option<String> {
        self.0.get(key).map(|found| found.ts.clone())
    }

    /// The post with this key, when all of it is there.
    fn whole(&self, key: &str) -> Option<String> {
        let first = self.0.get(key)?;
        let last = usize::try_from(first.pieces.saturating_sub(1)).ok()?;
        self.0.contains_key(&piece_key(key, last)).then(|| first.ts.clone())
    }
}

#[derive(Debug)]
struct Key {
    ts: String,
    pieces: u64,
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Found>,
    #[serde(default)]
    response_metadata: Option<Continuation>,
}

/// Where the next page begins.
#[derive(Deserialize)]
pub(in crate::chat::slack) struct Continuation {
    #[serde(default)]
    next_cursor: Option<String>,
}

impl Continuation {
    /// None at the end.
    pub(in crate::chat::slack) fn next(self) -> Option<String> {
        self.next_cursor.filter(|cursor| !cursor.is_empty())
    }
}

#[derive(Deserialize)]
struct Found {
    ts: String,
    #[serde(default)]
    metadata: Value,
}

impl Found {
    /// Our key, when it is a post of ours.
    fn key(&self) -> Option<&str> {
        let is_ours = self.metadata["event_type"] == EVENT_TYPE;
        self.metadata["event_payload"]["key"].as_str().filter(|_| is_ours)
    }
}

async fn page(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    mut query: Vec<(&str, Option<String>)>,
) -> ClientResult<Page> {
    let method = match place.thread {
        Some(_) => Method::ConversationsReplies,
        None => Method::ConversationsHistory,
    };
    query.push(("channel", Some(place.channel.clone())));
    query.push(("ts", place.thread.clone()));
    query.push(("include_all_metadata", Some("true".to_owned())));
    slack.ask(access, method, query).await
}

/// Slack's way of writing an instant.
fn time_stamp(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(payloads: &[Value]) -> Seen {
        let found = |(at, payload): (usize, &Value)| {
            let metadata = json!({ "event_type": EVENT_TYPE, "event_payload": payload });
            serde_json::from_value(json!({ "ts": format!("{at}.0"), "metadata": metadata })).unwrap()
        };
        let mut seen = Seen::default();
        seen.take(payloads.iter().enumerate().map(found).collect());
        seen
    }

    #[test]
    fn a_post_is_known_by_our_type_and_key_only() {
        let other = json!({ "ts": "9.0", "metadata": { "event_type": "other", "event_payload": { "key": "task_2" } } });
        let bare = json!({ "ts": "9.1" });
        let mut seen = seen(&[json!({ "key": "task_1" })]);
        seen.take([other, bare].map(|found| serde_json::from_value(found).unwrap()).into());

        assert_eq!(seen.whole("task_1").as_deref(), Some("0.0"));
        assert_eq!([seen.whole("task_2"), seen.whole("")], [None, None]);
    }

    #[test]
    fn a_post_of_pieces_is_there_when_the_last_one_is() {
        let first = json!({ "key": "task_1", "pieces": 3 });
        let [second, third] = [json!({ "key": "task_1/2" }), json!({ "key": "task_1/3" })];

        assert_eq!(seen(&[first.clone(), second.clone()]).whole("task_1"), None);
        assert_eq!(seen(&[first, second, third]).whole("task_1").as_deref(), Some("0.0"));
    }

    #[test]
    fn instants_are_written_with_six_digits() {
        let at = DateTime::from_timestamp(1_700_000_000, 4_000).unwrap();

        assert_eq!(time_stamp(at), "1700000000.000004");
    }
}
