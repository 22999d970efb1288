//! Marks on a member's own post say how far its text is: exactly one at a time, never an earlier one again; and a failure says why.

use serde_json::json;

use crate::world::{Stage, Vendor, World, both, button_labels};

both!(
    a_text_that_arrived_is_marked_so_and_has_no_other_mark,
    a_text_on_its_way_is_marked_as_sent,
    a_failure_says_why_in_plain_words_and_offers_a_retry,
    a_failure_that_a_retry_cannot_mend_offers_none,
    a_retry_that_arrives_changes_the_mark,
    a_text_that_the_carrier_refuses_costs_nothing,
    a_reply_that_may_not_go_out_is_marked_so_that_colleagues_see_it,
    no_moment_shows_two_marks_and_none_comes_back,
);

const QUEUED: &str = "hourglass_flowing_sand";
const SENT: &str = "outbox_tray";
const DELIVERED: &str = "white_check_mark";
const FAILED: &str = "x";
const NOT_SENT: &str = "no_entry_sign";

/// Ana answers Maria, and the world comes to rest; what she wrote.
async fn ana_answers(world: &World, words: &str) -> crate::world::Written {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let written = world.team().ana.replies(&world.thread_with(&maria).await, words).await;
    world.settle().await;
    written
}

async fn a_text_that_arrived_is_marked_so_and_has_no_other_mark(stage: &mut Stage) {
    let world = stage.clinic().await;

    let written = ana_answers(world, "At nine?").await;

    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), [DELIVERED]);
}

async fn a_text_on_its_way_is_marked_as_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.outside.delivers(Vendor::Carrier, json!({ "lose": true })).await;
    let maria = world.maria();
    world.carrier_tells_of_text(&maria, "When can I come?").await;

    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), [SENT]);
}

async fn a_failure_says_why_in_plain_words_and_offers_a_retry(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.maria().fails_with(30_003).await;

    let written = ana_answers(world, "At nine?").await;

    let slack = world.slack().await;
    assert_eq!(slack.post(&written.channel, &written.ts).marks(), [FAILED]);
    let notices = slack.notices_to(&world.team().ana.id);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].shown().contains("The phone is switched off or out of reach."), "{}", notices[0].shown());
    assert_eq!(button_labels(&notices[0].blocks), ["Retry"]);
    assert_eq!(notices[0].thread_ts.as_deref(), slack.post(&written.channel, &written.ts).thread_ts.as_deref());
}

async fn a_failure_that_a_retry_cannot_mend_offers_none(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.maria().fails_with(30_006).await;

    ana_answers(world, "At nine?").await;

    let slack = world.slack().await;
    let notices = slack.notices_to(&world.team().ana.id);
    assert!(notices[0].shown().contains("This is a landline"), "{}", notices[0].shown());
    assert_eq!(button_labels(&notices[0].blocks), Vec::<String>::new());
}

async fn a_retry_that_arrives_changes_the_mark(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.fails_with(30_003).await;
    let written = ana_answers(world, "At nine?").await;
    maria.is_reachable().await;

    let slack = world.slack().await;
    let ana = &world.team().ana;
    ana.presses_on_notice("Retry", slack.notices_to(&ana.id)[0]).await;
    ana.presses_on_notice("Retry", slack.notices_to(&ana.id)[0]).await;
    world.settle().await;

    let slack = world.slack().await;
    assert_eq!(slack.post(&written.channel, &written.ts).marks(), [DELIVERED]);
    assert_eq!(maria.has_received().await, ["At nine?", "At nine?"]);
    let left: Vec<String> = slack.notices_to(&ana.id).into_iter().map(|notice| notice.shown()).collect();
    assert!(
        left.len() == 1 && left[0].contains("sent again already"),
        "the question is gone with its answer: {left:?}"
    );
}

async fn a_reply_that_may_not_go_out_is_marked_so_that_colleagues_see_it(stage: &mut Stage) {
    let world = stage.clinic().await;

    let written = ana_answers(world, &"a".repeat(1_601)).await;

    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), [NOT_SENT]);
}

async fn a_text_that_the_carrier_refuses_costs_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    world.releases_number_at_carrier().await;

    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), [FAILED]);
    assert_eq!(world.usage().await, (1, 10));
    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

/// Every change of a reaction is a request, so the log of requests tells the whole history.
async fn no_moment_shows_two_marks_and_none_comes_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.outside.delivers_texts_after(60, 60).await;

    ana_answers(world, "At nine?").await;

    let mut changes = world.outside.requests(Vendor::Slack, "reactions.add").await;
    changes.extend(world.outside.requests(Vendor::Slack, "reactions.remove").await);
    changes.sort_by_key(|change| change.seq);
    let names: Vec<_> =
        changes.iter().map(|change| change.json["name"].as_str().unwrap_or_default().to_owned()).collect();
    let order = [QUEUED, SENT, DELIVERED];
    let added: Vec<_> = names.iter().step_by(2).map(|name| order.iter().position(|mark| mark == name)).collect();
    let removed: Vec<_> =
        names.iter().skip(1).step_by(2).map(|name| order.iter().position(|mark| mark == name)).collect();
    assert!(added.is_sorted_by(|a, b| a < b) && added.last() == Some(&Some(2)), "{names:?}");
    assert_eq!(removed, added[..removed.len()], "each mark is taken off before the next one is put on: {names:?}");
}
