//! Texts that are used again and again: made in a window, filled for each contact, and never sent with a field left open.

use chrono::TimeDelta;
use domain::{
    contacts::ContactChange,
    workspaces::{self, SendMode},
};
use serde_json::json;

use crate::world::{Phone, Stage, World, Written, both, operator};

both!(
    a_template_is_made_changed_and_deleted_from_the_list,
    a_field_that_there_is_not_keeps_the_window_open_with_the_nearest_one,
    a_name_that_is_taken_is_refused_after_the_window,
    a_template_goes_out_filled_for_its_contact,
    a_template_without_a_value_for_its_field_is_refused_whole,
    an_unknown_template_is_answered_with_the_one_that_was_meant,
    a_field_that_is_left_in_a_reply_is_never_sent,
    a_draft_that_is_changed_to_a_template_goes_out_as_the_template,
    a_draft_that_is_changed_to_a_template_that_there_is_not_is_never_sent,
    a_reply_that_is_changed_to_a_template_in_time_goes_out_as_the_template,
);

async fn maria_is_known(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let workspace = world.workspace().await;
    let contact = world.conversations().await[0].contact_id;
    let name = ContactChange { name: Some(Some("Maria Lopez".to_owned())), ..ContactChange::default() };
    domain::conversations::update_contact(&world.ctx(), &operator(), workspace.id, contact, name)
        .await
        .expect("a name");
    world.settle().await;
    maria
}

/// Ana makes a template in the window.
async fn makes(world: &World, name: &str, body: &str) -> serde_json::Value {
    let ana = &world.team().ana;
    ana.gives_command("clerk-sms", "templates").await;
    world.settle().await;
    let list = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("New template", &list).await;
    world.settle().await;
    let faults = ana.submits(&[("name", json!(name)), ("body", json!(body))]).await;
    world.settle().await;
    faults
}

/// Ana writes to the app in the thread with a contact.
async fn tells_app(world: &World, phone: &Phone, text: &str) {
    let app = world.slack().await.app.bot_user_id;
    world.team().ana.replies(&world.thread_with(phone).await, &format!("<@{app}> {text}")).await;
    world.settle().await;
}

/// Ana changes a post so that it says something to the app.
async fn changes_to_app(world: &World, written: &Written, text: &str) {
    let app = world.slack().await.app.bot_user_id;
    world.team().ana.edits(written, &format!("<@{app}> {text}")).await;
    world.settle().await;
}

/// Ana has written to Maria where everything is confirmed.
async fn draft_for_maria(world: &World) -> (Phone, Written) {
    let maria = maria_is_known(world).await;
    makes(world, "Opening hours", "We open at nine, {{contact.first_name}}.").await;
    let (channel, workspace) = (world.slack().await.channel("clerk-sms").id.clone(), world.workspace().await.id);
    workspaces::set_send_mode(&world.ctx(), &operator(), workspace, &channel, SendMode::Confirm)
        .await
        .expect("the channel is known");
    let written = world.team().ana.replies(&world.thread_with(&maria).await, "We open at ten.").await;
    world.settle().await;
    (maria, written)
}

async fn a_draft_that_is_changed_to_a_template_goes_out_as_the_template(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, written) = draft_for_maria(world).await;

    changes_to_app(world, &written, "template opening hours").await;
    let slack = world.slack().await;
    let preview = slack.last_notice_to(&world.team().ana.id);
    world.team().ana.presses_on_notice("Send", preview).await;
    world.settle().await;

    assert!(preview.shown().contains("You changed your post.") && preview.shown().contains("We open at nine, Maria."));
    assert_eq!(maria.has_received().await, ["We open at nine, Maria."]);
    let notes = world.thread_with(&maria).await.notes();
    assert!(notes.iter().any(|note| note.starts_with("We open at nine, Maria.\nSent by ")), "{notes:?}");
}

async fn a_draft_that_is_changed_to_a_template_that_there_is_not_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, written) = draft_for_maria(world).await;
    let ana = world.team().ana.clone();
    let preview = world.slack().await.last_notice_to(&ana.id).clone();

    changes_to_app(world, &written, "template opening huors").await;
    let told = world.slack().await.last_notice_to(&ana.id).shown();
    ana.presses_on_notice("Send", &preview).await;
    world.settle().await;

    assert!(told.contains("Not sent.") && told.contains("Opening hours"), "{told}");
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn a_reply_that_is_changed_to_a_template_in_time_goes_out_as_the_template(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = maria_is_known(world).await;
    makes(world, "Opening hours", "We open at nine, {{contact.first_name}}.").await;
    world.lets_undo(30).await;
    let written = world.team().ana.replies(&world.thread_with(&maria).await, "We open at ten.").await;
    world.settle().await;

    changes_to_app(world, &written, "template opening hours").await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(maria.has_received().await, ["We open at nine, Maria."]);
    assert_eq!(world.usage().await.0, 2);
}

async fn a_template_is_made_changed_and_deleted_from_the_list(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    makes(world, "Opening hours", "We open at nine.").await;

    ana.gives_command("clerk-sms", "templates").await;
    world.settle().await;
    let made = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("Edit", &made).await;
    world.settle().await;
    ana.submits(&[("body", json!("We open at ten."))]).await;
    world.settle().await;
    let changed = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("Delete", &changed).await;
    world.settle().await;
    let left = world.slack().await.last_notice_to(&ana.id).shown();

    assert!(made.shown().contains("Opening hours\nWe open at nine."), "{}", made.shown());
    assert!(changed.shown().contains("Opening hours\nWe open at ten."), "{}", changed.shown());
    assert!(left.starts_with("There are no templates yet."), "{left}");
}

async fn a_field_that_there_is_not_keeps_the_window_open_with_the_nearest_one(stage: &mut Stage) {
    let world = stage.clinic().await;

    let faults = makes(world, "Hello", "Hi {{contact.firstname}}").await;

    assert!(faults.to_string().contains("Did you mean {{contact.first_name}}?"), "{faults}");
    assert_eq!(world.team().ana.windows().await.len(), 1);
}

async fn a_name_that_is_taken_is_refused_after_the_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    makes(world, "Hello", "Hi").await;

    makes(world, "HELLO", "Hello").await;

    let slack = world.slack().await;
    let told = slack.direct_posts_to(&world.team().ana.id).last().expect("Ana is told").shown();
    assert!(told.contains("There is a template called “Hello” already."), "{told}");
}

async fn a_template_goes_out_filled_for_its_contact(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = maria_is_known(world).await;
    makes(world, "See you", "Hi {{contact.first_name}}, see you at {{workspace.name}}.").await;
    let name = world.workspace().await.name;

    tells_app(world, &maria, "template see YOU").await;

    let expected = format!("Hi Maria, see you at {name}.");
    assert_eq!(maria.has_received().await, [expected.as_str()]);
    let thread = world.thread_with(&maria).await;
    assert!(thread.notes().iter().any(|note| note.starts_with(&expected)), "{:?}", thread.notes());
}

async fn a_template_without_a_value_for_its_field_is_refused_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    makes(world, "See you", "Hi {{contact.first_name}}, see you.").await;

    tells_app(world, &maria, "template see you").await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let told = world.slack().await.last_notice_to(&world.team().ana.id).shown();
    assert!(told.contains("Not sent.") && told.contains("The contact has no name yet."), "{told}");
}

async fn an_unknown_template_is_answered_with_the_one_that_was_meant(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = maria_is_known(world).await;
    makes(world, "Opening hours", "We open at nine.").await;

    tells_app(world, &maria, "template openning hour").await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let told = world.slack().await.last_notice_to(&world.team().ana.id).shown();
    assert!(told.contains("Did you mean “Opening hours”?"), "{told}");
}

async fn a_field_that_is_left_in_a_reply_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = maria_is_known(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "Hi {{contact.first_name}}").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let told = world.slack().await.last_notice_to(&world.team().ana.id).shown();
    assert!(told.contains("{{contact.first_name}} still stands in the text"), "{told}");
}
