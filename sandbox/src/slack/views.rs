//! `views.*`: the app opens, stacks and changes modals, and publishes home tabs.

use serde_json::{Value, json};

use super::{
    room::{Answer, Refusal, Room},
    surfaces, triggers,
};
use crate::wire::call::Call;

/// `views.open`.
pub(crate) fn open(room: &mut Room<'_>, call: &Call) -> Answer {
    let trigger = call.filled("trigger_id").ok_or("invalid_trigger_id")?;
    let view = given(call)?;
    super::view_check::check(&view, "modal")?;
    let by = triggers::exchange(room, &trigger)?;
    let id = surfaces::open(room.world, &mut room.data, &by, &view, None)?;
    shown(room, &id)
}

/// `views.push`: the trigger must come from within the stack.
pub(crate) fn push(room: &mut Room<'_>, call: &Call) -> Answer {
    let trigger = call.filled("trigger_id").ok_or("invalid_trigger_id")?;
    let view = given(call)?;
    super::view_check::check(&view, "modal")?;
    let by = triggers::exchange(room, &trigger)?;
    let on = by.view.clone().ok_or("not_found")?;
    let id = surfaces::open(room.world, &mut room.data, &by, &view, Some(&on))?;
    shown(room, &id)
}

/// `views.update`, by id or by the app's own id.
pub(crate) fn update(room: &mut Room<'_>, call: &Call) -> Answer {
    let wanted = call.filled("view_id");
    let external = call.filled("external_id").filter(|_| wanted.is_none());
    let team = room.team.clone();
    let known = room.data.slack.surfaces.values().filter(|view| view.team == team).find(|view| {
        wanted.as_deref() == Some(view.id.as_str())
            || external.is_some() && view.given["external_id"].as_str() == external.as_deref()
    });
    let (id, hash) = known.map(|view| (view.id.clone(), view.hash.clone())).ok_or("not_found")?;
    let view = given(call)?;
    if call.filled("hash").is_some_and(|given| given != hash) {
        return Err("hash_conflict".into());
    }
    surfaces::update(room.world, &mut room.data, &id, &view)?;
    shown(room, &id)
}

/// `views.publish`: the home tab of a member.
pub(crate) fn publish(room: &mut Room<'_>, call: &Call) -> Answer {
    let user = call.filled("user_id").ok_or("invalid_arguments")?;
    let user = room.data.slack.find_user(&room.team, &user).ok_or("user_not_found")?.id.clone();
    let view = given(call)?;
    let hash = room.data.slack.surfaces.get(&surfaces::home_id(&user)).map(|view| view.hash.clone());
    if call.filled("hash").is_some_and(|given| Some(given) != hash) {
        return Err("hash_conflict".into());
    }
    let team = room.team.clone();
    let id = surfaces::publish(room.world, &mut room.data, (&team, &user), &view)?;
    shown(room, &id)
}

/// `dialog.open` is gone from Slack.
pub(crate) fn dialog(_room: &mut Room<'_>, _call: &Call) -> Answer {
    Err("method_deprecated".into())
}

fn given(call: &Call) -> Answer {
    let view = call.structure("view").map_err(|()| Refusal::from("invalid_arguments"))?;
    view.filter(Value::is_object).ok_or_else(|| "invalid_arguments".into())
}

fn shown(room: &Room<'_>, id: &str) -> Answer {
    let view = room.data.slack.surfaces.get(id).ok_or("not_found")?;
    Ok(json!({ "view": surfaces::show(&room.data.slack, view) }))
}
