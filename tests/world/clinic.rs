//! The setting of most scenarios: a dental clinic whose members are Ana and Ben, and its patients with their phones.

use std::{sync::Arc, time::Duration};

use super::{Phone, World, client, operator, outside::Outside, people::Member};
use domain::{
    contacts::{self, ContactChange},
    conversations::Placement,
    numbers::{self, Claim, Number, ReplySettings, RoutingChange},
    phone::PhoneNumber,
    workspaces::{self, SendMode},
};

/// Phones of patients.
pub(crate) const MARIA: &str = "+14155550101";
pub(crate) const TOM: &str = "+14155550102";

/// The team that most scenarios are about, by the sandbox's name for it.
const CLINIC: &str = "northwind-dental";

/// How long a browser waits.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the app greets a team.
const SHARED_CHANNEL: &str = "clerk-sms";

/// A team in Slack that has installed Clerk.
#[derive(Clone)]
pub(crate) struct Team {
    /// Id in Slack.
    pub(crate) id: String,
    /// Its number with us, once it has one.
    pub(crate) number: Option<String>,
    /// Who installed the app.
    pub(crate) ana: Member,
    /// A colleague.
    pub(crate) ben: Member,
}

impl Team {
    async fn of(outside: &Arc<Outside>, name: &str) -> Self {
        let slack = outside.slack(name).await;
        let member = |name: &str| {
            let user = slack.users.iter().find(|user| user.name == name).expect("every team has this member");
            Member { outside: outside.clone(), id: user.id.clone() }
        };
        let (ana, ben) = (member("ana"), member("ben"));
        Self { id: slack.team.id, number: None, ana, ben }
    }
}

impl World {
    /// Ana installs Clerk for the clinic.
    pub(crate) async fn installs(&mut self) {
        let team = self.installs_for(CLINIC).await;
        self.team = Some(team);
    }

    /// Ana presses the button of the greeting, and the clinic has a number.
    pub(crate) async fn claims_number(&mut self) {
        let team = self.with_number(self.team().clone()).await;
        self.team = Some(team);
    }

    /// The clinic.
    pub(crate) fn team(&self) -> &Team {
        self.team.as_ref().expect("somebody has installed Clerk")
    }

    /// The clinic's number.
    pub(crate) fn number(&self) -> &str {
        self.team().number.as_deref().expect("the clinic has a number")
    }

    /// Somebody of the clinic installs Clerk again.
    pub(crate) async fn installs_again(&self) {
        self.installs_for(CLINIC).await;
    }

    /// Ana of a team installs Clerk, through Slack's page of consent. A team of a new name is founded.
    pub(crate) async fn installs_for(&self, team: &str) -> Team {
        self.goes_through_installation(team, "ana").await;
        self.settle().await;
        Team::of(&self.outside, team).await
    }

    /// A colleague installs Clerk again for the clinic.
    pub(crate) async fn colleague_installs_again(&self, user: &str) {
        self.goes_through_installation(CLINIC, user).await;
        self.settle().await;
    }

    /// The way of the browser, from our address over Slack's to ours again, as somebody of a team; the status of the last page.
    pub(crate) async fn goes_through_installation(&self, team: &str, user: &str) -> u16 {
        let browser = client(PATIENCE);
        let begun = browser.get(format!("{}/slack/install", self.front.url())).send().await.expect("an answer");
        let consent = location(&begun);
        let team: String = url::form_urlencoded::byte_serialize(team.as_bytes()).collect();
        let agreed = format!("{consent}&auto=1&user={user}&team={team}");
        let back = browser.get(agreed).send().await.expect("an answer");
        let cookies = cookies(&begun);
        let arrived = browser.get(location(&back)).header("cookie", cookies).send().await.expect("an answer");
        arrived.status().as_u16()
    }

    /// A member of the team presses “Get a number” in the greeting.
    pub(crate) async fn with_number(&self, team: Team) -> Team {
        let slack = self.outside.slack(&team.id).await;
        let greeting = slack.channel(SHARED_CHANNEL).messages.iter().find(|post| post.shown().contains("Welcome"));
        team.ana.presses("Get a number", greeting.expect("the app greets")).await;
        self.settle().await;
        let workspace = self.workspace_of(&team).await;
        let held = numbers::of_workspace(&self.ctx(), workspace.id).await.expect("numbers are listed");
        let held = held.first().expect("the team has a number");
        // Most scenarios do not wait for the end of the undo window.
        self.gives_time_to_undo(held, 0).await;
        Team { number: Some(held.e164.as_e164().to_owned()), ..team }
    }

    /// The clinic knows somebody by name.
    pub(crate) async fn names(&self, phone: &Phone, name: &str) {
        let number = phone.number.parse().expect("a number");
        let change = ContactChange { name: Some(Some(name.to_owned())), ..ContactChange::default() };
        let workspace = self.workspace().await.id;
        contacts::create(&self.ctx(), &operator(), workspace, &number, change).await.expect("nobody has this number");
    }

    /// Changes where conversations of the clinic's number begin.
    pub(crate) async fn routes(&self, change: RoutingChange) {
        let workspace = self.workspace().await;
        let held = numbers::of_workspace(&self.ctx(), workspace.id).await.expect("numbers are listed");
        let number = held.first().expect("the clinic has a number").id;
        numbers::set_routing(&self.ctx(), &operator(), workspace.id, number, change).await.expect("it can be so");
    }

    /// New conversations of the clinic begin in channels of their own.
    pub(crate) async fn begins_in_own_channels(&self) {
        self.routes(RoutingChange { starts_in: Some(Placement::DirectChannel), direct_prefix: None }).await;
    }

    /// Somebody of a kind that Slack knows, such as `guest`, comes into a channel.
    pub(crate) async fn brings(&self, channel: &str, kind: &str) {
        let order = serde_json::json!({
            "team": self.team().id, "name": format!("{kind}-{}", domain::vault::random_hex(3)), "kind": kind, "channels": [channel],
        });
        self.outside.order("slack/member", order).await;
        self.settle().await;
    }

    /// Ana creates a private channel, with the app in it or without.
    pub(crate) async fn creates_private_channel(&self, name: &str, with_app: bool) {
        let ana = &self.team().ana;
        let create = serde_json::json!({
            "user": ana.id, "channel": "", "action": "create", "name": name, "is_private": true,
        });
        self.outside.order("slack/channel", create).await;
        if with_app {
            ana.acts_on_channel(name, "join_app").await;
        }
        self.settle().await;
    }

    /// Which posts in a channel go out as texts.
    pub(crate) async fn send_mode_of(&self, channel: &str) -> SendMode {
        let workspace = self.workspace().await.id;
        let known = workspaces::list_channels(&self.ctx(), &[workspace]).await.expect("channels are listed");
        let row = known.into_iter().find(|known| known.channel_id == channel);
        row.expect("the channel is known").effective_mode()
    }

    /// Replies of the clinic's number can be taken back for so long.
    pub(crate) async fn lets_undo(&self, secs: i32) {
        let workspace = self.workspace().await;
        let held = numbers::of_workspace(&self.ctx(), workspace.id).await.expect("numbers are listed");
        self.gives_time_to_undo(held.first().expect("the clinic has a number"), secs).await;
    }

    async fn gives_time_to_undo(&self, number: &Number, undo_secs: i32) {
        let settings = ReplySettings { quiet_secs: number.quiet_secs, undo_secs };
        numbers::set_reply_settings(&self.ctx(), &operator(), number.workspace_id, number.id, settings)
            .await
            .expect("the number is in use");
    }

    /// The clinic claims a certain number instead of any.
    pub(crate) async fn claims(&mut self, number: &str) {
        let number: PhoneNumber = number.parse().expect("a number");
        let workspace = self.workspace().await;
        let wanted = Claim { number, label: None, shared_channel_id: None };
        numbers::claim(&self.ctx(), &operator(), workspace.id, wanted).await.expect("the number is free");
        self.settle().await;
        let team = Team { number: Some(number.as_e164().to_owned()), ..self.team().clone() };
        self.team = Some(team);
    }

    /// Somebody with this phone, who knows the clinic's number.
    pub(crate) fn phone(&self, number: &str) -> Phone {
        self.phone_for(self.team(), number)
    }

    /// Somebody with this phone, who knows the number of another team.
    pub(crate) fn phone_for(&self, team: &Team, number: &str) -> Phone {
        let ours = team.number.clone().expect("the team has a number");
        Phone { outside: self.outside.clone(), number: number.to_owned(), ours }
    }

    /// One of many patients, each with a number of their own.
    pub(crate) fn patient(&self, index: usize) -> Phone {
        self.phone(&patient_number(index))
    }

    /// Maria, a patient.
    pub(crate) fn maria(&self) -> Phone {
        self.phone(MARIA)
    }
}

/// A fictional number for each index.
fn patient_number(index: usize) -> String {
    format!("+1{}55501{:02}", 907 + index / 100, index % 100)
}

fn location(response: &reqwest::Response) -> String {
    let header = response.headers().get("location").and_then(|value| value.to_str().ok());
    header.unwrap_or_else(|| panic!("no redirect but {}", response.status())).to_owned()
}

/// Cookies that the answer sets, as the browser sends them back.
fn cookies(response: &reqwest::Response) -> String {
    let set = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}
