//! What else happens in Slack: buttons, commands, channels archived or lost, raw events, the app removed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Act, needed, outcome_of,
    people::{channel_team, team_of, timestamp, who_and_where},
};
use crate::{
    hooks::{self, Hook},
    slack::{
        self, events,
        interactions::press::{self, Press},
        room::{Refusal, Room},
    },
    wire::call::Call,
    world::World,
};

/// `POST /api/slack/press`.
pub(crate) async fn press(world: &Arc<World>, call: &Call) -> Act {
    let hook = {
        let mut data = world.data();
        let (user, channel) = who_and_where(&mut data, call)?;
        let press = Press {
            user,
            channel,
            message_ts: timestamp(call, "message_ts")?,
            action_id: needed(call, "action_id")?,
            block_id: call.filled("block_id"),
            value: call.json.get("value").cloned().unwrap_or_default(),
        };
        press::press(world, &mut data, &press).map_err(|sentence| (422, sentence))?
    };
    Ok(outcome_of(hooks::deliver(world, hook).await))
}

/// `POST /api/slack/dismiss` `{user, channel, ts}`: a member puts a private post away.
pub(crate) fn dismiss(world: &World, call: &Call) -> Act {
    let mut data = world.data();
    let (_, channel) = who_and_where(&mut data, call)?;
    let ts = timestamp(call, "ts")?;
    slack::posting::unwhisper(world, &mut data, &channel, ts);
    Ok(json!({}))
}

/// `POST /api/slack/channel`.
pub(crate) async fn channel(world: &Arc<World>, call: &Call) -> Act {
    let action = needed(call, "action")?;
    let (user, channel) = match action.as_str() {
        "create" => return create(world, call).await,
        _ => who_and_where(&mut world.data(), call)?,
    };
    let (team, told) = {
        let team = channel_team(&world.data(), &channel, &user);
        let mut room = Room::of_app(world, &team).ok_or((422, "There is no such team.".to_owned()))?;
        let bot = std::mem::replace(&mut room.token.user, user.id.clone());
        slack::act_on_channel(&mut room, &channel, (&action, &bot), call.filled("name")).map_err(explain)?;
        room.leave()
    };
    let mut answer = outcome_of(events::emit_and_wait(world, &team, told).await);
    answer["channel"] = json!(channel);
    Ok(answer)
}

/// `POST /api/slack/event`: anything in the envelope of an event; `url_verification` without one.
pub(crate) async fn event(world: &Arc<World>, call: &Call) -> Act {
    let event =
        call.json.get("event").cloned().filter(Value::is_object).ok_or((422, "\"event\" is missing.".to_owned()))?;
    let hook = {
        let mut data = world.data();
        let team = team_of(&data, call);
        let body = if event["type"] == "url_verification" {
            event
        } else {
            let wrapped = events::envelope(&mut data, &team, event, call.filled("event_id"));
            wrapped.ok_or((422, "There is no such team.".to_owned()))?
        };
        let mut hook = events::hook(&data, &body);
        hook.rule = hooks::Rule::Once;
        hook.headers = extra_headers(call);
        hook
    };
    let copies = call.number("copies", 1).max(1);
    let sent = futures_util::future::join_all((0..copies).map(|_| hooks::deliver(world, hook.clone()))).await;
    let deliveries: Vec<Value> = sent.into_iter().map(outcome_of).collect();
    let first = deliveries.first().cloned().unwrap_or_default();
    Ok(json!({ "event_id": hook.key, "webhook_status": first["webhook_status"], "deliveries": deliveries }))
}

/// `POST /api/slack/uninstall`.
pub(crate) fn uninstall(world: &Arc<World>, call: &Call) -> Value {
    let ended = {
        let mut data = world.data();
        let team = team_of(&data, call);
        slack::end_installation(world, &mut data, &team).map(|farewell| (team, farewell))
    };
    let was_installed = ended.is_some();
    if let Some((team, farewell)) = ended {
        events::emit_farewell(world, &team, farewell);
    }
    json!({ "uninstalled": was_installed })
}

async fn create(world: &Arc<World>, call: &Call) -> Act {
    let name = needed(call, "name")?;
    let (team, id, told) = {
        let team = team_of(&world.data(), call);
        let mut room = Room::of_app(world, &team).ok_or((422, "There is no such team.".to_owned()))?;
        let wanted = needed(call, "user")?;
        let unknown = (422, format!("There is no member {wanted}."));
        room.token.user = room.data.slack.find_user(&team, &wanted).ok_or(unknown)?.id.clone();
        let id = slack::create_channel(&mut room, &name, call.flag("is_private")).map_err(explain)?;
        let (team, told) = room.leave();
        (team, id, told)
    };
    let mut answer = outcome_of(events::emit_and_wait(world, &team, told).await);
    answer["channel"] = json!(id);
    Ok(answer)
}

fn extra_headers(call: &Call) -> Vec<(String, String)> {
    let given = call.json.get("headers").and_then(|headers| headers.as_object());
    let mut headers: Vec<(String, String)> = given
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    if let Some(number) = call.filled("retry_num") {
        headers.push(("X-Slack-Retry-Num".to_owned(), number));
        headers.push((
            "X-Slack-Retry-Reason".to_owned(),
            call.filled("retry_reason").unwrap_or_else(|| "http_timeout".to_owned()),
        ));
    }
    headers
}

fn explain(refusal: Refusal) -> (u16, String) {
    (422, format!("Slack refuses: {}.", refusal.code))
}

/// Sends a webhook that was prepared, for the raw call.
pub(crate) async fn deliver(world: &Arc<World>, hook: Hook) -> Value {
    outcome_of(hooks::deliver(world, hook).await)
}
