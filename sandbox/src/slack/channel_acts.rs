//! What members do with channels: make, archive, delete, rename them; put the app out or let it in.

use serde_json::json;

use super::{
    conversations, events, membership, names, posting,
    room::{Refusal, Room},
};
use crate::{
    ids,
    state::{
        Data,
        slack::{Channel, Kind, Post},
    },
};

/// Makes a channel whose only member is who stands in the room; answers its id.
pub(crate) fn create(room: &mut Room<'_>, name: &str, is_private: bool) -> Result<String, Refusal> {
    names::check(name)?;
    conversations::free_name(room, name)?;
    let made = room.data.serial.next();
    let channel = Channel {
        id: ids::slack("C", made),
        team: room.team.clone(),
        name: name.to_owned(),
        kind: if is_private { Kind::Group } else { Kind::Channel },
        created: made,
        creator: room.token.user.clone(),
        members: vec![room.token.user.clone()],
        ..Channel::default()
    };
    if channel.kind == Kind::Channel {
        room.tell(events::channel_named("channel_created", &channel));
    }
    let id = channel.id.clone();
    room.data.slack.add_channel(channel);
    posting::announce_channel(room.world, &room.data, &id);
    Ok(id)
}

/// Does one of the acts of the control API; `bot` is the app's user.
pub(crate) fn act(
    room: &mut Room<'_>,
    id: &str,
    (action, bot): (&str, &str),
    name: Option<String>,
) -> Result<(), Refusal> {
    let by = room.token.user.clone();
    let is_in = |room: &Room<'_>| room.data.slack.channels.get(id).is_some_and(|channel| channel.has(bot));
    match action {
        "archive" => conversations::set_archived(room, id, true).map(drop),
        "unarchive" => conversations::set_archived(room, id, false).map(drop),
        "delete" => delete(room, id),
        "rename" => {
            let name = name.ok_or("invalid_name_required")?;
            names::check(&name)?;
            conversations::free_name(room, &name)?;
            conversations::take_name(room, id, &name)
        }
        "kick_app" if is_in(room) => membership::remove(room, id, bot),
        "join_app" if !is_in(room) => membership::add(room, id, bot, Some(&by)),
        "kick_app" | "join_app" => Ok(()),
        "join" => membership::let_in(room, id, &by),
        "leave" => membership::remove(room, id, &by),
        "make_private" => make_private(room, id),
        "share" => share(room, id, &name.unwrap_or_else(|| "Southwind".to_owned())),
        "unshare" => membership::unshare(room, id),
        _ => Err("unknown_action".into()),
    }
}

/// A public channel becomes private, under the same id.
fn make_private(room: &mut Room<'_>, id: &str) -> Result<(), Refusal> {
    let by = room.token.user.clone();
    let ts = room.data.serial.next();
    room.channel_mut(id)?.kind = Kind::Group;
    posting::announce_channel(room.world, &room.data, id);
    let post = Post {
        ts,
        user: by.clone(),
        text: format!("<@{by}> made this channel private"),
        subtype: Some("channel_convert_to_private".to_owned()),
        ..Post::default()
    };
    let said = posting::store(room.world, &mut room.data, id, post);
    said.into_iter().for_each(|event| room.tell(event));
    Ok(())
}

/// Another company comes into the channel, with one of its people.
fn share(room: &mut Room<'_>, id: &str, company: &str) -> Result<(), Refusal> {
    let Data { slack, serial, .. } = &mut *room.data;
    let company = slack.other_company(serial, company);
    let person = slack.team(&company).and_then(|team| team.users.first().cloned()).ok_or("team_not_found")?;
    membership::let_in(room, id, &person)
}

fn delete(room: &mut Room<'_>, id: &str) -> Result<(), Refusal> {
    let by = room.token.user.clone();
    let channel = room.data.slack.channels.remove(id).ok_or("channel_not_found")?;
    let team = room.team.clone();
    if let Some(team) = room.data.slack.team_mut(&team) {
        team.channels.retain(|own| own != id);
        team.names.remove(&channel.name);
    }
    room.tell(events::channel_fate("channel_deleted", &channel, &by));
    room.world.feed.publish("slack.channel", || json!({ "id": id, "name": channel.name, "is_deleted": true }));
    Ok(())
}
