//! “Where in Slack do I find my conversations?”
//!
//! Each person you text with has one thread in the shared channel, for ever: its first post names them, everything in it is what you wrote
//! each other. A line at the bottom of the channel announces a text when the conversation was quiet for three minutes. A conversation may also
//! have a channel of its own, and each number may have a shared channel of its own.

use chrono::TimeDelta;

use domain::{conversations, numbers};

use crate::world::{Stage, TOM, both, operator};

both!(
    each_contact_has_one_thread_that_names_them,
    a_text_a_year_later_returns_to_the_same_thread,
    the_first_text_needs_no_announcement,
    a_text_within_three_minutes_is_not_announced,
    a_text_after_three_minutes_of_quiet_is_announced,
    our_own_reply_ends_the_quiet_too,
    a_text_of_an_opted_out_contact_still_comes_to_the_thread,
    a_conversation_may_have_a_channel_of_its_own_and_come_back,
    texts_in_an_own_channel_need_no_announcement,
    a_number_may_have_a_shared_channel_of_its_own,
    a_number_may_begin_each_conversation_in_a_channel,
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

async fn a_conversation_may_have_a_channel_of_its_own_and_come_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("in the thread").await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    maria.texts("in the channel").await;
    world.settle().await;
    world.team().ana.presses("Move back to thread", channel.post_with("Move back to thread")).await;
    world.settle().await;
    maria.texts("in the thread again").await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&maria).await.texts_of_contact(), ["in the channel"]);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["in the thread", "in the thread again"]);
}

async fn texts_in_an_own_channel_need_no_announcement(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    world.moves_to_own_channel(&world.team().ana, &maria).await;

    world.turn(TimeDelta::hours(1)).await;
    maria.texts("Anyone?").await;
    world.settle().await;

    assert_eq!(announcement_count(world).await, 0);
}

async fn a_number_may_have_a_shared_channel_of_its_own(stage: &mut Stage) {
    let world = stage.clinic().await;
    let workspace = world.workspace().await.id;
    let number = numbers::of_workspace(&world.ctx(), workspace).await.expect("numbers are listed").remove(0).id;
    let general = world.slack().await.channel("general").id.clone();

    conversations::route_to(&world.ctx(), &operator(), workspace, number, &general).await.expect("it can be so");
    world.settle().await;
    world.maria().texts("Hello").await;
    world.settle().await;

    assert_eq!(world.thread_with(&world.maria()).await.channel(), general);
}

async fn a_number_may_begin_each_conversation_in_a_channel(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.begins_in_own_channels().await;

    world.maria().texts("Hello").await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&world.maria()).await.texts_of_contact(), ["Hello"]);
    assert_eq!(world.slack().await.threads_with(&world.maria().number).len(), 0);
}
