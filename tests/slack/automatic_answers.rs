//! What Clerk answers by itself: outside business hours, and to a first text. Never twice, never to a machine, and counted like any text.

use chrono::TimeDelta;
use domain::{
    answers::{self, AnswerChange},
    ids::NumberId,
};
use serde_json::json;

use crate::world::{Stage, TOM, World, both, operator};

both!(
    a_text_outside_business_hours_is_answered_and_shown_with_why,
    a_text_within_business_hours_is_not_answered,
    hours_are_by_the_clock_of_the_place_before_and_after_the_clocks_change,
    a_contact_hears_once_in_four_hours_that_nobody_is_there,
    a_first_text_is_greeted_once_for_ever,
    who_was_texted_first_is_not_greeted,
    nobody_there_matters_more_than_a_greeting,
    a_machine_gets_no_answer,
    who_opts_out_or_is_blocked_gets_no_answer,
    while_the_team_is_answering_nothing_is_answered_automatically,
    an_answer_ends_nobody_s_waiting,
    without_room_nothing_is_answered_and_the_text_is_shown,
    two_machines_cannot_talk_for_ever,
    a_number_answers_differently_from_the_others,
    a_number_of_its_own_can_be_like_the_others_again,
    an_owner_takes_a_number_s_own_answers_away_in_the_window,
    an_owner_sets_the_answers_in_a_window,
    a_member_who_is_no_owner_changes_nothing,
    two_nodes_give_one_answer,
);

/// A Tuesday afternoon at four minutes past three, in UTC.
const CLOSED: &str = "Mon-Fri 9:00-12:00";
const OPEN: &str = "Mon-Fri 9:00-17:00";

async fn away(world: &World, hours: &str) {
    let hours = answers::read(hours).expect("hours");
    set(
        world,
        AnswerChange {
            hours: Some(hours),
            is_away_on: Some(true),
            away_text: Some("We are closed.".to_owned()),
            ..AnswerChange::default()
        },
    )
    .await;
}

async fn greeting(world: &World) {
    let text = Some("Welcome to {{workspace.name}}.".to_owned());
    set(world, AnswerChange { is_greeting_on: Some(true), greeting_text: text, ..AnswerChange::default() }).await;
}

async fn set(world: &World, change: AnswerChange) {
    let workspace = world.workspace().await.id;
    answers::update(&world.ctx(), &operator(), workspace, None, change).await.expect("the answers may be set so");
}

async fn a_text_outside_business_hours_is_answered_and_shown_with_why(stage: &mut Stage) {
    let world = stage.clinic().await;
    away(world, CLOSED).await;
    let maria = world.maria();

    maria.texts("Are you there?").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["We are closed."]);
    assert_eq!(world.usage().await, (2, 10));
    let notes = world.thread_with(&maria).await.notes();
    let shown = notes.iter().find(|note| note.starts_with("We are closed.")).expect("the answer is shown");
    assert!(shown.contains("Answered automatically") && shown.contains("nobody is there at this hour"), "{shown}");
}

async fn a_text_within_business_hours_is_not_answered(stage: &mut Stage) {
    let world = stage.clinic().await;
    away(world, OPEN).await;
    let maria = world.maria();

    maria.texts("Are you there?").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.usage().await, (1, 10));
}

async fn hours_are_by_the_clock_of_the_place_before_and_after_the_clocks_change(stage: &mut Stage) {
    // The clocks of New York change on 8 March 2026: nine o'clock is 14:00 in UTC before, and 13:00 after.
    let world = stage.at("2026-03-07T13:30:00Z").clinic().await;
    let zone = Some(Some("America/New_York".to_owned()));
    away(world, "daily 9:00-17:00").await;
    set(world, AnswerChange { time_zone: zone, ..AnswerChange::default() }).await;
    let (maria, tom) = (world.maria(), world.phone(TOM));

    maria.texts("Half past eight").await;
    world.settle().await;
    world.turn(TimeDelta::days(1)).await;
    tom.texts("Half past nine").await;
    world.settle().await;

    assert_eq!((maria.has_received().await.len(), tom.has_received().await.len()), (1, 0));
}

async fn a_contact_hears_once_in_four_hours_that_nobody_is_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    away(world, CLOSED).await;
    let maria = world.maria();

    for pause in [0, 60, 179, 1] {
        world.turn(TimeDelta::minutes(pause)).await;
        maria.texts("Hello?").await;
        world.settle().await;
    }

    assert_eq!(maria.has_received().await, ["We are closed.", "We are closed."]);
}

async fn a_first_text_is_greeted_once_for_ever(stage: &mut Stage) {
    let world = stage.clinic().await;
    greeting(world).await;
    let (maria, name) = (world.maria(), world.workspace().await.name);

    maria.texts("Hello").await;
    world.settle().await;
    world.turn(TimeDelta::days(90)).await;
    maria.texts("Hello again").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, [format!("Welcome to {name}.")]);
    let notes = world.thread_with(&maria).await.notes();
    assert!(notes.iter().any(|note| note.contains("it was their first text")), "{notes:?}");
}

async fn who_was_texted_first_is_not_greeted(stage: &mut Stage) {
    let world = stage.clinic().await;
    greeting(world).await;
    let maria = world.maria();
    world.team().ana.gives_command("clerk-sms", &format!("send {} Your check-up is due.", maria.number)).await;
    world.settle().await;

    maria.texts("Thanks").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Your check-up is due."]);
}

async fn nobody_there_matters_more_than_a_greeting(stage: &mut Stage) {
    let world = stage.clinic().await;
    greeting(world).await;
    away(world, CLOSED).await;
    let maria = world.maria();

    maria.texts("Hello").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["We are closed."]);
}

async fn a_machine_gets_no_answer(stage: &mut Stage) {
    let world = stage.clinic().await;
    greeting(world).await;
    away(world, CLOSED).await;

    let bodies = ["Auto-reply: I am away.", "This is an automated message.", "Please don't text me again"];
    for (index, body) in bodies.into_iter().enumerate() {
        world.patient(index).texts(body).await;
    }
    let code = world.phone("72345");
    code.texts("Your parcel is here.").await;
    world.settle().await;

    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

async fn who_opts_out_or_is_blocked_gets_no_answer(stage: &mut Stage) {
    let world = stage.clinic().await;
    away(world, CLOSED).await;
    let (maria, tom) = (world.maria(), world.phone(TOM));
    let workspace = world.workspace().await.id;
    let blocked =
        domain::contacts::block(&world.ctx(), &operator(), workspace, std::slice::from_ref(&tom.number), None).await;
    blocked.expect("Tom is blocked");

    maria.texts("STOP").await;
    world.settle().await;
    maria.texts("Really stop it").await;
    tom.texts("Hello").await;
    world.settle().await;

    let received = [maria.has_received().await, tom.has_received().await].concat();
    assert!(!received.contains(&"We are closed.".to_owned()), "{received:?}");
}

async fn while_the_team_is_answering_nothing_is_answered_automatically(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Are you there?").await;
    world.settle().await;
    away(world, CLOSED).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "Just leaving, but tell me.").await;
    world.settle().await;
    world.turn(TimeDelta::minutes(10)).await;
    maria.texts("My tooth hurts").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Just leaving, but tell me."]);
}

async fn an_answer_ends_nobody_s_waiting(stage: &mut Stage) {
    let world = stage.clinic().await;
    away(world, CLOSED).await;

    world.maria().texts("Are you there?").await;
    world.settle().await;

    let conversation = world.conversations().await.remove(0);
    assert_eq!(conversation.status, domain::conversations::Status::New);
    assert!(conversation.waiting_since.is_some());
}

async fn without_room_nothing_is_answered_and_the_text_is_shown(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);
    tom.texts_often("Many", 9).await;
    world.settle().await;
    away(world, CLOSED).await;
    let maria = world.maria();

    maria.texts("The last one").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["The last one"]);
    assert_eq!(world.usage().await, (10, 10));
}

async fn two_machines_cannot_talk_for_ever(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(100).await;
    greeting(world).await;
    away(world, CLOSED).await;
    let maria = world.maria();

    for _ in 0..12 {
        maria.texts("We got your text and will look at it.").await;
        world.settle().await;
        world.turn(TimeDelta::minutes(20)).await;
    }

    assert_eq!(maria.has_received().await, ["We are closed."]);
}

/// The clinic's number answers something else than all others.
async fn number_of_its_own(world: &World) -> NumberId {
    away(world, CLOSED).await;
    let workspace = world.workspace().await.id;
    let number = domain::numbers::of_workspace(&world.ctx(), workspace).await.expect("numbers").remove(0).id;
    let own = AnswerChange {
        is_away_on: Some(true),
        away_text: Some("This line is closed. Call us.".to_owned()),
        ..AnswerChange::default()
    };
    answers::update(&world.ctx(), &operator(), workspace, Some(number), own).await.expect("the number is set apart");
    number
}

async fn a_number_answers_differently_from_the_others(stage: &mut Stage) {
    let world = stage.clinic().await;
    number_of_its_own(world).await;
    let maria = world.maria();

    maria.texts("Hello").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["This line is closed. Call us."]);
}

async fn a_number_of_its_own_can_be_like_the_others_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let number = number_of_its_own(world).await;
    let shown = "automaticAnswers { awayText phoneNumber { id } } errors { message path }";
    let delete = format!("mutation {{ it: automaticAnswersDelete(phoneNumberId: \"{number}\") {{ {shown} }} }}");

    let done = world.asks_as_owner(&delete).await["data"]["it"].clone();
    let again = world.asks_as_owner(&delete).await["data"]["it"].clone();
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    assert_eq!(done["automaticAnswers"], json!({ "awayText": "We are closed.", "phoneNumber": null }), "{done}");
    assert_eq!(again["errors"][0]["message"], "There is no such answer of this number alone.", "{again}");
    assert_eq!(maria.has_received().await, ["We are closed."]);
}

async fn an_owner_takes_a_number_s_own_answers_away_in_the_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    number_of_its_own(world).await;
    let ana = world.team().ana.clone();
    let shown = domain::numbers::shown(&world.number().parse().expect("a number"));

    ana.gives_command("clerk-sms", "answers").await;
    world.settle().await;
    ana.presses_on_notice(&shown, &world.slack().await.last_notice_to(&ana.id).clone()).await;
    world.settle().await;
    ana.presses_in_window("Answer like all other numbers").await;
    world.settle().await;
    let window = ana.window().await["blocks"].to_string();
    let overview = world.slack().await.last_notice_to(&ana.id).shown();
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    assert!(window.contains("has no answers of its own any more"), "{window}");
    assert!(!overview.contains("This line is closed."), "{overview}");
    assert_eq!(maria.has_received().await, ["We are closed."]);
}

async fn an_owner_sets_the_answers_in_a_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", "answers").await;
    world.settle().await;
    ana.presses_on_notice("Change", &world.slack().await.last_notice_to(&ana.id).clone()).await;
    world.settle().await;
    let faults = ana.submits(&[("hours", json!("nine to five"))]).await;
    let right = [("hours", json!("Mon-Fri 9am-12pm")), ("on", json!(["away"])), ("away_text", json!("Back tomorrow."))];
    ana.submits(&right).await;
    world.settle().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    assert!(faults.to_string().contains("cannot be read as business hours"), "{faults}");
    assert_eq!(maria.has_received().await, ["Back tomorrow."]);
    let shown = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(shown.contains("Outside Mon-Fri 9:00-12:00 (UTC): nobody is there."), "{shown}");
}

async fn a_member_who_is_no_owner_changes_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ben = world.team().ben.clone();

    ben.gives_command("clerk-sms", "answers").await;
    world.settle().await;
    let slack = world.slack().await;
    ben.presses_on_notice("Change", slack.last_notice_to(&ben.id)).await;
    world.settle().await;

    assert_eq!(ben.windows().await.len(), 0);
    let slack = world.slack().await;
    let notices = slack.notices_to(&ben.id).into_iter().map(|notice| notice.shown());
    let posts = slack.direct_posts_to(&ben.id).into_iter().map(|post| post.shown());
    let told = notices.chain(posts).collect::<Vec<_>>().join("\n");
    assert!(told.contains("An owner of the workspace can grant it."), "{told}");
}

async fn two_nodes_give_one_answer(stage: &mut Stage) {
    let world = stage.nodes(2).clinic().await;
    away(world, CLOSED).await;
    let maria = world.maria();

    // A moment apart: where the clock stands, ids of two nodes do not tell which text came first.
    for _ in 0..6 {
        maria.texts("Hello").await;
        world.turn(TimeDelta::seconds(1)).await;
    }

    assert_eq!(maria.has_received().await, ["We are closed."]);
}
