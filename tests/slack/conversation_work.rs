//! What a team does with a conversation: status, who takes care of it, subject, tags, notes. Whoever changes it wherever, the first post of the thread and
//! the API say the same at once, and nobody overwrites what a colleague has just written.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Phone, Post, Stage, Vendor, World, both, button_labels};

both!(
    the_first_post_says_how_the_conversation_stands,
    an_answer_opens_a_new_conversation_and_ends_the_waiting,
    what_waits_says_since_the_first_unanswered_text,
    an_answer_that_is_taken_back_leaves_the_contact_waiting,
    a_solved_conversation_is_opened_again_by_a_text,
    a_closed_conversation_begins_anew_with_a_text,
    what_is_changed_in_slack_is_the_same_in_the_api_at_once,
    what_is_changed_by_the_api_is_the_same_in_slack_at_once,
    the_second_who_takes_a_conversation_is_told_who_has_it,
    a_conversation_is_taken_over_by_who_saw_whose_it_was,
    what_is_entered_in_details_is_saved_and_shown,
    details_with_too_many_tags_stay_open,
    what_a_colleague_changed_meanwhile_is_told_and_not_overwritten,
    what_a_member_did_not_touch_in_details_is_left_alone,
    many_changes_at_once_are_shown_by_few_updates,
    a_first_post_that_is_gone_does_no_harm,
    a_channel_that_is_back_shows_what_changed_meanwhile,
    a_renamed_contact_is_called_so_in_the_first_post,
    a_change_that_changes_nothing_is_not_recorded,
);

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

/// The first post of a thread.
async fn parent(world: &World, phone: &Phone) -> Post {
    world.thread_with(phone).await.parent
}

/// What the API says of the only conversation.
async fn told_by_api(world: &World) -> Value {
    let slug = world.workspace().await.slug;
    let fields = "id status priority subject tags notes waitingStartedAt assignee { displayName } contact { id name }";
    let query = format!("{{ workspace(slug: \"{slug}\") {{ conversations {{ nodes {{ {fields} }} }} }} }}");
    world.asks_as_owner(&query).await["data"]["workspace"]["conversations"]["nodes"][0].clone()
}

/// Changes the only conversation by the API.
async fn changes_by_api(world: &World, input: &str) -> Value {
    let id = world.conversations().await.remove(0).id;
    let update = format!(
        "mutation {{ conversationUpdate(id: \"{id}\", input: {input}) {{ conversation {{ status }} errors {{ message }} }} }}"
    );
    let answer = world.asks_as_owner(&update).await;
    assert_eq!(answer["data"]["conversationUpdate"]["errors"], json!([]), "{answer}");
    answer["data"]["conversationUpdate"]["conversation"].clone()
}

async fn the_first_post_says_how_the_conversation_stands(stage: &mut Stage) {
    let world = stage.clinic().await;

    let maria = written_to_by_maria(world).await;

    let post = parent(world, &maria).await;
    assert!(post.shown().contains("New · nobody’s yet · waiting since "), "{}", post.shown());
    assert_eq!(button_labels(&post.blocks), ["Assign", "Solve", "Details", "Create channel", "Block"]);
}

async fn an_answer_opens_a_new_conversation_and_ends_the_waiting(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.turn(TimeDelta::seconds(10)).await;

    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("Open · nobody’s yet\n"), "{shown}");
    assert_eq!(told_by_api(world).await["waitingStartedAt"], Value::Null);
}

async fn what_waits_says_since_the_first_unanswered_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let began = world.clock.now();
    let maria = written_to_by_maria(world).await;

    world.turn(TimeDelta::hours(2)).await;
    maria.texts("Hello?").await;
    world.settle().await;

    let since = told_by_api(world).await["waitingStartedAt"].as_str().expect("Maria waits").to_owned();
    assert_eq!(since.parse::<chrono::DateTime<chrono::Utc>>().expect("a time"), began);
}

async fn an_answer_that_is_taken_back_leaves_the_contact_waiting(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.lets_undo(5).await;
    let maria = written_to_by_maria(world).await;
    let waiting = told_by_api(world).await["waitingStartedAt"].clone();
    let written = world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let answered = told_by_api(world).await["waitingStartedAt"].clone();

    world.team().ana.deletes(&written).await;
    world.settle().await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((answered, told_by_api(world).await["waitingStartedAt"].clone()), (Value::Null, waiting));
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn a_solved_conversation_is_opened_again_by_a_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    world.team().ana.presses("Solve", &parent(world, &maria).await).await;
    world.settle().await;
    let solved = parent(world, &maria).await;

    maria.texts("One more thing").await;
    world.settle().await;

    assert!(solved.shown().contains("Solved · nobody’s yet\n"), "{}", solved.shown());
    assert!(button_labels(&solved.blocks).contains(&"Re-open".to_owned()));
    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("Open · nobody’s yet · waiting since"), "{shown}");
}

async fn a_closed_conversation_begins_anew_with_a_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    changes_by_api(world, "{ status: CLOSED }").await;

    maria.texts("It hurts again").await;
    world.settle().await;

    assert_eq!(told_by_api(world).await["status"], "NEW");
}

async fn what_is_changed_in_slack_is_the_same_in_the_api_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let began = world.clock.now();

    world.team().ben.presses("Assign", &parent(world, &maria).await).await;
    world.settle().await;
    world.team().ben.presses("Solve", &parent(world, &maria).await).await;
    world.settle().await;

    let told = told_by_api(world).await;
    assert_eq!((&told["status"], told["assignee"].is_object()), (&json!("SOLVED"), true), "{told}");
    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("Solved · ") && shown.contains(&world.team().ben.id), "{shown}");
    assert_eq!(world.clock.now(), began);
}

async fn what_is_changed_by_the_api_is_the_same_in_slack_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let began = world.clock.now();

    changes_by_api(
        world,
        "{ status: PENDING, priority: URGENT, subject: \"Crown\", tags: [\"Insurance\"], notes: \"afraid of needles\" }",
    )
    .await;
    world.settle().await;

    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("Crown") && shown.contains("Pending"), "{shown}");
    assert!(shown.contains("priority urgent · insurance") && !shown.contains("needles"), "{shown}");
    assert_eq!(world.clock.now(), began);
}

async fn the_second_who_takes_a_conversation_is_told_who_has_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());
    let post = parent(world, &maria).await;
    ben.acts_on_channel(&post.channel, "join").await;

    ana.presses("Assign", &post).await;
    ben.presses("Assign", &post).await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.last_notice_to(&ben.id).shown();
    assert!(notice.contains(&ana.id) && notice.contains("takes care of this already"), "{notice}");
    assert_eq!(slack.notices_to(&ana.id).len(), 0);
    assert_eq!(world.conversations().await[0].status.code(), "open");
}

async fn a_conversation_is_taken_over_by_who_saw_whose_it_was(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());
    ana.presses("Assign", &parent(world, &maria).await).await;
    world.settle().await;
    let anas = world.conversations().await[0].assignee_id;

    ben.presses("Take over", &parent(world, &maria).await).await;
    world.settle().await;

    assert!(anas.is_some() && world.conversations().await[0].assignee_id != anas);
    assert_eq!(world.slack().await.notices_to(&ben.id).len(), 0);
}

async fn what_is_entered_in_details_is_saved_and_shown(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    ana.presses("Details", &parent(world, &maria).await).await;
    world.settle().await;

    let entered = [
        ("name", json!("Maria Lopez")),
        ("subject", json!("Crown")),
        ("status", json!("pending")),
        ("assignee", json!(world.team().ben.id)),
        ("priority", json!("high")),
        ("tags", json!("Insurance, crown")),
        ("notes", json!("Call her husband first.")),
    ];
    let wrong = ana.submits(&entered).await;
    world.settle().await;

    assert_eq!((wrong.as_object().map_or(0, serde_json::Map::len), ana.windows().await.len()), (0, 0));
    let told = told_by_api(world).await;
    assert_eq!(
        json!([
            told["status"],
            told["priority"],
            told["subject"],
            told["tags"],
            told["notes"],
            told["contact"]["name"]
        ]),
        json!(["PENDING", "HIGH", "Crown", ["crown", "insurance"], "Call her husband first.", "Maria Lopez"])
    );
    let shown = parent(world, &maria).await.shown();
    assert!(shown.starts_with("Maria Lopez") && shown.contains("priority high · crown, insurance"), "{shown}");
}

async fn details_with_too_many_tags_stay_open(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    ana.presses("Details", &parent(world, &maria).await).await;
    world.settle().await;

    let tags: Vec<String> = (0..21).map(|number| format!("tag {number}")).collect();
    let wrong = ana.submits(&[("tags", json!(tags.join(", ")))]).await;

    assert!(wrong["tags"].as_str().is_some_and(|sentence| sentence.contains("At most 20 tags")), "{wrong}");
    assert_eq!(ana.windows().await.len(), 1);
}

async fn what_a_colleague_changed_meanwhile_is_told_and_not_overwritten(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    ana.presses("Details", &parent(world, &maria).await).await;
    world.settle().await;
    changes_by_api(world, "{ notes: \"Ben was here\" }").await;

    ana.submits(&[("notes", json!("Ana was here")), ("subject", json!("Crown"))]).await;
    world.settle().await;

    let told = told_by_api(world).await;
    assert_eq!(json!([told["notes"], told["subject"]]), json!(["Ben was here", "Crown"]));
    let slack = world.slack().await;
    let notice = slack.last_notice_to(&ana.id);
    assert!(notice.shown().contains("Ben was here") && notice.shown().contains("Ana was here"), "{}", notice.shown());
    assert_eq!(button_labels(&notice.blocks), ["Details"]);
}

async fn what_a_member_did_not_touch_in_details_is_left_alone(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();
    ana.presses("Details", &parent(world, &maria).await).await;
    world.settle().await;
    changes_by_api(world, "{ status: SOLVED, notes: \"Ben was here\" }").await;

    ana.submits(&[("subject", json!("Crown"))]).await;
    world.settle().await;

    let told = told_by_api(world).await;
    assert_eq!(json!([told["status"], told["notes"], told["subject"]]), json!(["SOLVED", "Ben was here", "Crown"]));
    assert_eq!(world.slack().await.notices_to(&ana.id).len(), 0);
}

async fn many_changes_at_once_are_shown_by_few_updates(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let before = world.outside.requests(Vendor::Slack, "chat.update").await.len();
    let slow = json!({ "effect": "delay", "delay_ms": 1_500, "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.update", slow).await;

    changes_by_api(world, "{ subject: \"zero\" }").await;
    world.task_is_under_way("parent.update").await;
    changes_by_api(world, "{ subject: \"one\" }").await;
    changes_by_api(world, "{ subject: \"two\" }").await;
    changes_by_api(world, "{ status: PENDING }").await;
    changes_by_api(world, "{ subject: \"last\" }").await;
    world.settle().await;

    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("last") && shown.contains("Pending"), "{shown}");
    assert_eq!(world.outside.requests(Vendor::Slack, "chat.update").await.len() - before, 2);
}

async fn a_first_post_that_is_gone_does_no_harm(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let gone = json!({ "effect": "slack_error", "error": "message_not_found", "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.update", gone).await;

    changes_by_api(world, "{ subject: \"Crown\" }").await;
    world.settle().await;
    maria.texts("Hello?").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["When can I come?", "Hello?"]);
    assert_eq!(world.open_tasks().await, []);
}

async fn a_channel_that_is_back_shows_what_changed_meanwhile(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let channel = parent(world, &maria).await.channel;
    world.team().ana.acts_on_channel(&channel, "archive").await;
    world.settle().await;
    let frozen = json!({ "effect": "slack_error", "error": "is_inactive", "times": null });
    world.outside.breaks(Vendor::Slack, "chat.update", frozen).await;
    changes_by_api(world, "{ subject: \"Crown\" }").await;
    world.settle().await;
    let meanwhile = parent(world, &maria).await.shown();
    world.outside.is_repaired().await;

    world.team().ana.acts_on_channel(&channel, "unarchive").await;
    world.settle().await;

    assert!(!meanwhile.contains("Crown"), "{meanwhile}");
    let shown = parent(world, &maria).await.shown();
    assert!(shown.contains("Crown"), "{shown}");
}

async fn a_renamed_contact_is_called_so_in_the_first_post(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let id = told_by_api(world).await["contact"]["id"].clone();

    let rename = format!(
        "mutation {{ contactUpdate(id: {id}, input: {{ name: \"Maria Lopez\" }}) {{ errors {{ message }} }} }}"
    );
    world.asks_as_owner(&rename).await;
    world.settle().await;

    let shown = parent(world, &maria).await.shown();
    assert!(shown.starts_with("Maria Lopez  +1 415-555-0101"), "{shown}");
}

async fn a_change_that_changes_nothing_is_not_recorded(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let post = parent(world, &maria).await;

    world.team().ana.presses("Solve", &post).await;
    world.settle().await;
    world.team().ben.presses("Solve", &post).await;
    world.settle().await;
    changes_by_api(world, "{ status: SOLVED }").await;

    let slug = world.workspace().await.slug;
    let log = format!(
        "{{ workspace(slug: \"{slug}\") {{ auditLog(filter: {{ action: \"conversationUpdate\" }}) {{ nodes {{ changes }} }} }} }}"
    );
    let entries = world.asks_as_owner(&log).await["data"]["workspace"]["auditLog"]["nodes"].clone();
    assert_eq!(entries, json!([{ "changes": { "status": { "before": "new", "after": "solved" } } }]));
}
