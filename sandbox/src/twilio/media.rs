//! Pictures and files of texts: listed, shown, and handed out.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{BASE, error, messages::missing, paging, pictures};
use crate::{
    clock,
    options::ACCOUNT_SID,
    state::carrier::{Behaviour, Media, Message},
    wire::{call::Call, reply::Reply},
    world::World,
};

/// `GET Messages/{sid}/Media.json`.
pub(crate) fn list(world: &World, call: &Call, message: &str) -> Result<Reply, Reply> {
    let data = world.data();
    let row = data.carrier.message(message).ok_or_else(|| missing(message))?;
    let items: Vec<Value> = row.media.iter().map(|media| show(row, media)).collect();
    let page =
        paging::Page { number: 0, size: call.number("PageSize", 50).max(1), count: items.len(), next_token: None };
    let here = format!("{BASE}/{ACCOUNT_SID}/Messages/{message}/Media.json");
    Ok(Reply::json(200, page.wrap("media_list", items, &here, &[])))
}

/// `GET Messages/{sid}/Media/{sid}.json`.
pub(crate) fn fetch(world: &World, message: &str, media: &str) -> Result<Reply, Reply> {
    let data = world.data();
    let row = data.carrier.message(message).ok_or_else(|| missing(message))?;
    let found = row.media.iter().find(|found| found.sid == media).ok_or_else(|| error::not_found(media))?;
    Ok(Reply::json(200, show(row, found)))
}

/// `GET Messages/{sid}/Media/{sid}`: the way to where the bytes are, which is another host.
pub(crate) fn content(world: &Arc<World>, message: &str, media: &str) -> Reply {
    let data = world.data();
    let row = data.carrier.message(message);
    let Some(found) = row.and_then(|row| row.media.iter().find(|found| found.sid == media)) else {
        return error::not_found(media).unexpected();
    };
    let there = match found.behaviour {
        Behaviour::RedirectPrivate => format!("{}/latest/meta-data/", world.trap_url),
        _ if found.url.starts_with("http") => found.url.clone(),
        _ => format!("{}/{ACCOUNT_SID}/{}", world.cdn_url, found.sid),
    };
    Reply::empty(302).with("Location", there)
}

/// The bytes of a medium that the storage has.
pub(crate) fn bytes(media: &Media) -> Vec<u8> {
    if let Some(content) = &media.content {
        return STANDARD.decode(content).unwrap_or_default();
    }
    match media.url.strip_prefix("data:") {
        Some(rest) => inline_bytes(rest),
        None => pictures::content(&media.content_type, media.size.unwrap_or(20_000), seed(&media.sid)),
    }
}

/// A number that belongs to a sid, for the colour of a picture.
fn seed(sid: &str) -> u64 {
    sid.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

fn inline_bytes(rest: &str) -> Vec<u8> {
    let (head, payload) = rest.split_once(',').unwrap_or_default();
    if head.ends_with(";base64") { STANDARD.decode(payload).unwrap_or_default() } else { payload.as_bytes().to_vec() }
}

fn show(message: &Message, media: &Media) -> Value {
    json!({
        "sid": media.sid,
        "account_sid": ACCOUNT_SID,
        "parent_sid": message.sid,
        "content_type": media.content_type,
        "date_created": clock::rfc2822(message.created),
        "date_updated": clock::rfc2822(message.created),
        "uri": format!("{BASE}/{ACCOUNT_SID}/Messages/{}/Media/{}.json", message.sid, media.sid),
    })
}
