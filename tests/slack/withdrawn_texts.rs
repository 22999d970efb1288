//! Scheduled texts that nobody wants any more: whoever opts out, in whatever way, or is blocked gets none of them, at once and visibly with why.

use chrono::TimeDelta;

use crate::world::{Phone, Post, Stage, World, both, button_labels};

both!(
    who_texts_stop_is_in_the_list_with_what_does_not_go_out,
    an_opt_out_that_is_recorded_withdraws_what_was_scheduled_at_once,
    an_opt_out_that_is_recorded_stops_a_reply_that_has_not_gone,
    who_is_blocked_in_slack_gets_nothing_that_was_scheduled,
    who_is_blocked_by_a_program_gets_nothing_that_was_scheduled,
    what_others_get_is_left_alone,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    maria
}

async fn announcement(world: &World, phone: &Phone) -> Post {
    let thread = world.thread_with(phone).await;
    let found = thread.replies.iter().find(|post| button_labels(&post.blocks).contains(&"Send now".to_owned()));
    found.unwrap_or_else(|| panic!("nothing is announced in {thread:#?}")).clone()
}

/// Maria has written before, and something is scheduled for her. What announces it.
async fn scheduled_for_maria(world: &World) -> (Phone, Post) {
    let maria = written_to_by_maria(world).await;
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    let announced = announcement(world, &maria).await;
    (maria, announced)
}

async fn list(world: &World) -> String {
    let ana = &world.team().ana;
    ana.gives_command("clerk-sms", "scheduled").await;
    world.settle().await;
    world.slack().await.last_notice_to(&ana.id).shown()
}

/// What stands where a text was announced, and what Ana was told last.
async fn left(world: &World, announced: &Post) -> (String, String) {
    let slack = world.slack().await;
    let told = slack.direct_posts_to(&world.team().ana.id).last().map(|post| post.shown());
    (slack.post(&announced.channel, &announced.ts).shown(), told.unwrap_or_default())
}

async fn opts_out_by_api(world: &World, phone: &Phone) {
    let workspace = world.workspace().await.id;
    let input = format!("{{ number: \"{}\" }}", phone.number);
    let query = format!("optOutCreate(workspaceId: \"{workspace}\", input: {input}) {{ errors {{ message }} }}");
    let answer = world.asks_as_owner(&format!("mutation {{ it: {query} }}")).await;
    assert_eq!(answer["data"]["it"]["errors"], serde_json::json!([]), "{answer}");
    world.settle().await;
}

async fn who_texts_stop_is_in_the_list_with_what_does_not_go_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, announced) = scheduled_for_maria(world).await;

    maria.texts("STOP").await;
    world.settle().await;
    let (list, (stands, _)) = (list(world).await, left(world, &announced).await);

    assert!(list.contains("No text is scheduled.") && list.contains("Not sent: "), "{list}");
    assert!(list.contains("The contact opted out of texts.") && list.contains("See you tomorrow."), "{list}");
    assert!(stands.contains("It was withdrawn and not sent. The contact opted out of texts."), "{stands}");
}

async fn an_opt_out_that_is_recorded_withdraws_what_was_scheduled_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, announced) = scheduled_for_maria(world).await;

    opts_out_by_api(world, &maria).await;
    let (stands, told) = left(world, &announced).await;
    let list = list(world).await;
    world.turn(TimeDelta::hours(3)).await;

    assert!(stands.contains("It was withdrawn and not sent. The contact opted out of texts."), "{stands}");
    assert!(told.contains("was withdrawn") && told.contains("It was recorded that the contact"), "{told}");
    assert!(list.contains("Not sent: "), "{list}");
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn an_opt_out_that_is_recorded_stops_a_reply_that_has_not_gone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.lets_undo(60).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Or at ten?").await;
    world.settle().await;

    opts_out_by_api(world, &maria).await;
    world.turn(TimeDelta::minutes(2)).await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    assert_eq!(world.usage().await.0, 2);
}

async fn who_is_blocked_in_slack_gets_nothing_that_was_scheduled(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, announced) = scheduled_for_maria(world).await;

    world.team().ben.presses("Block", &world.thread_with(&maria).await.parent).await;
    world.settle().await;
    let (stands, told) = left(world, &announced).await;
    let list = list(world).await;
    world.turn(TimeDelta::hours(3)).await;

    assert!(stands.contains("not sent. This contact is on the Do Not Disturb list."), "{stands}");
    assert!(told.contains("was withdrawn") && told.contains("Do Not Disturb list now"), "{told}");
    assert!(list.contains("This contact is on the Do Not Disturb list."), "{list}");
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn who_is_blocked_by_a_program_gets_nothing_that_was_scheduled(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, announced) = scheduled_for_maria(world).await;
    let workspace = world.workspace().await.id;

    let input = format!("{{ numbers: [\"{}\"] }}", maria.number);
    let block = format!("doNotDisturbAdd(workspaceId: \"{workspace}\", input: {input}) {{ errors {{ message }} }}");
    world.asks_as_owner(&format!("mutation {{ {block} }}")).await;
    world.settle().await;
    let (stands, _) = left(world, &announced).await;
    world.turn(TimeDelta::hours(3)).await;

    assert!(stands.contains("This contact is on the Do Not Disturb list."), "{stands}");
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn what_others_get_is_left_alone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, _) = scheduled_for_maria(world).await;
    let other = world.patient(1);
    world.schedules(&other, "Your check-up is due.", TimeDelta::hours(2)).await;

    opts_out_by_api(world, &maria).await;
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!(other.has_received().await, ["Your check-up is due."]);
    assert_eq!(maria.has_received().await, ["At nine?"]);
}
