//! Late answers beyond the conversation itself: who else is told and when, what they can do about it, and how targets are set and seen.

use chrono::TimeDelta;
use domain::{
    answers::{self, AnswerChange},
    ctx::Actor,
    ids::NumberId,
    numbers,
    reply_targets::{self, TargetChange},
};
use serde_json::{Value, json};

use crate::world::{Phone, Post, Stage, TOM, World, both, button_labels, operator};

both!(
    a_channel_hears_of_it_after_further_minutes_and_can_open_and_take_it,
    a_member_hears_of_it_in_their_direct_conversation,
    an_answer_after_the_reminder_keeps_the_others_from_hearing_of_it,
    the_app_joins_the_channel_that_is_to_be_told,
    a_channel_that_cannot_be_posted_to_is_made_up_for_by_whoever_installed_the_app,
    what_is_pressed_says_who_takes_care_of_it_now,
    a_change_of_the_target_holds_for_those_who_wait_now,
    a_target_that_is_taken_away_ends_all_lateness,
    business_hours_that_change_are_counted_anew,
    a_number_has_a_target_of_its_own,
    a_number_is_like_the_others_again_when_its_target_is_removed,
    an_owner_sets_the_target_in_a_window,
    a_member_who_is_no_owner_changes_nothing,
    the_home_names_the_late_conversations,
    the_api_says_which_conversations_are_late,
    the_api_sets_a_target_and_says_what_is_wrong_with_one,
);

async fn set(world: &World, number: Option<NumberId>, change: TargetChange) {
    let workspace = world.workspace().await.id;
    let done = reply_targets::update(&world.ctx(), &operator(), workspace, number, change).await;
    done.expect("the target may be set so");
    world.settle().await;
}

async fn target(world: &World, minutes: i32) {
    set(world, None, TargetChange { minutes: Some(Some(minutes)), ..TargetChange::default() }).await;
}

/// A channel is told so many minutes after an answer was due in 30 minutes.
async fn tells_channel(world: &World, channel: &str, later: i32) {
    let change = TargetChange {
        minutes: Some(Some(30)),
        escalation_minutes: Some(later),
        escalation_channel_id: Some(Some(channel.to_owned())),
        escalation_user_id: None,
    };
    set(world, None, change).await;
}

/// Ana makes a channel without the app.
async fn new_channel(world: &World, name: &str) -> String {
    let create = json!({ "user": world.team().ana.id, "channel": "", "action": "create", "name": name });
    world.outside.order("slack/channel", create).await;
    world.settle().await;
    world.slack().await.channel(name).id.clone()
}

async fn waits(world: &World, phone: &Phone) {
    phone.texts("When can I come?").await;
    world.settle().await;
}

/// Posts in a channel itself that tell of a late answer.
async fn told_in(world: &World, channel: &str) -> Vec<Post> {
    let posts = world.slack().await.channel_by_id(channel).messages.clone();
    let is_told = |post: &Post| post.thread_ts.is_none() && post.shown().contains("It was due");
    posts.into_iter().filter(is_told).collect()
}

async fn parent(world: &World, phone: &Phone) -> String {
    world.thread_with(phone).await.parent.shown()
}

/// What the API says of the workspace.
async fn workspace_by_api(world: &World, fields: &str) -> Value {
    let slug = world.workspace().await.slug;
    let query = format!("{{ workspace(slug: \"{slug}\") {{ {fields} }} }}");
    world.asks_as_owner(&query).await["data"]["workspace"].clone()
}

async fn a_channel_hears_of_it_after_further_minutes_and_can_open_and_take_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    tells_channel(world, &leads, 15).await;
    let maria = world.maria();
    waits(world, &maria).await;

    world.turn(TimeDelta::minutes(44)).await;
    let early = told_in(world, &leads).await.len();
    world.turn(TimeDelta::minutes(1)).await;
    world.turn(TimeDelta::hours(1)).await;

    let told = told_in(world, &leads).await;
    assert_eq!((early, told.len()), (0, 1));
    let shown = told[0].shown();
    assert!(shown.contains("+1 415-555-0101 has been waiting for an answer since 2026-03-10 15:04 UTC."), "{shown}");
    assert!(shown.contains("Nobody takes care of it.") && shown.contains("Open"), "{shown}");
    let thread = world.thread_with(&maria).await;
    assert!(told[0].blocks.to_string().contains(&thread.ts().replace('.', "")), "{}", told[0].blocks);
    assert_eq!(button_labels(&told[0].blocks), ["Assign to me"]);
}

async fn a_member_hears_of_it_in_their_direct_conversation(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ana, maria) = (world.team().ana.clone(), world.maria());
    let Actor::User(user) = world.by(&ana).await.actor else { panic!("Ana is a user") };
    let change = TargetChange {
        minutes: Some(Some(30)),
        escalation_minutes: Some(0),
        escalation_user_id: Some(Some(user)),
        ..TargetChange::default()
    };
    set(world, None, change).await;
    waits(world, &maria).await;
    let before = world.slack().await.direct_posts_to(&ana.id).len();

    world.turn(TimeDelta::minutes(30)).await;

    let slack = world.slack().await;
    let told: Vec<String> = slack.direct_posts_to(&ana.id)[before..].iter().map(|post| post.shown()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("It was due 2026-03-10 15:34 UTC."), "{told:?}");
}

async fn an_answer_after_the_reminder_keeps_the_others_from_hearing_of_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    tells_channel(world, &leads, 15).await;
    let maria = world.maria();
    waits(world, &maria).await;
    world.turn(TimeDelta::minutes(30)).await;

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine.").await;
    world.settle().await;
    world.turn(TimeDelta::hours(1)).await;

    assert_eq!(told_in(world, &leads).await.len(), 0);
}

async fn the_app_joins_the_channel_that_is_to_be_told(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    let app = world.slack().await.app.bot_user_id;
    let was_in = world.slack().await.channel("leads").members.contains(&app);
    tells_channel(world, &leads, 0).await;

    waits(world, &world.maria()).await;
    world.turn(TimeDelta::minutes(30)).await;

    assert!(!was_in && world.slack().await.channel("leads").members.contains(&app));
    assert_eq!(told_in(world, &leads).await.len(), 1);
}

async fn a_channel_that_cannot_be_posted_to_is_made_up_for_by_whoever_installed_the_app(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    tells_channel(world, &leads, 0).await;
    let ana = world.team().ana.clone();
    ana.acts_on_channel(&leads, "archive").await;
    waits(world, &world.maria()).await;

    world.turn(TimeDelta::minutes(30)).await;

    let slack = world.slack().await;
    let told = slack.direct_posts_to(&ana.id).pop().expect("Ana installed the app").shown();
    assert!(told.contains("It was due") && told.contains("where I cannot post"), "{told}");
    assert_eq!(world.open_tasks().await, []);
}

async fn what_is_pressed_says_who_takes_care_of_it_now(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    tells_channel(world, &leads, 0).await;
    let (maria, ben) = (world.maria(), world.team().ben.clone());
    waits(world, &maria).await;
    world.turn(TimeDelta::minutes(30)).await;

    ben.presses("Assign to me", &told_in(world, &leads).await[0]).await;
    world.settle().await;

    let shown = told_in(world, &leads).await[0].shown();
    assert!(shown.contains(&format!("{} takes care of it.", ben.id)), "{shown}");
    assert!(parent(world, &maria).await.contains(&ben.id));
}

async fn a_change_of_the_target_holds_for_those_who_wait_now(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    waits(world, &maria).await;

    target(world, 60).await;
    let first = parent(world, &maria).await;
    target(world, 20).await;
    let second = parent(world, &maria).await;
    world.turn(TimeDelta::minutes(20)).await;

    assert!(first.contains("answer due 2026-03-10 16:04 UTC"), "{first}");
    assert!(second.contains("answer due 2026-03-10 15:24 UTC"), "{second}");
    assert!(parent(world, &maria).await.contains("late since 2026-03-10 15:24 UTC"));
}

async fn a_target_that_is_taken_away_ends_all_lateness(stage: &mut Stage) {
    let world = stage.clinic().await;
    let leads = new_channel(world, "leads").await;
    tells_channel(world, &leads, 15).await;
    let maria = world.maria();
    waits(world, &maria).await;
    world.turn(TimeDelta::minutes(30)).await;

    set(world, None, TargetChange { minutes: Some(None), ..TargetChange::default() }).await;
    world.turn(TimeDelta::hours(1)).await;

    let shown = parent(world, &maria).await;
    assert!(shown.contains("waiting since") && !shown.contains("late since"), "{shown}");
    assert_eq!(told_in(world, &leads).await.len(), 0);
}

async fn business_hours_that_change_are_counted_anew(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 60).await;
    let maria = world.maria();
    waits(world, &maria).await;

    let hours = Some(answers::read("daily 9:00-15:30").expect("hours"));
    let change = AnswerChange { hours, ..AnswerChange::default() };
    let workspace = world.workspace().await.id;
    answers::update(&world.ctx(), &operator(), workspace, None, change).await.expect("the hours may be so");
    world.settle().await;

    let shown = parent(world, &maria).await;
    assert!(shown.contains("answer due 2026-03-11 09:34 UTC"), "{shown}");
}

async fn a_number_has_a_target_of_its_own(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 60).await;
    let workspace = world.workspace().await.id;
    let number = numbers::of_workspace(&world.ctx(), workspace).await.expect("numbers").remove(0).id;
    let maria = world.maria();
    waits(world, &maria).await;

    set(world, Some(number), TargetChange { minutes: Some(Some(10)), ..TargetChange::default() }).await;
    let own = parent(world, &maria).await;
    set(world, Some(number), TargetChange { minutes: Some(None), ..TargetChange::default() }).await;
    let none = parent(world, &maria).await;

    assert!(own.contains("answer due 2026-03-10 15:14 UTC"), "{own}");
    assert!(!none.contains("due"), "{none}");
}

async fn a_number_is_like_the_others_again_when_its_target_is_removed(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 60).await;
    let (workspace, ana, maria) = (world.workspace().await.id, world.team().ana.clone(), world.maria());
    let number = numbers::of_workspace(&world.ctx(), workspace).await.expect("numbers").remove(0);
    set(world, Some(number.id), TargetChange { minutes: Some(Some(10)), ..TargetChange::default() }).await;
    waits(world, &maria).await;
    ana.gives_command("clerk-sms", "targets").await;
    world.settle().await;
    ana.presses_on_notice(&number.shown(), &world.slack().await.last_notice_to(&ana.id).clone()).await;
    world.settle().await;

    ana.presses_in_window("Like all other numbers").await;
    world.settle().await;

    assert!(parent(world, &maria).await.contains("answer due 2026-03-10 16:04 UTC"));
    let window = ana.window().await["blocks"].to_string();
    assert!(window.contains("has no target of its own any more") && window.contains("within 60 minutes"), "{window}");
    let shown = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(!shown.contains("within 10 minutes"), "{shown}");
    let again =
        format!("mutation {{ replyTargetDelete(phoneNumberId: \"{}\") {{ errors {{ __typename }} }} }}", number.id);
    let again = world.asks_as_owner(&again).await;
    assert_eq!(again["data"]["replyTargetDelete"]["errors"], json!([{ "__typename": "InputError" }]), "{again}");
}

async fn an_owner_sets_the_target_in_a_window(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());
    let leads = new_channel(world, "leads").await;
    ana.gives_command("clerk-sms", "targets").await;
    world.settle().await;
    let none = world.slack().await.last_notice_to(&ana.id).clone();
    ana.presses_on_notice("Change", &none).await;
    world.settle().await;

    let faults = ana.submits(&[("minutes", json!("soon"))]).await;
    let entered = [
        ("minutes", json!("30")),
        ("escalation_channel", json!(leads)),
        ("escalation_member", json!(ben.id)),
        ("escalation_minutes", json!("5")),
    ];
    ana.submits(&entered).await;
    world.settle().await;
    waits(world, &world.maria()).await;
    world.turn(TimeDelta::minutes(35)).await;

    assert!(none.shown().contains("All numbers. No target is set."), "{}", none.shown());
    assert!(faults.to_string().contains("Choose 1 to 10080 minutes."), "{faults}");
    let slack = world.slack().await;
    let shown = slack.last_notice_to(&ana.id).shown();
    let sentence = format!(
        "within 30 minutes, counted around the clock. When it is late, the conversation says so; 5 minutes later I tell {leads} and {}.",
        ben.id
    );
    assert!(shown.contains(&sentence), "{shown}");
    assert_eq!((told_in(world, &leads).await.len(), slack.direct_posts_to(&ben.id).len()), (1, 1));
}

async fn a_member_who_is_no_owner_changes_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ben = world.team().ben.clone();
    ben.acts_on_channel(&world.slack().await.channel("clerk-sms").id, "join").await;
    ben.gives_command("clerk-sms", "targets").await;
    world.settle().await;

    ben.presses_on_notice("Change", &world.slack().await.last_notice_to(&ben.id).clone()).await;
    world.settle().await;

    assert_eq!(ben.windows().await.len(), 0);
    let told = world.slack().await.last_notice_to(&ben.id).shown();
    assert!(told.contains("An owner of the workspace can grant it."), "{told}");
}

async fn the_home_names_the_late_conversations(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    let (ana, maria, tom) = (world.team().ana.clone(), world.maria(), world.phone(TOM));
    world.names(&maria, "Maria Lopez").await;
    waits(world, &maria).await;
    waits(world, &tom).await;
    ana.opens_home().await;
    world.settle().await;
    let before = ana.home().await["blocks"].to_string();

    world.turn(TimeDelta::minutes(30)).await;
    ana.opens_home().await;
    world.settle().await;

    let after = ana.home().await["blocks"].to_string();
    let (late, rest) = after.split_once("Numbers").expect("the numbers follow");
    assert!(late.contains("2 conversations are late") && late.contains("Maria Lopez"), "{late}");
    assert!(late.contains("+1 415-555-0102") && rest.contains("Recent conversations"), "{after}");
    assert!(!before.contains("are late"), "{before}");
}

async fn the_api_says_which_conversations_are_late(stage: &mut Stage) {
    let world = stage.clinic().await;
    target(world, 30).await;
    waits(world, &world.maria()).await;
    world.turn(TimeDelta::minutes(29)).await;
    waits(world, &world.phone(TOM)).await;

    world.turn(TimeDelta::minutes(1)).await;

    let late =
        "late: conversations(filter: { isLate: true }) { nodes { contact { number } replyDueAt isLate } totalCount }";
    let others = "others: conversations(filter: { isLate: false }) { nodes { contact { number } replyDueAt isLate } totalCount }";
    let told = workspace_by_api(world, &format!("{late} {others}")).await;
    assert_eq!(told["late"]["nodes"][0]["contact"]["number"], world.maria().number, "{told}");
    assert_eq!(told["others"]["nodes"][0]["contact"]["number"], TOM, "{told}");
    assert_eq!(json!([told["late"]["totalCount"], told["others"]["totalCount"]]), json!([1, 1]));
    assert_eq!(json!([told["late"]["nodes"][0]["isLate"], told["others"]["nodes"][0]["isLate"]]), json!([true, false]));
    let due = told["late"]["nodes"][0]["replyDueAt"].as_str().expect("it was due");
    assert!(due.starts_with("2026-03-10T15:34:05"), "{due}");
}

async fn the_api_sets_a_target_and_says_what_is_wrong_with_one(stage: &mut Stage) {
    let world = stage.clinic().await;
    let workspace = world.workspace().await.id;
    let update = |input: &str| {
        format!(
            "mutation {{ replyTargetUpdate(workspaceId: \"{workspace}\", input: {input}) {{ replyTarget {{ minutes escalationMinutes escalationChannel {{ channelId }} }} errors {{ path }} }} }}"
        )
    };

    let set = world.asks_as_owner(&update("{ minutes: 30, escalationMinutes: 5, escalationChannelId: \"C1\" }")).await;
    let short = world.asks_as_owner(&update("{ minutes: 0 }")).await;
    let nobody = world.asks_as_owner(&update("{ escalationUserId: \"usr_1\" }")).await;
    world.settle().await;

    let target = json!({ "minutes": 30, "escalationMinutes": 5, "escalationChannel": { "channelId": "C1" } });
    assert_eq!(set["data"]["replyTargetUpdate"], json!({ "replyTarget": target, "errors": [] }), "{set}");
    assert_eq!(short["data"]["replyTargetUpdate"]["errors"], json!([{ "path": ["input", "minutes"] }]), "{short}");
    let path = json!([{ "path": ["input", "escalationUserId"] }]);
    assert_eq!(nobody["data"]["replyTargetUpdate"]["errors"], path, "{nobody}");
    let listed = workspace_by_api(world, "replyTargets { phoneNumber { id } minutes }").await;
    assert_eq!(listed["replyTargets"], json!([{ "phoneNumber": null, "minutes": 30 }]));
}
