//! Files of texts that are sent later: taken over when the text is scheduled, kept as long as it waits, shown with it, and forgotten with it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Phone, Post, Stage, TOM, Vendor, World, both, button_labels, file, picture};

both!(
    files_chosen_with_send_later_go_out_as_mms_at_that_time,
    what_happens_to_a_file_after_it_was_scheduled_does_no_harm,
    a_text_that_waits_longer_than_files_are_kept_still_has_them,
    the_thread_and_the_list_show_what_goes_with_a_scheduled_text,
    an_edit_keeps_the_files_and_may_take_all_words_away,
    a_withdrawn_text_takes_its_files_with_it,
    a_file_that_cannot_be_had_is_told_while_there_is_time,
    a_file_that_comes_late_holds_up_its_text_and_no_other,
    a_file_that_cannot_go_as_mms_is_a_link_for_a_week_after_the_text_went_out,
    the_reply_channel_of_a_scheduled_text_is_kept,
    a_program_schedules_a_text_with_files,
    the_window_says_what_files_add_before_and_after_they_are_known,
);

/// Ana schedules a text to somebody in the window, with a file of hers.
async fn schedules(world: &World, to: &Phone, text: &str, (later, files): (TimeDelta, &[String])) {
    let ana = &world.team().ana;
    let at = (world.clock.now() + later).timestamp();
    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let entries = [("to", json!(to.number)), ("text", json!(text)), ("files", json!(files)), ("send_at", json!(at))];
    let wrong = ana.submits(&entries).await;
    world.settle().await;
    assert!(wrong.as_object().is_none_or(serde_json::Map::is_empty), "{wrong}");
}

/// Ana has put a picture into Slack.
async fn form(world: &World) -> String {
    world.team().ana.uploads(file("form.png", "image/png", &picture(60))).await
}

async fn announcement(world: &World, phone: &Phone) -> Post {
    let thread = world.thread_with(phone).await;
    let found = thread.replies.iter().find(|post| button_labels(&post.blocks).contains(&"Send now".to_owned()));
    found.unwrap_or_else(|| panic!("nothing is announced in {thread:#?}")).clone()
}

/// Words, and types of the files, of what a phone got.
async fn received(world: &World, phone: &Phone) -> Vec<(String, Vec<String>)> {
    let ledger = world.ledger().await;
    let texts = ledger.texts_to(&phone.number).into_iter();
    let types = |text: &crate::world::Text| text.media_kept.iter().map(|kept| kept.content_type.clone()).collect();
    texts.map(|text| (text.body.clone(), types(text))).collect()
}

fn with_form(text: &str) -> Vec<(String, Vec<String>)> {
    vec![(text.to_owned(), vec!["image/png".to_owned()])]
}

async fn files_chosen_with_send_later_go_out_as_mms_at_that_time(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::hours(2), &[form])).await;
    world.turn(TimeDelta::minutes(119)).await;
    let early = (received(world, &maria).await.len(), world.usage().await.0);
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(early, (0, 0));
    assert_eq!(received(world, &maria).await, with_form("Please sign."));
    assert_eq!(world.usage().await.0, 3);
}

async fn what_happens_to_a_file_after_it_was_scheduled_does_no_harm(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::hours(2), &[form])).await;
    world.outside.breaks(Vendor::Slack, "files.content", json!({ "effect": "status", "status": 404 })).await;
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!(received(world, &maria).await, with_form("Please sign."));
}

async fn a_text_that_waits_longer_than_files_are_kept_still_has_them(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::days(30), &[form])).await;
    world.turn(TimeDelta::days(29)).await;
    world.turn(TimeDelta::days(1)).await;
    let at_its_time = received(world, &maria).await;
    world.turn(TimeDelta::days(8)).await;

    assert_eq!(at_its_time, with_form("Please sign."));
    assert_eq!(
        world.report_of("media.forget").await,
        "1 files forgotten.",
        "a week later it is forgotten like any other"
    );
}

async fn the_thread_and_the_list_show_what_goes_with_a_scheduled_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::hours(2), &[form])).await;
    world.team().ana.gives_command("clerk-sms", "scheduled").await;
    world.settle().await;
    let list = world.slack().await.last_notice_to(&world.team().ana.id).shown();
    let announced = announcement(world, &maria).await.shown();
    world.turn(TimeDelta::hours(2)).await;

    assert!(list.contains("Please sign.\nWith form.png (11 KB)"), "{list}");
    assert!(announced.starts_with("Please sign.\nWith form.png (11 KB)\nScheduled for"), "{announced}");
    let notes = world.thread_with(&maria).await.notes();
    assert!(notes.iter().any(|note| note.starts_with("Please sign.\nWith form.png (11 KB)\nSent by ")), "{notes:?}");
}

async fn an_edit_keeps_the_files_and_may_take_all_words_away(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let (form, ana) = (form(world).await, world.team().ana.clone());
    schedules(world, &maria, "Please sing.", (TimeDelta::hours(2), &[form])).await;

    for words in ["Please sign.", ""] {
        ana.presses("Edit", &announcement(world, &maria).await).await;
        world.settle().await;
        let window = ana.window().await["blocks"].to_string();
        assert!(window.contains("With form.png (11 KB)."), "{window}");
        ana.submits(&[("body", json!(words))]).await;
        world.settle().await;
    }
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!(received(world, &maria).await, with_form(""));
}

async fn a_withdrawn_text_takes_its_files_with_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;
    schedules(world, &maria, "Please sign.", (TimeDelta::hours(9), &[form])).await;

    world.team().ben.presses("Withdraw", &announcement(world, &maria).await).await;
    world.settle().await;
    world.turn(TimeDelta::hours(7)).await;

    assert_eq!(world.report_of("media.forget").await, "1 files forgotten.");
    assert_eq!(received(world, &maria).await, []);
}

async fn a_file_that_cannot_be_had_is_told_while_there_is_time(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let form = form(world).await;
    world.outside.breaks(Vendor::Slack, "files.content", json!({ "effect": "status", "status": 404 })).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::hours(2), &[form])).await;
    let slack = world.slack().await;
    let posts = slack.direct_posts_to(&world.team().ana.id);
    let told = posts.iter().map(|post| post.shown()).find(|post| post.contains("was withdrawn"));
    let notes = world.thread_with(&maria).await.notes();
    world.turn(TimeDelta::hours(2)).await;

    let told = told.expect("Ana is told at once");
    assert!(told.contains("could not be fetched") && told.contains("“Please sign."), "{told}");
    assert!(notes.iter().any(|note| note.contains("It was not sent. Its file could not be fetched")), "{notes:?}");
    assert_eq!((received(world, &maria).await.len(), world.usage().await.0), (0, 0));
}

async fn a_file_that_comes_late_holds_up_its_text_and_no_other(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("May I have the form?").await;
    world.settle().await;
    let form = form(world).await;
    world.outside.breaks(Vendor::Slack, "files.content", json!({ "effect": "status", "status": 500 })).await;

    schedules(world, &maria, "Please sign.", (TimeDelta::minutes(2), &[form])).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "It is on its way.").await;
    world.settle().await;
    let before = maria.has_received().await;
    world.turn(TimeDelta::minutes(2)).await;
    let at_its_time = maria.has_received().await.len();
    world.outside.is_repaired().await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((before.len(), at_its_time), (1, 1));
    assert_eq!(received(world, &maria).await[1..], with_form("Please sign."));
}

async fn a_file_that_cannot_go_as_mms_is_a_link_for_a_week_after_the_text_went_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let zip = file("films.zip", "application/zip", b"PK\x03\x04 many films");
    let films = world.team().ana.uploads(zip).await;

    schedules(world, &maria, "The films:", (TimeDelta::days(20), &[films])).await;
    world.turn(TimeDelta::days(20)).await;
    let text = maria.has_received().await.pop().expect("it went out");
    let link = text.lines().last().expect("a link").to_owned();
    world.turn(TimeDelta::days(6)).await;
    let late = world.opens(&link).await;
    world.turn(TimeDelta::days(2)).await;

    assert!(text.starts_with("The films:\nhttp"), "{text}");
    assert_eq!((late.status, late.bytes.as_slice()), (200, b"PK\x03\x04 many films".as_slice()));
    assert_eq!(world.opens(&link).await.status, 404);
}

async fn the_reply_channel_of_a_scheduled_text_is_kept(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (tom, ana) = (world.phone(TOM), world.team().ana.clone());
    world.creates_private_channel("recall", true).await;
    let recall = world.slack().await.channel("recall").id.clone();
    let at = (world.clock.now() + TimeDelta::hours(2)).timestamp();

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let text = json!("Your check-up is due.");
    let entries = [("to", json!(tom.number)), ("text", text), ("channel", json!(recall)), ("send_at", json!(at))];
    ana.submits(&entries).await;
    world.settle().await;
    let announced_in = world.thread_with(&tom).await.channel().to_owned();
    world.turn(TimeDelta::hours(2)).await;
    tom.texts("I come.").await;
    world.settle().await;

    let thread = world.thread_with(&tom).await;
    assert_eq!((announced_in.as_str(), thread.channel()), (recall.as_str(), recall.as_str()));
    assert_eq!(thread.texts_of_contact(), ["I come."]);
}

async fn a_program_schedules_a_text_with_files(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(1_000).await;
    let (maria, tom) = (world.maria(), world.phone(TOM));
    maria.sends_media("See?", json!([{ "content_type": "image/jpeg" }])).await;
    world.settle().await;
    let picture = world.lies_at(&maria).await;

    let at = (world.clock.now() + TimeDelta::hours(2)).to_rfc3339();
    let sent = world.sends_by_api(&tom, &[picture], &format!("sendAt: \"{at}\"")).await;
    let early = received(world, &tom).await;
    world.turn(TimeDelta::hours(2)).await;

    assert_eq!((&sent["errors"], &sent["message"]["status"]), (&json!([]), &json!("SCHEDULED")), "{sent}");
    assert_eq!(early, []);
    assert_eq!(received(world, &tom).await, vec![("See".to_owned(), vec!["image/jpeg".to_owned()])]);
}

/// The small print of the window on top.
async fn meter(world: &World) -> String {
    let window = world.team().ana.window().await;
    let notes = window["blocks"].as_array().into_iter().flatten().filter(|block| block["type"] == "context");
    notes.map(Value::to_string).collect::<Vec<_>>().join("\n")
}

async fn the_window_says_what_files_add_before_and_after_they_are_known(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (form, ana) = (form(world).await, world.team().ana.clone());

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let before = meter(world).await;
    ana.chooses_in_window("files", json!([form])).await;
    ana.types_in_window("text", "Please sign.").await;
    world.settle().await;
    let after = meter(world).await;

    assert!(before.contains("Files are counted here when you change the text"), "{before}");
    assert!(after.contains("1 file goes with it as MMS, for 3 segments in all."), "{after}");
    assert!(after.contains("12 of 1600 characters, 3 segments. 7 of 10 segments left"), "{after}");
}
