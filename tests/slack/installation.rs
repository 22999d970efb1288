//! The installation: begun from our page, agreed to in Slack, taken up again where it was after the app had been removed.

use chrono::TimeDelta;
use domain::{
    members::{self, Role},
    numbers,
    outbox::State,
    page::PageRequest,
    workspaces::{self, Status},
};
use serde_json::json;

use crate::world::{Stage, Team, Vendor, World, both};

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
    a_permission_that_an_older_installation_lacks_is_asked_for_once,
    a_permission_that_slack_misses_is_asked_for_and_what_needs_it_waits,
    half_of_the_permissions_are_no_installation,
    a_colleague_who_installs_again_takes_nothing_over,
    an_organisation_installs_for_all_its_teams,
    an_organisation_that_has_put_the_app_into_no_team_yet_loses_nothing,
    the_channels_of_an_organisation_are_made_where_its_shared_channel_is,
    an_organisation_takes_no_team_over_that_has_its_own_installation,
    a_member_and_a_channel_are_called_as_they_are_called_now,
    a_channel_that_gets_another_id_keeps_its_conversations,
    the_check_names_the_permissions_that_are_missing,
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

impl World {
    /// What Ana was told in her direct conversation with the app.
    async fn ana_was_told(&self) -> Vec<String> {
        self.slack().await.direct_posts_to(&self.team().ana.id).iter().map(|post| post.shown()).collect()
    }

    /// What the clinic's installation may not do of all that is needed, as it is kept.
    async fn has_scope(&self, scope: &str) -> bool {
        let row = workspaces::installation(&self.ctx(), self.workspace().await.id).await.expect("it is read");
        row.expect("it was installed").scopes.split(' ').any(|granted| granted == scope)
    }
}

async fn a_permission_that_an_older_installation_lacks_is_asked_for_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.tampers("UPDATE installations SET scopes = replace(scopes, 'reactions:write', '')", vec![]).await;

    world.turn(TimeDelta::hours(1)).await;
    world.turn(TimeDelta::hours(1)).await;
    let (told, report) = (world.ana_was_told().await, world.report_of("installations.check").await);
    world.installs_again().await;
    world.turn(TimeDelta::hours(1)).await;

    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("reactions:write") && told[0].contains("install Clerk again"), "{told:?}");
    assert!(report.ends_with("1 lack permissions."), "{report}");
    assert!(world.has_scope("reactions:write").await && world.ana_was_told().await.len() == 1);
}

/// An admin has taken it back: Slack's answer is all that we get to know.
async fn a_permission_that_slack_misses_is_asked_for_and_what_needs_it_waits(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let thread = world.thread_with(&maria).await;
    let fewer: Vec<&str> = scopes().into_iter().filter(|scope| *scope != "reactions:write").collect();
    world.outside.order("slack/settings", json!({ "grant": fewer.join(",") })).await;
    let status = world.goes_through_installation("northwind-dental", "ana").await;

    world.team().ana.replies(&thread, "Come at nine.").await;
    world.team().ana.replies(&thread, "Or at ten.").await;
    world.settle().await;
    let (told, has_it) = (world.ana_was_told().await, world.has_scope("reactions:write").await);
    world.outside.order("slack/settings", json!({ "grant": "" })).await;
    world.installs_again().await;

    assert_eq!((status, maria.has_received().await), (403, vec!["Come at nine.".to_owned(), "Or at ten.".to_owned()]));
    assert!(told.len() == 1 && told[0].contains("reactions:write") && !has_it, "{told:?}");
    let replies = world.thread_with(&maria).await.replies;
    let marks: Vec<_> = replies.iter().filter(|post| !post.is_of_app()).map(|post| post.marks().len()).collect();
    assert_eq!(marks, [1, 1]);
}

async fn half_of_the_permissions_are_no_installation(stage: &mut Stage) {
    let world = stage.world().await;
    world.outside.order("slack/settings", json!({ "grant": "chat:write,commands" })).await;

    let status = world.goes_through_installation("northwind-dental", "ana").await;

    let all = workspaces::list(&world.ctx(), &workspaces::WorkspaceFilter::default(), &PageRequest::first(10)).await;
    assert_eq!((status, all.expect("workspaces are listed").items.len()), (403, 0));
}

async fn a_colleague_who_installs_again_takes_nothing_over(stage: &mut Stage) {
    let world = stage.clinic().await;
    let before = world.workspace().await;

    world.colleague_installs_again("ben").await;

    let members = members::list(&world.ctx(), before.id, &PageRequest::first(10)).await.expect("members are listed");
    let owners: Vec<_> = members.items.into_iter().filter(|(_, member)| member.role == Role::Owner).collect();
    let owner = members::user(&world.ctx(), &[owners[0].1.user_id]).await.expect("it is read").remove(0);
    assert_eq!((owners.len(), owner.chat_user_id), (1, world.team().ana.id.clone()));
    assert_eq!(world.workspace().await, before);
}

/// Slack names no team then, but the organisation; what happens in each of its teams arrives under the organisation.
async fn an_organisation_installs_for_all_its_teams(stage: &mut Stage) {
    let world = stage.world().await;
    let order = json!({ "name": "Northwind Group", "org_wide": true, "teams": ["northwind-dental"] });
    let organisation = world.outside.order("slack/org", order).await["id"].as_str().expect("an id").to_owned();

    let team = world.installs_for("northwind-dental").await;
    let found = workspaces::by_team(&world.ctx(), &organisation).await.expect("it is looked for");
    let workspace = found.expect("the organisation has a workspace");
    let slack = world.outside.slack(&team.id).await;
    let greeting = slack.channel("clerk-sms").messages.iter().find(|post| post.shown().contains("Welcome"));
    team.ana.presses("Get a number", greeting.expect("the app greets")).await;
    world.settle().await;
    let held = numbers::of_workspace(&world.ctx(), workspace.id).await.expect("numbers are listed").remove(0);
    let team = Team { number: Some(held.e164.as_e164().to_owned()), ..team };
    let maria = world.phone_for(&team, "+14155550101");
    maria.texts("Hello").await;
    world.settle().await;
    let thread = world.outside.slack(&team.id).await.thread_with(&maria.number);
    team.ana.replies(&thread, "Good morning").await;
    world.settle().await;
    // Past the undo window, which nobody has shortened here.
    world.turn(TimeDelta::seconds(6)).await;

    let slack = world.outside.slack(&team.id).await;
    let notices: Vec<_> = slack.notices_to(&team.ana.id).iter().map(|notice| notice.shown()).collect();
    assert_eq!(thread.texts_of_contact(), ["Hello"]);
    assert_eq!(maria.has_received().await, ["Good morning"], "{notices:?}");
    assert!(workspaces::by_team(&world.ctx(), &team.id).await.expect("it is looked for").is_none());
}

/// Ana installs Clerk for an organisation of two teams, and the second of them is where she is.
async fn organisation_of_two(world: &mut World, is_withheld: bool) -> workspaces::Workspace {
    world.goes_through_installation("Harbor Books", "ana").await;
    let teams = json!(["northwind-dental", "Harbor Books"]);
    let order = json!({ "name": "Northwind Group", "org_wide": true, "withheld": is_withheld, "teams": teams });
    let organisation = world.outside.order("slack/org", order).await["id"].as_str().expect("an id").to_owned();
    world.installs().await;
    let found = workspaces::by_team(&world.ctx(), &organisation).await.expect("it is looked for");
    found.expect("the organisation has a workspace")
}

/// Slack lets an organisation in before anybody has chosen the teams.
async fn an_organisation_that_has_put_the_app_into_no_team_yet_loses_nothing(stage: &mut Stage) {
    let world = stage.world().await;

    let workspace = organisation_of_two(world, true).await;
    let waiting = world.open_tasks().await;
    let granted =
        json!({ "name": "Northwind Group", "org_wide": true, "withheld": false, "teams": ["northwind-dental"] });
    world.outside.order("slack/org", granted).await;
    world.settle().await;

    assert_eq!(waiting, [("channel.prepare".to_owned(), State::Parked)]);
    let known = workspaces::find(&world.ctx(), &[workspace.id]).await.expect("it is read").remove(0);
    let slack = world.slack().await;
    assert_eq!(known.default_channel_id.as_deref(), Some(slack.channel("clerk-sms").id.as_str()));
    assert_eq!(slack.channel("clerk-sms").announcements().len(), 1);
}

async fn the_channels_of_an_organisation_are_made_where_its_shared_channel_is(stage: &mut Stage) {
    let world = stage.world().await;

    let workspace = organisation_of_two(world, false).await;

    let row = workspaces::installation(&world.ctx(), workspace.id).await.expect("it is read").expect("it is installed");
    assert_eq!(row.home_team_id.as_deref(), Some(world.team().id.as_str()));
    let created = world.outside.requests(Vendor::Slack, "conversations.create").await;
    assert_eq!(created.last().map(|asked| asked.json["team_id"].clone()), Some(json!(world.team().id)));
}

async fn an_organisation_takes_no_team_over_that_has_its_own_installation(stage: &mut Stage) {
    let world = stage.clinic().await;
    let before = world.workspace().await;
    let (own, number) = (world.outside.slack("northwind-dental").await.team.id, world.number().to_owned());
    world.installs_for("Harbor Books").await;
    let order = json!({ "name": "Group", "org_wide": true, "teams": [own, "Harbor Books"] });
    let organisation = world.outside.order("slack/org", order).await["id"].as_str().expect("an id").to_owned();

    world.installs_for("Harbor Books").await;

    let found = workspaces::by_team(&world.ctx(), &organisation).await.expect("it is looked for");
    assert_ne!(found.expect("the organisation has a workspace of its own").id, before.id);
    assert_eq!(world.workspace().await, before);
    let held = numbers::of_workspace(&world.ctx(), before.id).await.expect("numbers are listed");
    assert_eq!(held.iter().map(|held| held.e164.as_e164()).collect::<Vec<_>>(), [number]);
}

async fn a_member_and_a_channel_are_called_as_they_are_called_now(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Who are you?").await;
    world.settle().await;
    let (thread, ana, ben) = (world.thread_with(&maria).await, world.team().ana.clone(), world.team().ben.clone());
    let text = format!("Ask <@{}>", ben.id);
    ana.replies(&thread, &text).await;
    world.settle().await;
    let asked = world.outside.requests(Vendor::Slack, "users.info").await.len();

    world.outside.order("slack/user", json!({ "user": ben.id, "real_name": "Benjamin Carter" })).await;
    let rename = json!({ "user": ana.id, "channel": thread.channel(), "action": "rename", "name": "front-desk" });
    world.outside.order("slack/channel", rename).await;
    world.settle().await;
    ana.replies(&thread, &text).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["Ask @Ben Carter", "Ask @Benjamin Carter"]);
    assert_eq!(world.outside.requests(Vendor::Slack, "users.info").await.len(), asked);
    let known = workspaces::list_channels(&world.ctx(), &[world.workspace().await.id]).await.expect("they are listed");
    let shared = known.iter().find(|known| known.channel_id == thread.channel()).expect("the shared channel is known");
    assert_eq!(shared.name.as_deref(), Some("front-desk"));
}

/// It happens when an organisation takes a workspace in. Slack tells of it; the simulated one keeps its ids, so only our side is looked at.
async fn a_channel_that_gets_another_id_keeps_its_conversations(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let old = world.thread_with(&maria).await.channel().to_owned();

    let moved = json!({ "type": "channel_id_changed", "old_channel_id": old, "new_channel_id": "C0MOVED" });
    world.outside.order("slack/event", json!({ "event": moved, "copies": 2 })).await;
    world.settle().await;
    let (workspace, conversations) = (world.workspace().await, world.conversations().await);
    let back = json!({ "type": "channel_id_changed", "old_channel_id": "C0MOVED", "new_channel_id": old });
    world.outside.order("slack/event", json!({ "event": back })).await;
    world.settle().await;

    assert_eq!(workspace.default_channel_id.as_deref(), Some("C0MOVED"));
    assert_eq!(conversations[0].channel_id.as_deref(), Some("C0MOVED"));
    maria.texts("Still there?").await;
    world.settle().await;
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello", "Still there?"]);
}

async fn the_check_names_the_permissions_that_are_missing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (_, sound) = world.runs_command(&["check"]).await;
    world.tampers("UPDATE installations SET scopes = replace(scopes, 'im:write', '')", vec![]).await;

    let (is_good, said) = world.runs_command(&["check"]).await;

    assert!(sound.contains("may do all that it needs"), "{sound}");
    assert!(!is_good && said.contains("the permissions im:write are missing. Install the app again at "), "{said}");
}

fn scopes() -> Vec<&'static str> {
    providers::chat::slack::BOT_SCOPES.to_vec()
}
