//! Commands and what members do with buttons, windows and shortcuts, which come as forms. All are answered with nothing at once: the work
//! is done from the inbox, and whatever there is to say is said from there.

use domain::contracts::{
    chat::PostRef,
    inbound::{CommandGiven, Inbound, ShortcutUsed, ViewSubmitted},
    webhook::{Parsed, Refused, Reply},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    Told,
    events::{thread, word},
    ignored, not_understood, presses, received, windows,
};
use crate::{
    chat::slack::{NAME, markup},
    json,
};

pub(super) fn interaction(body: &[u8]) -> Result<Parsed, Refused> {
    if field(body, "ssl_check").is_some() {
        return Ok(received(Vec::new()));
    }
    let payload = field(body, "payload").ok_or(Refused::Malformed)?;
    let json = json::read(payload.as_bytes()).map_err(|_| Refused::Malformed)?;
    if matches!(word(&json, "type"), Some("block_suggestion" | "dialog_suggestion")) {
        return Ok(nothing_to_choose());
    }
    let team = team(&json).unwrap_or_default().to_owned();
    let told = told(&json, &team).unwrap_or_else(|| {
        let event_type = word(&json, "type").unwrap_or("unknown");
        vec![not_understood(None, event_type, body, json.clone())]
    });
    Ok(received(told.into_iter().map(|told| told.by(&team)).collect()))
}

/// A menu asks at each letter what there is to choose from. None of ours asks; an empty list is the answer that Slack understands.
fn nothing_to_choose() -> Parsed {
    tracing::info!(provider = NAME, "a menu that is not ours asked what there is to choose from");
    let body = json!({ "options": [] }).to_string();
    Parsed { envelopes: Vec::new(), reply: Reply { content_type: Some("application/json"), body } }
}

/// The team whose installation it is about. A window tells where the app was installed, which in a channel shared with another company is
/// not where the member is; an app installed for a whole organisation has the organisation for its team.
fn team(json: &Value) -> Option<&str> {
    let enterprise = word(&json["enterprise"], "id");
    if json["is_enterprise_install"] == true
        && let Some(enterprise) = enterprise
    {
        return Some(enterprise);
    }
    word(&json["view"], "app_installed_team_id")
        .or_else(|| word(&json["team"], "id"))
        .or_else(|| word(&json["user"], "team_id"))
        .or(enterprise)
}

/// None for what is not understood.
fn told(json: &Value, team: &str) -> Option<Vec<Told>> {
    if team.is_empty() {
        return None;
    }
    match word(json, "type")? {
        "block_actions" => presses::pressed(json, team),
        "view_submission" => submitted(json, team),
        "view_closed" => Some(ignored("a window was closed")),
        "message_action" | "shortcut" => used(json, team),
        _ => None,
    }
}

fn submitted(json: &Value, team: &str) -> Option<Vec<Told>> {
    let view = windows::view(&json["view"])?;
    // A window keeps its hash while the answer to it is on the way, so that a second submission of the same is the same.
    let moment = view.hash.as_deref().or_else(|| word(json, "trigger_id")).unwrap_or_default();
    Some(vec![Told {
        key: format!("view:{team}:{}:{moment}", view.id),
        event_type: "view_submission".to_owned(),
        ordering_key: Some(format!("view:{team}:{}", view.id)),
        event: Inbound::ViewSubmitted(ViewSubmitted {
            team: team.to_owned(),
            user: word(&json["user"], "id")?.to_owned(),
            entries: windows::entries(&json["view"]["state"]),
            view,
        }),
    }])
}

fn used(json: &Value, team: &str) -> Option<Vec<Told>> {
    let message = &json["message"];
    let channel = word(&json["channel"], "id");
    let ts = word(message, "ts").or_else(|| word(json, "message_ts"));
    let post = channel.zip(ts).map(|(channel, ts)| PostRef { channel: channel.to_owned(), ts: ts.to_owned() });
    let trigger = word(json, "trigger_id")?;
    let read = word(message, "text").map(markup::plain);
    Some(vec![Told {
        key: format!("shortcut:{team}:{trigger}"),
        event_type: word(json, "type")?.to_owned(),
        ordering_key: None,
        event: Inbound::ShortcutUsed(ShortcutUsed {
            team: team.to_owned(),
            user: word(&json["user"], "id")?.to_owned(),
            shortcut: word(json, "callback_id")?.to_owned(),
            trigger: trigger.to_owned(),
            thread: post.as_ref().and_then(|post| thread(message, post)),
            text: read.as_ref().map(|read| read.text.clone()),
            mentions: read.map(|read| read.mentions).unwrap_or_default(),
            post,
        }),
    }])
}

pub(super) fn command(body: &[u8]) -> Result<Parsed, Refused> {
    if field(body, "ssl_check").is_some() {
        return Ok(received(Vec::new()));
    }
    field(body, "command").ok_or(Refused::Malformed)?;
    let is_of_organisation = field(body, "is_enterprise_install").as_deref() == Some("true");
    let enterprise = field(body, "enterprise_id");
    let team = enterprise.clone().filter(|_| is_of_organisation).or_else(|| field(body, "team_id")).or(enterprise);
    let team = team.unwrap_or_default();
    let told = given(body, &team).unwrap_or_else(|| {
        let fields: serde_json::Map<String, Value> =
            form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), json!(value))).collect();
        not_understood(None, "slash_command", body, fields.into())
    });
    Ok(received(vec![told.by(&team)]))
}

/// None for what is not understood.
fn given(body: &[u8], team: &str) -> Option<Told> {
    let trigger = field(body, "trigger_id")?;
    let text = field(body, "text").unwrap_or_default();
    let given = CommandGiven {
        team: Some(team).filter(|team| !team.is_empty())?.to_owned(),
        user: field(body, "user_id")?,
        channel: field(body, "channel_id")?,
        text: markup::plain(&text).text.trim().to_owned(),
        trigger: trigger.clone(),
        answer_url: field(body, "response_url"),
    };
    Some(Told {
        key: format!("command:{team}:{trigger}"),
        event_type: "slash_command".to_owned(),
        ordering_key: None,
        event: Inbound::CommandGiven(given),
    })
}

fn field(body: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(body)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
