//! The way out, from Slack to the carrier: a reply that a member sent goes out once, or the member is told why not.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::{
    Error,
    messages::{self, NewText, Status},
    numbers,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::world::{Stage, Vendor, World, both, operator};

const EVENTS: &str = "/webhooks/slack/events";
const STATUS: &str = "/webhooks/twilio/status";
const CREATE: &str = "messages.create";

both!(
    a_reply_that_slack_tells_four_times_goes_out_once,
    a_reply_whose_first_deliveries_were_lost_goes_out,
    copies_of_a_reply_under_other_event_ids_go_out_once,
    a_client_that_repeats_itself_sends_once_and_a_person_who_does_sends_twice,
    a_reply_that_mentions_the_app_goes_out_once,
    posts_of_bots_and_of_our_own_never_go_out,
    two_numbers_of_ours_that_text_each_other_come_to_rest,
    two_machines_that_answer_each_other_are_stopped,
    only_new_words_of_people_go_out,
    a_reply_while_the_database_cannot_be_written_goes_out_later,
    a_text_that_the_carrier_took_without_an_answer_is_found_and_not_repeated,
    a_text_that_nobody_can_find_is_unconfirmed_and_never_repeated_by_itself,
    whatever_the_carrier_answers_no_reply_goes_out_twice,
    reports_in_any_order_never_move_a_text_back,
    a_report_that_is_faster_than_the_answer_is_joined_to_its_text,
    a_report_that_comes_before_its_text_is_known_is_joined_to_it_later,
    a_report_on_a_text_that_nobody_knows_waits_a_day_for_it,
    a_character_zero_is_left_out_of_a_text,
    of_twenty_parallel_texts_for_one_segment_left_exactly_one_goes_out,
    a_text_of_three_segments_with_two_left_is_refused_whole,
);

/// S19: the reasons that Slack has for a repetition do not matter.
async fn a_reply_that_slack_tells_four_times_goes_out_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let told = world.front.seen(EVENTS).into_iter().find(|seen| seen.json()["event"]["text"] == "At nine?");
    let again = |number: &'static str| [("x-slack-retry-num", number), ("x-slack-retry-reason", "http_timeout")];
    let told = told.expect("Slack told us");
    let first = world.front.brings_again(&told, &again("1")).await;
    world.turn(TimeDelta::minutes(1)).await;
    let second = world.front.brings_again(&told, &again("2")).await;
    world.turn(TimeDelta::minutes(4)).await;
    let third = world.front.brings_again(&told, &again("3")).await;
    world.settle().await;

    assert_eq!([first, second, third], [200; 3]);
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

/// S20: the connections of two deliveries break, only the third one arrives.
async fn a_reply_whose_first_deliveries_were_lost_goes_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    world.front.loses(2);

    let written = world.team().ana.replies(&thread, "At nine?").await;
    world.settle().await;

    assert_eq!(written.status, None);
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

/// S21.
async fn copies_of_a_reply_under_other_event_ids_go_out_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let event = event_of(world, "At nine?");

    let copies =
        join_all((0..10).map(async |_| world.outside.order("slack/event", json!({ "event": event })).await)).await;
    world.settle().await;

    assert!(copies.iter().all(|copy| copy["webhook_status"] == 200), "{copies:?}");
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

/// S21.
async fn a_client_that_repeats_itself_sends_once_and_a_person_who_does_sends_twice(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let ana = &world.team().ana;

    ana.writes(&thread, json!({ "text": "by the client", "client_msg_id": "5f2c" })).await;
    ana.writes(&thread, json!({ "text": "by the client", "client_msg_id": "5f2c" })).await;
    ana.replies(&thread, "by hand").await;
    ana.replies(&thread, "by hand").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["by the client", "by hand", "by hand"]);
}

/// S22: Slack tells of such a post twice, as a message and as a mention.
async fn a_reply_that_mentions_the_app_goes_out_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let app = world.slack().await.app.bot_user_id;

    world.team().ana.replies(&world.thread_with(&maria).await, &format!("<@{app}> says hello")).await;
    world.settle().await;

    let types: Vec<Value> = world.front.seen(EVENTS).iter().map(|seen| seen.json()["event"]["type"].clone()).collect();
    assert!(types.contains(&json!("app_mention")), "{types:?}");
    assert_eq!(maria.has_received().await.len(), 1);
}

/// S23.
async fn posts_of_bots_and_of_our_own_never_go_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let of_bot = json!({
        "type": "message", "subtype": "bot_message", "bot_id": "B0OTHER", "text": "I am a bot", "ts": "1700000000.000100",
        "channel": thread.channel(), "thread_ts": thread.ts(), "channel_type": "channel",
    });
    let of_modern_bot = json!({
        "type": "message", "user": "U0OTHERBOT", "bot_id": "B0OTHER", "text": "Me too", "ts": "1700000000.000200",
        "channel": thread.channel(), "thread_ts": thread.ts(), "channel_type": "channel",
    });

    world.outside.order("slack/event", json!({ "event": of_bot })).await;
    world.outside.order("slack/event", json!({ "event": of_modern_bot })).await;
    world.settle().await;

    let own = world.front.seen(EVENTS).into_iter().filter(|seen| seen.json()["event"]["bot_id"].is_string()).count();
    assert!(own > 2, "Slack tells us of our own posts too");
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

/// S23: the bookshop's number answers the clinic's question by itself, and nothing answers that answer.
async fn two_numbers_of_ours_that_text_each_other_come_to_rest(stage: &mut Stage) {
    let world = stage.clinic().await;
    let bookshop = world.with_number(world.installs_for("Harbor Books").await).await;
    let theirs = bookshop.number.expect("the bookshop has a number");
    let ctx = world.ctx();
    let (workspace, ours) = (world.workspace().await, world.number().to_owned());
    let number = numbers::of_workspace(&ctx, workspace.id).await.expect("numbers are listed")[0].id;

    let question =
        NewText { number, to: theirs.parse().expect("a number"), body: "HELP".to_owned(), ignores_quiet_hours: false };
    messages::send(&ctx, &operator(), workspace.id, question).await.expect("it can be sent");
    world.settle().await;

    let sent = world.ledger().await.texts_out;
    let ways: Vec<_> = sent.iter().map(|text| (text.from.clone(), text.to.clone())).collect();
    assert_eq!(ways, [(ours.clone(), theirs.clone()), (theirs.clone(), ours)]);
    let thread = world.slack().await.thread_with(&theirs);
    assert!(thread.texts_of_contact().concat().starts_with("Harbor Books: "), "{:?}", thread.texts_of_contact());
}

/// S23: a machine that asks for help with every text gets ten answers in a minute at most, and the team is told.
async fn two_machines_that_answer_each_other_are_stopped(stage: &mut Stage) {
    let world = stage.clinic().await;
    let machine = world.maria();

    join_all((0..14).map(async |_| machine.texts("HELP").await)).await;
    world.settle().await;
    let answers = machine.has_received().await.len();
    let notes = world.thread_with(&machine).await.notes().concat();
    world.turn(TimeDelta::minutes(2)).await;
    machine.texts("HELP").await;
    world.settle().await;

    assert!((1..=10).contains(&answers), "{answers} answers");
    assert!(notes.contains("perhaps a machine"), "{notes}");
    assert_eq!(machine.has_received().await.len(), answers + 1);
}

/// S24.
async fn only_new_words_of_people_go_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let (ana, ben) = (&world.team().ana, &world.team().ben);
    let odd = |event: Value| json!({ "event": event });
    let place = json!({ "type": "message", "channel": thread.channel(), "item": { "channel": thread.channel(), "ts": thread.ts() } });
    let pinned = json!({ "type": "pin_added", "user": ana.id, "channel_id": thread.channel(), "item": place["item"] });
    let joined = json!({ "type": "message", "subtype": "channel_join", "user": ben.id, "text": "has joined", "channel": thread.channel(), "ts": "1700000000.000300" });

    let written = ana.replies(&thread, "At nine?").await;
    world.settle().await;
    ana.edits(&written, "At ten!").await;
    world.settle().await;
    ana.reacts(&thread.parent, "eyes").await;
    let mut unfurled = event_of(world, "At nine?");
    unfurled["attachments"] = json!([{ "title": "A preview of a link" }]);
    let change = json!({ "message": unfurled, "previous_message": event_of(world, "At nine?") });
    let of_change = json!({ "type": "message", "subtype": "message_changed", "channel": thread.channel(), "ts": "1700000000.000400" });
    world.outside.order("slack/event", odd(merged(of_change, &change))).await;
    world.outside.order("slack/event", odd(pinned)).await;
    world.outside.order("slack/event", odd(joined)).await;
    ana.writes(&thread, json!({ "text": "to all", "broadcast": true })).await;
    ana.deletes(&written).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?", "to all"]);
    let notices: Vec<String> = world.slack().await.notices_to(&ana.id).iter().map(|notice| notice.shown()).collect();
    assert_eq!(notices.iter().filter(|notice| notice.contains("had already gone")).count(), 2, "{notices:?}");
}

/// S25.
async fn a_reply_while_the_database_cannot_be_written_goes_out_later(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;

    let blocked = world.blocks_writers().await;
    let began = Instant::now();
    let written = world.team().ana.replies(&thread, "At nine?").await;
    let took = began.elapsed();
    drop(blocked);
    world.settle().await;

    assert_eq!(written.status, Some(503));
    assert!(took < Duration::from_millis(2_500), "the answer took {took:?}");
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

/// S26: the carrier's list tells that it has the text.
async fn a_text_that_the_carrier_took_without_an_answer_is_found_and_not_repeated(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    let maria = written_to_by_maria(world).await;
    world.outside.delivers(Vendor::Carrier, json!({ "lose": true })).await;
    world.outside.breaks(Vendor::Carrier, CREATE, json!({ "effect": "reset_after", "times": 1 })).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(5)).await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    let status = world.messages().await.pop().map(|message| message.status);
    assert!(matches!(status, Some(Status::Accepted | Status::Sent | Status::Delivered)), "{status:?}");
}

/// S26: nobody but a person sends again what may have been sent.
async fn a_text_that_nobody_can_find_is_unconfirmed_and_never_repeated_by_itself(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = &world.team().ana.clone();
    world.outside.breaks(Vendor::Carrier, CREATE, json!({ "effect": "reset_before", "times": 1 })).await;

    ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    read_backs_pass(world).await;

    let calls = world.outside.requests(Vendor::Carrier, CREATE).await.len();
    assert_eq!((calls, maria.has_received().await.len()), (1, 0));
    assert_eq!(world.messages().await.last().map(|message| message.status), Some(Status::Unconfirmed));
    let slack = world.slack().await;
    let notice = slack.notices_to(&ana.id).into_iter().next_back().expect("Ana is told");
    assert!(notice.shown().contains("never confirmed"), "{}", notice.shown());
    ana.presses_on_notice("Send again", notice).await;
    world.settle().await;
    assert_eq!(maria.has_received().await, ["At nine?"]);
    world.leaves(domain::outbox::State::Unknown);
}

/// S27: each way in which an answer can go wrong, all at the same time.
async fn whatever_the_carrier_answers_no_reply_goes_out_twice(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    world.grants(30).await;
    let faults = [
        json!({ "effect": "status", "status": 500, "times": 1 }),
        json!({ "effect": "status", "status": 503, "times": 1 }),
        json!({ "effect": "status", "status": 429, "retry_after": "1", "times": 1 }),
        json!({ "effect": "reset_before", "times": 1 }),
        json!({ "effect": "reset_after", "times": 1 }),
        json!({ "effect": "timeout_after", "delay_ms": 20_000, "times": 1 }),
        json!({ "effect": "truncate", "times": 1 }),
        json!({ "effect": "unknown_fields", "times": 1 }),
        json!({ "effect": "garbage", "times": 1 }),
    ];
    let patients: Vec<_> = (0..faults.len()).map(|index| world.patient(index)).collect();
    join_all(patients.iter().map(async |patient| patient.texts("Hello?").await)).await;
    world.settle().await;
    let fault_of = |patient: &str, mut fault: Value| {
        fault["match"] = json!({ "to": patient });
        fault
    };
    let orders = patients.iter().zip(faults).map(|(patient, fault)| fault_of(&patient.number, fault));
    join_all(orders.map(async |fault| world.outside.breaks(Vendor::Carrier, CREATE, fault).await)).await;

    let slack = world.slack().await;
    let replies = patients.iter().map(|patient| (slack.thread_with(&patient.number), patient.number.clone()));
    join_all(replies.map(async |(thread, number)| world.team().ana.replies(&thread, &format!("to {number}")).await))
        .await;
    world.settle().await;
    read_backs_pass(world).await;

    let ledger = world.ledger().await;
    let most = patients.iter().map(|patient| ledger.texts_to(&patient.number).len()).max();
    assert_eq!(most, Some(1), "a reply went out twice");
    let replies: Vec<_> = world.messages().await.into_iter().filter(|message| message.author.is_some()).collect();
    assert_eq!(replies.len(), 9);
    let is_over = |status: Status| matches!(status, Status::Delivered | Status::Failed | Status::Unconfirmed);
    assert!(replies.iter().all(|message| is_over(message.status)), "{replies:#?}");
    let delivered = replies.iter().filter(|message| message.status == Status::Delivered).count();
    assert_eq!(delivered, ledger.texts_out.iter().filter(|text| text.status == "delivered").count());
    world.leaves(domain::outbox::State::Unknown);
}

/// S28.
async fn reports_in_any_order_never_move_a_text_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.outside.delivers(Vendor::Carrier, json!({ "duplicate": 2, "reorder": true })).await;

    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let told = world.front.seen(STATUS).pop().expect("the carrier reports");
    let sid = world.ledger().await.texts_to(&maria.number)[0].sid.clone();
    let failed =
        [("MessageSid", sid.as_str()), ("MessageStatus", "failed"), ("ErrorCode", "30003"), ("AccountSid", ACCOUNT)];
    let status = world.carrier_calls(&told.path, &failed).await;
    world.settle().await;

    assert_eq!(status, 200);
    assert_eq!(world.messages().await.last().map(|message| message.status), Some(Status::Delivered));
    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), ["white_check_mark"]);
}

/// S28.
async fn a_report_that_is_faster_than_the_answer_is_joined_to_its_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world
        .outside
        .breaks(Vendor::Carrier, CREATE, json!({ "effect": "timeout_after", "delay_ms": 700, "times": 1 }))
        .await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    let message = world.messages().await.pop().expect("a message");
    assert_eq!(message.status, Status::Delivered);
    assert_eq!(message.carrier_id, Some(world.ledger().await.texts_to(&maria.number)[0].sid.clone()));
}

/// S28: the report names only the carrier's id, which we learn from the carrier's list later.
async fn a_report_that_comes_before_its_text_is_known_is_joined_to_it_later(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    let maria = written_to_by_maria(world).await;
    world.outside.delivers(Vendor::Carrier, json!({ "lose": true })).await;
    world.outside.breaks(Vendor::Carrier, CREATE, json!({ "effect": "reset_after", "times": 1 })).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    let sid = world.ledger().await.texts_to(&maria.number)[0].sid.clone();
    let report = [("MessageSid", sid.as_str()), ("MessageStatus", "delivered"), ("AccountSid", ACCOUNT)];
    world.carrier_calls(STATUS, &report).await;
    world.settle().await;
    let before = world.messages().await.pop().map(|message| message.status);
    read_backs_pass(world).await;

    assert_eq!(before, Some(Status::Queued));
    assert_eq!(world.messages().await.pop().map(|message| message.status), Some(Status::Delivered));
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

/// PostgreSQL cannot keep it, and nobody can see it.
async fn a_character_zero_is_left_out_of_a_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ctx, workspace) = (world.ctx(), world.workspace().await);
    let number = numbers::of_workspace(&ctx, workspace.id).await.expect("numbers are listed")[0].id;

    let text = NewText {
        number,
        to: world.maria().number.parse().expect("a number"),
        body: "Hel\0lo".to_owned(),
        ignores_quiet_hours: false,
    };
    let sent = messages::send(&ctx, &operator(), workspace.id, text).await;
    world.settle().await;

    assert_eq!(sent.map(|message| message.body).map_err(|error| error.cause()), Ok("Hello".to_owned()));
    assert_eq!(world.maria().has_received().await, ["Hello"]);
}

/// S28.
async fn a_report_on_a_text_that_nobody_knows_waits_a_day_for_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let unknown = format!("SM{}", "7".repeat(32));
    let report = [("MessageSid", unknown.as_str()), ("MessageStatus", "delivered"), ("AccountSid", ACCOUNT)];

    let status = world.carrier_calls(STATUS, &report).await;
    world.settle().await;
    let waiting = world.open_tasks().await.len();
    world.turn(TimeDelta::hours(25)).await;

    assert_eq!((status, waiting), (200, 1));
    assert_eq!(world.open_tasks().await.len(), 0);
}

/// S29.
async fn of_twenty_parallel_texts_for_one_segment_left_exactly_one_goes_out(stage: &mut Stage) {
    let world = stage.in_running_time().nodes(2).clinic().await;
    world.maria().texts_often("text", 9).await;
    world.settle().await;
    let (workspace, nodes) = (world.workspace().await, world.ctxs());
    let number = numbers::of_workspace(&nodes[0], workspace.id).await.expect("numbers are listed")[0].id;

    let texts = (0..20).map(|index| (nodes[index % 2].clone(), world.patient(index).number));
    let sent = join_all(texts.map(async |(ctx, to)| {
        let text =
            NewText { number, to: to.parse().expect("a number"), body: "Hello".to_owned(), ignores_quiet_hours: true };
        messages::send(&ctx, &operator(), workspace.id, text).await
    }))
    .await;
    world.settle().await;

    assert_eq!(sent.iter().filter(|sent| sent.is_ok()).count(), 1);
    assert_eq!(sent.iter().filter(|sent| matches!(sent, Err(Error::LimitReached(_)))).count(), 19);
    assert_eq!(world.usage().await, (10, 10));
    assert_eq!(world.ledger().await.texts_out.len(), 1);
}

/// S30.
async fn a_text_of_three_segments_with_two_left_is_refused_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 8).await;
    world.settle().await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, &"a".repeat(400)).await;
    world.settle().await;

    assert_eq!(world.usage().await, (8, 10));
    assert_eq!(world.ledger().await.texts_out.len(), 0);
    let slack = world.slack().await;
    let notice = slack.notices_to(&ana.id).into_iter().next_back().expect("Ana is told").shown();
    assert!(notice.contains("needs 3 segments") && notice.contains("2 of this month’s 10 are left"), "{notice}");
}

/// An object with the fields of another one.
fn merged(mut object: Value, other: &Value) -> Value {
    other.as_object().expect("an object").iter().for_each(|(name, value)| object[name] = value.clone());
    object
}

/// The carrier's account that the sandbox plays.
const ACCOUNT: &str = "AC5a9db0c5a9db0c5a9db0c5a9db0c0000";

/// Maria has texted, so there is a thread to reply in.
async fn written_to_by_maria(world: &World) -> crate::world::Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

/// Slack's event about a post with these words.
fn event_of(world: &World, words: &str) -> Value {
    let told = world.front.seen(EVENTS).into_iter().map(|seen| seen.json()["event"].clone());
    told.into_iter().find(|event| event["text"] == words).expect("Slack told us")
}

/// The pauses after which the carrier is asked whether it has a text.
async fn read_backs_pass(world: &mut World) {
    world.turn(TimeDelta::seconds(5)).await;
    world.turn(TimeDelta::seconds(60)).await;
    world.turn(TimeDelta::seconds(300)).await;
}
