//! Broadcasts: one text to many, looked at with its price before it is sent, slowly, behind everything that somebody waits for, and to each of them once.

use chrono::TimeDelta;
use domain::{
    broadcasts::{self, Broadcast, Exclusion, NewBroadcast, PauseReason, Status},
    contacts,
    sending::SettingsChange,
};
use serde_json::json;

use crate::world::{Phone, Stage, TOM, Vendor, World, both, button_labels, operator, until};

both!(
    everybody_with_the_tag_gets_it_once_and_one_a_second,
    its_fields_are_filled_for_each_and_the_price_counts_what_each_text_says,
    who_opted_out_or_is_blocked_or_abroad_or_listed_twice_is_left_out_and_counted,
    more_than_the_allowance_is_refused_with_what_is_missing,
    what_has_changed_since_it_was_looked_at_is_not_sent,
    one_who_opts_out_in_the_middle_is_skipped,
    a_worker_that_is_killed_sends_nothing_twice,
    two_nodes_send_each_text_once,
    a_reply_overtakes_a_running_broadcast,
    nothing_of_it_is_made_while_a_text_of_its_number_waits,
    it_stops_at_the_limit_with_a_notice_and_goes_on_when_there_is_room,
    what_went_out_stays_when_it_is_canceled_and_the_rest_is_never_sent,
    it_stands_still_while_it_is_paused,
    it_opens_no_thread_until_somebody_answers_and_shows_there_what_they_got,
    who_sleeps_gets_it_when_they_wake_up,
    only_the_first_says_how_to_opt_out_and_one_that_does_so_itself_stays_as_it_is,
    it_begins_when_it_is_wished,
);

async fn readers(world: &World, count: usize) -> Vec<Phone> {
    world.grants(100).await;
    world.readers(count).await
}

/// How many texts each of them got.
async fn got(readers: &[Phone]) -> Vec<usize> {
    let mut counts = Vec::new();
    for reader in readers {
        counts.push(reader.has_received().await.len());
    }
    counts
}

async fn everybody_with_the_tag_gets_it_once_and_one_a_second(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 3).await;

    let begun = world.broadcasts(&world.wished("Closed on Monday. STOP ends this.").await).await;
    let at_once = got(&readers).await;
    world.seconds_pass(1).await;
    let next = got(&readers).await;
    world.seconds_pass(2).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((at_once, next), (vec![1, 0, 0], vec![1, 1, 0]));
    assert_eq!(got(&readers).await, [1, 1, 1]);
    let after = world.broadcast(&begun).await;
    assert_eq!((after.status, world.tally(&begun).await.delivered), (Status::Completed, 3));
    assert_eq!(world.usage().await.0, 3);
}

async fn its_fields_are_filled_for_each_and_the_price_counts_what_each_text_says(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 1).await;
    let (tom, nameless) = (world.phone(TOM), world.phone("+14155550103"));
    world.tags(&tom, Some(&"Tom ".repeat(20))).await;
    world.tags(&nameless, None).await;

    let wished = world.wished(&format!("Hi {{{{contact.name}}}}{} STOP ends this.", "!".repeat(100))).await;
    let preview = world.previews(&wished).await;
    world.broadcasts(&wished).await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((preview.fewest_segments, preview.most_segments, preview.segment_count), (1, 2, 3));
    assert_eq!((preview.left_after(), preview.excluded), (107, vec![(Exclusion::MissingField, 1)]));
    assert!(readers[0].has_received().await[0].starts_with("Hi Reader 0!"));
    assert_eq!((got(&[tom, nameless]).await, world.usage().await), (vec![1, 0], (3, 110)));
}

async fn who_opted_out_or_is_blocked_or_abroad_or_listed_twice_is_left_out_and_counted(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 3).await;
    world.tags(&world.phone("+4915112345678"), None).await;
    readers[0].texts("STOP").await;
    world.settle().await;
    let workspace = world.workspace().await.id;
    let blocked = [readers[1].number.clone()];
    contacts::block(&world.ctx(), &operator(), workspace, &blocked, None).await.expect("it can be blocked");

    let tagged = world.previews(&world.wished("Hello").await).await;
    let twice = readers[2].number.parse().expect("a number");
    let audience = broadcasts::Audience::List { contacts: Vec::new(), numbers: vec![twice, twice] };
    let listed = world.previews(&NewBroadcast { audience, ..world.wished("Hello").await }).await;

    let left_out = [(Exclusion::OptedOut, 1), (Exclusion::Blocked, 1), (Exclusion::CountryNotEnabled, 1)];
    assert_eq!((tagged.recipient_count, tagged.excluded), (1, left_out.to_vec()));
    assert_eq!((listed.recipient_count, listed.excluded), (1, vec![(Exclusion::Duplicate, 1)]));
}

async fn more_than_the_allowance_is_refused_with_what_is_missing(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = world.readers(12).await;

    let wished = world.wished("Closed on Monday.").await;
    let preview = world.previews(&wished).await;
    let refused = world.tries_to_broadcast(&wished, &preview.version).await.expect_err("it is too dear");
    world.turn(TimeDelta::seconds(5)).await;

    assert_eq!((preview.segment_count, preview.missing(), refused.code()), (12, 2, "limit_reached"));
    assert_eq!(got(&readers).await, vec![0; 12]);
}

async fn what_has_changed_since_it_was_looked_at_is_not_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 2).await;
    let wished = world.wished("Closed on Monday.").await;
    let looked = world.previews(&wished).await;

    world.tags(&world.phone(TOM), Some("Tom")).await;
    let refused = world.tries_to_broadcast(&wished, &looked.version).await.expect_err("there is one more");
    world.turn(TimeDelta::seconds(5)).await;

    assert!(refused.to_string().contains("has changed since you looked"), "{refused}");
    assert_eq!(got(&readers).await, [0, 0]);
}

async fn one_who_opts_out_in_the_middle_is_skipped(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 3).await;

    let begun = world.broadcasts(&world.wished("Closed on Monday.").await).await;
    readers[0].texts("STOP").await;
    readers[1].texts("STOP").await;
    world.settle().await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    let tally = world.tally(&begun).await;
    assert_eq!((tally.delivered, tally.skipped, tally.opted_out), (2, 1, 1));
    assert!(!readers[1].has_received().await.iter().any(|text| text.contains("Monday")));
    assert!(readers[2].has_received().await[0].contains("Monday"));
}

async fn a_worker_that_is_killed_sends_nothing_twice(stage: &mut Stage) {
    let world = stage.clinic_with_program().await;
    let readers = readers(world, 12).await;
    let fast = SettingsChange {
        broadcast_per_second: Some(2),
        broadcasts_keep_quiet_hours: Some(false),
        ..SettingsChange::default()
    };
    world.sends_like(fast).await;

    let wished = world.wished("Closed on Monday. STOP ends this.").await;
    let version = world.previews(&wished).await.version;
    let begun = world.tries_to_broadcast(&wished, &version).await.expect("it may begin");
    for killed_after in [3, 7] {
        until("some have it", async || got(&readers).await.iter().sum::<usize>() >= killed_after).await;
        world.kills_node().await;
        world.starts_program("api,workers").await;
    }
    until("it is done", async || world.broadcast(&begun).await.status == Status::Completed).await;
    // What the carrier had to tell while nobody was there is not told again, so some stay without a receipt.
    let has_gone = async || {
        let tally = world.tally(&begun).await;
        tally.sent + tally.delivered == 12
    };
    until("the carrier has all of it", has_gone).await;
    world.settle().await;

    assert_eq!(got(&readers).await, vec![1; 12]);
    world.leaves(domain::outbox::State::Ready);
}

async fn two_nodes_send_each_text_once(stage: &mut Stage) {
    let world = stage.nodes(2).clinic().await;
    let readers = readers(world, 12).await;
    world.sends_like(SettingsChange { broadcast_per_second: Some(5), ..SettingsChange::default() }).await;

    world.broadcasts(&world.wished("Closed on Monday. STOP ends this.").await).await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(got(&readers).await, vec![1; 12]);
    assert_eq!(world.usage().await.0, 12);
}

/// Time stands still, so nothing of the broadcast is due while the reply goes out; and nothing of it is made while a text of the number waits.
async fn a_reply_overtakes_a_running_broadcast(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 6).await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    world.broadcasts(&world.wished("Closed on Monday. STOP ends this.").await).await;
    let before = got(&readers).await.iter().sum::<usize>();

    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.settle().await;
    let after = got(&readers).await.iter().sum::<usize>();
    let received = maria.has_received().await;
    world.seconds_pass(6).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((before, after, received), (1, 1, vec!["At nine?".to_owned()]));
    assert_eq!(got(&readers).await, vec![1; 6]);
}

/// The carrier asks to wait, so that a text of the broadcast and a reply wait for it: no third one comes between.
async fn nothing_of_it_is_made_while_a_text_of_its_number_waits(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 4).await;
    let maria = world.maria();
    maria.texts("When can I come?").await;
    world.settle().await;
    let full = json!({ "effect": "status", "status": 429, "retry_after": "3", "times": 1 });
    world.outside.breaks(Vendor::Carrier, "messages.create", full).await;
    let wished = world.wished("Closed on Monday. STOP ends this.").await;
    let version = world.previews(&wished).await.version;
    let begun = world.tries_to_broadcast(&wished, &version).await.expect("it may begin");
    let asked = async || !world.outside.requests(Vendor::Carrier, "messages.create").await.is_empty();
    until("the carrier was asked", asked).await;

    world.task_waits("message.send").await;
    world.team().ana.replies(&world.thread_with(&maria).await, "At nine?").await;
    world.turn(TimeDelta::seconds(1)).await;
    let made = 4 - world.tally(&begun).await.waiting;
    let received = maria.has_received().await;
    world.seconds_pass(5).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((made, received), (1, vec!["At nine?".to_owned()]));
    assert_eq!(got(&readers).await, vec![1; 4]);
}

async fn it_stops_at_the_limit_with_a_notice_and_goes_on_when_there_is_room(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = world.readers(6).await;
    let begun = world.broadcasts(&world.wished("Closed on Monday.").await).await;
    world.maria().texts_often("So many", 6).await;
    world.settle().await;

    world.seconds_pass(5).await;
    let (sent, stopped) = (got(&readers).await, world.broadcast(&begun).await);
    let slack = world.slack().await;
    let told = slack.direct_posts_to(&world.team().ana.id).pop().expect("Ana is told").shown();
    world.grants(20).await;
    world.turn(TimeDelta::seconds(16)).await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((sent.iter().sum::<usize>(), stopped.pause_reason), (4, Some(PauseReason::Limit)));
    assert!(told.contains("allowance is used up") && told.contains("4 of 6 sent"), "{told}");
    assert_eq!(got(&readers).await, vec![1; 6]);
}

async fn stopped_after_two(world: &mut World) -> (Vec<Phone>, Broadcast) {
    let readers = readers(world, 5).await;
    let begun = world.broadcasts(&world.wished("Closed on Monday. STOP ends this.").await).await;
    world.seconds_pass(1).await;
    (readers, begun)
}

async fn what_went_out_stays_when_it_is_canceled_and_the_rest_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (readers, begun) = stopped_after_two(world).await;

    let post = world.slack().await.channel("clerk-sms").post_with("Cancel").clone();
    world.team().ana.presses("Cancel", &post).await;
    world.settle().await;
    world.seconds_pass(5).await;

    let tally = world.tally(&begun).await;
    assert_eq!((tally.delivered, tally.canceled, world.usage().await.0), (2, 3, 2));
    assert_eq!(got(&readers).await, [1, 1, 0, 0, 0]);
    let shown = world.slack().await.post(&post.channel, &post.ts).clone();
    assert!(shown.shown().contains("was ended early") && shown.shown().contains("2 of 5 sent"), "{}", shown.shown());
    assert_eq!(button_labels(&shown.blocks), Vec::<String>::new());
}

async fn it_stands_still_while_it_is_paused(stage: &mut Stage) {
    let world = stage.clinic().await;
    let (readers, _) = stopped_after_two(world).await;
    let (ana, ben) = (world.team().ana.clone(), world.team().ben.clone());

    ana.presses("Pause", world.slack().await.channel("clerk-sms").post_with("Pause")).await;
    world.settle().await;
    world.seconds_pass(5).await;
    let paused = got(&readers).await;
    let post = world.slack().await.channel("clerk-sms").post_with("Resume").clone();
    ben.presses("Resume", &post).await;
    world.settle().await;
    let refusal = world.slack().await.last_notice_to(&ben.id).shown();
    ana.presses("Resume", &post).await;
    world.settle().await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(paused, [1, 1, 0, 0, 0]);
    assert!(refusal.contains("BROADCASTS_MANAGE") && refusal.contains("owner"), "{refusal}");
    assert_eq!(got(&readers).await, [1, 1, 1, 1, 1]);
}

async fn it_opens_no_thread_until_somebody_answers_and_shows_there_what_they_got(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 2).await;
    world.broadcasts(&world.wished("Closed on Monday. STOP ends this.").await).await;
    world.seconds_pass(2).await;
    world.turn(TimeDelta::minutes(1)).await;
    let slack = world.slack().await;
    let threads = readers.iter().map(|reader| slack.threads_with(&reader.number).len()).sum::<usize>();

    readers[1].texts("And on Tuesday?").await;
    readers[1].texts("Or Wednesday?").await;
    world.settle().await;

    assert_eq!(threads, 0);
    assert_eq!(world.slack().await.threads_with(&readers[0].number).len(), 0);
    let thread = world.thread_with(&readers[1]).await;
    let shown: Vec<String> = thread.replies.iter().map(|post| post.shown()).collect();
    assert!(shown[0].starts_with("Closed on Monday.") && shown[0].contains("in a broadcast"), "{shown:?}");
    assert_eq!(shown[1..], ["And on Tuesday?", "Or Wednesday?"]);
    assert_eq!(thread.replies[0].marks().len(), 1);
}

/// 8:04 in California is 5:04 in Hawaii.
async fn who_sleeps_gets_it_when_they_wake_up(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 1).await;
    let surfer = world.phone("+18085550101");
    world.tags(&surfer, Some("Kai")).await;

    let wished = world.wished("Closed on Monday.").await;
    let preview = world.previews(&wished).await;
    world.broadcasts(&wished).await;
    world.seconds_pass(2).await;
    let early = (got(&readers).await, surfer.has_received().await);
    world.turn_to("2026-03-10T17:59:59Z".parse().expect("a time")).await;
    let still_asleep = surfer.has_received().await;
    world.turn(TimeDelta::seconds(2)).await;
    let awake = surfer.has_received().await.len();
    world.seconds_pass(1).await;
    world.turn(TimeDelta::minutes(1)).await;

    let wakes_up = preview.awake_at.map(|at| at.to_rfc3339());
    assert_eq!((preview.asleep_count, wakes_up.as_deref()), (1, Some("2026-03-10T18:00:00+00:00")));
    assert_eq!((early, still_asleep, awake), ((vec![1], Vec::new()), Vec::new(), 1));
}

async fn only_the_first_says_how_to_opt_out_and_one_that_does_so_itself_stays_as_it_is(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 1).await;

    world.broadcasts(&world.wished("One").await).await;
    world.seconds_pass(1).await;
    world.broadcasts(&world.wished("Two").await).await;
    world.seconds_pass(1).await;
    let tom = world.phone(TOM);
    world.tags(&tom, None).await;
    world.broadcasts(&world.wished("Three. Text STOP to end it.").await).await;
    world.seconds_pass(2).await;
    world.turn(TimeDelta::minutes(1)).await;

    let received = readers[0].has_received().await;
    assert_eq!(received, ["One\nReply STOP to opt out", "Two", "Three. Text STOP to end it."]);
    assert_eq!(tom.has_received().await, ["Three. Text STOP to end it."]);
}

async fn it_begins_when_it_is_wished(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 1).await;
    let start_at = Some(world.clock.now() + TimeDelta::hours(2));

    let begun = world.broadcasts(&NewBroadcast { start_at, ..world.wished("Hello").await }).await;
    world.turn(TimeDelta::minutes(119)).await;
    let early = (got(&readers).await, world.broadcast(&begun).await.status);
    world.turn(TimeDelta::minutes(1)).await;
    world.seconds_pass(1).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!((early, got(&readers).await), ((vec![0], Status::Scheduled), vec![1]));
}
