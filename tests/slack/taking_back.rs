//! A reply can be taken back or changed for a few seconds: by deleting or editing the post. Afterwards it has gone, and its author is told so.

use chrono::TimeDelta;

use crate::world::{Phone, Stage, Vendor, World, both};

both!(
    a_reply_goes_out_at_the_end_of_its_undo_window,
    a_reply_whose_post_is_deleted_in_time_is_never_sent,
    a_reply_whose_post_is_edited_in_time_is_sent_as_it_stands,
    a_reply_that_becomes_a_note_in_time_is_not_sent,
    a_reply_that_becomes_too_long_is_not_sent_and_its_author_told,
    an_edit_counts_what_is_sent_and_nothing_else,
    later_replies_wait_for_the_undo_window_of_earlier_ones,
    deleting_after_the_window_is_answered_with_a_notice,
);

async fn can_undo(world: &World) -> Phone {
    world.lets_undo(5).await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

async fn a_reply_goes_out_at_the_end_of_its_undo_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;

    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::milliseconds(4_900)).await;
    let (early, queued) = (maria.has_received().await, world.slack().await.post(&written.channel, &written.ts).clone());
    world.settle().await;
    world.turn(TimeDelta::milliseconds(200)).await;

    assert_eq!(early, Vec::<String>::new());
    assert_eq!(queued.marks().len(), 1, "{:?}", queued.marks());
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn a_reply_whose_post_is_deleted_in_time_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(3)).await;
    ana.deletes(&written).await;
    world.settle().await;
    world.turn(TimeDelta::seconds(10)).await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("took it back in time"), "{notice}");
    let unmarked = world.outside.requests(Vendor::Slack, "reactions.remove").await;
    assert_eq!(unmarked.len(), 0, "nothing is left to take a mark off: {unmarked:?}");
}

async fn a_reply_whose_post_is_edited_in_time_is_sent_as_it_stands(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "At nien?").await;
    world.settle().await;
    ana.edits(&written, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    assert_eq!(world.slack().await.notices_to(&ana.id).len(), 0);
}

async fn a_reply_that_becomes_a_note_in_time_is_not_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "she is afraid of needles").await;
    world.settle().await;
    ana.edits(&written, "note: she is afraid of needles").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
}

async fn a_reply_that_becomes_too_long_is_not_sent_and_its_author_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    ana.edits(&written, &"a".repeat(1_601)).await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("Not sent.") && notice.contains("1601 characters"), "{notice}");
}

/// 1 for Maria's text; 1 for “short”, 2 for 161 letters, 1 again.
async fn an_edit_counts_what_is_sent_and_nothing_else(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "short").await;
    world.settle().await;
    let short = world.usage().await;
    ana.edits(&written, &"a".repeat(161)).await;
    world.settle().await;
    let long = world.usage().await;
    ana.edits(&written, "short again").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;

    assert_eq!((short, long, world.usage().await), ((2, 10), (3, 10), (2, 10)));
    assert_eq!(maria.has_received().await, ["short again"]);
}

async fn later_replies_wait_for_the_undo_window_of_earlier_ones(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let thread = world.thread_with(&maria).await;
    let ana = world.team().ana.clone();

    ana.replies(&thread, "one").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(3)).await;
    ana.replies(&thread, "two").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(3)).await;
    let first = maria.has_received().await;
    world.settle().await;
    world.turn(TimeDelta::seconds(3)).await;

    assert_eq!(first, ["one"]);
    assert_eq!(maria.has_received().await, ["one", "two"]);
}

async fn deleting_after_the_window_is_answered_with_a_notice(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = can_undo(world).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;
    ana.deletes(&written).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("had already gone"), "{notice}");
}
