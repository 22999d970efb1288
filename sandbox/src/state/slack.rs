//! What Slack remembers: teams, people, channels with their posts, tokens and files.
//!
//! Posts of a channel are kept by timestamp, so history, threads and single posts are found without scans. There is
//! one team to begin with; others are made when an app is installed into them, for tests with several workspaces.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Row;
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
    pub(crate) views: BTreeMap<String, Value>,
    /// Addresses given out for delayed answers, by their secret part.
    pub(crate) response_urls: HashMap<String, ResponseUrl>,
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
}

/// What kind of conversation a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Open to the team.
    #[default]
    Channel,
    /// Private.
    Group,
    /// Between two.
    Im,
}

impl Kind {
    /// Slack's word in `channel_type`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Group => "group",
            Self::Im => "im",
        }
    }
}

/// A conversation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) team: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) created: u64,
    pub(crate) creator: String,
    pub(crate) archived: bool,
    pub(crate) members: Vec<String>,
    pub(crate) topic: String,
    pub(crate) purpose: String,
    pub(crate) previous_names: Vec<String>,
    /// Posts by timestamp (microseconds), replies too.
    pub(crate) posts: BTreeMap<u64, Row<Post>>,
    /// Replies of a thread, oldest first, by the timestamp of its root.
    pub(crate) threads: HashMap<u64, Vec<u64>>,
}

/// A post.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Post {
    pub(crate) ts: u64,
    pub(crate) thread: Option<u64>,
    /// Who wrote it; the bot's user for the app's posts.
    pub(crate) user: String,
    /// Whether the app wrote it.
    pub(crate) by_app: bool,
    /// The name that the app asked to be shown under.
    pub(crate) username: Option<String>,
    pub(crate) icon: Option<Value>,
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
    pub(crate) metadata: Option<Value>,
    pub(crate) subtype: Option<String>,
    pub(crate) client_msg_id: Option<String>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) edited: Option<Edited>,
    pub(crate) files: Vec<String>,
}

/// An emoji and those who chose it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) name: String,
    pub(crate) users: Vec<String>,
}

/// The last change of a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Edited {
    pub(crate) user: String,
    pub(crate) ts: u64,
}

/// What a token may do, and for whom.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Token {
    pub(crate) team: String,
    /// The bot's user, or the person of a user token.
    pub(crate) user: String,
    pub(crate) scopes: String,
    pub(crate) is_bot: bool,
    /// Slack's code for a token that is dead: `token_revoked`, `account_inactive`.
    pub(crate) dead: Option<String>,
}

/// What was agreed on the consent page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Code {
    pub(crate) team: String,
    pub(crate) user: String,
    pub(crate) scope: String,
    pub(crate) user_scope: String,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: String,
    pub(crate) made: u64,
}

/// A post that only one member sees.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ephemeral {
    pub(crate) team: String,
    pub(crate) channel: String,
    pub(crate) thread: Option<u64>,
    pub(crate) user: String,
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) ts: u64,
}

/// A file, complete or announced.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) team: String,
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) content_type: String,
    pub(crate) created: u64,
    /// Base64 of the bytes; empty until they were uploaded.
    pub(crate) content: String,
    pub(crate) size: usize,
    pub(crate) complete: bool,
}

/// Where a delayed answer of the app goes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ResponseUrl {
    pub(crate) team: String,
    pub(crate) channel: String,
    pub(crate) user: String,
    /// The post or ephemeral whose button was pressed.
    pub(crate) source: Option<u64>,
    pub(crate) made: u64,
    pub(crate) uses: u32,
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
                is_bot: false,
                is_owner: position == 0,
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
            is_owner: false,
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

    /// A user of the team by id or handle.
    pub(crate) fn find_user(&self, team: &str, wanted: &str) -> Option<&User> {
        match self.users.get(wanted) {
            Some(user) => Some(user).filter(|user| user.team == team),
            None => self.users.values().find(|user| user.team == team && user.name == wanted),
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

impl Channel {
    /// Whether this user belongs to it.
    pub(crate) fn has(&self, user: &str) -> bool {
        self.members.iter().any(|member| member == user)
    }

    /// Stores a post, and its place in the thread.
    pub(crate) fn insert(&mut self, post: Post) {
        if let Some(root) = post.thread {
            self.threads.entry(root).or_default().push(post.ts);
        }
        self.posts.insert(post.ts, Row::new(post));
    }

    /// The replies of the thread that begins at `root`, oldest first.
    pub(crate) fn replies(&self, root: u64) -> &[u64] {
        self.threads.get(&root).map_or(&[], Vec::as_slice)
    }

    /// Removes a post; the root of a thread leaves a tombstone. Answers what it was.
    pub(crate) fn remove(&mut self, ts: u64) -> Option<Post> {
        let was: Post = (**self.posts.get(&ts)?).clone();
        if self.replies(ts).is_empty() {
            self.posts.remove(&ts);
            if let Some(replies) = was.thread.and_then(|root| self.threads.get_mut(&root)) {
                replies.retain(|reply| *reply != ts);
            }
        } else {
            let stone = Post {
                ts,
                user: "USLACKBOT".to_owned(),
                text: "This message was deleted.".to_owned(),
                subtype: Some("tombstone".to_owned()),
                ..Post::default()
            };
            self.posts.insert(ts, Row::new(stone));
        }
        Some(was)
    }
}
