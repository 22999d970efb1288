//! Posts that a person changed or deleted. Slack also calls it a change when a link gets its preview, a file its
//! thumbnail or a text its language: only another text is a change for us. A deleted first post of a thread
//! stays as a tombstone, which Slack tells as a change.

use domain::contracts::inbound::{Inbound, PostChanged};
use serde_json::Value;

use super::{
    Told,
    events::{Wrapper, ordering_key, post, read, thread, word},
    ignored,
};
use domain::contracts::chat::PostRef;

pub(super) fn changed(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let event = wrapper.event();
    let message = &event["message"];
    if is_of_bot(message) {
        return Some(ignored("a bot's post was changed"));
    }
    let post = at(event, word(message, "ts")?)?;
    if word(message, "subtype") == Some("tombstone") {
        return Some(gone(team, post, &event["previous_message"]));
    }
    let text = word(message, "text").unwrap_or_default();
    let is_same = match &event["previous_message"] {
        Value::Null => message["edited"].is_null(),
        previous => word(previous, "text").unwrap_or_default() == text,
    };
    if is_same {
        return Some(ignored("changed without another text"));
    }
    let edit = word(&message["edited"], "ts").or_else(|| word(event, "event_ts"))?;
    let thread = thread(message, &post);
    let (read, is_to_app) = read(wrapper, message);
    Some(vec![Told {
        key: format!("edit:{team}:{}:{}:{edit}", post.channel, post.ts),
        event_type: "message_changed".to_owned(),
        ordering_key: Some(ordering_key(team, &post, thread.as_deref())),
        event: Inbound::PostEdited(PostChanged {
            team: team.to_owned(),
            thread,
            user: word(message, "user").map(str::to_owned),
            text: Some(read.text),
            mentions: read.mentions,
            is_to_app,
            post,
        }),
    }])
}

pub(super) fn deleted(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let event = wrapper.event();
    let previous = &event["previous_message"];
    if is_of_bot(previous) {
        return Some(ignored("a bot's post was deleted"));
    }
    Some(gone(team, post(event, "deleted_ts")?, previous))
}

fn gone(team: &str, post: PostRef, previous: &Value) -> Vec<Told> {
    let thread = thread(previous, &post);
    vec![Told {
        key: format!("delete:{team}:{}:{}", post.channel, post.ts),
        event_type: "message_deleted".to_owned(),
        ordering_key: Some(ordering_key(team, &post, thread.as_deref())),
        event: Inbound::PostDeleted(PostChanged {
            team: team.to_owned(),
            thread,
            user: word(previous, "user").map(str::to_owned),
            text: None,
            mentions: Vec::new(),
            is_to_app: false,
            post,
        }),
    }]
}

fn at(event: &Value, ts: &str) -> Option<PostRef> {
    Some(PostRef { channel: word(event, "channel")?.to_owned(), ts: ts.to_owned() })
}

fn is_of_bot(message: &Value) -> bool {
    !message["bot_id"].is_null() || word(message, "subtype") == Some("bot_message")
}
