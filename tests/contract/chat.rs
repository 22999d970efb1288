//! What every chat system keeps: when it is too fast for it, when it refuses and why, when nobody can know, and that text from outside
//! stays text.

use std::time::Duration;

use chrono::TimeDelta;
use domain::contracts::{
    CallError,
    chat::{Channel, Chat, ChatAccess, ChatRefusal, Mark, Part, Place, Post, Span, Upload},
};
use serde_json::{Value, json};

use super::{REDIRECT, Stage, done, each_chat, installed, members, now, refused, status};

fn post(key: &str, text: &str) -> Post {
    Post {
        key: key.to_owned(),
        author: Some("Maria Lopez".to_owned()),
        parts: vec![Part::Text(vec![Span::Text(text.to_owned())])],
    }
}

async fn channel(chat: &dyn Chat, access: &ChatAccess) -> Place {
    let Channel { id, .. } = done(chat.create_channel(access, "clerk-contract").await);
    Place { channel: id, thread: None }
}

fn a_moment_ago() -> chrono::DateTime<chrono::Utc> {
    now() - TimeDelta::seconds(30)
}

async fn shown(stage: &Stage, place: &Place) -> Vec<Value> {
    let state = stage.read("state").await;
    let channels = state["slack"]["channels"].as_array().expect("channels");
    let channel = channels.iter().find(|channel| channel["id"] == place.channel.as_str()).expect("the channel");
    let messages = channel["messages"].as_array().expect("posts");
    messages.iter().filter(|message| message["bot_id"].is_string()).cloned().collect()
}

#[tokio::test]
async fn an_installation_gives_a_token_that_works() {
    each_chat(async |chat, access, _| {
        let installed = installed(chat).await;

        assert_eq!(installed.team, access.team);
        assert!(!installed.team_name.is_empty() && !installed.bot_user.is_empty() && !installed.installer.is_empty());
        assert!(installed.scopes.iter().any(|scope| scope == "chat:write"));
        done(chat.check(&ChatAccess { team: installed.team, token: installed.token, home: None }).await);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_good_for_one_exchange() {
    each_chat(async |chat, _, _| {
        refused(chat.exchange_code("1000000000001.0123456789abcdef", REDIRECT).await);
    })
    .await;
}

#[tokio::test]
async fn a_post_is_found_again_by_its_key_and_only_by_it() {
    each_chat(async |chat, access, _| {
        let place = channel(chat, access).await;

        let root = done(chat.post(access, &place, &post("task_1", "hello")).await);
        let thread = Place { thread: Some(root.ts.clone()), ..place.clone() };
        let reply = done(chat.post(access, &thread, &post("task_2", "hello")).await);

        let since = a_moment_ago();
        assert_eq!(done(chat.find_post(access, &place, "task_1", since).await), Some(root));
        assert_eq!(done(chat.find_post(access, &thread, "task_2", since).await), Some(reply));
        assert_eq!(done(chat.find_post(access, &place, "task_3", since).await), None);
    })
    .await;
}

#[tokio::test]
async fn text_from_outside_is_shown_as_it_is_under_the_name_of_its_author() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let hostile = "<!channel> <@U1> & *bold* :smile: > quote \u{202e}";

        done(chat.post(access, &place, &post("task_1", hostile)).await);

        let posts = shown(stage, &place).await;
        let element = &posts[0]["blocks"][0]["elements"][0]["elements"][0];
        assert_eq!((&element["type"], &element["text"]), (&json!("text"), &json!(hostile)));
        let text = posts[0]["text"].as_str().expect("a text");
        assert!(!text.contains('<') && text.contains("&lt;!channel&gt;"));
        assert_eq!(posts[0]["username"], "Maria Lopez");
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_is_too_busy_is_waited_for_and_for_a_sane_time() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let headers = [json!("7"), json!("0"), json!("-3"), json!("999999999"), json!("soon"), Value::Null];

        let mut waits = Vec::new();
        for header in headers {
            let fault = json!({ "effect": "status", "status": 429, "retry_after": header });
            stage.fault(chat.name(), "chat.postMessage", fault).await;
            waits.push(chat.post(access, &place, &post("task_1", "hello")).await.err());
        }

        let secs = |secs| Some(CallError::Throttled { wait: Duration::from_secs(secs) });
        assert_eq!(waits, [secs(7), secs(1), secs(1), secs(3_600), secs(30), secs(30)]);
        assert_eq!(shown(stage, &place).await.len(), 0);
    })
    .await;
}

/// Looking who is in a channel begins with looking at the channel.
#[tokio::test]
async fn a_method_that_is_held_back_is_held_for_every_call_that_needs_it_and_for_no_other() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let asked = async || {
            let requests = stage.read("requests?vendor=slack&method=conversations.info").await;
            requests.as_array().expect("requests").len()
        };
        let before = asked().await;
        stage
            .fault(chat.name(), "conversations.info", json!({ "effect": "status", "status": 429, "retry_after": "60" }))
            .await;

        let first = chat.channel(access, &place.channel).await.err();
        let second = chat.company(access, &place.channel).await.err();
        let third = chat.channel(access, &place.channel).await.err();

        assert_eq!(first, Some(CallError::Throttled { wait: Duration::from_secs(60) }));
        assert!([second, third].iter().all(|error| matches!(error, Some(CallError::Throttled { .. }))));
        assert_eq!(asked().await - before, 1);
        done(chat.post(access, &place, &post("task_1", "hello")).await);
        done(chat.check(access).await);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_a_post_ambiguous_and_absent() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let faults = [status(500), status(503), json!({ "effect": "garbage" }), json!({ "effect": "reset_before" })];

        for fault in faults {
            stage.fault(chat.name(), "chat.postMessage", fault).await;
            let posted = chat.post(access, &place, &post("task_1", "hello")).await;
            assert!(posted.is_err_and(|error| error.is_ambiguous()));
        }

        assert_eq!(done(chat.find_post(access, &place, "task_1", a_moment_ago()).await), None);
    })
    .await;
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_ambiguous_and_found() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;

        for effect in ["reset_after", "truncate"] {
            stage.fault(chat.name(), "chat.postMessage", json!({ "effect": effect })).await;
            let posted = chat.post(access, &place, &post(effect, "hello")).await;
            assert!(posted.is_err_and(|error| error.is_ambiguous()), "{effect}");
            assert!(done(chat.find_post(access, &place, effect, a_moment_ago()).await).is_some(), "{effect}");
        }
    })
    .await;
}

#[tokio::test]
async fn fields_that_nobody_knows_change_nothing() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        stage.fault(chat.name(), "chat.postMessage", json!({ "effect": "unknown_fields" })).await;

        done(chat.post(access, &place, &post("task_1", "hello")).await);
    })
    .await;
}

#[tokio::test]
async fn what_may_be_repeated_is_never_ambiguous() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let at = done(chat.post(access, &place, &post("task_1", "hello")).await);

        for fault in [status(500), json!({ "effect": "reset_after" })] {
            stage.fault(chat.name(), "reactions.add", fault).await;
            let marked = chat.add_mark(access, &at, Mark::Sent).await;
            assert!(matches!(marked, Err(CallError::Unavailable { .. })), "{marked:?}");
        }

        done(chat.add_mark(access, &at, Mark::Sent).await);
    })
    .await;
}

#[tokio::test]
async fn marks_are_put_on_and_taken_off_as_often_as_one_likes() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let at = done(chat.post(access, &place, &post("task_1", "hello")).await);

        for mark in Mark::all() {
            done(chat.add_mark(access, &at, *mark).await);
            done(chat.add_mark(access, &at, *mark).await);
        }
        assert_eq!(shown(stage, &place).await[0]["reactions"].as_array().map(Vec::len), Some(Mark::all().len()));
        for mark in Mark::all() {
            done(chat.remove_mark(access, &at, *mark).await);
            done(chat.remove_mark(access, &at, *mark).await);
        }
        assert_eq!(shown(stage, &place).await[0]["reactions"].as_array().map_or(0, Vec::len), 0);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_gone_is_told_apart_from_all_other_refusals() {
    each_chat(async |chat, access, stage| {
        let [member, _] = members(stage).await;
        let place = channel(chat, access).await;
        let unknown = Place { channel: "C0000000000".to_owned(), thread: None };
        let act = async |action: &str| {
            let order = json!({ "user": member, "channel": place.channel, "action": action });
            stage.order("slack/channel", order).await;
            refused(chat.post(access, &place, &post("task_1", "hello")).await)
        };

        let archived = act("archive").await;
        stage.order("slack/channel", json!({ "user": member, "channel": place.channel, "action": "unarchive" })).await;
        let kicked = act("kick_app").await;
        let missing = refused(chat.post(access, &unknown, &post("task_1", "hello")).await);

        let gone = |word: &str| ChatRefusal::ChannelGone(word.to_owned());
        assert_eq!(archived, gone("is_archived"));
        assert_eq!(kicked, gone("not_in_channel"));
        assert_eq!(missing, gone("channel_not_found"));
    })
    .await;
}

#[tokio::test]
async fn a_lost_access_is_told_apart_from_all_other_refusals() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        stage.order("slack/uninstall", json!({})).await;

        let refusal = refused(chat.post(access, &place, &post("task_1", "hello")).await);

        assert!(matches!(refusal, ChatRefusal::AccessLost(_)), "{refusal:?}");
        assert!(matches!(refused(chat.check(access).await), ChatRefusal::AccessLost(_)));
    })
    .await;
}

#[tokio::test]
async fn each_word_of_refusal_has_its_class() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let words = [
            "invalid_arguments",
            "missing_scope",
            "restricted_action",
            "ekm_access_denied",
            "token_expired",
            "account_inactive",
            "invalid_auth",
            "thread_not_found",
            "brand_new_word",
        ];

        let mut classes = Vec::new();
        for word in words {
            stage.fault(chat.name(), "chat.postMessage", json!({ "effect": "slack_error", "error": word })).await;
            let refusal = refused(chat.post(access, &place, &post("task_1", "hello")).await);
            assert_eq!(refusal.code(), word);
            classes.push(class(&refusal));
        }

        let expected = [
            "unpostable",
            "not_allowed",
            "not_allowed",
            "not_allowed",
            "access_lost",
            "access_lost",
            "access_lost",
            "not_found",
            "other",
        ];
        assert_eq!(classes, expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_in_its_own_form_is_said_more_simply() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;

        for word in ["msg_too_long", "msg_blocks_too_long", "invalid_blocks"] {
            stage.fault(chat.name(), "chat.postMessage", json!({ "effect": "slack_error", "error": word })).await;
            let at = done(chat.post(access, &place, &post(word, "hello")).await);
            stage.fault(chat.name(), "chat.update", json!({ "effect": "slack_error", "error": word })).await;
            done(chat.update(access, &at, &post(word, "goodbye")).await);
        }

        let texts: Vec<Value> = shown(stage, &place).await.iter().map(|post| post["text"].clone()).collect();
        assert_eq!(texts, ["goodbye"; 3]);
    })
    .await;
}

#[tokio::test]
async fn a_post_that_is_longer_than_the_chat_takes_comes_whole_in_pieces_and_once() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let long = post("task_1", &"word & ".repeat(2_000));

        let fault = json!({ "effect": "reset_after", "vendor": chat.name(), "method": "chat.postMessage", "times": 1 });
        stage.order("faults", fault).await;
        let broken = chat.post(access, &place, &long).await;
        let found = done(chat.find_post(access, &place, "task_1", a_moment_ago()).await);
        let at = done(chat.post(access, &place, &long).await);

        assert!(matches!(broken, Err(CallError::Unavailable { .. })), "{broken:?}");
        assert_eq!(found, None);
        let texts: Vec<String> =
            shown(stage, &place).await.iter().map(|post| post["text"].as_str().expect("a text").to_owned()).collect();
        let whole: String =
            texts.iter().map(|text| text.split_once(") ").expect("its place").1.trim().to_owned() + " ").collect();
        assert!(texts[0].starts_with(&format!("(1/{})", texts.len())), "{}", texts[0]);
        assert_eq!(whole.matches("word &amp; ").count(), 2_000);
        assert_eq!(done(chat.find_post(access, &place, "task_1", a_moment_ago()).await), Some(at));
    })
    .await;
}

fn class(refusal: &ChatRefusal) -> &'static str {
    match refusal {
        ChatRefusal::ChannelGone(_) => "channel_gone",
        ChatRefusal::AccessLost(_) => "access_lost",
        ChatRefusal::NotAllowed { .. } => "not_allowed",
        ChatRefusal::Unpostable(_) => "unpostable",
        ChatRefusal::NameTaken => "name_taken",
        ChatRefusal::TooLate(_) => "too_late",
        ChatRefusal::NotFound(_) => "not_found",
        ChatRefusal::Other(_) => "other",
    }
}

#[tokio::test]
async fn a_name_is_given_once_and_its_channel_is_found_by_it_also_when_archived() {
    each_chat(async |chat, access, stage| {
        let [member, _] = members(stage).await;
        let made = done(chat.create_channel(access, "maria-lopez").await);
        assert!(made.is_member && !made.is_archived);

        assert_eq!(refused(chat.create_channel(access, "maria-lopez").await), ChatRefusal::NameTaken);
        stage.order("slack/channel", json!({ "user": member, "channel": made.id, "action": "archive" })).await;

        let found = done(chat.find_channel(access, "maria-lopez").await).expect("the channel");
        assert_eq!((&found.id, found.is_archived), (&made.id, true));
        assert_eq!(done(chat.channel(access, &made.id).await), found);
        assert_eq!(done(chat.find_channel(access, "nobody").await), None);
    })
    .await;
}

#[tokio::test]
async fn joining_and_inviting_twice_counts_as_done() {
    each_chat(async |chat, access, stage| {
        let [first, second] = members(stage).await;
        let place = channel(chat, access).await;

        done(chat.join_channel(access, &place.channel).await);
        done(chat.invite(access, &place.channel, std::slice::from_ref(&first)).await);
        done(chat.invite(access, &place.channel, &[first.clone(), second.clone()]).await);

        let state = stage.read("state").await;
        let channels = state["slack"]["channels"].as_array().expect("channels");
        let own = channels.iter().find(|channel| channel["id"] == place.channel.as_str()).expect("the channel");
        let members = own["members"].as_array().expect("members");
        assert!(members.contains(&json!(first)) && members.contains(&json!(second)), "{members:?}");
    })
    .await;
}

#[tokio::test]
async fn a_whisper_is_seen_by_one_member_and_is_no_post() {
    each_chat(async |chat, access, stage| {
        let [member, _] = members(stage).await;
        let place = channel(chat, access).await;
        done(chat.invite(access, &place.channel, std::slice::from_ref(&member)).await);

        done(chat.whisper(access, &place, &member, &post("", "only you")).await);

        let state = stage.read("state").await;
        let notice = &state["slack"]["ephemerals"][0];
        assert_eq!((&notice["user"], &notice["text"]), (&json!(member), &json!("only you")));
        assert_eq!(shown(stage, &place).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_post_is_replaced_and_stays_to_be_found() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let at = done(chat.post(access, &place, &post("task_1", "before")).await);

        done(chat.update(access, &at, &post("task_1", "after")).await);

        assert_eq!(shown(stage, &place).await[0]["text"], "after");
        assert_eq!(done(chat.find_post(access, &place, "task_1", a_moment_ago()).await), Some(at));
    })
    .await;
}

#[tokio::test]
async fn a_member_is_described_and_can_be_written_to_directly() {
    each_chat(async |chat, access, stage| {
        let [member, _] = members(stage).await;

        let person = done(chat.user(access, &member).await);
        let direct = done(chat.open_direct(access, &member).await);
        let place = Place { channel: direct, thread: None };
        done(chat.post(access, &place, &post("task_1", "hello")).await);

        assert_eq!((person.id.as_str(), person.is_bot), (member.as_str(), false));
        assert!(!person.display_name.is_empty());
        assert!(matches!(refused(chat.user(access, "U0000000000").await), ChatRefusal::NotFound(_)));
        assert_eq!(shown(stage, &place).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_put_into_a_thread() {
    each_chat(async |chat, access, stage| {
        let place = channel(chat, access).await;
        let root = done(chat.post(access, &place, &post("task_1", "hello")).await);
        let thread = Place { thread: Some(root.ts), ..place };
        let file = Upload { name: "cat.png".to_owned(), bytes: b"\x89PNG\r\n\x1a\n".to_vec() };

        done(chat.upload(access, &thread, &file).await);

        let posts = shown(stage, &thread).await;
        let with_file = posts.iter().find(|post| !post["files"][0].is_null()).expect("a post with a file");
        assert_eq!(with_file["thread_ts"].as_str(), thread.thread.as_deref());
        assert_eq!(with_file["files"][0]["name"], "cat.png");
    })
    .await;
}
