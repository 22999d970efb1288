//! `conversations.*` that make, show and change channels.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    events, membership, names, posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::slack::{Channel, Kind},
    wire::call::Call,
};

/// Items of a page when the call does not say.
const LIST_DEFAULT: usize = 100;
/// Items of a page at most.
const LIST_MAX: usize = 1_000;
const TOPIC_MAX: usize = 250;

/// `conversations.create`.
pub(crate) fn create(room: &mut Room<'_>, call: &Call) -> Answer {
    let name = call.filled("name").ok_or("invalid_name_required")?;
    let needed = if call.flag("is_private") { "groups:write" } else { "channels:manage" };
    room.needs_one_of(&[needed])?;
    names::check(&name)?;
    free_name(room, &name)?;
    let made = room.data.serial.next();
    let me = room.token.user.clone();
    let channel = Channel {
        id: ids::slack("C", made),
        team: room.team.clone(),
        name,
        kind: if call.flag("is_private") { Kind::Group } else { Kind::Channel },
        created: made,
        creator: me.clone(),
        members: vec![me.clone()],
        ..Channel::default()
    };
    let id = channel.id.clone();
    if channel.kind == Kind::Channel {
        room.tell(events::channel_named("channel_created", &channel));
    }
    room.tell(events::membership("member_joined_channel", &channel, &me, None));
    let answer = json!({ "channel": wire::channel(&channel, &me) });
    room.data.slack.add_channel(channel);
    posting::announce_channel(room.world, &room.data, &id);
    Ok(answer)
}

/// `conversations.list`.
pub(crate) fn list(room: &mut Room<'_>, call: &Call) -> Answer {
    page(room, call, |_| true)
}

/// `users.conversations`: the channels of a member, of the app itself if none is named.
pub(crate) fn of_user(room: &mut Room<'_>, call: &Call) -> Answer {
    let user = call.filled("user").unwrap_or_else(|| room.token.user.clone());
    page(room, call, |channel| channel.has(&user))
}

/// `conversations.info`.
pub(crate) fn info(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "read")?;
    let mut answer = shown(room, &id)?;
    if call.flag("include_num_members") {
        answer["channel"]["num_members"] = room.see(&id)?.members.len().into();
    }
    Ok(answer)
}

/// `conversations.archive`.
pub(crate) fn archive(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    let channel = room.see(&id)?;
    if channel.archived {
        return Err("already_archived".into());
    }
    if wire::is_general(channel) {
        return Err("cant_archive_general".into());
    }
    membership::is_inside(room, &id)?;
    set_archived(room, &id, true)
}

/// `conversations.unarchive`.
pub(crate) fn unarchive(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    if !room.see(&id)?.archived {
        return Err("not_archived".into());
    }
    set_archived(room, &id, false)
}

/// `conversations.rename`.
pub(crate) fn rename(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    let name = call.filled("name").ok_or("invalid_name_required")?;
    names::check(&name)?;
    if room.see(&id)?.archived {
        return Err("is_archived".into());
    }
    membership::is_inside(room, &id)?;
    free_name(room, &name)?;
    take_name(room, &id, &name)?;
    shown(room, &id)
}

/// `conversations.setTopic`.
pub(crate) fn set_topic(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    membership::is_inside(room, &id)?;
    let topic = call.text("topic").unwrap_or_default();
    if topic.chars().count() > TOPIC_MAX {
        return Err("too_long".into());
    }
    room.channel_mut(&id)?.topic = topic;
    posting::announce_channel(room.world, &room.data, &id);
    shown(room, &id)
}

/// `conversations.setPurpose`.
pub(crate) fn set_purpose(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    membership::is_inside(room, &id)?;
    let purpose = call.text("purpose").unwrap_or_default();
    room.channel_mut(&id)?.purpose = purpose.clone();
    posting::announce_channel(room.world, &room.data, &id);
    Ok(json!({ "purpose": purpose }))
}

/// The answer that shows a channel.
pub(crate) fn shown(room: &Room<'_>, id: &str) -> Answer {
    let channel = room.see(id)?;
    Ok(json!({ "channel": wire::channel(channel, &room.token.user) }))
}

/// Archives or unarchives and tells the app.
pub(crate) fn set_archived(room: &mut Room<'_>, id: &str, archived: bool) -> Answer {
    let by = room.token.user.clone();
    room.channel_mut(id)?.archived = archived;
    posting::announce_channel(room.world, &room.data, id);
    let kind = if archived { "channel_archive" } else { "channel_unarchive" };
    let event = room.channel_mut(id).map(|channel| events::channel_fate(kind, channel, &by))?;
    room.tell(event);
    Ok(json!({}))
}

/// Gives a channel another name and tells the app; the old one becomes free.
pub(crate) fn take_name(room: &mut Room<'_>, id: &str, name: &str) -> Result<(), Refusal> {
    let channel = room.channel_mut(id)?;
    let old = std::mem::replace(&mut channel.name, name.to_owned());
    channel.previous_names.push(old.clone());
    let team = room.team.clone();
    if let Some(team) = room.data.slack.team_mut(&team) {
        team.names.remove(&old);
        team.names.insert(name.to_owned(), id.to_owned());
    }
    posting::announce_channel(room.world, &room.data, id);
    let event = room.channel_mut(id).map(|channel| events::channel_named("channel_rename", channel))?;
    room.tell(event);
    Ok(())
}

/// Refuses a name that a channel of the team has, archived or not.
pub(crate) fn free_name(room: &Room<'_>, name: &str) -> Result<(), Refusal> {
    let taken = room.data.slack.team(&room.team).is_some_and(|team| team.names.contains_key(name));
    if taken { Err("name_taken".into()) } else { Ok(()) }
}

/// Where a page begins, from its cursor.
pub(crate) fn cursor_start(call: &Call) -> Result<usize, Refusal> {
    let Some(cursor) = call.filled("cursor") else { return Ok(0) };
    let decoded = STANDARD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let start = decoded.and_then(|text| text.strip_prefix("next:")?.parse().ok());
    start.ok_or_else(|| "invalid_cursor".into())
}

/// The cursor of the page that begins at `start`; empty when there is none.
pub(crate) fn cursor(start: Option<usize>) -> Value {
    let text = start.map(|start| STANDARD.encode(format!("next:{start}"))).unwrap_or_default();
    json!({ "next_cursor": text })
}

fn page(room: &mut Room<'_>, call: &Call, belongs: impl Fn(&Channel) -> bool) -> Answer {
    let kinds = call.filled("types").unwrap_or_else(|| "public_channel".to_owned());
    let wanted = |channel: &Channel| {
        let word = match channel.kind {
            Kind::Channel => "public_channel",
            Kind::Group => "private_channel",
            Kind::Im => "im",
        };
        kinds.split(',').any(|kind| kind.trim() == word)
    };
    let without_archived = call.flag("exclude_archived");
    let (start, limit) = (cursor_start(call)?, call.number("limit", LIST_DEFAULT).clamp(1, LIST_MAX));
    let team = room.data.slack.team(&room.team).ok_or("account_inactive")?;
    let mut found: Vec<Value> = team
        .channels
        .iter()
        .filter_map(|id| room.see(id).ok())
        .filter(|channel| {
            room.needs_for(&channel.id, "read").is_ok()
                && wanted(channel)
                && belongs(channel)
                && !(without_archived && channel.archived)
        })
        .skip(start)
        .take(limit + 1)
        .map(|channel| {
            let mut shown = wire::channel(channel, &room.token.user);
            shown["num_members"] = channel.members.len().into();
            shown
        })
        .collect();
    let next = (found.len() > limit).then_some(start + limit);
    found.truncate(limit);
    Ok(json!({ "channels": found, "response_metadata": cursor(next) }))
}
