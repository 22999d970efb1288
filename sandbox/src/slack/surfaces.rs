//! Views as they live: opened, changed, stacked, filled in, closed, and shown on the page.
//!
//! Slack keeps what a member has filled in when a view changes, as long as block and action keep their ids; so do we.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{blocks, elements, room::Refusal, view_check};
use crate::{
    clock, ids,
    options::APP_ID,
    state::{
        Data,
        slack::Slack,
        surfaces::{Trigger, View},
    },
    world::World,
};

/// Views of a stack at most.
const STACK_MAX: usize = 3;

/// Opens a modal on an empty stack, or on top of the stack that `on` is the top of.
pub(crate) fn open(
    world: &World,
    data: &mut Data,
    by: &Trigger,
    given: &Value,
    on: Option<&str>,
) -> Result<String, Refusal> {
    view_check::check(given, "modal")?;
    free_external_id(data, given, None)?;
    let stack = stack(&data.slack, &by.user);
    let previous = match on {
        Some(on) if !stack.iter().any(|id| id == on) => return Err("not_found".into()),
        Some(_) if stack.len() >= STACK_MAX => return Err("push_limit_reached".into()),
        Some(_) => stack.last().cloned(),
        None => None,
    };
    if previous.is_none() {
        stack.iter().for_each(|id| drop(data.slack.surfaces.remove(id)));
    }
    let serial = data.serial.next();
    let id = ids::slack("V", serial);
    let root = previous.as_ref().and_then(|id| data.slack.surfaces.get(id)).map(|view| view.root.clone());
    let mut view = View {
        id: id.clone(),
        team: by.team.clone(),
        user: by.user.clone(),
        root: root.unwrap_or_else(|| id.clone()),
        previous,
        ..View::default()
    };
    take_over(&mut view, given, serial);
    start_in_channel(&mut view, by.channel.as_deref());
    data.slack.surfaces.insert(id.clone(), view);
    tell_page(world, &data.slack, &by.user);
    Ok(id)
}

/// Changes a view that is open.
pub(crate) fn update(world: &World, data: &mut Data, id: &str, given: &Value) -> Result<(), Refusal> {
    let serial = data.serial.next();
    let kind = data.slack.surfaces.get(id).map(|view| view.given["type"].clone()).ok_or("not_found")?;
    view_check::check(given, kind.as_str().unwrap_or("modal"))?;
    free_external_id(data, given, Some(id))?;
    let view = data.slack.surfaces.get_mut(id).ok_or("not_found")?;
    take_over(view, given, serial);
    let user = view.user.clone();
    tell_page(world, &data.slack, &user);
    Ok(())
}

/// Puts up the home tab of a member; answers its id.
pub(crate) fn publish(
    world: &World,
    data: &mut Data,
    (team, user): (&str, &str),
    given: &Value,
) -> Result<String, Refusal> {
    view_check::check(given, "home")?;
    let serial = data.serial.next();
    let id = home_id(user);
    free_external_id(data, given, Some(&id))?;
    let view = data.slack.surfaces.entry(id.clone()).or_default();
    view.id.clone_from(&id);
    view.root.clone_from(&id);
    team.clone_into(&mut view.team);
    user.clone_into(&mut view.user);
    take_over(view, given, serial);
    tell_page(world, &data.slack, user);
    Ok(id)
}

/// Takes views away.
pub(crate) fn close(world: &World, data: &mut Data, user: &str, gone: &[String]) {
    gone.iter().for_each(|id| drop(data.slack.surfaces.remove(id)));
    tell_page(world, &data.slack, user);
}

/// The ids of a member's open modals, the lowest first.
pub(crate) fn stack(slack: &Slack, user: &str) -> Vec<String> {
    let own = slack.surfaces.values().filter(|view| view.user == user && view.given["type"] == "modal");
    own.map(|view| view.id.clone()).collect()
}

/// The id of a member's home tab.
pub(crate) fn home_id(user: &str) -> String {
    format!("VHOME{user}")
}

/// A view as the Web API and payloads show it.
pub(crate) fn show(slack: &Slack, view: &View) -> Value {
    let given = &view.given;
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    json!({
        "id": view.id,
        "team_id": view.team,
        "type": given["type"],
        "blocks": given["blocks"],
        "private_metadata": text("private_metadata"),
        "callback_id": text("callback_id"),
        "state": { "values": values(view) },
        "hash": view.hash,
        "title": given["title"],
        "clear_on_close": given["clear_on_close"] == true,
        "notify_on_close": given["notify_on_close"] == true,
        "close": given["close"],
        "submit": given["submit"],
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP_ID,
        "external_id": text("external_id"),
        "app_installed_team_id": view.team,
        "bot_id": slack.team(&view.team).map(|team| team.bot_id.as_str()),
    })
}

/// A view as the page and the control API show it: with its owner and with what the app found wrong.
pub(crate) fn page_view(slack: &Slack, view: &View) -> Value {
    let mut value = show(slack, view);
    value["user"] = json!(view.user);
    value["errors"] = view.errors.clone();
    value
}

/// What a view's elements hold, by block and action.
pub(crate) fn values(view: &View) -> Value {
    let mut values: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (block, element) in elements::of_blocks(&view.given["blocks"]) {
        let (block_id, action_id) = (id_of(block, "block_id"), id_of(element, "action_id"));
        let filled = view.filled.get(block_id).and_then(|own| own.get(action_id));
        let entry = filled.filter(|entry| entry["type"] == element["type"]).cloned();
        if let Some(entry) = entry.or_else(|| elements::untouched(element)) {
            values.entry(block_id).or_default().insert(action_id.to_owned(), entry);
        }
    }
    json!(values)
}

/// Tells the page about a member's modals and home tab.
pub(crate) fn tell_page(world: &World, slack: &Slack, user: &str) {
    world.feed.publish("slack.views", || views_of(slack, user));
}

/// A member's modals, the lowest first, and home tab.
pub(crate) fn views_of(slack: &Slack, user: &str) -> Value {
    let views = stack(slack, user);
    let views = views.iter().filter_map(|id| slack.surfaces.get(id)).map(|view| page_view(slack, view));
    let home = slack.surfaces.get(&home_id(user)).map(|view| page_view(slack, view));
    json!({ "user": user, "modals": views.collect::<Vec<Value>>(), "home": home })
}

fn id_of<'v>(part: &'v Value, name: &str) -> &'v str {
    part[name].as_str().unwrap_or_default()
}

fn take_over(view: &mut View, given: &Value, serial: u64) {
    view.given = given.clone();
    view.given["blocks"] = blocks::with_ids(&given["blocks"], serial);
    view.hash = format!("{}.{:08x}", clock::secs(serial), ids::mix(serial) >> 32);
    view.errors = Value::Null;
}

/// Conversation selects that begin with the channel the member came from.
fn start_in_channel(view: &mut View, channel: Option<&str>) {
    let Some(channel) = channel else { return };
    for (block, element) in elements::of_blocks(&view.given["blocks"]) {
        let entry = match element["type"].as_str() {
            Some("conversations_select") => json!({ "type": element["type"], "selected_conversation": channel }),
            Some("multi_conversations_select") => {
                json!({ "type": element["type"], "selected_conversations": [channel] })
            }
            _ => continue,
        };
        if element["default_to_current_conversation"] == true {
            let own = view.filled.entry(id_of(block, "block_id").to_owned()).or_default();
            own.insert(id_of(element, "action_id").to_owned(), entry);
        }
    }
}

fn free_external_id(data: &Data, given: &Value, own: Option<&str>) -> Result<(), Refusal> {
    let Some(wanted) = given["external_id"].as_str().filter(|id| !id.is_empty()) else { return Ok(()) };
    let taken = |view: &View| view.given["external_id"] == wanted && Some(view.id.as_str()) != own;
    if data.slack.surfaces.values().any(taken) { Err("duplicate_external_id".into()) } else { Ok(()) }
}
