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
    "im:write",
    "metadata.message:read",
    "reactions:write",
    "users:read",
    "users:read.email",
];

/// Every event that this adapter understands and the scopes allow.
const BOT_EVENTS: &[&str] = &[
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "member_joined_channel",
    "message.channels",
    "tokens_revoked",
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
            "bot_user": { "display_name": "Clerk", "always_online": true },
            "slash_commands": [{
                "command": "/clerk",
                "url": at(COMMANDS_PATH),
                "description": "Text with customers",
                "usage_hint": "help",
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
            "org_deploy_enabled": false,
            "socket_mode_enabled": false,
            "token_rotation_enabled": false,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_points_at_our_webhooks_and_asks_for_the_scopes() {
        let manifest = manifest("https://clerk.example/");

        let events = &manifest["settings"]["event_subscriptions"]["request_url"];
        assert_eq!(events, "https://clerk.example/webhooks/slack/events");
        assert_eq!(manifest["oauth_config"]["scopes"]["bot"], json!(BOT_SCOPES));
    }

    #[test]
    fn the_crate_that_speaks_to_slack_reads_our_manifest() {
        let manifest = manifest("https://clerk.example");

        let read: Result<slack_morphism::SlackAppManifest, _> = serde_json::from_value(manifest);

        assert!(read.is_ok_and(|read| read.settings.is_some() && read.features.is_some()));
    }
}
