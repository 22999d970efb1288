//! The app asks for what it uses and for no more: the scopes that Slack documents for every method and event are compared with the list.

use std::collections::BTreeSet;

use super::*;
use crate::chat::slack::methods::Method;

/// What a method needs for what we do with it (docs.slack.dev/reference/methods/<method>). We ask about and read public and private channels
/// and direct conversations with the app, create and join public ones, and invite into both.
fn needed_by(method: Method) -> &'static [&'static str] {
    use Method as M;
    match method {
        M::AuthTeamsList | M::AuthTest | M::ChatGetPermalink | M::OauthV2Access => &[],
        M::ViewsOpen | M::ViewsPublish | M::ViewsUpdate => &[],
        // Under a contact's name.
        M::ChatPostMessage | M::ChatPostEphemeral => &["chat:write", "chat:write.customize"],
        M::ChatDelete | M::ChatUpdate => &["chat:write"],
        M::ConversationsCreate => &["channels:manage"],
        // The key of a post travels as metadata.
        M::ConversationsHistory | M::ConversationsReplies => {
            &["channels:history", "groups:history", "im:history", "metadata.message:read"]
        }
        M::ConversationsInfo | M::ConversationsList | M::ConversationsMembers => &["channels:read", "groups:read"],
        M::ConversationsInvite => &["channels:manage", "groups:write.invites"],
        M::ConversationsJoin => &["channels:join"],
        M::ConversationsOpen => &["im:write"],
        M::FilesCompleteUploadExternal | M::FilesGetUploadUrlExternal => &["files:write"],
        M::FilesInfo => &["files:read"],
        M::ReactionsAdd | M::ReactionsRemove => &["reactions:write"],
        M::UsersInfo => &["users:read", "users:read.email"],
        M::UsersList => &["users:read"],
    }
}

/// What a subscription needs (docs.slack.dev/reference/events/<event>); none of ours needs more than one scope of its alternatives.
fn needed_for(event: &str) -> &'static [&'static str] {
    match event {
        "app_home_opened" | "app_uninstalled" | "tokens_revoked" => &[],
        "shared_channel_invite_accepted" | "team_access_granted" => &[],
        "app_mention" => &["app_mentions:read"],
        "message.channels" => &["channels:history"],
        "message.groups" => &["groups:history"],
        "message.im" => &["im:history"],
        "member_joined_channel" | "channel_shared" | "channel_unshared" => &["channels:read", "groups:read"],
        "user_change" => &["users:read"],
        name if name.starts_with("channel_") => &["channels:read"],
        name if name.starts_with("group_") => &["groups:read"],
        name => panic!("{name}: look up what it needs"),
    }
}

#[test]
fn the_scopes_are_what_methods_events_and_commands_need_and_no_more() {
    let by_methods = Method::all().iter().flat_map(|method| needed_by(*method));
    let by_events = BOT_EVENTS.iter().flat_map(|event| needed_for(event));
    let commands_and_shortcuts = std::iter::once(&"commands");

    let needed: BTreeSet<&str> = by_methods.chain(by_events).chain(commands_and_shortcuts).copied().collect();

    assert_eq!(BOT_SCOPES.iter().copied().collect::<BTreeSet<_>>(), needed);
    assert!(BOT_SCOPES.is_sorted() && BOT_EVENTS.is_sorted());
}

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

    let read: slack_morphism::SlackAppManifest = serde_json::from_value(manifest).unwrap();

    let features = read.features.unwrap();
    assert_eq!(features.shortcuts.map(|shortcuts| shortcuts.len()), Some(3));
    assert_eq!(features.app_home.and_then(|home| home.home_tab_enabled), Some(true));
    assert!(read.settings.is_some());
}

#[test]
fn names_and_descriptions_are_as_short_as_slack_wants_them() {
    let manifest = manifest("https://clerk.example");

    for shortcut in manifest["features"]["shortcuts"].as_array().unwrap() {
        let length = |field: &str| shortcut[field].as_str().unwrap().chars().count();
        assert!(length("name") <= 24 && length("description") <= 150 && length("callback_id") <= 255, "{shortcut}");
    }
}
