//! Buttons pressed, commands typed and modals sent by members: the requests that Slack makes of them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{answers, events, wire};
use crate::{
    hooks::{self, Hook, Outcome, Rule, Signing},
    ids,
    options::{APP_ID, VERIFICATION_TOKEN},
    state::{
        Data, Vendor,
        slack::{Channel, ResponseUrl, Team, User},
    },
    world::World,
};

const INTERACTIONS_PATH: &str = "/webhooks/slack/interactions";
const COMMANDS_PATH: &str = "/webhooks/slack/commands";

/// A press of a button or a choice in a menu.
pub(crate) struct Press {
    pub(crate) user: User,
    pub(crate) channel: String,
    pub(crate) message_ts: u64,
    pub(crate) action_id: String,
    pub(crate) block_id: Option<String>,
    pub(crate) value: String,
}

/// Prepares the request of a press; a sentence when there is no such post.
pub(crate) fn press(world: &World, data: &mut Data, press: &Press) -> Result<Hook, String> {
    let address = response_url(data, (&press.user, &press.channel), Some(press.message_ts));
    let trigger = trigger(data);
    let channel = data.slack.channels.get(&press.channel).ok_or("There is no such channel")?;
    let team = data.slack.team(&channel.team).ok_or("There is no such team")?;
    let notice =
        data.slack.ephemerals.iter().find(|notice| notice.ts == press.message_ts && notice.channel == channel.id);
    let (message, is_ephemeral, thread) = match (channel.posts.get(&press.message_ts), notice) {
        (Some(post), _) => (wire::post(&data.slack, channel, post, true), false, post.thread),
        (None, Some(notice)) => {
            let message = json!({ "type": "message", "text": notice.text, "blocks": notice.blocks, "ts": ids::ts(notice.ts), "bot_id": team.bot_id, "user": team.bot_user });
            (message, true, notice.thread)
        }
        (None, None) => return Err("There is no such message to press a button of".to_owned()),
    };
    let at = data.serial.next();
    let mut container = json!({
        "type": "message", "message_ts": ids::ts(press.message_ts), "channel_id": channel.id, "is_ephemeral": is_ephemeral,
    });
    if let Some(root) = thread {
        container["thread_ts"] = ids::ts(root).into();
    }
    let mut payload = json!({
        "type": "block_actions",
        "container": container,
        "channel": { "id": channel.id, "name": channel_name(channel) },
        "message": message,
        "state": { "values": {} },
        "response_url": format!("{}/actions/{address}", world.slack_url),
        "actions": [action(&message["blocks"], press, at)],
    });
    add_circumstances(&mut payload, (team, &press.user), &trigger);
    Ok(interaction(data, &format!("block_actions:{}", press.action_id), &payload))
}

/// Prepares the request of a modal sent off, with the values of its inputs.
pub(crate) fn submit(data: &mut Data, user: &User, view_id: &str, values: Value) -> Result<Hook, String> {
    let trigger = trigger(data);
    let mut view = data.slack.views.get(view_id).cloned().ok_or("There is no such view")?;
    view["state"] = json!({ "values": values });
    let team = data.slack.team(&user.team).ok_or("There is no such team")?;
    let mut payload = json!({ "type": "view_submission", "view": view, "response_urls": [] });
    add_circumstances(&mut payload, (team, user), &trigger);
    Ok(interaction(data, "view_submission", &payload))
}

/// Sends a command and shows what comes back; a sentence when there is no such channel.
pub(crate) async fn command(
    world: &Arc<World>,
    user: &User,
    channel: &str,
    (command, text): (&str, &str),
) -> Result<Option<Outcome>, String> {
    let (hook, address) = {
        let mut data = world.data();
        let secret = response_url(&mut data, (user, channel), None);
        let trigger = trigger(&mut data);
        let channel = data.slack.channels.get(channel).ok_or("There is no such channel")?;
        let team = data.slack.team(&channel.team).ok_or("There is no such team")?;
        let response_url = format!("{}/actions/{secret}", world.slack_url);
        let fields = [
            ("token", VERIFICATION_TOKEN),
            ("team_id", &team.id),
            ("team_domain", &team.domain),
            ("channel_id", &channel.id),
            ("channel_name", &channel_name(channel)),
            ("user_id", &user.id),
            ("user_name", &user.name),
            ("command", command),
            ("text", text),
            ("api_app_id", APP_ID),
            ("is_enterprise_install", "false"),
            ("response_url", &response_url),
            ("trigger_id", &trigger),
        ];
        let address = data.slack.response_urls.get(&secret).cloned().unwrap_or_default();
        (form(&data, format!("command:{command}"), COMMANDS_PATH, &fields), address)
    };
    let outcome = hooks::deliver(world, hook).await;
    if let Some(Ok(answer)) = &outcome {
        answers::at_once(world, &address, answer);
    }
    Ok(outcome)
}

fn interaction(data: &Data, key: &str, payload: &Value) -> Hook {
    form(data, key.to_owned(), INTERACTIONS_PATH, &[("payload", &payload.to_string())])
}

fn form(data: &Data, key: String, path: &str, fields: &[(&str, &str)]) -> Hook {
    Hook {
        vendor: Vendor::Slack,
        key,
        url: events::clerk(data, path),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        headers: Vec::new(),
        body: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes(),
        signing: Signing::Slack,
        rule: Rule::Once,
    }
}

fn add_circumstances(payload: &mut Value, (team, user): (&Team, &User), trigger: &str) {
    payload["user"] = json!({ "id": user.id, "username": user.name, "name": user.name, "team_id": team.id });
    payload["team"] = json!({ "id": team.id, "domain": team.domain });
    payload["api_app_id"] = APP_ID.into();
    payload["token"] = VERIFICATION_TOKEN.into();
    payload["trigger_id"] = trigger.into();
    payload["enterprise"] = Value::Null;
    payload["is_enterprise_install"] = false.into();
}

/// The pressed element in the form of `actions`, with what its block says about it.
fn action(blocks: &Value, press: &Press, at: u64) -> Value {
    let found = blocks.as_array().into_iter().flatten().find_map(|block| {
        let own_id = block["block_id"].as_str();
        let fits = press.block_id.as_deref().is_none_or(|wanted| own_id.is_none_or(|own| own == wanted));
        let inside = block["elements"].as_array().into_iter().flatten();
        let element = inside
            .chain([&block["accessory"], &block["element"]])
            .find(|element| element["action_id"] == press.action_id.as_str())?;
        fits.then(|| (element.clone(), own_id.map(str::to_owned)))
    });
    let (element, block_id) = found.unwrap_or_else(|| (json!({ "type": "button" }), None));
    let mut action = Map::new();
    action.insert("type".to_owned(), element["type"].clone());
    action.insert("action_id".to_owned(), json!(press.action_id));
    action.insert("block_id".to_owned(), json!(press.block_id.clone().or(block_id).unwrap_or_else(|| "b1".to_owned())));
    action.insert("action_ts".to_owned(), ids::ts(at).into());
    if element["type"] == "button" {
        action.insert("text".to_owned(), element["text"].clone());
        action.insert("value".to_owned(), json!(press.value));
        if !element["style"].is_null() {
            action.insert("style".to_owned(), element["style"].clone());
        }
    } else {
        let options = element["options"].as_array().into_iter().flatten();
        let chosen = options.into_iter().find(|option| option["value"] == press.value.as_str()).cloned();
        action.insert("selected_option".to_owned(), chosen.unwrap_or_else(|| json!({ "value": press.value })));
    }
    Value::Object(action)
}

fn response_url(data: &mut Data, (user, channel): (&User, &str), source: Option<u64>) -> String {
    let made = data.serial.next();
    let secret = format!("{}/{}/{:016x}", user.team, made, ids::mix(!made));
    let address = ResponseUrl {
        team: user.team.clone(),
        channel: channel.to_owned(),
        user: user.id.clone(),
        source,
        made,
        uses: 0,
    };
    data.slack.response_urls.insert(secret.clone(), address);
    secret
}

fn trigger(data: &mut Data) -> String {
    let serial = data.serial.next();
    format!("{serial}.{}.{:016x}{:016x}", ids::mix(serial) % 10_u64.pow(13), ids::mix(serial), ids::mix(!serial))
}

fn channel_name(channel: &Channel) -> String {
    match channel.kind {
        crate::state::slack::Kind::Im => "directmessage".to_owned(),
        crate::state::slack::Kind::Group => "privategroup".to_owned(),
        crate::state::slack::Kind::Channel => channel.name.clone(),
    }
}
