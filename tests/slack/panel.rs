//! What a member can do without a thread: the command, the panel, quick send in its three spellings, the window to send a text, the home, shortcuts.

use serde_json::json;

use crate::world::{Stage, TOM, Vendor, World, both, button_labels};

both!(
    the_command_alone_shows_the_panel_to_whoever_gave_it,
    a_text_goes_out_by_the_command,
    a_text_goes_out_by_naming_the_app,
    a_text_goes_out_by_the_word_send_in_a_channel,
    a_number_is_read_as_in_the_country_of_ours,
    what_is_ambiguous_is_asked_back_in_private_and_nothing_is_sent,
    a_number_without_a_text_opens_the_window_with_the_number,
    people_who_write_of_sending_things_send_nothing,
    an_emergency_number_is_refused_with_what_to_do,
    a_text_written_in_the_window_goes_out,
    the_window_finds_a_contact_by_name,
    the_window_says_what_a_text_costs_while_it_is_written,
    the_window_stays_open_with_what_is_wrong,
    what_is_refused_later_can_be_opened_again_as_it_was,
    a_text_written_in_the_window_can_wait,
    the_home_shows_numbers_usage_and_recent_conversations,
    the_home_of_a_new_team_leads_to_its_first_number,
    the_shortcut_on_a_post_opens_the_window_with_its_number,
    settings_are_for_owners_and_take_effect,
    help_teaches_what_there_is,
    where_the_app_is_not_a_command_is_answered_all_the_same,
    what_is_pressed_on_such_an_answer_is_answered_there_too,
    an_answer_that_comes_too_late_is_told_in_the_direct_conversation,
    an_address_that_is_used_up_does_not_silence_the_app_where_it_is,
    the_address_of_an_answer_is_kept_as_a_secret,
    an_unknown_word_is_answered_with_what_there_is,
);

async fn the_command_alone_shows_the_panel_to_whoever_gave_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    let status = ana.gives_command("clerk-sms", "").await;
    world.settle().await;

    assert_eq!(status, 200);
    let slack = world.slack().await;
    let panel = slack.last_notice_to(&ana.id);
    assert_eq!(button_labels(&panel.blocks), ["Send text", "Conversations", "Usage", "Settings", "Broadcast"]);
    assert!(panel.shown().contains("0 of 10 segments used"), "{}", panel.shown());
    assert_eq!(slack.notices_to(&world.team().ben.id).len(), 0);
}

async fn a_text_goes_out_by_the_command(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", &format!("send {} See you at nine.", maria.number)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["See you at nine."]);
    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("is on its way"), "{notice}");
    let thread = world.thread_with(&maria).await;
    assert!(
        thread.notes().iter().any(|note| note.contains("See you at nine.") && note.contains("Sent by Ana Ruiz")),
        "{thread:?}"
    );
}

async fn a_text_goes_out_by_naming_the_app(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let app = world.slack().await.app.bot_user_id;

    let text = format!("<@{app}> send <tel:{}|(415) 555-0101> See you at nine.", maria.number);
    world.team().ana.posts(json!({ "channel": "clerk-sms", "text": text })).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["See you at nine."]);
}

async fn a_text_goes_out_by_the_word_send_in_a_channel(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    world.team().ana.posts(json!({ "channel": "clerk-sms", "text": "send (415) 555-0101 See you at nine." })).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["See you at nine."]);
}

async fn a_number_is_read_as_in_the_country_of_ours(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    for spelling in ["415-555-0101", "1 415 555 0101", "+1 (415) 555.0101"] {
        world.team().ana.gives_command("clerk-sms", &format!("send {spelling} {spelling}")).await;
        world.settle().await;
    }

    assert_eq!(maria.has_received().await, ["415-555-0101", "1 415 555 0101", "+1 (415) 555.0101"]);
}

async fn what_is_ambiguous_is_asked_back_in_private_and_nothing_is_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", "send +43 1 58858 10 Uhr passt").await;
    world.settle().await;

    let slack = world.slack().await;
    let notice = slack.last_notice_to(&ana.id);
    assert!(notice.shown().contains("Not sent.") && notice.shown().contains(" or "), "{}", notice.shown());
    assert_eq!(button_labels(&notice.blocks), ["Write it in a window"]);
    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

async fn a_number_without_a_text_opens_the_window_with_the_number(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", &format!("send {}", maria.number)).await;
    world.settle().await;
    let slack = world.slack().await;
    ana.presses_on_notice("Write it in a window", slack.last_notice_to(&ana.id)).await;
    world.settle().await;

    let window = ana.window().await;
    assert!(window["blocks"].to_string().contains("555"), "{window:#}");
    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

async fn people_who_write_of_sending_things_send_nothing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    for text in ["send it tomorrow", "please send +14155550101 a card", "Sending 5 boxes"] {
        ana.posts(json!({ "channel": "clerk-sms", "text": text })).await;
    }
    world.settle().await;

    assert_eq!(world.ledger().await.texts_out.len(), 0);
    assert_eq!(world.slack().await.notices_to(&ana.id).len(), 0);
}

async fn an_emergency_number_is_refused_with_what_to_do(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", "send 911 Help").await;
    world.settle().await;

    let notice = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(notice.contains("cannot reach emergency services; call 911"), "{notice}");
    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

async fn a_text_written_in_the_window_goes_out(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let wrong = ana.submits(&[("to", json!("(415) 555-0101")), ("text", json!("See you at nine."))]).await;
    world.settle().await;

    assert!(wrong.as_object().is_none_or(serde_json::Map::is_empty), "{wrong}");
    assert_eq!(ana.windows().await.len(), 0);
    assert_eq!(maria.has_received().await, ["See you at nine."]);
}

async fn the_window_finds_a_contact_by_name(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (maria, tom) = (world.maria(), world.phone(TOM));
    let ana = world.team().ana.clone();
    world.names(&maria, "Maria Lopez").await;
    world.names(&tom, "Tom Lopez").await;

    for to in ["maria", "lopez", "Nobody"] {
        ana.uses_shortcut("send_text", None).await;
        world.settle().await;
        ana.submits(&[("to", json!(to)), ("text", json!("See you at nine."))]).await;
        world.settle().await;
    }

    assert_eq!((maria.has_received().await.len(), tom.has_received().await.len()), (1, 0));
    let told: Vec<String> = world.slack().await.direct_posts_to(&ana.id).iter().map(|post| post.shown()).collect();
    assert!(told.iter().any(|post| post.contains("Several contacts fit “lopez”")), "{told:?}");
    assert!(told.iter().any(|post| post.contains("no contact called “Nobody”")), "{told:?}");
}

async fn the_window_says_what_a_text_costs_while_it_is_written(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    ana.types_in_window("text", &format!("{}👋", "a".repeat(70))).await;
    world.settle().await;

    let window = ana.window().await["blocks"].to_string();
    assert!(window.contains("72 of 1600 characters, 2 segments. 8 of 10 segments left"), "{window}");
    assert!(window.contains("because of: 👋"), "{window}");
}

async fn the_window_stays_open_with_what_is_wrong(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let wrong = ana.submits(&[("to", json!("(415) 555-0101")), ("text", json!("a".repeat(1_601)))]).await;
    world.settle().await;

    assert!(wrong["text"].as_str().is_some_and(|fault| fault.contains("1601 characters")), "{wrong}");
    assert_eq!(ana.windows().await.len(), 1);
    assert_eq!(world.ledger().await.texts_out.len(), 0);
}

async fn what_is_refused_later_can_be_opened_again_as_it_was(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();
    maria.texts("STOP").await;
    world.settle().await;

    ana.gives_command("clerk-sms", "").await;
    world.settle().await;
    let slack = world.slack().await;
    ana.presses_on_notice("Send text", slack.last_notice_to(&ana.id)).await;
    world.settle().await;
    ana.submits(&[("to", json!(maria.number)), ("text", json!("See you at nine."))]).await;
    world.settle().await;
    let slack = world.slack().await;
    let notice = slack.last_notice_to(&ana.id);
    ana.presses_on_notice("Edit and try again", notice).await;
    world.settle().await;

    assert!(notice.shown().contains("Not sent."), "{}", notice.shown());
    let again = ana.window().await["blocks"].to_string();
    assert!(again.contains("See you at nine.") && again.contains(&maria.number), "{again}");
}

async fn a_text_written_in_the_window_can_wait(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();
    let later = world.clock.now() + chrono::TimeDelta::hours(3);

    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let entries =
        [("to", json!(maria.number)), ("text", json!("See you at nine.")), ("send_at", json!(later.timestamp()))];
    ana.submits(&entries).await;
    world.settle().await;
    let before = maria.has_received().await;
    world.settle().await;
    world.turn(chrono::TimeDelta::hours(3) + chrono::TimeDelta::seconds(1)).await;

    assert_eq!(before, Vec::<String>::new());
    assert_eq!(maria.has_received().await, ["See you at nine."]);
}

async fn the_home_shows_numbers_usage_and_recent_conversations(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let ana = world.team().ana.clone();

    ana.opens_home().await;
    world.settle().await;
    let home = ana.home().await["blocks"].to_string();
    ana.presses_in_home("Send text").await;
    world.settle().await;

    assert!(home.contains("1 of 10 segments used") && home.contains("+1 415-555-0101"), "{home}");
    assert_eq!(ana.windows().await.len(), 1);
}

async fn the_home_of_a_new_team_leads_to_its_first_number(stage: &mut Stage) {
    let world = stage.world().await;
    world.installs().await;
    let ana = world.team().ana.clone();

    ana.opens_home().await;
    world.settle().await;
    ana.presses_in_home("Get a number").await;
    world.settle().await;
    ana.opens_home().await;
    world.settle().await;

    let home = ana.home().await["blocks"].to_string();
    assert!(home.contains("texts arrive in"), "{home}");
}

async fn the_shortcut_on_a_post_opens_the_window_with_its_number(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    let post = json!({ "channel": "clerk-sms", "text": "A patient called from (415) 555-0101, please answer" });
    let written = ana.posts(post).await;
    ana.uses_shortcut("new_text", Some(&written)).await;
    world.settle().await;

    let window = ana.window().await["blocks"].to_string();
    assert!(window.contains("(415) 555-0101"), "{window}");
}

async fn settings_are_for_owners_and_take_effect(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());

    ben.gives_command("clerk-sms", "settings").await;
    ana.gives_command("clerk-sms", "settings").await;
    world.settle().await;
    ana.submits(&[("undo", json!("10")), ("mode", json!("auto"))]).await;
    world.settle().await;
    ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    world.turn(chrono::TimeDelta::seconds(9)).await;
    let early = maria.has_received().await;
    world.settle().await;
    world.turn(chrono::TimeDelta::seconds(2)).await;

    let refusal = world.slack().await.last_notice_to(&ben.id).shown();
    assert!(refusal.contains("SETTINGS_MANAGE") && refusal.contains("owner"), "{refusal}");
    assert_eq!(early, Vec::<String>::new());
    assert_eq!(maria.has_received().await, ["At nine?"]);
}

async fn help_teaches_what_there_is(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.lets_undo(30).await;
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", "help").await;
    world.settle().await;

    let help = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(
        ["/clerk send", "note:", "delete your post within 30 seconds"].iter().all(|word| help.contains(word)),
        "{help}"
    );
}

async fn an_unknown_word_is_answered_with_what_there_is(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();

    ana.gives_command("clerk-sms", "frobnicate").await;
    world.settle().await;

    let help = world.slack().await.last_notice_to(&ana.id).shown();
    assert!(help.contains("do not know what “frobnicate” means"), "{help}");
}

/// What Ana was told in a channel that the app is not in, and how many posts she has in her direct conversation with the app.
async fn told_in_general(world: &World) -> (Vec<String>, usize) {
    let (slack, ana) = (world.slack().await, &world.team().ana.id);
    let general = &slack.channel("general").id;
    let told = slack.notices_to(ana).into_iter().filter(|notice| notice.channel == *general);
    (told.map(|notice| notice.shown()).collect(), slack.direct_posts_to(ana).len())
}

async fn where_the_app_is_not_a_command_is_answered_all_the_same(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();

    world.team().ana.gives_command("general", &format!("send {} See you at nine.", maria.number)).await;
    world.settle().await;

    assert_eq!(maria.has_received().await, ["See you at nine."]);
    let (told, direct_count) = told_in_general(world).await;
    assert!(told.len() == 1 && told[0].contains("is on its way") && direct_count == 0, "{told:?}");
    assert_eq!(world.outside.requests(Vendor::Slack, "chat.postEphemeral").await.len(), 0);
}

async fn what_is_pressed_on_such_an_answer_is_answered_there_too(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    ana.gives_command("general", "").await;
    world.settle().await;

    let slack = world.slack().await;
    ana.presses_on_notice("Usage", slack.last_notice_to(&ana.id)).await;
    world.settle().await;

    let (told, direct_count) = told_in_general(world).await;
    assert!(told.len() == 2 && told[1].contains("segments") && direct_count == 0, "{told:?}");
}

async fn an_answer_that_comes_too_late_is_told_in_the_direct_conversation(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    world.outside.order("slack/settings", json!({ "response_url_ms": 0 })).await;

    ana.gives_command("general", "usage").await;
    world.settle().await;

    let told: Vec<String> = world.slack().await.direct_posts_to(&ana.id).iter().map(|post| post.shown()).collect();
    assert!(told.len() == 1 && told[0].contains("segments"), "{told:?}");
    assert_eq!(told_in_general(world).await.0, Vec::<String>::new());
}

async fn an_address_that_is_used_up_does_not_silence_the_app_where_it_is(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    let used = json!({ "effect": "status", "status": 404, "times": 1 });
    world.outside.breaks(Vendor::Slack, "response_url", used).await;

    ana.gives_command("clerk-sms", "usage").await;
    world.settle().await;

    assert!(world.slack().await.last_notice_to(&ana.id).shown().contains("segments"));
    assert_eq!(world.outside.requests(Vendor::Slack, "chat.postEphemeral").await.len(), 1);
    assert_eq!(world.slack().await.direct_posts_to(&ana.id).len(), 0);
}

/// Neither the database nor what an operator is shown tells it.
async fn the_address_of_an_answer_is_kept_as_a_secret(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    ana.gives_command("general", "").await;
    world.settle().await;
    ana.presses_on_notice("Usage", world.slack().await.last_notice_to(&ana.id)).await;
    world.settle().await;

    let query = "{ platform { providerEvents(first: 50) { nodes { type payload } } tasks(first: 50) { nodes { kind arguments } } } }";
    let shown = world.asks_as_operator(query).await.to_string();
    let kept = world.texts_in("provider_events", "event").await + &world.texts_in("tasks", "arguments").await;

    assert!(shown.contains("slash_command") && kept.contains("command_given") && kept.contains("post.whisper"));
    for told in [&shown, &kept] {
        assert!(!told.contains("/actions/"), "an address stands in {told}");
    }
}
