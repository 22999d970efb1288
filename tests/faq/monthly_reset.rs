//! “When does my allowance start again?”
//!
//! On the first day of each calendar month, at midnight. Nothing is reset: usage is kept by month, so the new allowance is there even when
//! nothing runs at midnight. A text belongs to the month in which it came or was accepted, and the old month stays as it was.

use chrono::TimeDelta;
use domain::{page::PageRequest, usage};

use crate::world::{Stage, World, both};

both!(
    on_the_first_of_the_month_there_are_ten_segments_again,
    a_text_of_the_last_millisecond_belongs_to_the_old_month,
    the_last_day_of_a_leap_february_still_belongs_to_it,
    the_allowance_starts_again_although_no_node_ran_at_midnight,
    texts_held_in_the_old_month_are_shown_in_the_new_one_and_count_there,
    what_was_granted_for_a_month_ends_with_it,
);

/// Used and limit of each month, newest first.
async fn months(world: &World) -> Vec<(String, i64, i64)> {
    let workspace = world.workspace().await;
    let page = usage::periods(&world.ctx(), workspace.id, &PageRequest::first(10)).await.expect("months are listed");
    page.items.into_iter().map(|(_, month)| (month.month.to_string(), month.used, month.limit())).collect()
}

async fn on_the_first_of_the_month_there_are_ten_segments_again(stage: &mut Stage) {
    let world = stage.at("2026-03-31T23:00:00Z").clinic().await;
    let maria = world.maria();
    maria.texts_often("March", 10).await;
    world.settle().await;

    world.turn(TimeDelta::hours(1)).await;
    maria.texts("April").await;
    world.settle().await;

    assert_eq!(world.usage().await, (1, 10));
    assert_eq!(world.thread_with(&maria).await.texts_of_contact().len(), 11);
    assert_eq!(months(world).await, [("2026-04".into(), 1, 10), ("2026-03".into(), 10, 10)]);
}

async fn a_text_of_the_last_millisecond_belongs_to_the_old_month(stage: &mut Stage) {
    let world = stage.at("2026-04-30T23:59:59.999Z").clinic().await;
    let maria = world.maria();

    maria.texts("still April").await;
    world.settle().await;
    world.turn(TimeDelta::milliseconds(1)).await;
    maria.texts("May").await;
    world.settle().await;

    assert_eq!(months(world).await, [("2026-05".into(), 1, 10), ("2026-04".into(), 1, 10)]);
}

async fn the_last_day_of_a_leap_february_still_belongs_to_it(stage: &mut Stage) {
    let world = stage.at("2024-02-29T23:59:59Z").clinic().await;
    let maria = world.maria();

    maria.texts("the 29th").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(1)).await;
    maria.texts("the 1st").await;
    world.settle().await;

    assert_eq!(months(world).await, [("2024-03".into(), 1, 10), ("2024-02".into(), 1, 10)]);
}

async fn the_allowance_starts_again_although_no_node_ran_at_midnight(stage: &mut Stage) {
    let world = stage.at("2026-12-31T12:00:00Z").clinic().await;
    let maria = world.maria();
    maria.texts_often("December", 10).await;
    world.settle().await;

    world.stops_node().await;
    world.turn(TimeDelta::days(3)).await;
    world.starts_node().await;
    maria.texts("January").await;
    world.settle().await;

    assert_eq!(months(world).await, [("2027-01".into(), 1, 10), ("2026-12".into(), 10, 10)]);
}

async fn texts_held_in_the_old_month_are_shown_in_the_new_one_and_count_there(stage: &mut Stage) {
    let world = stage.at("2026-03-31T12:00:00Z").clinic().await;
    let maria = world.maria();
    maria.texts_often("March", 10).await;
    maria.texts_often("held", 3).await;
    world.settle().await;
    let before = world.thread_with(&maria).await.texts_of_contact().len();

    world.turn_to("2026-04-01T00:00:00Z".parse().expect("a time")).await;

    let texts = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(before, 10);
    assert_eq!(texts[10..], ["held 1", "held 2", "held 3"]);
    assert_eq!(months(world).await, [("2026-04".into(), 3, 10), ("2026-03".into(), 10, 10)]);
}

async fn what_was_granted_for_a_month_ends_with_it(stage: &mut Stage) {
    let world = stage.at("2026-03-31T12:00:00Z").clinic().await;
    world.grants(90).await;

    world.turn(TimeDelta::days(1)).await;

    assert_eq!(world.usage().await, (0, 10));
    assert_eq!(months(world).await, [("2026-04".into(), 0, 10), ("2026-03".into(), 0, 100)]);
}
