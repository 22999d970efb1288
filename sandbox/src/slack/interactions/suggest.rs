//! Menus whose options the app offers while the member types (`external_select`).

use serde_json::{Value, json};

use super::{add_circumstances, interaction};
use crate::{
    hooks::{Hook, Outcome},
    slack::{elements, surfaces},
    state::{Data, slack::User},
};

/// A menu of a view.
pub(crate) struct Menu {
    pub(crate) view_id: String,
    pub(crate) block_id: Option<String>,
    pub(crate) action_id: String,
}

/// Prepares the request for options; a sentence when the menu is not there.
pub(crate) fn ask(data: &Data, user: &User, menu: &Menu, typed: &str) -> Result<Hook, String> {
    let view = data.slack.surfaces.get(&menu.view_id).ok_or("There is no such view")?;
    let found = elements::find(&view.given["blocks"], menu.block_id.as_deref(), &menu.action_id);
    let (block, element) = found.ok_or_else(|| format!("There is no element {} in this view", menu.action_id))?;
    if !element["type"].as_str().is_some_and(|kind| kind.ends_with("external_select")) {
        return Err(format!("{} does not ask the app for options", menu.action_id));
    }
    let mut payload = json!({
        "type": "block_suggestion",
        "container": { "type": "view", "view_id": view.id },
        "action_id": menu.action_id,
        "block_id": block["block_id"],
        "value": typed,
        "view": surfaces::show(&data.slack, view),
    });
    add_circumstances(&mut payload, &data.slack, (&view.team, user));
    Ok(interaction(data, &format!("block_suggestion:{}", menu.action_id), &payload))
}

/// Remembers and answers the options that the app offers.
pub(crate) fn take(data: &mut Data, menu: &Menu, outcome: Option<&Outcome>) -> Value {
    let Some(Ok(answer)) = outcome else { return json!([]) };
    let words: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let groups = words["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let all: Vec<Value> = words["options"].as_array().into_iter().flatten().chain(grouped).cloned().collect();
    if let Some(view) = data.slack.surfaces.get_mut(&menu.view_id) {
        view.offered.insert(menu.action_id.clone(), all.clone());
    }
    if words["option_groups"].is_array() { words["option_groups"].clone() } else { json!(all) }
}
