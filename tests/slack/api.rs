//! What a program does through the API has its effect in Slack, and what a member does in Slack stands in the API at once: send modes of channels, where
//! texts go, where a conversation is, and what is wrong with the connection.

use chrono::TimeDelta;
use domain::members::Permission;
use serde_json::{Value, json};

use crate::world::{Phone, Stage, Vendor, World, both};

both!(
    a_mode_that_the_api_sets_holds_in_slack_at_once,
    a_mode_that_is_set_in_slack_stands_in_the_api_at_once,
    the_api_says_why_a_channel_has_its_mode,
    a_choice_that_is_given_up_leaves_the_mode_to_who_reads_along,
    settings_that_are_saved_as_they_stood_are_no_choice,
    a_mode_that_is_set_again_is_not_recorded,
    who_may_not_change_settings_changes_no_mode,
    a_channel_that_is_not_known_has_no_mode_to_set,
    a_number_has_its_shared_channel_and_those_of_its_conversations,
    new_conversations_begin_where_the_api_says,
    the_threads_of_a_number_go_to_the_channel_that_the_api_names,
    the_times_of_replies_that_the_api_sets_hold_in_slack,
    a_routing_that_cannot_be_is_refused_with_its_reason,
    a_conversation_that_the_api_moves_goes_on_in_a_channel_and_back_in_its_thread,
    a_conversation_of_somebody_else_is_not_moved,
    a_revoked_token_is_told_with_what_to_do_until_the_app_is_installed_again,
    a_removed_app_is_told_with_what_to_do,
    permissions_that_are_missing_are_told_with_what_to_do,
);

const MODE: &str = "channelId name sendMode sendModeReason company";

async fn written_to_by_maria(world: &World) -> Phone {
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    maria
}

async fn id_of_number(world: &World) -> String {
    let slug = world.workspace().await.slug;
    let told = world
        .asks_as_owner(&format!("{{ workspace(slug: \"{slug}\") {{ phoneNumbers {{ nodes {{ id }} }} }} }}"))
        .await;
    told["data"]["workspace"]["phoneNumbers"]["nodes"][0]["id"].as_str().expect("the clinic has a number").to_owned()
}

/// Channels of the clinic's number, as the API tells.
async fn channels(world: &World) -> Vec<Value> {
    let id = id_of_number(world).await;
    let query = format!(
        "{{ node(id: \"{id}\") {{ ... on PhoneNumber {{ slackChannels {{ totalCount nodes {{ {MODE} }} }} }} }} }}"
    );
    let told = world.asks_as_owner(&query).await["data"]["node"]["slackChannels"].clone();
    let nodes = told["nodes"].as_array().cloned().unwrap_or_else(|| panic!("no channels in {told}"));
    assert_eq!(told["totalCount"], nodes.len());
    nodes
}

/// The shared channel, as the API tells.
async fn shared(world: &World) -> Value {
    let all = channels(world).await;
    all.into_iter().find(|channel| channel["name"] == "clerk-sms").expect("the number has its shared channel")
}

fn mode_document(world_id: &str, channel: &str, mode: &str) -> String {
    format!(
        "mutation {{ slackChannelUpdate(workspaceId: \"{world_id}\", channelId: \"{channel}\", input: {{ sendMode: {mode} }}) {{
            slackChannel {{ {MODE} }} errors {{ __typename message ... on InputError {{ path }} }} }} }}"
    )
}

/// Sets the mode of the shared channel by the API; the answer.
async fn sets_mode(world: &World, mode: &str) -> Value {
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    let document = mode_document(&world.workspace().await.id.to_string(), &channel, mode);
    let answer = world.asks_as_owner(&document).await;
    assert_eq!(answer["data"]["slackChannelUpdate"]["errors"], json!([]), "{answer}");
    answer["data"]["slackChannelUpdate"]["slackChannel"].clone()
}

/// Ana opens the settings of the shared channel.
async fn opens_settings(world: &World) {
    world.team().ana.gives_command("clerk-sms", "settings").await;
    world.settle().await;
}

/// What is chosen in an input of the window on top.
async fn chosen(world: &World, input: &str) -> Value {
    let window = world.team().ana.window().await;
    let blocks = window["blocks"].as_array().cloned().unwrap_or_default();
    let found = blocks.into_iter().find(|block| block["block_id"] == input).expect("the window has the input");
    found["element"]["initial_option"]["value"].clone()
}

async fn a_mode_that_the_api_sets_holds_in_slack_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    let told = sets_mode(world, "MENTION").await;
    world.team().ana.replies(&world.thread_with(&maria).await, "She is a regular").await;
    world.settle().await;
    opens_settings(world).await;

    assert_eq!((&told["sendMode"], &told["sendModeReason"]), (&json!("MENTION"), &json!("CHOSEN")));
    assert_eq!(maria.has_received().await, Vec::<String>::new());
    assert_eq!(chosen(world, "mode").await, "explicit");
    let slug = world.workspace().await.slug;
    let log = "auditLog(filter: { action: \"sendModeSet\" }) { nodes { summary actor { __typename } changes } }";
    let log = world.asks_as_owner(&format!("{{ workspace(slug: \"{slug}\") {{ {log} }} }}")).await;
    let entries = &log["data"]["workspace"]["auditLog"]["nodes"];
    assert!(entries[0]["summary"].as_str().is_some_and(|line| line.contains("#clerk-sms")), "{log}");
    assert_eq!(entries[0]["changes"]["sendMode"], json!({ "before": "auto", "after": "explicit" }));
}

async fn a_mode_that_is_set_in_slack_stands_in_the_api_at_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    opens_settings(world).await;

    world.team().ana.submits(&[("mode", json!("confirm"))]).await;
    world.settle().await;

    let told = shared(world).await;
    assert_eq!((&told["sendMode"], &told["sendModeReason"]), (&json!("CONFIRM"), &json!("CHOSEN")));
}

async fn the_api_says_why_a_channel_has_its_mode(stage: &mut Stage) {
    let world = stage.clinic().await;
    let alone = shared(world).await;

    world.brings("clerk-sms", "guest").await;
    world.brings("clerk-sms", "bot").await;

    assert_eq!(
        (&alone["sendMode"], &alone["sendModeReason"], &alone["company"]),
        (&json!("ALL"), &json!("TEAM_ONLY"), &json!([]))
    );
    let told = shared(world).await;
    assert_eq!((&told["sendMode"], &told["sendModeReason"]), (&json!("MENTION"), &json!("COMPANY")));
    assert_eq!(told["company"], json!(["GUESTS", "OTHER_APPS"]));
}

async fn a_choice_that_is_given_up_leaves_the_mode_to_who_reads_along(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.brings("clerk-sms", "guest").await;
    let chosen = sets_mode(world, "ALL").await;

    let left = sets_mode(world, "null").await;

    assert_eq!((&chosen["sendMode"], &chosen["sendModeReason"]), (&json!("ALL"), &json!("CHOSEN")));
    assert_eq!((&left["sendMode"], &left["sendModeReason"]), (&json!("MENTION"), &json!("COMPANY")));
}

/// Otherwise nobody would be warned when a guest comes later.
async fn settings_that_are_saved_as_they_stood_are_no_choice(stage: &mut Stage) {
    let world = stage.clinic().await;
    opens_settings(world).await;

    world.team().ana.submits(&[("undo", json!("10"))]).await;
    world.settle().await;
    let before = shared(world).await;
    world.brings("clerk-sms", "guest").await;

    assert_eq!(before["sendModeReason"], "TEAM_ONLY");
    assert_eq!(shared(world).await["sendMode"], "MENTION");
}

async fn a_mode_that_is_set_again_is_not_recorded(stage: &mut Stage) {
    let world = stage.clinic().await;

    sets_mode(world, "CONFIRM").await;
    sets_mode(world, "CONFIRM").await;

    let slug = world.workspace().await.slug;
    let log = "auditLog(filter: { action: \"sendModeSet\" }) { totalCount }";
    let log = world.asks_as_owner(&format!("{{ workspace(slug: \"{slug}\") {{ {log} }} }}")).await;
    assert_eq!(log["data"]["workspace"]["auditLog"]["totalCount"], 1, "{log}");
}

async fn who_may_not_change_settings_changes_no_mode(stage: &mut Stage) {
    let world = stage.clinic().await;
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    let document = mode_document(&world.workspace().await.id.to_string(), &channel, "CONFIRM");

    let refused = world.asks_with(&[Permission::WorkspaceRead, Permission::NumbersManage], &document).await;

    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    assert_eq!(shared(world).await["sendModeReason"], "TEAM_ONLY");
}

async fn a_channel_that_is_not_known_has_no_mode_to_set(stage: &mut Stage) {
    let world = stage.clinic().await;
    let general = world.slack().await.channel("general").id.clone();

    let document = mode_document(&world.workspace().await.id.to_string(), &general, "CONFIRM");
    let answer = world.asks_as_owner(&document).await["data"]["slackChannelUpdate"].clone();

    assert_eq!(
        (&answer["slackChannel"], &answer["errors"][0]["path"]),
        (&Value::Null, &json!(["channelId"])),
        "{answer}"
    );
}

async fn a_number_has_its_shared_channel_and_those_of_its_conversations(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let own = world.moves_to_own_channel(&world.team().ana, &maria).await;
    world.creates_private_channel("board-room", true).await;

    let mut names: Vec<_> = channels(world).await.iter().map(|channel| channel["name"].clone()).collect();

    names.sort_by_key(Value::to_string);
    assert_eq!(names, [json!("clerk-sms"), json!(own.name)]);
}

/// Changes the routing of the clinic's number by the API; the whole answer.
async fn routes_by_api(world: &World, routing: &str) -> Value {
    let id = id_of_number(world).await;
    let fields = "defaultPlacement directChannelPrefix quietSeconds undoSeconds sharedChannel { name }";
    let document = format!(
        "mutation {{ phoneNumberUpdate(id: \"{id}\", input: {{ routing: {{ {routing} }} }}) {{
            phoneNumber {{ routing {{ {fields} }} }} errors {{ __typename message ... on InputError {{ path }} }} }} }}"
    );
    let answer = world.asks_as_owner(&document).await["data"]["phoneNumberUpdate"].clone();
    world.settle().await;
    answer
}

async fn new_conversations_begin_where_the_api_says(stage: &mut Stage) {
    let world = stage.clinic().await;

    let answer = routes_by_api(world, "defaultPlacement: DIRECT_CHANNEL, directChannelPrefix: \"patient-\"").await;
    let maria = written_to_by_maria(world).await;

    let routing = &answer["phoneNumber"]["routing"];
    assert_eq!(
        (&routing["defaultPlacement"], &routing["directChannelPrefix"]),
        (&json!("DIRECT_CHANNEL"), &json!("patient-"))
    );
    let channel = world.own_channel_of(&maria).await;
    assert_eq!(channel.name, "patient-14155550101");
    assert_eq!(channel.texts_of_contact(), ["When can I come?"]);
}

async fn the_threads_of_a_number_go_to_the_channel_that_the_api_names(stage: &mut Stage) {
    let world = stage.clinic().await;
    let create = json!({ "user": world.team().ana.id, "channel": "", "action": "create", "name": "front-desk" });
    world.outside.order("slack/channel", create).await;
    let desk = world.slack().await.channel("front-desk").id.clone();

    let answer = routes_by_api(world, &format!("sharedChannelId: \"{desk}\"")).await;
    let maria = written_to_by_maria(world).await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine.").await;
    world.settle().await;

    assert_eq!(answer["errors"], json!([]), "{answer}");
    assert_eq!(world.thread_with(&maria).await.channel(), desk);
    assert_eq!(maria.has_received().await, ["At nine."]);
    let id = id_of_number(world).await;
    let query =
        format!("{{ node(id: \"{id}\") {{ ... on PhoneNumber {{ routing {{ sharedChannel {{ name }} }} }} }} }}");
    assert_eq!(world.asks_as_owner(&query).await["data"]["node"]["routing"]["sharedChannel"]["name"], "front-desk");
}

async fn the_times_of_replies_that_the_api_sets_hold_in_slack(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;

    let answer = routes_by_api(world, "quietSeconds: 0, undoSeconds: 10").await;
    maria.texts("Hello?").await;
    world.settle().await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine.").await;
    world.settle().await;
    world.turn(TimeDelta::seconds(9)).await;
    let early = maria.has_received().await.len();
    world.turn(TimeDelta::seconds(2)).await;

    let routing = &answer["phoneNumber"]["routing"];
    assert_eq!((&routing["quietSeconds"], &routing["undoSeconds"]), (&json!(0), &json!(10)), "{answer}");
    let said = world.slack().await.channel("clerk-sms").announcements();
    assert_eq!(said.iter().filter(|post| post.starts_with("New text from")).count(), 1, "{said:?}");
    assert_eq!((early, maria.has_received().await.len()), (0, 1));
}

async fn a_routing_that_cannot_be_is_refused_with_its_reason(stage: &mut Stage) {
    let world = stage.clinic().await;

    let prefix = routes_by_api(world, "directChannelPrefix: \"No Capitals\"").await;
    let undo = routes_by_api(world, "undoSeconds: 3600").await;

    for answer in [&prefix, &undo] {
        assert_eq!(
            (&answer["phoneNumber"], &answer["errors"][0]["__typename"]),
            (&Value::Null, &json!("InputError")),
            "{answer}"
        );
    }
    let maria = written_to_by_maria(world).await;
    let channel = world.moves_to_own_channel(&world.team().ana, &maria).await;
    assert_eq!(channel.name, "sms-14155550101");
}

/// Moves the only conversation by the API, with the token of the workspace; the answer.
async fn moves_by_api(world: &World, placement: &str) -> Value {
    let id = world.conversations().await.remove(0).id;
    let document = format!(
        "mutation {{ conversationMove(id: \"{id}\", placement: {placement}) {{ conversation {{ id }} errors {{ message }} }} }}"
    );
    let answer = world.asks_as_owner(&document).await["data"]["conversationMove"].clone();
    world.settle().await;
    answer
}

/// Where the only conversation is, as the API tells.
async fn place_told(world: &World) -> Value {
    let id = world.conversations().await.remove(0).id;
    let query =
        format!("{{ node(id: \"{id}\") {{ ... on Conversation {{ placement slackUrl slackChannel {{ name }} }} }} }}");
    world.asks_as_owner(&query).await["data"]["node"].clone()
}

async fn a_conversation_that_the_api_moves_goes_on_in_a_channel_and_back_in_its_thread(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let ana = world.team().ana.clone();

    let there = moves_by_api(world, "DIRECT_CHANNEL").await;
    let channel = world.own_channel_of(&maria).await;
    let told_there = place_told(world).await;
    ana.writes_in_channel(&channel.id, "At nine.").await;
    world.settle().await;
    let back = moves_by_api(world, "SHARED_THREAD").await;
    ana.replies(&world.thread_with(&maria).await, "Or at ten.").await;
    world.settle().await;

    assert_eq!((&there["errors"], &back["errors"]), (&json!([]), &json!([])));
    assert!(channel.announcements().iter().any(|post| post.contains("When can I come?")), "{channel:?}");
    assert_eq!(
        (&told_there["placement"], &told_there["slackChannel"]["name"]),
        (&json!("DIRECT_CHANNEL"), &json!(channel.name))
    );
    assert!(told_there["slackUrl"].as_str().is_some_and(|url| url.ends_with(&channel.id)), "{told_there}");
    assert_eq!(maria.has_received().await, ["At nine.", "Or at ten."]);
    assert_eq!(place_told(world).await["slackChannel"]["name"], "clerk-sms");
}

async fn a_conversation_of_somebody_else_is_not_moved(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = written_to_by_maria(world).await;
    let foreign = "conv_00000000000000000000000001";
    let own = world.conversations().await.remove(0).id;
    let to = |id: &str| {
        format!(
            "mutation {{ conversationMove(id: \"{id}\", placement: DIRECT_CHANNEL) {{ conversation {{ id }} errors {{ message }} }} }}"
        )
    };

    let unknown = world.asks_as_owner(&to(foreign)).await;
    let reader = world.asks_with(&[Permission::WorkspaceRead], &to(&own.to_string())).await;
    world.settle().await;

    assert_eq!(unknown["data"]["conversationMove"]["conversation"], Value::Null, "{unknown}");
    assert_eq!(reader["errors"][0]["extensions"]["code"], "FORBIDDEN", "{reader}");
    assert_eq!(place_told(world).await["placement"], "SHARED_THREAD");
    assert_eq!(world.thread_with(&maria).await.texts_of_contact().len(), 1);
}

/// The connection, as the API tells whoever may see the workspace.
async fn connection(world: &World) -> Value {
    let slug = world.workspace().await.slug;
    let fields = "isConnected installUrl missingScopes problem { kind code message startedAt }";
    let query = format!("{{ workspace(slug: \"{slug}\") {{ slack {{ {fields} }} }} }}");
    world.asks_with(&[Permission::WorkspaceRead], &query).await["data"]["workspace"]["slack"].clone()
}

fn says(told: &Value, kind: &str, words: &[&str]) {
    let message = told["problem"]["message"].as_str().unwrap_or_default();
    assert!(words.iter().all(|word| message.contains(word)), "{told}");
    assert_eq!(told["problem"]["kind"], kind, "{told}");
}

async fn a_revoked_token_is_told_with_what_to_do_until_the_app_is_installed_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let sound = connection(world).await;
    world.outside.breaks(Vendor::Slack, "*", json!({ "effect": "slack_error", "error": "token_revoked" })).await;
    let maria = written_to_by_maria(world).await;

    let broken = connection(world).await;
    world.outside.is_repaired().await;
    let page = world.opens(broken["installUrl"].as_str().expect("an address")).await;
    world.installs_again().await;

    assert_eq!((&sound["isConnected"], &sound["problem"]), (&json!(true), &Value::Null));
    says(&broken, "TOKEN_REFUSED", &["token_revoked", "are kept", "installs the app again"]);
    assert_eq!((&broken["isConnected"], &broken["problem"]["code"]), (&json!(false), &json!("token_revoked")));
    let since: chrono::DateTime<chrono::Utc> =
        broken["problem"]["startedAt"].as_str().and_then(|at| at.parse().ok()).expect("since when it is broken");
    assert_eq!(since, world.clock.now());
    assert!((300..400).contains(&page.status), "the address leads on to Slack: {}", page.status);
    assert_eq!(connection(world).await, sound);
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["When can I come?"]);
}

async fn a_removed_app_is_told_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.turn(TimeDelta::minutes(1)).await;

    world.outside.order("slack/uninstall", json!({})).await;
    world.settle().await;

    let broken = connection(world).await;
    says(&broken, "APP_REMOVED", &["was removed from Slack", "installs the app again"]);
    assert_eq!(broken["isConnected"], false);
}

async fn permissions_that_are_missing_are_told_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;

    world.tampers("UPDATE installations SET scopes = replace(scopes, 'im:write', '')", vec![]).await;

    let told = connection(world).await;
    says(&told, "PERMISSIONS_MISSING", &["the permission im:write", "Install the app again"]);
    assert_eq!((&told["isConnected"], &told["missingScopes"]), (&json!(true), &json!(["im:write"])));
}
