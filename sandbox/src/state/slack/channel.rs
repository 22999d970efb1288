//! Conversations and what is said in them: posts, private posts, files.
//!
//! Posts of a channel are kept by timestamp, so history, threads and single posts are found without scans.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::Row;

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
    /// Other teams that it is shared with (Slack Connect).
    pub(crate) shared_with: Vec<String>,
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
    /// Whether events name it without its details, so that the app has to ask.
    pub(crate) must_ask: bool,
    /// Channels and posts that show it.
    pub(crate) shares: Vec<(String, u64)>,
}
