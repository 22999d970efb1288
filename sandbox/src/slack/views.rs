//! `views.*`: modals and home tabs are accepted, kept and shown on the page.

use serde_json::{Value, json};

use super::room::{Answer, Refusal, Room};
use crate::{clock, ids, options::APP_ID, wire::call::Call};

/// `views.open` and `views.push`.
pub(crate) fn open(room: &mut Room<'_>, call: &Call) -> Answer {
    call.filled("trigger_id").ok_or("invalid_trigger_id")?;
    let view = given(call)?;
    if view["type"] != "modal" {
        return Err("invalid_arguments".into());
    }
    let serial = room.data.serial.next();
    keep(room, ids::slack("V", serial), view)
}

/// `views.update`, by id or by the app's own id.
pub(crate) fn update(room: &mut Room<'_>, call: &Call) -> Answer {
    let wanted = call.filled("view_id");
    let external = call.filled("external_id");
    let known = room.data.slack.views.iter().find(|(id, view)| {
        wanted.as_deref() == Some(id.as_str())
            || external.is_some() && view["external_id"].as_str() == external.as_deref()
    });
    let id = known.map(|(id, _)| id.clone()).ok_or("not_found")?;
    keep(room, id, given(call)?)
}

/// `views.publish`: the home tab of a member.
pub(crate) fn publish(room: &mut Room<'_>, call: &Call) -> Answer {
    let user = call.filled("user_id").ok_or("invalid_arguments")?;
    let user = room.data.slack.find_user(&room.team, &user).ok_or("user_not_found")?.id.clone();
    let mut view = given(call)?;
    if view["type"] != "home" {
        return Err("invalid_arguments".into());
    }
    view["user_id"] = json!(user);
    keep(room, format!("VHOME{user}"), view)
}

/// `dialog.open` is gone from Slack.
pub(crate) fn dialog(_room: &mut Room<'_>, _call: &Call) -> Answer {
    Err("method_deprecated".into())
}

fn given(call: &Call) -> Answer {
    let view = call.structure("view").map_err(|()| Refusal::from("invalid_arguments"))?;
    view.filter(Value::is_object).ok_or_else(|| "invalid_arguments".into())
}

fn keep(room: &mut Room<'_>, id: String, mut view: Value) -> Answer {
    let team = room.data.slack.team(&room.team).ok_or("account_inactive")?;
    view["id"] = json!(id);
    view["team_id"] = json!(team.id);
    view["app_id"] = json!(APP_ID);
    view["bot_id"] = json!(team.bot_id);
    view["root_view_id"] = json!(id);
    view["hash"] = json!(format!("{}.{:08x}", clock::secs(clock::micros()), ids::mix(clock::micros()) >> 32));
    if view["state"].is_null() {
        view["state"] = json!({ "values": {} });
    }
    room.world.feed.publish("slack.view", || json!({ "view": view }));
    room.data.slack.views.insert(id, view.clone());
    Ok(json!({ "view": view }))
}
