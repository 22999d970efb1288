//! What becomes of an accepted text: sent, then delivered or not, each told to its status callback.
//!
//! A text to one of Clerk's own numbers arrives there as an inbound text.

use std::{sync::Arc, time::Duration};

use super::{fetching, inbound, messages, signature};
use crate::{
    clock,
    hooks::{self, CarrierRule, Hook, Rule, Signing},
    ids,
    options::{ACCOUNT_SID, AUTH_TOKEN},
    state::{
        Vendor,
        carrier::{Direction, Message},
    },
    world::World,
};

/// The code of a phone that is switched off.
const UNREACHABLE: u32 = 30003;

/// Starts the way of an accepted text.
pub(crate) fn begin(world: &Arc<World>, sid: String) {
    let own = world.clone();
    world.spawn(async move { run(&own, &sid).await });
}

/// Continues the way of texts that a stop interrupted.
pub(crate) fn resume(world: &Arc<World>) {
    let open: Vec<String> = {
        let data = world.data();
        let outbound = data.carrier.messages.iter().filter(|row| row.direction != Direction::Inbound);
        outbound.filter(|row| ["queued", "sent"].contains(&row.status.as_str())).map(|row| row.sid.clone()).collect()
    };
    open.into_iter().for_each(|sid| begin(world, sid));
}

async fn run(world: &Arc<World>, sid: &str) {
    let pace = world.data().pace;
    if let Err(code) = fetching::fetch_all(world, sid).await {
        advance(world, sid, "failed", Some(code));
        return;
    }
    pause(pace.sent_ms).await;
    if advance(world, sid, "sent", None).is_none() {
        return;
    }
    let Some((extra_ms, failure)) = fate(world, sid) else { return };
    pause(pace.delivered_ms + extra_ms).await;
    match failure {
        Some(code) => {
            advance(world, sid, "undelivered", Some(code));
        }
        None => {
            if let Some(message) = advance(world, sid, "delivered", None) {
                arrive_at_own_number(world, &message);
            }
        }
    }
}

/// What the receiver's phone adds to the way, in milliseconds, and the code if the text does not arrive.
fn fate(world: &World, sid: &str) -> Option<(u64, Option<u32>)> {
    let data = world.data();
    let to = &data.carrier.message(sid)?.to;
    Some(match data.carrier.phones.get(to) {
        Some(phone) => {
            let code = phone.failure_code.unwrap_or(UNREACHABLE);
            (phone.delay_ms, (!phone.reachable).then_some(code))
        }
        None => (0, None),
    })
}

/// Moves a text to a status, tells the page and the callback; `None` if it is gone.
fn advance(world: &Arc<World>, sid: &str, status: &str, error_code: Option<u32>) -> Option<Message> {
    let message = {
        let mut data = world.data();
        let message = data.carrier.message_mut(sid)?;
        let now = clock::micros();
        message.status = status.to_owned();
        message.error_code = error_code;
        message.updated = now;
        message.sent.get_or_insert(now);
        message.clone()
    };
    messages::announce(world, &message);
    world.changed.notify_one();
    if let Some(url) = &message.status_callback {
        hooks::send(world, callback(&message, url));
    }
    Some(message)
}

fn callback(message: &Message, url: &str) -> Hook {
    let mut fields = vec![
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", message.status.clone()),
        ("MessageStatus", message.status.clone()),
        ("To", message.to.clone()),
        ("MessageSid", message.sid.clone()),
        ("AccountSid", ACCOUNT_SID.to_owned()),
        ("From", message.from.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ];
    if let Some(code) = message.error_code {
        fields.push(("ErrorCode", code.to_string()));
    }
    hook(format!("{}:{}", message.sid, message.status), url, &fields)
}

/// A signed form for Clerk.
pub(crate) fn hook(key: String, url: &str, fields: &[(&str, String)]) -> Hook {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    Hook {
        vendor: Vendor::Twilio,
        url: url.to_owned(),
        content_type: "application/x-www-form-urlencoded; charset=UTF-8".to_owned(),
        headers: vec![
            ("X-Twilio-Signature".to_owned(), signature::sign(AUTH_TOKEN, url, &fields)),
            ("I-Twilio-Idempotency-Token".to_owned(), ids::uuid(clock::micros())),
            ("Accept".to_owned(), "*/*".to_owned()),
        ],
        body: body.into_bytes(),
        signing: Signing::Done,
        rule: Rule::Carrier(CarrierRule::of(url)),
        key,
    }
}

fn arrive_at_own_number(world: &Arc<World>, message: &Message) {
    let text = inbound::Text {
        from: message.from.clone(),
        to: message.to.clone(),
        body: message.body.clone(),
        media_urls: Vec::new(),
        media: message.media.clone(),
    };
    // Most receivers are people, not numbers of ours: then there is nothing to do.
    if let Ok((_, hook)) = inbound::receive(world, text) {
        let own = world.clone();
        world.spawn(async move {
            inbound::hand_over(&own, hook).await;
        });
    }
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
