//! What Slack remembers: teams, people, channels with their posts, tokens and files.
//!
//! There is one team to begin with; others are made when an app is installed into them, for tests with several
//! workspaces, and when a channel is shared with another company.

mod access;
mod channel;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub(crate) use access::{Code, ResponseUrl, Token};
pub(crate) use channel::{Channel, Edited, Ephemeral, File, Kind, Post, Reaction};

use super::surfaces::{App, Settings, Trigger, View};
use crate::ids::{self, Serial};

/// The people of every team: handle, name, colour, picture.
const PEOPLE: [(&str, &str, &str, &str); 4] = [
    ("ana", "Ana Ruiz", "9f69e7", "🦷"),
    ("ben", "Ben Carter", "4bbe2e", "🧑‍💼"),
    ("chloe", "Chloe Nguyen", "e7392d", "👩‍⚕️"),
    ("dev", "Dev Patel", "3c989f", "🎧"),
];

/// Slack's memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Slack {
    /// In the order of their making; the first is shown by the page.
    pub(crate) teams: Vec<Team>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) channels: HashMap<String, Channel>,
    /// Tokens ever issued.
    pub(crate) tokens: HashMap<String, Token>,
    /// Codes of the consent page that were not exchanged yet.
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) ephemerals: Vec<Ephemeral>,
    pub(crate) files: HashMap<String, File>,
    /// Modals and home tabs, by id.
    pub(crate) surfaces: BTreeMap<String, View>,
    /// Addresses given out for delayed answers, by their secret part.
    pub(crate) response_urls: HashMap<String, ResponseUrl>,
    /// What members did that lets the app open a view, by the trigger's id; good for seconds, so never saved.
    #[serde(skip)]
    pub(crate) triggers: HashMap<String, Trigger>,
    pub(crate) enterprises: Vec<Enterprise>,
    /// What the app offers in Slack's menus.
    pub(crate) app: App,
    pub(crate) settings: Settings,
    /// Where this Slack listens, without a slash at the end.
    #[serde(skip)]
    pub(crate) address: String,
}

/// An organisation of several workspaces (Enterprise Grid).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Enterprise {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether the app is installed for the whole organisation, or is to be at the next consent.
    pub(crate) org_wide: bool,
    /// Whether nobody has put the app into any of its teams yet.
    pub(crate) withheld: bool,
}

/// A Slack workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Team {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) bot_id: String,
    pub(crate) bot_user: String,
    pub(crate) installed: bool,
    /// Scopes granted to the bot, with commas.
    pub(crate) scopes: String,
    /// The organisation it belongs to; empty for none.
    pub(crate) enterprise: String,
    /// Members in the order of the page.
    pub(crate) users: Vec<String>,
    /// Channels in the order of their making.
    pub(crate) channels: Vec<String>,
    /// Channel ids by name, archived ones too: a name is taken for good.
    pub(crate) names: HashMap<String, String>,
}

/// A member or a bot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) team: String,
    pub(crate) name: String,
    pub(crate) real_name: String,
    pub(crate) color: String,
    pub(crate) avatar: String,
    pub(crate) is_bot: bool,
    pub(crate) is_owner: bool,
    /// A guest, who sees only the channels they were added to.
    pub(crate) is_restricted: bool,
    /// A guest of a single channel.
    pub(crate) is_ultra_restricted: bool,
    pub(crate) deleted: bool,
    /// The bot of another app; empty for people and for our own app.
    pub(crate) bot_id: String,
}

impl Slack {
    /// Northwind Dental with its four people and #general.
    pub(crate) fn new(serial: &mut Serial) -> Self {
        let mut slack = Self::default();
        slack.found_team(serial, "Northwind Dental", "northwind-dental");
        slack
    }

    /// Makes a team with the usual people and #general; answers its id.
    pub(crate) fn found_team(&mut self, serial: &mut Serial, name: &str, domain: &str) -> String {
        let mut team = Team {
            id: ids::slack("T", serial.next()),
            name: name.to_owned(),
            domain: domain.to_owned(),
            bot_id: ids::slack("B", serial.next()),
            bot_user: ids::slack("U", serial.next()),
            ..Team::default()
        };
        for (position, (name, real_name, color, avatar)) in PEOPLE.into_iter().enumerate() {
            let user = User {
                id: ids::slack("U", serial.next()),
                team: team.id.clone(),
                name: name.to_owned(),
                real_name: real_name.to_owned(),
                color: color.to_owned(),
                avatar: avatar.to_owned(),
                is_owner: position == 0,
                ..User::default()
            };
            team.users.push(user.id.clone());
            self.users.insert(user.id.clone(), user);
        }
        let bot = User {
            id: team.bot_user.clone(),
            team: team.id.clone(),
            name: "clerk".to_owned(),
            real_name: "Clerk".to_owned(),
            color: "1264a3".to_owned(),
            avatar: "📇".to_owned(),
            is_bot: true,
            ..User::default()
        };
        self.users.insert(bot.id.clone(), bot);
        let (id, members) = (team.id.clone(), team.users.clone());
        self.teams.push(team);
        let made = serial.next();
        self.add_channel(Channel {
            id: ids::slack("C", made),
            team: id.clone(),
            name: "general".to_owned(),
            created: made,
            creator: members[0].clone(),
            members,
            ..Channel::default()
        });
        id
    }

    /// Adds a channel and takes its name.
    pub(crate) fn add_channel(&mut self, channel: Channel) {
        if let Some(team) = self.team_mut(&channel.team) {
            team.channels.push(channel.id.clone());
            if channel.kind != Kind::Im {
                team.names.insert(channel.name.clone(), channel.id.clone());
            }
        }
        self.channels.insert(channel.id.clone(), channel);
    }

    /// The team with this id.
    pub(crate) fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// The team with this id, to change it.
    pub(crate) fn team_mut(&mut self, id: &str) -> Option<&mut Team> {
        self.teams.iter_mut().find(|team| team.id == id)
    }

    /// A team by id, domain or name.
    pub(crate) fn find_team(&self, wanted: &str) -> Option<&Team> {
        self.teams.iter().find(|team| [&team.id, &team.domain, &team.name].into_iter().any(|word| word == wanted))
    }

    /// The organisation of a team.
    pub(crate) fn enterprise_of(&self, team: &str) -> Option<&Enterprise> {
        let id = &self.team(team)?.enterprise;
        self.enterprises.iter().find(|enterprise| enterprise.id == *id)
    }

    /// Whether the app is installed for the whole organisation of a team.
    pub(crate) fn is_org_wide(&self, team: &str) -> bool {
        self.enterprise_of(team).is_some_and(|enterprise| enterprise.org_wide)
    }

    /// A user of the team by id or handle.
    pub(crate) fn find_user(&self, team: &str, wanted: &str) -> Option<&User> {
        match self.users.get(wanted) {
            Some(user) => Some(user).filter(|user| user.team == team),
            None => self.users.values().find(|user| user.team == team && user.name == wanted),
        }
    }

    /// The id of a channel by its id or name in a team; what is unknown is taken for an id.
    pub(crate) fn channel_named(&self, team: &str, wanted: &str) -> String {
        let named = self.team(team).and_then(|team| team.names.get(wanted.trim_start_matches('#')));
        named.cloned().unwrap_or_else(|| wanted.to_owned())
    }

    /// The team of another company, made when there is none of this name.
    pub(crate) fn other_company(&mut self, serial: &mut Serial, name: &str) -> String {
        match self.find_team(name) {
            Some(team) => team.id.clone(),
            None => self.found_team(serial, name, &name.to_lowercase().replace(' ', "-")),
        }
    }

    /// The channel of direct posts between two, made when there is none.
    pub(crate) fn direct_channel(&mut self, serial: &mut Serial, team: &str, pair: [&str; 2]) -> String {
        let mut members = pair.map(str::to_owned);
        members.sort();
        let name = members.join("-");
        if let Some(id) = self.team(team).and_then(|team| team.names.get(&name)) {
            return id.clone();
        }
        let made = serial.next();
        let id = ids::slack("D", made);
        self.add_channel(Channel {
            id: id.clone(),
            team: team.to_owned(),
            name: name.clone(),
            kind: Kind::Im,
            created: made,
            creator: pair[0].to_owned(),
            members: members.to_vec(),
            ..Channel::default()
        });
        if let Some(team) = self.team_mut(team) {
            team.names.insert(name, id.clone());
        }
        id
    }
}
