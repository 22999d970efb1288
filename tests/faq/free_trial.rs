//! “What do I get for free, and what happens when it is used up?”
//!
//! One number and ten segments a month, sent and received, for as long as you like. At the limit your own texts are refused before they
//! cost anything, whole or not at all; texts that come in are held, announced without their words, and shown in order when there is room.

use domain::{Error, numbers::Claim};

use crate::world::{Stage, both, operator};

both!(
    ten_segments_count_in_both_directions,
    the_eleventh_reply_is_refused_and_the_member_told_why,
    the_eleventh_text_is_held_and_its_words_are_not_shown,
    held_texts_are_shown_in_order_once_there_is_room,
    only_as_many_held_texts_are_shown_as_there_is_room_for,
    stop_is_obeyed_and_answered_at_the_limit,
    the_free_plan_has_one_number,
    a_picture_counts_three_segments,
);

async fn ten_segments_count_in_both_directions(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts(&"a".repeat(161)).await;
    world.settle().await;

    world.team().ana.replies(&world.thread_with(&maria).await, &"я".repeat(71)).await;
    world.settle().await;

    assert_eq!(world.usage().await, (4, 10));
}

async fn the_eleventh_reply_is_refused_and_the_member_told_why(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 10).await;
    world.settle().await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, "Hello").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let slack = world.slack().await;
    let notice = slack.notices_to(&ana.id).into_iter().next_back().expect("Ana is told").shown();
    assert!(notice.contains("Not sent.") && notice.contains("0 of this month’s 10 are left (10 used)"), "{notice}");
    assert!(notice.contains("2026-04-01"), "the day on which it starts again: {notice}");
    assert_eq!(slack.notices_to(&world.team().ben.id).len(), 0);
}

async fn the_eleventh_text_is_held_and_its_words_are_not_shown(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 10).await;

    maria.texts("my secret").await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact().len(), 10);
    let last = thread.notes().pop().expect("the text is announced");
    assert!(last.contains("+1 415-555-0101 sent a text") && last.contains("Nothing is lost"), "{last}");
    let ledger = world.ledger().await;
    assert!(ledger.posts.iter().all(|post| !post.text.contains("secret")), "held words were shown");
    assert_eq!(world.usage().await, (10, 10));
}

async fn held_texts_are_shown_in_order_once_there_is_room(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.patient(1));
    maria.texts_often("text", 10).await;
    maria.texts_often("held", 2).await;
    tom.texts("held too").await;
    world.settle().await;

    world.grants(5).await;
    world.turn(chrono::TimeDelta::minutes(1)).await;

    let texts = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(texts[10..], ["held 1", "held 2"]);
    assert_eq!(world.thread_with(&tom).await.texts_of_contact(), ["held too"]);
    assert_eq!(world.usage().await, (13, 15));
}

async fn only_as_many_held_texts_are_shown_as_there_is_room_for(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 10).await;
    maria.texts_often("held", 4).await;
    world.settle().await;

    world.grants(3).await;
    world.turn(chrono::TimeDelta::minutes(1)).await;

    let texts = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(texts[10..], ["held 1", "held 2", "held 3"]);
    assert_eq!(world.usage().await, (13, 13));
}

async fn stop_is_obeyed_and_answered_at_the_limit(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 10).await;

    maria.texts("STOP").await;
    world.settle().await;

    let received = maria.has_received().await;
    assert_eq!(received.len(), 1);
    assert!(received[0].contains("no more texts"), "{received:?}");
    assert!(world.thread_with(&maria).await.texts_of_contact().contains(&"STOP".to_owned()));
    assert_eq!(world.usage().await, (10, 10));
}

async fn the_free_plan_has_one_number(stage: &mut Stage) {
    let world = stage.clinic().await;
    let workspace = world.workspace().await;
    let second = Claim { number: "+12065550123".parse().expect("a number"), label: None, shared_channel_id: None };

    let claimed = domain::numbers::claim(&world.ctx(), &operator(), workspace.id, second).await;

    assert!(matches!(claimed, Err(Error::PlanLimit { .. })), "{claimed:?}");
}

async fn a_picture_counts_three_segments(stage: &mut Stage) {
    let world = stage.clinic().await;

    world.maria().sends_pictures("My tooth", &["data:image/png;base64,iVBORw0KGgo="]).await;
    world.settle().await;

    assert_eq!(world.usage().await, (3, 10));
}
