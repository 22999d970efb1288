//! Posts made, changed and removed, whoever does it: stored, noted in the ledger, shown on the page, told to the app.
//!
//! Each function answers the event for the app, or `None` when the app is not in the channel.

use serde_json::{Value, json};

use super::{events, wire};
use crate::{
    ids,
    state::{
        Data,
        slack::{Channel, Edited, Ephemeral, Post},
    },
    world::World,
};

/// Stores a new post.
pub(crate) fn store(world: &World, data: &mut Data, channel: &str, post: Post) -> Option<Value> {
    if post.subtype.as_deref().is_none_or(|subtype| subtype != "channel_join") {
        data.ledger.posted(channel, &post);
    }
    let ts = post.ts;
    data.slack.channels.get_mut(channel)?.insert(post);
    announce(world, data, channel, ts);
    let channel = data.slack.channels.get(channel)?;
    events::posted(&data.slack, channel, channel.posts.get(&ts)?)
}

/// Changes a post; `by` is who did it, and nothing is marked as edited without it.
pub(crate) fn edit(
    world: &World,
    data: &mut Data,
    place: (&str, u64),
    by: &str,
    change: impl FnOnce(&mut Post),
) -> Option<Value> {
    let (channel, ts) = place;
    let at = data.serial.next();
    let post = data.slack.channels.get_mut(channel)?.posts.get_mut(&ts)?;
    let before: Post = (**post).clone();
    let row = post.edit();
    change(row);
    row.edited = Some(Edited { user: by.to_owned(), ts: at });
    announce(world, data, channel, ts);
    let channel = data.slack.channels.get(channel)?;
    events::changed(&data.slack, channel, (&before, channel.posts.get(&ts)?), at)
}

/// Removes a post.
pub(crate) fn remove(world: &World, data: &mut Data, channel: &str, ts: u64) -> Option<Value> {
    let at = data.serial.next();
    let was = data.slack.channels.get_mut(channel)?.remove(ts)?;
    world.feed.publish("slack.message_deleted", || json!({ "channel": channel, "ts": ids::ts(ts) }));
    let left = data.slack.channels.get(channel)?.posts.contains_key(&ts);
    if left {
        announce(world, data, channel, ts);
    } else if let Some(root) = was.thread {
        announce(world, data, channel, root);
    }
    let channel = data.slack.channels.get(channel)?;
    events::deleted(&data.slack, channel, &was, at)
}

/// Shows a post to one member only.
pub(crate) fn whisper(world: &World, data: &mut Data, ephemeral: Ephemeral) {
    world.feed.publish("slack.ephemeral", || ephemeral_view(&ephemeral));
    data.slack.ephemerals.push(ephemeral);
}

/// Takes a private post away.
pub(crate) fn unwhisper(world: &World, data: &mut Data, channel: &str, ts: u64) {
    let gone = data.slack.ephemerals.iter().position(|notice| notice.channel == channel && notice.ts == ts);
    let Some(place) = gone else { return };
    let notice = data.slack.ephemerals.remove(place);
    world.feed.publish("slack.ephemeral", || {
        let mut event = ephemeral_view(&notice);
        event["deleted"] = true.into();
        event
    });
}

/// A private post as the page shows it.
pub(crate) fn ephemeral_view(ephemeral: &Ephemeral) -> Value {
    json!({
        "channel": ephemeral.channel, "thread_ts": ephemeral.thread.map(ids::ts), "user": ephemeral.user,
        "text": ephemeral.text, "blocks": ephemeral.blocks, "ts": ids::ts(ephemeral.ts),
    })
}

/// Tells the page about a post, and about the root of its thread, whose count of replies is new.
pub(crate) fn announce(world: &World, data: &Data, channel: &str, ts: u64) {
    let Some(channel) = data.slack.channels.get(channel) else { return };
    let Some(post) = channel.posts.get(&ts) else { return };
    world.feed.publish("slack.message", || wire::post_view(&data.slack, channel, post));
    if let Some(root) = post.thread.and_then(|root| channel.posts.get(&root)) {
        world.feed.publish("slack.message", || wire::post_view(&data.slack, channel, root));
    }
}

/// Tells the page about a new or changed channel, without its posts.
pub(crate) fn announce_channel(world: &World, data: &Data, channel: &str) {
    if let Some(channel) = data.slack.channels.get(channel) {
        world.feed.publish("slack.channel", || channel_view(data, channel));
    }
}

/// A channel as the page shows it, without its posts.
pub(crate) fn channel_view(data: &Data, channel: &Channel) -> Value {
    let bot = data.slack.team(&channel.team).map(|team| team.bot_user.as_str());
    json!({
        "id": channel.id,
        "name": channel.name,
        "is_archived": channel.archived,
        "is_im": channel.kind == crate::state::slack::Kind::Im,
        "is_private": channel.kind != crate::state::slack::Kind::Channel,
        "is_member": bot.is_some_and(|bot| channel.has(bot)),
        "is_ext_shared": wire::is_shared(channel),
        "members": channel.members,
        "topic": channel.topic,
        "purpose": channel.purpose,
    })
}
