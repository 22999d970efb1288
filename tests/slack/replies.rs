//! What a member writes in a thread goes out; what is not meant for the contact never does.

use serde_json::json;

use crate::world::{Phone, Stage, TOM, World, both};

both!(
    a_reply_in_the_thread_goes_out_from_our_number,
    a_note_stays_internal,
    what_is_written_beside_the_threads_stays_there,
    an_edit_after_the_text_has_gone_is_answered_with_a_notice,
    replies_keep_their_order,
    every_thread_goes_to_its_own_contact,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

async fn a_reply_in_the_thread_goes_out_from_our_number(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.team().ben.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    let ledger = world.ledger().await;
    let texts: Vec<_> =
        ledger.texts_out.iter().map(|text| (text.from.as_str(), text.to.as_str(), text.body.as_str())).collect();
    assert_eq!(texts, [(world.number(), maria.number.as_str(), "At nine?")]);
    assert_eq!(world.usage().await, (2, 10));
}

async fn a_note_stays_internal(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;

    world.team().ana.replies(&thread, "note: she is afraid of needles").await;
    world.team().ben.replies(&thread, "  NOTE: call her husband first").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
}

async fn what_is_written_beside_the_threads_stays_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let ana = &world.team().ana;

    ana.posts(json!({ "channel": thread.channel(), "text": "Who takes this one?" })).await;
    let own = ana.posts(json!({ "channel": thread.channel(), "text": "Lunch?" })).await;
    ana.posts(json!({ "channel": own.channel, "thread_ts": own.ts, "text": "At noon." })).await;
    ana.posts(json!({ "channel": "general", "text": "Good morning" })).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn an_edit_after_the_text_has_gone_is_answered_with_a_notice(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    let written = ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    ana.edits(&written, "At ten?").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    let slack = world.slack().await;
    let notice = slack.notices_to(&ana.id).into_iter().next_back().expect("Ana is told").shown();
    assert!(notice.contains("had already gone"), "{notice}");
    assert_eq!(slack.notices_to(&world.team().ben.id).len(), 0);
}

async fn replies_keep_their_order(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let ana = &world.team().ana;

    ana.replies(&thread, "one").await;
    ana.replies(&thread, "two").await;
    ana.replies(&thread, "three").await;
    ana.replies(&thread, "four").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["one", "two", "three", "four"]);
}

async fn every_thread_goes_to_its_own_contact(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let tom = world.phone(TOM);
    tom.texts("Are you open?").await;
    world.settle().await;

    world.team().ana.replies(&world.thread_with(&maria).await, "to Maria").await;
    world.team().ana.replies(&world.thread_with(&tom).await, "to Tom").await;
    world.settle().await;

    assert_eq!(
        (maria.has_received().await, tom.has_received().await),
        (vec!["to Maria".into()], vec!["to Tom".into()])
    );
}
