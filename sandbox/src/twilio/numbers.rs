//! Numbers bought: buy, list, change, release.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{BASE, error, geography, inventory, paging};
use crate::{
    clock, ids,
    options::ACCOUNT_SID,
    state::carrier::Number,
    wire::{call::Call, reply::Reply},
    world::World,
};

/// The fields that a client may set: the carrier's name in forms, its name in JSON.
const SETTINGS: [(&str, &str); 19] = [
    ("SmsUrl", "sms_url"),
    ("SmsMethod", "sms_method"),
    ("SmsFallbackUrl", "sms_fallback_url"),
    ("SmsFallbackMethod", "sms_fallback_method"),
    ("SmsApplicationSid", "sms_application_sid"),
    ("StatusCallback", "status_callback"),
    ("StatusCallbackMethod", "status_callback_method"),
    ("VoiceUrl", "voice_url"),
    ("VoiceMethod", "voice_method"),
    ("VoiceFallbackUrl", "voice_fallback_url"),
    ("VoiceFallbackMethod", "voice_fallback_method"),
    ("VoiceApplicationSid", "voice_application_sid"),
    ("VoiceReceiveMode", "voice_receive_mode"),
    ("TrunkSid", "trunk_sid"),
    ("IdentitySid", "identity_sid"),
    ("AddressSid", "address_sid"),
    ("BundleSid", "bundle_sid"),
    ("EmergencyStatus", "emergency_status"),
    ("EmergencyAddressSid", "emergency_address_sid"),
];

/// `POST IncomingPhoneNumbers.json`.
pub(crate) fn create(world: &Arc<World>, call: &Call) -> Result<Reply, Reply> {
    let mut data = world.data();
    let wanted = match (call.filled("PhoneNumber"), call.filled("AreaCode")) {
        (Some(number), _) => number,
        (None, Some(area)) => inventory::first_in_area(&area, |number| !data.carrier.numbers.contains_key(number))
            .ok_or_else(|| error::reply(error::NOT_FOR_SALE, &format!("No phone numbers found in area code {area}")))?,
        (None, None) => return Err(error::reply(error::BAD_NUMBER, "PhoneNumber or AreaCode is required")),
    };
    if !geography::is_valid(&wanted) {
        return Err(error::reply(error::BAD_NUMBER, &format!("{wanted} is not a valid number")));
    }
    if data.carrier.numbers.contains_key(&wanted) || !inventory::is_for_sale(&wanted) {
        return Err(error::reply(error::NOT_FOR_SALE, &format!("{wanted} is not available.")));
    }
    let now = data.serial.next();
    let mut number = Number {
        sid: ids::sid("PN", now),
        friendly_name: geography::friendly(&wanted),
        number: wanted.clone(),
        created: now,
        ..Number::default()
    };
    apply(&mut number, call);
    let reply = Reply::json(201, show(&number));
    announce(world, &number, "bought");
    data.carrier.numbers.insert(wanted, number);
    Ok(reply)
}

/// `GET IncomingPhoneNumbers.json`, by number or name if asked.
pub(crate) fn list(world: &World, call: &Call) -> Reply {
    let data = world.data();
    let digits = |text: &str| {
        text.chars().filter(|character| character.is_ascii_digit() || *character == '*').collect::<String>()
    };
    let wanted = call.filled("PhoneNumber").map(|text| digits(&text));
    let name = call.filled("FriendlyName");
    let (size, number) = (call.number("PageSize", 50).clamp(1, 1_000), call.number("Page", 0));
    let mut found: Vec<Value> = data
        .carrier
        .numbers
        .values()
        .filter(|row| wanted.as_deref().is_none_or(|wanted| digits(&row.number).contains(wanted)))
        .filter(|row| name.as_deref().is_none_or(|name| row.friendly_name == name))
        .skip(number * size)
        .take(size + 1)
        .map(show)
        .collect();
    let next_token = (found.len() > size).then(|| format!("PA{number}"));
    found.truncate(size);
    let page = paging::Page { number, size, count: found.len(), next_token };
    let filters: Vec<(String, String)> =
        call.fields.iter().filter(|(key, _)| !key.starts_with("Page")).cloned().collect();
    Reply::json(
        200,
        page.wrap(
            "incoming_phone_numbers",
            found,
            &format!("{BASE}/{ACCOUNT_SID}/IncomingPhoneNumbers.json"),
            &filters,
        ),
    )
}

/// `GET IncomingPhoneNumbers/{sid}.json`.
pub(crate) fn fetch(world: &World, sid: &str) -> Result<Reply, Reply> {
    let data = world.data();
    data.carrier.number_by_sid(sid).map(|number| Reply::json(200, show(number))).ok_or_else(|| missing(sid))
}

/// `POST IncomingPhoneNumbers/{sid}.json`.
pub(crate) fn update(world: &Arc<World>, call: &Call, sid: &str) -> Result<Reply, Reply> {
    let mut data = world.data();
    let number = data.carrier.numbers.values_mut().find(|number| number.sid == sid).ok_or_else(|| missing(sid))?;
    apply(number, call);
    announce(world, number, "changed");
    Ok(Reply::json(200, show(number)))
}

/// `DELETE IncomingPhoneNumbers/{sid}.json`.
pub(crate) fn delete(world: &Arc<World>, sid: &str) -> Result<Reply, Reply> {
    let mut data = world.data();
    let number = data.carrier.number_by_sid(sid).ok_or_else(|| missing(sid))?.number.clone();
    if let Some(released) = data.carrier.numbers.remove(&number) {
        announce(world, &released, "released");
    }
    Ok(Reply::empty(204))
}

/// A number as the page and the control API show it.
pub(crate) fn view(number: &Number) -> Value {
    json!({ "number": number.number, "sid": number.sid, "friendly_name": number.friendly_name })
}

fn announce(world: &World, number: &Number, change: &str) {
    world.feed.publish("carrier.number", || {
        let mut event = view(number);
        event["action"] = change.into();
        event["released"] = (change == "released").into();
        event
    });
}

fn apply(number: &mut Number, call: &Call) {
    if let Some(name) = call.filled("FriendlyName") {
        number.friendly_name = name;
    }
    for (form, _) in SETTINGS {
        if let Some(value) = call.text(form) {
            number.settings.insert(form.to_owned(), value);
        }
    }
    number.updated = clock::micros();
}

fn show(number: &Number) -> Value {
    let can = geography::capabilities(&number.number);
    let mut value = json!({
        "sid": number.sid,
        "account_sid": ACCOUNT_SID,
        "phone_number": number.number,
        "friendly_name": number.friendly_name,
        "address_requirements": "none",
        "api_version": "2010-04-01",
        "beta": false,
        "capabilities": { "voice": can.voice, "sms": can.sms, "mms": can.mms, "fax": false },
        "date_created": clock::rfc2822(number.created),
        "date_updated": clock::rfc2822(number.updated),
        "origin": "twilio",
        "status": "in-use",
        "type": if geography::is_toll_free(&number.number) { "tollfree" } else { "local" },
        "emergency_address_status": "unregistered",
        "voice_caller_id_lookup": false,
        "uri": format!("{BASE}/{ACCOUNT_SID}/IncomingPhoneNumbers/{}.json", number.sid),
    });
    for (form, name) in SETTINGS {
        value[name] = setting(&number.settings, form);
    }
    value
}

fn setting(settings: &BTreeMap<String, String>, form: &str) -> Value {
    let default = match form {
        form if form.ends_with("Method") => json!("POST"),
        form if form.ends_with("Url") || form == "StatusCallback" => json!(""),
        "VoiceReceiveMode" => json!("voice"),
        "EmergencyStatus" => json!("Inactive"),
        _ => Value::Null,
    };
    settings.get(form).map_or(default, |value| json!(value))
}

fn missing(sid: &str) -> Reply {
    error::not_found(&format!("{BASE}/{ACCOUNT_SID}/IncomingPhoneNumbers/{sid}.json"))
}
