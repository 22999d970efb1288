//! What an app puts before a member apart from posts: modals, home tabs, entries of menus, and the settings of this Slack.
//!
//! A modal belongs to one member and lies in a stack of at most three. What the member has filled in is kept here and not
//! in the page, so that a test can fill in a form without one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A modal that is open, or the home tab of a member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) team: String,
    pub(crate) user: String,
    /// The view as the app gave it, with ids for blocks and elements that had none.
    pub(crate) given: Value,
    pub(crate) hash: String,
    /// The first view of the stack.
    pub(crate) root: String,
    /// The view under this one.
    pub(crate) previous: Option<String>,
    /// What the member has filled in, by block and action, in Slack's shape.
    pub(crate) filled: BTreeMap<String, BTreeMap<String, Value>>,
    /// What the app found wrong at the last submission, by block.
    pub(crate) errors: Value,
    /// Options that the app offered last, by action.
    pub(crate) offered: BTreeMap<String, Vec<Value>>,
}

/// A member's act that lets the app open a view within seconds, once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trigger {
    pub(crate) team: String,
    pub(crate) user: String,
    /// The channel in which the member acted.
    pub(crate) channel: Option<String>,
    /// The view in which the member acted.
    pub(crate) view: Option<String>,
    /// In microseconds since 1970.
    pub(crate) made: u64,
    pub(crate) used: bool,
}

/// What the app has put into Slack's menus, as its manifest says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct App {
    /// `{command, description, usage_hint, should_escape}`.
    pub(crate) commands: Vec<Value>,
    /// `{name, type: "message" | "global", callback_id, description}`.
    pub(crate) shortcuts: Vec<Value>,
}

impl Default for App {
    fn default() -> Self {
        let command = json!({
            "command": "/clerk", "description": "Text with customers", "usage_hint": "help", "should_escape": true,
        });
        Self { commands: vec![command], shortcuts: Vec::new() }
    }
}

/// How this Slack behaves, as a test has ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Milliseconds within which a trigger may be used.
    pub(crate) trigger_ms: u64,
    /// Milliseconds within which a `response_url` may be used.
    pub(crate) response_url_ms: u64,
    /// Whether tokens of new installations expire and are renewed.
    pub(crate) rotation: bool,
    /// Seconds until a rotated token expires.
    pub(crate) token_life_s: u64,
    /// The scopes granted at the next consents, whatever the app asks for.
    pub(crate) grant: Option<String>,
    /// How often tokens were renewed.
    pub(crate) refreshes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trigger_ms: 3_000,
            response_url_ms: 30 * 60 * 1_000,
            rotation: false,
            token_life_s: 43_200,
            grant: None,
            refreshes: 0,
        }
    }
}
