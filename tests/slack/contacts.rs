//! Contacts in Slack: where they work, and a file of them that a member attaches to a post, looked at first and imported with a button.

use serde_json::{Value, json};

use crate::world::{Stage, Vendor, World, both, button_labels, file};

both!(
    a_file_is_looked_at_and_imported_with_the_button,
    lines_that_cannot_be_read_are_told_with_what_to_do,
    giving_a_file_again_changes_nothing,
    a_file_that_is_no_csv_is_refused,
    a_file_in_another_encoding_is_refused,
    a_file_that_slack_does_not_hand_out_is_told,
    a_file_in_a_conversation_is_neither_imported_nor_sent,
    the_command_tells_how_contacts_come_in_and_out,
    the_company_is_kept_in_details_and_filled_into_a_template,
);

/// Ana posts a file to the app in the shared channel; what she was told.
async fn gives(world: &World, name: &str, bytes: &[u8]) -> String {
    let app = world.slack().await.app.bot_user_id;
    let files = json!([file(name, "text/csv", bytes)]);
    world.team().ana.posts(json!({ "channel": "clerk-sms", "text": format!("<@{app}> import"), "files": files })).await;
    world.settle().await;
    told(world).await
}

/// What Ana was told last.
async fn told(world: &World) -> String {
    world.slack().await.last_notice_to(&world.team().ana.id).shown()
}

async fn presses_import(world: &World) {
    let ana = &world.team().ana;
    let slack = world.slack().await;
    let notices = slack.notices_to(&ana.id);
    let looked = notices.iter().find(|notice| button_labels(&notice.blocks).contains(&"Import".to_owned()));
    ana.presses_on_notice("Import", looked.expect("there is a button")).await;
    world.settle().await;
}

async fn names(world: &World) -> Vec<Option<String>> {
    let page = domain::page::PageRequest::first(100);
    let filter = domain::contacts::ContactFilter::default();
    let found = domain::contacts::list(&world.ctx(), world.workspace().await.id, &filter, &page).await;
    found.expect("contacts are listed").items.into_iter().map(|(_, contact)| contact.name).collect()
}

async fn a_file_is_looked_at_and_imported_with_the_button(stage: &mut Stage) {
    let world = stage.clinic().await;

    let looked =
        gives(world, "patients.csv", "\u{feff}Name;Phone\nMaria;(415) 555-0101\nZoë;415 555 0103\n".as_bytes()).await;
    let before = names(world).await;
    presses_import(world).await;

    assert!(looked.starts_with("patients.csv has 2 lines. Nothing is imported yet. 2 contacts are new."), "{looked}");
    assert_eq!(before, []);
    assert!(told(world).await.starts_with("patients.csv is imported. 2 contacts are new."), "{}", told(world).await);
    assert_eq!(names(world).await, [Some("Maria".to_owned()), Some("Zoë".to_owned())]);
}

async fn lines_that_cannot_be_read_are_told_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;

    let looked = gives(world, "patients.csv", b"name,number,shoe\nMaria,+14155550101,44\nTom,415 555,45\n").await;

    assert!(looked.contains("Left out: 1 line."), "{looked}");
    assert!(looked.contains("Line 3, number: “415 555”. This number is too short."), "{looked}");
    assert!(looked.contains("I do not know the column: “shoe”."), "{looked}");
}

async fn giving_a_file_again_changes_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    for _ in 0..2 {
        gives(world, "patients.csv", b"name,number,opt_in_evidence\nMaria,+14155550101,Form 7\n").await;
        presses_import(world).await;
    }

    let told = told(world).await;
    assert!(told.starts_with("patients.csv is imported. 1 contact stays as it is."), "{told}");
    assert!(!told.contains("ledger"), "{told}");
    assert_eq!(names(world).await.len(), 1);
}

async fn a_file_that_is_no_csv_is_refused(stage: &mut Stage) {
    let world = stage.clinic().await;

    let told = gives(world, "patients.xlsx", b"PK").await;

    assert!(told.contains("“patients.xlsx” is no CSV file. Save the table as “CSV UTF-8”"), "{told}");
}

async fn a_file_in_another_encoding_is_refused(stage: &mut Stage) {
    let world = stage.clinic().await;

    let told = gives(world, "patients.csv", b"name,number\nZo\xeb,+14155550101\n").await;

    assert!(told.starts_with("Nothing of patients.csv was imported. The file is not in UTF-8."), "{told}");
    assert_eq!(names(world).await, []);
}

async fn a_file_that_slack_does_not_hand_out_is_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let gone = json!({ "effect": "status", "status": 404, "times": 1 });
    world.outside.breaks(Vendor::Slack, "files.content", gone).await;

    let told = gives(world, "patients.csv", b"number\n+14155550101\n").await;

    assert!(told.contains("The file could not be fetched") && told.contains("Attach it again."), "{told}");
}

async fn a_file_in_a_conversation_is_neither_imported_nor_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let app = world.slack().await.app.bot_user_id;

    let files = json!([file("patients.csv", "text/csv", b"number,name\n+14155550101,Maria\n")]);
    world.team().ana.attaches(&world.thread_with(&maria).await, &format!("<@{app}> import"), files).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(names(world).await, [None]);
    assert!(told(world).await.starts_with("Nothing was imported or sent."), "{}", told(world).await);
}

async fn the_command_tells_how_contacts_come_in_and_out(stage: &mut Stage) {
    let world = stage.clinic().await;

    for word in ["contacts", "import"] {
        world.team().ana.gives_command("clerk-sms", word).await;
        world.settle().await;
        let told = told(world).await;
        assert!(told.starts_with("0 contacts.") && told.contains("attach a CSV file"), "{told}");
        assert!(told.contains("number, name, company") && told.contains("contactsExport"), "{told}");
    }
}

async fn the_company_is_kept_in_details_and_filled_into_a_template(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ana, maria) = (world.team().ana.clone(), world.maria());
    maria.texts("Hello").await;
    world.settle().await;
    ana.presses("Details", &world.thread_with(&maria).await.parent).await;
    world.settle().await;

    let faults = ana.submits(&[("company", json!("Lopez Bakery"))]).await;
    world.settle().await;
    let app = world.slack().await.app.bot_user_id;
    ana.gives_command("clerk-sms", "templates").await;
    world.settle().await;
    let list = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("New template", &list).await;
    world.settle().await;
    ana.submits(&[("name", json!("Invoice")), ("body", json!("The invoice of {{contact.company}} is ready."))]).await;
    world.settle().await;
    ana.replies(&world.thread_with(&maria).await, &format!("<@{app}> template invoice")).await;
    world.settle().await;

    assert_eq!(faults, Value::Null);
    assert_eq!(maria.has_received().await, ["The invoice of Lopez Bakery is ready."]);
}
