//! What members do with the app's surfaces: shortcuts, commands, modals, the home tab.
//!
//! A view may be left out in an order: then it is the topmost modal of the member. `home` means the home tab.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Act, needed, outcome_of,
    people::{team_of, timestamp, who_and_where},
};
use crate::{
    hooks, ids,
    slack::{
        events,
        interactions::{commands, shortcuts, suggest, view_acts},
        surfaces,
    },
    state::{Data, slack::User},
    wire::call::Call,
    world::World,
};

/// `POST /api/slack/command` `{user, channel, command, text}`.
pub(crate) async fn command(world: &Arc<World>, call: &Call) -> Act {
    let (user, channel) = who_and_where(&mut world.data(), call)?;
    let (command, text) = (needed(call, "command")?, call.text("text").unwrap_or_default());
    if call.filled("thread_ts").is_some() {
        return Err((422, format!("{command} is not supported in threads. Sorry!")));
    }
    let outcome = commands::command(world, &user, &channel, (&command, &text)).await;
    Ok(outcome_of(outcome.map_err(refused)?))
}

/// `POST /api/slack/shortcut` `{user, callback_id, channel?, message_ts?}`: of a post if one is named, else global.
pub(crate) async fn shortcut(world: &Arc<World>, call: &Call) -> Act {
    let callback_id = needed(call, "callback_id")?;
    let hook = {
        let mut data = world.data();
        if call.filled("message_ts").is_some() {
            let (user, channel) = who_and_where(&mut data, call)?;
            let ts = timestamp(call, "message_ts")?;
            shortcuts::of_post(world, &mut data, (&user, &callback_id), (&channel, ts)).map_err(refused)?
        } else {
            let user = member(&data, call)?;
            shortcuts::global(&mut data, (&user, &callback_id))
        }
    };
    Ok(outcome_of(hooks::deliver(world, hook).await))
}

/// `GET /api/slack/views?user=`: modals, the lowest first, and the home tab of a member.
pub(crate) fn read(world: &World, call: &Call) -> Act {
    let data = world.data();
    let user = member(&data, call)?;
    Ok(surfaces::views_of(&data.slack, &user.id))
}

/// `POST /api/slack/view/fill` `{user, view_id?, values: {block_id: {action_id: value}}}`.
pub(crate) fn fill(world: &World, call: &Call) -> Act {
    let mut data = world.data();
    let (user, view_id) = whose_view(&data, call)?;
    view_acts::fill(&mut data, &user, &view_id, &values(call)).map_err(refused)?;
    let view = data.slack.surfaces.get(&view_id).ok_or((422, "The view is gone.".to_owned()))?;
    surfaces::tell_page(world, &data.slack, &user.id);
    Ok(json!({ "view_id": view_id, "values": surfaces::values(view) }))
}

/// `POST /api/slack/view/act` `{user, view_id?, block_id?, action_id, value?, typing?}`: uses an element.
pub(crate) async fn act(world: &Arc<World>, call: &Call) -> Act {
    let (view_id, hook) = {
        let mut data = world.data();
        let (user, view_id) = whose_view(&data, call)?;
        let act = view_acts::Act {
            block_id: call.filled("block_id"),
            action_id: needed(call, "action_id")?,
            value: call.json.get("value").cloned().unwrap_or_default(),
            typing: call.filled("typing"),
        };
        let hook = view_acts::act(world, &mut data, &user, (&view_id, &act)).map_err(refused)?;
        (view_id, hook)
    };
    let told = hook.is_some();
    let outcome = match hook {
        Some(hook) => hooks::deliver(world, hook).await,
        None => None,
    };
    let mut answer = outcome_of(outcome);
    answer["view_id"] = json!(view_id);
    answer["told"] = told.into();
    Ok(answer)
}

/// `POST /api/slack/view/submit` `{user, view_id?, values?}`: a modal is sent off, unless Slack itself complains.
pub(crate) async fn submit(world: &Arc<World>, call: &Call) -> Act {
    let (user, view_id, hook) = {
        let mut data = world.data();
        let (user, view_id) = whose_view(&data, call)?;
        view_acts::fill(&mut data, &user, &view_id, &values(call)).map_err(refused)?;
        let complaints = view_acts::complaints(&data, &view_id);
        if complaints.as_object().is_some_and(|complaints| !complaints.is_empty()) {
            return Ok(
                json!({ "webhook_status": null, "outcome": "incomplete", "view_id": view_id, "errors": complaints }),
            );
        }
        let hook = view_acts::submit(world, &mut data, &user, &view_id).map_err(refused)?;
        (user, view_id, hook)
    };
    let outcome = hooks::deliver(world, hook).await;
    let became = view_acts::follow(world, &user, &view_id, outcome.as_ref());
    let errors = world.data().slack.surfaces.get(&view_id).map(|view| view.errors.clone());
    let mut answer = outcome_of(outcome);
    answer["view_id"] = json!(view_id);
    answer["outcome"] = became.into();
    answer["errors"] = errors.unwrap_or_default();
    Ok(answer)
}

/// `POST /api/slack/view/close` `{user, view_id?, all?}`.
pub(crate) async fn close(world: &Arc<World>, call: &Call) -> Act {
    let hooks = {
        let mut data = world.data();
        let (user, view_id) = whose_view(&data, call)?;
        view_acts::close(world, &mut data, &user, &view_id, call.flag("all")).map_err(refused)?
    };
    let told = hooks.len();
    let mut last = None;
    for hook in hooks {
        last = hooks::deliver(world, hook).await;
    }
    let mut answer = outcome_of(last);
    answer["told"] = told.into();
    Ok(answer)
}

/// `POST /api/slack/view/suggest` `{user, view_id?, block_id?, action_id, value}`: the options for what was typed.
pub(crate) async fn suggest(world: &Arc<World>, call: &Call) -> Act {
    let (menu, hook) = {
        let data = world.data();
        let (user, view_id) = whose_view(&data, call)?;
        let menu = suggest::Menu { view_id, block_id: call.filled("block_id"), action_id: needed(call, "action_id")? };
        let typed = call.text("value").unwrap_or_default();
        let hook = suggest::ask(&data, &user, &menu, &typed).map_err(refused)?;
        (menu, hook)
    };
    let outcome = hooks::deliver(world, hook).await;
    let options = suggest::take(&mut world.data(), &menu, outcome.as_ref());
    let mut answer = outcome_of(outcome);
    answer["options"] = options;
    Ok(answer)
}

/// `POST /api/slack/home` `{user, tab?: "home" | "messages"}`: a member opens the app's page.
pub(crate) async fn home(world: &Arc<World>, call: &Call) -> Act {
    let tab = call.filled("tab").unwrap_or_else(|| "home".to_owned());
    let (team, channel, event) = {
        let mut data = world.data();
        let user = member(&data, call)?;
        let bot = data.slack.team(&user.team).map(|team| team.bot_user.clone()).unwrap_or_default();
        let Data { slack, serial, .. } = &mut *data;
        let channel = slack.direct_channel(serial, &user.team, [&bot, &user.id]);
        let at = ids::ts(serial.next());
        let mut event =
            json!({ "type": "app_home_opened", "user": user.id, "channel": channel, "tab": tab, "event_ts": at });
        if let Some(view) = slack.surfaces.get(&surfaces::home_id(&user.id)).filter(|_| tab == "home") {
            event["view"] = surfaces::show(slack, view);
        }
        (user.team, channel, event)
    };
    let mut answer = outcome_of(events::emit_and_wait(world, &team, vec![event]).await);
    answer["channel"] = json!(channel);
    Ok(answer)
}

/// The member that an order names.
pub(crate) fn member(data: &Data, call: &Call) -> Result<User, (u16, String)> {
    let wanted = needed(call, "user")?;
    let team = data.slack.users.get(&wanted).map_or_else(|| team_of(data, call), |user| user.team.clone());
    data.slack.find_user(&team, &wanted).cloned().ok_or((422, format!("There is no member {wanted}.")))
}

fn whose_view(data: &Data, call: &Call) -> Result<(User, String), (u16, String)> {
    let user = member(data, call)?;
    match call.filled("view_id").as_deref() {
        Some("home") => Ok((user.clone(), surfaces::home_id(&user.id))),
        Some(id) => Ok((user, id.to_owned())),
        None => {
            let top = surfaces::stack(&data.slack, &user.id).pop();
            top.map(|top| (user, top)).ok_or((422, "No modal is open.".to_owned()))
        }
    }
}

fn values(call: &Call) -> Value {
    call.json.get("values").cloned().unwrap_or_else(|| json!({}))
}

fn refused(sentence: String) -> (u16, String) {
    (422, sentence)
}
