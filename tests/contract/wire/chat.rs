//! Every call of the chat's contract, as the types of Slack's packages describe it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::contracts::{
    chat::{Chat, ChatAccess, Mark, Part, Place, Post, PostRef, Span, Upload},
    view::FileRef,
};
use providers::{Rotating, chat};

use super::{
    super::done,
    BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, assert_spotless,
    fake::Fake,
    judge_slack::{called, judge},
};

pub(super) fn chat(fake: &Fake) -> Arc<dyn Chat> {
    let config = chat::slack::Config {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.into(),
        signing_secret: Rotating::only(SIGNING_SECRET.into()),
        api_url: format!("{}/api/", fake.url),
        authorize_url: format!("{}/oauth/v2/authorize", fake.url),
    };
    chat::open(chat::Settings::Slack(config)).expect("good settings").calls
}

pub(super) fn access() -> ChatAccess {
    ChatAccess { team: "T9TK3CUKW".to_owned(), token: BOT_TOKEN.into(), home: None }
}

pub(super) fn channel() -> Place {
    Place { channel: "C123ABC456".to_owned(), thread: None }
}

pub(super) fn thread() -> Place {
    Place { thread: Some("1503435956.000247".to_owned()), ..channel() }
}

pub(super) fn first_post() -> PostRef {
    PostRef { channel: "C123ABC456".to_owned(), ts: "1503435956.000247".to_owned() }
}

fn hello() -> Post {
    Post {
        key: "task_1".to_owned(),
        author: Some("Maria Lopez".to_owned()),
        parts: vec![Part::Text(vec![Span::Text("hello <@U1> & all".to_owned())])],
    }
}

fn noon() -> DateTime<Utc> {
    "2017-08-22T12:00:00.000004Z".parse().expect("a time")
}

/// Drives the chat and judges everything that came; the methods that were called.
pub(super) async fn said(calls: impl AsyncFnOnce(&dyn Chat)) -> Vec<String> {
    let fake = Fake::slack().await;
    calls(&*chat(&fake)).await;
    let recorded = fake.recorded();
    assert_spotless(&recorded, judge);
    called(&recorded).into_iter().map(str::to_owned).collect()
}

async fn marked_and_unmarked(chat: &dyn Chat, marks: &[Mark]) {
    for mark in marks {
        done(chat.add_mark(&access(), &first_post(), *mark).await);
        done(chat.remove_mark(&access(), &first_post(), *mark).await);
    }
}

#[tokio::test]
async fn posts_are_made_as_described_in_channels_and_threads() {
    let called = said(async |chat| {
        done(chat.post(&access(), &channel(), &hello()).await);
        done(chat.post(&access(), &thread(), &Post { author: None, ..hello() }).await);
    });

    assert_eq!(called.await, ["chat.postMessage"]);
}

#[tokio::test]
async fn posts_are_changed_as_described() {
    let called = said(async |chat| done(chat.update(&access(), &first_post(), &hello()).await));

    assert_eq!(called.await, ["chat.update"]);
}

#[tokio::test]
async fn posts_are_taken_away_and_linked_to_as_described() {
    let called = said(async |chat| {
        done(chat.delete(&access(), &first_post()).await);
        assert!(done(chat.link(&access(), &first_post()).await).starts_with("https://"));
    });

    assert_eq!(called.await, ["chat.delete", "chat.getPermalink"]);
}

#[tokio::test]
async fn what_is_too_long_for_one_post_is_posted_in_pieces_as_described() {
    let long = |key: &str| Post {
        key: key.to_owned(),
        author: None,
        parts: vec![Part::Text(vec![Span::Text("hello <@U1> & all ".repeat(1_000))])],
    };
    let fake = Fake::slack().await;

    done(chat(&fake).post(&access(), &thread(), &long("task_1")).await);
    done(chat(&fake).whisper(&access(), &thread(), "U123ABC456", &long("")).await);
    done(chat(&fake).update(&access(), &first_post(), &long("task_1")).await);

    assert_spotless(&fake.recorded(), judge);
    let count = |method: &str| fake.recorded().iter().filter(|request| request.path.ends_with(method)).count();
    assert!(count("chat.postMessage") > 5 && count("chat.postEphemeral") > 5);
    assert_eq!([count("conversations.replies"), count("chat.update")], [1, 1]);
}

#[tokio::test]
async fn what_a_member_did_is_answered_as_described() {
    let fake = Fake::slack().await;
    let url = format!("{}/actions/T0MJRM1A7/4913351356/D1M5qeSgw", fake.url);

    done(chat(&fake).answer(&url, Some(&hello())).await);
    done(chat(&fake).answer(&url, None).await);
    done(chat(&fake).respond(&url, &hello()).await);

    assert_spotless(&fake.recorded(), judge);
    assert_eq!(fake.recorded().len(), 3);
}

#[tokio::test]
async fn files_are_got_as_described_also_when_only_their_id_is_known() {
    let fake = Fake::slack().await;
    let file = |url: &str| FileRef {
        id: "F0S43P1CZ".to_owned(),
        name: "tedair.gif".to_owned(),
        content_type: "image/gif".to_owned(),
        byte_count: 0,
        url: url.to_owned(),
    };
    let known = file(&format!("{}/files-pri/T061EG9R6-F0S43P1CZ/tedair.gif", fake.url));

    done(chat(&fake).download(&access(), &known, 1_000).await);
    done(chat(&fake).download(&access(), &file(""), 1_000).await);

    assert_spotless(&fake.recorded(), judge);
    assert_eq!(called(&fake.recorded()), ["files.info"]);
}

#[tokio::test]
async fn the_company_of_a_channel_is_asked_for_as_described() {
    let called = said(async |chat| assert!(!done(chat.company(&access(), "C123ABC456").await).has_guests));

    assert_eq!(called.await, ["auth.test", "conversations.info", "conversations.members", "users.info"]);
}

#[tokio::test]
async fn a_token_is_renewed_as_described() {
    let called = said(async |chat| {
        let renewal = done(chat.renew(&"xoxe-1-first".into()).await);
        assert_eq!(renewal.terms.lives_secs, 43_200);
    });

    assert_eq!(called.await, ["oauth.v2.access"]);
}

#[tokio::test]
async fn what_one_member_sees_is_posted_as_described() {
    let called = said(async |chat| {
        done(chat.whisper(&access(), &channel(), "U123ABC456", &hello()).await);
        done(chat.whisper(&access(), &thread(), "U123ABC456", &Post { author: None, ..hello() }).await);
    });

    assert_eq!(called.await, ["chat.postEphemeral"]);
}

#[tokio::test]
async fn posts_are_looked_for_as_described_on_every_page() {
    let called = said(async |chat| {
        assert_eq!(done(chat.find_post(&access(), &channel(), "task_1", noon()).await), None);
        assert_eq!(done(chat.find_post(&access(), &thread(), "task_1", noon()).await), None);
    });

    assert_eq!(called.await, ["conversations.history", "conversations.replies"]);
}

#[tokio::test]
async fn every_mark_is_set_and_taken_off_as_described() {
    let called = said(async |chat| {
        marked_and_unmarked(chat, Mark::all()).await;
    });

    assert_eq!(called.await, ["reactions.add", "reactions.remove"]);
}

#[tokio::test]
async fn channels_are_made_found_and_entered_as_described() {
    let called = said(async |chat| {
        done(chat.create_channel(&access(), "clerk-sms").await);
        assert!(done(chat.find_channel(&access(), "random").await).is_some());
        done(chat.channel(&access(), "C012AB3CD").await);
        done(chat.join_channel(&access(), "C012AB3CD").await);
        done(chat.invite(&access(), "C012AB3CD", &["U1".to_owned(), "U2".to_owned()]).await);
        done(chat.open_direct(&access(), "U1").await);
    });

    let all = ["create", "info", "invite", "join", "list", "open"].map(|method| format!("conversations.{method}"));
    assert_eq!(called.await, all);
}

#[tokio::test]
async fn an_app_of_a_whole_organisation_says_which_team_it_means_as_described() {
    let of_organisation = ChatAccess { team: "E12345678".to_owned(), ..access() };
    let at_home = ChatAccess { home: Some("T12345679".to_owned()), ..of_organisation.clone() };
    let fake = Fake::slack().await;

    done(chat(&fake).create_channel(&of_organisation, "clerk-sms").await);
    done(chat(&fake).create_channel(&at_home, "clerk-sms").await);
    done(chat(&fake).find_channel(&at_home, "random").await);

    assert_spotless(&fake.recorded(), judge);
    let named = |request: &super::Recorded| {
        let asked = request.query.iter().find(|(name, _)| name == "team_id").map(|(_, team)| team.clone());
        asked.or_else(|| request.json()["team_id"].as_str().map(str::to_owned))
    };
    let teams: Vec<_> = fake.recorded().iter().filter_map(named).collect();
    assert_eq!(teams, ["T12345678", "T12345679", "T12345679", "T12345679"]);
    assert_eq!(called(&fake.recorded()), ["auth.teams.list", "conversations.create", "conversations.list"]);
}

#[tokio::test]
async fn members_are_looked_up_and_the_token_checked_as_described() {
    let called = said(async |chat| {
        done(chat.user(&access(), "W012A3CDE").await);
        done(chat.check(&access()).await);
    });

    assert_eq!(called.await, ["auth.test", "users.info"]);
}

#[tokio::test]
async fn files_are_put_into_channels_and_threads_as_described() {
    let file = Upload { name: "Zoë & the cat+.png".to_owned(), bytes: vec![0, 159, 146, 150] };
    let called = said(async |chat| {
        done(chat.upload(&access(), &channel(), &file).await);
        done(chat.upload(&access(), &thread(), &file).await);
    });

    assert_eq!(called.await, ["files.completeUploadExternal", "files.getUploadURLExternal"]);
}

#[tokio::test]
async fn the_code_of_an_installation_is_exchanged_as_described() {
    let called = said(async |chat| {
        let installed = done(
            chat.exchange_code("4724469134.4644010092847.232b4e6d", "https://clerk.example:8443/slack/callback").await,
        );
        assert_eq!(installed.team, "T9TK3CUKW");
    });

    assert_eq!(called.await, ["oauth.v2.access"]);
}

#[tokio::test]
async fn a_request_that_is_not_as_described_is_found() {
    let fake = Fake::slack().await;
    done(chat(&fake).post(&access(), &channel(), &hello()).await);
    let right = fake.only();
    let with = |change: &dyn Fn(&mut super::Recorded)| {
        let mut request = right.clone();
        change(&mut request);
        let length = request.body.len().to_string();
        request
            .headers
            .iter_mut()
            .filter(|(name, _)| name == "content-length")
            .for_each(|(_, value)| value.clone_from(&length));
        judge(&request)
    };
    let replaced = |from: &'static str, to: &'static str| {
        with(&|request| request.body = String::from_utf8_lossy(&request.body).replace(from, to).into_bytes())
    };

    let wrong = [
        with(&|request| request.method = "GET".to_owned()),
        with(&|request| request.path = "/api/chat.postmessage".to_owned()),
        with(&|request| request.headers.retain(|(name, _)| name != "authorization")),
        with(&|request| request.query.push(("token".to_owned(), BOT_TOKEN.to_owned()))),
        with(&|request| {
            request.headers.iter_mut().for_each(|(_, value)| *value = value.replace("; charset=utf-8", ""))
        }),
        replaced("\"channel\"", "\"chanel\""),
        replaced("\"C123ABC456\"", "7"),
        replaced("\"unfurl_links\":false", "\"unfurl_links\":\"false\""),
        replaced("\"parse\":\"none\"", "\"parse\":\"never\""),
        replaced("\"type\":\"rich_text\"", "\"type\":\"rich\""),
        replaced("\"type\":\"text\"", "\"type\":\"text\",\"bold\":true"),
        replaced("\"username\":\"Maria Lopez\"", "\"username\":null"),
    ];

    assert_eq!(judge(&right), [] as [String; 0]);
    assert!(wrong.iter().all(|complaints| !complaints.is_empty()), "{wrong:#?}");
}
