//! Texts that are sent later: at their time, once, counted then, and shown in their thread until then with what can be done about them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Phone, Post, Stage, TOM, World, both, button_labels};

both!(
    a_scheduled_text_goes_out_at_its_time_and_not_before,
    its_thread_shows_when_it_goes_out_and_then_the_text_itself,
    the_first_text_to_somebody_can_wait_too,
    it_is_counted_in_the_month_in_which_it_goes_out,
    a_time_that_has_passed_or_is_too_far_ahead_is_refused,
    what_may_not_be_sent_may_not_be_scheduled,
    a_contact_who_opts_out_gets_nothing_and_its_author_is_told,
    what_is_refused_at_its_time_is_told_to_its_author_with_what_to_do,
    what_was_refused_goes_out_when_there_is_room_again,
    its_words_and_time_are_changed_in_a_window,
    a_time_that_has_passed_is_refused_after_the_window_too,
    the_list_shows_what_comes_next_and_withdraws_it,
    a_withdrawn_text_is_never_sent,
    a_text_that_is_sent_now_is_not_sent_again,
    it_survives_that_nothing_runs_at_its_time,
    two_nodes_send_each_scheduled_text_once,
    programs_schedule_change_and_withdraw,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    maria
}

/// The post that announces a scheduled text.
async fn announcement(world: &World, phone: &Phone) -> Post {
    let thread = world.thread_with(phone).await;
    let found = thread.replies.iter().find(|post| button_labels(&post.blocks).contains(&"Send now".to_owned()));
    found.unwrap_or_else(|| panic!("nothing is announced in {thread:#?}")).clone()
}

fn last_direct_post(direct: &[&Post]) -> String {
    direct.last().expect("the member is told").shown()
}

async fn a_scheduled_text_goes_out_at_its_time_and_not_before(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    world.turn(TimeDelta::minutes(119)).await;
    let early = (maria.has_received().await, world.usage().await);
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(early, (vec!["At nine?".to_owned()], (2, 10)));
    assert_eq!(maria.has_received().await, ["At nine?", "See you tomorrow."]);
    assert_eq!(world.usage().await, (3, 10));
}

async fn its_thread_shows_when_it_goes_out_and_then_the_text_itself(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    let before = announcement(world, &maria).await;
    maria.texts("Thanks").await;
    world.settle().await;
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!(button_labels(&before.blocks), ["Edit", "Send now", "Withdraw"]);
    assert!(before.shown().starts_with("See you tomorrow.\nScheduled for"), "{}", before.shown());
    let thread = world.thread_with(&maria).await;
    let last = thread.replies.last().expect("the thread has posts");
    assert!(last.shown().starts_with("See you tomorrow.\nSent by "), "{}", last.shown());
    assert_eq!(last.marks().len(), 1);
    assert!(thread.replies.iter().all(|post| post.ts != before.ts), "the announcement is gone");
}

async fn the_first_text_to_somebody_can_wait_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    written_to_by_maria(world).await;
    let tom = world.phone(TOM);

    world.schedules(&tom, "Your check-up is due.", TimeDelta::days(30)).await;
    let announced = announcement(world, &tom).await.shown();
    world.turn(TimeDelta::days(30)).await;

    assert!(announced.starts_with("Your check-up is due."), "{announced}");
    assert_eq!(tom.has_received().await, ["Your check-up is due."]);
}

async fn it_is_counted_in_the_month_in_which_it_goes_out(stage: &mut Stage) {
    let world = stage.at("2026-03-31T23:00:00Z").clinic().await;
    let maria = written_to_by_maria(world).await;
    maria.texts_often("March", 8).await;
    world.settle().await;

    world.schedules(&maria, "Happy April.", TimeDelta::hours(2)).await;
    let march = world.usage().await;
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!((march, world.usage().await), ((10, 10), (1, 10)));
    assert_eq!(maria.has_received().await, ["At nine?", "Happy April."]);
}

async fn a_time_that_has_passed_or_is_too_far_ahead_is_refused(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let now = world.clock.now();

    let past = world.tries_to_schedule(&maria, "Late", now - TimeDelta::minutes(1)).await;
    let far = world.tries_to_schedule(&maria, "Far", now + TimeDelta::days(367)).await;

    assert_eq!(past.expect_err("it has passed").to_string(), "That time has passed. Choose one that is still to come.");
    let too_far = "A text can be scheduled up to a year ahead. Choose an earlier time.";
    assert_eq!(far.expect_err("it is too far ahead").to_string(), too_far);
    assert_eq!(world.thread_with(&maria).await.notes().len(), 0);
}

async fn what_may_not_be_sent_may_not_be_scheduled(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let tomorrow = world.clock.now() + TimeDelta::days(1);

    let long = world.tries_to_schedule(&maria, &"a".repeat(1_601), tomorrow).await;
    let abroad = world.phone("+4915112345678");
    let foreign = world.tries_to_schedule(&abroad, "Hallo", tomorrow).await;
    maria.texts("STOP").await;
    world.settle().await;
    let unwanted = world.tries_to_schedule(&maria, "Hello?", tomorrow).await;

    let codes = [long, foreign, unwanted].map(|done| done.expect_err("it is refused").code());
    assert_eq!(codes, ["invalid", "country_not_enabled", "opted_out"]);
}

async fn a_contact_who_opts_out_gets_nothing_and_its_author_is_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    let announced = announcement(world, &maria).await;

    maria.texts("STOP").await;
    world.settle().await;
    world.turn(TimeDelta::hours(3)).await;

    assert!(!maria.has_received().await.contains(&"See you tomorrow.".to_owned()));
    let slack = world.slack().await;
    let told = last_direct_post(&slack.direct_posts_to(&world.team().ana.id));
    assert!(told.contains("was withdrawn") && told.contains("replied STOP"), "{told}");
    let left = slack.post(&announced.channel, &announced.ts).shown();
    assert!(left.contains("It was withdrawn and not sent."), "{left}");
}

async fn refused_for_the_limit(world: &mut World) -> Phone {
    let maria = written_to_by_maria(world).await;
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    maria.texts_often("So many", 8).await;
    world.settle().await;
    world.turn(TimeDelta::hours(2)).await;
    maria
}

async fn what_is_refused_at_its_time_is_told_to_its_author_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = refused_for_the_limit(world).await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    assert_eq!(world.usage().await, (10, 10));
    let slack = world.slack().await;
    let posts = slack.direct_posts_to(&world.team().ana.id);
    let told = last_direct_post(&posts);
    assert!(told.contains("was not sent") && told.contains("The allowance starts again on 1 April"), "{told}");
    assert!(told.contains("“See you tomorrow.”"), "{told}");
    assert_eq!(button_labels(&posts.last().expect("a post").blocks), ["Send"]);
}

async fn what_was_refused_goes_out_when_there_is_room_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = refused_for_the_limit(world).await;
    world.grants(5).await;

    let slack = world.slack().await;
    let ana = world.team().ana.clone();
    ana.presses("Send", slack.direct_posts_to(&ana.id).last().expect("Ana is told")).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?", "See you tomorrow."]);
    let thread = world.thread_with(&maria).await;
    assert!(thread.notes().iter().any(|note| note.starts_with("See you tomorrow.\nSent by ")), "{:?}", thread.notes());
}

/// A time as the window gives it.
fn moment(world: &World, later: TimeDelta) -> Value {
    (world.clock.now() + later).timestamp().into()
}

async fn its_words_and_time_are_changed_in_a_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ben = world.team().ben.clone();
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;

    ben.presses("Edit", &announcement(world, &maria).await).await;
    world.settle().await;
    let faults = ben.submits(&[("body", json!(" ")), ("send_at", moment(world, TimeDelta::hours(3)))]).await;
    let done = ben.submits(&[("body", json!("See you on Friday."))]).await;
    world.settle().await;
    let announced = announcement(world, &maria).await.shown();
    world.turn(TimeDelta::minutes(150)).await;
    let early = maria.has_received().await;
    world.turn(TimeDelta::minutes(30)).await;

    assert!(faults.to_string().contains("The text is empty."), "{faults}");
    assert!(!done.to_string().contains("empty"), "{done}");
    assert!(announced.starts_with("See you on Friday."), "{announced}");
    assert_eq!((early.len(), maria.has_received().await), (1, vec!["At nine?".into(), "See you on Friday.".into()]));
}

async fn a_time_that_has_passed_is_refused_after_the_window_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;

    ana.presses("Edit", &announcement(world, &maria).await).await;
    world.settle().await;
    ana.submits(&[("send_at", moment(world, TimeDelta::hours(-3)))]).await;
    world.settle().await;
    world.turn(TimeDelta::hours(2)).await;

    let told = last_direct_post(&world.slack().await.direct_posts_to(&ana.id));
    assert!(told.contains("Nothing was changed.") && told.contains("has passed"), "{told}");
    assert_eq!(maria.has_received().await, ["At nine?", "See you tomorrow."]);
}

async fn the_list_shows_what_comes_next_and_withdraws_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let (tom, ana) = (world.phone(TOM), world.team().ana.clone());
    world.schedules(&maria, "Later", TimeDelta::hours(5)).await;
    world.schedules(&tom, "Sooner", TimeDelta::hours(2)).await;

    ana.gives_command("clerk-sms", "scheduled").await;
    world.settle().await;
    let list = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("Withdraw", &list).await;
    world.settle().await;
    let left = world.slack().await.last_notice_to(&ana.id).shown();
    world.turn(TimeDelta::hours(5)).await;

    let shown = list.shown();
    assert!(shown.starts_with("2 texts are scheduled."), "{shown}");
    assert!(shown.find("Sooner") < shown.find("Later"), "{shown}");
    // The last of the buttons was pressed: that of the later text.
    assert!(left.starts_with("1 text is scheduled.") && !left.contains("Later"), "{left}");
    assert_eq!((tom.has_received().await.len(), maria.has_received().await.len()), (1, 1));
}

async fn a_withdrawn_text_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    let announced = announcement(world, &maria).await;

    world.team().ben.presses("Withdraw", &announced).await;
    world.settle().await;
    world.turn(TimeDelta::hours(3)).await;

    assert_eq!(maria.has_received().await, ["At nine?"]);
    assert_eq!(world.usage().await, (2, 10));
    let left = world.slack().await.post(&announced.channel, &announced.ts).clone();
    assert!(left.shown().contains("It was withdrawn and not sent."), "{}", left.shown());
    assert_eq!(button_labels(&left.blocks), Vec::<String>::new());
}

async fn a_text_that_is_sent_now_is_not_sent_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ben = world.team().ben.clone();
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;
    let announced = announcement(world, &maria).await;

    ben.presses("Send now", &announced).await;
    world.settle().await;
    let at_once = maria.has_received().await;
    world.turn(TimeDelta::hours(3)).await;

    assert_eq!(at_once, ["At nine?", "See you tomorrow."]);
    assert_eq!(maria.has_received().await, at_once);
    assert_eq!(world.usage().await, (3, 10));
}

async fn it_survives_that_nothing_runs_at_its_time(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.schedules(&maria, "See you tomorrow.", TimeDelta::hours(2)).await;

    world.kills_node().await;
    world.turn(TimeDelta::days(2)).await;
    world.starts_node().await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["At nine?", "See you tomorrow."]);
}

async fn two_nodes_send_each_scheduled_text_once(stage: &mut Stage) {
    let world = stage.nodes(2).clinic().await;
    written_to_by_maria(world).await;
    world.grants(20).await;
    for index in 0..12 {
        world.schedules(&world.patient(index), &format!("Text {index}"), TimeDelta::hours(2)).await;
    }

    world.turn(TimeDelta::hours(2)).await;

    let ledger = world.ledger().await;
    let mut bodies: Vec<_> = ledger.texts_out.iter().map(|text| text.body.clone()).collect();
    bodies.retain(|body| body.starts_with("Text "));
    bodies.sort();
    let mut expected: Vec<_> = (0..12).map(|index| format!("Text {index}")).collect();
    expected.sort();
    assert_eq!(bodies, expected);
}

async fn programs_schedule_change_and_withdraw(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let workspace = world.workspace().await;
    let number = domain::numbers::of_workspace(&world.ctx(), workspace.id).await.expect("numbers").remove(0).id;
    let at = |hours: i64| (world.clock.now() + TimeDelta::hours(hours)).to_rfc3339();
    let send = |body: &str, hours| {
        format!(
            "messageSend(workspaceId: \"{}\", input: {{ phoneNumberId: \"{number}\", to: {{ number: \"{}\" }}, body: \"{body}\", sendAt: \"{}\" }}) {{ message {{ id status sendAt }} errors {{ message path }} }}",
            workspace.id,
            maria.number,
            at(hours)
        )
    };

    let answer = world
        .asks_as_owner(&format!(
            "mutation {{ one: {} two: {} past: {} }}",
            send("One", 2),
            send("Two", 2),
            send("Past", -1)
        ))
        .await;
    let data = &answer["data"];
    let (one, two) = (&data["one"]["message"]["id"], &data["two"]["message"]["id"]);
    let changed = format!(
        "changed: messageUpdate(id: {one}, input: {{ body: \"One, but later\", sendAt: \"{}\" }}) {{ message {{ status }} errors {{ message }} }}",
        at(4)
    );
    let withdrawn = format!("withdrawn: messageCancel(id: {two}) {{ message {{ status }} errors {{ message }} }}");
    let more = world.asks_as_owner(&format!("mutation {{ {changed} {withdrawn} }}")).await;
    world.settle().await;
    world.turn(TimeDelta::hours(3)).await;
    let early = maria.has_received().await;
    world.turn(TimeDelta::hours(1)).await;

    assert_eq!(data["one"]["message"]["status"], "SCHEDULED", "{answer}");
    assert_eq!(data["past"]["errors"][0]["path"], json!(["input", "sendAt"]), "{answer}");
    assert_eq!(more["data"]["withdrawn"]["message"]["status"], "CANCELED", "{more}");
    assert_eq!((early.len(), maria.has_received().await), (1, vec!["At nine?".into(), "One, but later".into()]));
}
