//! How owners make a broadcast in Slack: a window for the text and the tag, then who gets it and what it costs, with a button that sends exactly that; and
//! one post that shows how far it is.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Member, Notice, Phone, Stage, TAG, TOM, Vendor, World, both, button_labels};

both!(
    an_owner_sees_who_gets_it_and_what_it_costs_before_anything_is_sent,
    what_was_looked_at_is_sent_by_its_button,
    a_list_that_has_grown_is_looked_at_again,
    one_that_is_too_dear_has_no_button_to_send_it,
    one_that_was_discarded_is_never_sent,
    a_member_is_told_who_may,
    a_field_that_there_is_not_keeps_the_window_open,
    its_post_is_drawn_a_few_times_and_not_with_each_text,
    programs_look_begin_pause_and_end,
);

async fn readers(world: &World, count: usize) -> Vec<Phone> {
    world.grants(100).await;
    world.readers(count).await
}

async fn writes(world: &World, who: &Member, body: &str) -> Value {
    who.gives_command("clerk-sms", "broadcast").await;
    world.settle().await;
    let faults = who.submits(&[("tag", json!(TAG)), ("body", json!(body))]).await;
    world.settle().await;
    faults
}

async fn last_notice(world: &World) -> Notice {
    world.slack().await.last_notice_to(&world.team().ana.id).clone()
}

async fn received(readers: &[Phone]) -> usize {
    let mut count = 0;
    for reader in readers {
        count += reader.has_received().await.len();
    }
    count
}

async fn an_owner_sees_who_gets_it_and_what_it_costs_before_anything_is_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 3).await;
    readers[0].texts("STOP").await;
    world.settle().await;

    writes(world, &world.team().ana, "Hi {{contact.first_name}}, we are closed on Monday.").await;
    world.turn(TimeDelta::seconds(5)).await;

    let notice = last_notice(world).await;
    let shown = notice.shown();
    assert!(shown.starts_with("A broadcast to 2 people"), "{shown}");
    assert!(shown.contains("Hi Reader, we are closed on Monday.\nReply STOP to opt out"), "{shown}");
    assert!(shown.contains("Left out: 1 opted out."), "{shown}");
    let price = "Each text takes 1 segment, all together 2. 108 of 110 are left this month after it.";
    assert!(shown.contains(price) && shown.contains("It takes less than a minute."), "{shown}");
    assert_eq!(button_labels(&notice.blocks), ["Send to 2 people", "Discard"]);
    assert_eq!(received(&readers[1..]).await, 0);
}

async fn what_was_looked_at_is_sent_by_its_button(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 2).await;
    let ana = world.team().ana.clone();
    writes(world, &ana, "Closed on Monday.").await;

    let notice = last_notice(world).await;
    ana.presses_on_notice("Send to 2 people", &notice).await;
    ana.presses_on_notice("Send to 2 people", &notice).await;
    world.settle().await;
    world.seconds_pass(2).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert_eq!(received(&readers).await, 2);
    let post = world.slack().await.channel("clerk-sms").announcements().join("\n");
    assert!(post.contains("A broadcast to 2 people is done.") && post.contains("2 of 2 sent, 2 delivered."), "{post}");
}

async fn a_list_that_has_grown_is_looked_at_again(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 2).await;
    let ana = world.team().ana.clone();
    writes(world, &ana, "Closed on Monday.").await;
    let notice = last_notice(world).await;

    world.tags(&world.phone(TOM), Some("Tom")).await;
    ana.presses_on_notice("Send to 2 people", &notice).await;
    world.settle().await;
    world.seconds_pass(2).await;
    let early = received(&readers).await;
    let again = last_notice(world).await;
    ana.presses_on_notice("Send to 3 people", &again).await;
    world.settle().await;
    world.seconds_pass(3).await;
    world.turn(TimeDelta::minutes(1)).await;

    assert!(again.shown().contains("has changed since you looked"), "{}", again.shown());
    assert_eq!((early, received(&readers).await), (0, 2));
}

async fn one_that_is_too_dear_has_no_button_to_send_it(stage: &mut Stage) {
    let world = stage.clinic().await;
    world.readers(12).await;

    writes(world, &world.team().ana, "Closed on Monday.").await;

    let notice = last_notice(world).await;
    assert!(notice.shown().contains("Only 10 are left this month, so 2 are missing."), "{}", notice.shown());
    assert_eq!(button_labels(&notice.blocks), ["Discard"]);
}

async fn one_that_was_discarded_is_never_sent(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 2).await;
    let ana = world.team().ana.clone();
    writes(world, &ana, "Closed on Monday.").await;
    let notice = last_notice(world).await;

    ana.presses_on_notice("Discard", &notice).await;
    world.settle().await;
    world.seconds_pass(3).await;

    let left: Vec<String> = world.slack().await.notices_to(&ana.id).iter().map(|notice| notice.shown()).collect();
    assert!(!left.concat().contains("A broadcast to"), "{left:?}");
    assert_eq!(received(&readers).await, 0);
}

async fn a_member_is_told_who_may(stage: &mut Stage) {
    let world = stage.clinic().await;
    let ben = world.team().ben.clone();

    ben.gives_command("clerk-sms", "broadcast").await;
    world.settle().await;

    let told = world.slack().await.last_notice_to(&ben.id).shown();
    assert!(told.contains("BROADCASTS_MANAGE") && told.contains("An owner of the workspace can grant it."), "{told}");
    assert!(ben.windows().await.is_empty());
}

async fn a_field_that_there_is_not_keeps_the_window_open(stage: &mut Stage) {
    let world = stage.clinic().await;

    let faults = writes(world, &world.team().ana, "Hi {{contact.nmae}}").await;

    assert!(faults.to_string().contains("Did you mean {{contact.name}}?"), "{faults}");
}

async fn its_post_is_drawn_a_few_times_and_not_with_each_text(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 12).await;

    world.broadcasts(&world.wished("Closed on Monday.").await).await;
    world.seconds_pass(13).await;
    world.turn(TimeDelta::minutes(1)).await;

    let drawn = world.outside.requests(Vendor::Slack, "chat.update").await.len();
    assert_eq!(received(&readers).await, 12);
    assert!((4..=7).contains(&drawn), "it was drawn {drawn} times");
}

async fn programs_look_begin_pause_and_end(stage: &mut Stage) {
    let world = stage.clinic().await;
    let readers = readers(world, 3).await;
    let workspace = world.workspace().await.id;
    let number = world.wished("").await.number;
    let input = format!(
        "workspaceId: \"{workspace}\", input: {{ phoneNumberId: \"{number}\", body: \"Closed on Monday.\", audience: {{ tag: \"{TAG}\" }} }}"
    );

    let looked = world
        .asks_as_owner(&format!(
            "{{ broadcastPreview({input}) {{ preview {{ version recipientCount segmentCount remainingSegmentCount }} errors {{ message }} }} }}"
        ))
        .await;
    let preview = &looked["data"]["broadcastPreview"]["preview"];
    let version = preview["version"].as_str().expect("a version");
    let begun = world
        .asks_as_owner(&format!(
            "mutation {{ wrong: broadcastCreate({input}, version: \"other\") {{ broadcast {{ id }} errors {{ message }} }}
                begun: broadcastCreate({input}, version: \"{version}\") {{ broadcast {{ id status }} errors {{ message }} }} }}"
        ))
        .await;
    world.settle().await;
    let id = &begun["data"]["begun"]["broadcast"]["id"];
    let fields = "broadcast { status } errors { message }";
    let pause = format!("paused: broadcastPause(id: {id}) {{ {fields} }}");
    let resume = format!("resumed: broadcastResume(id: {id}) {{ {fields} }}");
    let resumed = world.asks_as_owner(&format!("mutation {{ {pause} {resume} }}")).await;
    world.settle().await;
    let end = |name: &str| format!("{name}: broadcastCancel(id: {id}) {{ {fields} }}");
    let ended = world.asks_as_owner(&format!("mutation {{ {} {} }}", end("ended"), end("again"))).await;
    world.settle().await;
    world.seconds_pass(3).await;
    let list = world
        .asks_as_owner(&format!(
            "{{ node(id: \"{workspace}\") {{ ... on Workspace {{ broadcasts(first: 5) {{ totalCount nodes {{ status tally {{ deliveredCount canceledCount }} }} }} }} }} }}"
        ))
        .await;

    assert_eq!((&preview["recipientCount"], &preview["remainingSegmentCount"]), (&json!(3), &json!(107)), "{looked}");
    assert!(
        begun["data"]["wrong"]["errors"][0]["message"].as_str().is_some_and(|why| why.contains("has changed")),
        "{begun}"
    );
    let status = |answer: &Value, step: &str| answer["data"][step]["broadcast"]["status"].clone();
    let statuses = [status(&resumed, "paused"), status(&resumed, "resumed"), status(&ended, "ended")];
    assert_eq!(statuses, ["PAUSED", "SENDING", "CANCELED"], "{resumed} {ended}");
    assert!(ended["data"]["again"]["errors"][0]["message"].is_string(), "{ended}");
    let known = &list["data"]["node"]["broadcasts"];
    assert_eq!((&known["totalCount"], &known["nodes"][0]["tally"]["deliveredCount"]), (&json!(1), &json!(2)), "{list}");
    assert_eq!(received(&readers).await, 2);
}
