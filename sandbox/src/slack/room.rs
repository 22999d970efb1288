//! The locked state as one token sees it, and the refusals of methods.
//!
//! Methods collect the events that they cause; those are sent when the room is left, never under the lock.

use std::sync::{Arc, MutexGuard};

use serde_json::{Value, json};

use crate::{
    clock, ids,
    state::{
        Data,
        slack::{Channel, Kind, Post, Token},
    },
    wire::call::Call,
    world::World,
};

/// Methods that demand `team_id` of a token that opens more than one team (api.slack.com/enterprise/apps/changes-apis).
const OF_A_TEAM: [&str; 4] = ["conversations.create", "conversations.list", "users.conversations", "users.list"];

/// What a method answers.
pub(crate) type Answer = Result<Value, Refusal>;

/// Why a method did nothing, in Slack's words.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    /// Further members of the answer.
    pub(crate) details: Value,
}

impl From<&str> for Refusal {
    fn from(code: &str) -> Self {
        Self { code: code.to_owned(), details: json!({}) }
    }
}

/// The locked state and who is in it.
pub(crate) struct Room<'a> {
    pub(crate) data: MutexGuard<'a, Data>,
    pub(crate) world: &'a Arc<World>,
    pub(crate) team: String,
    pub(crate) token: Token,
    pub(crate) secret: String,
    events: Vec<Value>,
}

impl<'a> Room<'a> {
    /// Enters with the token of a call.
    pub(crate) fn enter(world: &'a Arc<World>, call: &Call) -> Result<Self, Refusal> {
        let secret = bearer(call).or_else(|| call.filled("token")).ok_or("not_authed")?;
        let data = world.data();
        let mut token = data.slack.tokens.get(&secret).cloned().ok_or("invalid_auth")?;
        if let Some(code) = token.dead.as_deref() {
            return Err(code.into());
        }
        if token.expires > 0 && clock::micros() > token.expires {
            return Err("token_expired".into());
        }
        let team = match token.enterprise.as_str() {
            "" => token.team.clone(),
            enterprise => team_in(&data, enterprise, call)?,
        };
        if let Some(known) = data.slack.team(&team).filter(|_| token.is_bot) {
            token.user.clone_from(&known.bot_user);
        }
        Ok(Self { data, world, team, token, secret, events: Vec::new() })
    }

    /// Enters as the app of a team, for what the app did through another door.
    pub(crate) fn of_app(world: &'a Arc<World>, team: &str) -> Option<Self> {
        let data = world.data();
        let known = data.slack.team(team)?;
        let token = Token {
            team: known.id.clone(),
            user: known.bot_user.clone(),
            scopes: known.scopes.clone(),
            is_bot: true,
            ..Token::default()
        };
        Some(Self { team: known.id.clone(), data, world, token, secret: String::new(), events: Vec::new() })
    }

    /// Lets go of the state; answers the team and the events to send.
    pub(crate) fn leave(self) -> (String, Vec<Value>) {
        (self.team, self.events)
    }

    /// Counts the call against its limit; `Err` carries the seconds to wait.
    pub(crate) fn count(&mut self, method: &str, call: &Call) -> Result<(), u64> {
        if !self.data.pace.enforce_limits {
            return Ok(());
        }
        let channel = call.text("channel").unwrap_or_default();
        self.data.limits.count(method, &self.team, &channel)
    }

    /// Refuses when the token has none of these scopes; an empty list asks for none.
    pub(crate) fn needs_one_of(&self, scopes: &[&str]) -> Result<(), Refusal> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.has_scope(scope)) {
            return Ok(());
        }
        let details = json!({ "needed": scopes[0], "provided": self.token.scopes });
        Err(Refusal { code: "missing_scope".to_owned(), details })
    }

    /// Refuses a call that does not name the team that it means, when the token is one of a whole organisation; and one that means a team
    /// which the organisation has not put the app into.
    pub(crate) fn needs_team(&self, method: &str, call: &Call) -> Result<(), Refusal> {
        if self.token.enterprise.is_empty() || !OF_A_TEAM.contains(&method) {
            return Ok(());
        }
        if call.filled("team_id").is_none() {
            return Err("missing_argument".into());
        }
        let own = self.data.slack.enterprise_of(&self.team);
        if own.is_some_and(|own| own.withheld) { Err("team_access_not_granted".into()) } else { Ok(()) }
    }

    /// Refuses when the token may not do this (`read`, `history`, `manage`) with a channel of this kind.
    pub(crate) fn needs_for(&self, id: &str, verb: &str) -> Result<(), Refusal> {
        let kind = self.data.slack.channels.get(id).map(|channel| channel.kind).unwrap_or_default();
        let scopes: &[&str] = match (kind, verb) {
            (Kind::Channel, "manage") => &["channels:manage", "channels:write"],
            (Kind::Group, "manage") => &["groups:write"],
            (Kind::Im, "manage") => &["im:write"],
            (Kind::Channel, "history") => &["channels:history"],
            (Kind::Group, "history") => &["groups:history"],
            (Kind::Im, "history") => &["im:history"],
            (Kind::Channel, _) => &["channels:read"],
            (Kind::Group, _) => &["groups:read"],
            (Kind::Im, _) => &["im:read"],
        };
        self.needs_one_of(scopes)
    }

    /// Whether the token has this scope.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.token.scopes.split([',', ' ']).any(|own| own == scope)
    }

    /// An event of the app's team, to be sent when the room is left.
    pub(crate) fn tell(&mut self, event: Value) {
        self.events.push(event);
    }

    /// The id of the channel that a call means: an id, `#name`, or a member for direct posts.
    pub(crate) fn channel_id(&mut self, call: &Call) -> Result<String, Refusal> {
        let wanted = call.filled("channel").ok_or("channel_not_found")?;
        if let Some(user) = self.data.slack.users.get(&wanted).filter(|user| user.team == self.team) {
            let (user, me) = (user.id.clone(), self.token.user.clone());
            let Data { slack, serial, .. } = &mut *self.data;
            return Ok(slack.direct_channel(serial, &self.team, [&me, &user]));
        }
        let team = self.data.slack.team(&self.team).ok_or("account_inactive")?;
        let id = team.names.get(wanted.trim_start_matches('#')).cloned().unwrap_or(wanted);
        self.see(&id).map(|channel| channel.id.clone())
    }

    /// A channel that the token can see.
    pub(crate) fn see(&self, id: &str) -> Result<&Channel, Refusal> {
        let channel = self.data.slack.channels.get(id).filter(|channel| channel.team == self.team);
        let visible = channel.filter(|channel| channel.kind == Kind::Channel || channel.has(&self.token.user));
        visible.ok_or_else(|| "channel_not_found".into())
    }

    /// A channel to change. It must have been [seen](Self::see) before.
    pub(crate) fn channel_mut(&mut self, id: &str) -> Result<&mut Channel, Refusal> {
        self.data.slack.channels.get_mut(id).ok_or_else(|| "channel_not_found".into())
    }

    /// A post of a channel by the timestamp that a call gives under `name`.
    pub(crate) fn post(&self, channel: &str, call: &Call, name: &str) -> Result<&Post, Refusal> {
        let ts = call.filled(name).and_then(|text| ids::parse_ts(&text)).ok_or("message_not_found")?;
        let row = self.see(channel)?.posts.get(&ts).ok_or("message_not_found")?;
        Ok(row)
    }
}

/// The team that a call of an org-wide app means: named, or that of its channel, or the organisation's first.
fn team_in(data: &Data, enterprise: &str, call: &Call) -> Result<String, Refusal> {
    let named = call.filled("team_id");
    let of_channel = || {
        let id = call.filled("channel").or_else(|| call.filled("channel_id"))?;
        data.slack.channels.get(&id).map(|channel| channel.team.clone())
    };
    let mut own = data.slack.teams.iter().filter(|team| team.enterprise == enterprise);
    match named.or_else(of_channel) {
        Some(wanted) => {
            own.find(|team| team.id == wanted).map(|team| team.id.clone()).ok_or_else(|| "team_not_found".into())
        }
        None => own.next().map(|team| team.id.clone()).ok_or_else(|| "team_not_found".into()),
    }
}

fn bearer(call: &Call) -> Option<String> {
    let (scheme, token) = call.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
