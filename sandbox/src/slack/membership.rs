//! `conversations.*` about who belongs to a channel.

use serde_json::json;

use super::{
    conversations::{cursor, cursor_start, shown},
    events, posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::{
        Data,
        slack::{Kind, Post},
    },
    wire::call::Call,
};

/// Members of a page at most.
const PAGE_MAX: usize = 1_000;

/// `conversations.join`.
pub(crate) fn join(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    let channel = room.see(&id)?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if channel.kind != Kind::Channel {
        return Err("method_not_supported_for_channel_type".into());
    }
    let me = room.token.user.clone();
    if channel.has(&me) {
        let mut answer = shown(room, &id)?;
        answer["warning"] = "already_in_channel".into();
        answer["response_metadata"] = json!({ "warnings": ["already_in_channel"] });
        return Ok(answer);
    }
    add(room, &id, &me, None)?;
    shown(room, &id)
}

/// `conversations.invite`.
pub(crate) fn invite(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    let channel = room.see(&id)?;
    if channel.archived {
        return Err("is_archived".into());
    }
    is_inside(room, &id)?;
    let me = room.token.user.clone();
    let users = invited(call)?;
    for user in &users {
        if *user == me {
            return Err("cant_invite_self".into());
        }
        if room.see(&id)?.has(user) {
            return Err("already_in_channel".into());
        }
        if room.data.slack.users.get(user).is_none_or(|user| user.team != room.team) {
            return Err("user_not_found".into());
        }
    }
    for user in &users {
        add(room, &id, user, Some(&me))?;
    }
    shown(room, &id)
}

/// `conversations.leave`.
pub(crate) fn leave(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    let me = room.token.user.clone();
    if !room.see(&id)?.has(&me) {
        return Ok(json!({ "not_in_channel": true }));
    }
    if wire::is_general(room.see(&id)?) {
        return Err("cant_leave_general".into());
    }
    remove(room, &id, &me)?;
    Ok(json!({}))
}

/// `conversations.kick`.
pub(crate) fn kick(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "manage")?;
    is_inside(room, &id)?;
    let user = call.filled("user").ok_or("user_not_found")?;
    if user == room.token.user {
        return Err("cant_kick_self".into());
    }
    if !room.see(&id)?.has(&user) {
        return Err("not_in_channel".into());
    }
    remove(room, &id, &user)?;
    Ok(json!({}))
}

/// `conversations.members`.
pub(crate) fn members(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "read")?;
    let (start, limit) = (cursor_start(call)?, call.number("limit", 100).clamp(1, PAGE_MAX));
    let members = &room.see(&id)?.members;
    let page: Vec<&String> = members.iter().skip(start).take(limit).collect();
    let next = (start + page.len() < members.len()).then_some(start + limit);
    Ok(json!({ "members": page, "response_metadata": cursor(next) }))
}

/// `conversations.open`: the direct channel with a member.
pub(crate) fn open(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = match call.filled("channel") {
        Some(_) => room.channel_id(call)?,
        None => {
            let users = invited(call)?;
            let [user] = users.as_slice() else { return Err("not_enough_users".into()) };
            let user = room.data.slack.find_user(&room.team, user).ok_or("user_not_found")?.id.clone();
            let me = room.token.user.clone();
            let Data { slack, serial, .. } = &mut *room.data;
            slack.direct_channel(serial, &room.team, [&me, &user])
        }
    };
    posting::announce_channel(room.world, &room.data, &id);
    if call.flag("return_im") {
        return shown(room, &id);
    }
    Ok(json!({ "channel": { "id": id } }))
}

/// Refuses when the app is not in the channel.
pub(crate) fn is_inside(room: &Room<'_>, id: &str) -> Result<(), Refusal> {
    if room.see(id)?.has(&room.token.user) { Ok(()) } else { Err("not_in_channel".into()) }
}

/// Adds a member, with the post that says so, and tells the app if it is in the channel.
pub(crate) fn add(room: &mut Room<'_>, id: &str, user: &str, inviter: Option<&str>) -> Result<(), Refusal> {
    let ts = room.data.serial.next();
    room.channel_mut(id)?.members.push(user.to_owned());
    posting::announce_channel(room.world, &room.data, id);
    let bot = room.data.slack.team(&room.team).map(|team| team.bot_user.clone());
    let post = Post {
        ts,
        user: user.to_owned(),
        text: format!("<@{user}> has joined the channel"),
        subtype: Some("channel_join".to_owned()),
        ..Post::default()
    };
    let said = posting::store(room.world, &mut room.data, id, post);
    let channel = room.data.slack.channels.get(id).ok_or("channel_not_found")?;
    if bot.is_some_and(|bot| channel.has(&bot)) {
        let joined = events::membership("member_joined_channel", channel, user, inviter);
        room.tell(joined);
        said.into_iter().for_each(|event| room.tell(event));
    }
    Ok(())
}

/// Removes a member and tells the app; its own going is `channel_left`.
pub(crate) fn remove(room: &mut Room<'_>, id: &str, user: &str) -> Result<(), Refusal> {
    let by = room.token.user.clone();
    room.channel_mut(id)?.members.retain(|member| member != user);
    posting::announce_channel(room.world, &room.data, id);
    let bot = room.data.slack.team(&room.team).map(|team| team.bot_user.clone());
    let channel = room.data.slack.channels.get(id).ok_or("channel_not_found")?;
    let mut told = Vec::new();
    if bot.as_deref() == Some(user) {
        told.push(events::channel_fate("channel_left", channel, &by));
    }
    if bot.is_some_and(|bot| bot == user || channel.has(&bot)) {
        told.push(events::membership("member_left_channel", channel, user, None));
    }
    told.into_iter().for_each(|event| room.tell(event));
    Ok(())
}

/// Lets somebody in, by the hand of an owner; one of another company makes the channel shared.
pub(crate) fn let_in(room: &mut Room<'_>, id: &str, user: &str) -> Result<(), Refusal> {
    let home = room.data.slack.users.get(user).map(|user| user.team.clone()).ok_or("user_not_found")?;
    let by = room.data.slack.team(&room.team).and_then(|team| team.users.first().cloned());
    if room.channel_mut(id)?.has(user) {
        return Err("already_in_channel".into());
    }
    if home != room.team {
        share_with(room, id, &home)?;
    }
    add(room, id, user, by.as_deref())
}

/// Makes a channel one that another company is in too.
pub(crate) fn share_with(room: &mut Room<'_>, id: &str, company: &str) -> Result<(), Refusal> {
    let channel = room.channel_mut(id)?;
    if channel.shared_with.iter().any(|known| known == company) {
        return Ok(());
    }
    channel.shared_with.push(company.to_owned());
    posting::announce_channel(room.world, &room.data, id);
    let at = ids::ts(room.data.serial.next());
    room.tell(json!({ "type": "channel_shared", "connected_team_id": company, "channel": id, "event_ts": at }));
    Ok(())
}

/// Ends the sharing of a channel; those of other companies leave it.
pub(crate) fn unshare(room: &mut Room<'_>, id: &str) -> Result<(), Refusal> {
    let companies = std::mem::take(&mut room.channel_mut(id)?.shared_with);
    let strangers: Vec<String> = {
        let slack = &room.data.slack;
        let is_stranger = |user: &&String| slack.users.get(*user).is_some_and(|user| companies.contains(&user.team));
        slack
            .channels
            .get(id)
            .map(|channel| channel.members.iter().filter(is_stranger).cloned().collect())
            .unwrap_or_default()
    };
    for stranger in strangers {
        remove(room, id, &stranger)?;
    }
    for company in companies {
        let at = ids::ts(room.data.serial.next());
        room.tell(json!({
            "type": "channel_unshared", "previously_connected_team_id": company, "channel": id, "is_ext_shared": false, "event_ts": at,
        }));
    }
    posting::announce_channel(room.world, &room.data, id);
    Ok(())
}

fn invited(call: &Call) -> Result<Vec<String>, Refusal> {
    let listed = call
        .json
        .get("users")
        .and_then(|users| users.as_array())
        .map(|users| users.iter().filter_map(|user| user.as_str().map(str::to_owned)).collect::<Vec<String>>());
    let users = listed.or_else(|| {
        let text = call.filled("users")?;
        Some(text.split(',').map(|user| user.trim().to_owned()).collect())
    });
    users.filter(|users| !users.is_empty()).ok_or_else(|| "no_user".into())
}
