//! Buttons pressed and menus used in posts.

use serde_json::{Value, json};

use super::{add_circumstances, channel_of, interaction, response_url};
use crate::{
    hooks::Hook,
    ids,
    slack::{elements, triggers, wire},
    state::{
        Data,
        slack::{Channel, User},
    },
    world::World,
};

/// A press of a button or a choice in a menu.
pub(crate) struct Press {
    pub(crate) user: User,
    pub(crate) channel: String,
    pub(crate) message_ts: u64,
    pub(crate) action_id: String,
    pub(crate) block_id: Option<String>,
    /// The button's value, or what is chosen.
    pub(crate) value: Value,
}

/// What the pressed element stands in.
struct Place {
    /// As the payload shows it; Slack keeps private posts to itself.
    message: Option<Value>,
    blocks: Value,
    thread: Option<u64>,
}

/// Prepares the request of a press; a sentence when there is no such post or choice.
pub(crate) fn press(world: &World, data: &mut Data, press: &Press) -> Result<Hook, String> {
    let address = response_url(data, (&press.user, &press.channel), Some(press.message_ts));
    let trigger = triggers::issue(data, &press.user, Some(&press.channel), None);
    let at = ids::ts(data.serial.next());
    let channel = data.slack.channels.get(&press.channel).ok_or("There is no such channel")?;
    let place = place(data, channel, press.message_ts).ok_or("There is no such message to press a button of")?;
    let (action, state) = action(data, press, (&place.blocks, &at))?;
    let mut container = json!({
        "type": "message", "message_ts": ids::ts(press.message_ts), "channel_id": channel.id,
        "is_ephemeral": place.message.is_none(),
    });
    if let Some(root) = place.thread {
        container["thread_ts"] = ids::ts(root).into();
    }
    let mut payload = json!({
        "type": "block_actions",
        "container": container,
        "trigger_id": trigger,
        "channel": channel_of(channel),
        "state": { "values": state },
        "response_url": format!("{}/actions/{address}", world.slack_url),
        "actions": [action],
    });
    if let Some(message) = place.message {
        payload["message"] = message;
    }
    add_circumstances(&mut payload, &data.slack, (&channel.team, &press.user));
    Ok(interaction(data, &format!("block_actions:{}", press.action_id), &payload))
}

fn place(data: &Data, channel: &Channel, ts: u64) -> Option<Place> {
    if let Some(post) = channel.posts.get(&ts) {
        let message = wire::post(&data.slack, channel, post, true);
        let attached = message["attachments"].as_array().into_iter().flatten();
        let inside = attached.flat_map(|attachment| attachment["blocks"].as_array().into_iter().flatten());
        let all = message["blocks"].as_array().into_iter().flatten().chain(inside).cloned().collect();
        return Some(Place { message: Some(message), blocks: all, thread: post.thread });
    }
    let notice = data.slack.ephemerals.iter().find(|notice| notice.ts == ts && notice.channel == channel.id)?;
    Some(Place { message: None, blocks: notice.blocks.clone().unwrap_or_default(), thread: notice.thread })
}

/// The entry of `actions` and the state of all elements of the post.
fn action(data: &Data, press: &Press, (blocks, at): (&Value, &str)) -> Result<(Value, Value), String> {
    let plain = press.value.as_str().unwrap_or_default();
    let Some((block, element)) = elements::find(blocks, press.block_id.as_deref(), &press.action_id) else {
        let block = json!({ "block_id": press.block_id.as_deref().unwrap_or("b1") });
        let button = json!({ "type": "button", "action_id": press.action_id });
        return Ok((elements::action((&block, &button), None, plain, at), json!({})));
    };
    let hand = elements::Hand { slack: &data.slack, team: &press.user.team, offered: &[] };
    let entry = match elements::untouched(element) {
        Some(_) => Some(elements::entered(&hand, element, &press.value)?),
        None => None,
    };
    let mut state = json!({});
    for (around, part) in elements::of_blocks(blocks) {
        let is_pressed = std::ptr::eq(part, element);
        let held = if is_pressed { entry.clone() } else { elements::untouched(part) };
        if let (Some(held), Some(block_id), Some(id)) = (held, around["block_id"].as_str(), part["action_id"].as_str())
        {
            state[block_id][id] = held;
        }
    }
    Ok((elements::action((block, element), entry.as_ref(), plain, at), state))
}
