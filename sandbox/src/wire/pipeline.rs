//! The way of one vendor request: read, draw a fault, handle, note it, answer — or not.
//!
//! What was done is noted before an answer is held back, because the client may be gone by then.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use poem::{Body, Endpoint, Request, Response, web::RemoteAddr};
use serde_json::json;

use super::{
    call::Call,
    reply::{Content, Reply},
};
use crate::{
    faults::{Effect, Fault},
    ids,
    requests::Entry,
    slack,
    state::Vendor,
    twilio,
    world::World,
};

/// How long a held answer waits when the fault does not say, in milliseconds.
const HELD_MS: u64 = 20_000;
/// How long a late call waits when the fault does not say, in milliseconds.
const LATE_MS: u64 = 1_000;
/// Bytes a second of a slow answer when the fault does not say.
const SLOW_BYTES: u64 = 1;
/// The time between two pieces of a slow answer.
const PIECE_WAIT: Duration = Duration::from_millis(100);
/// Time for the first half of an answer to leave before the connection breaks.
const HALF_SENT: Duration = Duration::from_millis(30);

/// The HTTP endpoint of one vendor.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) world: Arc<World>,
    pub(crate) vendor: Vendor,
}

impl Endpoint for Server {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let client = request.remote_addr().clone();
        let began = Instant::now();
        let answer = match Call::read(request).await {
            Ok(call) => self.answer(call, &client, began).await,
            Err(reason) => Reply::json(413, json!({ "message": reason })).into_response(),
        };
        Ok(answer)
    }
}

impl Server {
    async fn answer(&self, call: Call, client: &RemoteAddr, began: Instant) -> Response {
        let name = match self.vendor {
            Vendor::Twilio => twilio::method_name(&call),
            Vendor::Slack => slack::method_name(&call),
        };
        let Some(fault) = self.draw(name, &call) else {
            let reply = self.handle(name, &call);
            self.note(Entry::new(self.vendor, name, &call, reply.status, None), &reply, began);
            return reply.into_response();
        };
        let reply = match fault.effect {
            Effect::Delay => self.late(name, call, (fault.clone(), began)).await,
            _ => self.faulty(name, &call, (&fault, began)),
        };
        self.harm(reply, &fault, client).await
    }

    /// Handles a call late and beside, so that it takes effect even when the client hangs up meanwhile.
    async fn late(&self, name: &'static str, call: Call, (fault, began): (Fault, Instant)) -> Reply {
        let own = self.clone();
        let handled = self.world.tasks.spawn(async move {
            wait(&fault, LATE_MS).await;
            own.faulty(name, &call, (&fault, began))
        });
        handled.await.unwrap_or_else(|_| Reply::empty(500))
    }

    /// Handles a call under a fault, or lets the fault answer in its place, and notes which.
    fn faulty(&self, name: &'static str, call: &Call, (fault, began): (&Fault, Instant)) -> Reply {
        let reply = instead(self.vendor, fault).unwrap_or_else(|| self.handle(name, call));
        let entry = Entry::new(self.vendor, name, call, reply.status, Some(fault.effect.name()));
        self.note(entry, &reply, began);
        reply
    }

    fn draw(&self, name: &str, call: &Call) -> Option<Fault> {
        let mut data = self.world.data();
        if data.faults.all().is_empty() {
            return None;
        }
        let chance = ids::fraction(data.serial.next());
        data.faults.draw(self.vendor, name, call, chance)
    }

    fn handle(&self, name: &'static str, call: &Call) -> Reply {
        let reply = match self.vendor {
            Vendor::Twilio => twilio::handle(&self.world, call),
            Vendor::Slack => slack::handle(&self.world, name, call),
        };
        self.world.changed.notify_one();
        reply
    }

    fn note(&self, mut entry: Entry, reply: &Reply, began: Instant) {
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.world.data().requests.number(&mut entry);
        self.world.feed.publish("request", || {
            let mut line = entry.show();
            line["ms"] = took_ms.into();
            line["error"] = reply.complaint();
            line
        });
        let mut data = self.world.data();
        if reply.unexpected {
            let line = entry.show();
            data.ledger.unexpected(line);
        }
        data.requests.push(entry);
    }

    /// What a fault does to an answer that is ready.
    async fn harm(&self, mut reply: Reply, fault: &Fault, client: &RemoteAddr) -> Response {
        match fault.effect {
            Effect::ResetBefore | Effect::ResetAfter => self.world.connections.cut(client),
            Effect::TimeoutAfter => wait(fault, HELD_MS).await,
            Effect::Truncate => return self.half(&reply, client),
            Effect::Slow => return trickle(&reply, fault.bytes_per_second.unwrap_or(SLOW_BYTES)),
            Effect::UnknownFields => add_unknown_fields(&mut reply),
            Effect::Delay | Effect::Status | Effect::SlackError | Effect::Garbage => {}
        }
        reply.into_response()
    }

    /// The first half of the answer under the length of the whole, then a broken connection.
    fn half(&self, reply: &Reply, client: &RemoteAddr) -> Response {
        let (content_type, mut bytes) = reply.payload();
        let length = bytes.len();
        bytes.truncate(length / 2);
        let (connections, client) = (self.world.connections.clone(), client.clone());
        let broken = async move {
            tokio::time::sleep(HALF_SENT).await;
            connections.cut(&client);
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
        };
        let body = stream::iter([Ok(bytes)]).chain(stream::once(broken));
        reply.head(&content_type).header("content-length", length).body(Body::from_bytes_stream(body))
    }
}

/// The answer in ten pieces a second, under the length of the whole.
pub(crate) fn trickle(reply: &Reply, bytes_per_second: u64) -> Response {
    let (content_type, bytes) = reply.payload();
    let length = bytes.len();
    let piece = usize::try_from(bytes_per_second / 10).unwrap_or(usize::MAX).max(1);
    let pieces = stream::unfold((bytes, 0_usize), move |(bytes, sent)| async move {
        if sent >= bytes.len() {
            return None;
        }
        tokio::time::sleep(PIECE_WAIT).await;
        let end = sent.saturating_add(piece).min(bytes.len());
        let next = bytes[sent..end].to_vec();
        Some((Ok::<_, std::io::Error>(next), (bytes, end)))
    });
    reply.head(&content_type).header("content-length", length).body(Body::from_bytes_stream(pieces))
}

/// The answer of a fault that keeps the call from having an effect.
fn instead(vendor: Vendor, fault: &Fault) -> Option<Reply> {
    match fault.effect {
        Effect::Status => Some(error_status(vendor, fault)),
        Effect::SlackError => {
            let error = fault.error.as_deref().unwrap_or("fatal_error");
            Some(Reply::json(200, json!({ "ok": false, "error": error })))
        }
        Effect::Garbage => Some(Reply::bytes("text/html", "<html><body>Welcome to nginx!</body></html>")),
        Effect::ResetBefore => Some(Reply::empty(0)),
        Effect::Delay
        | Effect::ResetAfter
        | Effect::TimeoutAfter
        | Effect::Truncate
        | Effect::Slow
        | Effect::UnknownFields => None,
    }
}

fn error_status(vendor: Vendor, fault: &Fault) -> Reply {
    let status = fault.status.unwrap_or(500);
    let reply = match vendor {
        Vendor::Twilio => twilio::error::of_status(status),
        Vendor::Slack if status == 429 => Reply::json(429, json!({ "ok": false, "error": "ratelimited" })),
        Vendor::Slack => Reply::bytes("text/html", "<html><body>Something went wrong.</body></html>"),
    };
    let reply = Reply { status, ..reply };
    match fault.retry_after() {
        Some(seconds) => reply.with("Retry-After", seconds),
        None => reply,
    }
}

async fn wait(fault: &Fault, default_ms: u64) {
    tokio::time::sleep(Duration::from_millis(fault.delay_ms.unwrap_or(default_ms))).await;
}

fn add_unknown_fields(reply: &mut Reply) {
    if let Content::Json(value) = &mut reply.content
        && value.is_object()
    {
        value["brand_new_field"] = json!({ "since": "tomorrow", "values": [1, null, "three"] });
        value["another_new_field"] = json!(true);
    }
}
