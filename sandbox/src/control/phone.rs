//! A person's phone: texting a number, and being switched off.

use std::sync::Arc;

use serde_json::json;

use super::{Act, needed, outcome_of};
use crate::{
    twilio::inbound::{self, Text},
    wire::call::Call,
    world::World,
};

/// `POST /api/phone/text`.
pub(crate) async fn text(world: &Arc<World>, call: &Call) -> Act {
    let media = call.json.get("media_urls").and_then(|urls| urls.as_array());
    let text = Text {
        from: needed(call, "from")?,
        to: needed(call, "to")?,
        body: call.text("body").unwrap_or_default(),
        media_urls: media.into_iter().flatten().filter_map(|url| url.as_str().map(str::to_owned)).collect(),
    };
    let (sid, hook) = inbound::receive(world, text).map_err(|sentence| (422, sentence))?;
    let mut answer = outcome_of(inbound::hand_over(world, hook).await);
    answer["sid"] = json!(sid);
    Ok(answer)
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
