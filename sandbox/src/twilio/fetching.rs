//! The carrier fetches the media of an outbound text from the addresses that it was given, as anybody would.
//!
//! What it cannot fetch, does not know or finds too large fails the text; the bytes are kept for whoever inspects them.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{state::carrier::Media, world::World};

/// The address did not give the medium.
const NOT_FETCHED: u32 = 11200;
/// The content type is not one that carriers take.
const BAD_TYPE: u32 = 12300;
/// The media of a text are larger than carriers take.
const TOO_LARGE: u32 = 30019;
/// Bytes of all media of a text at most.
const TOTAL_MAX: usize = 5 * 1024 * 1024;
const LIMIT: Duration = Duration::from_secs(15);
const KINDS: [&str; 6] = ["image/", "audio/", "video/", "application/pdf", "text/vcard", "text/x-vcard"];
const MORE_KINDS: [&str; 5] = ["text/plain", "text/calendar", "text/csv", "text/directory", "application/vcard"];

/// Fetches all media of a text; the code if one of them fails it.
pub(crate) async fn fetch_all(world: &Arc<World>, sid: &str) -> Result<(), u32> {
    let media = world.data().carrier.message(sid).map(|row| row.media.clone()).unwrap_or_default();
    let mut total = 0;
    for medium in media {
        let fetched = fetch(world, &medium).await;
        if let Ok((kind, bytes)) = &fetched {
            total += bytes.len();
            keep(world, sid, &medium.sid, (kind, bytes));
        }
        fetched?;
        if total > TOTAL_MAX {
            return Err(TOO_LARGE);
        }
    }
    Ok(())
}

async fn fetch(world: &World, medium: &Media) -> Result<(String, Vec<u8>), u32> {
    let sent = world.clients.carrier().get(&medium.url).timeout(LIMIT).send().await;
    let mut response = sent.map_err(|_| NOT_FETCHED)?;
    if !response.status().is_success() {
        return Err(NOT_FETCHED);
    }
    let header = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !KINDS.iter().chain(&MORE_KINDS).any(|known| kind.starts_with(known)) {
        return Err(BAD_TYPE);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NOT_FETCHED)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > TOTAL_MAX {
            return Err(TOO_LARGE);
        }
    }
    Ok((kind, bytes))
}

fn keep(world: &World, sid: &str, medium: &str, (kind, bytes): (&str, &[u8])) {
    let mut data = world.data();
    let Some(message) = data.carrier.message_mut(sid) else { return };
    if let Some(own) = message.media.iter_mut().find(|own| own.sid == medium) {
        kind.clone_into(&mut own.content_type);
        own.size = Some(bytes.len());
        own.content = Some(STANDARD.encode(bytes));
    }
}
