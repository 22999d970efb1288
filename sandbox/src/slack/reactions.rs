//! `reactions.*`: emoji on posts, by the app and by members.

use serde_json::{Value, json};

use super::{
    events, posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::slack::{Post, Reaction},
    wire::call::Call,
};

/// `reactions.add`.
pub(crate) fn add(room: &mut Room<'_>, call: &Call) -> Answer {
    change(room, call, true)
}

/// `reactions.remove`.
pub(crate) fn remove(room: &mut Room<'_>, call: &Call) -> Answer {
    change(room, call, false)
}

/// `reactions.get`.
pub(crate) fn get(room: &mut Room<'_>, call: &Call) -> Answer {
    let channel = room.channel_id(call)?;
    let post = room.post(&channel, call, "timestamp")?;
    let message = wire::post(&room.data.slack, room.see(&channel)?, post, false);
    Ok(json!({ "type": "message", "channel": channel, "message": message }))
}

fn change(room: &mut Room<'_>, call: &Call, add: bool) -> Answer {
    let name = call.filled("name").ok_or("invalid_name")?.trim_matches(':').to_owned();
    let channel = room.channel_id(call)?;
    if room.see(&channel)?.archived {
        return Err("is_archived".into());
    }
    let ts = room.post(&channel, call, "timestamp")?.ts;
    let user = room.token.user.clone();
    react(room, (&channel, ts), (&user, &name), add)?;
    Ok(json!({}))
}

/// A user adds or takes back an emoji; the app hears of it.
pub(crate) fn react(room: &mut Room<'_>, place: (&str, u64), who: (&str, &str), add: bool) -> Result<(), Refusal> {
    let (channel, ts) = place;
    let (user, name) = who;
    let row = room.channel_mut(channel)?.posts.get_mut(&ts).ok_or("message_not_found")?;
    let post = row.edit();
    let item_user = post.user.clone();
    if add {
        put(post, user, name)?;
    } else {
        take(post, user, name)?;
    }
    posting::announce(room.world, &room.data, channel, ts);
    let heard = room.data.slack.channels.get(channel).is_some_and(|channel| events::heard(&room.data.slack, channel));
    if heard {
        let kind = if add { "reaction_added" } else { "reaction_removed" };
        let at = room.data.serial.next();
        room.tell(event(kind, (user, name), &item_user, (place, at)));
    }
    Ok(())
}

fn event(kind: &str, (user, name): (&str, &str), item_user: &str, ((channel, ts), at): ((&str, u64), u64)) -> Value {
    json!({
        "type": kind,
        "user": user,
        "reaction": name,
        "item": { "type": "message", "channel": channel, "ts": ids::ts(ts) },
        "item_user": item_user,
        "event_ts": ids::ts(at),
    })
}

fn put(post: &mut Post, user: &str, name: &str) -> Result<(), Refusal> {
    match post.reactions.iter_mut().find(|reaction| reaction.name == name) {
        Some(reaction) if reaction.users.iter().any(|other| other == user) => return Err("already_reacted".into()),
        Some(reaction) => reaction.users.push(user.to_owned()),
        None => post.reactions.push(Reaction { name: name.to_owned(), users: vec![user.to_owned()] }),
    }
    Ok(())
}

fn take(post: &mut Post, user: &str, name: &str) -> Result<(), Refusal> {
    let reaction = post.reactions.iter_mut().find(|reaction| reaction.name == name).ok_or("no_reaction")?;
    let place = reaction.users.iter().position(|other| other == user).ok_or("no_reaction")?;
    reaction.users.remove(place);
    post.reactions.retain(|reaction| !reaction.users.is_empty());
    Ok(())
}
