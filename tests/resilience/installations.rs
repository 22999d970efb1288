//! The installation for life: tokens that die, are renewed or are taken away, and calls that Slack holds back. Whatever happens to the access,
//! no text is lost, nothing is tried in a loop, and what can go on goes on.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use domain::{
    audit::{self, AuditFilter},
    clock::Clock,
    outbox::{self, State, TaskFilter},
    workspaces::Status,
};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};

use crate::world::{Asked, Stage, Vendor, World, both, sized, until};

const EVENTS: &str = "/webhooks/slack/events";

both!(
    a_revoked_token_costs_one_failing_call_per_worker_and_no_text,
    a_farewell_from_before_the_last_installation_is_ignored,
    two_farewells_in_this_order_and_twice_are_one,
    two_farewells_in_the_other_order_and_twice_are_one,
    a_token_near_its_end_is_renewed_once_for_all_workers,
    a_token_that_has_ended_is_renewed_before_anything_is_called_with_it,
    a_token_that_slack_calls_expired_is_renewed_and_the_call_repeated,
    an_idle_installation_renews_its_token_too,
    a_renewal_that_nobody_kept_asks_for_a_new_installation,
    a_slack_that_is_away_at_the_renewal_is_asked_again,
    a_method_that_is_held_back_holds_back_itself_alone,
    every_form_of_a_pause_is_kept,
    a_storm_of_refusals_in_one_team_delays_no_other,
);

/// Looks that stay away for a year, so that only tasks renew.
const RARELY: (&str, &str) = ("RECONCILE__INSTALLATIONS_SECS", "30000000");

impl World {
    async fn calls(&self, method: &str) -> Vec<u64> {
        self.outside.requests(Vendor::Slack, method).await.into_iter().map(|call| call.seq).collect()
    }

    async fn refreshes(&self) -> u64 {
        self.slack_is(json!({})).await["refreshes"].as_u64().expect("a count")
    }

    async fn slack_is(&self, settings: Value) -> Value {
        self.outside.order("slack/settings", settings).await
    }

    /// Each of so many patients sends a text, ten at a time.
    async fn everybody_texts(&self, count: usize) {
        let texting = stream::iter((0..count).map(|index| self.patient(index)));
        let texts = texting.map(async |patient| patient.texts("Hello").await).buffer_unordered(10);
        let texts: Vec<_> = texts.collect().await;
        assert!(texts.iter().all(|text| text.status == Some(200)), "{texts:?}");
    }

    /// Calls that Slack refused for now, and how many pauses lie between the first and the last.
    async fn refusals(&self, method: &str, pause: TimeDelta) -> (i64, i64) {
        let calls = self.outside.requests(Vendor::Slack, method).await;
        let at = |call: &Asked| DateTime::parse_from_rfc3339(&call.at).expect("a time");
        let refused: Vec<_> = calls.iter().filter(|call| call.status == 429).map(at).collect();
        let span = *refused.last().expect("one at least") - refused[0];
        (refused.len() as i64, span.num_milliseconds() / (pause.num_milliseconds() - 100) + 1)
    }

    /// Slack tells things that it has not done, each in two copies.
    async fn hears(&self, events: [&Value; 4]) {
        for event in events {
            let told = self.outside.order("slack/event", json!({ "event": event, "copies": 2 })).await;
            assert_eq!(told["webhook_status"], 200, "{told}");
            self.settle().await;
        }
    }

    /// How often something was written into the audit log.
    async fn deeds(&self, action: &str) -> u64 {
        let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
        audit::count(&self.ctx(), &filter).await.expect("deeds are counted")
    }

    /// Posts that Slack has refused for now, and accepted.
    async fn posts_with(&self, status: u16) -> usize {
        let calls = self.outside.requests(Vendor::Slack, "chat.postMessage").await;
        calls.iter().filter(|call| call.status == status).count()
    }

    /// Slack refuses one post of a text and says how long to wait.
    async fn is_told_to_wait(&self, pause: Value) {
        let once = json!({ "effect": "status", "status": 429, "retry_after": pause, "times": 1 });
        self.outside.breaks(Vendor::Slack, "chat.postMessage", once).await;
        let before = self.posts_with(429).await;
        self.maria().texts(&format!("after {pause}")).await;
        until("the post is refused", async || self.posts_with(429).await > before).await;
    }

    /// The same with a pause that nobody can sit out here: how many seconds it is, before it is cut short.
    async fn waits_when_told(&mut self, pause: Value) -> u64 {
        self.is_told_to_wait(pause).await;
        self.task_waits("message.post").await;
        let left = outbox::next_opening(&self.ctx()).await.expect("lanes are read").expect("a lane is closed");
        self.tampers("UPDATE lanes SET open_at_ms = 0, closed_until_ms = 0, arrival_ms = 0", vec![]).await;
        // The node that was told remembers it too. The next one begins to count its ids anew, so not in the same instant.
        self.kills_node().await;
        self.clock.turn(TimeDelta::seconds(1));
        self.starts_node().await;
        self.settle().await;
        left.as_secs()
    }

    async fn broken_reason(&self) -> Option<String> {
        let workspace = self.workspace().await;
        let row = domain::workspaces::installation(&self.ctx(), workspace.id).await.expect("it is read");
        row.expect("it was installed").broken_reason
    }
}

/// S11. Two nodes with a worker each.
async fn a_revoked_token_costs_one_failing_call_per_worker_and_no_text(stage: &mut Stage) {
    let world = stage.nodes(2).with("WORKERS__CONCURRENCY", "1").clinic().await;
    world.grants(200).await;
    let revoked = json!({ "effect": "slack_error", "error": "token_revoked" });
    world.outside.breaks(Vendor::Slack, "*", revoked).await;
    let before = world.calls("chat.postMessage").await.len();

    world.everybody_texts(100).await;
    world.settle().await;
    world.turn(TimeDelta::hours(1)).await;
    let failed = world.calls("chat.postMessage").await.len() - before;
    let parked = TaskFilter { states: vec![State::Parked], ..TaskFilter::default() };
    let parked = outbox::count(&world.ctx(), &parked).await.expect("tasks are counted");
    world.outside.is_repaired().await;
    world.installs_again().await;

    assert!((1..=2).contains(&failed), "{failed} calls with a dead token");
    assert_eq!(parked, 100);
    assert_eq!(world.open_tasks().await, Vec::<(String, State)>::new());
}

/// S12. The farewell comes late: it was said before the app was installed again. One that is said afterwards counts.
async fn a_farewell_from_before_the_last_installation_is_ignored(stage: &mut Stage) {
    let world = stage.in_present_time().clinic().await;
    world.outside.order("slack/uninstall", json!({})).await;
    world.settle().await;
    let told = world.front.seen(EVENTS).into_iter().find(|seen| seen.json()["event"]["type"] == "app_uninstalled");
    let told = told.expect("Slack told us");
    world.turn(TimeDelta::hours(2)).await;
    world.installs_again().await;
    let again = |id: &str, at: i64| {
        let mut body = told.json();
        body["event_id"] = id.into();
        body["event_time"] = at.into();
        told.saying(body.to_string().into_bytes())
    };
    let (early, late) = (world.clock.now() - TimeDelta::hours(1), world.clock.now() + TimeDelta::minutes(1));

    let stale = world.front.brings_again(&again("EvSTALE", early.timestamp()), &[]).await;
    world.settle().await;
    let (after_stale, broken) = (world.workspace().await.status, world.broken_reason().await);
    let fresh = world.front.brings_again(&again("EvFRESH", late.timestamp()), &[]).await;
    world.settle().await;

    assert_eq!((stale, fresh), (200, 200));
    assert_eq!((after_stale, broken), (Status::Active, None));
    assert_eq!(world.workspace().await.status, Status::Disconnected);
}

/// S13.
async fn two_farewells_in_this_order_and_twice_are_one(stage: &mut Stage) {
    let world = stage.clinic().await;
    let bot = world.slack().await.app.bot_user_id;
    let revoked = json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": [bot] } });
    let removed = json!({ "type": "app_uninstalled" });

    world.hears([&revoked, &removed, &revoked, &removed]).await;

    assert_eq!(world.workspace().await.status, Status::Disconnected);
    assert_eq!(world.broken_reason().await.as_deref(), Some("tokens_revoked"));
    assert_eq!(world.deeds("connectionLost").await, 1);
}

/// S13.
async fn two_farewells_in_the_other_order_and_twice_are_one(stage: &mut Stage) {
    let world = stage.clinic().await;
    let bot = world.slack().await.app.bot_user_id;
    let revoked = json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": [bot] } });
    let removed = json!({ "type": "app_uninstalled" });

    world.hears([&removed, &revoked, &removed, &revoked]).await;
    let (status, reason) = (world.workspace().await.status, world.broken_reason().await);
    world.installs_again().await;

    assert_eq!((status, reason.as_deref()), (Status::Disconnected, Some("app_uninstalled")));
    assert_eq!(world.deeds("connectionLost").await, 1);
    assert_eq!((world.workspace().await.status, world.broken_reason().await), (Status::Active, None));
}

/// S14. The token has a minute left.
async fn a_token_near_its_end_is_renewed_once_for_all_workers(stage: &mut Stage) {
    let world = stage.nodes(2).with(RARELY.0, RARELY.1).world().await;
    world.slack_is(json!({ "rotation": true, "token_life_s": 43_200 })).await;
    world.installs().await;
    world.claims_number().await;
    world.grants(100).await;
    world.turn(TimeDelta::minutes(12 * 60 - 1)).await;
    let before = world.refreshes().await;

    world.everybody_texts(20).await;
    world.settle().await;
    // Two nodes count their ids apart, so the next texts do not come in the same instant.
    world.clock.turn(TimeDelta::seconds(1));
    world.everybody_texts(20).await;
    world.settle().await;

    assert_eq!((before, world.refreshes().await), (0, 1));
    assert_eq!(world.calls("oauth.v2.access").await.len(), 2, "one installation and one renewal");
    assert_eq!(world.broken_reason().await, None);
}

/// S14. Slack has ended the token, and would refuse whoever came with it.
async fn a_token_that_has_ended_is_renewed_before_anything_is_called_with_it(stage: &mut Stage) {
    let world = stage.nodes(2).with(RARELY.0, RARELY.1).world().await;
    world.slack_is(json!({ "rotation": true, "token_life_s": 43_200 })).await;
    world.installs().await;
    world.claims_number().await;
    world.grants(100).await;
    world.maria().texts("I am here.").await;
    world.settle().await;
    // The first renewal gives a token that lives for a second.
    world.slack_is(json!({ "token_life_s": 1 })).await;
    world.clock.turn(TimeDelta::hours(11));
    world.maria().texts("Still here.").await;
    world.settle().await;
    world.slack_is(json!({ "token_life_s": 43_200 })).await;
    let began = Instant::now();
    until("the token has ended", async || began.elapsed() > Duration::from_millis(1_500)).await;
    world.clock.turn(TimeDelta::seconds(2));
    let posted = world.calls("chat.postMessage").await.len();

    world.everybody_texts(20).await;
    world.settle().await;

    assert_eq!(world.refreshes().await, 2);
    let renewed_at = world.calls("oauth.v2.access").await.pop().expect("it was renewed");
    let first_post = world.calls("chat.postMessage").await[posted];
    assert!(renewed_at < first_post, "a task was quicker than the renewal");
    assert_eq!(world.broken_reason().await, None);
}

/// S14. Slack's clock decides, not ours.
async fn a_token_that_slack_calls_expired_is_renewed_and_the_call_repeated(stage: &mut Stage) {
    let world = stage.world().await;
    world.slack_is(json!({ "rotation": true })).await;
    world.installs().await;
    world.claims_number().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let expired = json!({ "effect": "slack_error", "error": "token_expired", "times": 1 });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", expired).await;

    maria.texts("after").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["before", "after"]);
    assert_eq!((world.refreshes().await, world.broken_reason().await), (1, None));
}

async fn an_idle_installation_renews_its_token_too(stage: &mut Stage) {
    let world = stage.world().await;
    world.slack_is(json!({ "rotation": true, "token_life_s": 43_200 })).await;
    world.installs().await;
    world.claims_number().await;

    world.turn(TimeDelta::minutes(10 * 60 - 1)).await;
    let early = world.refreshes().await;
    world.turn(TimeDelta::hours(1)).await;

    assert_eq!((early, world.refreshes().await), (0, 1));
    assert!(world.report_of("installations.check").await.starts_with("1 installations checked, 0 no longer work"));
}

/// S14. The node dies after Slack has given the new pair and before it is kept: the old one is used up.
async fn a_renewal_that_nobody_kept_asks_for_a_new_installation(stage: &mut Stage) {
    stage.with("WORKERS__LEASE_SECS", "3").with("WORKERS__HEARTBEAT_SECS", "1").with(RARELY.0, RARELY.1);
    let world = stage.world().await;
    world.slack_is(json!({ "rotation": true, "token_life_s": 43_200 })).await;
    world.installs().await;
    world.claims_number().await;
    let maria = world.maria();
    maria.texts("before").await;
    world.settle().await;
    let held = json!({ "effect": "timeout_after", "delay_ms": 60_000, "times": 1 });
    world.outside.breaks(Vendor::Slack, "oauth.v2.access", held).await;
    world.clock.turn(TimeDelta::hours(13));

    maria.texts("while it is renewed").await;
    let outside = world.outside.clone();
    let is_renewed = async || outside.order("slack/settings", json!({})).await["refreshes"] == 1;
    until("Slack has renewed the token", is_renewed).await;
    world.kills_node().await;
    world.tampers("UPDATE installations SET renewal_until = 0", vec![]).await;
    world.starts_node().await;
    world.settle().await;
    let reason = world.broken_reason().await;
    let tries = world.calls("oauth.v2.access").await.len();
    world.turn(TimeDelta::hours(12)).await;
    let tries_later = world.calls("oauth.v2.access").await.len();
    world.installs_again().await;

    assert_eq!(reason.as_deref(), Some("renewal_refused"));
    assert_eq!((tries, tries_later), (3, 3), "the installation, the renewal that got lost, and one more try");
    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["before", "while it is renewed"]);
    assert_eq!(world.broken_reason().await, None);
}

async fn a_slack_that_is_away_at_the_renewal_is_asked_again(stage: &mut Stage) {
    let world = stage.with(RARELY.0, RARELY.1).world().await;
    world.slack_is(json!({ "rotation": true, "token_life_s": 43_200 })).await;
    world.installs().await;
    world.claims_number().await;
    let maria = world.maria();
    let away = json!({ "effect": "status", "status": 503, "times": 1 });
    world.outside.breaks(Vendor::Slack, "oauth.v2.access", away).await;
    world.clock.turn(TimeDelta::hours(13));

    maria.texts("Hello").await;
    world.settle().await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact(), ["Hello"]);
    assert_eq!((world.refreshes().await, world.broken_reason().await), (1, None));
}

/// A 429 storm on marks, which lasts until the text behind it is shown: posts go on, and the marks come when they may.
async fn a_method_that_is_held_back_holds_back_itself_alone(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(100).await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let thread = world.thread_with(&maria).await;
    let storm = json!({ "effect": "status", "status": 429, "retry_after": "3" });
    world.outside.breaks(Vendor::Slack, "reactions.add", storm).await;

    let ana = world.team().ana.clone();
    join_all(["one", "two", "three", "four", "five", "six"].map(|word| ana.replies(&thread, word))).await;
    let outside = world.outside.clone();
    let is_held = async || outside.requests(Vendor::Slack, "reactions.add").await.iter().any(|call| call.status == 429);
    until("a mark is held back", is_held).await;
    maria.texts("And this?").await;
    let is_shown = async || outside.ledger().await.posts.iter().any(|post| post.text == "And this?");
    until("the text is shown", is_shown).await;
    world.outside.is_repaired().await;
    world.settle().await;

    let (refused, waves) = world.refusals("reactions.add", TimeDelta::seconds(3)).await;
    assert!(refused <= 6 * waves, "{refused} refusals of six marks in {waves} waves");
    let marked = world.thread_with(&maria).await;
    let marks: Vec<_> = marked.replies.iter().filter(|post| !post.is_of_app()).map(|post| post.marks().len()).collect();
    assert_eq!(marks, [1; 6]);
}

/// Nothing, no time at all, a time before now, a date, and far too long.
async fn every_form_of_a_pause_is_kept(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.grants(100).await;
    let maria = world.maria();
    maria.texts("Hello").await;
    world.settle().await;
    let date = (Clock::default().now() + TimeDelta::seconds(2)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();

    world.is_told_to_wait(json!("0")).await;
    world.is_told_to_wait(json!("-7")).await;
    world.is_told_to_wait(json!(date)).await;
    world.settle().await;
    let unsaid = world.waits_when_told(Value::Null).await;
    let absurd = world.waits_when_told(json!("99999999999")).await;

    assert_eq!(world.thread_with(&maria).await.texts_of_contact().len(), 6);
    assert!((20..=30).contains(&unsaid), "without a word: {unsaid} s");
    assert!((3_590..=3_600).contains(&absurd), "far too long: {absurd} s");
}

/// A noisy neighbour: the clinic's Slack refuses all that it can, and the bookshop notices nothing.
async fn a_storm_of_refusals_in_one_team_delays_no_other(stage: &mut Stage) {
    let world = stage.clinic().await;
    let bookshop = world.with_number(world.installs_for("Harbor Books").await).await;
    world.grants(500).await;
    let channel = world.slack().await.channel("clerk-sms").id.clone();
    let storm = json!({ "effect": "status", "status": 429, "retry_after": "2", "match": { "channel": channel } });
    world.outside.breaks(Vendor::Slack, "chat.postMessage", storm).await;

    world.everybody_texts(sized(20, 400)).await;
    let reader = world.phone_for(&bookshop, &world.maria().number);
    let began = Instant::now();
    reader.texts("Do you have it?").await;
    let has_it = async || {
        let slack = world.outside.slack(&bookshop.id).await;
        slack.threads_with(&reader.number).iter().any(|thread| !thread.replies.is_empty())
    };
    until("the bookshop has its text", has_it).await;
    let took = began.elapsed();
    world.outside.is_repaired().await;
    world.settle().await;

    // The storm has not ended before: that the text is shown at all is what counts, and how soon where the machine is free.
    assert!(took < sized(Duration::from_secs(10), Duration::from_secs(2)), "{took:?}");
    // In each wave those are refused that were under way when the first refusal came.
    let (refused, waves) = world.refusals("chat.postMessage", TimeDelta::seconds(2)).await;
    assert!(refused <= 13 * waves, "{refused} refusals in {waves} waves");
}
