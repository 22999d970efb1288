//! The people of a world: contacts with a phone, and members of a team in Slack. What they do goes through the vendors, as in life.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    outside::Outside,
    slack::{self, Notice, Post, Thread},
};

/// Somebody outside, with a phone, who knows one number of ours.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(super) outside: Arc<Outside>,
    /// Their number.
    pub(crate) number: String,
    /// The number of ours that they text.
    pub(crate) ours: String,
}

/// A text that somebody sent us.
#[derive(Clone, Debug)]
pub(crate) struct Texted {
    /// What we answered the carrier in the end; none when no answer came.
    pub(crate) status: Option<u16>,
}

impl Phone {
    /// Texts our number.
    pub(crate) async fn texts(&self, body: &str) -> Texted {
        self.sends(json!({ "body": body })).await
    }

    /// Texts our number so often, one after another: `word 1`, `word 2` …
    pub(crate) async fn texts_often(&self, word: &str, count: usize) -> Vec<Texted> {
        let mut texted = Vec::new();
        for number in 1..=count {
            texted.push(self.texts(&format!("{word} {number}")).await);
        }
        texted
    }

    /// Sends a picture or more to our number, with or without words.
    pub(crate) async fn sends_pictures(&self, body: &str, urls: &[&str]) -> Texted {
        self.sends(json!({ "body": body, "media_urls": urls })).await
    }

    /// Sends files that behave as the sandbox's order says.
    pub(crate) async fn sends_media(&self, body: &str, media: Value) -> Texted {
        self.sends(json!({ "body": body, "media": media })).await
    }

    async fn sends(&self, mut text: Value) -> Texted {
        text["from"] = self.number.as_str().into();
        text["to"] = self.ours.as_str().into();
        let answer = self.outside.order("phone/text", text).await;
        let status = answer["webhook_status"].as_u64().and_then(|status| u16::try_from(status).ok());
        Texted { status }
    }

    /// Bodies of the texts that it got from our number, oldest first.
    pub(crate) async fn has_received(&self) -> Vec<String> {
        let ledger = self.outside.ledger().await;
        ledger
            .texts_to(&self.number)
            .into_iter()
            .filter(|text| text.from == self.ours)
            .map(|text| text.body.clone())
            .collect()
    }

    /// From now on texts to it end with a code of the carrier instead of arriving.
    pub(crate) async fn fails_with(&self, code: u32) {
        let failing = json!({ "number": self.number, "reachable": false, "failure_code": code.to_string() });
        self.outside.order("phone/settings", failing).await;
    }

    /// Texts arrive again.
    pub(crate) async fn is_reachable(&self) {
        self.outside.order("phone/settings", json!({ "number": self.number, "reachable": true })).await;
    }
}

/// A member of a team.
#[derive(Clone)]
pub(crate) struct Member {
    pub(super) outside: Arc<Outside>,
    /// Id in Slack.
    pub(crate) id: String,
}

/// Something that a member wrote.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Where.
    pub(crate) channel: String,
    /// Time stamp.
    pub(crate) ts: String,
    /// What we answered Slack at its first try; none when no answer came.
    pub(crate) status: Option<u16>,
}

impl Member {
    /// Writes in a thread.
    pub(crate) async fn replies(&self, thread: &Thread, text: &str) -> Written {
        self.writes(thread, json!({ "text": text })).await
    }

    /// Writes in a thread, with further fields of the sandbox's order.
    pub(crate) async fn writes(&self, thread: &Thread, mut post: Value) -> Written {
        post["channel"] = thread.channel().into();
        post["thread_ts"] = thread.ts().into();
        self.posts(post).await
    }

    /// Writes in a thread and attaches files.
    pub(crate) async fn attaches(&self, thread: &Thread, text: &str, files: Value) -> Written {
        self.writes(thread, json!({ "text": text, "files": files })).await
    }

    /// Writes in a channel itself.
    pub(crate) async fn writes_in_channel(&self, channel: &str, text: &str) -> Written {
        self.posts(json!({ "channel": channel, "text": text })).await
    }

    /// Posts anything, as the sandbox's order says.
    pub(crate) async fn posts(&self, mut post: Value) -> Written {
        post["user"] = self.id.as_str().into();
        let answer = self.outside.order("slack/post", post).await;
        let word = |name: &str| answer[name].as_str().expect("a word").to_owned();
        let status = answer["webhook_status"].as_u64().and_then(|status| u16::try_from(status).ok());
        Written { channel: word("channel"), ts: word("ts"), status }
    }

    /// Changes what they wrote.
    pub(crate) async fn edits(&self, written: &Written, text: &str) {
        let edit = json!({ "user": self.id, "channel": written.channel, "ts": written.ts, "text": text });
        self.outside.order("slack/edit", edit).await;
    }

    /// Deletes what they wrote.
    pub(crate) async fn deletes(&self, written: &Written) {
        let delete = json!({ "user": self.id, "channel": written.channel, "ts": written.ts });
        self.outside.order("slack/delete", delete).await;
    }

    /// Puts an emoji on a post.
    pub(crate) async fn reacts(&self, post: &Post, emoji: &str) {
        let react = json!({ "user": self.id, "channel": post.channel, "ts": post.ts, "name": emoji });
        self.outside.order("slack/react", react).await;
    }

    /// Presses the button with a label on a post.
    pub(crate) async fn presses(&self, label: &str, post: &Post) {
        self.presses_at(label, &post.blocks, (&post.channel, &post.ts)).await;
    }

    /// Presses the button with a label on a notice that only they see.
    pub(crate) async fn presses_on_notice(&self, label: &str, notice: &Notice) {
        self.presses_at(label, &notice.blocks, (&notice.channel, &notice.ts)).await;
    }

    async fn presses_at(&self, label: &str, blocks: &Value, (channel, ts): (&str, &str)) {
        let found = slack::button(blocks, label);
        let (action, value, block) = found.unwrap_or_else(|| panic!("no button “{label}” on {blocks}"));
        let press = json!({
            "user": self.id, "channel": channel, "message_ts": ts, "action_id": action, "value": value, "block_id": block,
        });
        self.outside.order("slack/press", press).await;
    }

    /// Gives the app's command in a channel.
    pub(crate) async fn gives_command(&self, channel: &str, text: &str) -> u64 {
        let order = json!({ "user": self.id, "channel": channel, "command": "/clerk", "text": text });
        self.outside.order("slack/command", order).await["webhook_status"].as_u64().unwrap_or_default()
    }

    /// Uses a shortcut of the app, on a post or anywhere.
    pub(crate) async fn uses_shortcut(&self, shortcut: &str, on: Option<&Written>) {
        let mut order = json!({ "user": self.id, "callback_id": shortcut });
        if let Some(post) = on {
            order["channel"] = post.channel.as_str().into();
            order["message_ts"] = post.ts.as_str().into();
        }
        self.outside.order("slack/shortcut", order).await;
    }

    /// Looks at the app's home.
    pub(crate) async fn opens_home(&self) {
        self.outside.order("slack/home", json!({ "user": self.id })).await;
    }

    /// The app's home as it stands.
    pub(crate) async fn home(&self) -> Value {
        self.views().await["home"].clone()
    }

    /// Windows that are open, the lowest first.
    pub(crate) async fn windows(&self) -> Vec<Value> {
        self.views().await["modals"].as_array().cloned().unwrap_or_default()
    }

    /// The window on top.
    pub(crate) async fn window(&self) -> Value {
        self.windows().await.pop().expect("a window is open")
    }

    async fn views(&self) -> Value {
        self.outside.read(&format!("slack/views?user={}", self.id)).await
    }

    /// Presses a button in the home.
    pub(crate) async fn presses_in_home(&self, label: &str) {
        let home = self.home().await;
        let (action, value, block) = slack::button(&home["blocks"], label).expect("the home has the button");
        let press = json!({
            "user": self.id, "view_id": "home", "action_id": action, "value": value, "block_id": block,
        });
        self.outside.order("slack/view/act", press).await;
    }

    /// Writes into an input of the window on top, which tells the app at once.
    pub(crate) async fn types_in_window(&self, input: &str, value: &str) {
        let action = self.action_of(input).await;
        let typed = json!({
            "user": self.id, "block_id": input, "action_id": action, "value": value, "typing": "on_character_entered",
        });
        self.outside.order("slack/view/act", typed).await;
    }

    /// Fills in the window on top, by the ids of its inputs, and submits it. What is wrong, by input; nothing when it closed.
    pub(crate) async fn submits(&self, entries: &[(&str, Value)]) -> Value {
        let mut values = json!({});
        for (input, value) in entries {
            values[*input] = json!({ self.action_of(input).await: value });
        }
        let order = json!({ "user": self.id, "values": values });
        self.outside.order("slack/view/submit", order).await["errors"].clone()
    }

    pub(super) async fn action_of(&self, input: &str) -> String {
        let window = self.window().await;
        let blocks = window["blocks"].as_array().cloned().unwrap_or_default();
        let found = blocks.iter().find(|block| block["block_id"] == input);
        let found = found.unwrap_or_else(|| panic!("no input “{input}” in {window:#}"));
        found["element"]["action_id"].as_str().expect("an input has an action").to_owned()
    }

    /// Archives, unarchives, deletes or renames a channel, or takes the app out of it or in.
    pub(crate) async fn acts_on_channel(&self, channel: &str, action: &str) {
        self.outside.order("slack/channel", json!({ "user": self.id, "channel": channel, "action": action })).await;
    }
}
