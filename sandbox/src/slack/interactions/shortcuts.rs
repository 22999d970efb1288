//! Shortcuts: entries that the app has in the menu of a post, and in the menu beside the composer.

use serde_json::json;

use super::{add_circumstances, channel_of, interaction, response_url};
use crate::{
    hooks::Hook,
    ids,
    slack::{triggers, wire},
    state::{Data, slack::User},
    world::World,
};

/// Prepares the request of a shortcut of a post; a sentence when there is no such post.
pub(crate) fn of_post(
    world: &World,
    data: &mut Data,
    (user, callback_id): (&User, &str),
    (channel, ts): (&str, u64),
) -> Result<Hook, String> {
    let address = response_url(data, (user, channel), Some(ts));
    let trigger = triggers::issue(data, user, Some(channel), None);
    let at = ids::ts(data.serial.next());
    let channel = data.slack.channels.get(channel).ok_or("There is no such channel")?;
    let post = channel.posts.get(&ts).ok_or("There is no such message")?;
    let mut payload = json!({
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": at,
        "trigger_id": trigger,
        "response_url": format!("{}/actions/{address}", world.slack_url),
        "message_ts": ids::ts(ts),
        "channel": channel_of(channel),
        "message": wire::post(&data.slack, channel, post, true),
    });
    add_circumstances(&mut payload, &data.slack, (&channel.team, user));
    Ok(interaction(data, &format!("message_action:{callback_id}"), &payload))
}

/// Prepares the request of a global shortcut, which knows no channel.
pub(crate) fn global(data: &mut Data, (user, callback_id): (&User, &str)) -> Hook {
    let trigger = triggers::issue(data, user, None, None);
    let at = ids::ts(data.serial.next());
    let mut payload = json!({ "type": "shortcut", "callback_id": callback_id, "action_ts": at, "trigger_id": trigger });
    add_circumstances(&mut payload, &data.slack, (&user.team, user));
    interaction(data, &format!("shortcut:{callback_id}"), &payload)
}
