//! Windows that a member fills in, and the app's home: described here in our words, drawn by the adapter. What a member entered comes back by the
//! ids of the inputs, together with the view's own state.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chat::Part;

/// A window, or the home.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// What it is for, such as `text.send`.
    pub purpose: String,
    /// Comes back with what was entered; at most 3,000 characters.
    pub state: String,
    /// Title, at most 24 characters; the home shows none.
    pub title: String,
    /// What stands on the button that submits; none for a view with nothing to submit.
    pub submit: Option<String>,
    /// What it shows, from top to bottom.
    pub parts: Vec<Part>,
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// By which the answer is found. An input whose id changes loses what was entered, which is how a value is replaced.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// Explanation below.
    pub hint: Option<String>,
    /// Whether it may stay empty.
    pub is_optional: bool,
    /// Whether each change is told at once, as a press of `input.changed` with this id as its value.
    pub is_live: bool,
    /// What is filled in.
    pub field: Field,
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// Words.
    Text {
        /// What stands there at first.
        value: Option<String>,
        /// Whether it has several lines.
        is_multiline: bool,
        /// Most characters, at most 3,000.
        longest: u16,
        /// What is shown while it is empty.
        placeholder: Option<String>,
    },
    /// One of some.
    Choice {
        /// What there is, 1 to 100.
        choices: Vec<Choice>,
        /// Which one is chosen at first, by its value.
        chosen: Option<String>,
    },
    /// Any of some, 1 to 10.
    Checks {
        /// What there is.
        choices: Vec<Choice>,
        /// Which are chosen at first.
        chosen: Vec<String>,
    },
    /// A member of the team.
    Member {
        /// Who is chosen at first.
        chosen: Option<String>,
    },
    /// A channel.
    Channel {
        /// Which is chosen at first.
        chosen: Option<String>,
    },
    /// A moment.
    Moment {
        /// Which is chosen at first.
        chosen: Option<DateTime<Utc>>,
    },
    /// Files.
    Files {
        /// Most of them, at most 10.
        most: u8,
    },
}

/// One of some to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What comes back, at most 150 characters.
    pub value: String,
    /// What is shown, at most 75 characters.
    pub label: String,
}

/// A view that a member has before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewRef {
    /// The chat's id of it.
    pub id: String,
    /// Changes with each change of the view; a change of ours that names an older one is refused.
    pub hash: Option<String>,
    /// What it is for.
    pub purpose: String,
    /// The state that we gave it.
    pub state: String,
}

/// A file in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// The chat's id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Media type as the chat says.
    pub content_type: String,
    /// Size in bytes as the chat says; 0 when it does not.
    pub byte_count: u64,
    /// Where it lies; the app's token opens it.
    pub url: String,
}

/// What was entered into one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Words; the value of a choice; the id of a member or channel.
    Text(String),
    /// Values of checks.
    Several(Vec<String>),
    /// A moment.
    Moment(DateTime<Utc>),
    /// Files.
    Files(Vec<FileRef>),
}

/// What was entered, by the ids of the inputs. An empty input is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entries(pub BTreeMap<String, Entry>);

impl Entries {
    /// Words, a choice, a member or a channel.
    pub fn text(&self, id: &str) -> Option<&str> {
        match self.0.get(id) {
            Some(Entry::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Values of checks.
    pub fn several(&self, id: &str) -> &[String] {
        match self.0.get(id) {
            Some(Entry::Several(values)) => values,
            _ => &[],
        }
    }

    /// A moment.
    pub fn moment(&self, id: &str) -> Option<DateTime<Utc>> {
        match self.0.get(id) {
            Some(Entry::Moment(at)) => Some(*at),
            _ => None,
        }
    }

    /// Files.
    pub fn files(&self, id: &str) -> &[FileRef] {
        match self.0.get(id) {
            Some(Entry::Files(files)) => files,
            _ => &[],
        }
    }
}

/// What is wrong with what was entered into an input: shown there, and nothing is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Id of the input.
    pub input: String,
    /// What is wrong and what to do.
    pub sentence: String,
}
