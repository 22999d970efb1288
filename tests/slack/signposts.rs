//! Posts that say where a conversation goes on. Their buttons are there for as long as they mean something: whoever answers the question, wherever, the
//! post then says how it was. And the first post of a thread that a conversation has left keeps up with its contact.

use domain::{
    contacts::ContactChange,
    conversations,
    messages::{self, NewText},
};

use crate::world::{Phone, Stage, World, both, button_labels, operator};

both!(
    the_pointer_in_the_thread_has_no_button_once_the_conversation_is_back,
    the_farewell_in_the_channel_has_no_button_once_the_conversation_is_back,
    the_note_about_a_lost_channel_has_no_buttons_once_somebody_has_chosen,
    the_pointer_to_a_lost_channel_has_no_button_either,
    a_text_that_waited_for_the_choice_is_shown_as_sent_afterwards,
    the_head_of_a_channel_that_was_left_says_where_the_conversation_goes_on,
    the_first_post_of_a_thread_that_was_left_follows_the_name_of_the_contact,
);

/// Maria has written once, and her conversation has a channel of its own.
async fn in_own_channel(world: &World) -> (Phone, String) {
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    (maria, channel.id)
}

/// The same, the channel was archived, and Maria has written again.
async fn with_lost_channel(world: &World) -> Phone {
    let (maria, channel) = in_own_channel(world).await;
    world.team().ana.acts_on_channel(&channel, "archive").await;
    maria.texts("Anyone?").await;
    world.settle().await;
    maria
}

async fn moves_back(world: &World, channel: &str) {
    let label = "Move back to thread";
    let slack = world.slack().await;
    world.team().ana.presses(label, slack.channel_by_id(channel).post_with(label)).await;
    world.settle().await;
}

/// Labels of what can be pressed in the thread, below its first post.
async fn buttons_in_thread(world: &World, maria: &Phone) -> Vec<String> {
    let thread = world.thread_with(maria).await;
    thread.replies.iter().flat_map(|post| button_labels(&post.blocks)).collect()
}

async fn the_pointer_in_the_thread_has_no_button_once_the_conversation_is_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;
    let before = buttons_in_thread(world, &maria).await;

    moves_back(world, &channel).await;

    assert_eq!(before, ["Move back to this thread"]);
    assert_eq!(buttons_in_thread(world, &maria).await, Vec::<String>::new());
    let notes = world.thread_with(&maria).await.notes();
    assert!(notes[0].starts_with("This conversation went on in ") && notes[0].contains(&channel), "{notes:?}");
}

async fn the_farewell_in_the_channel_has_no_button_once_the_conversation_is_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;
    moves_back(world, &channel).await;
    let shown = async || {
        let slack = world.slack().await;
        slack.channel_by_id(&channel).messages.iter().flat_map(|post| button_labels(&post.blocks)).collect::<Vec<_>>()
    };
    let before = shown().await;

    world.moves_to_own_channel(&world.team().ana, &maria).await;

    assert!(before.iter().any(|label| label == "Go on in this channel"), "{before:?}");
    assert!(!shown().await.iter().any(|label| label == "Go on in this channel"));
}

async fn the_note_about_a_lost_channel_has_no_buttons_once_somebody_has_chosen(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = with_lost_channel(world).await;
    let before = buttons_in_thread(world, &maria).await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;
    let slack = world.slack().await;
    ana.presses_on_notice("Send in the thread", slack.last_notice_to(&ana.id)).await;
    world.settle().await;

    assert_eq!(before, ["Re-create channel", "Go on here"]);
    assert_eq!(buttons_in_thread(world, &maria).await, Vec::<String>::new());
    let notes = world.thread_with(&maria).await.notes();
    assert!(notes.iter().any(|note| note.contains("was gone, so their texts arrived in this thread")), "{notes:?}");
}

async fn the_pointer_to_a_lost_channel_has_no_button_either(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = with_lost_channel(world).await;
    let slack = world.slack().await;

    let note = slack.channel("clerk-sms").post_with("Re-create channel");
    world.team().ana.presses("Re-create channel", note).await;
    world.settle().await;

    assert_eq!(buttons_in_thread(world, &maria).await, ["Move back to this thread"]);
}

async fn a_text_that_waited_for_the_choice_is_shown_as_sent_afterwards(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = with_lost_channel(world).await;
    let conversation = world.conversations().await.remove(0);
    let to = maria.number.parse().expect("a number");
    let text = NewText { number: conversation.number_id, to, body: "At three.".to_owned(), ignores_quiet_hours: false };
    messages::send(&world.ctx(), &operator(), conversation.workspace_id, text).await.expect("it may be sent");
    world.settle().await;
    let asked = world.thread_with(&maria).await.replies.pop().expect("the text is shown");

    world.team().ben.presses("Send in this thread", &asked).await;
    world.settle().await;

    let shown = world.slack().await.post(&asked.channel, &asked.ts).clone();
    assert!(asked.shown().contains("Not sent yet"), "{}", asked.shown());
    assert!(shown.shown().contains("Sent by ") && !shown.shown().contains("Not sent yet"), "{}", shown.shown());
    assert_eq!(button_labels(&shown.blocks), Vec::<String>::new());
}

async fn the_head_of_a_channel_that_was_left_says_where_the_conversation_goes_on(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, channel) = in_own_channel(world).await;
    let head = world.slack().await.channel_by_id(&channel).post_with("Details").clone();

    moves_back(world, &channel).await;
    let left = world.slack().await.post(&head.channel, &head.ts).clone();
    world.moves_to_own_channel(&world.team().ana, &maria).await;
    let again = world.slack().await.post(&head.channel, &head.ts).clone();

    assert!(left.shown().contains("What is written in this channel is not sent."), "{}", left.shown());
    assert_eq!(button_labels(&left.blocks), ["Go on in this channel"]);
    assert_eq!(again.shown(), head.shown());
    assert_eq!(button_labels(&again.blocks), button_labels(&head.blocks));
}

async fn the_first_post_of_a_thread_that_was_left_follows_the_name_of_the_contact(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = in_own_channel(world).await;

    let row = world.conversations().await.remove(0);
    let change = ContactChange { name: Some(Some("Maria Lopez".to_owned())), ..ContactChange::default() };
    conversations::update_contact(&world.ctx(), &operator(), row.workspace_id, row.contact_id, change)
        .await
        .expect("the contact exists");
    world.settle().await;

    let shown = world.thread_with(&maria).await.parent.shown();
    assert!(shown.starts_with("Maria Lopez  +1 415-555-0101"), "{shown}");
    assert!(shown.contains("This conversation goes on in"), "{shown}");
}
