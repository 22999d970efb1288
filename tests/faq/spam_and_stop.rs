//! “What happens when somebody says STOP, and may I say it to a spammer?”
//!
//! STOP is obeyed at once and confirmed exactly once; after it nothing goes out to them until they say START. HELP is answered. On a
//! toll-free number the network answers STOP and START itself, so we do not. None of it is counted. Your own STOP goes out as it is.

use domain::contacts;

use crate::world::{Stage, World, both};

/// A toll-free number that the carrier sells.
const TOLL_FREE: &str = "+18335550123";

both!(
    stop_is_confirmed_once_and_ends_all_texts,
    stop_twice_is_confirmed_once,
    a_reply_to_someone_who_said_stop_is_refused_before_the_carrier,
    start_opts_in_again_and_replies_go_out,
    yes_opts_in_only_who_has_opted_out,
    help_is_answered_also_for_who_has_opted_out,
    a_text_that_only_contains_the_word_is_a_text,
    stop_cancels_what_has_not_gone_yet,
    on_toll_free_the_network_answers_stop_and_start_and_we_do_not,
    on_toll_free_help_is_answered_unless_opted_out,
    keywords_and_our_answers_are_not_counted,
    our_own_stop_to_a_spammer_goes_out_as_it_is,
);

/// How many contacts have opted out.
async fn opt_out_count(world: &World) -> u64 {
    let workspace = world.workspace().await;
    contacts::count_opt_outs(&world.ctx(), workspace.id, None).await.expect("they are counted")
}

/// What Ana was told last.
async fn last_notice(world: &World) -> String {
    let slack = world.slack().await;
    slack.notices_to(&world.team().ana.id).into_iter().next_back().expect("Ana is told").shown()
}

async fn toll_free_clinic(stage: &mut Stage) -> &mut World {
    let world = stage.world().await;
    world.installs().await;
    world.claims(TOLL_FREE).await;
    world
}

async fn stop_is_confirmed_once_and_ends_all_texts(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts(" Stop! ").await;
    world.settle().await;

    let received = maria.has_received().await;
    assert_eq!(received.len(), 1);
    assert!(received[0].starts_with("Northwind Dental: You are unsubscribed"), "{received:?}");
    assert_eq!(opt_out_count(world).await, 1);
    let notes = world.thread_with(&maria).await.notes().join("\n");
    assert!(notes.contains("opted out"), "{notes}");
}

async fn stop_twice_is_confirmed_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("STOP").await;
    maria.texts("stop").await;
    maria.texts("UNSUBSCRIBE").await;
    world.settle().await;

    assert_eq!(maria.has_received().await.len(), 1);
    assert_eq!(opt_out_count(world).await, 1);
}

async fn a_reply_to_someone_who_said_stop_is_refused_before_the_carrier(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("STOP").await;
    world.settle().await;

    world.team().ana.replies(&world.thread_with(&maria).await, "But your appointment!").await;
    world.settle().await;

    assert_eq!(maria.has_received().await.len(), 1);
    let calls = world.outside.requests(crate::world::Vendor::Carrier, "messages.create").await.len();
    assert_eq!(calls, 1, "the confirmation, and nothing after it");
    let notice = last_notice(world).await;
    assert!(notice.contains("replied STOP"), "{notice}");
}

async fn start_opts_in_again_and_replies_go_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("STOP").await;
    world.settle().await;

    maria.texts("START").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Good to have you back").await;
    world.settle().await;

    let received = maria.has_received().await;
    assert!(received[1].contains("You are subscribed again"), "{received:?}");
    assert_eq!(received[2..], ["Good to have you back"]);
    assert_eq!(opt_out_count(world).await, 0);
}

async fn yes_opts_in_only_who_has_opted_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("Yes").await;
    world.settle().await;
    let first = maria.has_received().await.len();
    maria.texts("STOP").await;
    maria.texts("Yes").await;
    world.settle().await;

    assert_eq!(first, 0);
    assert_eq!(maria.has_received().await.len(), 2);
    assert_eq!(opt_out_count(world).await, 0);
}

/// A confirmation of STOP is the last text; but who asks for help by themselves is answered.
async fn help_is_answered_also_for_who_has_opted_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("help").await;
    world.settle().await;

    let received = maria.has_received().await;
    assert_eq!(received.len(), 1);
    assert!(received[0].starts_with("Northwind Dental: ") && received[0].contains("STOP"), "{received:?}");
}

async fn a_text_that_only_contains_the_word_is_a_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("Please stop by at 5").await;
    world.settle().await;

    assert_eq!(opt_out_count(world).await, 0);
    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
}

/// The carrier is slow to answer for the first reply, so the second one still waits when STOP comes.
async fn stop_cancels_what_has_not_gone_yet(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let thread = world.thread_with(&maria).await;
    let slow = serde_json::json!({ "effect": "timeout_after", "delay_ms": 1_500, "times": 1 });
    world.outside.breaks(crate::world::Vendor::Carrier, "messages.create", slow).await;

    world.team().ana.replies(&thread, "one").await;
    world.task_is_under_way("message.send").await;
    world.team().ana.replies(&thread, "two").await;
    world.task_waits("message.send").await;
    maria.texts("STOP").await;
    world.settle().await;

    let received = maria.has_received().await;
    assert_eq!((received[0].as_str(), received.len()), ("one", 2), "{received:?}");
    assert!(received[1].contains("You are unsubscribed"), "{received:?}");
    assert_eq!(world.usage().await, (2, 10), "what did not go out is not counted");
}

async fn on_toll_free_the_network_answers_stop_and_start_and_we_do_not(stage: &mut Stage) {
    let world = toll_free_clinic(stage).await;
    let maria = world.maria();

    maria.texts("STOP").await;
    world.settle().await;
    let after_stop = (opt_out_count(world).await, maria.has_received().await);
    maria.texts("START").await;
    world.settle().await;

    assert_eq!((after_stop.0, after_stop.1.len()), (1, 1));
    assert!(after_stop.1[0].starts_with("NETWORK MSG"), "{after_stop:?}");
    assert_eq!(opt_out_count(world).await, 0);
    let received = maria.has_received().await;
    assert!(received.iter().all(|text| text.starts_with("NETWORK MSG")), "{received:?}");
    assert_eq!(world.outside.requests(crate::world::Vendor::Carrier, "messages.create").await.len(), 0);
}

async fn on_toll_free_help_is_answered_unless_opted_out(stage: &mut Stage) {
    let world = toll_free_clinic(stage).await;
    let maria = world.maria();

    maria.texts("HELP").await;
    world.settle().await;
    let before = maria.has_received().await.len();
    maria.texts("STOP").await;
    maria.texts("HELP").await;
    world.settle().await;

    assert_eq!(before, 1);
    let ours = maria.has_received().await.into_iter().filter(|text| !text.starts_with("NETWORK MSG")).count();
    assert_eq!(ours, 1);
}

async fn keywords_and_our_answers_are_not_counted(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.texts("HELP").await;
    maria.texts("STOP").await;
    maria.texts("START").await;
    world.settle().await;

    assert_eq!(maria.has_received().await.len(), 3);
    assert_eq!(world.usage().await, (0, 10));
}

async fn our_own_stop_to_a_spammer_goes_out_as_it_is(stage: &mut Stage) {
    let world = stage.clinic().await;
    let spammer = world.maria();
    spammer.texts("Cheap loans!!!").await;
    world.settle().await;

    world.team().ana.replies(&world.thread_with(&spammer).await, "STOP").await;
    world.settle().await;

    assert_eq!(spammer.has_received().await, ["STOP"]);
    assert_eq!(opt_out_count(world).await, 0);
    assert_eq!(world.usage().await, (2, 10));
}
