//! The Events API: what Slack tells Clerk, in its envelope, signed and repeated.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    clock,
    hooks::{self, Hook, Outcome, Rule, Signing},
    ids,
    options::{APP_ID, VERIFICATION_TOKEN},
    slack::wire,
    state::{
        Data, Vendor,
        slack::{Channel, Kind, Post, Slack},
    },
    world::World,
};

const EVENTS_PATH: &str = "/webhooks/slack/events";

/// Sends events to Clerk beside the answer, if the app is installed in the team.
pub(crate) fn emit(world: &Arc<World>, team: &str, events: Vec<Value>) {
    for hook in prepare(world, team, events) {
        hooks::send(world, hook);
    }
}

/// Sends events and answers the outcome of the first, which is what a member's act is about.
pub(crate) async fn emit_and_wait(world: &Arc<World>, team: &str, events: Vec<Value>) -> Option<Outcome> {
    let mut waiting = prepare(world, team, events).into_iter();
    let first = waiting.next()?;
    waiting.for_each(|hook| hooks::send(world, hook));
    hooks::deliver(world, first).await
}

/// Sends the last events of an installation, which has ended already.
pub(crate) fn emit_farewell(world: &Arc<World>, team: &str, events: Vec<Value>) {
    let hooks: Vec<Hook> = {
        let mut data = world.data();
        events.into_iter().filter_map(|event| wrapped(&mut data, team, event)).collect()
    };
    hooks.into_iter().for_each(|hook| hooks::send(world, hook));
}

fn prepare(world: &Arc<World>, team: &str, events: Vec<Value>) -> Vec<Hook> {
    if events.is_empty() {
        return Vec::new();
    }
    let mut data = world.data();
    if !data.slack.team(team).is_some_and(|team| team.installed) {
        return Vec::new();
    }
    events.into_iter().filter_map(|event| wrapped(&mut data, team, event)).collect()
}

fn wrapped(data: &mut Data, team: &str, event: Value) -> Option<Hook> {
    let body = envelope(data, team, event, None)?;
    Some(hook(data, &body))
}

/// The envelope of an event; `None` for an unknown team.
pub(crate) fn envelope(data: &mut Data, team: &str, event: Value, event_id: Option<String>) -> Option<Value> {
    let serial = data.serial.next();
    let team = data.slack.team(team)?;
    let channel = event["channel"].as_str().or_else(|| event["item"]["channel"].as_str()).unwrap_or_default();
    let is_shared = data.slack.channels.get(channel).is_some_and(wire::is_shared);
    let enterprise = data.slack.enterprise_of(&team.id);
    let enterprise_id = enterprise.map(|enterprise| enterprise.id.as_str());
    let is_org_wide = enterprise.is_some_and(|enterprise| enterprise.org_wide);
    let mut body = json!({
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": enterprise_id,
        "api_app_id": APP_ID,
        "event_context": format!("4-{}", hex::encode(format!("{}{channel}", team.id))),
        "event": event,
        "type": "event_callback",
        "event_id": event_id.unwrap_or_else(|| ids::slack("Ev", serial)),
        "event_time": clock::secs(clock::micros()),
        "authorizations": [{
            "enterprise_id": enterprise_id,
            "team_id": (!is_org_wide).then_some(&team.id),
            "user_id": team.bot_user,
            "is_bot": true,
            "is_enterprise_install": is_org_wide,
        }],
        "is_ext_shared_channel": is_shared,
    });
    if let Some(enterprise_id) = enterprise_id {
        body["enterprise_id"] = enterprise_id.into();
    }
    Some(body)
}

/// The webhook of an envelope.
pub(crate) fn hook(data: &Data, body: &Value) -> Hook {
    Hook {
        vendor: Vendor::Slack,
        key: body["event_id"].as_str().unwrap_or("url_verification").to_owned(),
        url: clerk(data, EVENTS_PATH),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
        signing: Signing::Slack,
        rule: Rule::Events(data.pace.slack_retry_ms),
    }
}

/// An address of Clerk.
pub(crate) fn clerk(data: &Data, path: &str) -> String {
    format!("{}{path}", data.clerk_url.trim_end_matches('/'))
}

/// A new post, as the app hears of it; `None` when it is not in the channel.
pub(crate) fn posted(slack: &Slack, channel: &Channel, post: &Post) -> Option<Value> {
    let mut event = heard(slack, channel).then(|| wire::post(slack, channel, post, true))?;
    for (place, id) in post.files.iter().enumerate() {
        if let Some(file) = slack.files.get(id).filter(|file| file.must_ask || wire::is_shared(channel)) {
            event["files"][place] = wire::file_stub(file);
        }
    }
    place(&mut event, channel, post.ts);
    Some(event)
}

/// A changed post.
pub(crate) fn changed(slack: &Slack, channel: &Channel, (before, after): (&Post, &Post), at: u64) -> Option<Value> {
    heard(slack, channel).then(|| {
        let mut event = json!({
            "type": "message",
            "subtype": "message_changed",
            "message": wire::post(slack, channel, after, true),
            "previous_message": wire::post(slack, channel, before, true),
            "hidden": true,
            "ts": ids::ts(at),
        });
        place(&mut event, channel, at);
        event
    })
}

/// A deleted post.
pub(crate) fn deleted(slack: &Slack, channel: &Channel, was: &Post, at: u64) -> Option<Value> {
    heard(slack, channel).then(|| {
        let mut event = json!({
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": wire::post(slack, channel, was, true),
            "deleted_ts": ids::ts(was.ts),
            "hidden": true,
            "ts": ids::ts(at),
        });
        place(&mut event, channel, at);
        event
    })
}

/// Somebody joined or left a channel.
pub(crate) fn membership(kind: &str, channel: &Channel, user: &str, inviter: Option<&str>) -> Value {
    let letter = if channel.kind == Kind::Channel { "C" } else { "G" };
    let mut event = json!({
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": letter,
        "team": channel.team,
        "event_ts": ids::ts(clock::micros()),
    });
    if let Some(inviter) = inviter {
        event["inviter"] = json!(inviter);
    }
    event
}

/// Something happened to a channel: `channel_archive`, `channel_deleted`, `channel_left` …
pub(crate) fn channel_fate(kind: &str, channel: &Channel, user: &str) -> Value {
    let group_kind = kind.replacen("channel_", "group_", 1);
    let kind = if channel.kind == Kind::Group { group_kind.as_str() } else { kind };
    let mut event = json!({ "type": kind, "channel": channel.id, "event_ts": ids::ts(clock::micros()) });
    if !kind.ends_with("_deleted") && kind != "group_left" {
        event[if kind.ends_with("_left") { "actor_id" } else { "user" }] = json!(user);
    }
    event
}

/// A channel is new or has a new name.
pub(crate) fn channel_named(kind: &str, channel: &Channel) -> Value {
    let group_kind = kind.replacen("channel_", "group_", 1);
    let kind = if channel.kind == Kind::Group { group_kind.as_str() } else { kind };
    json!({
        "type": kind,
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "name_normalized": channel.name,
            "created": clock::secs(channel.created),
            "creator": channel.creator,
            "is_channel": channel.kind == Kind::Channel,
            "is_shared": wire::is_shared(channel),
            "is_org_shared": false,
            "context_team_id": channel.team,
        },
        "event_ts": ids::ts(clock::micros()),
    })
}

/// Whether the app hears what is said in a channel.
pub(crate) fn heard(slack: &Slack, channel: &Channel) -> bool {
    slack.team(&channel.team).is_some_and(|team| channel.has(&team.bot_user))
}

fn place(event: &mut Value, channel: &Channel, at: u64) {
    event["channel"] = json!(channel.id);
    event["channel_type"] = channel.kind.word().into();
    event["event_ts"] = ids::ts(at).into();
}
