//! What members do in modals and home tabs: fill in, use an element, send off, close; and what the app answers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{add_circumstances, interaction, response_url};
use crate::{
    hooks::{Hook, Outcome},
    ids,
    slack::{elements, surfaces, triggers},
    state::{
        Data,
        slack::User,
        surfaces::{Trigger, View},
    },
    world::World,
};

/// An element of a view that a member uses.
pub(crate) struct Act {
    pub(crate) block_id: Option<String>,
    pub(crate) action_id: String,
    pub(crate) value: Value,
    /// What the member did to a text field: `on_character_entered` or `on_enter_pressed`.
    pub(crate) typing: Option<String>,
}

/// Fills in elements: `{block_id: {action_id: value}}`; a sentence when one is not there or does not take the value.
pub(crate) fn fill(data: &mut Data, user: &User, view_id: &str, values: &Value) -> Result<(), String> {
    own(data, user, view_id)?;
    for (block_id, own) in values.as_object().into_iter().flatten() {
        for (action_id, value) in own.as_object().into_iter().flatten() {
            let act = Act {
                block_id: Some(block_id.clone()),
                action_id: action_id.clone(),
                value: value.clone(),
                typing: None,
            };
            enter(data, user, view_id, &act)?;
        }
    }
    Ok(())
}

/// Uses an element; the request if the app is told of it, `None` if it only is filled in.
pub(crate) fn act(
    world: &World,
    data: &mut Data,
    user: &User,
    (view_id, act): (&str, &Act),
) -> Result<Option<Hook>, String> {
    let (block, element, entry) = enter(data, user, view_id, act)?;
    if !is_told(&block, &element, act.typing.as_deref()) {
        return Ok(None);
    }
    let trigger = triggers::issue(data, user, None, Some(view_id));
    let at = ids::ts(data.serial.next());
    let pressed = act.value.as_str().unwrap_or_default();
    let view = data.slack.surfaces.get(view_id).ok_or("There is no such view")?;
    let mut payload = json!({
        "type": "block_actions",
        "container": { "type": "view", "view_id": view_id },
        "trigger_id": trigger,
        "view": surfaces::show(&data.slack, view),
        "actions": [elements::action((&block, &element), entry.as_ref(), pressed, &at)],
    });
    add_circumstances(&mut payload, &data.slack, (&view.team, user));
    surfaces::tell_page(world, &data.slack, &user.id);
    Ok(Some(interaction(data, &format!("block_actions:{}", act.action_id), &payload)))
}

/// What Slack says itself about the inputs of a view, by block; empty when the form may be sent off.
pub(crate) fn complaints(data: &Data, view_id: &str) -> Value {
    let Some(view) = data.slack.surfaces.get(view_id) else { return json!({}) };
    let values = surfaces::values(view);
    let mut found = json!({});
    for block in view.given["blocks"].as_array().into_iter().flatten().filter(|block| block["type"] == "input") {
        let (block_id, action_id) = (block["block_id"].as_str(), block["element"]["action_id"].as_str());
        if let (Some(block_id), Some(action_id)) = (block_id, action_id)
            && let Some(text) = elements::complaint(block, &values[block_id][action_id])
        {
            found[block_id] = text.into();
        }
    }
    found
}

/// Prepares the request of a modal sent off.
pub(crate) fn submit(world: &World, data: &mut Data, user: &User, view_id: &str) -> Result<Hook, String> {
    let view = own(data, user, view_id)?.clone();
    let trigger = triggers::issue(data, user, None, Some(view_id));
    let addresses = response_urls(world, data, user, &view);
    let mut payload = json!({
        "type": "view_submission",
        "trigger_id": trigger,
        "view": surfaces::show(&data.slack, &view),
        "response_urls": addresses,
    });
    add_circumstances(&mut payload, &data.slack, (&view.team, user));
    Ok(interaction(data, "view_submission", &payload))
}

/// Does what the app answered to a modal sent off; says what became of it.
pub(crate) fn follow(world: &Arc<World>, user: &User, view_id: &str, outcome: Option<&Outcome>) -> &'static str {
    let mut data = world.data();
    let words: Value = match outcome {
        Some(Ok(answer)) if (200..300).contains(&answer.status) && answer.body.trim().is_empty() => Value::Null,
        Some(Ok(answer)) if (200..300).contains(&answer.status) => match serde_json::from_str(&answer.body) {
            Ok(words) => words,
            Err(_) => return trouble(world, &mut data, view_id),
        },
        _ => return trouble(world, &mut data, view_id),
    };
    match words["response_action"].as_str() {
        None if words.is_null() || words == json!({}) => {
            surfaces::close(world, &mut data, &user.id, &[view_id.to_owned()]);
            "closed"
        }
        Some("clear") => {
            let all = surfaces::stack(&data.slack, &user.id);
            surfaces::close(world, &mut data, &user.id, &all);
            "cleared"
        }
        Some("errors") => refuse(world, &mut data, view_id, &words["errors"]),
        Some("update") => match surfaces::update(world, &mut data, view_id, &words["view"]) {
            Ok(()) => "updated",
            Err(_) => trouble(world, &mut data, view_id),
        },
        Some("push") => {
            let by = Trigger { team: user.team.clone(), user: user.id.clone(), ..Trigger::default() };
            match surfaces::open(world, &mut data, &by, &words["view"], Some(view_id)) {
                Ok(_) => "pushed",
                Err(_) => trouble(world, &mut data, view_id),
            }
        }
        _ => trouble(world, &mut data, view_id),
    }
}

/// Closes a view, or all; prepares the requests for those that asked to be told.
pub(crate) fn close(
    world: &World,
    data: &mut Data,
    user: &User,
    view_id: &str,
    all: bool,
) -> Result<Vec<Hook>, String> {
    let view = own(data, user, view_id)?;
    let is_cleared = all || view.given["clear_on_close"] == true;
    let gone = if is_cleared { surfaces::stack(&data.slack, &user.id) } else { vec![view_id.to_owned()] };
    let told = gone.iter().rev().filter_map(|id| data.slack.surfaces.get(id));
    let hooks = told.filter(|view| view.given["notify_on_close"] == true).map(|view| {
        let mut payload =
            json!({ "type": "view_closed", "view": surfaces::show(&data.slack, view), "is_cleared": is_cleared });
        add_circumstances(&mut payload, &data.slack, (&view.team, user));
        interaction(data, "view_closed", &payload)
    });
    let hooks = hooks.collect();
    surfaces::close(world, data, &user.id, &gone);
    Ok(hooks)
}

fn own<'d>(data: &'d Data, user: &User, view_id: &str) -> Result<&'d View, String> {
    let view = data.slack.surfaces.get(view_id).filter(|view| view.user == user.id);
    view.ok_or_else(|| format!("{} has no view {view_id} open.", user.real_name))
}

/// Puts a value into an element; answers its block, itself, and its entry if it holds one.
fn enter(data: &mut Data, user: &User, view_id: &str, act: &Act) -> Result<(Value, Value, Option<Value>), String> {
    let view = own(data, user, view_id)?;
    let found = elements::find(&view.given["blocks"], act.block_id.as_deref(), &act.action_id);
    let (block, element) = found.ok_or_else(|| {
        format!("There is no element {} / {} in this view.", act.block_id.as_deref().unwrap_or("*"), act.action_id)
    })?;
    let (block, element) = (block.clone(), element.clone());
    if elements::untouched(&element).is_none() {
        return Ok((block, element, None));
    }
    let offered = view.offered.get(&act.action_id).map(Vec::as_slice).unwrap_or_default();
    let hand = elements::Hand { slack: &data.slack, team: &view.team, offered };
    let entry = elements::entered(&hand, &element, &act.value)?;
    let block_id = block["block_id"].as_str().unwrap_or_default().to_owned();
    if let Some(view) = data.slack.surfaces.get_mut(view_id) {
        view.filled.entry(block_id).or_default().insert(act.action_id.clone(), entry.clone());
    }
    Ok((block, element, Some(entry)))
}

/// Whether the app hears of the use of an element: always outside of inputs, in an input only if it asked for it.
fn is_told(block: &Value, element: &Value, typing: Option<&str>) -> bool {
    if block["type"] != "input" {
        return true;
    }
    if block["dispatch_action"] != true {
        return false;
    }
    if !element["type"].as_str().is_some_and(|kind| kind.ends_with("_input") && kind != "file_input") {
        return true;
    }
    let done = typing.unwrap_or("on_enter_pressed");
    match element["dispatch_action_config"]["trigger_actions_on"].as_array() {
        Some(wanted) => wanted.iter().any(|word| word == done),
        None => done == "on_enter_pressed",
    }
}

/// Addresses for answers in the channels chosen in selects that ask for one.
fn response_urls(world: &World, data: &mut Data, user: &User, view: &View) -> Value {
    let values = surfaces::values(view);
    let mut addresses = Vec::new();
    for (block, element) in elements::of_blocks(&view.given["blocks"]) {
        let (block_id, action_id) = (&block["block_id"], &element["action_id"]);
        let entry = &values[block_id.as_str().unwrap_or_default()][action_id.as_str().unwrap_or_default()];
        let chosen = entry["selected_conversation"].as_str().or_else(|| entry["selected_channel"].as_str());
        if let Some(channel) = chosen.filter(|_| element["response_url_enabled"] == true) {
            let secret = response_url(data, (user, channel), None);
            addresses.push(json!({
                "block_id": block_id, "action_id": action_id, "channel_id": channel,
                "response_url": format!("{}/actions/{secret}", world.slack_url),
            }));
        }
    }
    addresses.into()
}

/// Shows errors beside the inputs; they must name inputs of the view.
fn refuse(world: &World, data: &mut Data, view_id: &str, errors: &Value) -> &'static str {
    let Some(view) = data.slack.surfaces.get_mut(view_id) else { return "closed" };
    let is_input = |id: &String| {
        let mut blocks = view.given["blocks"].as_array().into_iter().flatten();
        blocks.any(|block| block["type"] == "input" && block["block_id"] == id.as_str())
    };
    let named = errors.as_object().filter(|errors| !errors.is_empty() && errors.keys().all(is_input));
    if named.is_none() {
        return trouble(world, data, view_id);
    }
    view.errors = errors.clone();
    let user = view.user.clone();
    surfaces::tell_page(world, &data.slack, &user);
    "errors"
}

/// What Slack shows when it does not understand the answer; the modal stays.
fn trouble(world: &World, data: &mut Data, view_id: &str) -> &'static str {
    if let Some(view) = data.slack.surfaces.get_mut(view_id) {
        view.errors = json!({ "": "We had some trouble connecting. Try again?" });
        let user = view.user.clone();
        surfaces::tell_page(world, &data.slack, &user);
    }
    "trouble"
}
