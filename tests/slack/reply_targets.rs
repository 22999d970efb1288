//! How soon a contact is to be answered: counted in business hours, told once when it is late, first in the conversation and then to whoever was chosen, and
//! never after an answer.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    answers::{self, AnswerChange},
    reply_targets::{self, TargetChange},
};
use serde_json::json;

use crate::world::{Phone, Post, Stage, TOM, Vendor, World, both, operator, until};

both!(
    the_first_post_says_until_when_an_answer_is_due,
    without_a_target_nobody_is_late,
    a_late_answer_is_told_in_the_thread_to_who_takes_care_of_it,
    a_conversation_of_nobody_s_can_be_taken_from_the_reminder,
    in_a_channel_of_its_own_a_conversation_is_reminded_of_there,
    an_answer_in_time_keeps_everything_quiet,
    an_answer_in_the_last_second_keeps_the_reminder_away,
    what_clerk_says_by_itself_is_no_answer,
    one_waiting_is_reminded_of_once,
    a_new_waiting_is_reminded_of_again,
    an_answer_that_is_taken_back_is_still_due_and_reminded_of_once,
    what_is_solved_closed_or_pending_is_not_late,
    stop_start_and_help_ask_for_no_answer,
    who_opted_out_or_is_blocked_is_owed_no_answer,
    a_night_and_a_weekend_do_not_count,
    the_morning_is_that_of_the_place_when_the_clocks_have_changed,
    a_target_longer_than_a_day_goes_on_the_next_day,
    two_nodes_remind_once,
    a_node_killed_while_it_reminds_leaves_one_reminder,
    what_became_late_while_all_nodes_were_down_is_told_when_they_are_back,
);

/// Answers are due within so many minutes.
async fn target(world: &World, minutes: i32) {
    set(world, TargetChange { minutes: Some(Some(minutes)), ..TargetChange::default() }).await;
}

async fn set(world: &World, change: TargetChange) {
    let workspace = world.workspace().await.id;
    let done = reply_targets::update(&world.ctx(), &operator(), workspace, None, change).await;
    done.expect("the target may be set so");
    world.settle().await;
}

async fn hours(world: &World, hours: &str, zone: &str) {
    let hours = Some(answers::read(hours).expect("hours"));
    let change = AnswerChange { hours, time_zone: Some(Some(zone.to_owned())), ..AnswerChange::default() };
    let workspace = world.workspace().await.id;
    answers::update(&world.ctx(), &operator(), workspace, None, change).await.expect("the hours may be set so");
    world.settle().await;
}

async fn maria_waits(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

/// Posts in the thread with a contact that say that the answer is late.
async fn reminders(world: &World, phone: &Phone) -> Vec<Post> {
    let replies = world.thread_with(phone).await.replies;
    replies.into_iter().filter(|post| post.shown().contains("has been waiting for an answer since")).collect()
}

async fn parent(world: &World, phone: &Phone) -> String {
    world.thread_with(phone).await.parent.shown()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("a time")
}

async fn the_first_post_says_until_when_an_answer_is_due(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;

    let maria = maria_waits(world).await;
    let before = parent(world, &maria).await;
    world.turn(TimeDelta::minutes(30)).await;
    let after = parent(world, &maria).await;

    let waiting = "waiting since 2026-03-10 15:04 UTC";
    assert!(before.contains(&format!("{waiting} · answer due 2026-03-10 15:34 UTC")), "{before}");
    assert!(after.contains(&format!("{waiting} · late since 2026-03-10 15:34 UTC")), "{after}");
}

async fn without_a_target_nobody_is_late(stage: &mut Stage) {
    let world = stage.clinic().await;

    let maria = maria_waits(world).await;
    world.turn(TimeDelta::days(3)).await;

    let shown = parent(world, &maria).await;
    assert!(shown.contains("waiting since") && !shown.contains("due") && !shown.contains("late"), "{shown}");
    assert_eq!(world.thread_with(&maria).await.notes(), Vec::<String>::new());
}

async fn a_late_answer_is_told_in_the_thread_to_who_takes_care_of_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    let ben = world.team().ben.clone();
    ben.presses("Assign", &world.thread_with(&maria).await.parent).await;
    world.settle().await;

    world.turn(TimeDelta::minutes(29)).await;
    let early = reminders(world, &maria).await.len();
    world.turn(TimeDelta::minutes(1)).await;

    let told = reminders(world, &maria).await;
    assert_eq!((early, told.len()), (0, 1));
    assert!(told[0].shown().contains("It was due 2026-03-10 15:34 UTC."), "{}", told[0].shown());
    assert!(told[0].pings().iter().any(|ping| ping.contains(&ben.id)), "{:?}", told[0].pings());
}

async fn a_conversation_of_nobody_s_can_be_taken_from_the_reminder(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(30)).await;
    let told = reminders(world, &maria).await.remove(0);

    world.team().ben.presses("Assign to me", &told).await;
    world.settle().await;

    assert!(parent(world, &maria).await.contains(&world.team().ben.id));
    assert_eq!(told.pings(), Vec::<String>::new());
}

async fn in_a_channel_of_its_own_a_conversation_is_reminded_of_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    let ana = world.team().ana.clone();
    world.moves_to_own_channel(&ana, &maria).await;

    world.turn(TimeDelta::minutes(30)).await;

    let there = world.own_channel_of(&maria).await.announcements();
    assert!(there.iter().any(|post| post.contains("has been waiting for an answer since")), "{there:?}");
    assert!(there[0].contains("late since"), "{}", there[0]);
    assert_eq!(reminders(world, &maria).await.len(), 0);
}

async fn an_answer_in_time_keeps_everything_quiet(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(29)).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine.").await;
    world.settle().await;
    world.turn(TimeDelta::hours(2)).await;

    let shown = parent(world, &maria).await;
    assert!(!shown.contains("waiting") && !shown.contains("due") && !shown.contains("late"), "{shown}");
    assert_eq!(reminders(world, &maria).await.len(), 0);
}

/// The reminder is promised already, and waits behind a text that is being shown.
async fn an_answer_in_the_last_second_keeps_the_reminder_away(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    let thread = world.thread_with(&maria).await;
    let slow = json!({ "effect": "delay", "delay_ms": 6_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", slow).await;
    maria.texts("Hello?").await;
    world.task_is_under_way("message.post").await;
    world.clock.turn(TimeDelta::minutes(30));
    world.task_waits("reply.late").await;

    world.team().ana.replies(&thread, "At nine.").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine."]);
    assert_eq!(reminders(world, &maria).await.len(), 0);
}

async fn what_clerk_says_by_itself_is_no_answer(stage: &mut Stage) {
    let world = stage.clinic().await;
    let workspace = world.workspace().await.id;
    let greeting = AnswerChange { is_greeting_on: Some(true), ..AnswerChange::default() };
    answers::update(&world.ctx(), &operator(), workspace, None, greeting).await.expect("the greeting may be on");
    target(world, 30).await;

    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(30)).await;

    assert_eq!(maria.has_received().await.len(), 1);
    assert_eq!(reminders(world, &maria).await.len(), 1);
}

async fn one_waiting_is_reminded_of_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(30)).await;

    maria.texts("Hello?").await;
    world.settle().await;
    world.turn(TimeDelta::minutes(30)).await;
    target(world, 45).await;
    world.turn(TimeDelta::days(1)).await;

    assert_eq!(reminders(world, &maria).await.len(), 1);
}

async fn a_new_waiting_is_reminded_of_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(30)).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine.").await;
    world.settle().await;

    world.turn(TimeDelta::hours(1)).await;
    maria.texts("And tomorrow?").await;
    world.settle().await;
    world.turn(TimeDelta::minutes(30)).await;

    let told = reminders(world, &maria).await;
    assert_eq!(told.len(), 2);
    assert!(told[1].shown().contains("since 2026-03-10 16:34 UTC"), "{}", told[1].shown());
}

async fn an_answer_that_is_taken_back_is_still_due_and_reminded_of_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.lets_undo(5).await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.turn(TimeDelta::minutes(30)).await;
    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    world.team().ana.deletes(&written).await;
    world.settle().await;
    world.turn(TimeDelta::minutes(30)).await;

    assert!(parent(world, &maria).await.contains("late since 2026-03-10 15:34 UTC"));
    assert_eq!(reminders(world, &maria).await.len(), 1);
}

async fn what_is_solved_closed_or_pending_is_not_late(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(10).await;
    target(world, 30).await;
    let app = world.slack().await.app.bot_user_id;

    for (index, word) in ["solve", "close", "pending"].into_iter().enumerate() {
        let patient = world.patient(index);
        patient.texts("When can I come?").await;
        world.settle().await;
        let thread = world.thread_with(&patient).await;
        world.team().ana.replies(&thread, &format!("<@{app}> {word}")).await;
        world.settle().await;
    }
    world.turn(TimeDelta::hours(2)).await;
    world.patient(2).texts("Now I know").await;
    world.settle().await;
    let again = parent(world, &world.patient(2)).await;

    let told = world.slack().await.channel("clerk-sms").messages.clone();
    assert!(!told.iter().any(|post| post.shown().contains("has been waiting")), "{told:?}");
    assert!(again.contains("answer due 2026-03-10 17:34 UTC"), "{again}");
}

async fn stop_start_and_help_ask_for_no_answer(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let (maria, tom) = (world.maria(), world.phone(TOM));

    maria.texts("HELP").await;
    tom.texts("STOP").await;
    world.settle().await;
    tom.texts("START").await;
    world.settle().await;
    world.turn(TimeDelta::hours(1)).await;

    let waiting = world.conversations().await.into_iter().filter(|row| row.waiting_since.is_some()).count();
    assert_eq!(waiting, 0);
    assert_eq!((reminders(world, &maria).await.len(), reminders(world, &tom).await.len()), (0, 0));
}

async fn who_opted_out_or_is_blocked_is_owed_no_answer(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let (maria, tom) = (maria_waits(world).await, world.phone(TOM));
    tom.texts("Buy gold").await;
    world.settle().await;

    maria.texts("STOP").await;
    world.settle().await;
    let opted_out = parent(world, &maria).await;
    world.team().ana.presses("Block", &world.thread_with(&tom).await.parent).await;
    world.settle().await;
    world.turn(TimeDelta::hours(1)).await;

    assert!(!opted_out.contains("waiting"), "{opted_out}");
    assert_eq!((reminders(world, &maria).await.len(), reminders(world, &tom).await.len()), (0, 0));
}

async fn a_night_and_a_weekend_do_not_count(stage: &mut Stage) {
    // A Friday, a quarter to five.
    let world = stage.at("2026-03-06T16:45:00Z").clinic().await;
    hours(world, "Mon-Fri 9:00-17:00", "UTC").await;
    target(world, 30).await;

    let maria = maria_waits(world).await;
    let due = parent(world, &maria).await;
    world.turn_to(at("2026-03-09T09:14:45Z")).await;
    let early = reminders(world, &maria).await.len();
    world.turn_to(at("2026-03-09T09:15:00Z")).await;

    assert!(due.contains("answer due 2026-03-09 09:15 UTC"), "{due}");
    assert_eq!((early, reminders(world, &maria).await.len()), (0, 1));
}

async fn the_morning_is_that_of_the_place_when_the_clocks_have_changed(stage: &mut Stage) {
    // The clocks of New York change on 8 March 2026: nine o'clock is 14:00 in UTC before, and 13:00 after.
    let world = stage.at("2026-03-07T21:45:00Z").clinic().await;
    hours(world, "daily 9:00-17:00", "America/New_York").await;
    target(world, 30).await;

    let maria = maria_waits(world).await;
    world.turn_to(at("2026-03-08T13:14:45Z")).await;
    let early = reminders(world, &maria).await.len();
    world.turn_to(at("2026-03-08T13:15:00Z")).await;

    assert_eq!((early, reminders(world, &maria).await.len()), (0, 1));
}

async fn a_target_longer_than_a_day_goes_on_the_next_day(stage: &mut Stage) {
    let world = stage.at("2026-03-10T15:00:00Z").clinic().await;
    hours(world, "Mon-Fri 9:00-17:00", "UTC").await;
    target(world, 12 * 60).await;

    let maria = maria_waits(world).await;

    // Two hours on Tuesday, eight on Wednesday, two on Thursday.
    let shown = parent(world, &maria).await;
    assert!(shown.contains("answer due 2026-03-12 11:00 UTC"), "{shown}");
}

async fn two_nodes_remind_once(stage: &mut Stage) {
    let world = stage.nodes(2).clinic().await;
    world.grants(10).await;
    target(world, 30).await;
    for index in 0..6 {
        world.patient(index).texts("Hello").await;
    }
    world.settle().await;

    world.turn(TimeDelta::minutes(30)).await;
    world.turn(TimeDelta::minutes(1)).await;

    let told = world.ledger().await.posts.into_iter().filter(|post| post.text.contains("has been waiting"));
    assert_eq!(told.count(), 6);
}

async fn a_node_killed_while_it_reminds_leaves_one_reminder(stage: &mut Stage) {
    let world = stage.with("WORKERS__LEASE_SECS", "3").with("WORKERS__HEARTBEAT_SECS", "1").clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    let held = json!({ "effect": "timeout_after", "delay_ms": 60_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", held).await;

    world.clock.turn(TimeDelta::minutes(30));
    let outside = world.outside.clone();
    let has_post = async || outside.ledger().await.posts.iter().any(|post| post.text.contains("has been waiting"));
    until("Slack has the reminder", has_post).await;
    world.kills_node().await;
    world.starts_node().await;
    world.settle().await;

    assert_eq!(reminders(world, &maria).await.len(), 1);
}

async fn what_became_late_while_all_nodes_were_down_is_told_when_they_are_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let maria = maria_waits(world).await;
    world.kills_node().await;

    world.turn(TimeDelta::hours(1)).await;
    world.starts_node().await;
    world.turn(TimeDelta::seconds(10)).await;

    let told = reminders(world, &maria).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].shown().contains("It was due 2026-03-10 15:34 UTC."), "{}", told[0].shown());
}
