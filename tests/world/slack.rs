//! What a member sees in Slack: channels, threads, posts with their marks and buttons, and notices that only one member sees.

use serde::Deserialize;
use serde_json::Value;

/// A team's Slack at a moment.
#[derive(Debug, Deserialize)]
pub(crate) struct Slack {
    /// The team.
    pub(crate) team: TeamLine,
    /// Members, and the app while it is installed.
    pub(crate) users: Vec<User>,
    /// Channels and direct conversations.
    pub(crate) channels: Vec<Channel>,
    /// What only one member sees, oldest first.
    pub(crate) ephemerals: Vec<Notice>,
    /// The app.
    pub(crate) app: App,
}

/// The app.
#[derive(Debug, Deserialize)]
pub(crate) struct App {
    /// Its own user.
    pub(crate) bot_user_id: String,
}

/// A team.
#[derive(Debug, Deserialize)]
pub(crate) struct TeamLine {
    /// Id of it.
    pub(crate) id: String,
}

/// A member.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    /// Id of the member.
    pub(crate) id: String,
    /// Short name.
    pub(crate) name: String,
}

/// A channel.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Channel {
    /// Id of it.
    pub(crate) id: String,
    /// Name of it.
    pub(crate) name: String,
    /// Whether it is a direct conversation.
    pub(crate) is_im: bool,
    /// Who belongs to it.
    pub(crate) members: Vec<String>,
    /// Posts, oldest first, replies too.
    pub(crate) messages: Vec<Post>,
}

/// A post.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Post {
    /// Where.
    pub(crate) channel: String,
    /// Time stamp.
    pub(crate) ts: String,
    /// First post of its thread.
    pub(crate) thread_ts: Option<String>,
    /// Set for a post of the app.
    pub(crate) bot_id: Option<String>,
    /// Name that the app shows instead of its own.
    pub(crate) username: Option<String>,
    /// Fallback text, in Slack's markup.
    pub(crate) text: String,
    /// What is shown.
    pub(crate) blocks: Value,
    /// Reactions.
    pub(crate) reactions: Vec<Reaction>,
    /// Files in it.
    #[serde(default)]
    pub(crate) files: Vec<SharedFile>,
}

/// A file in a post.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SharedFile {
    /// Its name.
    pub(crate) name: String,
}

/// A reaction.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reaction {
    /// Name of the emoji.
    pub(crate) name: String,
    /// Who chose it.
    pub(crate) users: Vec<String>,
}

/// Something that only one member sees.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Notice {
    /// Where.
    pub(crate) channel: String,
    /// First post of its thread.
    pub(crate) thread_ts: Option<String>,
    /// Who sees it.
    pub(crate) user: String,
    /// Fallback text.
    pub(crate) text: String,
    /// What is shown.
    pub(crate) blocks: Value,
    /// Time stamp.
    pub(crate) ts: String,
}

/// A conversation as the channel shows it.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    /// The first post.
    pub(crate) parent: Post,
    /// What follows, oldest first.
    pub(crate) replies: Vec<Post>,
}

impl Slack {
    /// The channel with a name.
    pub(crate) fn channel(&self, name: &str) -> &Channel {
        let found = self.channels.iter().find(|channel| channel.name == name);
        found.unwrap_or_else(|| panic!("there is no #{name}: {:?}", self.names()))
    }

    /// Names of all channels.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.channels.iter().filter(|channel| !channel.is_im).map(|channel| channel.name.as_str()).collect()
    }

    /// Threads of the app that name a phone number, oldest first.
    pub(crate) fn threads_with(&self, phone: &str) -> Vec<Thread> {
        let all = self.channels.iter().flat_map(|channel| &channel.messages);
        // The head of a conversation's own channel looks the same, and says so.
        let begins_one = |post: &&Post| {
            let shown = post.shown();
            let is_parent = shown.contains("\nTexts ") && !shown.contains("in this channel");
            post.is_of_app() && post.thread_ts.is_none() && is_parent
        };
        let parents = all.filter(begins_one).filter(|post| post.names(phone));
        parents.map(|parent| self.thread(&parent.channel, &parent.ts)).collect()
    }

    /// The one thread with a phone number.
    pub(crate) fn thread_with(&self, phone: &str) -> Thread {
        let mut threads = self.threads_with(phone);
        assert_eq!(threads.len(), 1, "threads with {phone} in {:#?}", self.channels);
        threads.remove(0)
    }

    fn thread(&self, channel: &str, ts: &str) -> Thread {
        let posts = || self.channels.iter().filter(|known| known.id == channel).flat_map(|channel| &channel.messages);
        Thread {
            parent: posts().find(|post| post.ts == ts).expect("a thread has a first post").clone(),
            replies: posts().filter(|post| post.thread_ts.as_deref() == Some(ts)).cloned().collect(),
        }
    }

    /// A post as it stands now.
    pub(crate) fn post(&self, channel: &str, ts: &str) -> &Post {
        let mut posts = self.channels.iter().filter(|known| known.id == channel).flat_map(|channel| &channel.messages);
        posts.find(|post| post.ts == ts).expect("the post stands there")
    }

    /// The channel with this id.
    pub(crate) fn channel_by_id(&self, id: &str) -> &Channel {
        self.channels.iter().find(|channel| channel.id == id).expect("the channel exists")
    }

    /// Notices to a member, oldest first.
    pub(crate) fn notices_to(&self, user: &str) -> Vec<&Notice> {
        self.ephemerals.iter().filter(|notice| notice.user == user).collect()
    }

    /// The last notice to a member.
    pub(crate) fn last_notice_to(&self, user: &str) -> &Notice {
        self.notices_to(user).pop().expect("the member was told something")
    }

    /// The direct conversation of the app with a member; no posts when there is none.
    pub(crate) fn direct_posts_to(&self, user: &str) -> Vec<&Post> {
        let is_theirs = |channel: &&Channel| channel.is_im && channel.name.contains(user);
        self.channels.iter().filter(is_theirs).flat_map(|channel| &channel.messages).collect()
    }
}

impl Channel {
    /// Texts of a contact in the channel itself, as shown, oldest first.
    pub(crate) fn texts_of_contact(&self) -> Vec<String> {
        let own = self.messages.iter().filter(|post| post.thread_ts.is_none() && post.username.is_some());
        own.map(Post::shown).collect()
    }

    /// The post of the app that has a button with this label, the latest of several.
    pub(crate) fn post_with(&self, label: &str) -> &Post {
        let with = |post: &&Post| button_labels(&post.blocks).iter().any(|known| known == label);
        self.messages.iter().rev().find(with).unwrap_or_else(|| panic!("no button “{label}” in #{}", self.name))
    }

    /// Posts of the app in the channel itself, as shown.
    pub(crate) fn announcements(&self) -> Vec<String> {
        let own = self.messages.iter().filter(|post| post.is_of_app() && post.thread_ts.is_none());
        own.map(Post::shown).collect()
    }
}

impl Post {
    /// Whether the app posted it.
    pub(crate) fn is_of_app(&self) -> bool {
        self.bot_id.is_some()
    }

    /// What a person reads.
    pub(crate) fn shown(&self) -> String {
        shown(&self.text, &self.blocks)
    }

    /// Marks of the app on it.
    pub(crate) fn marks(&self) -> Vec<&str> {
        self.reactions
            .iter()
            .filter(|reaction| !reaction.users.is_empty())
            .map(|reaction| reaction.name.as_str())
            .collect()
    }

    /// Whether it names a phone number, however the digits are grouped.
    fn names(&self, phone: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let first_line = self.shown().lines().next().map(digits).unwrap_or_default();
        first_line.contains(&digits(phone))
    }

    /// What in it would call somebody: a member, a group, or everyone.
    pub(crate) fn pings(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.blocks, &mut |element| {
            if matches!(element["type"].as_str(), Some("user" | "usergroup" | "broadcast")) {
                found.push(element.to_string());
            }
            if element["type"] == "mrkdwn" {
                found.extend(calls(element["text"].as_str().unwrap_or_default()));
            }
        });
        found.extend(calls(&self.text));
        found
    }
}

/// Markup that calls somebody; a date is none.
fn calls(text: &str) -> Vec<String> {
    let parts = text.split('<').skip(1).filter(|part| part.starts_with(['@', '!']) && !part.starts_with("!date^"));
    parts.map(str::to_owned).collect()
}

impl Notice {
    /// What the member reads.
    pub(crate) fn shown(&self) -> String {
        shown(&self.text, &self.blocks)
    }
}

impl Thread {
    /// The channel that it is in.
    pub(crate) fn channel(&self) -> &str {
        &self.parent.channel
    }

    /// Time stamp of its first post.
    pub(crate) fn ts(&self) -> &str {
        &self.parent.ts
    }

    /// Texts of the contact, as shown, oldest first.
    pub(crate) fn texts_of_contact(&self) -> Vec<String> {
        self.replies.iter().filter(|post| post.username.is_some()).map(Post::shown).collect()
    }

    /// Names of the files that the app has put there, oldest first.
    pub(crate) fn files(&self) -> Vec<&str> {
        let own = self.replies.iter().filter(|post| post.is_of_app());
        own.flat_map(|post| &post.files).map(|file| file.name.as_str()).collect()
    }

    /// What the app itself says in the thread, oldest first.
    pub(crate) fn notes(&self) -> Vec<String> {
        let own =
            self.replies.iter().filter(|post| post.is_of_app() && post.username.is_none() && post.files.is_empty());
        own.map(Post::shown).collect()
    }
}

/// Button with a label: its action, its value and its block.
pub(super) fn button(blocks: &Value, label: &str) -> Option<(String, String, Option<String>)> {
    let mut found = None;
    for block in blocks.as_array().into_iter().flatten() {
        walk(block, &mut |element| {
            if element["type"] == "button" && element["text"]["text"] == label {
                let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let id = block["block_id"].as_str().map(str::to_owned);
                found = Some((word(&element["action_id"]), word(&element["value"]), id));
            }
        });
    }
    found
}

/// Labels of all buttons.
pub(crate) fn button_labels(blocks: &Value) -> Vec<String> {
    let mut labels = Vec::new();
    walk(blocks, &mut |element| {
        if element["type"] == "button" {
            labels.push(element["text"]["text"].as_str().unwrap_or_default().to_owned());
        }
    });
    labels
}

fn shown(text: &str, blocks: &Value) -> String {
    match blocks.as_array() {
        Some(blocks) if !blocks.is_empty() => blocks.iter().flat_map(lines).collect::<Vec<_>>().join("\n"),
        _ => text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
    }
}

/// Lines of a block that a person reads; buttons are none.
fn lines(block: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_array().into_iter().flatten().map(words).collect::<String>();
    // Slack leaves a gap between the elements of small print.
    let apart = |value: &Value| value.as_array().into_iter().flatten().map(words).collect::<Vec<_>>().join(" ");
    match block["type"].as_str() {
        Some("rich_text") => {
            block["elements"].as_array().into_iter().flatten().map(|part| of(&part["elements"])).collect()
        }
        Some("context") => vec![apart(&block["elements"])],
        Some("section") => vec![words(&block["text"])],
        _ => Vec::new(),
    }
}

fn words(element: &Value) -> String {
    let named = ["text", "fallback", "url", "user_id", "channel_id"];
    let found = named.iter().filter_map(|name| element[*name].as_str()).next();
    found.unwrap_or_default().to_owned()
}

fn walk(value: &Value, look: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            look(value);
            fields.values().for_each(|field| walk(field, look));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, look)),
        _ => {}
    }
}
