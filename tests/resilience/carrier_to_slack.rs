//! The way in, from the carrier to Slack: a text that the carrier handed us is shown once, whatever breaks on the way.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use domain::{
    messages::{HoldReason, Status},
    outbox::State,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::world::{Stage, Vendor, both, sized, until};

const MESSAGES: &str = "/webhooks/twilio/messages";
const EVENTS: &str = "/webhooks/slack/events";

both!(
    a_text_that_is_told_five_times_is_shown_once,
    two_nodes_that_are_told_of_the_same_text_show_it_once,
    a_node_killed_before_its_answer_leaves_one_post,
    a_node_killed_after_slack_took_a_post_finds_it_again,
    texts_that_came_while_all_nodes_were_down_are_shown_later_and_once,
    texts_while_nothing_can_be_stored_are_refused_at_once_and_found_later,
    a_burst_into_one_channel_keeps_the_pace_and_holds_up_nobody_else,
    a_text_of_800_emoji_is_shown_whole,
    markup_in_a_text_is_shown_as_it_stands_and_calls_nobody,
    characters_that_cannot_be_seen_do_no_harm,
    half_a_character_is_shown_as_a_gap_in_the_text_that_has_it,
    a_blocked_sender_is_kept_in_the_log_and_out_of_sight,
);

/// S01.
async fn a_text_that_is_told_five_times_is_shown_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    let text = maria.texts("My tooth hurts.").await;
    world.settle().await;
    let webhook = world.front.seen(MESSAGES).pop().expect("the carrier told us");
    let statuses = world.hears_again(&webhook, 4, TimeDelta::seconds(4)).await;

    assert_eq!((text.status, statuses), (Some(200), vec![200; 4]));
    assert_eq!(world.event_count("message").await, 1);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["My tooth hurts."]);
    assert_eq!(world.usage().await, (1, 10));
}

/// S02. The invariants at the end of the scenario count the posts of each text.
async fn two_nodes_that_are_told_of_the_same_text_show_it_once(stage: &mut Stage) {
    let world = stage.in_running_time().nodes(2).clinic().await;
    world.grants(1_000).await;
    world.front.sends_to_everyone();
    let (patients, each) = sized((5, 20), (10, 100));

    let texting =
        (0..patients).map(|index| world.patient(index)).map(async |patient| patient.texts_often("text", each).await);
    let texts = join_all(texting).await.concat();
    world.settle().await;

    let all = patients * each;
    assert_eq!(texts.iter().filter(|text| text.status == Some(200)).count(), all);
    assert_eq!(world.event_count("message").await, all as u64);
    assert_eq!(world.usage().await, (all as i64, 1_010));
}

/// S03. The carrier repeats a request whose connection broke.
async fn a_node_killed_before_its_answer_leaves_one_post(stage: &mut Stage) {
    let world = stage.clinic_with_program().await;
    world.kills_node().await;
    world.starts_program("api").await;
    let maria = world.maria();
    world.front.waits_for_node();
    world.front.withholds_next_answer();

    let texting = tokio::spawn(async move { maria.texts("Are you open?").await });
    world.front.has_answer_withheld().await;
    world.kills_node().await;
    world.front.breaks_withheld_connection();
    world.starts_program("api,workers").await;
    let text = texting.await.expect("the carrier goes on");
    world.settle().await;

    assert_eq!((text.status, world.front.seen(MESSAGES).len()), (Some(200), 2));
    assert_eq!(world.thread_with(&world.maria()).await.texts_of_contact(), ["Are you open?"]);
    assert_eq!(world.usage().await, (1, 10));
}

/// S04. The post is found by its key, and the thread still belongs to the conversation.
async fn a_node_killed_after_slack_took_a_post_finds_it_again(stage: &mut Stage) {
    let world = stage.clinic_with_program().await;
    let maria = world.maria();
    maria.texts("first").await;
    world.settle().await;
    let held = json!({ "effect": "timeout_after", "delay_ms": 60_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", held).await;

    maria.texts("second").await;
    let outside = world.outside.clone();
    until("Slack has the post", async || outside.ledger().await.posts.iter().any(|post| post.text == "second")).await;
    world.kills_node().await;
    world.starts_program("api,workers").await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), ["first", "second"]);
    let known = world.messages().await.pop().and_then(|message| message.post_ts);
    assert_eq!(known, thread.replies.last().map(|post| post.ts.clone()));
    world.team().ana.replies(&thread, "Come in.").await;
    world.settle().await;
    assert_eq!(maria.has_received().await, ["Come in."]);
}

/// S05.
async fn texts_that_came_while_all_nodes_were_down_are_shown_later_and_once(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    let (maria, tom) = (world.maria(), world.patient(1));
    maria.texts("before").await;
    world.settle().await;

    world.kills_node().await;
    let lost = [maria.texts("one").await, tom.texts("two").await, maria.texts("three").await];
    world.turn(TimeDelta::minutes(10)).await;
    world.starts_node().await;
    let has_looked = async || world.report_of("carrier.texts").await.contains("3 were missing");
    until("the carrier's list was read", has_looked).await;
    world.settle().await;

    assert!(lost.iter().all(|text| text.status.is_none()), "{lost:?}");
    let texts = world.thread_with(&maria).await.texts_of_contact();
    let words: Vec<_> = texts.iter().map(|text| text.lines().next().unwrap_or_default()).collect();
    assert_eq!(words, ["before", "one", "three"]);
    assert!(texts[1].contains("received "), "{texts:?}");
    assert_eq!(world.thread_with(&tom).await.texts_of_contact().len(), 1);
    assert_eq!(world.usage().await, (4, 10));
}

/// S06, without a spool: a clean 503 to the carrier's try and to its repetition, each within a second; its list has all of them later.
async fn texts_while_nothing_can_be_stored_are_refused_at_once_and_found_later(stage: &mut Stage) {
    let world = stage.in_present_time().with("SERVER__WEBHOOK_TIMEOUT_MS", "700").clinic().await;
    let count = sized(20, 200);
    world.grants(200).await;

    let blocked = world.blocks_writers().await;
    let texting = (0..count).map(|index| world.patient(index)).map(async |patient| {
        let began = Instant::now();
        (patient.texts("Hello?").await.status, began.elapsed())
    });
    let refused = join_all(texting).await;
    drop(blocked);
    world.turn(TimeDelta::minutes(2)).await;
    let missing = format!("{count} were missing");
    until("the carrier's list was read", async || world.report_of("carrier.texts").await.contains(&missing)).await;
    world.settle().await;

    let is_clean = |(status, took): &(Option<u16>, Duration)| *status == Some(503) && *took < Duration::from_secs(2);
    assert!(refused.iter().all(is_clean), "{refused:?}");
    let slack = world.slack().await;
    let shown = (0..count).map(|index| slack.thread_with(&world.patient(index).number).texts_of_contact().len());
    assert_eq!(shown.sum::<usize>(), count);
    assert_eq!(world.usage().await.0, count as i64);
}

/// S07: the limits are kept, and a 429 is waited out by its channel alone. The little one posts twenty times a second instead of once.
async fn a_burst_into_one_channel_keeps_the_pace_and_holds_up_nobody_else(stage: &mut Stage) {
    let (pace, wait_secs, each): (usize, i64, usize) = sized((20, 2, 10), (1, 30, 20));
    let world = stage.with("SLACK__POSTS_PER_SECOND", &pace.to_string()).with("SLACK__BURST", "1").clinic().await;
    let bookshop = world.with_number(world.installs_for("Harbor Books").await).await;
    world.grants(120).await;
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    let full = json!({ "effect": "status", "status": 429, "retry_after": wait_secs.to_string(), "times": 1, "match": { "channel": channel } });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", full).await;

    join_all((0..6).map(|index| world.patient(index)).map(async |patient| patient.texts_often("text", each).await))
        .await;
    let reader = world.phone_for(&bookshop, &world.maria().number);
    let began = Instant::now();
    reader.texts("Do you have it?").await;
    let slack = async || world.outside.slack(&bookshop.id).await;
    until("the bookshop has its text", async || {
        slack().await.threads_with(&reader.number).iter().any(|thread| !thread.replies.is_empty())
    })
    .await;
    let (took, open) = (began.elapsed(), world.open_tasks().await);
    world.settle().await;

    assert!(took < Duration::from_secs(2) && !open.is_empty(), "{took:?}, {} tasks were open", open.len());
    let calls = world.outside.requests(Vendor::Slack, "chat.postMessage").await;
    let times = |status: u16| {
        let at = |at: &str| DateTime::parse_from_rfc3339(at).expect("a time").timestamp_millis();
        let own = calls.iter().filter(|call| call.json["channel"] == channel.as_str() && call.status == status);
        own.map(|call| at(&call.at)).collect::<Vec<i64>>()
    };
    let (posted, refused) = (times(200), times(429));
    // The texts, a first post for each of the six threads, the greeting and the news of the number.
    assert_eq!((posted.len(), refused.len()), (6 * each + 6 + 2, 1));
    let from_then: Vec<i64> = refused.iter().chain(&posted).copied().filter(|at| *at >= refused[0]).collect();
    let pause = from_then.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(pause >= Some(wait_secs * 1_000 - 500), "the longest pause after the refusal was {pause:?} ms");
    let most = posted.iter().map(|from| posted.iter().filter(|at| (*from..from + 1_000).contains(*at)).count()).max();
    assert!(most <= Some(pace + pace.div_ceil(4)), "{most:?} posts within a second");
}

/// S15.
async fn a_text_of_800_emoji_is_shown_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(30).await;
    let maria = world.maria();

    maria.texts(&"😀".repeat(800)).await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["😀".repeat(800)]);
    assert_eq!(world.usage().await, (25, 40));
}

/// S15.
async fn markup_in_a_text_is_shown_as_it_stands_and_calls_nobody(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.id.clone();
    let text = format!("<!channel> <@{ana}> @here & <https://evil.example|ok> *b* :smile: &lt;");

    maria.texts(&text).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), [text.as_str()]);
    assert_eq!(thread.replies[0].pings(), Vec::<String>::new());
    assert!(thread.replies[0].text.contains("&lt;!channel&gt;"), "{}", thread.replies[0].text);
}

/// S15.
async fn characters_that_cannot_be_seen_do_no_harm(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let zalgo = "h\u{300}\u{301}\u{302}\u{303}\u{304}e\u{316}\u{317}\u{318}y";

    maria.texts("nothing\0here").await;
    maria.texts(zalgo).await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["nothinghere", zalgo]);
}

/// S15: half of a surrogate pair, as a program writes it that cuts a text within an emoji.
async fn half_a_character_is_shown_as_a_gap_in_the_text_that_has_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello?").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "PLACEHOLDER").await;
    world.settle().await;
    let told = world.front.seen(EVENTS).into_iter().find(|seen| seen.json()["event"]["text"] == "PLACEHOLDER");
    let told = told.expect("Slack told us");

    let event = told.json()["event"].clone();
    let other = |name: &str, value: &str| (event[name].as_str().expect("a word").to_owned(), value.to_owned());
    let changes = [
        other("ts", "1700000000.000100"),
        other("client_msg_id", "another"),
        ("PLACEHOLDER".to_owned(), r"cut \ud83d here".to_owned()),
    ];
    let body = String::from_utf8(told.body.clone()).expect("text");
    let body = changes.iter().fold(body, |body, (old, new)| body.replace(old, new));
    let status = world.front.brings_again(&told.saying(body.into_bytes()), &[]).await;
    world.settle().await;

    assert_eq!(status, 200);
    assert_eq!(maria.has_received().await, ["PLACEHOLDER", "cut \u{fffd} here"]);
}

/// S18.
async fn a_blocked_sender_is_kept_in_the_log_and_out_of_sight(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Buy gold!").await;
    world.settle().await;
    let thread = world.thread_with(&maria).await;
    world.team().ana.presses("Block", &thread.parent).await;
    world.settle().await;

    maria.texts("Gold!!").await;
    maria.texts("STOP").await;
    world.settle().await;
    world.team().ana.replies(&thread, "Who are you?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Buy gold!"]);
    let kept: Vec<_> = world.messages().await.into_iter().filter(|message| message.status == Status::Held).collect();
    assert_eq!(kept.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["Gold!!", "STOP"]);
    assert!(kept.iter().all(|message| message.hold_reason == Some(HoldReason::DoNotDisturb)));
    assert_eq!(world.usage().await, (1, 10));
    let sent = world.ledger().await.texts_out;
    assert!(sent.iter().all(|text| text.body != "Who are you?"), "a contact who said STOP was texted: {sent:?}");
    assert_eq!(world.open_tasks().await, Vec::<(String, State)>::new());
}
