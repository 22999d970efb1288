//! What really happened, for the checker of a test: every text, post, reply and delivery, appended and never changed.
//!
//! It is independent of what Clerk believes and of what the vendors' APIs still show: a deleted post stays in it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    clock, ids,
    state::{Data, Vendor, carrier::Direction, slack::Post},
};

/// Requests to unknown paths or with bad credentials that are remembered at most.
const UNEXPECTED_MAX: usize = 5_000;

/// The oracle.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Posts of the app and of people, in order.
    pub(crate) posts: Vec<Posted>,
    deliveries: Vec<Delivery>,
    unexpected: Vec<Value>,
}

/// A post as it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Posted {
    channel: String,
    thread_ts: Option<String>,
    ts: String,
    user: String,
    by_app: bool,
    text: String,
    metadata: Option<Value>,
}

/// A webhook and the attempts to deliver it.
#[derive(Debug)]
struct Delivery {
    vendor: Vendor,
    key: String,
    attempts: Vec<(u64, Result<u16, String>)>,
}

impl Ledger {
    /// Notes a post.
    pub(crate) fn posted(&mut self, channel: &str, post: &Post) {
        self.posts.push(Posted {
            channel: channel.to_owned(),
            thread_ts: post.thread.map(ids::ts),
            ts: ids::ts(post.ts),
            user: post.user.clone(),
            by_app: post.by_app,
            text: post.text.clone(),
            metadata: post.metadata.clone(),
        });
    }

    /// Notes a webhook that is to be delivered; answers the place of its attempts.
    pub(crate) fn delivery(&mut self, vendor: Vendor, key: &str) -> usize {
        self.deliveries.push(Delivery { vendor, key: key.to_owned(), attempts: Vec::new() });
        self.deliveries.len() - 1
    }

    /// Notes the outcome of one attempt: a status, or why there was none.
    pub(crate) fn attempt(&mut self, place: usize, outcome: Result<u16, String>) {
        if let Some(delivery) = self.deliveries.get_mut(place) {
            delivery.attempts.push((clock::micros(), outcome));
        }
    }

    /// Notes a request that no client of the vendor should make.
    pub(crate) fn unexpected(&mut self, request: Value) {
        if self.unexpected.len() < UNEXPECTED_MAX {
            self.unexpected.push(request);
        }
    }
}

/// The ledger as the control API shows it.
pub(crate) fn report(data: &Data) -> Value {
    json!({
        "texts_in": texts(data, |direction| direction == Direction::Inbound),
        "texts_out": texts(data, |direction| direction != Direction::Inbound),
        "posts": data.ledger.posts.iter().map(post).collect::<Vec<Value>>(),
        "slack_replies": data.ledger.posts.iter().filter(|post| !post.by_app).map(post).collect::<Vec<Value>>(),
        "webhook_deliveries": data.ledger.deliveries.iter().map(delivery).collect::<Vec<Value>>(),
        "unexpected": data.ledger.unexpected,
    })
}

fn texts(data: &Data, wanted: impl Fn(Direction) -> bool) -> Vec<Value> {
    let rows = data.carrier.messages.iter().filter(|row| wanted(row.direction));
    rows.map(|row| {
        json!({
            "sid": row.sid, "from": row.from, "to": row.to, "body": row.body, "status": row.status,
            "error_code": row.error_code, "direction": row.direction.word(), "at": clock::iso(row.created),
            "media": row.media.iter().map(|media| media.url.as_str()).collect::<Vec<&str>>(),
            "media_kept": row.media.iter().map(|media| json!({
                "sid": media.sid, "url": media.url, "content_type": media.content_type, "size": media.size,
            })).collect::<Vec<Value>>(),
        })
    })
    .collect()
}

fn post(posted: &Posted) -> Value {
    let author = if posted.by_app { "bot" } else { "user" };
    let mut value = json!({
        "channel": posted.channel, "thread_ts": posted.thread_ts, "ts": posted.ts, "text": posted.text,
        "metadata": posted.metadata, "at": clock::iso(ids::parse_ts(&posted.ts).unwrap_or_default()),
    });
    value[author] = json!(posted.user);
    value
}

fn delivery(delivery: &Delivery) -> Value {
    let attempts = delivery.attempts.iter().map(|(at, outcome)| match outcome {
        Ok(status) => json!({ "at": clock::iso(*at), "status": status }),
        Err(error) => json!({ "at": clock::iso(*at), "error": error }),
    });
    json!({ "vendor": delivery.vendor, "key": delivery.key, "attempts": attempts.collect::<Vec<Value>>() })
}
