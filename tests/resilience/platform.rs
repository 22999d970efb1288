//! The ground under both ways: processes that freeze, many writers, and work that can never succeed.

use chrono::TimeDelta;
use domain::{
    contracts::{
        ProviderKind,
        inbound::{Envelope, Inbound, TextReceived},
    },
    inbox,
    outbox::{self, State, TaskFilter, TaskView},
    page::PageRequest,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::world::{Stage, Vendor, World, both, sized, until};

both!(
    a_frozen_node_that_wakes_up_writes_nothing_down,
    fifty_parallel_senders_are_all_taken_in,
    an_event_that_cannot_be_handled_waits_for_a_person_and_holds_up_nobody,
);

/// S44: another node takes over what a frozen one had. When it wakes up, its lease is gone, and so is its right to write.
async fn a_frozen_node_that_wakes_up_writes_nothing_down(stage: &mut Stage) {
    let world = stage.clinic_with_program().await;
    let maria = world.maria();
    maria.texts("first").await;
    world.settle().await;
    let slow = json!({ "effect": "timeout_after", "delay_ms": 2_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", slow).await;

    maria.texts("second").await;
    let outside = world.outside.clone();
    until("Slack has the post", async || outside.ledger().await.posts.iter().any(|post| post.text == "second")).await;
    world.program(0).is_suspended().await;
    world.starts_program("api,workers").await;
    world.settle().await;
    let settled = world.thread_with(&maria).await.texts_of_contact();
    world.program(0).is_continued().await;
    until("the frozen node is refused", async || world.program(0).log().contains("another worker has the task")).await;
    world.settle().await;

    assert_eq!(settled, ["first", "second"]);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["first", "second"]);
}

/// S45.
async fn fifty_parallel_senders_are_all_taken_in(stage: &mut Stage) {
    let world = stage.clinic().await;
    let each = sized(3, 60);
    world.grants(50 * 60).await;

    let texting =
        (0..50).map(|index| world.patient(index)).map(async |patient| patient.texts_often("text", each).await);
    let texts = join_all(texting).await.concat();
    world.settle().await;

    let refused: Vec<_> = texts.iter().filter(|text| text.status != Some(200)).collect();
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!(world.usage().await, (50 * each as i64, 50 * 60 + 10));
}

/// S48.
async fn an_event_that_cannot_be_handled_waits_for_a_person_and_holds_up_nobody(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.patient(1));
    world.stops_node().await;
    let told = told_by_carrier(&maria.number, &maria.ours, "Can you read this?");
    inbox::accept(&world.ctx(), std::slice::from_ref(&told)).await.expect("it is accepted");
    let change = "UPDATE provider_events SET event = $1 WHERE event_key = $2";
    world.tampers(change, vec![json!({ "event": "nobody_knows" }).into(), told.key.as_str().into()]).await;
    world.starts_node().await;

    tom.texts("Hello?").await;
    world.settle().await;
    retries_pass(world).await;
    let dead = dead_task(world).await;
    let after_tries = (dead.kind.as_str(), dead.attempt_count, world.open_tasks().await.len());
    world
        .tampers(change, vec![serde_json::to_value(&told.event).expect("JSON").into(), told.key.as_str().into()])
        .await;
    let tx = world.ctx().database.begin().await.expect("a transaction");
    outbox::retry(&world.ctx(), &tx, dead.id).await.expect("a dead task can be revived");
    tx.commit().await.expect("it commits");
    world.settle().await;

    assert_eq!(world.thread_with(&tom).await.texts_of_contact(), ["Hello?"]);
    assert_eq!(after_tries, ("event.handle", outbox::FAILURE_LIMIT, 1));
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Can you read this?"]);
}

/// A text as the carrier's webhook tells it.
fn told_by_carrier(from: &str, to: &str, body: &str) -> Envelope {
    let carrier_id = format!("SM{}", "5".repeat(32));
    Envelope {
        kind: ProviderKind::Carrier,
        provider: "twilio".to_owned(),
        account: "AC5a9db0c5a9db0c5a9db0c5a9db0c0000".to_owned(),
        key: carrier_id.clone(),
        event_type: "message".to_owned(),
        ordering_key: None,
        event: Inbound::TextReceived(TextReceived {
            carrier_id,
            from: from.parse().ok(),
            from_raw: from.to_owned(),
            to: to.parse().expect("a number"),
            body: body.to_owned(),
            media: Vec::new(),
            received_at: None,
        }),
    }
}

/// The one task that failed for good.
async fn dead_task(world: &World) -> TaskView {
    let filter = TaskFilter { states: vec![State::Dead], ..TaskFilter::default() };
    let page = outbox::list(&world.ctx(), &filter, &PageRequest::first(10)).await.expect("tasks are listed");
    page.items.into_iter().next().expect("a task is dead").1
}

/// The pauses between the tries of a task that fails.
async fn retries_pass(world: &mut World) {
    world.turn(TimeDelta::seconds(30)).await;
    world.turn(TimeDelta::minutes(2)).await;
    world.turn(TimeDelta::minutes(5)).await;
    world.turn(TimeDelta::minutes(10)).await;
}
