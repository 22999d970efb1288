//! Nothing is said to a customer by mistake: in a channel where everything is confirmed, and when a colleague has just answered, the author is asked
//! first, in private, with the text as it would go out.

use chrono::TimeDelta;
use domain::workspaces::{self, SendMode};

use crate::world::{Phone, Stage, World, both, operator};

both!(
    in_confirm_mode_a_reply_is_shown_to_its_author_and_sent_when_they_say_so,
    a_discarded_preview_sends_nothing,
    colleagues_see_that_a_discarded_text_never_went_out,
    a_preview_that_is_pressed_twice_sends_once,
    an_edit_before_the_decision_changes_what_is_sent,
    in_explicit_mode_only_what_is_addressed_to_the_app_goes_out,
    the_second_of_two_colleagues_is_asked_before_the_contact_gets_two_answers,
    somebody_who_goes_on_writing_is_not_asked,
    a_preview_of_what_cannot_be_sent_says_so_at_once,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

async fn mode_is(world: &World, mode: SendMode) {
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    let workspace = world.workspace().await.id;
    workspaces::set_send_mode(&world.ctx(), &operator(), workspace, &channel, mode)
        .await
        .expect("the channel is known");
}

async fn in_confirm_mode_a_reply_is_shown_to_its_author_and_sent_when_they_say_so(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let before = maria.has_received().await;
    let slack = world.slack().await;
    let preview = slack.last_notice_to(&ana.id);
    ana.presses_on_notice("Send", preview).await;
    world.settle().await;

    assert_eq!(before, Vec::<String>::new());
    assert!(
        preview.shown().contains("At nine?") && preview.shown().contains("1 segment; 8 of 10"),
        "{}",
        preview.shown()
    );
    assert_eq!(maria.has_received().await, ["At nine?"]);
    assert_eq!(world.slack().await.notices_to(&ana.id).len(), 0, "the preview is gone once it is dealt with");
}

async fn a_discarded_preview_sends_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, "Wrong thread").await;
    world.settle().await;
    let slack = world.slack().await;
    ana.presses_on_notice("Discard", slack.last_notice_to(&ana.id)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
}

async fn colleagues_see_that_a_discarded_text_never_went_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "Wrong thread").await;
    world.settle().await;
    let slack = world.slack().await;
    let preview = slack.last_notice_to(&ana.id);
    ana.presses_on_notice("Discard", preview).await;
    ana.presses_on_notice("Send", preview).await;
    world.settle().await;

    assert_eq!(slack.post(&written.channel, &written.ts).marks(), Vec::<&str>::new());
    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), ["no_entry_sign"]);
}

async fn a_preview_that_is_pressed_twice_sends_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();

    ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let slack = world.slack().await;
    let preview = slack.last_notice_to(&ana.id);
    ana.presses_on_notice("Send", preview).await;
    ana.presses_on_notice("Send", preview).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("sent already"), "{notice}");
}

async fn an_edit_before_the_decision_changes_what_is_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();

    let written = ana.replies(&world.thread_with(&maria).await, "At nien?").await;
    world.settle().await;
    ana.edits(&written, "At nine?").await;
    world.settle().await;
    let slack = world.slack().await;
    ana.presses_on_notice("Send", slack.last_notice_to(&ana.id)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn in_explicit_mode_only_what_is_addressed_to_the_app_goes_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Explicit).await;
    let thread = world.thread_with(&maria).await;
    let app = world.slack().await.app.bot_user_id;

    world.team().ana.replies(&thread, "Who takes this one?").await;
    world.team().ana.replies(&thread, &format!("<@{app}> At nine?")).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn the_second_of_two_colleagues_is_asked_before_the_contact_gets_two_answers(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());

    ana.replies(&thread, "At nine?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(4)).await;
    ben.replies(&thread, "At ten?").await;
    world.settle().await;
    let before = maria.has_received().await;
    let slack = world.slack().await;
    let question = slack.last_notice_to(&ben.id);
    ben.presses_on_notice("Send anyway", question).await;
    world.settle().await;

    assert_eq!(before, ["At nine?"]);
    assert!(
        question.shown().contains("answered +1 415-555-0101 4 seconds ago: “At nine?” Send yours as well?")
            && question.shown().contains("At nine?"),
        "{}",
        question.shown()
    );
    assert_eq!(maria.has_received().await, ["At nine?", "At ten?"]);
}

async fn somebody_who_goes_on_writing_is_not_asked(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let thread = world.thread_with(&maria).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());

    ana.replies(&thread, "At nine?").await;
    ana.replies(&thread, "Or at ten?").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(11)).await;
    ben.replies(&thread, "Or at eleven?").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?", "Or at ten?", "Or at eleven?"]);
}

async fn a_preview_of_what_cannot_be_sent_says_so_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    mode_is(world, SendMode::Confirm).await;
    let ana = world.team().ana.clone();
    maria.texts("STOP").await;
    world.settle().await;

    ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;

    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("Not sent."), "{notice}");
    assert_eq!(world.open_tasks().await, Vec::new());
}
