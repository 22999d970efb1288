//! Delayed answers of the app: what it posts to a `response_url`, and what it says at once to a command.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{blocks, events, posting, room::Room};
use crate::{
    clock,
    hooks::{Answer, Outcome},
    state::{
        Data,
        slack::{Ephemeral, Post, ResponseUrl},
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

/// How often an address may be used.
const USES_MAX: u32 = 5;

/// `POST /actions/…`.
pub(crate) fn receive(world: &Arc<World>, call: &Call) -> Reply {
    let secret = call.path.trim_start_matches("/actions/");
    let address = {
        let mut data = world.data();
        let life = data.slack.settings.response_url_ms * 1_000;
        let Some(address) = data.slack.response_urls.get_mut(secret) else {
            return Reply::json(404, json!({ "ok": false, "error": "invalid_url" })).unexpected();
        };
        if clock::micros() > address.made + life {
            return Reply::json(404, json!({ "ok": false, "error": "expired_url" }));
        }
        address.uses += 1;
        if address.uses > USES_MAX {
            return Reply::json(404, json!({ "ok": false, "error": "used_url" }));
        }
        address.clone()
    };
    let words = Value::Object(call.json.clone());
    if words.as_object().is_none_or(serde_json::Map::is_empty) {
        return Reply::json(400, json!({ "ok": false, "error": "invalid_payload" }));
    }
    let says = !text(&words).is_empty() || words["blocks"].is_array() || words["attachments"].is_array();
    if !says && !is_true(&words, "delete_original") {
        return Reply::json(400, json!({ "ok": false, "error": "no_text" }));
    }
    if let Some(Err(refusal)) = words.get("blocks").map(blocks::check) {
        return Reply::json(400, json!({ "ok": false, "error": refusal.code }));
    }
    apply(world, &address, &words);
    Reply::bytes("text/plain", "ok")
}

/// What the app answered to a command in the same breath.
pub(crate) fn at_once(world: &Arc<World>, address: &ResponseUrl, answer: &Answer) {
    if !(200..300).contains(&answer.status) || answer.body.trim().is_empty() {
        return;
    }
    let words = match serde_json::from_str::<Value>(&answer.body) {
        Ok(words) if answer.content_type.starts_with("application/json") => words,
        _ => json!({ "text": answer.body }),
    };
    let is_shown = words.get("blocks").is_none_or(|given| blocks::check(given).is_ok());
    if is_shown && (words["text"].is_string() || words["blocks"].is_array()) {
        apply(world, address, &words);
    }
}

/// What Slack says to a member whose command got no good answer.
pub(crate) fn failed(world: &Arc<World>, address: &ResponseUrl, (command, outcome): (&str, &Outcome)) {
    let error = match outcome {
        Ok(answer) => format!("http_service_error {}", answer.status),
        Err(failure) if failure.is_timeout => "operation_timeout".to_owned(),
        Err(_) => "http_client_error".to_owned(),
    };
    let mut data = world.data();
    whisper(world, &mut data, address, &json!({ "text": format!("{command} failed with the error \"{error}\"") }));
}

fn apply(world: &Arc<World>, address: &ResponseUrl, words: &Value) {
    let Some(mut room) = Room::of_app(world, &address.team) else { return };
    if let Some(source) = address.source.filter(|_| is_true(words, "delete_original")) {
        let event = posting::remove(world, &mut room.data, &address.channel, source);
        event.into_iter().for_each(|event| room.tell(event));
        posting::unwhisper(world, &mut room.data, &address.channel, source);
    } else if let Some(source) = address.source.filter(|_| is_true(words, "replace_original")) {
        replace(&mut room, address, (source, words));
    } else if words["response_type"] == "in_channel" {
        speak(&mut room, address, words);
    } else {
        whisper(world, &mut room.data, address, words);
    }
    let (team, told) = room.leave();
    events::emit(world, &team, told);
    world.changed.notify_one();
}

fn replace(room: &mut Room<'_>, address: &ResponseUrl, (source, words): (u64, &Value)) {
    let by = room.token.user.clone();
    let event = posting::edit(room.world, &mut room.data, (&address.channel, source), &by, |post| {
        post.text = text(words);
        post.blocks = words.get("blocks").map(|given| blocks::with_ids(given, source));
    });
    event.into_iter().for_each(|event| room.tell(event));
    let notices = &mut room.data.slack.ephemerals;
    if let Some(place) = notices.iter().position(|notice| notice.ts == source) {
        let mut notice = notices.remove(place);
        notice.text = text(words);
        notice.blocks = words.get("blocks").map(|given| blocks::with_ids(given, source));
        posting::whisper(room.world, &mut room.data, notice);
    }
}

fn speak(room: &mut Room<'_>, address: &ResponseUrl, words: &Value) {
    let ts = room.data.serial.next();
    let post = Post {
        ts,
        thread: thread(words),
        user: room.token.user.clone(),
        by_app: true,
        text: text(words),
        blocks: words.get("blocks").map(|given| blocks::with_ids(given, ts)),
        ..Post::default()
    };
    let event = posting::store(room.world, &mut room.data, &address.channel, post);
    event.into_iter().for_each(|event| room.tell(event));
}

fn whisper(world: &World, data: &mut Data, address: &ResponseUrl, words: &Value) {
    let ts = data.serial.next();
    let notice = Ephemeral {
        team: address.team.clone(),
        channel: address.channel.clone(),
        thread: thread(words),
        user: address.user.clone(),
        text: text(words),
        blocks: words.get("blocks").map(|given| blocks::with_ids(given, ts)),
        ts,
    };
    posting::whisper(world, data, notice);
}

fn text(words: &Value) -> String {
    words["text"].as_str().unwrap_or_default().to_owned()
}

fn thread(words: &Value) -> Option<u64> {
    words["thread_ts"].as_str().and_then(crate::ids::parse_ts)
}

fn is_true(words: &Value, name: &str) -> bool {
    words[name] == true || words[name] == "true"
}
