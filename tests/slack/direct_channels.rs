//! A conversation with a channel of its own: made from the thread, everything written there goes out, and it can be moved back.

use domain::{
    conversations::Placement,
    numbers::RoutingChange,
    workspaces::{self, SendMode},
};
use serde_json::json;

use crate::world::{Stage, TOM, Vendor, World, both, operator};

both!(
    the_button_creates_a_channel_named_after_the_contact_with_its_presser_in_it,
    the_channel_begins_with_its_head_and_what_was_said_so_far,
    the_thread_says_where_the_conversation_goes_on,
    texts_arrive_in_the_channel_and_everything_written_there_goes_out,
    a_note_in_the_channel_stays_there,
    what_is_written_in_the_old_thread_is_not_sent_and_its_writer_is_told,
    a_conversation_moved_back_goes_on_in_its_thread,
    what_is_written_in_the_channel_after_moving_back_is_not_sent,
    a_conversation_that_was_moved_back_returns_to_the_channel_that_it_had,
    two_contacts_of_one_name_have_channels_of_their_own,
    a_name_that_the_chat_does_not_take_becomes_digits,
    a_channel_whose_creation_was_in_doubt_is_found_and_not_made_twice,
    fifty_texts_are_carried_over_and_older_ones_are_counted,
    a_team_that_may_not_create_channels_is_told_and_stays_in_the_thread,
    a_number_may_begin_its_conversations_in_channels_of_their_own,
    a_channel_with_a_guest_sends_only_what_is_addressed_to_the_app,
    a_guest_who_comes_later_makes_the_channel_explicit_and_it_says_so_once,
    a_channel_shared_with_another_company_is_explicit,
    a_mode_that_somebody_has_chosen_holds_in_any_company,
    whoever_takes_care_of_the_conversation_is_invited_too,
    who_asks_again_is_told_that_there_is_a_channel,
);

async fn the_button_creates_a_channel_named_after_the_contact_with_its_presser_in_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    world.names(&maria, "Maria López 😀").await;
    maria.texts("Hello").await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ben, &maria).await;

    assert_eq!(channel.name, "sms-maria-lópez");
    assert!(channel.members.contains(&world.team().ben.id), "{:?}", channel.members);
    assert_eq!(world.conversations().await[0].placement, Placement::DirectChannel);
}

async fn the_channel_begins_with_its_head_and_what_was_said_so_far(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("My tooth hurts.").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Come at three.").await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    let posts = channel.announcements();
    assert!(posts[0].starts_with("+1 415-555-0101") && posts[0].contains("in this channel"), "{posts:?}");
    let (first, second) = (posts[1].find("My tooth hurts."), posts[1].find("Come at three."));
    assert!(first.is_some() && first < second, "{posts:?}");
    assert_eq!(posts.len(), 2, "{posts:?}");
}

async fn the_thread_says_where_the_conversation_goes_on(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    let notes = world.thread_with(&maria).await.notes();
    assert!(notes.iter().any(|note| note.contains("goes on in") && note.contains(&channel.id)), "{notes:?}");
}

async fn texts_arrive_in_the_channel_and_everything_written_there_goes_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    maria.texts("Anyone?").await;
    world.settle().await;
    let first = world.team().ana.writes_in_channel(&channel.id, "Yes, hello.").await;
    world.settle().await;
    world.team().ana.posts(json!({ "channel": channel.id, "thread_ts": first.ts, "text": "How can we help?" })).await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&maria).await.texts_of_contact(), ["Anyone?"]);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello"]);
    assert_eq!(maria.has_received().await, ["Yes, hello.", "How can we help?"]);
}

async fn a_note_in_the_channel_stays_there(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    world.team().ana.writes_in_channel(&channel.id, "note: she is a regular").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

async fn what_is_written_in_the_old_thread_is_not_sent_and_its_writer_is_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    let ben = &world.team().ben;
    let written = ben.replies(&world.thread_with(&maria).await, "I am on it.").await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.notices_to(&ben.id).last().map(|notice| notice.shown()).unwrap_or_default();
    assert!(notice.starts_with("Not sent.") && notice.contains(&channel.id), "{notice}");
    assert_eq!(slack.post(&written.channel, &written.ts).marks(), ["no_entry_sign"]);
    assert_eq!(maria.has_received().await, Vec::<String>::new());
}

/// Maria has written, her conversation has got a channel, and Ana has moved it back.
async fn moved_back(world: &World) -> String {
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    world.team().ana.presses("Move back to thread", channel.post_with("Move back to thread")).await;
    world.settle().await;
    channel.id
}

async fn a_conversation_moved_back_goes_on_in_its_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    moved_back(world).await;

    maria.texts("Still there?").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "Of course.").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Still there?"]);
    assert_eq!(maria.has_received().await, ["Of course."]);
}

async fn what_is_written_in_the_channel_after_moving_back_is_not_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let channel = moved_back(world).await;

    world.team().ana.writes_in_channel(&channel, "Hello?").await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.notices_to(&world.team().ana.id).last().map(|notice| notice.shown()).unwrap_or_default();
    assert!(notice.starts_with("Not sent.") && notice.contains("its thread"), "{notice}");
    assert_eq!(world.maria().has_received().await, Vec::<String>::new());
}

async fn a_conversation_that_was_moved_back_returns_to_the_channel_that_it_had(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let before = moved_back(world).await;

    let again = world.moves_to_own_channel(&world.team().ana, &maria).await;
    maria.texts("Where are you?").await;
    world.settle().await;

    assert_eq!(again.id, before);
    assert_eq!(world.own_channel_of(&maria).await.texts_of_contact(), ["Where are you?"]);
    assert_eq!(world.outside.requests(Vendor::Slack, "conversations.create").await.len(), 2);
}

async fn two_contacts_of_one_name_have_channels_of_their_own(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.phone(TOM));
    for phone in [&maria, &tom] {
        world.names(phone, "Chris").await;
        phone.texts("Hello").await;
    }
    world.settle().await;
    let threads: Vec<_> = world.slack().await.channel("clerk-sms").messages.clone();
    let parents = threads.iter().filter(|post| post.is_of_app() && post.shown().starts_with("Chris"));

    for parent in parents {
        world.team().ana.presses("Create channel", parent).await;
        world.settle().await;
    }

    let names = [world.own_channel_of(&maria).await.name, world.own_channel_of(&tom).await.name];
    assert_eq!(names, ["sms-chris", "sms-chris-2"]);
}

async fn a_name_that_the_chat_does_not_take_becomes_digits(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    world.names(&maria, "ماريا").await;
    maria.texts("Hello").await;
    world.settle().await;
    let refused = json!({ "effect": "slack_error", "error": "invalid_name_specials", "times": 1 });
    world.outside.breaks(Vendor::Slack, "conversations.create", refused).await;

    let thread = world.slack().await.channel("clerk-sms").post_with("Create channel").clone();
    world.team().ana.presses("Create channel", &thread).await;
    world.settle().await;

    assert_eq!(world.own_channel_of(&maria).await.name, "sms-14155550101");
}

async fn a_channel_whose_creation_was_in_doubt_is_found_and_not_made_twice(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let lost = json!({ "effect": "reset_after", "times": 1 });
    world.outside.breaks(Vendor::Slack, "conversations.create", lost).await;

    let parent = world.thread_with(&maria).await.parent;
    world.team().ana.presses("Create channel", &parent).await;
    world.settle().await;
    world.turn(chrono::TimeDelta::seconds(5)).await;

    assert_eq!(world.own_channel_of(&maria).await.name, "sms-14155550101");
    let names: Vec<String> = world.slack().await.names().into_iter().map(str::to_owned).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("sms-")).count(), 1, "{names:?}");
}

async fn fifty_texts_are_carried_over_and_older_ones_are_counted(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(1_000).await;
    let maria = world.maria();
    maria.texts_often("word", 57).await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    let transcript = channel.announcements()[1..].join("\n");
    let carried: Vec<&str> = transcript.lines().filter(|line| line.starts_with("word ")).collect();
    let wanted: Vec<String> = (8..=57).map(|number| format!("word {number}")).collect();
    assert_eq!(carried, wanted);
    assert!(transcript.contains("7 earlier texts are in"), "{transcript}");
}

async fn a_team_that_may_not_create_channels_is_told_and_stays_in_the_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let refused = json!({ "effect": "slack_error", "error": "restricted_action", "times": 1 });
    world.outside.breaks(Vendor::Slack, "conversations.create", refused).await;

    let parent = world.thread_with(&maria).await.parent;
    world.team().ana.presses("Create channel", &parent).await;
    world.settle().await;
    maria.texts("Anyone?").await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.notices_to(&world.team().ana.id).last().map(|notice| notice.shown()).unwrap_or_default();
    assert!(notice.contains("could not be created") && notice.contains("admin"), "{notice}");
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Anyone?"]);
}

async fn a_number_may_begin_its_conversations_in_channels_of_their_own(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let own = RoutingChange { starts_in: Some(Placement::DirectChannel), direct_prefix: Some("patient-".to_owned()) };
    world.routes(own).await;

    maria.texts("Hello").await;
    world.settle().await;

    let channel = world.own_channel_of(&maria).await;
    assert_eq!(channel.name, "patient-14155550101");
    assert_eq!(channel.texts_of_contact(), ["Hello"]);
    assert!(channel.members.contains(&world.team().ana.id), "whoever installed the app is invited");
}

async fn a_channel_with_a_guest_sends_only_what_is_addressed_to_the_app(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    world.brings(&channel.name, "guest").await;

    world.team().ana.writes_in_channel(&channel.id, "Between us.").await;
    let app = world.slack().await.app.bot_user_id;
    world.team().ana.writes_in_channel(&channel.id, &format!("<@{app}> Come at three.")).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Come at three."]);
}

async fn a_guest_who_comes_later_makes_the_channel_explicit_and_it_says_so_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    let before = world.send_mode_of(&channel.id).await;

    world.brings(&channel.name, "guest").await;
    world.brings(&channel.name, "bot").await;

    assert_eq!((before, world.send_mode_of(&channel.id).await), (SendMode::Auto, SendMode::Explicit));
    let said = world.own_channel_of(&maria).await.announcements();
    assert_eq!(said.iter().filter(|post| post.starts_with("There are guests in this channel.")).count(), 1, "{said:?}");
}

async fn a_channel_shared_with_another_company_is_explicit(stage: &mut Stage) {
    let world = stage.clinic().await;
    let shared = world.slack().await.channel("clerk-sms").id.clone();

    world.team().ana.acts_on_channel(&shared, "share").await;
    world.settle().await;

    assert_eq!(world.send_mode_of(&shared).await, SendMode::Explicit);
    let said = world.slack().await.channel("clerk-sms").announcements();
    assert!(said.iter().any(|post| post.starts_with("There are people of other companies")), "{said:?}");
}

async fn a_mode_that_somebody_has_chosen_holds_in_any_company(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    let workspace = world.workspace().await.id;
    workspaces::set_send_mode(&world.ctx(), &operator(), workspace, &channel.id, SendMode::Auto).await.expect("known");

    world.brings(&channel.name, "guest").await;
    world.team().ana.writes_in_channel(&channel.id, "Come at three.").await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Come at three."]);
}

async fn whoever_takes_care_of_the_conversation_is_invited_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    world.team().ben.presses("Assign", &world.thread_with(&maria).await.parent).await;
    world.settle().await;

    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;

    let (ana, ben) = (&world.team().ana.id, &world.team().ben.id);
    assert!(channel.members.contains(ana) && channel.members.contains(ben), "{:?}", channel.members);
}

async fn who_asks_again_is_told_that_there_is_a_channel(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let parent = world.thread_with(&maria).await.parent;
    world.moves_to_own_channel(&world.team().ana, &maria).await;

    world.team().ana.presses("Create channel", &parent).await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.notices_to(&world.team().ana.id).last().map(|notice| notice.shown()).unwrap_or_default();
    assert!(notice.contains("has a channel of its own"), "{notice}");
}
