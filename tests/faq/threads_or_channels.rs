//! “Where in Slack do I find my conversations?”
//!
//! Each person you text with has one thread in the shared channel, for ever: its first post names them, everything in it is what you wrote
//! each other. A line at the bottom of the channel announces a text when the conversation was quiet for three minutes.

use chrono::TimeDelta;

use crate::world::{Stage, TOM, both};

both!(
    each_contact_has_one_thread_that_names_them,
    a_text_a_year_later_returns_to_the_same_thread,
    the_first_text_needs_no_announcement,
    a_text_within_three_minutes_is_not_announced,
    a_text_after_three_minutes_of_quiet_is_announced,
    our_own_reply_ends_the_quiet_too,
    a_text_of_an_opted_out_contact_still_comes_to_the_thread,
);

async fn each_contact_has_one_thread_that_names_them(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.phone(TOM));

    maria.texts_often("from Maria", 3).await;
    tom.texts("from Tom").await;
    maria.texts("again").await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert!(thread.parent.shown().starts_with("+1 415-555-0101"), "{}", thread.parent.shown());
    assert_eq!(thread.texts_of_contact(), ["from Maria 1", "from Maria 2", "from Maria 3", "again"]);
    assert_eq!(world.thread_with(&tom).await.texts_of_contact(), ["from Tom"]);
    assert_eq!(world.conversations().await.len(), 2);
}

async fn a_text_a_year_later_returns_to_the_same_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("last year").await;
    world.settle().await;

    world.turn(TimeDelta::days(365)).await;
    maria.texts("this year").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["last year", "this year"]);
    assert_eq!(world.conversations().await.len(), 1);
}

/// Lines in the channel that announce a text.
async fn announcement_count(world: &crate::world::World) -> usize {
    let lines = world.slack().await.channel("clerk-sms").announcements();
    lines.iter().filter(|line| line.contains("New text from")).count()
}

async fn the_first_text_needs_no_announcement(stage: &mut Stage) {
    let world = stage.clinic().await;

    world.maria().texts("Hello").await;
    world.settle().await;

    assert_eq!(announcement_count(world).await, 0);
}

async fn a_text_within_three_minutes_is_not_announced(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    world.turn(TimeDelta::seconds(179)).await;
    maria.texts("Anyone?").await;
    world.settle().await;

    assert_eq!(announcement_count(world).await, 0);
}

async fn a_text_after_three_minutes_of_quiet_is_announced(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    world.turn(TimeDelta::seconds(180)).await;
    maria.texts("Anyone?").await;
    maria.texts("Please").await;
    world.settle().await;

    assert_eq!(announcement_count(world).await, 1);
    let lines = world.slack().await.channel("clerk-sms").announcements();
    assert!(
        lines.last().is_some_and(|line| line.contains("+1 415-555-0101") && !line.contains("Anyone?")),
        "{lines:?}"
    );
}

async fn our_own_reply_ends_the_quiet_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    world.turn(TimeDelta::minutes(10)).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "Hi!").await;
    world.settle().await;
    maria.texts("Oh, you are there").await;
    world.settle().await;

    assert_eq!(announcement_count(world).await, 0);
}

async fn a_text_of_an_opted_out_contact_still_comes_to_the_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("STOP").await;
    world.settle().await;

    maria.texts("One more thing").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["STOP", "One more thing"]);
}
