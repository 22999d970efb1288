//! Orders of tests: faults, bad delivery of webhooks, limits, pace, and raw requests to Clerk.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Act, needed, order, slack};
use crate::{
    faults::Fault,
    hooks::{Hook, Manner, Rule, Signing},
    slack::events,
    state::Vendor,
    wire::call::Call,
    world::World,
};

/// An order about the webhooks of a vendor.
#[derive(Deserialize)]
struct Manners {
    vendor: Vendor,
    #[serde(flatten)]
    manner: Manner,
}

/// `POST /api/faults`.
pub(crate) fn add(world: &World, call: &Call) -> Act {
    let fault: Fault = order(call)?;
    let mut data = world.data();
    let id = data.serial.next();
    Ok(json!({ "id": data.faults.add(fault, id) }))
}

/// `DELETE /api/faults`.
pub(crate) fn clear(world: &World) -> Value {
    world.data().faults.clear();
    json!({})
}

/// `POST /api/webhooks`.
pub(crate) fn webhooks(world: &World, call: &Call) -> Act {
    let ordered: Manners = order(call)?;
    world.data().manners.insert(ordered.vendor, ordered.manner);
    Ok(json!({}))
}

/// `POST /api/limits`.
pub(crate) fn limits(world: &World, call: &Call) -> Act {
    needed(call, "enforce")?;
    world.data().pace.enforce_limits = call.flag("enforce");
    Ok(json!({ "enforce": call.flag("enforce") }))
}

/// `POST /api/delivery`.
pub(crate) fn delivery(world: &World, call: &Call) -> Act {
    let mut data = world.data();
    let millis = |name: &str, now: u64| call.text(name).and_then(|text| text.parse().ok()).unwrap_or(now);
    data.pace.sent_ms = millis("sent_ms", data.pace.sent_ms);
    data.pace.delivered_ms = millis("delivered_ms", data.pace.delivered_ms);
    Ok(json!({ "sent_ms": data.pace.sent_ms, "delivered_ms": data.pace.delivered_ms }))
}

/// `POST /api/raw`: anything to Clerk, unsigned.
pub(crate) async fn raw(world: &Arc<World>, call: &Call) -> Act {
    let path = needed(call, "path")?;
    let given = call.json.get("headers").and_then(|headers| headers.as_object());
    let headers =
        given.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let hook = Hook {
        vendor: Vendor::Slack,
        key: format!("raw:{path}"),
        url: events::clerk(&world.data(), &path),
        content_type: call.filled("content_type").unwrap_or_else(|| "application/json".to_owned()),
        headers: headers.collect(),
        body: call.text("body").unwrap_or_default().into_bytes(),
        signing: Signing::Done,
        rule: Rule::Once,
    };
    Ok(slack::deliver(world, hook).await)
}
