//! Slack's events. A message of a person is known by channel and time stamp, not by the event's own id: Slack tells of the
//! same message more than once (a repetition, a mention of the app) under different ids.
//!
//! Fields are read one by one instead of insisting on a whole shape: Slack leaves out and adds fields freely.

use chrono::{DateTime, Utc};
use domain::contracts::{
    chat::PostRef,
    inbound::{AccessLost, ChannelEvent, ChannelMoved, ChannelRenamed, Inbound, PostWritten, TeamJoined},
    webhook::{Parsed, Refused, Reply},
};
use serde_json::Value;

use super::{Told, changes, ignored, not_understood, people, received, windows};
use crate::{
    chat::slack::markup::{self, Plain},
    json,
};

/// What Slack posts to us around an event.
pub(super) struct Wrapper {
    json: Value,
}

impl Wrapper {
    /// The team whose installation the event came through: in a channel shared with another company, not always the one where it happened.
    /// An app installed for a whole organisation has the organisation for its team.
    pub(super) fn team(&self) -> Option<&str> {
        let authorization = &self.json["authorizations"][0];
        let enterprise = word(authorization, "enterprise_id").or_else(|| word(&self.json, "enterprise_id"));
        if authorization["is_enterprise_install"] == true && enterprise.is_some() {
            return enterprise;
        }
        word(authorization, "team_id")
            .or_else(|| word(&self.json, "team_id"))
            .or_else(|| word(&self.json["event"], "team"))
            .or(enterprise)
    }

    pub(super) fn event(&self) -> &Value {
        &self.json["event"]
    }

    pub(super) fn event_id(&self) -> Option<&str> {
        word(&self.json, "event_id")
    }

    fn happened_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.json["event_time"].as_i64()?, 0)
    }

    /// Whether a user is the app's own.
    fn is_app(&self, user: &str) -> bool {
        let authorizations = self.json["authorizations"].as_array();
        authorizations
            .into_iter()
            .flatten()
            .any(|authorization| authorization["is_bot"] == true && authorization["user_id"] == user)
    }
}

/// A field that holds text; an empty text is as good as none.
pub(super) fn word<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    json[name].as_str().filter(|text| !text.is_empty())
}

pub(super) fn event(body: &[u8]) -> Result<Parsed, Refused> {
    let json = json::read(body).map_err(|_| Refused::Malformed)?;
    let kind = word(&json, "type").ok_or(Refused::Malformed)?.to_owned();
    if kind == "url_verification" {
        return Ok(Parsed {
            envelopes: Vec::new(),
            reply: Reply {
                content_type: Some("text/plain"),
                body: word(&json, "challenge").unwrap_or_default().to_owned(),
            },
        });
    }
    if kind == "app_rate_limited" {
        tracing::warn!(team = word(&json, "team_id"), "Slack holds back events: there are too many");
        return Ok(received(Vec::new()));
    }
    let wrapper = Wrapper { json };
    let team = wrapper.team().unwrap_or_default().to_owned();
    let told = match kind.as_str() {
        "event_callback" => told(&wrapper, &team).unwrap_or_else(|| unknown(&wrapper, body)),
        _ => unknown(&wrapper, body),
    };
    Ok(received(told.into_iter().map(|told| told.by(&team)).collect()))
}

fn unknown(wrapper: &Wrapper, body: &[u8]) -> Vec<Told> {
    let event_type = word(wrapper.event(), "type").unwrap_or("unknown");
    vec![not_understood(wrapper.event_id(), event_type, body, wrapper.json.clone())]
}

/// None for what is not understood.
fn told(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let event = wrapper.event();
    if team.is_empty() {
        return None;
    }
    match word(event, "type")? {
        "message" => message(wrapper, team),
        "app_mention" => written(wrapper, team),
        "channel_archive" | "channel_deleted" | "channel_left" | "group_archive" | "group_deleted" | "group_left" => {
            channel(wrapper, team, Inbound::ChannelLost)
        }
        "channel_rename" | "group_rename" => renamed(wrapper, team),
        "channel_id_changed" => moved(wrapper, team),
        "channel_unarchive" | "group_unarchive" => channel(wrapper, team, Inbound::ChannelBack),
        "member_joined_channel" if wrapper.is_app(word(event, "user")?) => channel(wrapper, team, Inbound::ChannelBack),
        "member_joined_channel" | "shared_channel_invite_accepted" | "channel_shared" | "channel_unshared" => {
            channel(wrapper, team, Inbound::CompanyChanged)
        }
        "user_change" | "user_profile_changed" => people::changed(wrapper, team),
        "app_home_opened" => people::looked_home(wrapper, team),
        "team_access_granted" => team_joined(wrapper, team),
        "app_uninstalled" => access_lost(wrapper, team, true),
        "tokens_revoked" if event["tokens"]["bot"].as_array().is_some_and(Vec::is_empty) => {
            Some(ignored("a member's token was revoked, not the app's"))
        }
        "tokens_revoked" => access_lost(wrapper, team, false),
        name if is_noise(name) => Some(ignored(name)),
        _ => None,
    }
}

fn is_noise(name: &str) -> bool {
    ["reaction_", "pin_", "star_", "file_", "member_", "channel_", "group_", "user_", "emoji_", "team_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || matches!(name, "link_shared" | "message_metadata_posted" | "app_installed")
}

fn message(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    match word(wrapper.event(), "subtype") {
        None | Some("file_share" | "thread_broadcast") => written(wrapper, team),
        Some("message_changed") => changes::changed(wrapper, team),
        Some("message_deleted") => changes::deleted(wrapper, team),
        Some(subtype) => Some(ignored(subtype)),
    }
}

fn written(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let event = wrapper.event();
    if !event["bot_id"].is_null() || !event["bot_profile"].is_null() {
        return Some(ignored("written by a bot"));
    }
    let user = word(event, "user")?.to_owned();
    if wrapper.is_app(&user) {
        return Some(ignored("written by the app itself"));
    }
    let post = post(event, "ts")?;
    let thread = thread(event, &post);
    let (read, is_to_app) = read(wrapper, event);
    Some(vec![Told {
        key: format!("post:{team}:{}:{}", post.channel, post.ts),
        event_type: "message".to_owned(),
        ordering_key: Some(ordering_key(team, &post, thread.as_deref())),
        event: Inbound::PostWritten(PostWritten {
            team: team.to_owned(),
            thread,
            user,
            text: read.text,
            mentions: read.mentions,
            client_id: word(event, "client_msg_id").map(str::to_owned),
            files: windows::files(&event["files"]),
            is_to_app,
            // An event of a mention does not say of which kind its channel is.
            is_direct: event["channel_type"] == "im" || post.channel.starts_with('D'),
            post,
        }),
    }])
}

/// What a message says, and whether it is said to the app by name; the name is no part of it then.
pub(super) fn read(wrapper: &Wrapper, message: &Value) -> (Plain, bool) {
    let text = word(message, "text").unwrap_or_default();
    let call = called(wrapper, text);
    (markup::plain(call.unwrap_or(text)), call.is_some())
}

/// What follows the app's name at the beginning of a text; none when it does not begin with it.
fn called<'a>(wrapper: &Wrapper, text: &'a str) -> Option<&'a str> {
    let (mention, rest) = text.trim_start().strip_prefix("<@")?.split_once('>')?;
    let user = mention.split('|').next().unwrap_or_default();
    wrapper.is_app(user).then(|| rest.trim_start_matches([' ', '\u{a0}', ':', ',', '\n']))
}

/// The post that an event is about; `ts` names the field with its time stamp.
pub(super) fn post(event: &Value, ts: &str) -> Option<PostRef> {
    Some(PostRef { channel: word(event, "channel")?.to_owned(), ts: word(event, ts)?.to_owned() })
}

/// The first post of the thread; a first post names itself, and is not in its own thread.
pub(super) fn thread(message: &Value, post: &PostRef) -> Option<String> {
    word(message, "thread_ts").filter(|thread| *thread != post.ts).map(str::to_owned)
}

/// What is said in one thread is handled one after another.
pub(super) fn ordering_key(team: &str, post: &PostRef, thread: Option<&str>) -> String {
    format!("chat:{team}:{}:{}", post.channel, thread.unwrap_or(&post.ts))
}

fn channel(wrapper: &Wrapper, team: &str, make: impl FnOnce(ChannelEvent) -> Inbound) -> Option<Vec<Told>> {
    let event = wrapper.event();
    let event_type = word(event, "type")?.to_owned();
    let channel = word(event, "channel").or_else(|| word(&event["channel"], "id"))?.to_owned();
    Some(vec![Told {
        key: wrapper.event_id()?.to_owned(),
        ordering_key: Some(format!("channel:{team}:{channel}")),
        event: make(ChannelEvent { team: team.to_owned(), channel, what: event_type.clone() }),
        event_type,
    }])
}

fn renamed(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let name = word(&wrapper.event()["channel"], "name")?.to_owned();
    channel(wrapper, team, |event| {
        Inbound::ChannelRenamed(ChannelRenamed { team: event.team, channel: event.channel, name })
    })
}

fn moved(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let id = |name: &str| word(wrapper.event(), name).map(str::to_owned);
    let (from, to) = (id("old_channel_id")?, id("new_channel_id")?);
    Some(vec![Told {
        key: wrapper.event_id()?.to_owned(),
        event_type: "channel_id_changed".to_owned(),
        ordering_key: Some(format!("channel:{team}:{from}")),
        event: Inbound::ChannelMoved(ChannelMoved { team: team.to_owned(), from, to }),
    }])
}

fn access_lost(wrapper: &Wrapper, team: &str, is_uninstall: bool) -> Option<Vec<Told>> {
    Some(vec![Told {
        key: wrapper.event_id()?.to_owned(),
        event_type: word(wrapper.event(), "type")?.to_owned(),
        ordering_key: Some(format!("access:{team}")),
        event: Inbound::AccessLost(AccessLost { team: team.to_owned(), at: wrapper.happened_at()?, is_uninstall }),
    }])
}

/// The same is told of several teams at once: each telling is one event.
fn team_joined(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    Some(vec![Told {
        key: wrapper.event_id()?.to_owned(),
        event_type: "team_access_granted".to_owned(),
        ordering_key: None,
        event: Inbound::TeamJoined(TeamJoined { team: team.to_owned() }),
    }])
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
