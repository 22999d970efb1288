//! Windows and the home in Slack's form, within Block Kit's limits whatever they hold: what is too long is shortened where it is only shown,
//! and left as it is where it comes back to us.

use domain::contracts::{chat::Part, view::View};
use serde_json::{Value, json};

use super::{
    inputs,
    render::{Drawing, label},
};

/// Slack refuses more blocks in a window.
const MOST_BLOCKS: usize = 100;
/// Slack refuses longer titles, and longer words on the buttons of a window.
const LONGEST_TITLE: usize = 24;
/// What stands on the button of a window with something to fill in, when nothing else is said: Slack insists on one.
const SUBMIT: &str = "Done";

/// A window.
pub(super) fn window(view: &View) -> Value {
    let blocks = blocks(&view.parts);
    let is_form = view.parts.iter().any(|part| matches!(part, Part::Input(_)));
    let submit = view.submit.as_deref().or(is_form.then_some(SUBMIT));
    let mut drawn = json!({
        "type": "modal",
        "title": label(&view.title, LONGEST_TITLE),
        "close": label("Cancel", LONGEST_TITLE),
        "notify_on_close": false,
        "callback_id": view.purpose,
        "private_metadata": view.state,
        "blocks": blocks,
    });
    if let Some(submit) = submit {
        drawn["submit"] = json!(label(submit, LONGEST_TITLE));
    }
    drawn
}

/// What a member sees as the app's home.
pub(super) fn home(view: &View) -> Value {
    json!({
        "type": "home",
        "callback_id": view.purpose,
        "private_metadata": view.state,
        "blocks": blocks(&view.parts),
    })
}

/// What is below the last block that fits is left out, and the view says so.
fn blocks(parts: &[Part]) -> Vec<Value> {
    let mut drawing = Drawing::default();
    for part in parts {
        match part {
            Part::Input(input) => drawing.blocks.push(inputs::block(input)),
            other => drawing.push(other),
        }
    }
    let mut blocks: Vec<Value> = drawing.blocks.iter().map(|block| json!(block)).collect();
    if blocks.len() > MOST_BLOCKS {
        blocks.truncate(MOST_BLOCKS - 1);
        let more = json!({ "type": "plain_text", "text": "There is more than can be shown here.", "emoji": false });
        blocks.push(json!({ "type": "context", "elements": [more] }));
    }
    blocks
}

#[cfg(test)]
#[path = "drawing_tests.rs"]
mod tests;
