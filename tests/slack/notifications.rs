//! The line at the bottom of the channel that announces a text after a silence: it leads to the thread, whoever presses first has the conversation, and
//! hidden it is gone for everybody.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{Phone, Post, Stage, Vendor, World, both, button_labels};

both!(
    an_announcement_leads_to_its_thread,
    whoever_presses_assign_has_it_and_the_announcement_says_so,
    the_second_who_presses_assign_is_told_who_has_it,
    an_announcement_of_a_conversation_that_somebody_has_names_them,
    a_hidden_announcement_is_gone_for_everybody,
    an_announcement_is_hidden_once_however_often_hide_is_pressed,
    a_way_that_slack_does_not_tell_is_left_out,
);

/// Maria writes again after a silence.
async fn announced(world: &mut World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    writes_again(world, &maria).await;
    maria
}

async fn writes_again(world: &mut World, maria: &Phone) {
    world.turn(TimeDelta::minutes(5)).await;
    maria.texts("Hello?").await;
    world.settle().await;
}

async fn announcements(world: &World) -> Vec<Post> {
    let posts = world.slack().await.channel("clerk-sms").messages.clone();
    posts.into_iter().filter(|post| post.shown().starts_with("New text from")).collect()
}

async fn an_announcement_leads_to_its_thread(stage: &mut Stage) {
    let world = stage.clinic().await;

    let maria = announced(world).await;

    let line = announcements(world).await.remove(0);
    let thread = world.thread_with(&maria).await.ts().replace('.', "");
    assert!(line.blocks.to_string().contains(&format!("p{thread}")), "{}", line.blocks);
    assert_eq!(button_labels(&line.blocks), ["Assign", "Hide"]);
}

async fn whoever_presses_assign_has_it_and_the_announcement_says_so(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = announced(world).await;

    world.team().ben.presses("Assign", &announcements(world).await[0]).await;
    world.settle().await;

    let line = announcements(world).await.remove(0);
    assert!(line.shown().contains("takes care of it"), "{}", line.shown());
    assert!(line.blocks.to_string().contains(&world.team().ben.id), "{}", line.blocks);
    assert_eq!(button_labels(&line.blocks), ["Hide"]);
    let parent = world.thread_with(&maria).await.parent;
    assert!(parent.blocks.to_string().contains(&world.team().ben.id), "{}", parent.blocks);
}

async fn the_second_who_presses_assign_is_told_who_has_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    announced(world).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());
    let line = announcements(world).await.remove(0);
    ben.acts_on_channel(&line.channel, "join").await;

    ana.presses("Assign", &line).await;
    ben.presses("Assign", &line).await;
    ana.presses("Assign", &line).await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.last_notice_to(&ben.id);
    assert!(notice.shown().contains("takes care of this already"), "{}", notice.shown());
    assert_eq!(slack.notices_to(&ana.id).len(), 0);
    let line = announcements(world).await.remove(0);
    assert!(line.blocks.to_string().contains(&ana.id), "{}", line.blocks);
}

async fn an_announcement_of_a_conversation_that_somebody_has_names_them(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let ana = world.team().ana.clone();
    ana.presses("Assign", &world.thread_with(&maria).await.parent).await;
    world.settle().await;

    writes_again(world, &maria).await;

    let line = announcements(world).await.remove(0);
    assert!(line.blocks.to_string().contains(&ana.id), "{}", line.blocks);
    assert_eq!(button_labels(&line.blocks), ["Hide"]);
}

async fn a_hidden_announcement_is_gone_for_everybody(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = announced(world).await;

    world.team().ana.presses("Hide", &announcements(world).await[0]).await;
    world.settle().await;

    assert_eq!(announcements(world).await.len(), 0);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["When can I come?", "Hello?"]);
}

async fn an_announcement_is_hidden_once_however_often_hide_is_pressed(stage: &mut Stage) {
    let world = stage.clinic().await;
    announced(world).await;
    let line = announcements(world).await.remove(0);
    let slow = json!({ "effect": "delay", "delay_ms": 800, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.delete", slow).await;

    world.team().ana.presses("Hide", &line).await;
    world.team().ben.presses("Hide", &line).await;
    world.settle().await;

    assert_eq!(announcements(world).await.len(), 0);
    assert_eq!(world.open_tasks().await, []);
}

async fn a_way_that_slack_does_not_tell_is_left_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let refused = json!({ "effect": "slack_error", "error": "message_not_found", "times": null });
    world.outside.breaks(Vendor::Slack, "chat.getPermalink", refused).await;

    announced(world).await;

    let line = announcements(world).await.remove(0);
    assert!(line.shown().contains("It is in their thread."), "{}", line.shown());
}
