//! Slack's events, one by one.

use domain::contracts::{
    inbound::{Envelope, HomeOpened, Mention},
    view::FileRef,
};
use serde_json::json;

use super::*;

fn callback(event: Value) -> Value {
    json!({
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": "Ev1",
        "event_time": 1_700_000_000,
        "authorizations": [{ "team_id": "T1", "user_id": "U0BOT", "is_bot": true }],
        "event": event,
    })
}

fn parsed(json: &Value) -> Parsed {
    event(json.to_string().as_bytes()).unwrap()
}

fn told(event: Value) -> Vec<Envelope> {
    parsed(&callback(event)).envelopes
}

fn only(event: Value) -> Envelope {
    let mut envelopes = told(event);
    assert_eq!(envelopes.len(), 1);
    envelopes.remove(0)
}

fn message() -> Value {
    json!({
        "type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "2.000002",
        "text": "hello &amp; :wave:", "client_msg_id": "cmid",
    })
}

fn with(mut event: Value, fields: Value) -> Value {
    let fields = fields.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(fields);
    event
}

#[test]
fn a_question_for_the_address_is_answered_with_the_challenge() {
    let parsed = parsed(&json!({ "type": "url_verification", "challenge": "abc", "token": "x" }));

    let reply = Reply { content_type: Some("text/plain"), body: "abc".to_owned() };
    assert_eq!(parsed.reply, reply);
    assert!(parsed.envelopes.is_empty());
}

#[test]
fn what_is_no_json_of_slack_is_malformed() {
    let refused = ["", "[]", "{}", "{\"type\":1}", "\u{feff}{\"type\":\"x\"}"].map(|body| event(body.as_bytes()).err());

    assert_eq!(refused, [Some(Refused::Malformed); 5]);
}

#[test]
fn a_new_message_of_a_person_is_read_as_plain_text() {
    let envelope = only(with(message(), json!({ "thread_ts": "1.000001", "files": [{ "id": "F1" }] })));

    assert_eq!(envelope.key, "post:T1:C1:2.000002");
    assert_eq!(envelope.ordering_key.as_deref(), Some("chat:T1:C1:1.000001"));
    let expected = PostWritten {
        team: "T1".to_owned(),
        post: PostRef { channel: "C1".to_owned(), ts: "2.000002".to_owned() },
        thread: Some("1.000001".to_owned()),
        user: "U1".to_owned(),
        text: "hello & 👋".to_owned(),
        mentions: Vec::new(),
        client_id: Some("cmid".to_owned()),
        files: vec![FileRef {
            id: "F1".to_owned(),
            name: "F1".to_owned(),
            content_type: "application/octet-stream".to_owned(),
            byte_count: 0,
            url: String::new(),
        }],
        is_to_app: false,
        is_direct: false,
    };
    assert_eq!(envelope.event, Inbound::PostWritten(expected));
}

#[test]
fn files_and_posts_shown_in_the_channel_too_are_messages() {
    let kinds =
        ["file_share", "thread_broadcast"].map(|subtype| only(with(message(), json!({ "subtype": subtype }))).event);

    assert!(kinds.iter().all(|event| matches!(event, Inbound::PostWritten(_))));
}

#[test]
fn a_first_post_that_names_itself_is_in_no_thread() {
    let envelope = only(with(message(), json!({ "thread_ts": "2.000002" })));

    let Inbound::PostWritten(post) = envelope.event else { panic!("no post") };
    assert_eq!(post.thread, None);
}

#[test]
fn a_mention_of_the_app_is_the_same_post_as_its_message_whichever_comes_first() {
    let text = json!({ "text": "<@U0BOT> send it to <@U2>" });
    let mut mention = with(with(message(), text.clone()), json!({ "type": "app_mention" }));
    mention.as_object_mut().unwrap().remove("channel_type");

    let mention = only(mention);

    assert_eq!(mention, only(with(message(), text)));
    let Inbound::PostWritten(post) = mention.event else { panic!("no post") };
    let tom = Mention { placeholder: "<@U2>".to_owned(), user: "U2".to_owned() };
    assert_eq!((post.text.as_str(), post.mentions, post.is_to_app), ("send it to <@U2>", vec![tom], true));
}

#[test]
fn only_a_text_that_begins_with_the_apps_name_is_said_to_it() {
    let said = |text: &str| match only(with(message(), json!({ "text": text }))).event {
        Inbound::PostWritten(post) => (post.is_to_app, post.text),
        other => panic!("no post: {other:?}"),
    };

    assert_eq!(said(" <@U0BOT|clerk>: hello"), (true, "hello".to_owned()));
    assert_eq!(said("<@U0BOT>"), (true, String::new()));
    assert_eq!(said("ask <@U0BOT>"), (false, "ask <@U0BOT>".to_owned()));
    assert_eq!(said("<@U2> hello"), (false, "<@U2> hello".to_owned()));
}

#[test]
fn what_is_written_to_the_app_alone_is_direct() {
    let is_direct = |event| match only(event).event {
        Inbound::PostWritten(post) => post.is_direct,
        other => panic!("no post: {other:?}"),
    };

    assert!(is_direct(with(message(), json!({ "channel": "D1", "channel_type": "im" }))));
    assert!(is_direct(with(message(), json!({ "channel": "D1", "channel_type": null }))));
    assert!(!is_direct(message()));
}

#[test]
fn repetitions_of_a_message_have_the_same_key_whatever_their_id() {
    let mut again = callback(message());
    again["event_id"] = json!("Ev2");

    assert_eq!(parsed(&again).envelopes, told(message()));
}

#[test]
fn bots_our_own_posts_and_notices_leave_no_trace() {
    let noise = [
        with(message(), json!({ "bot_id": "B1" })),
        with(message(), json!({ "subtype": "bot_message", "bot_id": "B1" })),
        with(message(), json!({ "user": "U0BOT" })),
        with(message(), json!({ "subtype": "channel_join" })),
        with(message(), json!({ "subtype": "channel_topic" })),
        with(message(), json!({ "subtype": "pinned_item" })),
        json!({ "type": "reaction_added", "user": "U1" }),
        json!({ "type": "pin_added", "user": "U1" }),
        json!({ "type": "member_left_channel", "user": "U1", "channel": "C1" }),
        json!({ "type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages" }),
        json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U1"], "bot": [] } }),
    ];

    let traces: Vec<Envelope> = noise.into_iter().flat_map(told).collect();

    assert_eq!(traces, []);
}

fn change(text: &str, before: &str) -> Value {
    json!({
        "type": "message", "subtype": "message_changed", "hidden": true, "channel": "C1",
        "ts": "3.000003", "event_ts": "3.000003",
        "message": {
            "type": "message", "user": "U1", "text": text, "ts": "2.000002", "thread_ts": "1.000001",
            "edited": { "user": "U1", "ts": "3.000000" },
        },
        "previous_message": { "type": "message", "user": "U1", "text": before, "ts": "2.000002" },
    })
}

#[test]
fn another_text_is_an_edit() {
    let envelope = only(change("*new*", "old"));

    assert_eq!(envelope.key, "edit:T1:C1:2.000002:3.000000");
    assert_eq!(envelope.ordering_key.as_deref(), Some("chat:T1:C1:1.000001"));
    let Inbound::PostEdited(post) = envelope.event else { panic!("no edit") };
    assert_eq!((post.text.as_deref(), post.user.as_deref()), (Some("new"), Some("U1")));
}

#[test]
fn an_edit_names_members_and_the_app_as_a_new_post_does() {
    let envelope = only(change("<@U0BOT> ask <@U2>", "old"));

    let Inbound::PostEdited(post) = envelope.event else { panic!("no edit") };
    let tom = Mention { placeholder: "<@U2>".to_owned(), user: "U2".to_owned() };
    assert_eq!((post.text.as_deref(), post.mentions, post.is_to_app), (Some("ask <@U2>"), vec![tom], true));
}

#[test]
fn a_preview_of_a_link_and_a_bots_change_are_no_edits() {
    let mut by_bot = change("new", "old");
    by_bot["message"]["bot_id"] = json!("B1");

    assert_eq!(told(change("same", "same")), []);
    assert_eq!(told(by_bot), []);
}

#[test]
fn a_deleted_post_and_the_tombstone_of_one_are_the_same() {
    let deleted = json!({
        "type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "4.0", "deleted_ts": "2.000002",
        "previous_message": { "user": "U1", "ts": "2.000002", "text": "x" },
    });
    let mut tombstone = change("This message was deleted.", "x");
    tombstone["message"]["subtype"] = json!("tombstone");

    let deleted = only(deleted);

    assert_eq!(deleted.key, "delete:T1:C1:2.000002");
    assert!(matches!(&deleted.event, Inbound::PostDeleted(post) if post.text.is_none()));
    assert_eq!(only(tombstone).key, deleted.key);
}

#[test]
fn a_lost_channel_is_told_and_one_that_is_back() {
    let lost = ["channel_archive", "channel_deleted", "channel_left", "group_left"]
        .map(|name| only(json!({ "type": name, "channel": "C1" })).event);
    let back = [
        json!({ "type": "channel_unarchive", "channel": "C1" }),
        json!({ "type": "member_joined_channel", "user": "U0BOT", "channel": "C1" }),
    ]
    .map(|event| only(event).event);

    assert!(lost.iter().all(|event| matches!(event, Inbound::ChannelLost(lost) if lost.channel == "C1")));
    assert!(back.iter().all(|event| matches!(event, Inbound::ChannelBack(back) if back.channel == "C1")));
}

#[test]
fn another_name_of_a_channel_is_told() {
    for name in ["channel_rename", "group_rename"] {
        let envelope = only(json!({ "type": name, "channel": { "id": "C1", "name": "sales", "created": 1 } }));

        let Inbound::ChannelRenamed(renamed) = envelope.event else { panic!("no name") };
        assert_eq!((renamed.channel.as_str(), renamed.name.as_str()), ("C1", "sales"));
    }
}

#[test]
fn other_company_in_a_channel_is_told() {
    let events = [
        json!({ "type": "member_joined_channel", "user": "U1", "channel": "C1", "channel_type": "C" }),
        json!({ "type": "channel_shared", "channel": "C1", "connected_team_id": "T2" }),
        json!({ "type": "channel_unshared", "channel": "C1", "previously_connected_team_id": "T2" }),
        json!({ "type": "shared_channel_invite_accepted", "channel": { "id": "C1", "name": "x" }, "invite": {} }),
    ];

    for event in events {
        let Inbound::CompanyChanged(changed) = only(event.clone()).event else { panic!("not told: {event}") };
        assert_eq!((changed.channel.as_str(), json!(changed.what)), ("C1", event["type"].clone()));
    }
}

#[test]
fn a_changed_member_is_one_event_under_both_of_its_names() {
    let user = json!({ "id": "U1", "updated": 1_700_000_001, "profile": { "display_name": "Mia" } });

    let change = only(json!({ "type": "user_change", "user": user }));
    let profile = only(json!({ "type": "user_profile_changed", "user": user }));

    assert_eq!((change.key.as_str(), &profile), ("person:T1:U1:1700000001", &change));
    assert!(matches!(change.event, Inbound::PersonChanged(changed) if changed.person.display_name == "Mia"));
}

#[test]
fn a_look_at_the_home_is_told() {
    let opened =
        only(json!({ "type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "event_ts": "1.0" }));

    let expected = HomeOpened { team: "T1".to_owned(), user: "U1".to_owned() };
    assert_eq!(opened.event, Inbound::HomeOpened(expected));
}

#[test]
fn a_lost_access_is_told_with_its_time() {
    let uninstalled = only(json!({ "type": "app_uninstalled" }));
    let revoked = only(json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": ["U0BOT"] } }));

    let lost = |is_uninstall| {
        Inbound::AccessLost(AccessLost {
            team: "T1".to_owned(),
            at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            is_uninstall,
        })
    };
    assert_eq!([uninstalled.event, revoked.event], [lost(true), lost(false)]);
    assert_eq!(uninstalled.key, "Ev1");
}

#[test]
fn in_an_organisation_the_team_may_stand_in_the_authorizations() {
    let mut json = callback(message());
    json["team_id"] = Value::Null;

    assert_eq!(parsed(&json).envelopes[0].account, "T1");
}

#[test]
fn an_event_belongs_to_the_installation_that_it_came_through() {
    let account = |authorization: Value| {
        let mut json = callback(message());
        json["enterprise_id"] = json!("E1");
        json["authorizations"] = json!([authorization]);
        parsed(&json).envelopes[0].account.clone()
    };

    let of_whole = json!({ "enterprise_id": "E1", "team_id": "T1", "user_id": "U0BOT", "is_bot": true, "is_enterprise_install": true });
    let of_other_company = json!({ "enterprise_id": null, "team_id": "T2", "user_id": "U0BOT", "is_bot": true });
    assert_eq!([account(of_whole), account(of_other_company)], ["E1", "T2"]);
}

#[test]
fn every_event_that_we_subscribe_to_is_understood() {
    use crate::chat::slack::scopes::BOT_EVENTS;
    let fields = json!({
        "user": "U1", "channel": "C1", "ts": "1.000001", "text": "x", "tab": "home", "tokens": { "bot": ["U0BOT"] },
    });
    for event in BOT_EVENTS {
        let name = event.split('.').next().unwrap_or_default();
        let special = match name {
            "channel_rename" | "group_rename" => json!({ "type": name, "channel": { "id": "C1", "name": "x" } }),
            "user_change" => json!({ "type": name, "user": { "id": "U1" } }),
            "channel_id_changed" => json!({ "type": name, "old_channel_id": "C1", "new_channel_id": "C2" }),
            _ => json!({ "type": name }),
        };
        let envelope = only(with(fields.clone(), special));
        assert!(!matches!(envelope.event, Inbound::NotUnderstood { .. }), "{event}");
    }
}

#[test]
fn what_is_unknown_or_broken_is_kept_for_a_person() {
    let unknown = only(json!({ "type": "brand_new" }));
    let broken = only(json!({ "type": "message", "channel": 5, "user": "U1", "ts": "1.0" }));

    assert_eq!((unknown.key.as_str(), unknown.event_type.as_str()), ("Ev1", "brand_new"));
    assert!(matches!(unknown.event, Inbound::NotUnderstood { .. }));
    assert!(matches!(broken.event, Inbound::NotUnderstood { .. }));
}
