//! Channels under strain: one is made when many ask at once, and what cannot be posted waits in order, with one word to whoever can help.

use chrono::TimeDelta;
use domain::outbox::State;
use futures_util::future::join_all;
use serde_json::json;

use crate::world::{Stage, Vendor, both, sized, until};

both!(
    twenty_who_ask_at_once_on_two_nodes_get_one_channel,
    twenty_first_texts_at_once_on_two_nodes_make_one_channel,
    a_name_that_somebody_else_has_gets_a_number,
    a_channel_of_people_is_left_alone_even_when_the_answer_was_lost,
    texts_for_a_deleted_channel_wait_with_one_word_to_the_installer_and_come_in_order,
    a_channel_that_is_back_before_its_refusal_is_heard_keeps_no_text_waiting,
    a_channel_whose_return_was_told_before_its_loss_is_found,
    a_text_that_stands_in_a_channel_is_not_shown_again_in_the_thread,
);

/// S10, by the button.
async fn twenty_who_ask_at_once_on_two_nodes_get_one_channel(stage: &mut Stage) {
    let world = stage.nodes(2).clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let parent = world.thread_with(&maria).await.parent;
    let before = world.outside.requests(Vendor::Slack, "conversations.create").await.len();

    join_all((0..20).map(|_| world.team().ana.presses("Create channel", &parent))).await;
    world.settle().await;

    let made = world.outside.requests(Vendor::Slack, "conversations.create").await.len() - before;
    assert_eq!((made, world.own_channel_of(&maria).await.name.as_str()), (1, "sms-14155550101"));
}

/// S10, by first texts to a number whose conversations begin in channels of their own.
async fn twenty_first_texts_at_once_on_two_nodes_make_one_channel(stage: &mut Stage) {
    let world = stage.in_running_time().nodes(2).clinic().await;
    world.grants(100).await;
    world.begins_in_own_channels().await;
    let maria = world.maria();
    let before = world.outside.requests(Vendor::Slack, "conversations.create").await.len();

    join_all((0..20).map(async |index| maria.texts(&format!("first {index}")).await)).await;
    world.settle().await;

    let made = world.outside.requests(Vendor::Slack, "conversations.create").await.len() - before;
    assert_eq!((made, world.own_channel_of(&maria).await.texts_of_contact().len()), (1, 20));
}

/// S10: a channel of people, which the app must leave alone even when it was invited there.
async fn a_name_that_somebody_else_has_gets_a_number(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    for name in ["sms-14155550101", "sms-14155550101-2"] {
        let create = json!({ "user": "ben", "channel": "", "action": "create", "name": name });
        world.outside.order("slack/channel", create).await;
    }
    world.team().ben.acts_on_channel("sms-14155550101", "join_app").await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    assert_eq!(channel.name, "sms-14155550101-3");
}

/// S10: nobody can tell from a lost answer whether the name was free.
async fn a_channel_of_people_is_left_alone_even_when_the_answer_was_lost(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let create = json!({ "user": "ben", "channel": "", "action": "create", "name": "sms-14155550101" });
    world.outside.order("slack/channel", create).await;
    world.team().ben.acts_on_channel("sms-14155550101", "join_app").await;
    let lost = json!({ "effect": "reset_after", "times": 1 });
    world.outside.breaks(Vendor::Slack, "conversations.create", lost).await;

    let parent = world.thread_with(&maria).await.parent;
    world.team().ana.presses("Create channel", &parent).await;
    world.settle().await;
    world.turn(TimeDelta::seconds(5)).await;

    assert_eq!(world.own_channel_of(&maria).await.name, "sms-14155550101-2");
}

/// S09.
async fn texts_for_a_deleted_channel_wait_with_one_word_to_the_installer_and_come_in_order(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(1_000).await;
    let (people, each) = (5, sized(4, 10));
    let shared = world.slack().await.channel("clerk-sms").id.clone();
    world.team().ana.acts_on_channel(&shared, "delete").await;
    let told_before = world.slack().await.direct_posts_to(&world.team().ana.id).len();

    for index in 0..people {
        world.patient(index).texts_often("text", each).await;
    }
    world.settle().await;
    let waiting = world.open_tasks().await.into_iter().filter(|(_, state)| *state == State::Parked).count();
    let slack = world.slack().await;
    let told = slack.direct_posts_to(&world.team().ana.id);
    let told_count = told.len() - told_before;
    world.team().ana.presses("Choose another channel", told.last().expect("Ana is told")).await;
    world.settle().await;
    world.team().ana.submits(&[("channel", json!("general"))]).await;
    world.settle().await;

    assert!(waiting >= people, "{waiting} tasks waited");
    assert_eq!(told_count, 1);
    for index in 0..people {
        let texts = world.thread_with(&world.patient(index)).await.texts_of_contact();
        let wanted: Vec<String> = (1..=each).map(|number| format!("text {number}")).collect();
        assert_eq!(texts, wanted);
    }
}

/// S09: the post is refused, and while the answer is on its way the channel comes back.
async fn a_channel_that_is_back_before_its_refusal_is_heard_keeps_no_text_waiting(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ana, maria) = (&world.team().ana, world.maria());
    let shared = world.slack().await.channel("clerk-sms").id.clone();
    world.outside.delivers(Vendor::Slack, json!({ "lose": true })).await;
    ana.acts_on_channel(&shared, "archive").await;
    world.outside.delivers(Vendor::Slack, json!({})).await;
    let late = json!({ "effect": "timeout_after", "delay_ms": 1_500, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", late).await;

    maria.texts("Hello").await;
    let refused = async || !world.outside.requests(Vendor::Slack, "chat.postMessage").await.is_empty();
    until("the post is refused", refused).await;
    ana.acts_on_channel(&shared, "unarchive").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello"]);
}

/// S09: Slack promises no order of events, and a word that nobody took in is not repeated for ever.
async fn a_channel_whose_return_was_told_before_its_loss_is_found(stage: &mut Stage) {
    let world = stage.clinic().await;
    let shared = world.slack().await.channel("clerk-sms").id.clone();
    let gone = json!({ "event": { "type": "channel_archive", "channel": shared, "user": world.team().ana.id } });
    world.outside.order("slack/event", gone).await;
    world.settle().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let threads = world.slack().await.threads_with(&maria.number).len();

    world.turn(TimeDelta::seconds(61)).await;

    assert_eq!(threads, 0);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello"]);
    assert_eq!(world.report_of("channels.check").await, "1 channels were lost today; 1 are back.");
}

/// S08: the post appeared in the conversation's own channel, its answer was lost, and before anybody could look the channel was archived.
async fn a_text_that_stands_in_a_channel_is_not_shown_again_in_the_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ana, maria) = (&world.team().ana, world.maria());
    maria.texts("Hello").await;
    world.settle().await;
    let own = world.moves_to_own_channel(ana, &maria).await;
    let lost = json!({ "effect": "reset_after", "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", lost).await;

    maria.texts("Are you there?").await;
    world.settle().await;
    ana.acts_on_channel(&own.id, "archive").await;
    world.settle().await;
    for _ in 0..4 {
        world.turn(TimeDelta::seconds(11)).await;
    }

    let shown = [
        world.slack().await.channel_by_id(&own.id).texts_of_contact(),
        world.thread_with(&maria).await.texts_of_contact(),
    ]
    .concat();
    assert_eq!(shown.iter().filter(|text| *text == "Are you there?").count(), 1, "{shown:?}");
}
