//! `chat.*`: the app writes, changes and removes posts.

use serde_json::{Value, json};

use super::{
    blocks, posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::{
        Data,
        slack::{Ephemeral, Kind, Post},
    },
    wire::call::Call,
};

/// Characters of a text at most.
const TEXT_MAX: usize = 40_000;

/// What a post says.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) text: Option<String>,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
}

impl Words {
    /// Reads and checks the words of a call.
    pub(crate) fn of(call: &Call) -> Result<Self, Refusal> {
        let structure = |name: &str, code: &str| call.structure(name).map_err(|()| Refusal::from(code));
        let words = Self {
            text: call.text("text").or_else(|| call.text("markdown_text")),
            blocks: structure("blocks", "invalid_blocks_format")?
                .filter(|value| value.as_array().is_none_or(|list| !list.is_empty())),
            attachments: structure("attachments", "invalid_attachments")?,
        };
        if words.text.as_deref().is_some_and(|text| text.chars().count() > TEXT_MAX) {
            return Err("msg_too_long".into());
        }
        words.blocks.as_ref().map_or(Ok(()), blocks::check)?;
        Ok(words)
    }

    /// Refuses words that say nothing.
    pub(crate) fn not_empty(self) -> Result<Self, Refusal> {
        let says = self.text.as_deref().is_some_and(|text| !text.is_empty());
        if says || self.blocks.is_some() || self.attachments.is_some() { Ok(self) } else { Err("no_text".into()) }
    }
}

/// `chat.postMessage`.
pub(crate) fn post_message(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let open = room.see(&channel)?;
    if open.archived {
        return Err("is_archived".into());
    }
    let may_stand_outside = open.kind == Kind::Channel && room.has_scope("chat:write.public");
    if !open.has(&room.token.user) && !may_stand_outside {
        return Err("not_in_channel".into());
    }
    let words = Words::of(call)?.not_empty()?;
    let thread = thread(room, &channel, call)?;
    let ts = room.data.serial.next();
    let post = Post {
        ts,
        thread,
        user: room.token.user.clone(),
        by_app: room.token.is_bot,
        username: call.filled("username"),
        icon: icon(call),
        text: words.text.unwrap_or_default(),
        blocks: words.blocks.map(|given| blocks::with_ids(&given, ts)),
        attachments: words.attachments,
        metadata: metadata(call)?,
        subtype: (thread.is_some() && call.flag("reply_broadcast")).then(|| "thread_broadcast".to_owned()),
        ..Post::default()
    };
    if let Some(event) = posting::store(room.world, &mut room.data, &channel, post) {
        room.tell(event);
    }
    let message = shown(room, &channel, ts)?;
    Ok(json!({ "channel": channel, "ts": ids::ts(ts), "message": message }))
}

/// `chat.update`.
pub(crate) fn update(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let post = room.post(&channel, call, "ts")?;
    if post.user != room.token.user {
        return Err("cant_update_message".into());
    }
    let ts = post.ts;
    let words = Words::of(call)?.not_empty()?;
    let metadata = metadata(call)?;
    let by = room.token.user.clone();
    let event = posting::edit(room.world, &mut room.data, (&channel, ts), &by, |post| {
        // Blocks stand for themselves: a text without them replaces them too.
        post.blocks = words.blocks.map(|given| blocks::with_ids(&given, ts));
        if let Some(text) = words.text {
            post.text = text;
        }
        if words.attachments.is_some() {
            post.attachments = words.attachments;
        }
        if metadata.is_some() {
            post.metadata = metadata;
        }
    });
    event.into_iter().for_each(|event| room.tell(event));
    let message = shown(room, &channel, ts)?;
    Ok(json!({ "channel": channel, "ts": ids::ts(ts), "text": message["text"], "message": message }))
}

/// `chat.delete`.
pub(crate) fn delete(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let post = room.post(&channel, call, "ts")?;
    if post.user != room.token.user {
        return Err("cant_delete_message".into());
    }
    let ts = post.ts;
    let event = posting::remove(room.world, &mut room.data, &channel, ts);
    event.into_iter().for_each(|event| room.tell(event));
    Ok(json!({ "channel": channel, "ts": ids::ts(ts) }))
}

/// `chat.postEphemeral`.
pub(crate) fn post_ephemeral(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let user = call.filled("user").ok_or("user_not_in_channel")?;
    let open = room.see(&channel)?;
    if open.archived {
        return Err("is_archived".into());
    }
    if !open.has(&room.token.user) {
        return Err("not_in_channel".into());
    }
    if !open.has(&user) {
        return Err("user_not_in_channel".into());
    }
    let words = Words::of(call)?.not_empty()?;
    let thread = call.filled("thread_ts").and_then(|ts| ids::parse_ts(&ts));
    let Data { serial, .. } = &mut *room.data;
    let ts = serial.next();
    let notice = Ephemeral {
        team: room.team.clone(),
        channel,
        thread,
        user,
        text: words.text.unwrap_or_default(),
        blocks: words.blocks.map(|given| blocks::with_ids(&given, ts)),
        ts,
    };
    posting::whisper(room.world, &mut room.data, notice);
    Ok(json!({ "message_ts": ids::ts(ts) }))
}

/// `chat.getPermalink`.
pub(crate) fn get_permalink(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let post = room.post(&channel, call, "message_ts")?;
    let domain = room.data.slack.team(&room.team).map(|team| team.domain.as_str()).unwrap_or_default();
    let place = format!("https://{domain}.slack.example/archives/{channel}/p{}", post.ts);
    let thread = post.thread.map(|root| format!("?thread_ts={}&cid={channel}", ids::ts(root)));
    Ok(json!({ "channel": channel, "permalink": format!("{place}{}", thread.unwrap_or_default()) }))
}

/// The root of the thread that a call means.
fn thread(room: &Room<'_>, channel: &str, call: &Call) -> Result<Option<u64>, Refusal> {
    let Some(wanted) = call.filled("thread_ts") else { return Ok(None) };
    let ts = ids::parse_ts(&wanted).ok_or("invalid_thread_ts")?;
    let root = room.see(channel)?.posts.get(&ts).ok_or("thread_not_found")?;
    Ok(Some(root.thread.unwrap_or(ts)))
}

fn metadata(call: &Call) -> Result<Option<Value>, Refusal> {
    let given = call.structure("metadata").map_err(|()| Refusal::from("invalid_metadata_format"))?;
    match given {
        Some(metadata) if !metadata["event_type"].is_string() || !metadata["event_payload"].is_object() => {
            Err("invalid_metadata_schema".into())
        }
        other => Ok(other),
    }
}

fn icon(call: &Call) -> Option<Value> {
    let emoji = call.filled("icon_emoji").map(|emoji| json!({ "emoji": emoji }));
    emoji.or_else(|| call.filled("icon_url").map(|url| json!({ "image_48": url })))
}

fn shown(room: &Room<'_>, channel: &str, ts: u64) -> Answer {
    let channel = room.see(channel)?;
    let post = channel.posts.get(&ts).ok_or("message_not_found")?;
    Ok(wire::post(&room.data.slack, channel, post, true))
}
