//! What the app may do, and where its answers go: codes, tokens, addresses.

use serde::{Deserialize, Serialize};

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
    /// The organisation, when it is valid in all of its teams; `team` is empty then.
    pub(crate) enterprise: String,
    /// When it ends, in microseconds since 1970; 0 for never.
    pub(crate) expires: u64,
    /// The token to renew it with; empty without rotation. Good once.
    pub(crate) refresh: String,
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
