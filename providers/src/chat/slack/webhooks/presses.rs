//! Buttons, menus and live inputs. A press is known by where it was, who pressed what, and the moment, so that a double delivery presses once
//! and a second press counts as one.

use domain::contracts::{
    chat::{Place, PostRef},
    inbound::{ButtonPressed, Inbound},
};
use serde_json::Value;

use super::{Told, events::word, windows};
use crate::chat::slack::{inputs, render};

/// None for what is not understood.
pub(super) fn pressed(json: &Value, team: &str) -> Option<Vec<Told>> {
    let actions = json["actions"].as_array()?;
    actions.iter().map(|action| press(json, team, action)).collect()
}

/// Where something was pressed.
struct Scene {
    /// Unique among all views and posts.
    key: String,
    ordering_key: String,
    post: Option<PostRef>,
    place: Option<Place>,
}

fn press(json: &Value, team: &str, action: &Value) -> Option<Told> {
    let user = word(&json["user"], "id")?;
    let action_id = word(action, "action_id")?;
    let block_id = word(action, "block_id");
    let moment = word(action, "action_ts")?;
    let Scene { key, ordering_key, post, place } = scene(json, team)?;
    let name = render::action(action_id);
    let is_input = name == inputs::CHANGED;
    let which = block_id.filter(|_| is_input).unwrap_or(action_id);
    Some(Told {
        key: format!("press:{team}:{key}:{user}:{which}:{moment}"),
        event_type: "block_actions".to_owned(),
        ordering_key: Some(ordering_key),
        event: Inbound::ButtonPressed(ButtonPressed {
            team: team.to_owned(),
            user: user.to_owned(),
            post,
            place,
            action: name.to_owned(),
            value: if is_input { block_id?.to_owned() } else { value(action) },
            trigger: word(json, "trigger_id").map(str::to_owned),
            answer_url: word(json, "response_url").map(str::to_owned),
            view: windows::view(&json["view"]),
            entries: windows::entries(&json["view"]["state"]),
        }),
    })
}

fn scene(json: &Value, team: &str) -> Option<Scene> {
    if let Some(view) = word(&json["view"], "id") {
        let (key, ordering_key) = (view.to_owned(), format!("view:{team}:{view}"));
        return Some(Scene { key, ordering_key, post: None, place: None });
    }
    let container = &json["container"];
    let channel = word(&json["channel"], "id").or_else(|| word(container, "channel_id"))?;
    let ts = word(container, "message_ts").or_else(|| word(&json["message"], "ts"))?;
    let thread = word(&json["message"], "thread_ts").or_else(|| word(container, "thread_ts"));
    // What only one member sees is no post that could be changed later.
    let is_whisper = container["is_ephemeral"] == true;
    let post = PostRef { channel: channel.to_owned(), ts: ts.to_owned() };
    Some(Scene {
        key: format!("{channel}:{ts}"),
        ordering_key: format!("chat:{team}:{channel}:{}", thread.unwrap_or(ts)),
        post: (!is_whisper).then_some(post),
        place: Some(Place { channel: channel.to_owned(), thread: thread.map(str::to_owned) }),
    })
}

/// What a button stands for, or what was chosen in a menu.
fn value(action: &Value) -> String {
    let fields = ["value", "selected_user", "selected_channel", "selected_conversation"];
    let of_field = fields.into_iter().find_map(|field| word(action, field));
    let chosen = of_field.or_else(|| word(&action["selected_option"], "value"));
    match (chosen, action["selected_date_time"].as_i64()) {
        (Some(chosen), _) => chosen.to_owned(),
        (None, Some(secs)) => secs.to_string(),
        (None, None) => String::new(),
    }
}
