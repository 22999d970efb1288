//! What the app asks of a team, once: the list that the install link, the check of an installation and the manifest all
//! read, and the manifest itself.

use serde_json::{Value, json};

use super::{COMMANDS_PATH, EVENTS_PATH, INTERACTIONS_PATH};

/// Every scope that a call or an event of this adapter needs, and no more.
pub const BOT_SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write.invites",
    "im:history",
    "im:write",
    "metadata.message:read",
    "reactions:write",
    "users:read",
    "users:read.email",
];

/// Every event that this adapter understands and the scopes allow. Slack tells a change of a member under two names: one is enough.
pub(super) const BOT_EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "shared_channel_invite_accepted",
    "team_access_granted",
    "tokens_revoked",
    "user_change",
];

/// The manifest with which an operator creates the Slack app for this address of ours.
pub fn manifest(public_url: &str) -> Value {
    let at = |path: &str| format!("{}{path}", public_url.trim_end_matches('/'));
    json!({
        "_metadata": { "major_version": 1, "minor_version": 1 },
        "display_information": {
            "name": "Clerk",
            "description": "Text with your customers from inside Slack",
            "background_color": "#1f4b43",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": true,
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": false,
            },
            "bot_user": { "display_name": "Clerk", "always_online": true },
            "shortcuts": shortcuts(),
            "slash_commands": [{
                "command": "/clerk",
                "url": at(COMMANDS_PATH),
                "description": "Text with customers",
                "usage_hint": "send <phone> <text>",
                "should_escape": true,
            }],
        },
        "oauth_config": {
            "redirect_urls": [at("/slack/oauth/callback"), at("/auth/slack/callback")],
            "scopes": { "bot": BOT_SCOPES },
        },
        "settings": {
            "event_subscriptions": { "request_url": at(EVENTS_PATH), "bot_events": BOT_EVENTS },
            "interactivity": { "is_enabled": true, "request_url": at(INTERACTIONS_PATH) },
            "org_deploy_enabled": true,
            "socket_mode_enabled": false,
            "token_rotation_enabled": true,
        },
    })
}

fn shortcuts() -> Value {
    let shortcut = |of: &str, id: &str, name: &str, description: &str| json!({ "type": of, "callback_id": id, "name": name, "description": description });
    json!([
        shortcut("message", "reply_as_text", "Send as text", "Sends this post as a text to the contact"),
        shortcut("message", "new_text", "Text this number", "Writes a text to a phone number in this post"),
        shortcut("global", "send_text", "Send a text", "Writes a text to a phone number"),
    ])
}

#[cfg(test)]
#[path = "scopes_tests.rs"]
mod tests;
