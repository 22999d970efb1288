//! Buttons and commands, which come as forms.
//!
//! A button is known by post, member, action and moment, so that a double delivery presses once and a second press
//! counts as one. A command is answered on the spot with what there is to do: the work itself is done in
//! threads and channels.

use domain::contracts::{
    chat::{Place, PostRef},
    inbound::{ButtonPressed, Inbound},
    webhook::{Parsed, Refused, Reply},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Told, events::word, not_understood, received};
use crate::{chat::slack::render, json};

/// What a member reads who calls the app by its command.
const HELP: &str = "Write in a contact's thread or channel and the text goes out to them. \
    Numbers, plan and settings are on the dashboard.";

pub(super) fn interaction(body: &[u8]) -> Result<Parsed, Refused> {
    if field(body, "ssl_check").is_some() {
        return Ok(received(Vec::new()));
    }
    let payload = field(body, "payload").ok_or(Refused::Malformed)?;
    let json = json::read(payload.as_bytes()).map_err(|_| Refused::Malformed)?;
    let team = word(&json["team"], "id").or_else(|| word(&json["user"], "team_id"));
    let team = team.unwrap_or_default().to_owned();
    let told = pressed(&json, &team).unwrap_or_else(|| {
        let event_type = word(&json, "type").unwrap_or("unknown");
        vec![not_understood(None, event_type, body, json.clone())]
    });
    Ok(received(told.into_iter().map(|told| told.by(&team)).collect()))
}

/// None for what is not understood.
fn pressed(json: &Value, team: &str) -> Option<Vec<Told>> {
    if word(json, "type")? != "block_actions" || team.is_empty() {
        return None;
    }
    let actions = json["actions"].as_array()?;
    actions.iter().map(|action| button(json, team, action)).collect()
}

fn button(json: &Value, team: &str, action: &Value) -> Option<Told> {
    if word(action, "type")? != "button" {
        return None;
    }
    let container = &json["container"];
    let channel = word(&json["channel"], "id").or_else(|| word(container, "channel_id"))?;
    let ts = word(container, "message_ts").or_else(|| word(&json["message"], "ts"))?;
    let user = word(&json["user"], "id")?;
    let action_id = word(action, "action_id")?;
    let moment = word(action, "action_ts")?;
    let post = PostRef { channel: channel.to_owned(), ts: ts.to_owned() };
    let thread = word(&json["message"], "thread_ts").or_else(|| word(container, "thread_ts"));
    // What only one member sees is no post that could be changed later.
    let is_whisper = container["is_ephemeral"] == true;
    Some(Told {
        key: format!("press:{team}:{channel}:{ts}:{user}:{action_id}:{moment}"),
        event_type: "block_actions".to_owned(),
        ordering_key: Some(format!("chat:{team}:{channel}:{}", thread.unwrap_or(ts))),
        event: Inbound::ButtonPressed(ButtonPressed {
            team: team.to_owned(),
            user: user.to_owned(),
            post: (!is_whisper).then_some(post),
            place: Place { channel: channel.to_owned(), thread: thread.map(str::to_owned) },
            action: render::action(action_id).to_owned(),
            value: word(action, "value").unwrap_or_default().to_owned(),
        }),
    })
}

pub(super) fn command(body: &[u8]) -> Result<Parsed, Refused> {
    if field(body, "ssl_check").is_some() {
        return Ok(received(Vec::new()));
    }
    field(body, "command").ok_or(Refused::Malformed)?;
    Ok(Parsed {
        envelopes: Vec::new(),
        reply: Reply {
            content_type: Some("application/json"),
            body: json!({ "response_type": "ephemeral", "text": HELP }).to_string(),
        },
    })
}

fn field(body: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(body)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(payload: &Value) -> Vec<u8> {
        let text =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
        text.into_bytes()
    }

    fn press() -> Value {
        json!({
            "type": "block_actions",
            "team": { "id": "T1" },
            "user": { "id": "U1" },
            "channel": { "id": "C1" },
            "container": { "type": "message", "message_ts": "2.000001", "channel_id": "C1" },
            "message": { "ts": "2.000001", "thread_ts": "1.000001" },
            "actions": [{
                "type": "button", "action_id": "message.retry#1", "value": "msg_1", "action_ts": "3.5",
            }],
        })
    }

    #[test]
    fn a_pressed_button_tells_who_where_and_what() {
        let parsed = interaction(&form(&press())).unwrap();

        assert_eq!(parsed.reply, Reply::default());
        let envelope = &parsed.envelopes[0];
        assert_eq!(envelope.account, "T1");
        assert_eq!(envelope.key, "press:T1:C1:2.000001:U1:message.retry#1:3.5");
        assert_eq!(envelope.ordering_key.as_deref(), Some("chat:T1:C1:1.000001"));
        let expected = ButtonPressed {
            team: "T1".to_owned(),
            user: "U1".to_owned(),
            post: Some(PostRef { channel: "C1".to_owned(), ts: "2.000001".to_owned() }),
            place: Place { channel: "C1".to_owned(), thread: Some("1.000001".to_owned()) },
            action: "message.retry".to_owned(),
            value: "msg_1".to_owned(),
        };
        assert_eq!(envelope.event, Inbound::ButtonPressed(expected));
    }

    #[test]
    fn a_button_that_only_one_member_sees_is_on_no_post() {
        let mut press = press();
        press["container"] = json!({ "message_ts": "2.0", "is_ephemeral": true, "thread_ts": "1.0" });
        press["message"] = Value::Null;

        let parsed = interaction(&form(&press)).unwrap();

        let Inbound::ButtonPressed(button) = &parsed.envelopes[0].event else { panic!("no button") };
        assert_eq!((&button.post, button.place.thread.as_deref()), (&None, Some("1.0")));
    }

    #[test]
    fn another_interaction_is_kept_for_a_person() {
        let parsed = interaction(&form(&json!({ "type": "view_submission", "team": { "id": "T1" } }))).unwrap();

        assert!(matches!(parsed.envelopes[0].event, Inbound::NotUnderstood { .. }));
        assert_eq!(parsed.envelopes[0].event_type, "view_submission");
    }

    #[test]
    fn a_body_without_a_payload_is_malformed() {
        assert_eq!(interaction(b"").err(), Some(Refused::Malformed));
        assert_eq!(interaction(b"payload=%7B").err(), Some(Refused::Malformed));
        assert_eq!(command(b"text=x").err(), Some(Refused::Malformed));
    }

    #[test]
    fn a_command_is_answered_at_once_and_for_its_caller_only() {
        let parsed = command(b"command=%2Fclerk&text=&team_id=T1&user_id=U1").unwrap();

        let answer: Value = serde_json::from_str(&parsed.reply.body).unwrap();
        assert_eq!(answer, json!({ "response_type": "ephemeral", "text": HELP }));
        assert!(parsed.envelopes.is_empty());
    }

    #[test]
    fn a_check_of_the_certificate_asks_for_nothing() {
        let parsed = command(b"ssl_check=1&token=x").unwrap();

        assert!(parsed.envelopes.is_empty() && parsed.reply == Reply::default());
    }
}
