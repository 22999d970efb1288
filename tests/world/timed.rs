//! Texts that are sent later, for scenarios: scheduled by a member, as the window does it. And files, which a member chooses in a window or a program
//! names.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    By, Error,
    messages::{self, Message, NewText},
    workspaces,
};

use serde_json::{Value, json};

use super::{Opened, Phone, World, client, people::Member, slack};

impl World {
    /// On behalf of a member of the clinic.
    pub(crate) async fn by(&self, member: &Member) -> By {
        let page = domain::page::PageRequest::first(100);
        let users = domain::members::list_users(&self.ctx(), None, &page).await.expect("users are listed").items;
        let user = users.into_iter().find(|(_, user)| user.chat_user_id == member.id);
        By::user(user.expect("the member has done something before").1.id)
    }

    /// Ana schedules a text for so much later.
    pub(crate) async fn schedules(&self, to: &Phone, body: &str, later: TimeDelta) -> Message {
        let done = self.tries_to_schedule(to, body, self.clock.now() + later).await;
        self.settle().await;
        done.expect("the text may be scheduled")
    }

    /// Ana tries to schedule a text.
    pub(crate) async fn tries_to_schedule(&self, to: &Phone, body: &str, at: DateTime<Utc>) -> Result<Message, Error> {
        let by = self.by(&self.team().ana).await;
        let workspace = workspaces::by_team(&self.ctx(), &self.team().id).await?.expect("the clinic");
        let held = domain::numbers::of_workspace(&self.ctx(), workspace.id).await?;
        let number = held.into_iter().find(|number| number.e164.as_e164() == to.ours).expect("our number");
        let to = to.number.parse().expect("a number");
        let text = NewText { number: number.id, to, body: body.to_owned(), ignores_quiet_hours: false };
        messages::schedule(&self.ctx(), &by, workspace.id, &text, at).await
    }
}

impl Member {
    /// Puts a file into Slack, to be chosen in a window; its id.
    pub(crate) async fn uploads(&self, mut file: Value) -> String {
        file["user"] = self.id.as_str().into();
        let answer = self.outside.order("slack/upload", file).await;
        answer["id"].as_str().expect("a file has an id").to_owned()
    }

    /// Chooses something in an input of the window on top, of which Slack tells nobody.
    pub(crate) async fn chooses_in_window(&self, input: &str, value: Value) {
        let action = self.action_of(input).await;
        let chosen = json!({ "user": self.id, "block_id": input, "action_id": action, "value": value });
        self.outside.order("slack/view/act", chosen).await;
    }

    /// Presses a button in the window on top.
    pub(crate) async fn presses_in_window(&self, label: &str) {
        let window = self.window().await;
        let (action, value, block) = slack::button(&window["blocks"], label).expect("the window has the button");
        let press = json!({ "user": self.id, "action_id": action, "value": value, "block_id": block });
        self.outside.order("slack/view/act", press).await;
    }
}

impl World {
    /// Where the carrier keeps the last file that a phone sent, for everybody to fetch.
    pub(crate) async fn lies_at(&self, phone: &Phone) -> String {
        let ledger = self.ledger().await;
        let sent = ledger.texts_in.iter().rfind(|text| text.from == phone.number && !text.media_kept.is_empty());
        let sid = &sent.expect("it sent a file").media_kept[0].sid;
        let account = sandbox::credentials().twilio_account_sid;
        format!("{}/{account}/{sid}", self.outside.vendors().media_url())
    }

    /// What the API answers to a program that sends “See” with what lies at some addresses, and with further fields.
    pub(crate) async fn sends_by_api(&self, to: &Phone, media: &[String], more: &str) -> Value {
        let workspace = self.workspace().await.id;
        let number = domain::numbers::of_workspace(&self.ctx(), workspace).await.expect("numbers are listed")[0].id;
        let input = format!(
            "{{ phoneNumberId: \"{number}\", to: {{ number: \"{}\" }}, body: \"See\", mediaUrls: {media:?} {more} }}",
            to.number
        );
        let wanted = "message { id status attachments { url contentType byteCount } } errors { __typename message path ... on MediaTooLargeError { limitCount limitBytes } }";
        let answer = self
            .asks_as_owner(&format!(
                "mutation {{ messageSend(workspaceId: \"{workspace}\", input: {input}) {{ {wanted} }} }}"
            ))
            .await;
        self.settle().await;
        answer["data"]["messageSend"].clone()
    }

    /// What whoever only looks at a link of ours gets.
    pub(crate) async fn asks_for_head(&self, url: &str) -> Opened {
        let answer = client(Duration::from_secs(15)).head(url).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Opened { status, headers, bytes: answer.bytes().await.expect("a body").to_vec() }
    }
}
