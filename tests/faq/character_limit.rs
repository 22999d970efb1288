//! “How long may a text be?”
//!
//! 1,600 characters, as the carriers count them: an emoji of two parts counts two. A longer reply is refused with its count and nothing
//! goes out; nothing is ever cut off.

use crate::world::{Phone, Stage, World, both};

both!(
    a_reply_of_1600_characters_goes_out_whole,
    a_reply_of_1601_characters_is_refused_with_its_count,
    an_emoji_counts_two_characters,
    an_incoming_text_is_never_too_long,
);

async fn written_to_by_maria(world: &World) -> Phone {
    world.grants(100).await;
    let maria = world.maria();
    maria.texts("How do I get to you?").await;
    world.settle().await;
    maria
}

/// What Ana is told after she wrote this.
async fn notice_for(world: &World, words: &str) -> String {
    let maria = written_to_by_maria(world).await;
    let ana = &world.team().ana;
    ana.replies(&world.thread_with(&maria).await, words).await;
    world.settle().await;
    assert_eq!(maria.has_received().await, Vec::<String>::new());
    world.slack().await.notices_to(&ana.id).into_iter().next_back().expect("Ana is told").shown()
}

async fn a_reply_of_1600_characters_goes_out_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, &"a".repeat(1_600)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["a".repeat(1_600)]);
    assert_eq!(world.usage().await, (12, 110));
}

async fn a_reply_of_1601_characters_is_refused_with_its_count(stage: &mut Stage) {
    let world = stage.clinic().await;

    let notice = notice_for(world, &"a".repeat(1_601)).await;

    assert!(notice.contains("1601 characters; at most 1600"), "{notice}");
    assert_eq!(world.usage().await, (1, 110));
}

async fn an_emoji_counts_two_characters(stage: &mut Stage) {
    let world = stage.clinic().await;

    let notice = notice_for(world, &"🦷".repeat(801)).await;

    assert!(notice.contains("1602 characters; at most 1600"), "{notice}");
}

async fn an_incoming_text_is_never_too_long(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(100).await;
    let maria = world.maria();

    maria.texts(&"long ".repeat(500)).await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["long ".repeat(500)]);
}
