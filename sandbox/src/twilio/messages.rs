//! Texts: accept one, show it, redact it, delete it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    BASE, delivery,
    error::{self, Code},
    geography, opt_outs, segments,
};
use crate::{
    clock, ids,
    options::ACCOUNT_SID,
    state::{
        Data,
        carrier::{Direction, Media, Message},
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

/// Characters of a body at most.
const BODY_MAX: usize = 1_600;
/// Media of a text at most.
const MEDIA_MAX: usize = 10;
/// What a segment costs, in hundred-thousandths of a dollar.
const SEGMENT_PRICE: usize = 830;

/// A text that was accepted as a request.
struct Wish {
    from: String,
    to: String,
    body: String,
    media: Vec<String>,
    status_callback: Option<String>,
}

/// `POST Messages.json`.
pub(crate) fn create(world: &Arc<World>, call: &Call) -> Result<Reply, Reply> {
    let wish = Wish {
        from: call.filled("From").ok_or_else(|| error::reply(error::NO_FROM, "A 'From' phone number is required."))?,
        to: call.filled("To").ok_or_else(|| error::reply(error::NO_TO, "A 'To' phone number is required."))?,
        body: call.text("Body").unwrap_or_default(),
        media: call.all("MediaUrl"),
        status_callback: call.filled("StatusCallback"),
    };
    let message = {
        let mut data = world.data();
        check(&mut data, &wish).map_err(|(code, message)| error::reply(code, &message))?;
        let message = accept(&mut data, wish, Direction::OutboundApi);
        announce(world, &message);
        message
    };
    let reply = Reply::json(201, show(&message));
    delivery::begin(world, message.sid);
    Ok(reply)
}

/// Stores an outbound text as queued.
pub(crate) fn send(world: &World, data: &mut Data, (from, to): (&str, &str), body: &str) -> String {
    let wish = Wish {
        from: from.to_owned(),
        to: to.to_owned(),
        body: body.to_owned(),
        media: Vec::new(),
        status_callback: None,
    };
    let message = accept(data, wish, Direction::OutboundReply);
    announce(world, &message);
    message.sid
}

/// `GET Messages/{sid}.json`.
pub(crate) fn fetch(world: &World, sid: &str) -> Result<Reply, Reply> {
    let data = world.data();
    let message = data.carrier.message(sid).ok_or_else(|| missing(sid))?;
    Ok(Reply::json(200, show(message)))
}

/// `POST Messages/{sid}.json`: an empty body redacts the text.
pub(crate) fn update(world: &World, call: &Call, sid: &str) -> Result<Reply, Reply> {
    let mut data = world.data();
    let message = data.carrier.message_mut(sid).ok_or_else(|| missing(sid))?;
    if call.text("Body").is_some_and(|body| body.is_empty()) {
        message.redacted = true;
        message.updated = clock::micros();
    }
    Ok(Reply::json(200, show(message)))
}

/// `DELETE Messages/{sid}.json`.
pub(crate) fn delete(world: &World, sid: &str) -> Result<Reply, Reply> {
    let mut data = world.data();
    data.carrier.message_mut(sid).ok_or_else(|| missing(sid))?.deleted = true;
    Ok(Reply::empty(204))
}

/// A text as the API shows it.
pub(crate) fn show(message: &Message) -> Value {
    let uri = format!("{BASE}/{ACCOUNT_SID}/Messages/{}", message.sid);
    json!({
        "sid": message.sid,
        "account_sid": ACCOUNT_SID,
        "messaging_service_sid": null,
        "from": message.from,
        "to": message.to,
        "body": if message.redacted { "" } else { &message.body },
        "direction": message.direction.word(),
        "status": message.status,
        "error_code": message.error_code,
        "error_message": message.error_code.map(|_| "The text could not be delivered"),
        "num_segments": message.segments.to_string(),
        "num_media": message.media.len().to_string(),
        "price": price(message),
        "price_unit": "USD",
        "date_created": clock::rfc2822(message.created),
        "date_sent": message.sent.map(clock::rfc2822),
        "date_updated": clock::rfc2822(message.updated),
        "api_version": "2010-04-01",
        "uri": format!("{uri}.json"),
        "subresource_uris": { "media": format!("{uri}/Media.json") },
    })
}

/// A text as the page and the control API show it.
pub(crate) fn view(message: &Message) -> Value {
    json!({
        "sid": message.sid, "direction": message.direction.word(), "from": message.from, "to": message.to,
        "body": message.body, "status": message.status, "error_code": message.error_code,
        "segments": message.segments, "at": clock::iso(message.created),
        "media": message.media.iter().map(|media| json!({
            "sid": media.sid, "content_type": media.content_type, "url": media.url, "size": media.size,
            "behaviour": media.behaviour,
        })).collect::<Vec<Value>>(),
    })
}

/// Tells the page about a new or changed text.
pub(crate) fn announce(world: &World, message: &Message) {
    world.feed.publish("carrier.message", || view(message));
}

/// The error for a text that is not there.
pub(crate) fn missing(sid: &str) -> Reply {
    error::not_found(&format!("{BASE}/{ACCOUNT_SID}/Messages/{sid}.json"))
}

fn check(data: &mut Data, wish: &Wish) -> Result<(), (Code, String)> {
    if !geography::is_valid(&wish.to) {
        return Err((error::BAD_TO, format!("The 'To' number {} is not a valid phone number.", wish.to)));
    }
    if !geography::is_valid(&wish.from) {
        return Err((error::BAD_FROM, format!("The 'From' number {} is not a valid phone number.", wish.from)));
    }
    if wish.from == wish.to {
        return Err((error::SAME, "'To' and 'From' number cannot be the same".to_owned()));
    }
    check_content(wish)?;
    if !data.carrier.numbers.contains_key(&wish.from) {
        return Err((error::NOT_OURS, format!("'From' {} is not a phone number of this account", wish.from)));
    }
    if !geography::capabilities(&wish.from).sms {
        return Err((error::CANNOT_TEXT, format!("The 'From' number {} cannot send texts", wish.from)));
    }
    if geography::country(&wish.to).is_none() {
        return Err((error::REGION, format!("Permission to send to the region of {} is not enabled", wish.to)));
    }
    if opt_outs::refuses(data, &wish.from, &wish.to, &wish.body) {
        return Err((error::OPTED_OUT, "Attempt to send to an unsubscribed recipient".to_owned()));
    }
    match data.carrier.phones.get(&wish.to).and_then(|phone| phone.failure_code) {
        Some(code @ 20_000..=29_999) => Err(((code, 400), "The text cannot be sent to this number".to_owned())),
        _ => Ok(()),
    }
}

fn check_content(wish: &Wish) -> Result<(), (Code, String)> {
    if wish.body.is_empty() && wish.media.is_empty() {
        return Err((error::NO_BODY, "Message body is required.".to_owned()));
    }
    if wish.body.chars().count() > BODY_MAX {
        return Err((error::TOO_LONG, "The concatenated message body exceeds the 1600 character limit".to_owned()));
    }
    if wish.media.len() > MEDIA_MAX {
        return Err((error::TOO_MANY_MEDIA, "Number of media files exceeds the allowed limit".to_owned()));
    }
    if let Some(url) = wish.media.iter().find(|url| !is_web_address(url)) {
        return Err((error::BAD_MEDIA, format!("Invalid media URL: {url}")));
    }
    if let Some(url) = wish.status_callback.as_deref().filter(|url| !is_web_address(url)) {
        return Err((error::BAD_CALLBACK, format!("The StatusCallback URL {url} is not a valid URL")));
    }
    Ok(())
}

fn accept(data: &mut Data, wish: Wish, direction: Direction) -> Message {
    let now = data.serial.next();
    let prefix = if wish.media.is_empty() { "SM" } else { "MM" };
    let message = Message {
        sid: ids::sid(prefix, now),
        direction,
        segments: segments::count(&wish.body),
        from: wish.from,
        to: wish.to,
        body: wish.body,
        status: "queued".to_owned(),
        error_code: None,
        media: wish.media.into_iter().map(|url| media(data.serial.next(), url)).collect(),
        created: now,
        sent: None,
        updated: now,
        status_callback: wish.status_callback,
        deleted: false,
        redacted: false,
    };
    data.carrier.add(message.clone());
    message
}

/// A medium with a guess at its type.
pub(crate) fn media(serial: u64, url: String) -> Media {
    let data_type = url.strip_prefix("data:").and_then(|rest| rest.split([';', ',']).next());
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let guessed = match path.rsplit('.').next() {
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("mp4") => "video/mp4",
        Some("mp3") => "audio/mpeg",
        Some("pdf") => "application/pdf",
        Some("vcf") => "text/vcard",
        _ => "image/jpeg",
    };
    Media {
        sid: ids::sid("ME", serial),
        content_type: data_type.unwrap_or(guessed).to_owned(),
        url,
        ..Media::default()
    }
}

fn price(message: &Message) -> Option<String> {
    let price = message.segments * SEGMENT_PRICE;
    message.sent.map(|_| format!("-{}.{:05}", price / 100_000, price % 100_000))
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
}
