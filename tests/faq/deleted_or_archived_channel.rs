//! “What happens when somebody archives or deletes a channel?”
//!
//! No text is lost. A conversation whose own channel is gone goes on in its thread in the shared channel, with a note; before your next text goes
//! out you are asked where to go on. When the shared channel itself is gone, texts wait, in order, until it is back or you choose another one.

use domain::{
    messages::{self, NewText},
    outbox::State,
};
use serde_json::json;

use crate::world::{Phone, Stage, TOM, Vendor, World, both, operator};

both!(
    a_text_for_an_archived_channel_arrives_in_the_thread_with_a_note,
    a_text_for_a_deleted_channel_arrives_in_the_thread_too,
    a_text_for_a_channel_that_the_app_was_removed_from_arrives_in_the_thread_too,
    a_channel_that_is_gone_is_noticed_by_the_post_that_fails,
    a_conversation_that_began_in_its_channel_gets_a_thread_when_that_is_gone,
    the_next_reply_is_asked_where_to_go_on_and_nothing_is_sent_meanwhile,
    choosing_the_thread_sends_what_waited_there,
    choosing_a_new_channel_sends_what_waited_and_goes_on_there,
    a_text_from_the_api_waits_for_the_choice_too,
    after_the_choice_of_the_thread_nobody_is_asked_again,
    a_channel_that_is_unarchived_is_taken_up_again,
    a_channel_that_is_unarchived_after_the_choice_is_not_taken_up_again,
    the_note_has_a_button_that_creates_the_channel_again,
    texts_wait_while_the_shared_channel_is_archived_and_come_when_it_is_back,
    whoever_installed_the_app_chooses_another_shared_channel_and_what_waited_comes_there,
    a_private_channel_can_be_chosen_when_the_app_was_invited,
    a_private_channel_without_the_app_is_refused_with_what_to_do,
    one_channel_that_is_gone_holds_up_no_other,
);

/// Maria has written once, and her conversation has a channel of its own.
async fn in_own_channel(world: &World) -> (Phone, String) {
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    (maria, channel.id)
}

/// The same, and the channel was archived.
async fn with_archived_channel(world: &World) -> (Phone, String) {
    let (maria, channel) = in_own_channel(world).await;
    world.team().ana.acts_on_channel(&channel, "archive").await;
    world.settle().await;
    (maria, channel)
}

/// What the last private notice to Ana says.
async fn last_notice(world: &World) -> String {
    let slack = world.slack().await;
    slack.notices_to(&world.team().ana.id).last().map(|notice| notice.shown()).unwrap_or_default()
}

async fn presses_on_last_notice(world: &World, label: &str) {
    let slack = world.slack().await;
    let notices = slack.notices_to(&world.team().ana.id);
    let notice = notices.last().expect("Ana has a notice");
    world.team().ana.presses_on_notice(label, notice).await;
    world.settle().await;
}

async fn a_text_for_an_archived_channel_arrives_in_the_thread_with_a_note(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = with_archived_channel(world).await;

    maria.texts("Anyone?").await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), ["Hello", "Anyone?"]);
    let note = thread.notes().pop().unwrap_or_default();
    assert!(note.contains("is gone, so their texts arrive in this thread"), "{note}");
}

async fn a_text_for_a_deleted_channel_arrives_in_the_thread_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;

    world.team().ana.acts_on_channel(&channel, "delete").await;
    maria.texts("Anyone?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Anyone?"]);
}

async fn a_text_for_a_channel_that_the_app_was_removed_from_arrives_in_the_thread_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;

    world.team().ana.acts_on_channel(&channel, "kick_app").await;
    maria.texts("Anyone?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Anyone?"]);
}

/// S08: in the same delivery, and the channel is tried at most twice.
async fn a_channel_that_is_gone_is_noticed_by_the_post_that_fails(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;
    world.outside.delivers(Vendor::Slack, json!({ "lose": true })).await;
    world.team().ana.acts_on_channel(&channel, "archive").await;

    maria.texts_often("after", 3).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), ["Hello", "after 1", "after 2", "after 3"]);
    assert_eq!(thread.notes().iter().filter(|note| note.contains("is gone")).count(), 1);
    let calls = world.outside.requests(Vendor::Slack, "chat.postMessage").await;
    let tried = calls.iter().rev().take_while(|call| call.json["text"] != "Hello");
    let in_vain = tried.filter(|call| call.json["channel"] == channel.as_str() && call.json["username"].is_string());
    assert!(in_vain.count() <= 2);
}

async fn a_conversation_that_began_in_its_channel_gets_a_thread_when_that_is_gone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    world.begins_in_own_channels().await;
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.own_channel_of(&maria).await.id;

    world.team().ana.acts_on_channel(&channel, "archive").await;
    maria.texts("Anyone?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Anyone?"]);
}

async fn the_next_reply_is_asked_where_to_go_on_and_nothing_is_sent_meanwhile(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = with_archived_channel(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;

    let notice = last_notice(world).await;
    assert!(notice.contains("is gone") && notice.contains("Come at three."), "{notice}");
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn choosing_the_thread_sends_what_waited_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = with_archived_channel(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;

    presses_on_last_notice(world, "Send in the thread").await;
    maria.texts("I will").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Come at three."]);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "I will"]);
}

async fn choosing_a_new_channel_sends_what_waited_and_goes_on_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, archived) = with_archived_channel(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;

    presses_on_last_notice(world, "Create a new channel and send").await;
    maria.texts("I will").await;
    world.settle().await;

    let channel = world.own_channel_of(&maria).await;
    assert_ne!(channel.id, archived);
    assert_eq!(channel.name, "sms-14155550101-2");
    assert_eq!(channel.texts_of_contact(), ["I will"]);
    assert_eq!(maria.has_received().await, ["Come at three."]);
}

async fn a_text_from_the_api_waits_for_the_choice_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = with_archived_channel(world).await;
    let conversation = world.conversations().await.remove(0);
    let to = maria.number.parse().expect("a number");
    let text = NewText {
        number: conversation.number_id,
        to,
        body: "Your appointment is at three.".to_owned(),
        ignores_quiet_hours: false,
    };

    messages::send(&world.ctx(), &operator(), conversation.workspace_id, text).await.expect("it may be sent");
    world.settle().await;
    let before = maria.has_received().await;
    let thread = world.thread_with(&maria).await;
    world.team().ben.presses("Send in this thread", thread.replies.last().expect("the question")).await;
    world.settle().await;

    assert_eq!(before, Vec::<String>::new());
    assert_eq!(maria.has_received().await, ["Your appointment is at three."]);
}

async fn after_the_choice_of_the_thread_nobody_is_asked_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = with_archived_channel(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "One").await;
    world.settle().await;
    presses_on_last_notice(world, "Send in the thread").await;

    world.team().ana.replies(&world.thread_with(&maria).await, "Two").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["One", "Two"]);
}

async fn a_channel_that_is_unarchived_is_taken_up_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = with_archived_channel(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;

    world.team().ana.acts_on_channel(&channel, "unarchive").await;
    world.team().ana.acts_on_channel(&channel, "join_app").await;
    world.settle().await;
    maria.texts("I will").await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&maria).await.texts_of_contact(), ["I will"]);
    assert_eq!(maria.has_received().await, ["Come at three."]);
}

async fn a_channel_that_is_unarchived_after_the_choice_is_not_taken_up_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = with_archived_channel(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "One").await;
    world.settle().await;
    presses_on_last_notice(world, "Send in the thread").await;

    world.team().ana.acts_on_channel(&channel, "unarchive").await;
    maria.texts("Two").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Two"]);
}

async fn the_note_has_a_button_that_creates_the_channel_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, archived) = with_archived_channel(world).await;
    maria.texts("Anyone?").await;
    world.settle().await;

    let note = world.slack().await.channel("clerk-sms").post_with("Re-create channel").clone();
    world.team().ana.presses("Re-create channel", &note).await;
    world.settle().await;

    let channel = world.own_channel_of(&maria).await;
    assert_ne!(channel.id, archived);
    assert!(channel.announcements()[1].contains("Anyone?"), "{:?}", channel.announcements());
}

async fn texts_wait_while_the_shared_channel_is_archived_and_come_when_it_is_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let shared = world.slack().await.channel("clerk-sms").id.clone();

    world.team().ana.acts_on_channel(&shared, "archive").await;
    maria.texts_often("meanwhile", 3).await;
    world.settle().await;
    world.team().ana.acts_on_channel(&shared, "unarchive").await;
    world.team().ana.acts_on_channel(&shared, "join_app").await;
    world.settle().await;

    let texts = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(texts, ["before", "meanwhile 1", "meanwhile 2", "meanwhile 3"]);
}

/// The shared channel is deleted while Maria writes; Ana is asked, and names another one.
async fn chooses_instead(world: &World, channel: &str) {
    let shared = world.slack().await.channel("clerk-sms").id.clone();
    world.team().ana.acts_on_channel(&shared, "delete").await;
    world.maria().texts_often("meanwhile", 3).await;
    world.settle().await;
    let slack = world.slack().await;
    let news = slack.direct_posts_to(&world.team().ana.id).last().copied().expect("Ana is told").clone();
    world.team().ana.presses("Choose another channel", &news).await;
    world.settle().await;
    world.team().ana.submits(&[("channel", json!(channel))]).await;
    world.settle().await;
}

async fn whoever_installed_the_app_chooses_another_shared_channel_and_what_waited_comes_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.maria().texts("before").await;
    world.settle().await;

    chooses_instead(world, "general").await;

    let thread = world.thread_with(&world.maria()).await;
    assert_eq!(thread.channel(), world.slack().await.channel("general").id);
    assert_eq!(thread.texts_of_contact(), ["meanwhile 1", "meanwhile 2", "meanwhile 3"]);
    world.team().ana.replies(&thread, "Here we are.").await;
    world.settle().await;
    assert_eq!(world.maria().has_received().await, ["Here we are."]);
}

async fn a_private_channel_can_be_chosen_when_the_app_was_invited(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.creates_private_channel("front-desk", true).await;

    chooses_instead(world, "front-desk").await;

    let channel = world.slack().await.channel("front-desk").id.clone();
    assert_eq!(world.thread_with(&world.maria()).await.channel(), channel);
}

async fn a_private_channel_without_the_app_is_refused_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.leaves(State::Parked);
    world.leaves(State::Ready);
    world.creates_private_channel("front-desk", false).await;

    chooses_instead(world, "front-desk").await;

    let slack = world.slack().await;
    let told = slack.direct_posts_to(&world.team().ana.id).last().map(|post| post.shown()).unwrap_or_default();
    assert!(told.contains("cannot be used yet") && told.contains("/invite"), "{told}");
}

async fn one_channel_that_is_gone_holds_up_no_other(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.leaves(State::Parked);
    world.leaves(State::Ready);
    let (maria, _) = in_own_channel(world).await;
    let shared = world.slack().await.channel("clerk-sms").id.clone();

    world.team().ana.acts_on_channel(&shared, "archive").await;
    world.phone(TOM).texts("I wait").await;
    maria.texts("I do not").await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&maria).await.texts_of_contact(), ["I do not"]);
}
