//! Windows and the home: opened, replaced, published. A window can be opened for three seconds after what the member did, and once;
//! both ends of that come as a refusal, so every call here may be repeated without harm.

use domain::contracts::{
    Outcome,
    chat::{ChatAccess, ChatRefusal},
    view::View,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Slack,
    answers::{Repeat, map, settle},
    drawing,
    methods::Method,
};

#[derive(Deserialize)]
struct Opened {
    view: Named,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

pub(super) async fn open(
    slack: &Slack,
    access: &ChatAccess,
    trigger: &str,
    view: &View,
) -> Outcome<String, ChatRefusal> {
    let body = json!({ "trigger_id": trigger, "view": drawing::window(view) });
    let opened = slack.call::<Opened>(access, Method::ViewsOpen, &body).await;
    map(settle(opened, Repeat::Harmless), |opened| opened.view.id)
}

pub(super) async fn update(
    slack: &Slack,
    access: &ChatAccess,
    id: &str,
    hash: Option<&str>,
    view: &View,
) -> Outcome<(), ChatRefusal> {
    let mut body = json!({ "view_id": id, "view": drawing::window(view) });
    if let Some(hash) = hash {
        body["hash"] = json!(hash);
    }
    let updated = slack.call::<Value>(access, Method::ViewsUpdate, &body).await;
    map(settle(updated, Repeat::Harmless), |_| ())
}

pub(super) async fn publish_home(
    slack: &Slack,
    access: &ChatAccess,
    user: &str,
    view: &View,
) -> Outcome<(), ChatRefusal> {
    let body = json!({ "user_id": user, "view": drawing::home(view) });
    let published = slack.call::<Value>(access, Method::ViewsPublish, &body).await;
    map(settle(published, Repeat::Harmless), |_| ())
}
