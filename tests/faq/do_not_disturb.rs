//! “How do I keep somebody from texting us?”
//!
//! Block them: with the button on their conversation, or on the list. Their texts are kept in the log, shown to nobody and not counted;
//! an owner can let them in again. It is the opposite of STOP, with which they keep us from texting them; both hold by themselves.

use domain::{
    contacts,
    messages::{HoldReason, Status},
    page::PageRequest,
};

use crate::world::{Stage, TOM, World, both, operator};

both!(
    texts_of_a_blocked_number_are_kept_not_shown_and_not_counted,
    blocking_one_number_leaves_all_others_alone,
    the_list_counts_what_it_kept_out,
    a_number_that_is_let_in_again_is_shown_from_then_on,
    a_blocked_number_that_says_stop_has_opted_out_all_the_same,
    texts_of_a_blocked_number_are_not_released_with_the_held_ones,
);

async fn blocks(world: &World, number: &str) {
    let workspace = world.workspace().await;
    let done = contacts::block(&world.ctx(), &operator(), workspace.id, &[number.to_owned()], None).await;
    done.expect("a number can be blocked");
}

async fn texts_of_a_blocked_number_are_kept_not_shown_and_not_counted(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    blocks(world, &maria.number).await;

    maria.texts_often("let me in", 3).await;
    world.settle().await;

    assert_eq!(world.slack().await.threads_with(&maria.number).len(), 0);
    let kept = world.messages().await;
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|message| message.hold_reason == Some(HoldReason::DoNotDisturb)), "{kept:?}");
    assert_eq!(world.usage().await, (0, 10));
}

async fn blocking_one_number_leaves_all_others_alone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);
    blocks(world, &world.maria().number).await;

    tom.texts("Hello?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&tom).await.texts_of_contact(), ["Hello?"]);
}

async fn the_list_counts_what_it_kept_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    blocks(world, &maria.number).await;

    maria.texts_often("let me in", 3).await;
    world.settle().await;

    let workspace = world.workspace().await;
    let list = contacts::list_blocked(&world.ctx(), workspace.id, None, &PageRequest::first(10)).await;
    let entries: Vec<_> = list.expect("it is listed").items.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(
        entries.iter().map(|entry| (entry.address.as_str(), entry.blocked_count)).collect::<Vec<_>>(),
        [(maria.number.as_str(), 3)]
    );
    assert_eq!(entries[0].last_blocked_at, Some(world.clock.now()));
}

async fn a_number_that_is_let_in_again_is_shown_from_then_on(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    blocks(world, &maria.number).await;
    maria.texts("before").await;
    world.settle().await;

    let workspace = world.workspace().await;
    let entries = contacts::find_blocked(&world.ctx(), &[workspace.id], std::slice::from_ref(&maria.number))
        .await
        .expect("it is found");
    contacts::unblock(&world.ctx(), &operator(), workspace.id, entries[0].id).await.expect("it can be undone");
    maria.texts("after").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["after"]);
    assert_eq!(world.usage().await, (1, 10));
}

async fn a_blocked_number_that_says_stop_has_opted_out_all_the_same(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    blocks(world, &maria.number).await;

    maria.texts("Stop").await;
    world.settle().await;

    let workspace = world.workspace().await;
    assert_eq!(contacts::count_opt_outs(&world.ctx(), workspace.id, None).await.expect("it is counted"), 1);
    assert_eq!(maria.has_received().await.len(), 1);
    assert_eq!(world.slack().await.threads_with(&maria.number).len(), 0);
}

async fn texts_of_a_blocked_number_are_not_released_with_the_held_ones(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.phone(TOM));
    tom.texts_often("text", 10).await;
    blocks(world, &maria.number).await;
    maria.texts("let me in").await;
    tom.texts("held").await;
    world.settle().await;

    world.grants(10).await;
    world.turn(chrono::TimeDelta::minutes(1)).await;

    assert_eq!(world.slack().await.threads_with(&maria.number).len(), 0);
    assert_eq!(world.thread_with(&tom).await.texts_of_contact().last().map(String::as_str), Some("held"));
    let still = world.messages().await.into_iter().filter(|message| message.status == Status::Held).count();
    assert_eq!(still, 1);
}
