//! The installation: begun from our page, agreed to in Slack, taken up again where it was after the app had been removed.

use chrono::TimeDelta;
use domain::{outbox::State, workspaces::Status};
use serde_json::json;

use crate::world::{Stage, Vendor, both};

both!(
    an_installation_greets_in_a_channel_of_its_own_with_the_installer_in_it,
    a_channel_of_that_name_that_is_somebody_elses_is_left_alone,
    a_number_is_one_button_away,
    a_return_that_nobody_began_installs_nothing,
    texts_that_come_while_the_app_is_removed_wait_and_are_shown_after_a_new_installation,
    a_revoked_token_is_used_once_and_never_again,
    a_new_installation_goes_on_in_the_same_threads,
    a_channel_that_was_archived_holds_its_texts_until_it_is_back,
    telling_twice_that_the_app_was_removed_changes_nothing,
);

async fn an_installation_greets_in_a_channel_of_its_own_with_the_installer_in_it(stage: &mut Stage) {
    let world = stage.world().await;

    world.installs().await;

    let slack = world.slack().await;
    let greetings = slack.channel("clerk-sms").announcements();
    assert_eq!(greetings.len(), 1, "{greetings:?}");
    assert!(greetings[0].contains("Welcome to Clerk.") && greetings[0].contains("10 segments"), "{}", greetings[0]);
    assert!(slack.channel("clerk-sms").members.contains(&world.team().ana.id));
    assert_eq!(world.workspace().await.status, Status::Active);
}

async fn a_channel_of_that_name_that_is_somebody_elses_is_left_alone(stage: &mut Stage) {
    let world = stage.world().await;
    let theirs = json!({ "action": "create", "name": "clerk-sms", "user": "ben", "channel": "-" });
    world.outside.order("slack/channel", theirs).await;

    world.installs().await;

    let slack = world.slack().await;
    assert_eq!(slack.channel("clerk-sms").announcements(), Vec::<String>::new());
    assert_eq!(slack.channel("clerk-sms-2").announcements().len(), 1);
}

async fn a_number_is_one_button_away(stage: &mut Stage) {
    let world = stage.world().await;
    world.installs().await;

    world.claims_number().await;

    let lines = world.slack().await.channel("clerk-sms").announcements();
    assert!(lines[1].contains("Your number is ") && lines[1].contains("yours until"), "{lines:?}");
}

async fn a_return_that_nobody_began_installs_nothing(stage: &mut Stage) {
    let world = stage.world().await;

    let forged =
        reqwest::get(format!("{}/slack/oauth/callback?code=1&state=2", world.front.url())).await.expect("an answer");

    assert!(forged.status().is_client_error(), "{}", forged.status());
    assert_eq!(world.outside.requests(Vendor::Slack, "oauth.v2.access").await.len(), 0);
}

async fn texts_that_come_while_the_app_is_removed_wait_and_are_shown_after_a_new_installation(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    world.outside.order("slack/uninstall", json!({})).await;
    world.settle().await;

    maria.texts_often("while it is away", 3).await;
    world.settle().await;
    let status = world.workspace().await.status;
    let parked = world.open_tasks().await;
    world.installs_again().await;

    assert_eq!(status, Status::Disconnected);
    assert!(parked.len() == 3 && parked.iter().any(|(_, state)| *state == State::Parked), "{parked:?}");
    let shown = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(shown, ["before", "while it is away 1", "while it is away 2", "while it is away 3"]);
    assert_eq!(world.workspace().await.status, Status::Active);
}

/// Slack tells nothing here: the answer to a call is all that we get to know.
async fn a_revoked_token_is_used_once_and_never_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let revoked = json!({ "effect": "slack_error", "error": "token_revoked" });
    world.outside.breaks(Vendor::Slack, "*", revoked).await;
    let before = world.outside.requests(Vendor::Slack, "chat.postMessage").await.len();

    maria.texts_often("text", 5).await;
    world.settle().await;
    world.turn(TimeDelta::hours(1)).await;
    let calls = world.outside.requests(Vendor::Slack, "chat.postMessage").await.len() - before;
    world.outside.is_repaired().await;
    world.installs_again().await;

    assert_eq!(calls, 1);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact().len(), 6);
}

async fn a_new_installation_goes_on_in_the_same_threads(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let thread = world.thread_with(&maria).await;
    world.outside.order("slack/uninstall", json!({})).await;
    world.settle().await;

    world.installs_again().await;
    maria.texts("after").await;
    world.settle().await;
    world.team().ana.replies(&thread, "Welcome back").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["before", "after"]);
    assert_eq!(maria.has_received().await, ["Welcome back"]);
    assert_eq!(world.slack().await.channel("clerk-sms").announcements().len(), 3, "greeting, number, thread");
}

async fn a_channel_that_was_archived_holds_its_texts_until_it_is_back(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let ana = world.team().ana.clone();
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    ana.acts_on_channel(&channel, "archive").await;
    world.settle().await;

    maria.texts_often("while it is away", 3).await;
    world.settle().await;
    let told: Vec<String> = world.slack().await.direct_posts_to(&ana.id).iter().map(|post| post.shown()).collect();
    ana.acts_on_channel(&channel, "unarchive").await;
    ana.acts_on_channel(&channel, "join_app").await;
    world.settle().await;

    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("I cannot post to #clerk-sms"), "{}", told[0]);
    let shown = world.thread_with(&maria).await.texts_of_contact();
    assert_eq!(shown, ["before", "while it is away 1", "while it is away 2", "while it is away 3"]);
}

async fn telling_twice_that_the_app_was_removed_changes_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.outside.delivers(Vendor::Slack, json!({ "duplicate": 2, "reorder": true })).await;

    world.outside.order("slack/uninstall", json!({})).await;
    world.settle().await;

    assert_eq!(world.workspace().await.status, Status::Disconnected);
    let told = world.ledger().await.webhook_deliveries;
    assert!(told.iter().all(|told| told.attempts.iter().all(|attempt| attempt.is_good())), "{told:?}");
}
