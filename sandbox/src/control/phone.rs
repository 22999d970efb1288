//! A person's phone: texting a number, and being switched off.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::{Act, needed, outcome_of};
use crate::{
    state::carrier::{Behaviour, Media},
    twilio::{
        inbound::{self, Text},
        media,
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

/// A medium of an order.
#[derive(Deserialize)]
struct Medium {
    content_type: String,
    size: Option<usize>,
    #[serde(default)]
    behaviour: Behaviour,
    bytes_per_second: Option<u64>,
    data_url: Option<String>,
    content_base64: Option<String>,
}

/// `POST /api/phone/text`.
pub(crate) async fn text(world: &Arc<World>, call: &Call) -> Act {
    let media = call.json.get("media_urls").and_then(|urls| urls.as_array());
    let text = Text {
        from: needed(call, "from")?,
        to: needed(call, "to")?,
        body: call.text("body").unwrap_or_default(),
        media: media_of(call)?,
        media_urls: media.into_iter().flatten().filter_map(|url| url.as_str().map(str::to_owned)).collect(),
    };
    let (sid, hook) = inbound::receive(world, text).map_err(|sentence| (422, sentence))?;
    let mut answer = outcome_of(inbound::hand_over(world, hook).await);
    answer["sid"] = json!(sid);
    Ok(answer)
}

/// Media of an order: `media: [{content_type, size?, behaviour?, bytes_per_second?, data_url? | content_base64?}]`.
fn media_of(call: &Call) -> Result<Vec<Media>, (u16, String)> {
    let listed = call.json.get("media").cloned().unwrap_or_else(|| json!([]));
    let read: Vec<Medium> =
        serde_json::from_value(listed).map_err(|error| (422, format!("\"media\" is not understood: {error}.")))?;
    Ok(read.into_iter().map(Medium::into_media).collect())
}

impl Medium {
    fn into_media(self) -> Media {
        let inline = self.content_base64.map(|content| format!("data:{};base64,{content}", self.content_type));
        Media {
            url: self.data_url.or(inline).unwrap_or_default(),
            content_type: self.content_type,
            behaviour: self.behaviour,
            size: self.size,
            bytes_per_second: self.bytes_per_second,
            ..Media::default()
        }
    }
}

/// `GET /api/carrier/media?sid=ME…`: the bytes of a medium: sent by a person, or fetched for an outbound text.
pub(crate) fn medium(world: &World, call: &Call) -> Reply {
    let data = world.data();
    match data.carrier.medium(&call.text("sid").unwrap_or_default()) {
        Some(medium) => {
            Reply::bytes(&medium.content_type, media::bytes(medium)).with("X-Content-Type-Options", "nosniff")
        }
        None => Reply::empty(404),
    }
}

/// `POST /api/phone/settings`.
pub(crate) fn settings(world: &Arc<World>, call: &Call) -> Act {
    let number = needed(call, "number")?;
    let mut data = world.data();
    let phone = data.carrier.phone_mut(&number);
    if call.text("reachable").is_some() {
        phone.reachable = call.flag("reachable");
    }
    if call.json.contains_key("failure_code") {
        phone.failure_code = call.text("failure_code").and_then(|code| code.parse().ok());
    }
    if let Some(delay_ms) = call.text("delay_ms").and_then(|text| text.parse().ok()) {
        phone.delay_ms = delay_ms;
    }
    let view = json!({ "number": phone.number, "name": phone.name, "reachable": phone.reachable });
    world.feed.publish("carrier.phone", || view.clone());
    Ok(view)
}
