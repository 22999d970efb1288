//! “How large may a picture or file be?”
//!
//! At most ten files go with a text. A picture may be as large as a phone makes it: it is made smaller until every carrier passes it on (1 MB from an
//! ordinary number, 600 KB from a toll-free one). Other files of that size go with the text too; larger ones, up to 25 MB, go as a link that can be
//! opened for a week, and whoever wrote the text is told. Outside the United States and Canada everything goes as a link. What comes in is shown up
//! to 10 MB each and 25 MB together.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{Phone, Stage, World, both, file, picture};

both!(
    a_picture_of_3_mb_is_made_smaller_until_every_carrier_takes_it,
    from_a_toll_free_number_a_picture_is_smaller_still,
    a_small_document_goes_with_the_text,
    a_large_document_goes_as_a_link_that_ends_after_a_week,
    to_the_united_kingdom_a_picture_goes_as_a_link,
    a_file_of_more_than_25_mb_is_refused,
    a_picture_of_a_contact_that_is_too_large_is_replaced_by_a_line,
);

async fn written_to_by(world: &World, phone: Phone) -> Phone {
    world.grants(1_000).await;
    phone.texts("Can you send me the form?").await;
    world.settle().await;
    phone
}

async fn attaches(world: &World, phone: &Phone, name: &str, content_type: &str, bytes: &[u8]) {
    let files = json!([file(name, content_type, bytes)]);
    world.team().ana.attaches(&world.thread_with(phone).await, "Here it is.", files).await;
    world.settle().await;
}

async fn last_notice(world: &World) -> String {
    let slack = world.slack().await;
    slack.notices_to(&world.team().ana.id).into_iter().next_back().expect("Ana is told").shown()
}

/// What the carrier got with the last text.
async fn last_media(world: &World) -> (String, Vec<(String, u64)>) {
    let ledger = world.ledger().await;
    let text = ledger.texts_out.last().expect("something was sent");
    (
        text.body.clone(),
        text.media_kept.iter().map(|kept| (kept.content_type.clone(), kept.size.unwrap_or(0))).collect(),
    )
}

async fn a_picture_of_3_mb_is_made_smaller_until_every_carrier_takes_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by(world, world.maria()).await;

    attaches(world, &maria, "xray.png", "image/png", &picture(1_000)).await;

    let (body, media) = last_media(world).await;
    assert_eq!((body.as_str(), media.len(), media[0].0.as_str()), ("Here it is.", 1, "image/jpeg"));
    assert!((100_000..=1_000_000).contains(&media[0].1), "{media:?}");
}

async fn from_a_toll_free_number_a_picture_is_smaller_still(stage: &mut Stage) {
    let world = stage.world().await;
    world.installs().await;
    world.claims("+18335550123").await;
    world.lets_undo(0).await;
    let maria = written_to_by(world, world.maria()).await;

    attaches(world, &maria, "xray.png", "image/png", &picture(1_000)).await;

    let (_, media) = last_media(world).await;
    assert!(media.len() == 1 && media[0].1 <= 600_000, "{media:?}");
}

async fn a_small_document_goes_with_the_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by(world, world.maria()).await;

    attaches(world, &maria, "form.pdf", "application/pdf", &[b"%PDF-1.7\n".as_slice(), &[b' '; 50_000]].concat()).await;

    assert_eq!(last_media(world).await, ("Here it is.".to_owned(), vec![("application/pdf".to_owned(), 50_009)]));
}

async fn a_large_document_goes_as_a_link_that_ends_after_a_week(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by(world, world.maria()).await;
    let bytes = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 1_200_000]].concat();

    attaches(world, &maria, "report.pdf", "application/pdf", &bytes).await;

    let (body, media) = last_media(world).await;
    assert_eq!(media, []);
    let link = body.strip_prefix("Here it is.\n").expect("the link stands below the words").to_owned();
    let opened = world.opens(&link).await;
    assert_eq!((opened.status, opened.header("content-type")), (200, "application/pdf"));
    assert!(opened.header("content-disposition").starts_with("attachment; filename=\"report.pdf\""));
    assert_eq!(
        (opened.bytes == bytes, opened.header("x-content-type-options"), opened.header("set-cookie")),
        (true, "nosniff", "")
    );
    let notice = last_notice(world).await;
    assert!(notice.contains("report.pdf (1.2 MB) goes out as a link"), "{notice}");
    world.turn(TimeDelta::days(7)).await;
    assert_eq!(world.opens(&link).await.status, 404);
    assert_eq!(world.report_of("media.forget").await, "1 files forgotten.");
}

async fn to_the_united_kingdom_a_picture_goes_as_a_link(stage: &mut Stage) {
    let world = stage.clinic().await;
    let british = written_to_by(world, world.phone("+447700900123")).await;

    attaches(world, &british, "xray.png", "image/png", &picture(50)).await;

    let (body, media) = last_media(world).await;
    assert!(body.starts_with("Here it is.\nhttp") && media.is_empty(), "{body}");
    let counted = domain::sms::measure(&body).segment_count;
    assert_eq!(world.usage().await.0, 1 + i64::from(counted));
}

async fn a_file_of_more_than_25_mb_is_refused(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by(world, world.maria()).await;

    attaches(world, &maria, "film.mp4", "video/mp4", &vec![0; 25_100_000]).await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    let notice = last_notice(world).await;
    assert!(notice.contains("film.mp4 has 25.1 MB; a file can have 25 MB at most."), "{notice}");
}

async fn a_picture_of_a_contact_that_is_too_large_is_replaced_by_a_line(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    let media = json!([{ "content_type": "image/jpeg", "behaviour": "huge" }, { "content_type": "image/jpeg" }]);
    maria.sends_media("See?", media).await;
    world.settle().await;

    let thread = world.thread_with(&maria).await;
    assert_eq!(thread.notes(), ["A picture could not be shown: it is too large."]);
    assert_eq!(thread.files(), ["picture-2.jpg"]);
}
