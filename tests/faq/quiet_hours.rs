//! “Will my customers be texted in the night?”
//!
//! No: a new text, a scheduled one and one of a broadcast wait until it is day where the number's area code is, by the rules of that state or country. You
//! are told, and can send it all the same. Answers in a live conversation go out at any hour, because somebody waits for them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{outbox::State, sending::SettingsChange};

use crate::world::{Stage, TOM, World, both, button_labels};

both!(
    a_new_text_in_the_night_waits_until_the_morning_and_its_author_is_told,
    its_author_can_send_it_all_the_same,
    a_reply_in_a_thread_goes_out_at_any_hour,
    a_text_to_somebody_who_wrote_within_a_day_goes_out_at_any_hour,
    a_text_that_is_scheduled_for_the_night_waits_until_the_morning,
    a_text_scheduled_for_the_night_goes_out_then_when_its_author_wishes_it,
    a_scheduled_text_that_comes_late_at_night_waits_until_the_morning,
    a_time_that_is_changed_to_the_night_becomes_the_morning,
    in_the_day_nothing_waits,
    a_workspace_can_choose_not_to_keep_them,
    programs_are_told_that_a_text_waits_and_can_send_it_all_the_same,
);

/// 22:10 in California, where Maria and Tom are.
const NIGHT: &str = "2026-03-11T05:10:00Z";

/// 8:00 there.
const MORNING: &str = "2026-03-11T15:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

async fn ana_sends(world: &World, words: &str) -> crate::world::Notice {
    let ana = &world.team().ana;
    ana.gives_command("clerk-sms", words).await;
    world.settle().await;
    world.slack().await.last_notice_to(&ana.id).clone()
}

async fn a_new_text_in_the_night_waits_until_the_morning_and_its_author_is_told(stage: &mut Stage) {
    let world = stage.at(NIGHT).clinic().await;
    let tom = world.phone(TOM);

    let told = ana_sends(world, &format!("send {TOM} Your check-up is due.")).await;
    world.turn_to(at(MORNING) - TimeDelta::seconds(1)).await;
    let early = tom.has_received().await;
    world.turn(TimeDelta::seconds(1)).await;

    let shown = told.shown();
    assert!(shown.starts_with("It is 22:10 where +1 415-555-0102 is. The text goes out at 8:00 there."), "{shown}");
    assert_eq!(button_labels(&told.blocks), ["Send now anyway"]);
    assert_eq!((early, tom.has_received().await), (Vec::new(), vec!["Your check-up is due.".to_owned()]));
}

async fn its_author_can_send_it_all_the_same(stage: &mut Stage) {
    let world = stage.at(NIGHT).clinic().await;
    let tom = world.phone(TOM);
    let told = ana_sends(world, &format!("send {TOM} The pipe has burst.")).await;

    world.team().ana.presses_on_notice("Send now anyway", &told).await;
    world.settle().await;
    let at_once = tom.has_received().await;
    world.turn(TimeDelta::hours(24)).await;

    assert_eq!(at_once, ["The pipe has burst."]);
    assert_eq!(tom.has_received().await, at_once);
}

async fn a_reply_in_a_thread_goes_out_at_any_hour(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;

    world.turn_to(at(NIGHT) + TimeDelta::days(7)).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Tomorrow at nine.").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Tomorrow at nine."]);
}

async fn a_text_to_somebody_who_wrote_within_a_day_goes_out_at_any_hour(stage: &mut Stage) {
    let world = stage.at("2026-03-10T05:10:00Z").clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;

    world.turn(TimeDelta::hours(24)).await;
    ana_sends(world, &format!("send {} At nine.", maria.number)).await;
    world.turn(TimeDelta::seconds(1)).await;
    ana_sends(world, &format!("send {} Or at ten.", maria.number)).await;
    let received = maria.has_received().await;
    world.turn_to(at(MORNING)).await;

    assert_eq!((received, maria.has_received().await.len()), (vec!["At nine.".to_owned()], 2));
}

async fn a_text_that_is_scheduled_for_the_night_waits_until_the_morning(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);

    let scheduled = world.tries_to_schedule(&tom, "Your check-up is due.", at(NIGHT)).await.expect("it may be");
    world.settle().await;
    let slack = world.slack().await;
    let announced = slack.thread_with(&tom.number).notes().join("\n");
    world.turn_to(at(MORNING) - TimeDelta::seconds(1)).await;
    let early = tom.has_received().await;
    world.turn(TimeDelta::seconds(1)).await;

    assert_eq!(scheduled.send_at, Some(at(MORNING)));
    assert!(announced.contains("too late or too early in the day where they are"), "{announced}");
    assert_eq!((early.len(), tom.has_received().await.len()), (0, 1));
}

async fn a_text_scheduled_for_the_night_goes_out_then_when_its_author_wishes_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (tom, ana) = (world.phone(TOM), world.team().ana.clone());
    ana.gives_command("clerk-sms", "").await;
    world.settle().await;
    ana.presses_on_notice("Send text", world.slack().await.last_notice_to(&ana.id)).await;
    world.settle().await;
    let wished = serde_json::json!(at(NIGHT).timestamp());
    ana.submits(&[("to", TOM.into()), ("text", "Happy birthday.".into()), ("send_at", wished)]).await;
    world.settle().await;

    let told = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("Send then anyway", &told).await;
    world.settle().await;
    world.turn_to(at(NIGHT) - TimeDelta::seconds(1)).await;
    let early = tom.has_received().await;
    world.turn(TimeDelta::seconds(1)).await;

    assert!(told.shown().starts_with("It will then be 22:10 where +1 415-555-0102 is."), "{}", told.shown());
    assert_eq!((early, tom.has_received().await), (Vec::new(), vec!["Happy birthday.".to_owned()]));
}

async fn a_scheduled_text_that_comes_late_at_night_waits_until_the_morning(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);
    world.tries_to_schedule(&tom, "See you.", at("2026-03-11T03:30:00Z")).await.expect("20:30 is early enough");
    world.settle().await;

    world.kills_node().await;
    world.turn_to(at(NIGHT)).await;
    world.starts_node().await;
    world.settle().await;
    let in_the_night = tom.has_received().await;
    world.turn_to(at(MORNING)).await;

    assert_eq!((in_the_night, tom.has_received().await), (Vec::new(), vec!["See you.".to_owned()]));
}

async fn a_time_that_is_changed_to_the_night_becomes_the_morning(stage: &mut Stage) {
    let world = stage.clinic().await;
    let tom = world.phone(TOM);
    let scheduled = world.schedules(&tom, "See you.", TimeDelta::hours(2)).await;

    let change = domain::messages::ScheduledChange { body: None, send_at: Some(at(NIGHT)) };
    let workspace = world.workspace().await.id;
    let changed = domain::messages::update(&world.ctx(), workspace, scheduled.id, change).await.expect("it may change");
    world.turn_to(at(MORNING)).await;

    assert_eq!((changed.send_at, changed.is_put_off()), (Some(at(MORNING)), true));
    assert_eq!(tom.has_received().await, ["See you."]);
}

async fn in_the_day_nothing_waits(stage: &mut Stage) {
    let world = stage.at(MORNING).clinic().await;

    let told = ana_sends(world, &format!("send {TOM} Your check-up is due.")).await;

    assert!(told.shown().contains("is on its way"), "{}", told.shown());
    assert_eq!(world.phone(TOM).has_received().await, ["Your check-up is due."]);
}

async fn a_workspace_can_choose_not_to_keep_them(stage: &mut Stage) {
    let world = stage.at(NIGHT).clinic().await;
    world.sends_like(SettingsChange { keeps_quiet_hours: Some(false), ..SettingsChange::default() }).await;

    ana_sends(world, &format!("send {TOM} Your check-up is due.")).await;

    assert_eq!(world.phone(TOM).has_received().await, ["Your check-up is due."]);
}

async fn programs_are_told_that_a_text_waits_and_can_send_it_all_the_same(stage: &mut Stage) {
    let world = stage.at(NIGHT).clinic().await;
    let workspace = world.workspace().await.id;
    let number = world.wished("").await.number;
    let send = |name: &str, more: &str| {
        format!(
            "{name}: messageSend(workspaceId: \"{workspace}\", input: {{ phoneNumberId: \"{number}\", to: {{ number: \"{TOM}\" }}, body: \"{name}\"{more} }}) {{ message {{ status isPutOff sendAt }} errors {{ message }} }}"
        )
    };

    let answer = world
        .asks_as_owner(&format!("mutation {{ {} {} }}", send("one", ""), send("two", ", ignoreQuietHours: true")))
        .await;
    world.settle().await;

    let (one, two) = (&answer["data"]["one"]["message"], &answer["data"]["two"]["message"]);
    assert_eq!((&one["status"], &one["isPutOff"]), (&"SCHEDULED".into(), &true.into()), "{answer}");
    assert_eq!((&two["status"], &two["isPutOff"]), (&"QUEUED".into(), &false.into()), "{answer}");
    assert_eq!(world.phone(TOM).has_received().await, ["two"]);
    world.leaves(State::Ready);
}
