//! Slack waits three seconds. While nothing can be stored, each kind of request still gets its answer in time: a clean 503, after which Slack or the
//! member comes again, and the work is done once.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::world::{Stage, both};

/// In which every request is answered.
const IN_TIME: Duration = Duration::from_millis(2_500);

both!(
    every_kind_of_request_is_answered_in_time_while_nothing_can_be_stored,
    a_command_given_again_after_a_refusal_is_obeyed_once,
);

async fn every_kind_of_request_is_answered_in_time_while_nothing_can_be_stored(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ana = world.team().ana.clone();
    ana.gives_command("clerk-sms", "").await;
    ana.uses_shortcut("send_text", None).await;
    world.settle().await;
    let written = ana.posts(json!({ "channel": "clerk-sms", "text": "call (415) 555-0101" })).await;
    world.settle().await;
    let slack = world.slack().await;
    let panel = slack.last_notice_to(&ana.id).clone();

    let blocked = world.blocks_writers().await;
    let mut took = Vec::new();
    let mut began = Instant::now();
    let mut lap = || std::mem::replace(&mut began, Instant::now()).elapsed();
    let command = ana.gives_command("clerk-sms", "usage").await;
    took.push(lap());
    let post = ana.posts(json!({ "channel": "clerk-sms", "text": "hello" })).await;
    took.push(lap());
    ana.presses_on_notice("Usage", &panel).await;
    took.push(lap());
    ana.submits(&[("to", "(415) 555-0101".into()), ("text", "See you at nine.".into())]).await;
    took.push(lap());
    // Not for so long that the database ends it by itself.
    drop(blocked);
    let blocked = world.blocks_writers().await;
    lap();
    ana.uses_shortcut("send_text", None).await;
    took.push(lap());
    ana.uses_shortcut("new_text", Some(&written)).await;
    took.push(lap());
    ana.opens_home().await;
    took.push(lap());
    let known = [("ssl_check", "1".to_owned())];
    let checked = world.slack_calls("/webhooks/slack/commands", &known).await;
    took.push(lap());
    let menu = json!({ "type": "block_suggestion", "team": { "id": world.team().id }, "user": { "id": ana.id }, "value": "ma" });
    let asked = world.slack_calls("/webhooks/slack/interactions", &[("payload", menu.to_string())]).await;
    took.push(lap());
    drop(blocked);
    world.settle().await;

    assert_eq!((command, post.status), (503, Some(503)));
    assert_eq!((checked, asked), (200, 200), "what leaves nothing behind needs no database");
    assert!(took.iter().all(|took| *took < IN_TIME), "{took:?}");
    assert_eq!(world.ledger().await.texts_out.len(), 0);
    assert_eq!(ana.windows().await.len(), 1, "what was entered is still there");
}

async fn a_command_given_again_after_a_refusal_is_obeyed_once(stage: &mut Stage) {
    let world = stage.clinic().await;
    let maria = world.maria();
    let ana = world.team().ana.clone();
    let send = format!("send {} See you at nine.", maria.number);

    let blocked = world.blocks_writers().await;
    let refused = ana.gives_command("clerk-sms", &send).await;
    drop(blocked);
    let taken = ana.gives_command("clerk-sms", &send).await;
    world.settle().await;

    assert_eq!((refused, taken), (503, 200));
    assert_eq!(maria.has_received().await, ["See you at nine."]);
}
