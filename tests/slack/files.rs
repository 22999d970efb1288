//! Files, both ways: pictures of a contact stand in the conversation, and what a member attaches reaches the contact's phone, or nothing does.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{Phone, Stage, TOM, Vendor, World, both, file, operator, picture};

both!(
    pictures_of_a_contact_follow_their_text_in_order,
    a_picture_without_words_is_announced_and_shown,
    files_of_a_blocked_sender_are_not_fetched,
    files_of_a_held_text_come_when_it_is_let_through,
    a_picture_whose_upload_was_never_confirmed_is_named_once,
    a_picture_in_a_reply_reaches_the_phone,
    a_picture_without_words_reaches_the_phone,
    a_file_that_slack_does_not_hand_out_stops_the_text_and_its_author_is_told,
    a_text_whose_file_was_missing_is_sent_again_with_it,
    what_is_written_after_a_slow_file_stays_behind_it,
    eleven_files_are_refused_whole,
    a_reply_that_is_changed_in_time_keeps_its_link,
    what_a_program_names_goes_out_as_mms,
    a_file_of_a_program_that_is_too_large_is_refused_with_the_limit_before_anything_is_sent,
    whoever_asks_for_the_head_of_a_file_learns_what_it_is_and_gets_no_more,
    what_a_program_sends_is_never_fetched_from_a_closed_network,
);

async fn written_to_by_maria(world: &World) -> Phone {
    world.grants(1_000).await;
    let maria = world.maria();
    maria.texts("Can you send me the form?").await;
    world.settle().await;
    maria
}

/// What the phone got: words, and type and size of each file.
async fn received(world: &World, phone: &Phone) -> Vec<(String, Vec<(String, u64)>)> {
    let ledger = world.ledger().await;
    let texts = ledger.texts_to(&phone.number).into_iter();
    texts
        .map(|text| {
            let files = text.media_kept.iter().map(|kept| (kept.content_type.clone(), kept.size.unwrap_or(0)));
            (text.body.clone(), files.collect())
        })
        .collect()
}

async fn last_notice(world: &World) -> String {
    let slack = world.slack().await;
    slack.notices_to(&world.team().ana.id).into_iter().next_back().expect("Ana is told").shown()
}

async fn pictures_of_a_contact_follow_their_text_in_order(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.sends_media("See?", json!([{ "content_type": "image/jpeg" }, { "content_type": "image/png" }])).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), ["See?\nWith 2 pictures, which follow."]);
    assert_eq!(thread.files(), ["picture-1.jpg", "picture-2.png"]);
    assert_eq!(world.usage().await, (3, 10));
}

async fn a_picture_without_words_is_announced_and_shown(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    maria.sends_media("", json!([{ "content_type": "image/gif" }])).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.texts_of_contact(), ["With a picture, which follows."]);
    assert_eq!(thread.files(), ["picture-1.gif"]);
}

async fn files_of_a_blocked_sender_are_not_fetched(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (workspace, number) = (world.workspace().await, world.maria().number);
    let blocked = domain::contacts::block(&world.ctx(), &operator(), workspace.id, &[number], None).await;
    blocked.expect("a number can be blocked");

    world.maria().sends_media("Buy!", json!([{ "content_type": "image/jpeg" }])).await;
    world.settle().await;

    assert_eq!(world.outside.counts().await.cdn_requests, 0);
}

async fn files_of_a_held_text_come_when_it_is_let_through(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts_often("text", 9).await;
    maria.sends_media("See?", json!([{ "content_type": "image/jpeg" }])).await;
    world.settle().await;
    let before = world.outside.counts().await.cdn_requests;

    world.grants(10).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(before, 0);
    assert_eq!(world.thread_with(&maria).await.files(), ["picture-1.jpg"]);
}

async fn a_picture_whose_upload_was_never_confirmed_is_named_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let lost = json!({ "effect": "reset_after", "times": 1 });
    world.outside.breaks(Vendor::Slack, "files.completeUploadExternal", lost).await;

    maria.sends_media("See?", json!([{ "content_type": "image/jpeg" }])).await;
    world.settle().await;
    world.turn(TimeDelta::seconds(2)).await;
    world.turn(TimeDelta::seconds(11)).await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.files(), ["picture-1.jpg"]);
    let notes = thread.notes();
    let doubts: Vec<_> = notes.iter().filter(|note| note.contains("may be missing here")).collect();
    assert_eq!(doubts.len(), 1, "{:?}", thread.notes());
}

async fn a_picture_in_a_reply_reaches_the_phone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let bytes = picture(100);

    let files = json!([file("form.png", "image/png", &bytes)]);
    let written = world.team().ana.attaches(&world.thread_with(&maria).await, "Here it is.", files).await;
    world.settle().await;

    let expected = vec![("Here it is.".to_owned(), vec![("image/png".to_owned(), bytes.len() as u64)])];
    assert_eq!(received(world, &maria).await, expected);
    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), ["white_check_mark"]);
    assert_eq!(world.usage().await.0, 1 + 3);
}

async fn a_picture_without_words_reaches_the_phone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    let files = json!([file("a.png", "image/png", &picture(10)), file("b.png", "image/png", &picture(20))]);
    world.team().ana.attaches(&world.thread_with(&maria).await, "", files).await;
    world.settle().await;

    let texts = received(world, &maria).await;
    assert_eq!((texts.len(), texts[0].0.as_str(), texts[0].1.len()), (1, "", 2));
}

async fn a_file_that_slack_does_not_hand_out_stops_the_text_and_its_author_is_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world
        .outside
        .breaks(Vendor::Slack, "files.content", json!({ "effect": "status", "status": 404, "times": 1 }))
        .await;

    let files = json!([file("form.png", "image/png", &picture(50))]);
    let written = world.team().ana.attaches(&world.thread_with(&maria).await, "Here it is.", files).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert!(last_notice(world).await.contains("could not be fetched, so nothing was sent"));
    assert_eq!(world.slack().await.post(&written.channel, &written.ts).marks(), ["x"]);
    assert_eq!(world.usage().await.0, 1);
}

async fn a_text_whose_file_was_missing_is_sent_again_with_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    world
        .outside
        .breaks(Vendor::Slack, "files.content", json!({ "effect": "status", "status": 404, "times": 1 }))
        .await;
    let files = json!([file("form.png", "image/png", &picture(50))]);
    ana.attaches(&world.thread_with(&maria).await, "Here it is.", files).await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.notices_to(&ana.id).into_iter().next_back().expect("Ana is told");
    ana.presses_on_notice("Retry", notice).await;
    world.settle().await;

    let texts = received(world, &maria).await;
    assert_eq!((texts.len(), texts[0].0.as_str(), texts[0].1.len()), (1, "Here it is.", 1));
}

async fn what_is_written_after_a_slow_file_stays_behind_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let (ana, thread) = (world.team().ana.clone(), world.thread_with(&maria).await);
    let slow = json!({ "effect": "slow", "bytes_per_second": 20_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "files.content", slow).await;

    ana.attaches(&thread, "first", json!([file("form.png", "image/png", &picture(100))])).await;
    ana.replies(&thread, "second").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["first", "second"]);
}

async fn eleven_files_are_refused_whole(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let files: Vec<_> = (0..11).map(|_| file("a.png", "image/png", &picture(5))).collect();

    world.team().ana.attaches(&world.thread_with(&maria).await, "All of them", json!(files)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let notice = last_notice(world).await;
    assert!(notice.contains("A text can have 10 files; this one has 11."), "{notice}");
    assert_eq!(world.usage().await.0, 1);
}

async fn a_reply_that_is_changed_in_time_keeps_its_link(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.lets_undo(5).await;
    let files = json!([file("films.zip", "application/zip", b"PK\x03\x04 many films")]);
    let written = world.team().ana.attaches(&world.thread_with(&maria).await, "The flims:", files).await;
    world.settle().await;

    world.team().ana.edits(&written, "The films:").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(6)).await;

    let texts = maria.has_received().await;
    assert!(texts.len() == 1 && texts[0].starts_with("The films:\nhttp"), "{texts:?}");
}

/// Where a file lies that Maria has sent.
async fn sent_by_maria(world: &World, media: serde_json::Value) -> String {
    world.grants(1_000).await;
    let maria = world.maria();
    maria.sends_media("See?", json!([media])).await;
    world.settle().await;
    world.lies_at(&maria).await
}

async fn what_a_program_names_goes_out_as_mms(stage: &mut Stage) {
    let world = stage.clinic().await;
    let picture = sent_by_maria(world, json!({ "content_type": "image/jpeg" })).await;
    let tom = world.phone(TOM);

    let sent = world.sends_by_api(&tom, &[picture.clone(), picture], "").await;

    assert_eq!(sent["errors"], json!([]), "{sent}");
    let texts = received(world, &tom).await;
    assert_eq!((texts.len(), texts[0].0.as_str(), texts[0].1.len()), (1, "See", 2));
    assert!(texts[0].1.iter().all(|(content_type, _)| content_type == "image/jpeg"), "{texts:?}");
}

async fn a_file_of_a_program_that_is_too_large_is_refused_with_the_limit_before_anything_is_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let film = json!({ "content_type": "video/mp4", "size": 26_000_000 });
    let film = sent_by_maria(world, film).await;
    let (tom, used) = (world.phone(TOM), world.usage().await.0);

    let large = world.sends_by_api(&tom, &[film], "").await;
    let many = world.sends_by_api(&tom, &vec!["https://example.com/a.png".to_owned(); 11], "").await;

    for (refused, why) in [(&large, "has 26.0 MB; a file can have 25 MB at most."), (&many, "A text can have 10 files")]
    {
        let error = &refused["errors"][0];
        assert_eq!((&error["__typename"], &error["limitBytes"]), (&json!("MediaTooLargeError"), &json!(25_000_000)));
        assert_eq!((&error["path"], &error["limitCount"]), (&json!(["input", "mediaUrls"]), &json!(10)));
        assert!(error["message"].as_str().is_some_and(|message| message.contains(why)), "{error}");
    }
    assert_eq!((world.messages().await.len(), world.usage().await.0), (1, used));
}

async fn whoever_asks_for_the_head_of_a_file_learns_what_it_is_and_gets_no_more(stage: &mut Stage) {
    let world = stage.clinic().await;
    let picture = sent_by_maria(world, json!({ "content_type": "image/jpeg" })).await;
    let sent = world.sends_by_api(&world.phone(TOM), &[picture], "").await;
    let message = sent["message"]["id"].as_str().expect("it was sent");
    let shown = world
        .asks_as_owner(&format!("{{ node(id: \"{message}\") {{ ... on Message {{ attachments {{ url }} }} }} }}"))
        .await;
    let url = shown["data"]["node"]["attachments"][0]["url"].as_str().expect("an address").to_owned();

    let (head, whole) = (world.asks_for_head(&url).await, world.opens(&url).await);
    let forged = world.asks_for_head(&format!("{url}x")).await;

    let of_file = |name| (head.header(name).to_owned(), whole.header(name).to_owned());
    for name in ["content-type", "content-length", "content-disposition", "content-security-policy"] {
        let (of_head, of_whole) = of_file(name);
        assert!(of_head == of_whole && !of_head.is_empty(), "{name}: {of_head:?} and {of_whole:?}");
    }
    assert_eq!((head.status, head.bytes.len(), forged.status), (200, 0, 404));
    assert_eq!(head.header("content-length"), whole.bytes.len().to_string());
}

async fn what_a_program_sends_is_never_fetched_from_a_closed_network(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(1_000).await;
    let trap = world.outside.counts().await.trap_url;

    let tom = world.phone(TOM);
    let own = world.sends_by_api(&tom, &[format!("{trap}/cat.png")], "").await;
    let cloud = "https://169.254.169.254/latest/meta-data/cat.png".to_owned();
    let cloud = world.sends_by_api(&tom, &[cloud], "").await;

    assert_eq!((&own["errors"], &cloud["errors"]), (&json!([]), &json!([])));
    assert_eq!(world.phone(TOM).has_received().await, Vec::<String>::new());
    assert_eq!(world.outside.counts().await.trap_connections, 0);
    let statuses: Vec<_> = world.messages().await.iter().map(|message| message.status).collect();
    assert_eq!(statuses, [domain::messages::Status::Failed; 2]);
    assert_eq!(world.usage().await.0, 0);
}
